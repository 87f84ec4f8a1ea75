/*
 * A proof, word by word, and the challenges that its words lead to. Source: specification, 2.5 and
 * 3.1. Pure; thread-safe.
 */
#ifndef ULTRAHONK_PROOF_H
#define ULTRAHONK_PROOF_H

#include "ultrahonk/entities.h"
#include "ultrahonk/verification_key.h"

enum { LIBRA_COMMITMENT_COUNT = 3 };

/* The openings of the small-subgroup part: G(x), A(g x), A(x), Q(x). */
enum libra_opening { LIBRA_G, LIBRA_SUM_SHIFTED, LIBRA_SUM, LIBRA_QUOTIENT, LIBRA_OPENING_COUNT };

/* The parts of a proof; those of the zero-knowledge part are zero in a proof without. */
struct proof_parts {
    struct field pairing_limbs[PAIRING_LIMBS];
    struct g1 masking;                       /* Gemini's masking polynomial */
    struct g1 witness[WITNESS_COUNT];        /* in the order of the entities */
    struct g1 libra[LIBRA_COMMITMENT_COUNT]; /* concatenation, grand sum, quotient */
    struct field libra_sum;
    struct field univariates[MOST_ROUNDS][MOST_UNIVARIATE_LENGTH];
    struct field masking_evaluation;
    struct field evaluations[ENTITY_COUNT];
    struct field libra_evaluation;
    struct g1 folds[MOST_ROUNDS - 1];
    struct field fold_evaluations[MOST_ROUNDS];
    struct field libra_openings[LIBRA_OPENING_COUNT];
    struct g1 shplonk_quotient;
    struct g1 kzg_quotient;
};

struct proof_challenges {
    struct field eta;
    struct field beta;
    struct field gamma;
    struct field alpha;
    struct field gate;
    struct field libra;
    struct field round[MOST_ROUNDS];
    struct field rho;
    struct field gemini;
    struct field nu;
    struct field shplonk;
};

/*
 * Reads a proof of that shape; `length` is in bytes. ULTRAHONK_VERIFIED when its words are what
 * they have to be; else the reason and *at as in a verdict, and the parts are not to be used.
 */
enum ultrahonk_reason proof_parse(struct proof_parts *parts, size_t *at, const struct shape *shape,
                                  const unsigned char *bytes, size_t length);

/*
 * The challenges of a proof that proof_parse has found right; `public_inputs` are the key's number
 * of words, each below the modulus.
 */
void proof_draw_challenges(struct proof_challenges *challenges, const struct shape *shape,
                           const struct verification_key_parts *key, const unsigned char *proof,
                           const unsigned char *public_inputs);

#endif
