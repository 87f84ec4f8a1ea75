#include "ultrahonk/public_input_delta.h"

#include "ultrahonk/arithmetic.h"
#include "ultrahonk/verification_key.h"

struct public_input_products public_input_products_begin(struct field beta, struct field gamma)
{
    return (struct public_input_products){.beta = beta,
                                          .gamma = gamma,
                                          .numerator = FIELD_ONE,
                                          .denominator = FIELD_ONE,
                                          .row = PUBLIC_INPUTS_OFFSET};
}

void public_input_products_add(struct public_input_products *products, struct field value)
{
    const struct field cell = plus(value, products->gamma);
    const struct field named = times(products->beta, small(LABEL_SEPARATOR + products->row));
    const struct field given = times(products->beta, small(products->row + 1));
    products->numerator = times(products->numerator, plus(cell, named));
    products->denominator = times(products->denominator, minus(cell, given));
    products->row++;
}

bool public_input_delta(struct field *delta, const struct public_input_products *products)
{
    struct field inverse;
    if (!field_invert(&inverse, &products->denominator))
        return false;
    *delta = times(products->numerator, inverse);
    return true;
}
