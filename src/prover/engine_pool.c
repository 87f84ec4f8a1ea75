#include <stdlib.h>

#include "base/check.h"
#include "pool/pool.h"
#include "prover/bb_internal.h"
#include "prover/engine.h"

enum {
    ENGINE_POOL_MAGIC = 0x656e6770,
    MOST_RESPONSE_BYTES = 64 << 20,
    SPARE_CHILDREN = 1, /* started when a circuit is loaded while every other is busy */
};

struct engine_pool {
    struct engine engine; /* first: the interface's pointer is ours */
    unsigned magic;
    struct bb_environment environment;
    struct pool *pool;
};

static struct engine_pool *of(struct engine *engine)
{
    struct engine_pool *self = (struct engine_pool *)engine;
    CHECK(self->magic == ENGINE_POOL_MAGIC);
    return self;
}

static struct bytes bytes_of(const struct buffer *buffer)
{
    return (struct bytes){buffer->data, buffer->length};
}

/* Sends a frame that was `made` or not, frees it, and reads the answer into `out`. */
static enum result ask(struct engine *engine, void *out, struct buffer *frame, enum result made,
                       const struct engine_task *task,
                       enum result (*read)(void *, const struct buffer *, struct failure *),
                       struct failure *failure)
{
    struct pool_question question = {frame, task->deadline,         task->cancel, read,
                                     out,   task->peak_memory_bytes};
    enum result result = made == RESULT_OK
                             ? pool_ask(of(engine)->pool, &question, failure)
                             : failure_set(failure, RESULT_INTERNAL, "no memory to ask the prover");
    buffer_free(frame);
    return result;
}

static enum result read_stats(void *out, const struct buffer *payload, struct failure *failure)
{
    return response_circuit_stats(out, bytes_of(payload), failure);
}

static enum result read_key(void *out, const struct buffer *payload, struct failure *failure)
{
    return response_verification_key(out, bytes_of(payload), failure);
}

static enum result read_proof(void *out, const struct buffer *payload, struct failure *failure)
{
    return response_proof(out, bytes_of(payload), failure);
}

static enum result read_verified(void *out, const struct buffer *payload, struct failure *failure)
{
    return response_verified(out, bytes_of(payload), failure);
}

static enum result read_source(void *out, const struct buffer *payload, struct failure *failure)
{
    return response_solidity_verifier(out, bytes_of(payload), failure);
}

static enum result load_circuit(struct engine *engine, struct circuit_stats *stats,
                                const struct engine_task *task, struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made = request_circuit_stats(&frame, task->bytecode, target_settings(task->target));
    return ask(engine, stats, &frame, made, task, read_stats, failure);
}

static enum result compute_key(struct engine *engine, struct verification_key *key,
                               const struct engine_task *task, struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made =
        request_compute_verification_key(&frame, task->bytecode, target_settings(task->target));
    return ask(engine, key, &frame, made, task, read_key, failure);
}

static enum result prove(struct engine *engine, struct proof *proof, const struct engine_task *task,
                         struct bytes key, struct bytes witness, struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made =
        request_prove(&frame, task->bytecode, key, witness, target_settings(task->target));
    return ask(engine, proof, &frame, made, task, read_proof, failure);
}

static enum result verify(struct engine *engine, bool *verified, const struct engine_task *task,
                          struct bytes key, const struct proof *proof, struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made = request_verify(&frame, key, bytes_of(&proof->public_inputs),
                                      bytes_of(&proof->proof), target_settings(task->target));
    return ask(engine, verified, &frame, made, task, read_verified, failure);
}

static enum result solidity_verifier(struct engine *engine, struct buffer *source,
                                     const struct engine_task *task, struct bytes key,
                                     struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made = request_solidity_verifier(&frame, key, target_settings(task->target));
    return ask(engine, source, &frame, made, task, read_source, failure);
}

static void destroy(struct engine *engine)
{
    struct engine_pool *self = of(engine);
    pool_destroy(self->pool);
    self->magic = 0;
    free(self);
}

static const struct engine_operations operations = {
    load_circuit, compute_key, prove, verify, solidity_verifier, destroy,
};

enum result engine_pool_create(struct engine **engine, const struct engine_options *options,
                               struct failure *failure)
{
    static const char *const arguments[] = {"bb", "msgpack", "run", NULL};
    struct engine_pool *self = calloc(1, sizeof(*self));
    if (self == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the prover");
    self->engine.operations = &operations;
    self->magic = ENGINE_POOL_MAGIC;
    bb_environment_fill(&self->environment, options);
    struct pool_options pool_options = {
        .command = bb_command(&self->environment, options, arguments, NULL),
        .children = options->workers + SPARE_CHILDREN,
        .max_response_bytes = MOST_RESPONSE_BYTES,
    };
    self->pool = pool_create(&pool_options);
    enum result result = self->pool == NULL
                             ? failure_set(failure, RESULT_INTERNAL, "no memory for the prover")
                             : pool_warm(self->pool, options->workers, failure);
    if (result == RESULT_OK) {
        *engine = &self->engine;
        return RESULT_OK;
    }
    if (self->pool != NULL)
        pool_destroy(self->pool);
    free(self);
    return result;
}
