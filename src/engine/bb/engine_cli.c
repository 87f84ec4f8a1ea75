#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "engine/bb/bb_files_internal.h"
#include "engine/bb/bb_internal.h"
#include "engine/operations.h"
#include "process/child/child.h"

enum { ENGINE_CLI_MAGIC = 0x656e6763, MOST_OUTPUT_BYTES = 1 << 20, MOST_ARGUMENTS = 24 };

struct engine_cli {
    struct engine engine; /* first: the interface's pointer is ours */
    unsigned magic;
    struct engine_options options;
};

static struct engine_cli *of(struct engine *engine)
{
    struct engine_cli *self = (struct engine_cli *)engine;
    CHECK(self->magic == ENGINE_CLI_MAGIC);
    return self;
}

/*
 * One bb run in its folder: name the files, then run. The first failure sticks and makes the
 * later steps do nothing, so that a run reads from top to bottom.
 */
struct run {
    struct engine_cli *self;
    const struct engine_task *task;
    struct failure *failure;
    enum engine_outcome outcome;
    struct bb_environment environment;
    struct bb_files bb_files;
    struct buffer output;
    struct child_obituary obituary;
    int status;
    const char *arguments[MOST_ARGUMENTS];
    size_t argument_count;
};

static void add(struct run *run, const char *argument)
{
    CHECK(run->argument_count + 1 < MOST_ARGUMENTS);
    run->arguments[run->argument_count++] = argument;
}

static void open_run(struct run *run, struct engine *engine, const char *command,
                     const struct engine_task *task, struct failure *failure)
{
    *run = (struct run){.self = of(engine), .task = task, .failure = failure};
    bb_environment_fill(&run->environment, &run->self->options,
                        task->threads == 0 ? 1 : task->threads,
                        run->self->options.new_msm && !task->legacy_msm);
    run->outcome = bb_files_open(&run->bb_files, &run->environment.home, failure);
    add(run, "bb");
    add(run, command);
    add(run, "-t");
    add(run, target_name(task->target));
}

static void close_run(struct run *run)
{
    bb_files_close(&run->bb_files);
    buffer_free(&run->output);
}

/* The run's files have relative names: bb is started in their folder. */
static void give(struct run *run, const char *option, const char *name, struct bytes bytes)
{
    if (run->outcome == ENGINE_OK)
        run->outcome = bb_files_write(&run->bb_files, name, bytes, run->failure);
    add(run, option);
    add(run, name);
}

static void give_gzip(struct run *run, const char *option, const char *name, struct bytes bytes)
{
    if (run->outcome == ENGINE_OK)
        run->outcome = bb_files_write_gzip(&run->bb_files, name, bytes, run->failure);
    add(run, option);
    add(run, name);
}

static void execute(struct run *run)
{
    const struct engine_options *options = &run->self->options;
    struct child_command command =
        bb_command(&run->environment, options, run->arguments, run->bb_files.folder);
    struct child_limits limits = {.deadline = run->task->deadline,
                                  .cancel = run->task->cancel,
                                  .max_response_bytes = MOST_OUTPUT_BYTES,
                                  .memory_bytes = run->task->memory_bytes};
    if (run->outcome == ENGINE_OK)
        run->outcome = bb_outcome(
            child_run(&command, &run->output, &run->status, &run->obituary, &limits, run->failure));
    if (run->task->usage != NULL)
        *run->task->usage = (struct engine_usage){.peak = run->obituary.peak_memory_bytes};
    if (run->obituary.out_of_memory && (run->outcome != ENGINE_OK || run->status != 0))
        run->outcome =
            failure_say(run->failure, ENGINE_OUT_OF_MEMORY, "bb %s", run->obituary.cause);
}

/* bb ends with 1 when it refuses; anything else is a death. */
static enum engine_outcome blame(struct run *run)
{
    return failure_say(run->failure, run->status == 1 ? ENGINE_REFUSED : ENGINE_DIED, "bb %s: %s",
                       run->obituary.cause, run->obituary.last_words);
}

static void require_success(struct run *run)
{
    if (run->outcome == ENGINE_OK && run->status != 0)
        run->outcome = blame(run);
}

/* A verdict is one that bb has put into words: whoever dies on the way has given none. */
static void require_verdict(struct run *run, bool *verified)
{
    static const char no[] = "verification failed";
    if (run->outcome != ENGINE_OK)
        return;
    if (run->status != 0 && (run->status != 1 || strstr(run->obituary.last_words, no) == NULL))
        run->outcome = blame(run);
    else
        *verified = run->status == 0;
}

static void fetch(struct run *run, struct buffer *bytes, const char *name)
{
    if (run->outcome == ENGINE_OK)
        run->outcome = bb_files_read(bytes, &run->bb_files, name, run->failure);
}

static enum engine_outcome read_gates(struct circuit_stats *stats, const struct run *run)
{
    json_t *answer = json_loadb((const char *)run->output.data, run->output.length,
                                JSON_DISABLE_EOF_CHECK, NULL);
    json_t *main_function = json_array_get(json_object_get(answer, "functions"), 0);
    json_int_t gates = json_integer_value(json_object_get(main_function, "circuit_size"));
    json_int_t opcodes = json_integer_value(json_object_get(main_function, "acir_opcodes"));
    json_decref(answer);
    if (gates <= 0 || gates > 1 << 30 || opcodes < 0 || opcodes > 1 << 30)
        return failure_say(run->failure, ENGINE_NONSENSE, "bb gates printed no gate count");
    uint32_t rows = 1;
    while (rows < (uint32_t)gates)
        rows *= 2;
    *stats = (struct circuit_stats){(uint32_t)gates, rows, (uint32_t)opcodes};
    return ENGINE_OK;
}

static enum engine_outcome describe(struct engine_circuit *circuit, struct circuit_stats *stats,
                                    const struct engine_task *task, struct failure *failure)
{
    struct run run;
    open_run(&run, circuit->engine, "gates", task, failure);
    give_gzip(&run, "-b", "bytecode.gz", bb_bytecode(circuit));
    execute(&run);
    require_success(&run);
    if (run.outcome == ENGINE_OK)
        run.outcome = read_gates(stats, &run);
    close_run(&run);
    return run.outcome;
}

static enum engine_outcome compute_key(struct engine_circuit *circuit, struct verification_key *key,
                                       const struct engine_task *task, struct failure *failure)
{
    struct run run;
    struct buffer bytes = BUFFER_EMPTY;
    struct buffer hash = BUFFER_EMPTY;
    open_run(&run, circuit->engine, "write_vk", task, failure);
    give_gzip(&run, "-b", "bytecode.gz", bb_bytecode(circuit));
    add(&run, "-o");
    add(&run, ".");
    execute(&run);
    require_success(&run);
    fetch(&run, &bytes, "vk");
    fetch(&run, &hash, "vk_hash");
    if (run.outcome == ENGINE_OK && (bytes.length == 0 || hash.length != sizeof(key->hash)))
        run.outcome = failure_say(failure, ENGINE_NONSENSE, "bb wrote no whole key");
    if (run.outcome == ENGINE_OK) {
        memcpy(key->hash, hash.data, sizeof(key->hash));
        buffer_move(&key->bytes, &bytes);
    }
    buffer_free(&bytes);
    buffer_free(&hash);
    close_run(&run);
    return run.outcome;
}

static enum engine_outcome prove(struct engine_circuit *circuit, struct proof *proof,
                                 const struct engine_task *task, struct bytes key,
                                 struct bytes witness, struct failure *failure)
{
    enum { WORD_BYTES = 32 };
    struct run run;
    struct proof made = {BUFFER_EMPTY, BUFFER_EMPTY};
    open_run(&run, circuit->engine, "prove", task, failure);
    give_gzip(&run, "-b", "bytecode.gz", bb_bytecode(circuit));
    give_gzip(&run, "-w", "witness.gz", witness);
    give(&run, "-k", "vk", key);
    add(&run, "-o");
    add(&run, ".");
    execute(&run);
    require_success(&run);
    fetch(&run, &made.proof, "proof");
    fetch(&run, &made.public_inputs, "public_inputs");
    /* A full disk leaves an empty or cut proof and an exit status of 0. */
    if (run.outcome == ENGINE_OK &&
        (made.proof.length == 0 || made.proof.length % WORD_BYTES != 0 ||
         made.public_inputs.length % WORD_BYTES != 0))
        run.outcome = failure_say(failure, ENGINE_NONSENSE, "bb wrote no whole proof");
    if (run.outcome == ENGINE_OK) {
        buffer_move(&proof->proof, &made.proof);
        buffer_move(&proof->public_inputs, &made.public_inputs);
    }
    proof_free(&made);
    close_run(&run);
    return run.outcome;
}

static enum engine_outcome verify(struct engine *engine, bool *verified,
                                  const struct engine_task *task, struct bytes key,
                                  const struct proof *proof, struct failure *failure)
{
    struct run run;
    open_run(&run, engine, "verify", task, failure);
    give(&run, "-k", "vk", key);
    give(&run, "-p", "proof", bytes_of(&proof->proof));
    give(&run, "-i", "public_inputs", bytes_of(&proof->public_inputs));
    execute(&run);
    require_verdict(&run, verified);
    close_run(&run);
    return run.outcome;
}

static enum engine_outcome solidity_verifier(struct engine *engine, struct buffer *source,
                                             const struct engine_task *task, struct bytes key,
                                             struct failure *failure)
{
    struct run run;
    struct buffer written = BUFFER_EMPTY;
    open_run(&run, engine, "write_solidity_verifier", task, failure);
    give(&run, "-k", "vk", key);
    add(&run, "-o");
    add(&run, "verifier.sol");
    execute(&run);
    require_success(&run);
    fetch(&run, &written, "verifier.sol");
    if (run.outcome == ENGINE_OK)
        buffer_move(source, &written);
    buffer_free(&written);
    close_run(&run);
    return run.outcome;
}

static void destroy(struct engine *engine)
{
    struct engine_cli *self = of(engine);
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
    .destroy = destroy,
};

enum result engine_cli_create(struct engine **engine, const struct engine_options *options,
                              struct failure *failure)
{
    struct engine_cli *self = calloc(1, sizeof(*self));
    if (self == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the prover");
    *self = (struct engine_cli){
        .engine = {&operations}, .magic = ENGINE_CLI_MAGIC, .options = *options};
    *engine = &self->engine;
    return RESULT_OK;
}
