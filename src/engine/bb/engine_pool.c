#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "engine/bb/bb_internal.h"
#include "engine/bb/request.h"
#include "engine/bb/response.h"
#include "engine/engine.h"
#include "process/pool/pool.h"

enum {
    ENGINE_POOL_MAGIC = 0x656e6770,
    MOST_RESPONSE_BYTES = 64 << 20,
    SHAPES = 2, /* children of each call: one of the shape it has, one of that it had before */
};

struct engine_pool {
    struct engine engine; /* first: the interface's pointer is ours */
    unsigned magic;
    struct engine_options options;
    struct pool *pool;
};

static struct engine_pool *of(struct engine *engine)
{
    struct engine_pool *self = (struct engine_pool *)engine;
    CHECK(self->magic == ENGINE_POOL_MAGIC);
    return self;
}

static enum result start_with(const struct engine_options *options, struct child **child,
                              unsigned threads, bool new_msm, struct failure *failure)
{
    static const char *const arguments[] = {"bb", "msgpack", "run", NULL};
    struct bb_environment environment;
    bb_environment_fill(&environment, options, threads, new_msm);
    struct child_command command = bb_command(&environment, options, arguments, NULL);
    command.frames = options->frames;
    return child_start(child, &command, failure);
}

static enum result start_bb(void *context, struct child **child, unsigned threads,
                            struct failure *failure)
{
    const struct engine_pool *self = context;
    return start_with(&self->options, child, threads, self->options.new_msm, failure);
}

/* A child for one question, which computes as bb did before. */
static enum result ask_legacy(const struct engine_pool *self, const struct engine_task *task,
                              const struct pool_question *question, struct failure *failure)
{
    struct child *child = NULL;
    struct child_obituary obituary;
    struct buffer payload = BUFFER_EMPTY;
    const struct child_limits limits = {task->deadline, task->cancel, MOST_RESPONSE_BYTES,
                                        task->memory_bytes};
    enum result result =
        start_with(&self->options, &child, task->threads == 0 ? 1 : task->threads, false, failure);
    if (result != RESULT_OK)
        return result;
    result = child_call(child, &payload, question->frame, question->insert, &limits, failure);
    if (result == RESULT_OK)
        result = question->read(question->context, &payload, failure);
    buffer_free(&payload);
    child_end(&child, &obituary);
    if (question->usage != NULL)
        *question->usage = (struct pool_usage){.peak = obituary.peak_memory_bytes};
    return result == RESULT_PROVER_DIED && obituary.out_of_memory
               ? failure_set(failure, RESULT_PROVER_OUT_OF_MEMORY, "bb %s", obituary.cause)
               : result;
}

typedef enum result answer_reader(void *out, const struct buffer *payload, struct failure *failure);
static answer_reader read_stats, read_key, read_proof, read_verified, read_source;

/* Sends a frame that was `made` or not, frees it, and reads the answer into `out`. */
static enum result ask(struct engine *engine, void *out, struct buffer *frame,
                       const struct request_insert *insert, enum result made,
                       const struct engine_task *task, answer_reader *read, struct failure *failure)
{
    struct pool_usage usage = {0};
    struct pool_question question = {
        .frame = frame,
        .insert = insert,
        .threads = task->threads,
        .memory_bytes = task->memory_bytes,
        .proof = read == read_proof,
        .deadline = task->deadline,
        .cancel = task->cancel,
        .read = read,
        .context = out,
        .usage = task->usage == NULL ? NULL : &usage,
    };
    struct engine_pool *self = of(engine);
    enum result result = made;
    if (made != RESULT_OK)
        result = failure_set(failure, RESULT_INTERNAL, "no memory to ask the prover");
    else if (task->legacy_msm && self->options.new_msm)
        result = ask_legacy(self, task, &question, failure);
    else
        result = pool_ask(self->pool, &question, failure);
    buffer_free(frame);
    if (task->usage != NULL)
        *task->usage = (struct engine_usage){.before = usage.before, .peak = usage.peak};
    /* bb caught the exception, and is well. */
    if (result == RESULT_PROVER_REFUSED && strstr(failure->message, "bad_alloc") != NULL)
        return failure_set(failure, RESULT_PROVER_OUT_OF_MEMORY, "bb could get no more memory");
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
    return ask(engine, stats, &frame, NULL, made, task, read_stats, failure);
}

static enum result compute_key(struct engine *engine, struct verification_key *key,
                               const struct engine_task *task, struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made =
        request_compute_verification_key(&frame, task->bytecode, target_settings(task->target));
    return ask(engine, key, &frame, NULL, made, task, read_key, failure);
}

static enum result prove(struct engine *engine, struct proof *proof, const struct engine_task *task,
                         struct bytes key, struct bytes witness, struct failure *failure)
{
    struct request_insert insert = {0};
    struct buffer frame = BUFFER_EMPTY;
    enum result made =
        request_prove(&frame, &insert, task->bytecode, key, witness, target_settings(task->target));
    return ask(engine, proof, &frame, &insert, made, task, read_proof, failure);
}

static enum result verify(struct engine *engine, bool *verified, const struct engine_task *task,
                          struct bytes key, const struct proof *proof, struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made = request_verify(&frame, key, bytes_of(&proof->public_inputs),
                                      bytes_of(&proof->proof), target_settings(task->target));
    return ask(engine, verified, &frame, NULL, made, task, read_verified, failure);
}

static enum result solidity_verifier(struct engine *engine, struct buffer *source,
                                     const struct engine_task *task, struct bytes key,
                                     struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made = request_solidity_verifier(&frame, key, target_settings(task->target));
    return ask(engine, source, &frame, NULL, made, task, read_source, failure);
}

static void tend(struct engine *engine)
{
    pool_tend(of(engine)->pool);
}

static void reap(struct engine *engine)
{
    pool_reap(of(engine)->pool);
}

static void destroy(struct engine *engine)
{
    struct engine_pool *self = of(engine);
    pool_destroy(self->pool);
    self->magic = 0;
    free(self);
}

static const struct engine_operations operations = {
    load_circuit, compute_key, prove, verify, solidity_verifier, reap, tend, destroy,
};

enum result engine_pool_create(struct engine **engine, const struct engine_options *options,
                               struct failure *failure)
{
    struct engine_pool *self = calloc(1, sizeof(*self));
    if (self == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the prover");
    self->engine.operations = &operations;
    self->magic = ENGINE_POOL_MAGIC;
    self->options = *options;
    const struct pool_options pool_options = {
        .program = "bb",
        .restarts = METRIC_RESTARTS,
        .start = start_bb,
        .context = self,
        .children = options->calls * SHAPES,
        .memory_bytes = options->memory_bytes,
        .kept_bytes = options->kept_bytes,
        .most_proofs = options->most_proofs,
        .max_response_bytes = MOST_RESPONSE_BYTES,
    };
    self->pool = pool_create(&pool_options);
    enum result result =
        self->pool == NULL
            ? failure_set(failure, RESULT_INTERNAL, "no memory for the prover")
            : pool_warm(self->pool, options->warm_children, options->warm_threads, failure);
    if (result == RESULT_OK) {
        *engine = &self->engine;
        return RESULT_OK;
    }
    if (self->pool != NULL)
        pool_destroy(self->pool);
    free(self);
    return result;
}
