#include "bn254/fq.h"

#include "bn254/arithmetic_internal.h"
#include "bn254/fq_internal.h"

const struct integer256 fq_modulus = {{UINT64_C(0x3c208c16d87cfd47), UINT64_C(0x97816a916871ca8d),
                                       UINT64_C(0xb85045b68181585d), UINT64_C(0x30644e72e131a029)}};

void fq_add(struct fq *sum, const struct fq *left, const struct fq *right)
{
    montgomery_add(sum->limbs, left->limbs, right->limbs, &fq_constants);
}

void fq_subtract(struct fq *difference, const struct fq *left, const struct fq *right)
{
    montgomery_subtract(difference->limbs, left->limbs, right->limbs, &fq_constants);
}

void fq_double(struct fq *doubled, const struct fq *element)
{
    fq_add(doubled, element, element);
}

void fq_negate(struct fq *negated, const struct fq *element)
{
    fq_subtract(negated, &FQ_ZERO, element);
}

void fq_multiply(struct fq *product, const struct fq *left, const struct fq *right)
{
    arithmetic()->fq_multiply(product, left, right);
}

void fq_square(struct fq *square, const struct fq *element)
{
    fq_multiply(square, element, element);
}

bool fq_invert_var(struct fq *inverse, const struct fq *element)
{
    return montgomery_invert_var(inverse->limbs, element->limbs, &fq_constants);
}

void fq_invert_many_var(struct fq *inverses, const struct fq *elements, size_t count)
{
    struct fq product = FQ_ONE;
    for (size_t index = 0; index < count; index++) {
        inverses[index] = product;
        if (!fq_is_zero(&elements[index]))
            fq_multiply(&product, &product, &elements[index]);
    }
    /* A product of what is not zero is not zero. */
    (void)fq_invert_var(&product, &product);
    for (size_t index = count; index-- > 0;) {
        if (fq_is_zero(&elements[index])) {
            inverses[index] = FQ_ZERO;
            continue;
        }
        fq_multiply(&inverses[index], &inverses[index], &product);
        fq_multiply(&product, &product, &elements[index]);
    }
}

bool fq_from_integer(struct fq *element, const struct integer256 *integer)
{
    if (integer256_compare(integer, &fq_modulus) >= 0)
        return false;
    montgomery_from_integer(element->limbs, integer, &fq_constants);
    return true;
}

void fq_to_integer(struct integer256 *integer, const struct fq *element)
{
    montgomery_to_integer(integer, element->limbs, &fq_constants);
}

bool fq_from_bytes(struct fq *element, const unsigned char bytes[FQ_BYTES])
{
    struct integer256 integer;
    integer256_from_bytes(&integer, bytes);
    return fq_from_integer(element, &integer);
}

void fq_to_bytes(unsigned char bytes[FQ_BYTES], const struct fq *element)
{
    struct integer256 integer;
    fq_to_integer(&integer, element);
    integer256_to_bytes(bytes, &integer);
}
