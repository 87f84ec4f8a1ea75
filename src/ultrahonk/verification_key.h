/*
 * A verification key as bb writes it: three numbers and the commitments of the circuit's own
 * polynomials. Source: specification, 2.3. Pure; thread-safe.
 */
#ifndef ULTRAHONK_VERIFICATION_KEY_H
#define ULTRAHONK_VERIFICATION_KEY_H

#include "bn254/g1.h"
#include "ultrahonk/entities.h"
#include "ultrahonk/shape.h"

/* The row of the first public input. bb 5.0.0 makes no other keys. */
enum { PUBLIC_INPUTS_OFFSET = 5 };

struct verification_key_parts {
    size_t log_rows;
    size_t public_inputs; /* without the limbs of the pairing points */
    struct g1 commitments[PRECOMPUTED_COUNT];
    struct field hash;
};

/*
 * Reads and checks a key of the target. ULTRAHONK_VERIFIED when it is one; else the reason, and *at
 * as in a verdict, and the parts are not to be used. `length` is in bytes.
 */
enum ultrahonk_reason verification_key_parse(struct verification_key_parts *parts, size_t *at,
                                             enum ultrahonk_target target,
                                             const unsigned char *bytes, size_t length);

/*
 * Writes a key, the ultrahonk_key_length bytes of the target's, and its hash; parts->hash is not
 * looked at.
 */
void verification_key_write(unsigned char *bytes, struct field *hash,
                            const struct verification_key_parts *parts,
                            enum ultrahonk_target target);

#endif
