/* AssertZero: an expression over as many arithmetic gates as it needs. */
#include <stdlib.h>
#include <string.h>

#include "ultrahonk/circuit/builder_internal.h"

#define NO_TERM UINT32_MAX

/* An expression at work: each witness once, and which products brought it along. */
struct split {
    struct acir_term *terms; /* ascending by witness */
    uint32_t *lefts;         /* for each product: the term of its left factor, or NO_TERM */
    uint32_t *rights;
    uint32_t term_count;
    uint32_t left_over; /* terms that no product brought along */
    uint32_t at;        /* the first term that may be left */
    bool *taken;
    void *memory;
};

static int compare_terms(const void *left, const void *right)
{
    uint32_t a = ((const struct acir_term *)left)->witness;
    uint32_t b = ((const struct acir_term *)right)->witness;
    return (a > b) - (a < b);
}

/* A sum that is zero stays a term. */
static void sum_terms(struct split *split, const struct acir_expression *expression)
{
    struct acir_term *terms = split->terms;
    if (expression->term_count == 0)
        return;
    memcpy(terms, expression->terms, expression->term_count * sizeof(*terms));
    qsort(terms, expression->term_count, sizeof(*terms), compare_terms);
    uint32_t kept = 0;
    for (uint32_t i = 1; i < expression->term_count; i++) {
        if (terms[i].witness == terms[kept].witness)
            terms[kept].coefficient = plus(terms[kept].coefficient, terms[i].coefficient);
        else
            terms[++kept] = terms[i];
    }
    split->term_count = kept + 1;
}

static uint32_t take(struct split *split, uint32_t witness)
{
    const struct acir_term key = {.witness = witness};
    if (split->term_count == 0)
        return NO_TERM;
    const struct acir_term *term =
        bsearch(&key, split->terms, split->term_count, sizeof(key), compare_terms);
    if (term == NULL || split->taken[term - split->terms])
        return NO_TERM;
    split->taken[term - split->terms] = true;
    split->left_over--;
    return (uint32_t)(term - split->terms);
}

static bool begin_split(struct split *split, const struct acir_expression *expression)
{
    size_t terms = expression->term_count;
    size_t products = expression->product_count;
    *split = (struct split){0};
    split->memory = calloc(1, terms * (sizeof(struct acir_term) + sizeof(bool)) +
                                  products * 2 * sizeof(uint32_t) + 1);
    if (split->memory == NULL)
        return false;
    split->terms = split->memory;
    split->lefts = (uint32_t *)(split->terms + terms);
    split->rights = split->lefts + products;
    split->taken = (bool *)(split->rights + products);
    sum_terms(split, expression);
    split->left_over = split->term_count;
    for (size_t i = 0; i < products; i++) {
        split->lefts[i] = take(split, expression->products[i].left);
        split->rights[i] = take(split, expression->products[i].right);
    }
    return true;
}

/* The smallest witness that is left goes into that wire. */
static void place_next(struct gate *gate, struct field *selector, struct split *split,
                       unsigned wire)
{
    while (split->at < split->term_count && split->taken[split->at])
        split->at++;
    if (split->at == split->term_count)
        return;
    const struct acir_term *term = &split->terms[split->at++];
    gate->wires[wire] = term->witness;
    *selector = term->coefficient;
    split->left_over--;
}

static struct field coefficient_of(const struct split *split, uint32_t term)
{
    return term == NO_TERM ? FIELD_ZERO : split->terms[term].coefficient;
}

/* Fills a gate's wires; w4 of all but the first is the rest of the one before. */
static void fill_gate(struct gate *gate, struct split *split,
                      const struct acir_expression *expression, uint32_t number)
{
    bool has_product = number < expression->product_count;
    if (has_product) {
        const struct acir_product *product = &expression->products[number];
        gate->wires[0] = product->left;
        gate->wires[1] = product->right;
        gate->q_m = product->coefficient;
        gate->q_l = coefficient_of(split, split->lefts[number]);
        gate->q_r = coefficient_of(split, split->rights[number]);
    } else {
        place_next(gate, &gate->q_l, split, 0);
        place_next(gate, &gate->q_r, split, 1);
    }
    place_next(gate, &gate->q_o, split, 2);
    if (number > 0)
        return;
    place_next(gate, &gate->q_4, split, 3);
    gate->q_c = expression->constant;
}

/* Before the rest of the gate before it is added. */
static bool is_empty(const struct gate *gate)
{
    const struct field *const selectors[] = {&gate->q_m, &gate->q_l, &gate->q_r,
                                             &gate->q_o, &gate->q_4, &gate->q_c};
    for (size_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++)
        if (!field_is_zero(selectors[i]))
            return false;
    return true;
}

static uint32_t count_gates(const struct split *split, uint32_t products)
{
    uint32_t with_products = products > 0 ? products + 1 : 4;
    uint32_t gates = products > 0 ? products : 1;
    if (split->left_over <= with_products)
        return gates;
    return gates + (split->left_over - with_products + 2) / 3;
}

uint32_t assert_zero_gates(const struct acir_expression *expression)
{
    struct split split;
    if (expression->product_count > 1 ||
        (expression->product_count == 0 && expression->term_count <= TRACE_WIRES))
        return expression->product_count > 1 ? expression->product_count : 1;
    if (!begin_split(&split, expression))
        return 0;
    uint32_t gates = count_gates(&split, expression->product_count);
    free(split.memory);
    return gates;
}

static void emit(struct builder *builder, struct split *split,
                 const struct acir_expression *expression)
{
    const uint32_t zero = builder->zero;
    const uint32_t gates = count_gates(split, expression->product_count);
    uint32_t carry = zero;
    for (uint32_t i = 0; i < gates && !builder_failed(builder); i++) {
        struct gate gate = {.wires = {zero, zero, zero, carry}};
        fill_gate(&gate, split, expression, i);
        if (is_empty(&gate))
            builder_fail(builder, TRACE_REFUSED,
                         "AssertZero comes down to a gate of zeros, which bb does not prove");
        if (i > 0)
            gate.q_4 = FIELD_MINUS_ONE;
        if (i + 1 < gates)
            carry = builder_carry(builder, &gate);
        else
            builder_arithmetic(builder, &gate);
    }
}

void rule_assert_zero(struct builder *builder, const struct acir_expression *expression,
                      bool one_gate)
{
    struct split split;
    uint32_t gates = assert_zero_gates(expression);
    if (gates > 0 && (gates == 1) != one_gate)
        return;
    if (gates == 0 || !begin_split(&split, expression)) {
        builder_fail(builder, TRACE_NO_MEMORY, "there is no memory");
        return;
    }
    emit(builder, &split, expression);
    free(split.memory);
}
