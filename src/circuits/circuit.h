/*
 * A compiled circuit as nargo and noir_wasm write it (target/NAME.json), decoded once. What comes
 * from the artifact never changes; what bb says of it (gates, keys, times) is filled in as it
 * becomes known, under the circuit's own lock. Counted references keep it alive: a request holds
 * one, so a circuit can be deleted while its proofs run. Source of the artifact's fields:
 * Noir 1.0.0-beta.26.
 */
#ifndef CIRCUITS_CIRCUIT_H
#define CIRCUITS_CIRCUIT_H

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/budget.h"
#include "base/failure.h"
#include "base/store.h"
#include "circuits/cost.h"
#include "circuits/owners.h"
#include "engine/engine.h"
#include "noir/abi/abi.h"

enum {
    CIRCUIT_ID_CHARACTERS = 64,
    CIRCUIT_SHORT_ID_CHARACTERS = 16, /* what names a circuit that came without a name */
    CIRCUIT_NAME_CHARACTERS = 64
};

/* Where it came from: only an uploaded one can be deleted, only the folder's follow the folder. */
enum circuit_origin { CIRCUIT_GIVEN, CIRCUIT_FROM_FOLDER, CIRCUIT_UPLOADED };

enum circuit_state { CIRCUIT_LOADING, CIRCUIT_READY, CIRCUIT_FAILED };

/* What is known of the key for one target. */
enum key_state {
    KEY_UNKNOWN,
    KEY_PREPARING, /* somebody is at it */
    KEY_KNOWN,
    KEY_REFUSED, /* there is none, for good or for a while */
};

/* Why there is no key, and until when nobody tries again. */
struct key_refusal {
    struct failure why;
    nanoseconds until; /* DEADLINE_NEVER: for good */
    unsigned times;
};

/* What its proofs have cost so far. */
struct circuit_costs {
    uint64_t proofs;
    double total_milliseconds;
    double most_milliseconds;
    uint64_t peak_memory_bytes;              /* the most of all */
    struct cost_memory memory[ENGINE_KINDS]; /* what the next is expected to take */
};

struct circuit {
    atomic_uint references;
    char bytecode_id[CIRCUIT_ID_CHARACTERS + 1]; /* sha256 of it gunzipped, hex; its keys' name */
    /* sha256 of bytecode_id, abi_text and debug_text, each behind its length in 8 bytes,
     * big-endian: of all that a proof or an explanation follows from. Lower-case hex. */
    char id[CIRCUIT_ID_CHARACTERS + 1];
    char name[CIRCUIT_NAME_CHARACTERS + 1];
    char noir_version[64];
    enum circuit_origin origin; /* set by whoever adds it to the registry, before that */
    bool registered;            /* set by registry_add: its metrics end with it */
    struct owners owners;       /* of an uploaded one; whoever shelves it sees to them */
    struct store_stamp file;    /* of one from the folder: who scans that sees to it */
    unsigned char *bytecode;    /* gunzipped */
    size_t bytecode_length;
    uint32_t witness_count; /* its highest witness index + 1, as bb counts */
    uint32_t public_input_count;
    uint32_t lookup_rows; /* as in struct acir_inspection */
    bool has_witnesses;   /* false for `fn main() {}`, which bb counts as one */
    json_t *abi;          /* as in the artifact; {} when it has none */
    struct abi *types;    /* the same, read; NULL when it cannot be */
    char *abi_text;       /* the same, written: without blanks, keys sorted */
    char *debug_text;     /* JSON of debug_symbols and file_map, as abi_text; NULL for none */
    char *oracle;         /* a foreign call that only its client can answer; NULL for none */

    pthread_mutex_t lock;                        /* over what follows */
    struct engine_circuit *opened[ENGINE_KINDS]; /* handles; NULL: nobody has opened it */
    enum circuit_state state;
    struct failure failure; /* CIRCUIT_FAILED: why */
    struct circuit_stats stats;
    bool key_known[TARGET_COUNT];
    struct verification_key keys[TARGET_COUNT]; /* each is written once, before it is known */
    bool preparing[TARGET_COUNT];
    struct key_refusal *refusals[TARGET_COUNT]; /* NULL: none so far */
    struct circuit_costs costs;

    struct budget_share kept; /* of an uploaded one; whoever adds it to the registry sees to it */
};

/*
 * What bb 5.0.0 reads. Tried: circuits of noir_wasm beta.0 to beta.3, 7, 9, 13 to 15 (format 1) and
 * beta.26, all that npm has, and published artifacts of beta.19 and beta.20.
 */
#define CIRCUIT_NOIR_VERSION "1.0.0-beta.26"

/*
 * Parses an artifact. `name` is 1 to CIRCUIT_NAME_CHARACTERS letters, digits, '.', '_' or '-', the
 * first of them no '.', and not what could be another's id, or the start of one: 64 or 16 digits of
 * hexadecimal. NULL names it by the first 16 characters of its id. RESULT_CIRCUIT_INVALID or
 * RESULT_CIRCUIT_VERSION says what is wrong and what to do; RESULT_INTERNAL is for lack of memory.
 * *circuit is one reference, the caller's.
 */
MUST_USE_RESULT enum result circuit_parse(struct circuit **circuit, const char *name,
                                          const char *artifact, size_t artifact_length,
                                          struct failure *failure);

/* As circuit_parse, from a file; RESULT_NOT_FOUND when it cannot be read. */
MUST_USE_RESULT enum result circuit_read_file(struct circuit **circuit, const char *name,
                                              const char *path, struct failure *failure);

/* The memory that it takes, nearly, as long as it is kept; what bb says of it not counted. */
size_t circuit_bytes(const struct circuit *circuit);

/* Whether a text has the form of an id, which no name has. */
bool circuit_is_id(const char *text);

/* One more reference to the same circuit, and one less. circuit_release(NULL) is fine. */
struct circuit *circuit_retain(struct circuit *circuit);
void circuit_release(struct circuit *circuit);

/* The key for a target, or NULL while it is not known. Valid as long as the reference. */
const struct verification_key *circuit_key(struct circuit *circuit, enum verifier_target target);

/* Makes a key known; its bytes are taken over. A second one for a target is dropped. */
void circuit_set_key(struct circuit *circuit, enum verifier_target target,
                     struct verification_key *key);

/*
 * What is known of the key just now; KEY_REFUSED fills *why, which may be NULL, with when to come
 * again. A circuit that is loading is at one target at a time.
 */
enum key_state circuit_key_state(struct circuit *circuit, enum verifier_target target,
                                 struct failure *why);

/* Somebody is at the key from here on, until nobody is any more. */
void circuit_begin_key(struct circuit *circuit, enum verifier_target target);
void circuit_end_key(struct circuit *circuit, enum verifier_target target);

/*
 * There is no key: for good, or for a pause that doubles with each time, from a second to a
 * minute. Without memory for it nothing is remembered.
 */
void circuit_refuse_key(struct circuit *circuit, enum verifier_target target,
                        const struct failure *why, bool for_good);

/*
 * Its handle in the engine, opened by whoever is first and closed with the last reference: the
 * engine, always the same one of its kind, ends after the circuits. RESULT_INTERNAL for lack of
 * memory.
 */
MUST_USE_RESULT enum result circuit_open(struct circuit *circuit, struct engine_circuit **opened,
                                         struct engine *engine, struct failure *failure);

/*
 * The bytes that a proof with so many threads is expected to take at most: learnt from the
 * circuit's proofs by that engine, or what the engine knows of the circuit; 0: neither.
 */
uint64_t circuit_expected_memory(struct circuit *circuit, enum engine_kind engine,
                                 enum verifier_target target, unsigned threads);

/* From CIRCUIT_LOADING to the state that bb's answer means. */
void circuit_set_ready(struct circuit *circuit, const struct circuit_stats *stats);
void circuit_set_failed(struct circuit *circuit, const struct failure *failure);

/* Its state; fills *stats when it is ready and *failure when it has failed. Either may be NULL. */
enum circuit_state circuit_state(struct circuit *circuit, struct circuit_stats *stats,
                                 struct failure *failure);

void circuit_note_proof(struct circuit *circuit, enum engine_kind engine, double milliseconds,
                        const struct engine_usage *usage);

/* A proof that was given so much memory, out of `most`, ended for want of it. */
void circuit_note_shortage(struct circuit *circuit, enum engine_kind engine, uint64_t given,
                           uint64_t most);

struct circuit_costs circuit_costs(struct circuit *circuit);

#endif
