/*
 * Executes circuits in processes of their own: inputs, ABI and bytecode may all be hostile, and a
 * Brillig loop may never end. A child is this very program (/proc/self/exe with EXECUTOR_ARGUMENT
 * first), reads one question after the other from its standard input, and keeps the programs that
 * it has decoded. It reads the inputs itself: the daemon never parses them. What it holds is wiped.
 *
 * Threads: as process/pool/pool.h. Nothing here touches a disk.
 */
#ifndef ENGINE_EXECUTOR_EXECUTOR_H
#define ENGINE_EXECUTOR_EXECUTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/failure.h"
#include "process/sandbox/sandbox.h"

/* The first argument of a child: main() then gives way to executor_main. */
#define EXECUTOR_ARGUMENT "--run-executor"
#define EXECUTOR_PROGRAM "/proc/self/exe"

struct executor;

struct executor_options {
    unsigned children;             /* executions side by side */
    uint64_t memory_bytes;         /* of a child, all together */
    uint64_t steps;                /* opcodes of one execution; costly ones count as many */
    size_t max_witness_bytes;      /* of one witness */
    const struct sandbox *sandbox; /* of EXECUTOR_PROGRAM, borrowed; NULL: none */
};

/* What a circuit's artifact says; all borrowed. */
struct executor_program {
    const char *id;        /* a sha256 over all that follows, in hex: it is kept under that */
    struct bytes bytecode; /* gunzipped */
    struct bytes abi;      /* JSON */
    struct bytes debug;    /* JSON: debug_symbols and file_map; may be empty */
};

enum executor_format { EXECUTOR_JSON, EXECUTOR_TOML };

struct executor_question {
    const struct executor_program *program;
    struct bytes inputs; /* {"inputs": {…}}, or a Prover.toml */
    enum executor_format format;
    bool wants_return_value; /* and no witness */
    nanoseconds deadline;
    int cancel; /* as in struct child_limits */
};

/*
 * What came of it. `details` is an object or NULL, and may quote inputs, so it goes to the client
 * alone: "returnValue"; or "message", and with it "mistakes", a list of texts, or "assertion":
 * {"message", "payload", "callStack": [{"file", "line", "column"}, …]}, outermost call first.
 */
struct execution {
    struct buffer witness; /* gunzipped, as the child says: yet to be checked */
    json_t *details;
};

/* NULL for lack of memory. Starts no child yet. */
struct executor *executor_create(const struct executor_options *options);

/* As pool_reap. */
void executor_reap(struct executor *executor);

/* When no call is in progress. NULL is fine. */
void executor_destroy(struct executor *executor);

/*
 * Executes. *execution must be zeroed, and is the caller's to free whatever is returned:
 *   RESULT_BODY_MALFORMED     the inputs are no JSON or TOML
 *   RESULT_INPUTS_INVALID     they do not fit the ABI; details name every mistake
 *   RESULT_ASSERTION_FAILED   an assertion of the program does not hold; details say which
 *   RESULT_EXECUTION_FAILED   they lead to what the program cannot do
 *   RESULT_EXECUTION_LIMIT    more steps, memory or witness bytes than the options allow
 *   RESULT_EXECUTE_TIMEOUT    the deadline has passed; the child is dead
 *   RESULT_CIRCUIT_NOT_EXECUTABLE, RESULT_CANCELLED, RESULT_EXECUTOR_FAILED, RESULT_INTERNAL
 * The failure's message holds nothing of the inputs.
 */
MUST_USE_RESULT enum result executor_run(struct executor *executor, struct execution *execution,
                                         const struct executor_question *question,
                                         struct failure *failure);

/* Wipes and frees what it holds. Fine on a zeroed one. */
void execution_free(struct execution *execution);

/* A child's main, with the arguments behind EXECUTOR_ARGUMENT. Returns its exit status. */
int executor_main(int argument_count, char *const *arguments);

#endif
