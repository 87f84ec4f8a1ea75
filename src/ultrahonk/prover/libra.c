#include "ultrahonk/prover/libra_internal.h"

#include <string.h>

#include "base/check.h"
#include "ultrahonk/arithmetic.h"

_Static_assert(sizeof(struct libra) % sizeof(struct field) == 0, "it is all elements");
_Static_assert(1 + MOST_ROUNDS * LIBRA_COEFFICIENTS <= SUBGROUP_ORDER, "they fit the subgroup");

static struct field value_at(const struct field coefficients[LIBRA_COEFFICIENTS], struct field x)
{
    struct field value = FIELD_ZERO;
    for (size_t i = LIBRA_COEFFICIENTS; i-- > 0;)
        value = plus(times(value, x), coefficients[i]);
    return value;
}

static struct field power_of_two(size_t exponent)
{
    return small(UINT64_C(1) << exponent);
}

/* Adds a random multiple of X^256 - 1: the values on the subgroup stay. */
static void blind(struct proving *proving, struct field *polynomial, size_t length)
{
    struct field factor[LIBRA_SUMS_LENGTH - SUBGROUP_ORDER];
    const size_t count = length - SUBGROUP_ORDER;
    proving_draw_random(proving, factor, count);
    for (size_t i = 0; i < count; i++) {
        polynomial[i] = minus(polynomial[i], factor[i]);
        polynomial[SUBGROUP_ORDER + i] = factor[i];
    }
    explicit_bzero(factor, sizeof(factor));
}

static void commit(struct proving *proving, const struct field *polynomial, size_t length)
{
    const struct column column = {polynomial, length};
    proving_commit(proving, &column, 1);
}

static void draw(struct proving *proving, struct libra *libra)
{
    const size_t rounds = proving->shape.rounds;
    proving_draw_random(proving, &libra->constant, 1);
    proving_draw_random(proving, libra->univariates[0], rounds * LIBRA_COEFFICIENTS);
    libra->bound = libra->constant;
    for (size_t round = 0; round < rounds; round++) {
        const struct field *coefficients = libra->univariates[round];
        libra->ends[round] = plus(coefficients[0], value_at(coefficients, FIELD_ONE));
        if (round > 0)
            libra->later = plus(libra->later, libra->ends[round]);
    }
}

static void concatenate(struct libra *libra, size_t rounds)
{
    libra->concatenation[0] = libra->constant;
    memcpy(libra->concatenation + 1, libra->univariates,
           rounds * LIBRA_COEFFICIENTS * sizeof(struct field));
    subgroup_interpolate(libra->concatenation);
}

struct field libra_begin(struct proving *proving)
{
    const size_t rounds = proving->shape.rounds;
    struct libra *libra = (struct libra *)prover_memory_take(&proving->memory, LIBRA_ELEMENTS);
    memset(libra, 0, sizeof(*libra));
    proving->libra = libra;
    draw(proving, libra);
    concatenate(libra, rounds);
    blind(proving, libra->concatenation, LIBRA_CONCATENATION_LENGTH);
    commit(proving, libra->concatenation, LIBRA_CONCATENATION_LENGTH);
    struct field ends = plus(libra->ends[0], libra->later);
    struct field sum =
        plus(times(power_of_two(rounds), libra->constant), times(power_of_two(rounds - 1), ends));
    proof_writer_scalars(&proving->writer, &sum, 1);
    proving->challenges.libra = proof_writer_draw(&proving->writer).low;
    return times(proving->challenges.libra, sum);
}

/* Each value stands for all rows that are left, and for both ends of the rounds to come. */
void libra_add_round(const struct proving *proving, struct field *values, size_t round)
{
    const struct libra *libra = proving->libra;
    const size_t left = proving->shape.rounds - 1 - round;
    struct field rest = FIELD_ZERO;
    if (left > 0)
        rest = times(power_of_two(left - 1), libra->later);
    for (size_t i = 0; i < MOST_UNIVARIATE_LENGTH; i++) {
        struct field here = plus(libra->bound, value_at(libra->univariates[round], small(i)));
        struct field share = plus(times(power_of_two(left), here), rest);
        values[i] = plus(values[i], times(proving->challenges.libra, share));
    }
}

void libra_bind(struct proving *proving, size_t round)
{
    struct libra *libra = proving->libra;
    const struct field u = proving->challenges.round[round];
    libra->bound = plus(libra->bound, value_at(libra->univariates[round], u));
    if (round + 1 < proving->shape.rounds)
        libra->later = minus(libra->later, libra->ends[round + 1]);
}

/* The sums of the products of factors and coefficients, up to each of them. */
static void fill_sums(struct proving *proving, const struct field factors[SUBGROUP_ORDER])
{
    struct libra *libra = proving->libra;
    const struct field *coefficients = &libra->univariates[0][0];
    const size_t count = proving->shape.rounds * LIBRA_COEFFICIENTS;
    struct field sum = libra->constant;
    libra->sums[0] = FIELD_ZERO;
    for (size_t i = 1; i < SUBGROUP_ORDER; i++) {
        libra->sums[i] = sum;
        if (i <= count)
            sum = plus(sum, times(factors[i], coefficients[i - 1]));
    }
    subgroup_interpolate(libra->sums);
    blind(proving, libra->sums, LIBRA_SUMS_LENGTH);
}

enum { IDENTITY_LENGTH = SUBGROUP_PRODUCT };

/*
 * Adds factor * L(X) polynomial(X) with L the subgroup's Lagrange polynomial at 1 / ratio, whose
 * coefficients are ratio^i / 256: each coefficient of the product is a sum over 256 neighbours.
 */
static void add_lagrange_product(struct field identity[IDENTITY_LENGTH], struct field ratio,
                                 const struct field *polynomial, size_t length)
{
    struct field window = FIELD_ZERO; /* the sum of ratio^(i - j) polynomial[j] */
    struct field one_by_order;
    const struct field order = small(SUBGROUP_ORDER);
    CHECK(field_invert(&one_by_order, &order));
    for (size_t i = 0; i < length + SUBGROUP_ORDER - 1; i++) {
        window = times(window, ratio);
        if (i < length)
            window = plus(window, polynomial[i]);
        if (i >= SUBGROUP_ORDER) /* ratio^256 is 1 */
            window = minus(window, polynomial[i - SUBGROUP_ORDER]);
        identity[i] = plus(identity[i], times(window, one_by_order));
    }
}

/* (X - 1/g) (A(g X) - A(X) - G(X) F(X)) */
static void add_step(struct field identity[IDENTITY_LENGTH], const struct libra *libra,
                     struct field factors[SUBGROUP_ORDER])
{
    struct field step[SUBGROUP_PRODUCT];
    struct field power = FIELD_ONE;
    subgroup_interpolate(factors);
    subgroup_multiply(step, libra->concatenation, LIBRA_CONCATENATION_LENGTH, factors,
                      SUBGROUP_ORDER);
    for (size_t i = 0; i < SUBGROUP_PRODUCT; i++) {
        step[i] = negated(step[i]);
        if (i < LIBRA_SUMS_LENGTH)
            step[i] = plus(step[i], times(libra->sums[i], minus(power, FIELD_ONE)));
        power = times(power, subgroup_generator);
    }
    for (size_t i = 0; i + 1 < IDENTITY_LENGTH; i++) {
        identity[i + 1] = plus(identity[i + 1], step[i]);
        identity[i] = minus(identity[i], times(step[i], subgroup_generator_inverse));
    }
    explicit_bzero(step, sizeof(step));
}

/* Divides what is zero on the subgroup by X^256 - 1. */
static void fill_quotient(struct libra *libra, struct field identity[IDENTITY_LENGTH])
{
    for (size_t i = IDENTITY_LENGTH; i-- > SUBGROUP_ORDER;) {
        identity[i - SUBGROUP_ORDER] = plus(identity[i - SUBGROUP_ORDER], identity[i]);
        if (i - SUBGROUP_ORDER < LIBRA_QUOTIENT_LENGTH)
            libra->quotient[i - SUBGROUP_ORDER] = identity[i];
    }
    for (size_t i = 0; i < SUBGROUP_ORDER; i++)
        CHECK(field_is_zero(&identity[i]));
}

/* The left side of the verifier's check, all but the quotient's term. */
static void prove_value(struct proving *proving, struct field factors[SUBGROUP_ORDER])
{
    struct libra *libra = proving->libra;
    struct field identity[IDENTITY_LENGTH] = {0};
    struct field distance[LIBRA_SUMS_LENGTH];
    add_lagrange_product(identity, FIELD_ONE, libra->sums, LIBRA_SUMS_LENGTH);
    add_step(identity, libra, factors);
    memcpy(distance, libra->sums, sizeof(distance));
    distance[0] = minus(distance[0], libra->bound);
    add_lagrange_product(identity, subgroup_generator, distance, LIBRA_SUMS_LENGTH);
    fill_quotient(libra, identity);
    explicit_bzero(identity, sizeof(identity));
    explicit_bzero(distance, sizeof(distance));
}

void libra_end(struct proving *proving)
{
    struct libra *libra = proving->libra;
    struct field factors[SUBGROUP_ORDER];
    inner_product_factors(factors, &proving->shape, &proving->challenges);
    fill_sums(proving, factors);
    prove_value(proving, factors);
    proof_writer_scalars(&proving->writer, &libra->bound, 1);
    commit(proving, libra->sums, LIBRA_SUMS_LENGTH);
    commit(proving, libra->quotient, LIBRA_QUOTIENT_LENGTH);
}
