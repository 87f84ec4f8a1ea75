#include "jobs/explain_internal.h"

#include "base/check.h"
#include "base/log.h"
#include "engine/refusal.h"

struct explanation {
    const char *event; /* of the log */
    const char *told;
};

static const struct explanation explanations[] = {
#define X(outcome, event, told) [outcome] = {event, told},
    EXPLAIN_TABLE(X)
#undef X
};

/* NULL: the failure's own sentence. */
static const struct explanation *explanation_of(enum result result)
{
    switch (result) {
#define X(outcome, event, told) case outcome:
        EXPLAIN_TABLE(X)
#undef X
        return &explanations[result];
#define X(outcome) case outcome:
        TOLD_TABLE(X)
#undef X
        return NULL;
    }
    NOT_REACHED("every outcome is in one of the tables");
}

void explain_outcome(struct job *job)
{
    struct failure *failure = &job->failure;
    const struct explanation *explanation = explanation_of(failure->result);
    if (explanation == NULL)
        return;
    unsigned retry_after_seconds = failure->retry_after_seconds;
    log_event(LOG_WARNING, explanation->event,
              log_string("circuit", job->circuit == NULL ? NULL : job->circuit->name),
              log_string("target", target_name(job->target)),
              log_string("code", result_code(failure->result)),
              log_string("why", failure->message));
    failure_set(failure, failure->result, "%s", explanation->told);
    failure->retry_after_seconds = retry_after_seconds;
}

static enum result explain_cancellation(struct job *job)
{
    if (atomic_load(&job->cancelled))
        return failure_set(&job->failure, RESULT_CANCELLED,
                           "nobody waited for the answer any more");
    return failure_set(&job->failure, RESULT_STOPPING, "the server is stopping; try again later");
}

/* Which of the two limits it was. */
static enum result explain_timeout(struct job *job, const struct tools *tools)
{
    if (!job->ends_by_cancel && clock_now() >= job->deadline)
        return failure_set(
            &job->failure, RESULT_REQUEST_TIMEOUT,
            "the request's time was up before its proof was made (--request-timeout)");
    return failure_set(&job->failure, RESULT_PROVE_TIMEOUT,
                       "no %s within %lld seconds (--prove-timeout); the prover was stopped",
                       job->kind == JOB_PROVE ? "proof" : "answer of the prover",
                       (long long)tools->options->prove_timeout_seconds);
}

/* Of what bb may have done for want of a CRS the cause is the one to know. */
static bool may_want_crs(enum result result)
{
    return result == RESULT_PROVER_REFUSED || result == RESULT_PROVER_FAILED ||
           result == RESULT_PROVER_DIED;
}

void job_explain(struct job *job, const struct tools *tools)
{
    enum result result = job->failure.result;
    if (result == RESULT_CANCELLED)
        (void)explain_cancellation(job);
    explain_outcome(job);
    if (result == RESULT_PROVE_TIMEOUT)
        (void)explain_timeout(job, tools);
    if (may_want_crs(result) && crs_check_readable(tools->options->crs, &job->failure) != RESULT_OK)
        explain_outcome(job);
}

enum result explain_circuit_refusal(struct failure *failure, const struct circuit *circuit,
                                    const struct tools *tools)
{
    const struct refusal *refusal = refusal_find(failure->message);
    if (crs_check_readable(tools->options->crs, failure) != RESULT_OK)
        return failure->result;
    if (refusal != NULL)
        return failure_set(failure, refusal->result, "circuit %s: %s", circuit->name,
                           refusal->sentence);
    return failure_set(failure, RESULT_CIRCUIT_INVALID,
                       "bb cannot read circuit %s; the server's log says why", circuit->name);
}
