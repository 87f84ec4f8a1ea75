#include "engine/engine.h"

#include <stddef.h>

#include "engine/operations.h"

/* The caller's failure has the engine's sentence. */
static enum result answer(enum engine_outcome outcome, struct failure *failure)
{
    static const enum result results[] = {
#define X(name, result) [name] = (result),
        ENGINE_OUTCOME_TABLE(X)
#undef X
    };
    if (failure != NULL && outcome != ENGINE_OK)
        failure->result = results[outcome];
    return results[outcome];
}

enum engine_kind engine_kind(const struct engine *engine)
{
    return engine->operations->kind;
}

enum result engine_open(struct engine *engine, struct engine_circuit **circuit,
                        struct bytes bytecode, struct failure *failure)
{
    return answer(engine->operations->open(engine, circuit, bytecode, failure), failure);
}

void engine_close(struct engine_circuit *circuit)
{
    if (circuit != NULL)
        circuit->engine->operations->close(circuit);
}

enum result engine_describe(struct engine_circuit *circuit, struct circuit_stats *stats,
                            const struct engine_task *task, struct failure *failure)
{
    return answer(circuit->engine->operations->describe(circuit, stats, task, failure), failure);
}

enum result engine_compute_key(struct engine_circuit *circuit, struct verification_key *key,
                               const struct engine_task *task, struct failure *failure)
{
    return answer(circuit->engine->operations->compute_key(circuit, key, task, failure), failure);
}

enum result engine_prove(struct engine_circuit *circuit, struct proof *proof,
                         const struct engine_task *task, struct bytes key, struct bytes witness,
                         struct failure *failure)
{
    return answer(circuit->engine->operations->prove(circuit, proof, task, key, witness, failure),
                  failure);
}

uint64_t engine_memory(const struct engine_circuit *circuit, enum verifier_target target,
                       unsigned threads)
{
    if (circuit->engine->operations->memory == NULL)
        return 0;
    return circuit->engine->operations->memory(circuit, target, threads);
}

enum result engine_verify(struct engine *engine, bool *verified, const struct engine_task *task,
                          struct bytes key, const struct proof *proof, struct failure *failure)
{
    return answer(engine->operations->verify(engine, verified, task, key, proof, failure), failure);
}

enum result engine_solidity_verifier(struct engine *engine, struct buffer *source,
                                     const struct engine_task *task, struct bytes key,
                                     struct failure *failure)
{
    return answer(engine->operations->solidity_verifier(engine, source, task, key, failure),
                  failure);
}

void engine_reap(struct engine *engine)
{
    if (engine->operations->reap != NULL)
        engine->operations->reap(engine);
}

void engine_tend(struct engine *engine)
{
    if (engine->operations->tend != NULL)
        engine->operations->tend(engine);
}

void engine_destroy(struct engine *engine)
{
    if (engine != NULL)
        engine->operations->destroy(engine);
}
