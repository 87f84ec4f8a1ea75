/*
 * Requests to `bb msgpack run`. Each function appends one whole frame to an empty buffer. They are
 * pure: no input or output, no state; any thread. The only failure is RESULT_INTERNAL, for lack of
 * memory or a frame past 4 GiB; the buffer is then unspecified but valid.
 * Source of the command and field names: `bb msgpack schema` of Barretenberg 5.0.0.
 */
#ifndef ENGINE_BB_REQUEST_H
#define ENGINE_BB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/failure.h"
#include "engine/target.h"

/* A circuit's gates, rows and ACIR opcodes. `bytecode` is gunzipped. */
MUST_USE_RESULT enum result request_circuit_stats(struct buffer *frame, struct bytes bytecode,
                                                  const struct proof_system_settings *settings);

MUST_USE_RESULT enum result
request_compute_verification_key(struct buffer *frame, struct bytes bytecode,
                                 const struct proof_system_settings *settings);

/*
 * `witness` is gunzipped and has been checked: bb proves nonsense without complaint. The bytecode
 * is what *insert says.
 */
MUST_USE_RESULT enum result request_prove(struct buffer *frame, struct request_insert *insert,
                                          struct bytes bytecode, struct bytes verification_key,
                                          struct bytes witness,
                                          const struct proof_system_settings *settings);

/* `public_inputs` and `proof` are whole numbers of 32-byte words. */
MUST_USE_RESULT enum result request_verify(struct buffer *frame, struct bytes verification_key,
                                           struct bytes public_inputs, struct bytes proof,
                                           const struct proof_system_settings *settings);

MUST_USE_RESULT enum result request_solidity_verifier(struct buffer *frame,
                                                      struct bytes verification_key,
                                                      const struct proof_system_settings *settings);

#endif
