#include <inttypes.h>

#include "base/log.h"
#include "engine/rows.h"
#include "jobs/explain_internal.h"
#include "jobs/run_internal.h"
#include "jobs/verdict_internal.h"

enum result refuse_for_memory(struct failure *failure, const struct circuit *circuit,
                              uint64_t needed, uint64_t most)
{
    enum { MEBIBYTE = 1 << 20 };
    return failure_set(failure, RESULT_CIRCUIT_EXCEEDS_MEMORY,
                       "to prove circuit %s takes about %" PRIu64
                       " MiB, and this server has %" PRIu64 " MiB for its provers (--memory)",
                       circuit == NULL ? "" : circuit->name, (needed + MEBIBYTE - 1) / MEBIBYTE,
                       most / MEBIBYTE);
}

/* What the engine knows of it goes before what its size lets guess. */
static enum result check_memory(const struct circuit *circuit, const struct engine_circuit *opened,
                                const struct circuit_stats *stats, enum verifier_target target,
                                const struct tools *tools, struct failure *failure)
{
    uint64_t known = engine_memory(opened, target, 1);
    uint64_t needed =
        known > 0 ? known : cost_guess_memory(engine_kind(tools->options->engine), stats->rows, 1);
    if (tools->options->scheduling.memory_bytes == 0 ||
        needed <= tools->options->scheduling.memory_bytes)
        return RESULT_OK;
    return refuse_for_memory(failure, circuit, needed, tools->options->scheduling.memory_bytes);
}

static enum result check_rows(const struct circuit_stats *stats, const struct tools *tools,
                              struct failure *failure)
{
    if (tools->options->max_rows > 0 && stats->rows > tools->options->max_rows)
        return failure_set(failure, RESULT_CIRCUIT_TOO_LARGE,
                           "the circuit has %u rows and this server takes %" PRIu64 " (--max-rows)",
                           stats->rows, tools->options->max_rows);
    return crs_check_rows(tools->options->crs, stats->rows, failure);
}

bool is_refusal(enum result result)
{
    return result == RESULT_CIRCUIT_TOO_LARGE || result == RESULT_CIRCUIT_EXCEEDS_MEMORY ||
           result == RESULT_CIRCUIT_INVALID || result == RESULT_TARGET_UNSUPPORTED;
}

static enum result measure(struct circuit_stats *stats, struct circuit *circuit,
                           const struct engine_task *task, const struct tools *tools,
                           struct failure *failure)
{
    struct engine_circuit *opened;
    enum result result = circuit_open(circuit, &opened, tools->options->engine, failure);
    if (result == RESULT_OK)
        result = engine_describe(opened, stats, task, failure);
    if (result != RESULT_OK)
        return result;
    stats->rows = rows_of_key(&(struct rows_needed){stats->gates, circuit->lookup_rows,
                                                    circuit->public_input_count, task->target});
    result = check_rows(stats, tools, failure);
    return result == RESULT_OK ? check_memory(circuit, opened, stats, task->target, tools, failure)
                               : result;
}

/* A circuit is what it is for the default target: another may need more rows than there are points.
 */
static enum result load(struct circuit *circuit, const struct engine_task *asked,
                        const struct tools *tools, struct failure *failure)
{
    struct circuit_stats stats;
    struct engine_task task = *asked;
    nanoseconds started_at = clock_now();
    task.target = TARGET_DEFAULT;
    enum result result = measure(&stats, circuit, &task, tools, failure);
    if (result == RESULT_OK) {
        circuit_set_ready(circuit, &stats);
        log_event(LOG_INFO, "circuit loaded", log_string("circuit", circuit->name),
                  log_string("id", circuit->id), log_integer("gates", stats.gates),
                  log_integer("rows", stats.rows), log_integer("witnesses", circuit->witness_count),
                  log_milliseconds("load_ms", milliseconds_between(started_at, clock_now())));
        return RESULT_OK;
    }
    log_event(LOG_WARNING, "a circuit cannot be served", log_string("circuit", circuit->name),
              log_string("code", result_code(result)), log_string("why", failure->message));
    failure->result = result;
    if (result == RESULT_PROVER_REFUSED)
        result = explain_circuit_refusal(failure, circuit, tools);
    if (is_refusal(result))
        circuit_set_failed(circuit, failure);
    return result;
}

static enum result compute_key(struct verification_key *key, struct circuit *circuit,
                               const struct engine_task *task, const struct tools *tools,
                               struct failure *failure)
{
    struct engine_circuit *opened;
    enum result result = circuit_open(circuit, &opened, tools->options->engine, failure);
    return result == RESULT_OK ? engine_compute_key(opened, key, task, failure) : result;
}

static enum result make_key(struct circuit *circuit, const struct engine_task *task,
                            const struct tools *tools, struct failure *failure)
{
    struct verification_key key = {.bytes = BUFFER_EMPTY};
    struct circuit_stats stats;
    nanoseconds started_at = clock_now();
    enum result result =
        task->target == TARGET_DEFAULT ? RESULT_OK : measure(&stats, circuit, task, tools, failure);
    if (result != RESULT_OK)
        return result;
    bool kept = key_store_read(&key, circuit, task->target, tools);
    if (!kept) {
        verification_key_free(&key);
        if (crs_check_readable(tools->options->crs, failure) != RESULT_OK)
            return RESULT_CRS_UNUSABLE;
        result = compute_key(&key, circuit, task, tools, failure);
        if (result != RESULT_OK)
            return result;
        key_store_write(&key, circuit, task->target, tools);
    }
    log_event(LOG_INFO, kept ? "key read" : "key computed", log_string("circuit", circuit->name),
              log_string("target", target_name(task->target)),
              log_milliseconds("key_ms", milliseconds_between(started_at, clock_now())));
    circuit_set_key(circuit, task->target, &key);
    return RESULT_OK;
}

enum result prepare_key(const struct verification_key **key, struct circuit *circuit,
                        const struct engine_task *task, const struct tools *tools,
                        struct failure *failure)
{
    enum result result = verdict_check_target(tools, task->target, failure);
    if (result != RESULT_OK)
        return result;
    *key = circuit_key(circuit, task->target);
    if (*key != NULL)
        return RESULT_OK;
    enum circuit_state state = circuit_state(circuit, NULL, failure);
    if (state == CIRCUIT_FAILED)
        result = failure->result;
    else if (state == CIRCUIT_LOADING)
        result = load(circuit, task, tools, failure);
    if (result == RESULT_OK && circuit_key(circuit, task->target) == NULL)
        result = make_key(circuit, task, tools, failure);
    if (result == RESULT_PROVER_REFUSED) {
        log_event(LOG_WARNING, "a key cannot be made", log_string("circuit", circuit->name),
                  log_string("target", target_name(task->target)),
                  log_string("why", failure->message));
        result = explain_circuit_refusal(failure, circuit, tools);
    }
    if (result == RESULT_OK)
        *key = circuit_key(circuit, task->target);
    return result;
}

enum result prepare_at_start(struct circuit *circuit, unsigned threads, const struct tools *tools,
                             struct failure *failure)
{
    const struct verification_key *key;
    const struct engine_task task = {
        .target = TARGET_DEFAULT,
        .deadline = deadline_in_seconds(tools->options->prove_timeout_seconds),
        .cancel = tools->cancel,
        .threads = threads,
    };
    enum result result = prepare_key(&key, circuit, &task, tools, failure);
    if (result == RESULT_OK)
        return RESULT_OK;
    struct failure cause = *failure;
    return failure_set(failure, result, "circuit %s: %.400s", circuit->name, cause.message);
}
