/* What is done with many elements, one after the other, by the product that is inlined here; and
 * the way to what the processor does faster. The first is the naive twin of the second. */
#include "bn254/fr.h"

#include "base/check.h"
#include "bn254/arithmetic_internal.h"
#include "bn254/field_internal.h"

static inline void multiply(struct field *product, const struct field *left,
                            const struct field *right)
{
    montgomery_multiply(product->limbs, left->limbs, right->limbs, &scalars);
}

static inline void add(struct field *sum, const struct field *left, const struct field *right)
{
    montgomery_add(sum->limbs, left->limbs, right->limbs, &scalars);
}

static void multiply_many(struct field *products, const struct field *left,
                          const struct field *right, size_t count)
{
    for (size_t i = 0; i < count; i++)
        multiply(&products[i], &left[i], &right[i]);
}

static void scale_many(struct field *products, const struct field *elements,
                       const struct field *factor, size_t count)
{
    const struct field copy = *factor; /* it may be one of the products */
    for (size_t i = 0; i < count; i++)
        multiply(&products[i], &elements[i], &copy);
}

static void combine_many(struct field *sums, const struct field *const *columns,
                         const struct field *factors, size_t columns_count, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct field sum = FIELD_ZERO;
        struct field product;
        for (size_t column = 0; column < columns_count; column++) {
            multiply(&product, &columns[column][i], &factors[column]);
            add(&sum, &sum, &product);
        }
        sums[i] = sum;
    }
}

static void fold_many(struct field *folded, const struct field *elements, const struct field *u,
                      size_t count)
{
    const struct field copy = *u;
    for (size_t i = 0; i < count; i++) {
        struct field first = elements[2 * i];
        struct field step;
        field_subtract(&step, &elements[2 * i + 1], &first);
        multiply(&step, &step, &copy);
        add(&folded[i], &first, &step);
    }
}

static void sum_of_products(struct field *sum, const struct field *left, const struct field *right,
                            size_t count)
{
    struct field total = FIELD_ZERO;
    struct field product;
    for (size_t i = 0; i < count; i++) {
        multiply(&product, &left[i], &right[i]);
        add(&total, &total, &product);
    }
    *sum = total;
}

static void fill_powers(struct field *powers, const struct field *start, const struct field *base,
                        size_t count)
{
    const struct field factor = *base;
    struct field power = *start;
    for (size_t i = 0; i < count; i++) {
        powers[i] = power;
        multiply(&power, &power, &factor);
    }
}

static void from_integers(struct field *elements, const struct integer256 *integers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        montgomery_from_integer(elements[i].limbs, &integers[i], &scalars);
}

static void to_integers(struct integer256 *integers, const struct field *elements, size_t count)
{
    for (size_t i = 0; i < count; i++)
        montgomery_to_integer(&integers[i], elements[i].limbs, &scalars);
}

static void invert_many_var(struct field *inverses, const struct field *elements, size_t count)
{
    struct field product = FIELD_ONE;
    for (size_t i = 0; i < count; i++) {
        inverses[i] = product;
        if (!field_is_zero(&elements[i]))
            multiply(&product, &product, &elements[i]);
    }
    /* A product of what is not zero is not zero. */
    (void)field_invert(&product, &product);
    for (size_t i = count; i-- > 0;) {
        if (field_is_zero(&elements[i])) {
            inverses[i] = FIELD_ZERO;
            continue;
        }
        multiply(&inverses[i], &inverses[i], &product);
        multiply(&product, &product, &elements[i]);
    }
}

const struct fr_arithmetic fr_one_by_one = {
    .multiply_many = multiply_many,
    .scale_many = scale_many,
    .combine_many = combine_many,
    .fold_many = fold_many,
    .sum_of_products = sum_of_products,
    .fill_powers = fill_powers,
    .from_integers = from_integers,
    .to_integers = to_integers,
    .invert_many_var = invert_many_var,
};

void fr_multiply_many(struct field *products, const struct field *left, const struct field *right,
                      size_t count)
{
    arithmetic()->fr->multiply_many(products, left, right, count);
}

void fr_scale_many(struct field *products, const struct field *elements, const struct field *factor,
                   size_t count)
{
    arithmetic()->fr->scale_many(products, elements, factor, count);
}

void fr_add_scaled_many(struct field *sums, const struct field *elements,
                        const struct field *factor, size_t count)
{
    const struct field *const columns[] = {sums, elements};
    const struct field factors[] = {FIELD_ONE, *factor};
    arithmetic()->fr->combine_many(sums, columns, factors, 2, count);
}

void fr_combine_many(struct field *sums, const struct field *const *columns,
                     const struct field *factors, size_t columns_count, size_t count)
{
    CHECK(columns_count <= FR_MOST_COLUMNS);
    arithmetic()->fr->combine_many(sums, columns, factors, columns_count, count);
}

void fr_fold_many(struct field *folded, const struct field *elements, const struct field *u,
                  size_t count)
{
    arithmetic()->fr->fold_many(folded, elements, u, count);
}

void fr_sum_of_products(struct field *sum, const struct field *left, const struct field *right,
                        size_t count)
{
    arithmetic()->fr->sum_of_products(sum, left, right, count);
}

void fr_fill_powers(struct field *powers, const struct field *start, const struct field *base,
                    size_t count)
{
    arithmetic()->fr->fill_powers(powers, start, base, count);
}

void fr_from_integers(struct field *elements, const struct integer256 *integers, size_t count)
{
    arithmetic()->fr->from_integers(elements, integers, count);
}

void fr_to_integers(struct integer256 *integers, const struct field *elements, size_t count)
{
    arithmetic()->fr->to_integers(integers, elements, count);
}

void fr_invert_many_var(struct field *inverses, const struct field *elements, size_t count)
{
    arithmetic()->fr->invert_many_var(inverses, elements, count);
}
