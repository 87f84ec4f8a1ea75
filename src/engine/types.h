/*
 * What engines deal in: circuits counted, keys, proofs, and what the making of one took. Nothing
 * here is of one engine. Whoever has a key or a proof frees it; the functions are pure, any thread.
 */
#ifndef ENGINE_TYPES_H
#define ENGINE_TYPES_H

#include <stdint.h>

#include "base/buffer.h"

/*
 * Who proves. What proofs take of time and memory is learnt for each by itself: of another's it
 * tells nothing.
 */
enum engine_kind {
    ENGINE_BB,
    ENGINE_NATIVE, /* our own prover, which is to come */
    ENGINE_KINDS
};

struct circuit_stats {
    uint32_t gates;
    uint32_t rows; /* gates rounded up to a power of two; a key may have more: engine/rows.h */
    uint32_t acir_opcodes;
};

/*
 * `bytes` are a whole number of 32-byte words, the key's fields. The caller frees them with
 * verification_key_free.
 */
struct verification_key {
    struct buffer bytes;
    unsigned char hash[32];
};

/* Public inputs and proof are whole numbers of 32-byte words. The caller frees the buffers. */
struct proof {
    struct buffer public_inputs;
    struct buffer proof;
};

/* What a call took of a process's memory, in bytes; 0 when that could not be read. */
struct engine_usage {
    uint64_t before; /* its peak when it was asked: what was resident, or an older peak */
    uint64_t peak;   /* the most resident while it worked */
};

void verification_key_free(struct verification_key *key);
void proof_free(struct proof *proof);

#endif
