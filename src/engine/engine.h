/*
 * The engine: what makes and checks proofs. One small interface, so that another engine can be
 * added without touching the rest: see engine/operations.h.
 *
 * A circuit is opened once, and what the engine keeps of it lies behind its handle. Every function
 * but engine_close and engine_destroy may be called by several threads at once, with the same
 * handle too; the threads must live as long as the engine (see pool.h). Those that take a task
 * block until they are answered or its deadline passes.
 *
 * Their outcomes besides RESULT_OK, with outputs untouched: RESULT_PROVE_TIMEOUT and
 * RESULT_CANCELLED (whatever worked on it is dead by then), RESULT_PROVER_REFUSED (the engine said
 * no), RESULT_PROVER_DIED and RESULT_PROVER_NONSENSE (where there is one attempt),
 * RESULT_PROVER_FAILED (two of those), RESULT_PROVER_OUT_OF_MEMORY, RESULT_PROVER_UNUSABLE,
 * RESULT_INTERNAL. The messages name files and quote the engine's programs: they are for the log.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <limits.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/failure.h"
#include "engine/target.h"
#include "engine/types.h"
#include "process/frame.h"

struct sandbox;

struct engine;
struct engine_circuit;

/* What is asked for, when the answer is too late, and what may be used for it. */
struct engine_task {
    enum verifier_target target;
    nanoseconds deadline;
    int cancel;                 /* readable when the answer is not wanted any more; -1 for none */
    unsigned threads;           /* to compute with; 0: any number */
    uint64_t memory_bytes;      /* that it is expected to take at most */
    bool legacy_msm;            /* prove: with bb's older multiplication, in a process of its own */
    struct engine_usage *usage; /* gets what it took; may be NULL */
    /*
     * prove: told how far the proof is, 0 to 1, on the thread that called, by an engine that can
     * tell. NULL: nobody listens.
     */
    void (*progress)(void *context, double done);
    void *context;
};

enum engine_kind engine_kind(const struct engine *engine);

/*
 * Opens a circuit: no process is asked, so it takes no time. `bytecode` is the circuit's,
 * gunzipped, borrowed until the handle is closed. The caller closes it. RESULT_INTERNAL for lack of
 * memory.
 */
MUST_USE_RESULT enum result engine_open(struct engine *engine, struct engine_circuit **circuit,
                                        struct bytes bytecode, struct failure *failure);

/* Frees what is kept of it. When no call with it is in progress; NULL is fine. */
void engine_close(struct engine_circuit *circuit);

/* Reads the circuit and counts its gates: the proof that the engine understands it. */
MUST_USE_RESULT enum result engine_describe(struct engine_circuit *circuit,
                                            struct circuit_stats *stats,
                                            const struct engine_task *task,
                                            struct failure *failure);

MUST_USE_RESULT enum result engine_compute_key(struct engine_circuit *circuit,
                                               struct verification_key *key,
                                               const struct engine_task *task,
                                               struct failure *failure);

/*
 * `witness` is gunzipped and checked, `key` the circuit's for the target. An engine can "succeed"
 * with a proof that does not verify.
 */
MUST_USE_RESULT enum result engine_prove(struct engine_circuit *circuit, struct proof *proof,
                                         const struct engine_task *task, struct bytes key,
                                         struct bytes witness, struct failure *failure);

/*
 * The bytes that a process takes at most to prove the circuit with so many threads, as the engine
 * knows before it has run; 0: it does not, or not yet.
 */
uint64_t engine_memory(const struct engine_circuit *circuit, enum verifier_target target,
                       unsigned threads);

/* False is an answer, not a failure. A proof is checked by its key, whatever its circuit is. */
MUST_USE_RESULT enum result engine_verify(struct engine *engine, bool *verified,
                                          const struct engine_task *task, struct bytes key,
                                          const struct proof *proof, struct failure *failure);

/* The Solidity contract that verifies proofs for that key; for the evm targets. */
MUST_USE_RESULT enum result engine_solidity_verifier(struct engine *engine, struct buffer *source,
                                                     const struct engine_task *task,
                                                     struct bytes key, struct failure *failure);

/* As pool_reap and pool_tend, of an engine whose processes idle. */
void engine_reap(struct engine *engine);
void engine_tend(struct engine *engine);

/*
 * Leaves no process and no file behind. When no call is in progress and all circuits are closed.
 * NULL is fine.
 */
void engine_destroy(struct engine *engine);

/* What every engine needs to know. All borrowed for the engine's life. */
struct engine_options {
    const char *bb_path;
    const char *crs_path;     /* a folder of links to the CRS; each bb gets a copy: see crs.h */
    const char *scratch_path; /* where each bb gets a folder of its own */
    const struct sandbox *sandbox; /* of bb; NULL: none */
    bool new_msm;                  /* bb's faster multiplication of points, where it has one */
    enum frame_layout frames;      /* that bb reads: engine_create sees to it */
    int cancel; /* readable when the engine is not wanted any more while it is created; -1 for none
                 */
    unsigned calls;         /* side by side, at most */
    unsigned warm_children; /* to start with, of engine_pool */
    unsigned warm_threads;  /* of each of them */
    uint64_t memory_bytes;  /* as in struct pool_options, these three */
    uint64_t kept_bytes;
    uint64_t most_proofs;
};

/* What the bb at a path is and can do. */
struct bb_abilities {
    char version[64];
    bool persistent_api; /* every command that engine_pool needs */
    enum frame_layout frames;
    bool starknet; /* built with the Starknet targets */
    bool new_msm;  /* it multiplies points in its faster way: it has one, and shall */
};

/* RESULT_TARGET_UNSUPPORTED, in words for a client, when that bb lacks the target. */
MUST_USE_RESULT enum result engine_check_target(const struct bb_abilities *abilities,
                                                enum verifier_target target,
                                                struct failure *failure);

/*
 * Writes the real path of bb; a name without a slash is looked for on PATH. In a folder it is
 * looked for where npm's packages have it: in @aztec/bb.js, and in those that have it for one
 * architecture, as later versions do. npm's command `bb` is a script, behind which it is looked for
 * in the same way. RESULT_PROVER_UNUSABLE when there is none.
 */
MUST_USE_RESULT enum result engine_find_bb(char bb_path[PATH_MAX], const char *given,
                                           struct failure *failure);

/*
 * Asks bb what it is and can do, and creates the engine called `name`, "pool" or "cli". Otherwise
 * RESULT_PROVER_UNUSABLE says what is wrong with bb and what to do.
 */
MUST_USE_RESULT enum result engine_create(struct engine **engine, struct bb_abilities *abilities,
                                          const char *name, const struct engine_options *options,
                                          struct failure *failure);

#endif
