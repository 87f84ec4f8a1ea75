/*
 * The relations as the specification states them, section 5, over whatever a `value` is: a scalar
 * where a verifier has one row, eight of them side by side where a prover has many. Whoever
 * includes this has defined `value` and, of values, plus(), minus(), times() and squared(). Each
 * formula writes its subrelations in the protocol's order, and looks at no entity but those that
 * relation_kinds[] has for it.
 */
#ifndef ULTRAHONK_RELATION_FORMULAS_H
#define ULTRAHONK_RELATION_FORMULAS_H

#include <stddef.h>

#include "ultrahonk/entities.h"

#define FORMULA static inline __attribute__((always_inline))

enum { FORMULA_WIRES = 4, FORMULA_LIMBS = 5 };

/* What all rows have in common: challenges, and numbers. */
struct relation_terms {
    value eta;
    value beta;
    value gamma;
    value public_input_delta;
    value one;
    value two;
    value half;
    value seventeen;
    value small_limb;              /* 2^14 */
    value large_limb;              /* 2^68 */
    value diagonal[FORMULA_WIRES]; /* of Poseidon2's partial rounds, less one */
};

FORMULA value doubled_value(value element)
{
    return plus(element, element);
}

/* element (element - 1) */
FORMULA value is_no_bit(value element, const struct relation_terms *terms)
{
    return times(element, minus(element, terms->one));
}

/* The polynomial in x with four coefficients, the lowest first. */
FORMULA value cubic(value x, value c0, value c1, value c2, value c3)
{
    return plus(c0, times(x, plus(c1, times(x, plus(c2, times(x, c3))))));
}

/* A cell with its label: w + beta label + gamma. */
FORMULA value labelled(const value *e, size_t wire, size_t first_label,
                       const struct relation_terms *terms)
{
    return plus(plus(e[W_L + wire], times(terms->beta, e[first_label + wire])), terms->gamma);
}

/* `named` and `given` are the four cells with the labels of id and of sigma. */
FORMULA void formula_permutation(value values[3], const value *e, const value named[FORMULA_WIRES],
                                 const value given[FORMULA_WIRES],
                                 const struct relation_terms *terms)
{
    value numerator = times(times(named[0], named[1]), times(named[2], named[3]));
    value denominator = times(times(given[0], given[1]), times(given[2], given[3]));
    value last = times(e[LAGRANGE_LAST], terms->public_input_delta);
    values[0] = minus(times(plus(e[Z_PERM], e[LAGRANGE_FIRST]), numerator),
                      times(plus(e[Z_PERM_SHIFT], last), denominator));
    values[1] = times(e[LAGRANGE_LAST], e[Z_PERM_SHIFT]);
    values[2] = times(e[LAGRANGE_FIRST], e[Z_PERM]);
}

FORMULA void formula_lookup(value values[3], const value *e, const struct relation_terms *terms)
{
    value table =
        cubic(terms->beta, plus(e[TABLE_1], terms->gamma), e[TABLE_2], e[TABLE_3], e[TABLE_4]);
    value looked_up =
        cubic(terms->beta, plus(plus(e[W_L], terms->gamma), times(e[Q_R], e[W_L_SHIFT])),
              plus(e[W_R], times(e[Q_M], e[W_R_SHIFT])), plus(e[W_O], times(e[Q_C], e[W_O_SHIFT])),
              e[Q_O]);
    value table_inverse = times(table, e[LOOKUP_INVERSES]);
    value tags = e[LOOKUP_READ_TAGS];
    value either = minus(plus(e[Q_LOOKUP], tags), times(e[Q_LOOKUP], tags));
    values[0] = minus(times(looked_up, table_inverse), either);
    values[1] = minus(times(e[Q_LOOKUP], table_inverse),
                      times(e[LOOKUP_READ_COUNTS], times(looked_up, e[LOOKUP_INVERSES])));
    values[2] = is_no_bit(tags, terms);
}

FORMULA void formula_arithmetic(value values[2], const value *e, const struct relation_terms *terms)
{
    value q = e[Q_ARITHMETIC];
    value linear = plus(plus(times(e[Q_L], e[W_L]), times(e[Q_R], e[W_R])),
                        plus(plus(times(e[Q_O], e[W_O]), times(e[Q_4], e[W_4])), e[Q_C]));
    value less_one = minus(q, terms->one);
    value less_two = minus(less_one, terms->one);
    value less_three = minus(less_two, terms->one);
    value product = times(times(e[Q_M], terms->half), times(e[W_L], e[W_R]));
    value gate = plus(minus(linear, times(less_three, product)), times(less_one, e[W_4_SHIFT]));
    value next = plus(minus(plus(e[W_L], e[W_4]), e[W_L_SHIFT]), e[Q_M]);
    values[0] = times(q, gate);
    values[1] = times(times(q, less_one), times(less_two, next));
}

/* step (step - 1) (step - 2) (step - 3) = t (t + 2) for t = step (step - 3) */
FORMULA void formula_range(value values[4], const value *e, const struct relation_terms *terms)
{
    const value ends[] = {e[W_L], e[W_R], e[W_O], e[W_4], e[W_L_SHIFT]};
    for (size_t i = 0; i < FORMULA_WIRES; i++) {
        value step = minus(ends[i + 1], ends[i]);
        value t = times(step, minus(minus(step, terms->two), terms->one));
        values[i] = times(e[Q_RANGE], times(t, plus(t, terms->two)));
    }
}

/* The points (x1, y1), (x2, y2) and (x3, y3), as a row and the next one hold them. */
struct elliptic_row {
    value x1, y1, x2, y2, x3, y3;
};

FORMULA void elliptic_addition(value values[2], const struct elliptic_row *p, value sign)
{
    value run = minus(p->x2, p->x1);
    value signed_y2 = times(sign, p->y2);
    value products = doubled_value(times(signed_y2, p->y1));
    value squares = plus(squared(p->y1), squared(p->y2));
    values[0] =
        plus(minus(times(plus(plus(p->x3, p->x2), p->x1), squared(run)), squares), products);
    values[1] =
        plus(times(plus(p->y1, p->y3), run), times(minus(p->x3, p->x1), minus(signed_y2, p->y1)));
}

/* Grumpkin is y^2 = x^3 - 17. */
FORMULA void elliptic_doubling(value values[2], const struct elliptic_row *p,
                               const struct relation_terms *terms)
{
    value y_squared = squared(p->y1);
    value four_y_squared = doubled_value(doubled_value(y_squared));
    value three_x = plus(doubled_value(p->x1), p->x1);
    value nine_x = plus(doubled_value(three_x), three_x);
    values[0] = minus(times(four_y_squared, plus(p->x3, doubled_value(p->x1))),
                      times(nine_x, plus(y_squared, terms->seventeen)));
    values[1] = minus(times(times(three_x, p->x1), minus(p->x1, p->x3)),
                      times(doubled_value(p->y1), plus(p->y1, p->y3)));
}

FORMULA void formula_elliptic(value values[2], const value *e, const struct relation_terms *terms)
{
    const struct elliptic_row row = {e[W_R],       e[W_O],       e[W_L_SHIFT],
                                     e[W_4_SHIFT], e[W_R_SHIFT], e[W_O_SHIFT]};
    value adds = minus(terms->one, e[Q_M]);
    value addition[2];
    value doubling[2];
    elliptic_addition(addition, &row, e[Q_L]);
    elliptic_doubling(doubling, &row, terms);
    for (size_t i = 0; i < 2; i++)
        values[i] =
            times(e[Q_ELLIPTIC], plus(times(adds, addition[i]), times(e[Q_M], doubling[i])));
}

/* `access` is the record's type: 0 a read, 1 a write. */
FORMULA void formula_memory(value values[6], const value *e, const struct relation_terms *terms)
{
    value eta = terms->eta;
    value record = cubic(eta, e[Q_C], e[W_L], e[W_R], e[W_O]);
    value next = plus(e[W_R_SHIFT], times(eta, e[W_O_SHIFT]));
    next = times(eta, plus(e[W_L_SHIFT], times(eta, next)));
    value access = minus(e[W_4], record);
    value next_access = minus(e[W_4_SHIFT], next);
    value wrong = minus(record, e[W_4]);
    value index_step = minus(e[W_L_SHIFT], e[W_L]);
    value same_index = minus(terms->one, index_step);
    value rom = times(e[Q_MEMORY], times(e[Q_L], e[Q_R]));
    value ram = times(e[Q_MEMORY], e[Q_O]);
    value step_is_bit = is_no_bit(index_step, terms);
    value timestamps = minus(times(same_index, minus(e[W_R_SHIFT], e[W_R])), e[W_O]);
    value check = times(e[Q_L], plus(times(e[Q_4], timestamps), times(e[Q_M], wrong)));
    values[0] = plus(plus(times(rom, wrong), times(e[Q_MEMORY], check)),
                     times(ram, is_no_bit(access, terms)));
    values[1] = times(rom, times(same_index, minus(e[W_4_SHIFT], e[W_4])));
    values[2] = times(rom, step_is_bit);
    values[3] = times(times(ram, same_index),
                      times(minus(e[W_O_SHIFT], e[W_O]), minus(terms->one, next_access)));
    values[4] = times(ram, step_is_bit);
    values[5] = times(ram, is_no_bit(next_access, terms));
}

/* Limbs of 14 bits, the lowest first, as one number. */
FORMULA value from_limbs(const value limbs[FORMULA_LIMBS], const struct relation_terms *terms)
{
    value number = limbs[FORMULA_LIMBS - 1];
    for (size_t i = FORMULA_LIMBS - 1; i-- > 0;)
        number = plus(times(number, terms->small_limb), limbs[i]);
    return number;
}

/* The three kinds of a product of numbers in limbs of 68 bits. */
FORMULA value limb_products(const value *e, const struct relation_terms *terms)
{
    value base = terms->large_limb;
    value cross = plus(times(e[W_L], e[W_R_SHIFT]), times(e[W_L_SHIFT], e[W_R]));
    value whole = plus(times(base, cross), times(e[W_L_SHIFT], e[W_R_SHIFT]));
    value low = minus(minus(whole, e[W_O]), e[W_4]);
    value high = minus(plus(times(e[W_L], e[W_4]), times(e[W_R], e[W_O])), e[W_O_SHIFT]);
    high = plus(minus(times(base, high), e[W_4_SHIFT]), cross);
    value last = minus(minus(plus(whole, e[W_4]), e[W_O_SHIFT]), e[W_4_SHIFT]);
    return plus(times(e[Q_O], low), plus(times(e[Q_4], high), times(e[Q_M], last)));
}

FORMULA value limb_sums(const value *e, const struct relation_terms *terms)
{
    const value first[] = {e[W_L], e[W_R], e[W_O], e[W_L_SHIFT], e[W_R_SHIFT]};
    const value second[] = {e[W_O], e[W_4], e[W_L_SHIFT], e[W_R_SHIFT], e[W_O_SHIFT]};
    return plus(times(e[Q_4], minus(from_limbs(first, terms), e[W_4])),
                times(e[Q_M], minus(from_limbs(second, terms), e[W_4_SHIFT])));
}

FORMULA void formula_non_native(value values[1], const value *e, const struct relation_terms *terms)
{
    values[0] = times(e[Q_NON_NATIVE], plus(times(e[Q_R], limb_products(e, terms)),
                                            times(e[Q_O], limb_sums(e, terms))));
}

/* (wire + constant)^5 */
FORMULA value substituted(value wire, value constant)
{
    value sum = plus(wire, constant);
    return times(squared(squared(sum)), sum);
}

/* The matrix (5 7 1 3), (4 6 1 1), (1 3 5 7), (1 1 4 6), by additions. */
FORMULA void formula_poseidon2_external(value values[FORMULA_WIRES], const value *e)
{
    value s0 = substituted(e[W_L], e[Q_L]);
    value s1 = substituted(e[W_R], e[Q_R]);
    value s2 = substituted(e[W_O], e[Q_O]);
    value s3 = substituted(e[W_4], e[Q_4]);
    value upper = plus(s0, s1);
    value lower = plus(s2, s3);
    value near = plus(doubled_value(s1), lower);
    value far = plus(doubled_value(s3), upper);
    value second = plus(doubled_value(doubled_value(upper)), near);
    value fourth = plus(doubled_value(doubled_value(lower)), far);
    const value mixed[FORMULA_WIRES] = {plus(far, second), second, plus(near, fourth), fourth};
    for (size_t i = 0; i < FORMULA_WIRES; i++)
        values[i] = times(e[Q_POSEIDON2_EXTERNAL], minus(mixed[i], e[W_L_SHIFT + i]));
}

FORMULA void formula_poseidon2_internal(value values[FORMULA_WIRES], const value *e,
                                        const struct relation_terms *terms)
{
    const value state[FORMULA_WIRES] = {substituted(e[W_L], e[Q_L]), e[W_R], e[W_O], e[W_4]};
    value sum = plus(plus(state[0], state[1]), plus(state[2], state[3]));
    for (size_t i = 0; i < FORMULA_WIRES; i++) {
        value mixed = plus(times(state[i], terms->diagonal[i]), sum);
        values[i] = times(e[Q_POSEIDON2_INTERNAL], minus(mixed, e[W_L_SHIFT + i]));
    }
}

#endif
