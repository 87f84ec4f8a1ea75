/* What ties cells together: the permutation, the lookups and the memories. */
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/relation_kinds.h"

enum { WIRES = 4 };

/* The product over the wires of w + beta label + gamma. */
static struct field grand_product(const struct field *e, size_t first_label,
                                  const struct relation_parameters *parameters)
{
    struct field product = FIELD_ONE;
    for (size_t i = 0; i < WIRES; i++) {
        struct field label = times(parameters->beta, e[first_label + i]);
        product = times(product, plus(plus(e[W_L + i], label), parameters->gamma));
    }
    return product;
}

void relation_permutation(struct field *values, const struct field *e,
                          const struct relation_parameters *parameters)
{
    struct field numerator = grand_product(e, ID_1, parameters);
    struct field denominator = grand_product(e, SIGMA_1, parameters);
    struct field last = times(e[LAGRANGE_LAST], parameters->public_input_delta);
    values[0] = minus(times(plus(e[Z_PERM], e[LAGRANGE_FIRST]), numerator),
                      times(plus(e[Z_PERM_SHIFT], last), denominator));
    values[1] = times(e[LAGRANGE_LAST], e[Z_PERM_SHIFT]);
    values[2] = times(e[LAGRANGE_FIRST], e[Z_PERM]);
}

/* The polynomial in x with four coefficients, the lowest first. */
static struct field cubic(struct field x, struct field c0, struct field c1, struct field c2,
                          struct field c3)
{
    return plus(c0, times(x, plus(c1, times(x, plus(c2, times(x, c3))))));
}

void relation_lookup(struct field *values, const struct field *e,
                     const struct relation_parameters *parameters)
{
    struct field beta = parameters->beta;
    struct field gamma = parameters->gamma;
    struct field table = cubic(beta, plus(e[TABLE_1], gamma), e[TABLE_2], e[TABLE_3], e[TABLE_4]);
    struct field looked_up = cubic(beta, plus(plus(e[W_L], gamma), times(e[Q_R], e[W_L_SHIFT])),
                                   plus(e[W_R], times(e[Q_M], e[W_R_SHIFT])),
                                   plus(e[W_O], times(e[Q_C], e[W_O_SHIFT])), e[Q_O]);
    struct field table_inverse = times(table, e[LOOKUP_INVERSES]);
    struct field tags = e[LOOKUP_READ_TAGS];
    struct field either = minus(plus(e[Q_LOOKUP], tags), times(e[Q_LOOKUP], tags));
    values[0] = minus(times(looked_up, table_inverse), either);
    values[1] = minus(times(e[Q_LOOKUP], table_inverse),
                      times(e[LOOKUP_READ_COUNTS], times(looked_up, e[LOOKUP_INVERSES])));
    values[2] = minus(squared(tags), tags);
}

/* What a memory's two kinds of record have in common. */
struct memory_row {
    struct field access;      /* the record's type: 0 a read, 1 a write */
    struct field next_access; /* that of the next record */
    struct field index_step;
    struct field same_index; /* 1 - index_step */
};

static struct memory_row memory_row_of(const struct field *e, struct field eta)
{
    struct field record = cubic(eta, e[Q_C], e[W_L], e[W_R], e[W_O]);
    struct field next = cubic(eta, FIELD_ZERO, e[W_L_SHIFT], e[W_R_SHIFT], e[W_O_SHIFT]);
    struct field step = minus(e[W_L_SHIFT], e[W_L]);
    return (struct memory_row){
        .access = minus(e[W_4], record),
        .next_access = minus(e[W_4_SHIFT], next),
        .index_step = step,
        .same_index = minus(FIELD_ONE, step),
    };
}

void relation_memory(struct field *values, const struct field *e,
                     const struct relation_parameters *parameters)
{
    const struct memory_row row = memory_row_of(e, parameters->eta);
    struct field wrong = negated(row.access);
    struct field rom = times(e[Q_MEMORY], times(e[Q_L], e[Q_R]));
    struct field ram = times(e[Q_MEMORY], e[Q_O]);
    struct field step_is_bit = times(row.index_step, minus(row.index_step, FIELD_ONE));
    struct field timestamps = minus(times(row.same_index, minus(e[W_R_SHIFT], e[W_R])), e[W_O]);
    struct field access_is_bit = times(row.access, minus(row.access, FIELD_ONE));
    struct field check =
        plus(times(e[Q_4], times(e[Q_L], timestamps)), times(e[Q_M], times(e[Q_L], wrong)));
    values[0] = plus(times(rom, wrong), plus(times(e[Q_MEMORY], check), times(ram, access_is_bit)));
    values[1] = times(rom, times(row.same_index, minus(e[W_4_SHIFT], e[W_4])));
    values[2] = times(rom, step_is_bit);
    values[3] = times(times(ram, row.same_index),
                      times(minus(e[W_O_SHIFT], e[W_O]), minus(FIELD_ONE, row.next_access)));
    values[4] = times(ram, step_is_bit);
    values[5] = times(ram, minus(squared(row.next_access), row.next_access));
}
