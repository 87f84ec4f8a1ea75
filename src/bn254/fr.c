#include "bn254/fr.h"

void fr_invert_many_var(struct field *inverses, const struct field *elements, size_t count)
{
    struct field product = FIELD_ONE;
    for (size_t index = 0; index < count; index++) {
        inverses[index] = product;
        if (!field_is_zero(&elements[index]))
            field_multiply(&product, &product, &elements[index]);
    }
    /* A product of what is not zero is not zero. */
    (void)field_invert(&product, &product);
    for (size_t index = count; index-- > 0;) {
        if (field_is_zero(&elements[index])) {
            inverses[index] = FIELD_ZERO;
            continue;
        }
        field_multiply(&inverses[index], &inverses[index], &product);
        field_multiply(&product, &product, &elements[index]);
    }
}
