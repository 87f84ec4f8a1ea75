/*
 * What an engine is made of, for those who write one: fill in the operations, and write a function
 * that creates it. Whoever uses an engine goes by engine/engine.h, which has the contract.
 */
#ifndef ENGINE_OPERATIONS_H
#define ENGINE_OPERATIONS_H

#include "engine/engine.h"

/*
 * X(name, what it means to those who use the engine)
 * What becomes of a call. The table is the one place where that turns into an answer. The failure
 * that goes with an outcome has its sentence, for the log: engines write it with failure_say.
 */
#define ENGINE_OUTCOME_TABLE(X)                                                                    \
    X(ENGINE_OK, RESULT_OK)                                                                        \
    /* It said no, to the circuit, the witness or the proof, and is well. */                       \
    X(ENGINE_REFUSED, RESULT_PROVER_REFUSED)                                                       \
    /* Its process said what is no answer, or died; where there is one attempt. */                 \
    X(ENGINE_NONSENSE, RESULT_PROVER_NONSENSE)                                                     \
    X(ENGINE_DIED, RESULT_PROVER_DIED)                                                             \
    /* Two of those. */                                                                            \
    X(ENGINE_FAILED, RESULT_PROVER_FAILED)                                                         \
    X(ENGINE_OUT_OF_MEMORY, RESULT_PROVER_OUT_OF_MEMORY)                                           \
    /* Its process cannot be started. */                                                           \
    X(ENGINE_UNUSABLE, RESULT_PROVER_UNUSABLE)                                                     \
    /* Whatever worked on it is dead by then, or has let go of it. */                              \
    X(ENGINE_TIMED_OUT, RESULT_PROVE_TIMEOUT)                                                      \
    X(ENGINE_CANCELLED, RESULT_CANCELLED)                                                          \
    /* Memory, a disk or the like is short on the server's side. */                                \
    X(ENGINE_INTERNAL, RESULT_INTERNAL)

enum engine_outcome {
#define X(name, result) name,
    ENGINE_OUTCOME_TABLE(X)
#undef X
};

/* The first member of what an engine keeps for itself, and of what it keeps for a circuit. */
struct engine {
    const struct engine_operations *operations;
};

struct engine_circuit {
    struct engine *engine;
};

/* As the functions of engine/engine.h with their names. */
struct engine_operations {
    enum engine_kind kind;
    enum engine_outcome (*open)(struct engine *engine, struct engine_circuit **circuit,
                                struct bytes bytecode, struct failure *failure);
    void (*close)(struct engine_circuit *circuit);
    enum engine_outcome (*describe)(struct engine_circuit *circuit, struct circuit_stats *stats,
                                    const struct engine_task *task, struct failure *failure);
    enum engine_outcome (*compute_key)(struct engine_circuit *circuit, struct verification_key *key,
                                       const struct engine_task *task, struct failure *failure);
    enum engine_outcome (*prove)(struct engine_circuit *circuit, struct proof *proof,
                                 const struct engine_task *task, struct bytes key,
                                 struct bytes witness, struct failure *failure);
    /* NULL for an engine that never knows. */
    uint64_t (*memory)(const struct engine_circuit *circuit, enum verifier_target target,
                       unsigned threads);
    enum engine_outcome (*verify)(struct engine *engine, bool *verified,
                                  const struct engine_task *task, struct bytes key,
                                  const struct proof *proof, struct failure *failure);
    enum engine_outcome (*solidity_verifier)(struct engine *engine, struct buffer *source,
                                             const struct engine_task *task, struct bytes key,
                                             struct failure *failure);
    /* Both NULL for an engine whose processes never idle. */
    void (*reap)(struct engine *engine);
    void (*tend)(struct engine *engine);
    void (*destroy)(struct engine *engine);
};

#endif
