/*
 * Gemini's folds of the combined columns, and their openings by Shplonk and KZG. Sources:
 * specification, 7; Bootle and others, "Gemini", 2022; Boneh and others, "Efficient polynomial
 * commitment schemes for multiple points and polynomials", 2020.
 */
#include <string.h>

#include "bn254/fr.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/prover/libra_internal.h"

struct opening {
    struct proving *proving;
    size_t length;
    struct column unshifted; /* the combinations of columns, and of those that are shifted */
    struct column shifted;
    struct column folds[MOST_ROUNDS]; /* from the second on */
    struct field points[MOST_ROUNDS]; /* x^(2^l) */
    struct field inverse;             /* of x */
    struct field *quotient;
    size_t quotient_length;
};

static size_t larger(size_t left, size_t right)
{
    return left > right ? left : right;
}

static void add_column(struct field *sum, const struct column *column, struct field factor)
{
    for (size_t row = 0; row < column->length; row++)
        if (!field_is_zero(&column->values[row]))
            sum[row] = plus(sum[row], times(factor, column->values[row]));
}

static struct field *new_zeros(struct proving *proving, size_t length)
{
    struct field *values = prover_memory_take(&proving->memory, length);
    memset(values, 0, length * sizeof(*values));
    return values;
}

/* The columns with the powers of rho; the shifts go by what is shifted. */
static void combine(struct opening *opening)
{
    struct proving *proving = opening->proving;
    struct field *unshifted;
    struct field *shifted;
    struct field factor = FIELD_ONE;
    opening->length = proving->masking.length;
    for (size_t i = 0; i < COMMITTED_COUNT; i++)
        opening->length = larger(opening->length, proving->entities[i].length);
    unshifted = new_zeros(proving, opening->length);
    shifted = new_zeros(proving, opening->length);
    if (proving->shape.zero_knowledge) {
        add_column(unshifted, &proving->masking, factor);
        factor = proving->challenges.rho;
    }
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        if (i < FIRST_SHIFT)
            add_column(unshifted, &proving->entities[i], factor);
        else
            add_column(shifted, &proving->entities[entity_of_shift((enum entity)i)], factor);
        factor = times(factor, proving->challenges.rho);
    }
    opening->unshifted = (struct column){unshifted, opening->length};
    opening->shifted = (struct column){shifted, opening->length};
}

/* A coefficient of the polynomial that is folded first. */
static struct field first_at(const struct opening *opening, size_t i)
{
    return plus(column_at(&opening->unshifted, i), column_at(&opening->shifted, i + 1));
}

static struct field fold_at(const struct opening *opening, size_t level, size_t i)
{
    return level == 0 ? first_at(opening, i) : column_at(&opening->folds[level], i);
}

static void fold(struct opening *opening)
{
    struct proving *proving = opening->proving;
    size_t length = opening->length;
    for (size_t level = 0; level + 1 < proving->shape.rounds; level++) {
        const struct field u = proving->challenges.round[level];
        length = (length + 1) / 2;
        struct field *folded = prover_memory_take(&proving->memory, length);
        for (size_t i = 0; i < length; i++) {
            const struct field even = fold_at(opening, level, 2 * i);
            const struct field odd = fold_at(opening, level, 2 * i + 1);
            folded[i] = plus(even, times(u, minus(odd, even)));
        }
        opening->folds[level + 1] = (struct column){folded, length};
    }
    proving_commit(proving, opening->folds + 1, proving->shape.rounds - 1);
    proving->challenges.gemini = proof_writer_draw(&proving->writer).low;
}

static struct field value_at(const struct field *coefficients, size_t length, struct field x)
{
    struct field value = FIELD_ZERO;
    for (size_t i = length; i-- > 0;)
        value = plus(times(value, x), coefficients[i]);
    return value;
}

static struct field column_value(const struct column *column, struct field x)
{
    return value_at(column->values, column->length, x);
}

static void send_libra_openings(struct proving *proving)
{
    const struct libra *libra = proving->libra;
    const struct field x = proving->challenges.gemini;
    struct field opened[LIBRA_OPENING_COUNT];
    opened[LIBRA_G] = value_at(libra->concatenation, LIBRA_CONCATENATION_LENGTH, x);
    opened[LIBRA_SUM_SHIFTED] =
        value_at(libra->sums, LIBRA_SUMS_LENGTH, times(subgroup_generator, x));
    opened[LIBRA_SUM] = value_at(libra->sums, LIBRA_SUMS_LENGTH, x);
    opened[LIBRA_QUOTIENT] = value_at(libra->quotient, LIBRA_QUOTIENT_LENGTH, x);
    proof_writer_scalars(&proving->writer, opened, LIBRA_OPENING_COUNT);
}

/* The folds at -x^(2^l). */
static void send_fold_evaluations(struct opening *opening)
{
    struct proving *proving = opening->proving;
    struct field x = proving->challenges.gemini;
    /* A challenge of zero is one that the verifier refuses. */
    opening->inverse = FIELD_ZERO;
    (void)field_invert(&opening->inverse, &x);
    for (size_t level = 0; level < proving->shape.rounds; level++) {
        struct field value;
        opening->points[level] = x;
        if (level == 0)
            value = minus(column_value(&opening->unshifted, negated(x)),
                          times(opening->inverse, column_value(&opening->shifted, negated(x))));
        else
            value = column_value(&opening->folds[level], negated(x));
        proof_writer_scalars(&proving->writer, &value, 1);
        x = squared(x);
    }
    if (proving->libra != NULL)
        send_libra_openings(proving);
    proving->challenges.nu = proof_writer_draw(&proving->writer).low;
}

/* Something that is opened at a point and at its negative, with a factor each. */
struct pair_claim {
    struct column column;
    struct field point;
    struct field positive;
    struct field negative;
};

/* Something that is opened at a point. */
struct single_claim {
    struct column column;
    struct field point;
    struct field factor;
};

enum { MOST_PAIRS = MOST_ROUNDS + 1, LIBRA_CLAIMS = 5 };

struct claims {
    struct pair_claim pairs[MOST_PAIRS];
    size_t pair_count;
    struct single_claim singles[LIBRA_CLAIMS];
    size_t single_count;
};

static void add_libra_claims(struct claims *claims, const struct proving *proving,
                             struct field factor)
{
    const struct libra *libra = proving->libra;
    const struct field x = proving->challenges.gemini;
    const struct column concatenation = {libra->concatenation, LIBRA_CONCATENATION_LENGTH};
    const struct column sums = {libra->sums, LIBRA_SUMS_LENGTH};
    const struct column quotient = {libra->quotient, LIBRA_QUOTIENT_LENGTH};
    const struct single_claim singles[LIBRA_CLAIMS] = {
        {concatenation, x, FIELD_ZERO},
        {sums, times(subgroup_generator, x), FIELD_ZERO},
        {sums, x, FIELD_ZERO},
        {sums, FIELD_ONE, FIELD_ZERO},
        {quotient, x, FIELD_ZERO}};
    for (size_t i = 0; i < LIBRA_CLAIMS; i++) {
        claims->singles[i] = singles[i];
        claims->singles[i].factor = factor;
        factor = times(factor, proving->challenges.nu);
    }
    claims->single_count = LIBRA_CLAIMS;
}

/* A_0 at x is Fu + Fs / x there, and at -x it is Fu - Fs / x. */
static void find_claims(struct claims *claims, const struct opening *opening)
{
    const struct proving *proving = opening->proving;
    const struct field nu = proving->challenges.nu;
    struct field factor = FIELD_ONE;
    claims->pairs[claims->pair_count++] =
        (struct pair_claim){opening->unshifted, opening->points[0], FIELD_ONE, nu};
    claims->pairs[claims->pair_count++] =
        (struct pair_claim){opening->shifted, opening->points[0], opening->inverse,
                            negated(times(nu, opening->inverse))};
    for (size_t level = 1; level < proving->shape.rounds; level++) {
        factor = times(factor, squared(nu));
        claims->pairs[claims->pair_count++] = (struct pair_claim){
            opening->folds[level], opening->points[level], factor, times(factor, nu)};
    }
    if (proving->libra != NULL)
        add_libra_claims(claims, proving, times(factor, squared(nu)));
}

/*
 * Adds s (f - f(y)) / (X - y) + t (f - f(-y)) / (X + y), that is the whole part of
 * ((s + t) X + (s - t) y) f / (X^2 - y^2). With c the whole part of f / (X^2 - y^2) and r its rest,
 * it is that factor times c, and (s + t) times the rest's coefficient of X.
 */
static void add_pair_quotient(struct field *quotient, const struct pair_claim *claim)
{
    const struct field square = squared(claim->point);
    const struct field here = times(minus(claim->positive, claim->negative), claim->point);
    const struct field next = plus(claim->positive, claim->negative);
    struct field c[2] = {FIELD_ZERO, FIELD_ZERO}; /* the coefficients i and i - 1 of c */
    for (size_t i = claim->column.length; i-- > 1;) {
        /* The coefficient i - 2 of c, and the rest's when i is 1. */
        struct field before = plus(claim->column.values[i], times(square, c[0]));
        quotient[i - 1] = plus(quotient[i - 1], plus(times(next, before), times(here, c[1])));
        c[0] = c[1];
        c[1] = before;
    }
}

static void add_single_quotient(struct field *quotient, const struct single_claim *claim)
{
    struct field carry = FIELD_ZERO;
    for (size_t i = claim->column.length; i-- > 1;) {
        carry = plus(times(carry, claim->point), claim->column.values[i]);
        quotient[i - 1] = plus(quotient[i - 1], times(claim->factor, carry));
    }
}

static void send_shplonk_quotient(struct opening *opening, const struct claims *claims)
{
    struct proving *proving = opening->proving;
    opening->quotient_length = larger(opening->length, LIBRA_SUMS_LENGTH);
    opening->quotient = new_zeros(proving, opening->quotient_length);
    for (size_t i = 0; i < claims->pair_count; i++)
        add_pair_quotient(opening->quotient, &claims->pairs[i]);
    for (size_t i = 0; i < claims->single_count; i++)
        add_single_quotient(opening->quotient, &claims->singles[i]);
    const size_t used = (proving->libra != NULL ? opening->quotient_length : opening->length) - 1;
    const struct column column = {opening->quotient, used};
    proving_commit(proving, &column, 1);
    proving->challenges.shplonk = proof_writer_draw(&proving->writer).low;
}

/* What a pair's polynomial and a single's are subtracted with: their factors over z - point. */
static void subtract_claims(struct opening *opening, const struct claims *claims)
{
    const struct field z = opening->proving->challenges.shplonk;
    struct field differences[2 * MOST_PAIRS + LIBRA_CLAIMS];
    struct field inverses[2 * MOST_PAIRS + LIBRA_CLAIMS];
    size_t count = 0;
    for (size_t i = 0; i < claims->pair_count; i++) {
        differences[count++] = minus(z, claims->pairs[i].point);
        differences[count++] = plus(z, claims->pairs[i].point);
    }
    for (size_t i = 0; i < claims->single_count; i++)
        differences[count++] = minus(z, claims->singles[i].point);
    fr_invert_many_var(inverses, differences, count);
    const struct field *inverse = inverses;
    for (size_t i = 0; i < claims->pair_count; i++, inverse += 2)
        add_column(opening->quotient, &claims->pairs[i].column,
                   negated(plus(times(claims->pairs[i].positive, inverse[0]),
                                times(claims->pairs[i].negative, inverse[1]))));
    for (size_t i = 0; i < claims->single_count; i++, inverse++)
        add_column(opening->quotient, &claims->singles[i].column,
                   negated(times(claims->singles[i].factor, *inverse)));
}

/* Divides by X - z; the quotient's coefficients stand one place higher. */
static void send_kzg_quotient(struct opening *opening)
{
    const struct field z = opening->proving->challenges.shplonk;
    struct field carry = FIELD_ZERO;
    for (size_t i = opening->quotient_length; i-- > 0;) {
        carry = plus(times(carry, z), opening->quotient[i]);
        opening->quotient[i] = carry;
    }
    const size_t used =
        opening->proving->libra != NULL ? opening->quotient_length : opening->length;
    const struct column column = {opening->quotient + 1, used - 1};
    proving_commit(opening->proving, &column, 1);
}

void proving_open(struct proving *proving)
{
    struct opening opening = {.proving = proving};
    struct claims claims = {0};
    combine(&opening);
    fold(&opening);
    if (!proving_goes_on(proving, 800))
        return;
    send_fold_evaluations(&opening);
    find_claims(&claims, &opening);
    send_shplonk_quotient(&opening, &claims);
    if (!proving_goes_on(proving, 900))
        return;
    subtract_claims(&opening, &claims);
    send_kzg_quotient(&opening);
}
