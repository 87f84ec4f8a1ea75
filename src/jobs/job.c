#include "jobs/job.h"

#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "engine/refusal.h"
#include "jobs/explain_internal.h"
#include "jobs/verdict_internal.h"
#include "metrics/metrics.h"

void job_free_body(struct job *job)
{
    buffer_free(&job->inputs);
    buffer_free(&job->witness);
    buffer_free(&job->given_key);
    buffer_free(&job->text);
    proof_free(&job->proof);
}

void job_free_contents(struct job *job)
{
    job_free_body(job);
    (void)budget_set(&job->held, 0);
    json_decref(job->details);
    job->details = NULL;
    fingerprint_abandon(job->request_hash);
    job->request_hash = NULL;
    circuit_release(job->circuit);
    job->circuit = NULL;
}

static struct engine_task task_of(const struct job *job, const struct tools *tools)
{
    nanoseconds deadline = deadline_in_seconds(tools->options->prove_timeout_seconds);
    bool request_ends_first = !job->ends_by_cancel && job->deadline < deadline;
    struct engine_task task = {
        .target = job->target,
        .deadline = request_ends_first ? job->deadline : deadline,
        .cancel = job->cancel,
        .threads = job->grant.threads,
        .memory_bytes = job->grant.memory_bytes,
    };
    /* Before its rows are known nobody knows what it takes. */
    if (job->circuit != NULL && circuit_state(job->circuit, NULL, NULL) == CIRCUIT_LOADING)
        task.memory_bytes = 0;
    return task;
}

/* The key that the job works with, prepared if need be. */
static enum result find_key(struct bytes *key, struct job *job, const struct tools *tools)
{
    struct engine_task task = task_of(job, tools);
    if (job->circuit == NULL) {
        *key = bytes_of(&job->given_key);
        return verdict_check_target(tools, job->target, &job->failure);
    }
    enum result result = prepare_key(&job->key, job->circuit, &task, tools, &job->failure);
    if (result != RESULT_OK)
        return result;
    *key = bytes_of(job->given_key.length > 0 ? &job->given_key : &job->key->bytes);
    return RESULT_OK;
}

static void observe(enum metric metric, double milliseconds, const struct job *job)
{
    metrics_observe(
        metric, milliseconds / MILLISECONDS_PER_SECOND,
        METRIC_LABELS(job->circuit == NULL ? "" : job->circuit->name, target_name(job->target)));
}

static enum result ask_engine(struct job *job, struct bytes key, const struct tools *tools)
{
    struct engine_task task = task_of(job, tools);
    return engine_verify(tools->options->engine, &job->verified, &task, key, &job->proof,
                         &job->failure);
}

static enum result verify(struct job *job, struct bytes key, const struct tools *tools)
{
    nanoseconds started_at = clock_now();
    enum result result =
        verdict_is_ours(job->target) ? verdict_give(job, key, tools) : ask_engine(job, key, tools);
    job->verify_milliseconds = milliseconds_between(started_at, clock_now());
    if (result == RESULT_OK)
        observe(METRIC_VERIFICATION_DURATION, job->verify_milliseconds, job);
    return result;
}

/* A verifier that cannot make sense of a caller's proof has answered the question. */
static enum result answer_verify(struct job *job, struct bytes key, const struct tools *tools)
{
    enum result result = verify(job, key, tools);
    return result == RESULT_PROVER_REFUSED ? RESULT_OK : result;
}

static enum result prove(struct job *job, struct bytes key, bool legacy_msm,
                         const struct tools *tools)
{
    struct engine_usage usage = {0};
    struct engine_circuit *opened;
    struct engine_task task = task_of(job, tools);
    /* Without points bb would try to download some. */
    if (crs_check_readable(tools->options->crs, &job->failure) != RESULT_OK)
        return RESULT_CRS_UNUSABLE;
    if (circuit_open(job->circuit, &opened, tools->options->engine, &job->failure) != RESULT_OK)
        return RESULT_INTERNAL;
    task.usage = &usage;
    task.legacy_msm = legacy_msm;
    nanoseconds started_at = clock_now();
    enum result result =
        engine_prove(opened, &job->proof, &task, key, bytes_of(&job->witness), &job->failure);
    double milliseconds = milliseconds_between(started_at, clock_now());
    job->prove_milliseconds += milliseconds;
    if (result == RESULT_OK) {
        circuit_note_proof(job->circuit, engine_kind(tools->options->engine), milliseconds, &usage);
        observe(METRIC_PROOF_DURATION, milliseconds, job);
    }
    return result;
}

/*
 * bb has read this circuit and made its key: if it refuses a whole, canonical witness of the right
 * shape, the values are to blame (it asserts some of what a circuit asks), unless its CRS is gone
 * or it gives a reason that is known.
 */
static enum result explain_refusal(struct job *job, const struct tools *tools)
{
    log_event(LOG_INFO, "bb refused a witness", log_string("circuit", job->circuit->name),
              log_string("why", job->failure.message));
    if (refusal_find(job->failure.message) != NULL)
        return explain_circuit_refusal(&job->failure, job->circuit, tools);
    if (crs_check_readable(tools->options->crs, &job->failure) != RESULT_OK)
        return RESULT_CRS_UNUSABLE;
    return failure_set(&job->failure, RESULT_WITNESS_UNSATISFIED,
                       "the witness does not satisfy circuit %s: the prover refuses it; execute "
                       "the circuit again with the inputs you mean",
                       job->circuit->name);
}

static enum result attempt(struct job *job, struct bytes key, bool legacy_msm,
                           const struct tools *tools)
{
    enum result result = prove(job, key, legacy_msm, tools);
    if (result == RESULT_PROVER_REFUSED)
        result = explain_refusal(job, tools);
    return result == RESULT_OK ? verify(job, key, tools) : result;
}

/* A verifier that cannot make sense of a proof has found it wrong, too. */
static bool is_wrong(const struct job *job, enum result result)
{
    return result == RESULT_PROVER_REFUSED || (result == RESULT_OK && !job->verified);
}

/* A proof that is wrong is the witness's fault, unless bb's older multiplication makes it right. */
static enum result attempt_legacy(struct job *job, struct bytes key, const struct tools *tools)
{
    char why[JOB_REASON_BYTES];
    memcpy(why, job->reason, sizeof(why));
    proof_free(&job->proof);
    enum result result = attempt(job, key, true, tools);
    bool saved = result == RESULT_OK && job->verified;
    metrics_add(METRIC_MSM_RETRIES, 1, METRIC_LABELS(saved ? "saved" : "failed"));
    log_event(saved ? LOG_ERROR : LOG_INFO,
              saved ? "bb's faster MSM made a wrong proof: see --bb-msm"
                    : "a proof was wrong twice",
              log_string("circuit", job->circuit->name),
              log_string("target", target_name(job->target)), log_string("why", why));
    return result;
}

static enum result prove_and_verify(struct job *job, struct bytes key, const struct tools *tools)
{
    job->prove_milliseconds = 0;
    enum result result = attempt(job, key, false, tools);
    if (is_wrong(job, result) && tools->options->bb->new_msm)
        result = attempt_legacy(job, key, tools);
    buffer_free(&job->witness);
    if (result == RESULT_OK && !job->verified)
        result = failure_set(&job->failure, RESULT_WITNESS_UNSATISFIED,
                             "the witness does not satisfy circuit %s: its proof does not verify; "
                             "execute the circuit again with the inputs you mean",
                             job->circuit->name);
    if (result != RESULT_OK)
        proof_free(&job->proof);
    return result;
}

static enum result write_solidity(struct job *job, struct bytes key, const struct tools *tools)
{
    struct engine_task task = task_of(job, tools);
    if (key_store_read_contract(&job->text, job->circuit, job->target, tools))
        return RESULT_OK;
    buffer_free(&job->text);
    enum result result =
        engine_solidity_verifier(tools->options->engine, &job->text, &task, key, &job->failure);
    if (result == RESULT_OK)
        key_store_write_contract(&job->text, job->circuit, job->target, tools);
    return result;
}

static enum result run(struct job *job, struct bytes key, const struct tools *tools)
{
    switch (job->kind) {
    case JOB_PROVE:
        return prove_and_verify(job, key, tools);
    case JOB_VERIFY:
        return answer_verify(job, key, tools);
    case JOB_KEY:
        return RESULT_OK;
    case JOB_SOLIDITY:
        return write_solidity(job, key, tools);
    case JOB_EXECUTE:
    case JOB_UPLOAD:
    case JOB_DELETE:
        break;
    }
    NOT_REACHED("the loader does the other jobs");
}

void job_run(struct job *job, const struct tools *tools)
{
    struct bytes key;
    job->verified = false;
    job->reason[0] = '\0';
    enum result result =
        atomic_load(&job->cancelled) ? RESULT_CANCELLED : find_key(&key, job, tools);
    if (result == RESULT_OK)
        result = run(job, key, tools);
    job->failure.result = result;
}
