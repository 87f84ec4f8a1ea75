/*
 * Gemini's folds of the combined columns, and their openings by Shplonk and KZG. Sources:
 * specification, 7; Bootle and others, "Gemini", 2022; Boneh and others, "Efficient polynomial
 * commitment schemes for multiple points and polynomials", 2020.
 */
#include <string.h>

#include "bn254/fr.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/parallel.h"
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
    fr_add_scaled_many(sum, column->values, &factor, column->length);
}

static struct field *new_zeros(struct proving *proving, size_t length)
{
    struct field *values = prover_memory_take(&proving->memory, length);
    memset(values, 0, length * sizeof(*values));
    return values;
}

/* Columns with their factors, of which some rows are summed up at a time. */
struct combination {
    struct column columns[COMMITTED_COUNT + 1];
    struct field factors[COMMITTED_COUNT + 1];
    size_t count;
    struct field *sum;
    size_t length;
};

enum { PIECE_ROWS = 1024 };

/* Those that reach to the end of the rows together, and the others one by one. */
static void combine_rows(void *context, size_t piece)
{
    const struct combination *combination = context;
    const size_t first = piece * PIECE_ROWS;
    const size_t left = combination->length - first;
    const size_t rows = left < PIECE_ROWS ? left : PIECE_ROWS;
    const struct field *whole[COMMITTED_COUNT + 1];
    struct field factors[COMMITTED_COUNT + 1];
    size_t count = 0;
    for (size_t i = 0; i < combination->count; i++) {
        if (combination->columns[i].length < first + rows)
            continue;
        whole[count] = combination->columns[i].values + first;
        factors[count++] = combination->factors[i];
    }
    fr_combine_many(combination->sum + first, whole, factors, count, rows);
    for (size_t i = 0; i < combination->count; i++) {
        const struct column *column = &combination->columns[i];
        if (column->length > first && column->length < first + rows)
            fr_add_scaled_many(combination->sum + first, column->values + first,
                               &combination->factors[i], column->length - first);
    }
}

static void add_term(struct combination *combination, struct column column, struct field factor)
{
    combination->columns[combination->count] = column;
    combination->factors[combination->count++] = factor;
}

static struct column sum_up(struct combination *combination, struct proving *proving)
{
    combination->sum = prover_memory_take(&proving->memory, combination->length);
    parallel_for(proving->threads, (combination->length + PIECE_ROWS - 1) / PIECE_ROWS,
                 combine_rows, combination);
    return (struct column){combination->sum, combination->length};
}

/* The columns with the powers of rho; the shifts go by what is shifted. */
static void combine(struct opening *opening)
{
    struct proving *proving = opening->proving;
    struct combination unshifted = {.count = 0};
    struct combination shifted = {.count = 0};
    struct field factor = FIELD_ONE;
    opening->length = proving->masking.length;
    for (size_t i = 0; i < COMMITTED_COUNT; i++)
        opening->length = larger(opening->length, proving->entities[i].length);
    unshifted.length = shifted.length = opening->length;
    if (proving->shape.zero_knowledge) {
        add_term(&unshifted, proving->masking, factor);
        factor = proving->challenges.rho;
    }
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        if (i < FIRST_SHIFT)
            add_term(&unshifted, proving->entities[i], factor);
        else
            add_term(&shifted, proving->entities[entity_of_shift((enum entity)i)], factor);
        factor = times(factor, proving->challenges.rho);
    }
    opening->unshifted = sum_up(&unshifted, proving);
    opening->shifted = sum_up(&shifted, proving);
}

/* What is folded first: the unshifted columns and the shifted ones, moved by a row. */
static struct field *first_fold(const struct opening *opening)
{
    struct field *first = prover_memory_take(&opening->proving->memory, opening->length + 1);
    const struct field one = FIELD_ONE;
    memcpy(first, opening->unshifted.values, opening->length * sizeof(*first));
    first[opening->length] = FIELD_ZERO;
    fr_add_scaled_many(first, opening->shifted.values + 1, &one, opening->length - 1);
    return first;
}

/* Each fold stands behind the one before, but for the first, whose place is that of what it is
 * folded from. */
static void fold(struct opening *opening)
{
    struct proving *proving = opening->proving;
    size_t length = opening->length;
    struct field *from = first_fold(opening);
    for (size_t level = 0; level + 1 < proving->shape.rounds; level++) {
        const struct field u = proving->challenges.round[level];
        const size_t pairs = length / 2;
        struct field *folded =
            level == 0 ? from : prover_memory_take(&proving->memory, length - pairs);
        const struct field last = times(from[length - 1], minus(FIELD_ONE, u));
        const bool has_last = length > 2 * pairs;
        fr_fold_many(folded, from, &u, pairs);
        length -= pairs;
        if (has_last)
            folded[length - 1] = last;
        opening->folds[level + 1] = (struct column){folded, length};
        from = folded;
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

static struct field column_value(const struct column *column, struct field *powers, struct field x)
{
    const struct field one = FIELD_ONE;
    struct field value;
    fr_fill_powers(powers, &one, &x, column->length);
    fr_sum_of_products(&value, column->values, powers, column->length);
    return value;
}

/* Fu - Fs / x at -x. */
static struct field first_value(const struct opening *opening, struct field *powers, struct field x)
{
    struct field shifted;
    const struct field unshifted = column_value(&opening->unshifted, powers, x);
    fr_sum_of_products(&shifted, opening->shifted.values, powers, opening->length);
    return minus(unshifted, times(opening->inverse, shifted));
}

/* The folds at -x^(2^l). */
static void send_fold_evaluations(struct opening *opening)
{
    struct proving *proving = opening->proving;
    const size_t mark = prover_memory_mark(&proving->memory);
    struct field *powers = prover_memory_take(&proving->memory, opening->length);
    struct field x = proving->challenges.gemini;
    /* A challenge of zero is one that the verifier refuses. */
    opening->inverse = FIELD_ZERO;
    (void)field_invert(&opening->inverse, &x);
    for (size_t level = 0; level < proving->shape.rounds; level++) {
        struct field value;
        opening->points[level] = x;
        value = level == 0 ? first_value(opening, powers, negated(x))
                           : column_value(&opening->folds[level], powers, negated(x));
        proof_writer_scalars(&proving->writer, &value, 1);
        x = squared(x);
    }
    prover_memory_rewind(&proving->memory, mark);
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
static void add_pair_quotient(struct field *quotient, struct field *c,
                              const struct pair_claim *claim)
{
    const size_t length = claim->column.length;
    const struct field square = squared(claim->point);
    const struct field here = times(minus(claim->positive, claim->negative), claim->point);
    const struct field next = plus(claim->positive, claim->negative);
    /* c[i] is the coefficient i - 1, and the rest's for i = 0. */
    c[length] = c[length - 1] = FIELD_ZERO;
    for (size_t i = length - 1; i-- > 0;)
        c[i] = plus(claim->column.values[i + 1], times(square, c[i + 2]));
    fr_add_scaled_many(quotient, c, &next, length - 1);
    fr_add_scaled_many(quotient, c + 1, &here, length - 1);
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
    const size_t mark = prover_memory_mark(&proving->memory);
    struct field *c = prover_memory_take(&proving->memory, opening->length + 1);
    for (size_t i = 0; i < claims->pair_count; i++)
        add_pair_quotient(opening->quotient, c, &claims->pairs[i]);
    prover_memory_rewind(&proving->memory, mark);
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
