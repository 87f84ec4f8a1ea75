/*
 * Responses of `bb msgpack run`, read with suspicion: bb is 38 MB of C++ that has just parsed a
 * stranger's bytes. `payload` is one frame without its header. All functions are pure; any thread.
 *
 * Outcomes besides ENGINE_OK, with outputs untouched:
 *   ENGINE_REFUSED   bb answered ErrorResponse; the message is redacted of anything that
 *                           could be a value and fit for the log, not for clients
 *   ENGINE_NONSENSE  the payload is not the response that the request asks for
 *   ENGINE_INTERNAL         no memory
 */
#ifndef ENGINE_BB_RESPONSE_H
#define ENGINE_BB_RESPONSE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/failure.h"
#include "engine/operations.h"

MUST_USE_RESULT enum engine_outcome
response_circuit_stats(struct circuit_stats *stats, struct bytes payload, struct failure *failure);
MUST_USE_RESULT enum engine_outcome response_verification_key(struct verification_key *key,
                                                              struct bytes payload,
                                                              struct failure *failure);
MUST_USE_RESULT enum engine_outcome response_proof(struct proof *proof, struct bytes payload,
                                                   struct failure *failure);
MUST_USE_RESULT enum engine_outcome response_verified(bool *verified, struct bytes payload,
                                                      struct failure *failure);
MUST_USE_RESULT enum engine_outcome
response_solidity_verifier(struct buffer *source, struct bytes payload, struct failure *failure);

#endif
