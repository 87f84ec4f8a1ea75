#include "ultrahonk/shape.h"

#include "ultrahonk/entities.h"

enum {
    LIBRA_COMMITMENTS = 3,
    LIBRA_SCALARS = 2, /* the sum and the evaluation */
    LIBRA_OPENINGS = 4,
    OPENING_POINTS = 2 /* Shplonk's quotient and KZG's */
};

struct shape shape_of(enum ultrahonk_target target, size_t log_rows)
{
    bool poseidon2 = target == ULTRAHONK_NOIR_RECURSIVE || target == ULTRAHONK_NOIR_RECURSIVE_NO_ZK;
    bool zero_knowledge = target == ULTRAHONK_EVM || target == ULTRAHONK_NOIR_RECURSIVE;
    return (struct shape){
        .zero_knowledge = zero_knowledge,
        .poseidon2 = poseidon2,
        .point_words = poseidon2 ? 4 : 2,
        .rounds = poseidon2 ? MOST_ROUNDS : log_rows,
        .univariate_length = zero_knowledge ? MOST_UNIVARIATE_LENGTH : LEAST_UNIVARIATE_LENGTH,
    };
}

size_t shape_key_words(const struct shape *shape)
{
    return KEY_HEADER_WORDS + PRECOMPUTED_COUNT * shape->point_words;
}

size_t shape_proof_words(const struct shape *shape)
{
    size_t points = WITNESS_COUNT + (shape->rounds - 1) + OPENING_POINTS;
    size_t scalars =
        PAIRING_LIMBS + shape->rounds * shape->univariate_length + ENTITY_COUNT + shape->rounds;
    if (shape->zero_knowledge) {
        points += 1 + LIBRA_COMMITMENTS;
        scalars += 1 + LIBRA_SCALARS + LIBRA_OPENINGS;
    }
    return points * shape->point_words + scalars;
}

size_t ultrahonk_key_length(enum ultrahonk_target target)
{
    if ((unsigned)target >= ULTRAHONK_TARGET_COUNT)
        return 0;
    const struct shape shape = shape_of(target, MOST_ROUNDS);
    return shape_key_words(&shape) * WORD_LENGTH;
}

size_t ultrahonk_proof_length(enum ultrahonk_target target, size_t log_rows)
{
    if ((unsigned)target >= ULTRAHONK_TARGET_COUNT || log_rows < 1 || log_rows > MOST_ROUNDS)
        return 0;
    const struct shape shape = shape_of(target, log_rows);
    return shape_proof_words(&shape) * WORD_LENGTH;
}
