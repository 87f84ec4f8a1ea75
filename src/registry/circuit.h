/*
 * A compiled circuit as nargo and noir_wasm write it (target/NAME.json), decoded once. Immutable
 * after circuit_parse but for its keys, which are set once each. Source of the artifact's fields:
 * Noir 1.0.0-beta.26.
 */
#ifndef REGISTRY_CIRCUIT_H
#define REGISTRY_CIRCUIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "prover/engine.h"

enum { CIRCUIT_ID_CHARACTERS = 64, CIRCUIT_NAME_CHARACTERS = 64 };

struct circuit {
    char id[CIRCUIT_ID_CHARACTERS + 1]; /* sha256 of the gunzipped bytecode, lower-case hex */
    char name[CIRCUIT_NAME_CHARACTERS + 1];
    char noir_version[64];
    unsigned char *bytecode; /* gunzipped */
    size_t bytecode_length;
    uint32_t witness_count;      /* its highest witness index + 1, as bb counts */
    uint32_t public_input_count; /* parameters and return values that the verifier sees */
    struct circuit_stats stats;  /* of the default target; zero until the service has loaded it */
    struct verification_key key; /* of the default target, likewise */
};

/*
 * Parses an artifact. `name` is 1 to CIRCUIT_NAME_CHARACTERS letters, digits, '.', '_' or '-'.
 * RESULT_CIRCUIT_INVALID says what is wrong and what to do; RESULT_INTERNAL is for lack of memory.
 * The caller owns *circuit.
 */
enum result circuit_parse(struct circuit **circuit, const char *name, const char *artifact,
                          size_t artifact_length, struct failure *failure);

/* As circuit_parse, from a file; RESULT_NOT_FOUND when it cannot be read. */
enum result circuit_read_file(struct circuit **circuit, const char *name, const char *path,
                              struct failure *failure);

void circuit_free(struct circuit *circuit);

#endif
