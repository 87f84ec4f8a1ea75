/*
 * Responses of `bb msgpack run`, read with suspicion: bb is 38 MB of C++ that has just parsed a
 * stranger's bytes. `payload` is one frame without its header. All functions are pure; any thread.
 *
 * Outcomes besides RESULT_OK, with outputs untouched:
 *   RESULT_PROVER_REFUSED   bb answered ErrorResponse; the message is redacted of anything that
 *                           could be a value and fit for the log, not for clients
 *   RESULT_PROVER_NONSENSE  the payload is not the response that the request asks for
 *   RESULT_INTERNAL         no memory
 */
#ifndef ENGINE_BB_RESPONSE_H
#define ENGINE_BB_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/failure.h"
#include "engine/bb/request.h"

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

enum result response_circuit_stats(struct circuit_stats *stats, struct bytes payload,
                                   struct failure *failure);
enum result response_verification_key(struct verification_key *key, struct bytes payload,
                                      struct failure *failure);
enum result response_proof(struct proof *proof, struct bytes payload, struct failure *failure);
enum result response_verified(bool *verified, struct bytes payload, struct failure *failure);
enum result response_solidity_verifier(struct buffer *source, struct bytes payload,
                                       struct failure *failure);

void verification_key_free(struct verification_key *key);
void proof_free(struct proof *proof);

#endif
