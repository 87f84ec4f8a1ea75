/*
 * The polynomials of a circuit and of its execution, in the protocol's order. A verification key
 * has the first 28 as commitments; a proof has the evaluations of all. Source:
 * specification, 2.3, 2.4.
 */
#ifndef ULTRAHONK_ENTITIES_H
#define ULTRAHONK_ENTITIES_H

enum entity {
    SIGMA_1,
    SIGMA_2,
    SIGMA_3,
    SIGMA_4,
    ID_1,
    ID_2,
    ID_3,
    ID_4,
    LAGRANGE_FIRST,
    LAGRANGE_LAST,
    Q_LOOKUP,
    TABLE_1,
    TABLE_2,
    TABLE_3,
    TABLE_4,
    Q_M,
    Q_R,
    Q_O,
    Q_C,
    Q_L,
    Q_4,
    Q_ARITHMETIC,
    Q_RANGE,
    Q_ELLIPTIC,
    Q_MEMORY,
    Q_NON_NATIVE,
    Q_POSEIDON2_EXTERNAL,
    Q_POSEIDON2_INTERNAL,
    W_L,
    W_R,
    W_O,
    W_4,
    Z_PERM,
    LOOKUP_INVERSES,
    LOOKUP_READ_COUNTS,
    LOOKUP_READ_TAGS,
    W_L_SHIFT, /* of a shift the row i is the row i + 1 of the polynomial */
    W_R_SHIFT,
    W_O_SHIFT,
    W_4_SHIFT,
    Z_PERM_SHIFT,
    ENTITY_COUNT
};

enum {
    FIRST_WITNESS = W_L,
    FIRST_SHIFT = W_L_SHIFT,
    PRECOMPUTED_COUNT = FIRST_WITNESS,
    COMMITTED_COUNT = FIRST_SHIFT,
    WITNESS_COUNT = FIRST_SHIFT - FIRST_WITNESS,
    SHIFT_COUNT = ENTITY_COUNT - FIRST_SHIFT
};

/* The polynomial that is shifted. */
static inline enum entity entity_of_shift(enum entity shift)
{
    return (enum entity)(shift - FIRST_SHIFT + FIRST_WITNESS);
}

#endif
