#include "service/job.h"

#include "base/check.h"
#include "base/log.h"
#include "service/run_internal.h"

void job_free_contents(struct job *job)
{
    buffer_free(&job->witness);
    proof_free(&job->proof);
}

static struct bytes bytes_of(const struct buffer *buffer)
{
    return (struct bytes){buffer->data, buffer->length};
}

static struct engine_task task_of(const struct job *job, const struct job_tools *tools)
{
    nanoseconds deadline = deadline_in_seconds(tools->prove_timeout_seconds);
    return (struct engine_task){
        .bytecode = {job->circuit->bytecode, job->circuit->bytecode_length},
        .target = job->target,
        .deadline = deadline < job->deadline ? deadline : job->deadline,
        .cancel = tools->cancel,
    };
}

/* What the engine could not do, in words for the client; the log keeps the engine's own. */
static void explain(struct job *job, const struct job_tools *tools)
{
    struct failure *failure = &job->failure;
    if (failure->result == RESULT_OK)
        return;
    log_event(LOG_WARNING, "the prover failed", log_string("circuit", job->circuit->name),
              log_string("code", result_code(failure->result)),
              log_string("why", failure->message));
    if (failure->result == RESULT_PROVE_TIMEOUT && clock_now() >= job->deadline)
        failure_set(failure, RESULT_REQUEST_TIMEOUT,
                    "the request's time was up before its proof was made (--request-timeout)");
    else if (failure->result == RESULT_PROVE_TIMEOUT)
        failure_set(failure, RESULT_PROVE_TIMEOUT,
                    "no proof within %lld seconds (--prove-timeout); the prover was stopped",
                    (long long)tools->prove_timeout_seconds);
    else if (failure->result == RESULT_CANCELLED)
        failure_set(failure, RESULT_STOPPING, "the server is stopping; try again later");
    else if (failure->result == RESULT_PROVER_REFUSED)
        failure_set(failure, RESULT_PROVER_FAILED,
                    "the prover refused this request; the server's log says why");
}

static enum result verify(struct job *job, const struct job_tools *tools)
{
    struct engine_task task = task_of(job, tools);
    nanoseconds started_at = clock_now();
    enum result result = tools->engine->operations->verify(tools->engine, &job->verified, &task,
                                                           bytes_of(&job->circuit->key.bytes),
                                                           &job->proof, &job->failure);
    job->verify_milliseconds = milliseconds_between(started_at, clock_now());
    return result;
}

static enum result prove(struct job *job, const struct job_tools *tools)
{
    struct engine_task task = task_of(job, tools);
    nanoseconds started_at = clock_now();
    enum result result = tools->engine->operations->prove(tools->engine, &job->proof, &task,
                                                          bytes_of(&job->circuit->key.bytes),
                                                          bytes_of(&job->witness), &job->failure);
    buffer_free(&job->witness);
    job->prove_milliseconds = milliseconds_between(started_at, clock_now());
    return result;
}

/* A verifier that cannot read a proof has answered the question, if the caller made the proof. */
static bool is_verdict(const struct job *job, enum result result)
{
    return result == RESULT_OK || (job->kind == JOB_VERIFY && result == RESULT_PROVER_REFUSED);
}

void job_run(struct job *job, const struct job_tools *tools)
{
    job->verified = false;
    job->failure.result = RESULT_OK;
    enum result result = job->kind == JOB_PROVE ? prove(job, tools) : RESULT_OK;
    if (result == RESULT_OK) {
        result = verify(job, tools);
        if (is_verdict(job, result))
            job->failure.result = RESULT_OK;
    }
    explain(job, tools);
    if (job->kind == JOB_PROVE && job->failure.result == RESULT_OK && !job->verified)
        failure_set(&job->failure, RESULT_WITNESS_UNSATISFIED,
                    "the witness does not satisfy circuit %s: its proof does not verify; execute "
                    "the circuit again with the inputs you mean",
                    job->circuit->name);
    if (job->kind == JOB_PROVE && job->failure.result != RESULT_OK)
        proof_free(&job->proof);
}
