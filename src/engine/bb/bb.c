#include "engine/bb/bb_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "engine/bb/schema.h"
#include "metrics/metrics.h"
#include "process/child/child.h"

#define USE_THIS_BB "set --bb to the bb of @aztec/bb.js 5.0.0"

enum { PROBE_SECONDS = 10, MOST_PROBE_BYTES = 1 << 20 };

void bb_environment_fill(struct bb_environment *environment, const struct engine_options *options,
                         unsigned threads, bool new_msm)
{
    (void)snprintf(environment->threads, sizeof(environment->threads), "HARDWARE_CONCURRENCY=%u",
                   threads);
    environment->variables[0] = "PATH=/usr/bin:/bin";
    environment->variables[1] = environment->threads;
    /* Set to anything at all, it switches that on. */
    environment->variables[2] = new_msm ? "BB_MSM_NEW=1" : NULL;
    environment->variables[BB_VARIABLES] = NULL;
    environment->home = (struct child_home){options->scratch_path, options->crs_path};
}

struct child_command bb_command(const struct bb_environment *environment,
                                const struct engine_options *options, const char *const *arguments,
                                const char *folder)
{
    return (struct child_command){
        .path = options->bb_path,
        .arguments = arguments,
        .environment = environment->variables,
        .folder = folder,
        .home = folder == NULL ? &environment->home : NULL,
        .sandbox = options->sandbox,
    };
}

enum engine_outcome bb_outcome(enum child_outcome outcome)
{
    static const enum engine_outcome outcomes[] = {
        [CHILD_OK] = ENGINE_OK,
        [CHILD_UNUSABLE] = ENGINE_UNUSABLE,
        [CHILD_DIED] = ENGINE_DIED,
        [CHILD_NONSENSE] = ENGINE_NONSENSE,
        [CHILD_TIMED_OUT] = ENGINE_TIMED_OUT,
        [CHILD_CANCELLED] = ENGINE_CANCELLED,
        [CHILD_INTERNAL] = ENGINE_INTERNAL,
        [CHILD_OUT_OF_MEMORY] = ENGINE_OUT_OF_MEMORY,
        [CHILD_FAILED] = ENGINE_FAILED,
    };
    return outcomes[outcome];
}

enum engine_outcome bb_open(struct engine *engine, struct engine_circuit **circuit,
                            struct bytes bytecode, struct failure *failure)
{
    struct bb_circuit *opened = calloc(1, sizeof(*opened));
    if (opened == NULL)
        return failure_say(failure, ENGINE_INTERNAL, "no memory for the circuit");
    *opened = (struct bb_circuit){.circuit = {engine}, .bytecode = bytecode};
    *circuit = &opened->circuit;
    return ENGINE_OK;
}

void bb_close(struct engine_circuit *circuit)
{
    free(circuit);
}

struct bytes bb_bytecode(const struct engine_circuit *circuit)
{
    return ((const struct bb_circuit *)circuit)->bytecode;
}

static enum result run_probe(struct buffer *output, const char *const *arguments,
                             const struct engine_options *options, struct failure *failure)
{
    struct bb_environment environment;
    struct child_obituary obituary;
    struct child_limits limits = {.deadline = deadline_in_seconds(PROBE_SECONDS),
                                  .cancel = options->cancel,
                                  .max_response_bytes = MOST_PROBE_BYTES,
                                  .memory_bytes = 0};
    int status;
    bb_environment_fill(&environment, options, 1, false);
    struct child_command command = bb_command(&environment, options, arguments, NULL);
    enum child_outcome outcome = child_run(&command, output, &status, &obituary, &limits, failure);
    if (outcome == CHILD_OK && status == 0)
        return RESULT_OK;
    struct failure cause = *failure;
    return failure_set(failure, RESULT_PROVER_UNUSABLE,
                       "%s is no bb that works here: `%s %s` %.200s; " USE_THIS_BB,
                       options->bb_path, arguments[0], arguments[1],
                       outcome == CHILD_OK ? obituary.cause : cause.message);
}

static void copy_version(char *version, size_t size, const struct buffer *output)
{
    size_t length = 0;
    while (length < output->length && length + 1 < size && output->data[length] > ' ' &&
           output->data[length] < 0x7f)
        length++;
    if (length > 0)
        memcpy(version, output->data, length);
    version[length] = '\0';
}

static enum result probe(struct bb_abilities *abilities, const struct engine_options *options,
                         struct failure *failure)
{
    static const char *const ask_version[] = {"bb", "--version", NULL};
    static const char *const ask_schema[] = {"bb", "msgpack", "schema", NULL};
    static const char *const ask_help[] = {"bb", "--help", NULL};
    static const char starknet_enabled[] = "Starknet Garaga Extensions: enabled";
    struct buffer output = BUFFER_EMPTY;
    struct bb_abilities probed = {.persistent_api = false};
    enum result result = run_probe(&output, ask_version, options, failure);
    if (result == RESULT_OK) {
        copy_version(probed.version, sizeof(probed.version), &output);
        if (probed.version[0] < '0' || probed.version[0] > '9')
            result = failure_set(failure, RESULT_PROVER_UNUSABLE,
                                 "%s is no bb: `bb --version` prints no version; " USE_THIS_BB,
                                 options->bb_path);
    }
    if (result == RESULT_OK) {
        /* An old bb knows no `msgpack`: that is an answer. */
        struct failure no_schema;
        if (run_probe(&output, ask_schema, options, &no_schema) == RESULT_OK) {
            probed.persistent_api = true;
            for (size_t i = 0; schema_needed_commands[i] != NULL; i++)
                probed.persistent_api &=
                    schema_has_command(bytes_of(&output), schema_needed_commands[i]);
            probed.frames = schema_frames(bytes_of(&output));
            probed.new_msm = schema_has_command(bytes_of(&output), "SetMsmLegacy");
        }
        if (run_probe(&output, ask_help, options, &no_schema) == RESULT_OK)
            probed.starknet = memmem(output.data, output.length, starknet_enabled,
                                     sizeof(starknet_enabled) - 1) != NULL;
        *abilities = probed;
    }
    buffer_free(&output);
    return result;
}

enum result engine_create(struct engine **engine, struct bb_abilities *abilities, const char *name,
                          const struct engine_options *options, struct failure *failure)
{
    bool pool = strcmp(name, "pool") == 0;
    enum result result = probe(abilities, options, failure);
    if (result != RESULT_OK)
        return result;
    if (pool && !abilities->persistent_api)
        return failure_set(
            failure, RESULT_PROVER_UNUSABLE,
            "bb %s has no persistent API (`bb msgpack run`) that fits; use bb 5.0.0, "
            "or --engine cli",
            abilities->version);
    struct engine_options able = *options;
    able.frames = abilities->frames;
    able.new_msm = abilities->new_msm = options->new_msm && abilities->new_msm;
    /* The series are there before the first retry. */
    metrics_add(METRIC_MSM_RETRIES, 0, METRIC_LABELS("saved"));
    metrics_add(METRIC_MSM_RETRIES, 0, METRIC_LABELS("failed"));
    return pool ? engine_pool_create(engine, &able, failure)
                : engine_cli_create(engine, &able, failure);
}

enum result engine_check_target(const struct bb_abilities *abilities, enum verifier_target target,
                                struct failure *failure)
{
    if (abilities->starknet || (target != TARGET_STARKNET && target != TARGET_STARKNET_NO_ZK))
        return RESULT_OK;
    return failure_set(failure, RESULT_TARGET_UNSUPPORTED,
                       "this server's bb (%s) was built without the target %s; use another "
                       "verifierTarget",
                       abilities->version, target_name(target));
}
