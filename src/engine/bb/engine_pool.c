#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "engine/bb/bb_internal.h"
#include "engine/bb/request.h"
#include "engine/bb/response.h"
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

static enum child_outcome start_with(const struct engine_options *options, struct child **child,
                                     unsigned threads, bool new_msm, struct failure *failure)
{
    static const char *const arguments[] = {"bb", "msgpack", "run", NULL};
    struct bb_environment environment;
    bb_environment_fill(&environment, options, threads, new_msm);
    struct child_command command = bb_command(&environment, options, arguments, NULL);
    command.frames = options->frames;
    return child_start(child, &command, failure);
}

static enum child_outcome start_bb(void *context, struct child **child, unsigned threads,
                                   struct failure *failure)
{
    const struct engine_pool *self = context;
    return start_with(&self->options, child, threads, self->options.new_msm, failure);
}

typedef enum engine_outcome answer_reader(void *out, struct bytes payload, struct failure *failure);
static answer_reader read_stats, read_key, read_proof, read_verified, read_source;

/* An answer of bb, and what it comes to. */
struct reading {
    void *out;
    answer_reader *read;
    enum engine_outcome outcome;
};

/* That bb refuses is an answer, too. */
static enum child_outcome read_answer(void *context, const struct buffer *payload,
                                      struct failure *failure)
{
    struct reading *reading = context;
    reading->outcome = reading->read(reading->out, bytes_of(payload), failure);
    if (reading->outcome == ENGINE_NONSENSE)
        return CHILD_NONSENSE;
    return reading->outcome == ENGINE_INTERNAL ? CHILD_INTERNAL : CHILD_OK;
}

/* A child for one question, which computes as bb did before. */
static enum child_outcome ask_legacy(const struct engine_pool *self, const struct engine_task *task,
                                     const struct pool_question *question, struct failure *failure)
{
    struct child *child = NULL;
    struct child_obituary obituary;
    struct buffer payload = BUFFER_EMPTY;
    const struct child_limits limits = {.deadline = task->deadline,
                                        .cancel = task->cancel,
                                        .max_response_bytes = MOST_RESPONSE_BYTES,
                                        .memory_bytes = task->memory_bytes};
    enum child_outcome outcome =
        start_with(&self->options, &child, task->threads == 0 ? 1 : task->threads, false, failure);
    if (outcome != CHILD_OK)
        return outcome;
    outcome = child_call(child, &payload, question->frame, question->insert, &limits, failure);
    if (outcome == CHILD_OK)
        outcome = question->read(question->context, &payload, failure);
    buffer_free(&payload);
    child_end(&child, &obituary);
    if (question->usage != NULL)
        *question->usage = (struct pool_usage){.peak = obituary.peak_memory_bytes};
    if (outcome == CHILD_DIED && obituary.out_of_memory)
        return failure_say(failure, CHILD_OUT_OF_MEMORY, "bb %s", obituary.cause);
    return outcome;
}

/* Sends a frame that was `made` or not, frees it, and reads the answer into `out`. */
static enum engine_outcome ask(struct engine *engine, void *out, struct buffer *frame,
                               const struct request_insert *insert, enum result made,
                               const struct engine_task *task, answer_reader *read,
                               struct failure *failure)
{
    struct pool_usage usage = {0};
    struct reading reading = {.out = out, .read = read};
    struct pool_question question = {
        .frame = frame,
        .insert = insert,
        .threads = task->threads,
        .memory_bytes = task->memory_bytes,
        .proof = read == read_proof,
        .deadline = task->deadline,
        .cancel = task->cancel,
        .read = read_answer,
        .context = &reading,
        .usage = task->usage == NULL ? NULL : &usage,
    };
    struct engine_pool *self = of(engine);
    enum child_outcome asked;
    if (made != RESULT_OK)
        asked = failure_say(failure, CHILD_INTERNAL, "no memory to ask the prover");
    else if (task->legacy_msm && self->options.new_msm)
        asked = ask_legacy(self, task, &question, failure);
    else
        asked = pool_ask(self->pool, &question, failure);
    buffer_free(frame);
    if (task->usage != NULL)
        *task->usage = (struct engine_usage){.before = usage.before, .peak = usage.peak};
    if (asked != CHILD_OK)
        return bb_outcome(asked);
    /* bb caught the exception, and is well. */
    if (reading.outcome == ENGINE_REFUSED && strstr(failure->message, "bad_alloc") != NULL)
        return failure_say(failure, ENGINE_OUT_OF_MEMORY, "bb could get no more memory");
    return reading.outcome;
}

static enum engine_outcome read_stats(void *out, struct bytes payload, struct failure *failure)
{
    return response_circuit_stats(out, payload, failure);
}

static enum engine_outcome read_key(void *out, struct bytes payload, struct failure *failure)
{
    return response_verification_key(out, payload, failure);
}

static enum engine_outcome read_proof(void *out, struct bytes payload, struct failure *failure)
{
    return response_proof(out, payload, failure);
}

static enum engine_outcome read_verified(void *out, struct bytes payload, struct failure *failure)
{
    return response_verified(out, payload, failure);
}

static enum engine_outcome read_source(void *out, struct bytes payload, struct failure *failure)
{
    return response_solidity_verifier(out, payload, failure);
}

static enum engine_outcome describe(struct engine_circuit *circuit, struct circuit_stats *stats,
                                    const struct engine_task *task, struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made =
        request_circuit_stats(&frame, bb_bytecode(circuit), target_settings(task->target));
    return ask(circuit->engine, stats, &frame, NULL, made, task, read_stats, failure);
}

static enum engine_outcome compute_key(struct engine_circuit *circuit, struct verification_key *key,
                                       const struct engine_task *task, struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made = request_compute_verification_key(&frame, bb_bytecode(circuit),
                                                        target_settings(task->target));
    return ask(circuit->engine, key, &frame, NULL, made, task, read_key, failure);
}

static enum engine_outcome prove(struct engine_circuit *circuit, struct proof *proof,
                                 const struct engine_task *task, struct bytes key,
                                 struct bytes witness, struct failure *failure)
{
    struct request_insert insert = {0};
    struct buffer frame = BUFFER_EMPTY;
    enum result made = request_prove(&frame, &insert, bb_bytecode(circuit), key, witness,
                                     target_settings(task->target));
    return ask(circuit->engine, proof, &frame, &insert, made, task, read_proof, failure);
}

static enum engine_outcome verify(struct engine *engine, bool *verified,
                                  const struct engine_task *task, struct bytes key,
                                  const struct proof *proof, struct failure *failure)
{
    struct buffer frame = BUFFER_EMPTY;
    enum result made = request_verify(&frame, key, bytes_of(&proof->public_inputs),
                                      bytes_of(&proof->proof), target_settings(task->target));
    return ask(engine, verified, &frame, NULL, made, task, read_verified, failure);
}

static enum engine_outcome solidity_verifier(struct engine *engine, struct buffer *source,
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
    .kind = ENGINE_BB,
    .open = bb_open,
    .close = bb_close,
    .describe = describe,
    .compute_key = compute_key,
    .prove = prove,
    .verify = verify,
    .solidity_verifier = solidity_verifier,
    .reap = reap,
    .tend = tend,
    .destroy = destroy,
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
    if (self->pool == NULL) {
        free(self);
        return failure_set(failure, RESULT_INTERNAL, "no memory for the prover");
    }
    if (pool_warm(self->pool, options->warm_children, options->warm_threads, failure) == CHILD_OK) {
        *engine = &self->engine;
        return RESULT_OK;
    }
    pool_destroy(self->pool);
    free(self);
    failure->result = RESULT_PROVER_UNUSABLE;
    return RESULT_PROVER_UNUSABLE;
}
