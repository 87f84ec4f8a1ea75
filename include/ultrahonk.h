/*
 * libultrahonk: UltraHonk proofs as Barretenberg's bb 5.0.0 makes and checks them, in C.
 *
 * No global state, no thread that outlives a call, no output. Whatever has to be freed has a
 * function of its own for it; NULL is fine there. Arguments come in the order context, outputs,
 * inputs; a length follows its array, which may be NULL when it is 0. Any other NULL is
 * ULTRAHONK_BAD_ARGUMENT where there is a status, and else not allowed. Every function may be
 * called by several threads at once; an object may be shared by them, but freed only when nobody is
 * at it any more. Outputs are untouched unless the status says ULTRAHONK_OK.
 */
#ifndef ULTRAHONK_H
#define ULTRAHONK_H

#include <stdbool.h>
#include <stddef.h>

/* What the library shows of itself. */
#define ULTRAHONK_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/* What came of a call. X(name, text) */
#define ULTRAHONK_STATUS_TABLE(X)                                                                  \
    X(ULTRAHONK_OK, "done")                                                                        \
    X(ULTRAHONK_BAD_ARGUMENT, "an argument is none that the function takes")                       \
    X(ULTRAHONK_CRS_MISSING, "the CRS could not be read")                                          \
    X(ULTRAHONK_CRS_INVALID, "the CRS holds no point of G2")                                       \
    X(ULTRAHONK_NO_MEMORY, "there is no memory")                                                   \
    X(ULTRAHONK_NO_RANDOMNESS, "the system gives no randomness")                                   \
    X(ULTRAHONK_CANCELLED, "the call was told to end")

enum ultrahonk_status {
#define X(name, text) name,
    ULTRAHONK_STATUS_TABLE(X)
#undef X
};

/* One sentence without a full stop. A static string; for any number. */
ULTRAHONK_API const char *ultrahonk_status_text(enum ultrahonk_status status);

/* For whom a proof is made, in bb's words. X(name, bb's name) */
#define ULTRAHONK_TARGET_TABLE(X)                                                                  \
    X(ULTRAHONK_EVM, "evm")                                                                        \
    X(ULTRAHONK_EVM_NO_ZK, "evm-no-zk")                                                            \
    X(ULTRAHONK_NOIR_RECURSIVE, "noir-recursive")                                                  \
    X(ULTRAHONK_NOIR_RECURSIVE_NO_ZK, "noir-recursive-no-zk")

enum ultrahonk_target {
#define X(name, text) name,
    ULTRAHONK_TARGET_TABLE(X)
#undef X
        ULTRAHONK_TARGET_COUNT
};

/* bb's name. A static string; NULL for what is no target. */
ULTRAHONK_API const char *ultrahonk_target_name(enum ultrahonk_target target);

/* False, with *target as it was, when no target has that name. */
ULTRAHONK_API bool ultrahonk_target_parse(enum ultrahonk_target *target, const char *name);

/*
 * What a verifier needs of the CRS: the point [tau] of G2. A development CRS is one that is not
 * the ceremony's: somebody knows its tau, and proofs over it prove nothing.
 */
struct ultrahonk_crs;

/* The point of Aztec's ceremony, which bb has built in. */
ULTRAHONK_API enum ultrahonk_status ultrahonk_crs_aztec(struct ultrahonk_crs **crs);

/*
 * The point in the folder's bn254_g2.dat, 128 bytes as bb reads them; it is checked to be in G2.
 * ULTRAHONK_CRS_MISSING leaves errno as reading left it.
 */
ULTRAHONK_API enum ultrahonk_status ultrahonk_crs_open(struct ultrahonk_crs **crs,
                                                       const char *folder);

/* Whether it is not the ceremony's. */
ULTRAHONK_API bool ultrahonk_crs_is_development(const struct ultrahonk_crs *crs);

ULTRAHONK_API void ultrahonk_crs_free(struct ultrahonk_crs *crs);

/* Why a proof does not verify. X(name, text); `at` of the verdict says where, see there. */
#define ULTRAHONK_REASON_TABLE(X)                                                                  \
    X(ULTRAHONK_VERIFIED, "the proof verifies", NOWHERE)                                           \
    X(ULTRAHONK_KEY_LENGTH, "the verification key has another length than the target's keys",      \
      NOWHERE)                                                                                     \
    X(ULTRAHONK_KEY_ROWS, "the verification key's number of rows is none that a circuit has",      \
      NOWHERE)                                                                                     \
    X(ULTRAHONK_KEY_PUBLIC_INPUTS,                                                                 \
      "the verification key counts fewer than 8 public inputs, or more than are taken", NOWHERE)   \
    X(ULTRAHONK_KEY_OFFSET, "the verification key's public inputs do not begin at row 5", NOWHERE) \
    X(ULTRAHONK_KEY_NOT_CANONICAL, "a number of the verification key is too large", WORD)          \
    X(ULTRAHONK_KEY_NOT_ON_CURVE, "a point of the verification key is not on the curve", WORD)     \
    X(ULTRAHONK_PUBLIC_INPUTS_COUNT, "there are not as many public inputs as the key says",        \
      NOWHERE)                                                                                     \
    X(ULTRAHONK_PUBLIC_INPUT_NOT_CANONICAL, "a public input is not below the modulus", WORD)       \
    X(ULTRAHONK_PROOF_LENGTH, "the proof has another length than the key and the target ask for",  \
      NOWHERE)                                                                                     \
    X(ULTRAHONK_PROOF_NOT_CANONICAL, "a number of the proof is too large", WORD)                   \
    X(ULTRAHONK_PROOF_NOT_ON_CURVE, "a point of the proof is not on the curve", WORD)              \
    X(ULTRAHONK_NESTED_POINTS, "the pairing points in the proof are no points of the curve",       \
      NOWHERE)                                                                                     \
    X(ULTRAHONK_SUMCHECK_ROUND, "a round of the sumcheck does not add up", ROUND)                  \
    X(ULTRAHONK_SUMCHECK_FINAL, "the relations do not hold at the sumcheck's point", NOWHERE)      \
    X(ULTRAHONK_INNER_PRODUCT, "the inner product of the zero-knowledge part does not hold",       \
      NOWHERE)                                                                                     \
    X(ULTRAHONK_DIVISION_BY_ZERO, "a challenge makes a denominator zero", NOWHERE)                 \
    X(ULTRAHONK_INFINITY, "the opening is the point at infinity", NOWHERE)                         \
    X(ULTRAHONK_NESTED_PAIRING, "the pairing points in the proof do not pair to one", NOWHERE)     \
    X(ULTRAHONK_PAIRING, "the opening of the commitments does not hold", NOWHERE)

enum ultrahonk_reason {
#define X(name, text, where) name,
    ULTRAHONK_REASON_TABLE(X)
#undef X
};

/* The reason in words. A static string; for any number. */
ULTRAHONK_API const char *ultrahonk_reason_text(enum ultrahonk_reason reason);

/* What `at` of a verdict counts, from 0: 32-byte words of what is at fault, rounds, or nothing. */
enum ultrahonk_place { ULTRAHONK_NOWHERE, ULTRAHONK_WORD, ULTRAHONK_ROUND };
ULTRAHONK_API enum ultrahonk_place ultrahonk_reason_place(enum ultrahonk_reason reason);

struct ultrahonk_verdict {
    bool verified;
    enum ultrahonk_reason reason;
    size_t at;
};

/* The most public inputs that a key may ask for, the 8 of the pairing points aside. */
#define ULTRAHONK_MOST_PUBLIC_INPUTS (1u << 20)

/*
 * Checks a proof, as `bb verify` with the files `vk`, `proof` and `public_inputs` does; lengths are
 * in bytes. A proof that is wrong, whatever the way, is ULTRAHONK_OK with a verdict that says so.
 * It takes some milliseconds and less than a megabyte. Stricter than bb 5.0.0 in what
 * no honest prover does: nested pairing points of which one is infinity are refused, not passed
 * over; a key's limbs are below the modulus, not reduced, and its numbers are whole words, of which
 * bb looks at the end; public inputs begin at row 5; a key has at most 2^25 rows and
 * ULTRAHONK_MOST_PUBLIC_INPUTS.
 */
ULTRAHONK_API enum ultrahonk_status
ultrahonk_verify(const struct ultrahonk_crs *crs, struct ultrahonk_verdict *verdict,
                 enum ultrahonk_target target, const unsigned char *key, size_t key_length,
                 const unsigned char *proof, size_t proof_length,
                 const unsigned char *public_inputs, size_t public_inputs_length);

/*
 * How many bytes the target's keys have, and its proofs under a key of 2^log_rows rows, the number
 * in a key's first word; public inputs are no part of a proof. 0 for what is no target, and for
 * numbers that no key has.
 */
ULTRAHONK_API size_t ultrahonk_key_length(enum ultrahonk_target target);
ULTRAHONK_API size_t ultrahonk_proof_length(enum ultrahonk_target target, size_t log_rows);

/* The library's version, as "0.1.0". A static string. */
ULTRAHONK_API const char *ultrahonk_version(void);

#ifdef __cplusplus
}
#endif

#endif
