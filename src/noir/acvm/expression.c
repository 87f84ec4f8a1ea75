#include <sodium.h>
#include <stdlib.h>

#include "noir/acvm/solver_internal.h"

/* coefficient * value, most often without a multiplication. */
static inline void scale(struct field *scaled, const struct field *coefficient,
                         enum acir_coefficient kind, const struct field *value)
{
    if (kind == ACIR_COEFFICIENT_ONE)
        *scaled = *value;
    else if (kind == ACIR_COEFFICIENT_MINUS_ONE)
        field_negate(scaled, value);
    else
        field_multiply(scaled, coefficient, value);
}

/* sum += coefficient * value */
static inline void add_scaled(struct field *sum, const struct field *coefficient,
                              enum acir_coefficient kind, const struct field *value)
{
    if (kind == ACIR_COEFFICIENT_ONE) {
        field_add(sum, sum, value);
    } else if (kind == ACIR_COEFFICIENT_MINUS_ONE) {
        field_subtract(sum, sum, value);
    } else {
        struct field scaled;
        field_multiply(&scaled, coefficient, value);
        field_add(sum, sum, &scaled);
    }
}

/* What is left of a term once the known values are put in. */
enum remainder { NOTHING_LEFT, TERM_LEFT, PRODUCT_LEFT };

/* Puts the known values into a product: what is known goes to *sum, otherwise the product becomes
 * coefficient * witness, or stays. An unknown times 0 is gone. */
static enum remainder reduce_product(const struct witness_map *witnesses,
                                     const struct acir_product *product, struct field *sum,
                                     struct field *coefficient, uint32_t *witness)
{
    const struct field *left = witness_map_get(witnesses, product->left);
    const struct field *right = witness_map_get(witnesses, product->right);
    if (left != NULL && right != NULL) {
        struct field both;
        field_multiply(&both, left, right);
        add_scaled(sum, &product->coefficient, product->kind, &both);
        return NOTHING_LEFT;
    }
    if (left == NULL && right == NULL)
        return field_is_zero(&product->coefficient) ? NOTHING_LEFT : PRODUCT_LEFT;
    *witness = left == NULL ? product->left : product->right;
    scale(coefficient, &product->coefficient, product->kind, left == NULL ? right : left);
    return field_is_zero(coefficient) ? NOTHING_LEFT : TERM_LEFT;
}

static enum remainder reduce_term(const struct witness_map *witnesses, const struct acir_term *term,
                                  struct field *sum)
{
    const struct field *value = witness_map_get(witnesses, term->witness);
    if (value == NULL)
        return field_is_zero(&term->coefficient) ? NOTHING_LEFT : TERM_LEFT;
    add_scaled(sum, &term->coefficient, term->kind, value);
    return NOTHING_LEFT;
}

bool expression_value(const struct frame *frame, const struct acir_expression *expression,
                      struct field *value, uint32_t *unknown)
{
    *value = expression->constant;
    for (uint32_t index = 0; index < expression->product_count; index++) {
        const struct acir_product *product = &expression->products[index];
        struct field coefficient;
        *unknown = product->left;
        if (reduce_product(&frame->witnesses, product, value, &coefficient, unknown) !=
            NOTHING_LEFT)
            return false;
    }
    for (uint32_t index = 0; index < expression->term_count; index++) {
        *unknown = expression->terms[index].witness;
        if (reduce_term(&frame->witnesses, &expression->terms[index], value) != NOTHING_LEFT)
            return false;
    }
    return true;
}

/* The witness for which coefficient * witness + constant = 0; the coefficient is not 0. */
static bool solve_for(struct solver *solver, struct frame *frame, uint32_t witness,
                      const struct field *coefficient, const struct field *constant)
{
    struct field value = *constant;
    if (field_is_one(coefficient)) {
        field_negate(&value, &value);
    } else if (!field_equal(coefficient, &FIELD_MINUS_ONE)) {
        struct field inverse;
        (void)field_invert(&inverse, coefficient);
        field_multiply(&value, &value, &inverse);
        field_negate(&value, &value);
    }
    return solver_set(solver, frame, witness, &value);
}

static bool too_many_unknowns(struct solver *solver)
{
    return solver_fail(solver, "Cannot solve opcode: expression has too many unknowns");
}

/* A term that is left, or a product with right != NO_WITNESS. */
struct left_over {
    uint32_t left;
    uint32_t right;
    struct field coefficient;
};

#define NO_WITNESS UINT32_MAX

static int compare_left_overs(const void *one, const void *other)
{
    const struct left_over *a = one;
    const struct left_over *b = other;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return (a->right > b->right) - (a->right < b->right);
}

/* All that is left of the expression, with the known part in *sum; returns the number. */
static size_t collect(const struct frame *frame, const struct acir_expression *expression,
                      struct left_over *list, struct field *sum)
{
    size_t count = 0;
    *sum = expression->constant;
    for (uint32_t index = 0; index < expression->product_count; index++) {
        const struct acir_product *product = &expression->products[index];
        struct left_over item = {NO_WITNESS, NO_WITNESS, FIELD_ZERO};
        enum remainder remainder =
            reduce_product(&frame->witnesses, product, sum, &item.coefficient, &item.left);
        if (remainder == PRODUCT_LEFT) {
            bool ordered = product->left <= product->right;
            item.left = ordered ? product->left : product->right;
            item.right = ordered ? product->right : product->left;
            item.coefficient = product->coefficient;
        }
        if (remainder != NOTHING_LEFT)
            list[count++] = item;
    }
    for (uint32_t index = 0; index < expression->term_count; index++) {
        const struct acir_term *term = &expression->terms[index];
        if (reduce_term(&frame->witnesses, term, sum) == TERM_LEFT)
            list[count++] = (struct left_over){term->witness, NO_WITNESS, term->coefficient};
    }
    return count;
}

/* Adds up equal ones in place and drops what adds up to 0; returns how many are left. */
static size_t combine(struct left_over *list, size_t count)
{
    if (count > 0)
        qsort(list, count, sizeof(*list), compare_left_overs);
    size_t kept = 0;
    for (size_t index = 0; index < count;) {
        struct left_over total = list[index++];
        for (; index < count && compare_left_overs(&list[index], &total) == 0; index++)
            field_add(&total.coefficient, &total.coefficient, &list[index].coefficient);
        if (!field_is_zero(&total.coefficient))
            list[kept++] = total;
    }
    return kept;
}

/* For expressions in which several unknowns are met, some of which may cancel. */
static bool solve_general(struct solver *solver, struct frame *frame,
                          const struct acir_expression *expression)
{
    size_t room = (size_t)expression->product_count + expression->term_count;
    struct left_over *list = calloc(room, sizeof(*list));
    if (list == NULL)
        return solver_no_memory(solver);
    struct field sum;
    size_t count = combine(list, collect(frame, expression, list, &sum));
    bool solved;
    if (count == 0)
        solved = field_is_zero(&sum) || solver_unsatisfied(solver);
    else if (count > 1 || list[0].right != NO_WITNESS)
        solved = too_many_unknowns(solver);
    else
        solved = solve_for(solver, frame, list[0].left, &list[0].coefficient, &sum);
    sodium_memzero(list, room * sizeof(*list));
    free(list);
    return solved;
}

bool solve_assert_zero(struct solver *solver, struct frame *frame,
                       const struct acir_expression *expression)
{
    if (!solver_charge(solver, (uint64_t)expression->product_count + expression->term_count))
        return false;
    /* Nearly always at most one witness is unknown, and occurs once. */
    struct field sum = expression->constant;
    struct field coefficient = FIELD_ZERO;
    uint32_t unknown = NO_WITNESS;
    for (uint32_t index = 0; index < expression->product_count; index++) {
        uint32_t witness;
        struct field factor;
        enum remainder remainder = reduce_product(&frame->witnesses, &expression->products[index],
                                                  &sum, &factor, &witness);
        if (remainder == NOTHING_LEFT)
            continue;
        if (remainder == PRODUCT_LEFT || unknown != NO_WITNESS)
            return solve_general(solver, frame, expression);
        unknown = witness;
        coefficient = factor;
    }
    for (uint32_t index = 0; index < expression->term_count; index++) {
        const struct acir_term *term = &expression->terms[index];
        if (reduce_term(&frame->witnesses, term, &sum) == NOTHING_LEFT)
            continue;
        if (unknown != NO_WITNESS)
            return solve_general(solver, frame, expression);
        unknown = term->witness;
        coefficient = term->coefficient;
    }
    if (unknown == NO_WITNESS)
        return field_is_zero(&sum) || solver_unsatisfied(solver);
    return solve_for(solver, frame, unknown, &coefficient, &sum);
}
