/*
 * The options: one table is the parser, the environment, --help and docs/options.md. A flag wins
 * over its environment variable (PROVERD_ and the flag's name in capitals), which wins over the
 * default. Only daemon/ reads the config; every module gets a struct of its own.
 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/failure.h"

enum { MOST_CIRCUITS = 64 };

/*
 * TEXT(field, flag, value, default, help)
 * CHOICE(field, flag, values separated by |, default, help)
 * NUMBER(field, flag, value, default, least, most, help): its value says in what it is counted: N,
 *     BYTES, which may be given as 512M, or SECONDS, which may be given as 5m
 * LIST(field, flag, value, help): may be repeated; the environment variable separates by commas
 * GROUP(title): what --help writes above the options that follow
 */
#define CONFIG_TABLE(GROUP, TEXT, CHOICE, NUMBER, LIST)                                            \
    GROUP("What it serves")                                                                        \
    TEXT(listen, "listen", "ADDR:PORT", "0.0.0.0:8080", "address and port to serve on")            \
    LIST(circuits, "circuit", "[NAME=]FILE",                                                       \
         "a compiled circuit (target/NAME.json); the first serves requests that name none")        \
    TEXT(circuits_dir, "circuits-dir", "DIR", "",                                                  \
         "a folder of compiled circuits, each NAME.json; SIGHUP reads it again")                   \
    TEXT(data_dir, "data-dir", "DIR", "",                                                          \
         "where uploaded circuits and verification keys are kept")                                 \
    CHOICE(allow_uploads, "allow-uploads", "on|off", "off",                                        \
           "take circuits over HTTP; needs --api-key-file and --data-dir")                         \
    NUMBER(max_circuits, "max-circuits", "N", 64, 1, 10000, "circuits at a time")                  \
    NUMBER(max_abi_bytes, "max-abi-bytes", "BYTES", 1048576, 2, 268435456,                         \
           "most bytes of a circuit's ABI, as JSON without blanks; kept, it takes some ten times"  \
           " as many")                                                                             \
    NUMBER(max_rows, "max-rows", "N", 0, 0, 4294967296,                                            \
           "most rows of a circuit; 0: what the CRS can serve")                                    \
    TEXT(api_key_file, "api-key-file", "FILE", "",                                                 \
         "lines of name:key, read again at SIGHUP; proving, verifying and uploading then need a "  \
         "key")                                                                                    \
    GROUP("The prover")                                                                            \
    TEXT(crs_path, "crs-path", "DIR", "~/.bb-crs", "folder with the CRS; it is only read")         \
    TEXT(bb, "bb", "PATH", "bb",                                                                   \
         "Barretenberg's prover, or npm's folder with it; looked for on PATH if it has no slash")  \
    CHOICE(engine, "engine", "pool|cli", "pool",                                                   \
           "long-lived provers fed over pipes, or one bb a request with files in TMPDIR")          \
    CHOICE(bb_msm, "bb-msm", "new|legacy", "new",                                                  \
           "how bb multiplies points: its faster way, where it has one, or its older one")         \
    GROUP("Load")                                                                                  \
    NUMBER(workers, "workers", "N", 0, 0, 256,                                                     \
           "proofs made side by side; 0: as many as there are cores")                              \
    NUMBER(threads, "threads", "N", 0, 0, 1024,                                                    \
           "threads of each prover; 0: by how much there is to do and what has been measured")     \
    NUMBER(memory, "memory", "BYTES", 0, 0, 1125899906842624,                                      \
           "memory of all provers; 0: 7/8 of the cgroup's limit, else of the machine's memory")    \
    NUMBER(prover_memory, "prover-memory", "BYTES", 0, 0, 1125899906842624,                        \
           "memory a prover may keep after a proof, else it is replaced; 0: --memory / workers")   \
    NUMBER(prover_proofs, "prover-proofs", "N", 0, 0, 1000000000,                                  \
           "proofs that a prover makes before it is replaced; 0: no limit")                        \
    NUMBER(queue, "queue", "N", 64, 1, 100000, "requests that may wait for a prover; then 429")    \
    GROUP("Proofs that are not made twice")                                                        \
    CHOICE(share_proofs, "share-proofs", "on|off", "on",                                           \
           "identical requests in flight get one proof")                                           \
    NUMBER(proof_cache, "proof-cache", "BYTES", 0, 0, 1099511627776,                               \
           "memory for proofs that answer the same request again; 0: none are kept")               \
    NUMBER(proof_cache_seconds, "proof-cache-seconds", "SECONDS", 3600, 1, 31536000,               \
           "time for which they are kept")                                                         \
    NUMBER(idempotency_cache, "idempotency-cache", "BYTES", 16777216, 0, 1099511627776,            \
           "memory for the proofs that answer a repeated Idempotency-Key")                         \
    NUMBER(idempotency_seconds, "idempotency-seconds", "SECONDS", 3600, 1, 31536000,               \
           "time for which an Idempotency-Key is known")                                           \
    NUMBER(contract_cache, "contract-cache", "BYTES", 16777216, 0, 1099511627776,                  \
           "memory for Solidity verifiers; with --data-dir those without room are read again")     \
    GROUP("Proofs and executions")                                                                 \
    NUMBER(prove_timeout, "prove-timeout", "SECONDS", 90, 1, 86400,                                \
           "time for one proof; then 504")                                                         \
    CHOICE(input_execution, "input-execution", "on|off", "on",                                     \
           "take inputs instead of a witness, and execute the circuit here")                       \
    NUMBER(executors, "executors", "N", 2, 1, 256, "circuits executed side by side")               \
    NUMBER(execute_timeout, "execute-timeout", "SECONDS", 5, 1, 86400,                             \
           "time for one execution; then 504")                                                     \
    NUMBER(execute_steps, "execute-steps", "N", 1073741824, 1000, 1099511627776,                   \
           "most opcodes of one execution, costly ones counting as many; then 422")                \
    NUMBER(execute_memory_bytes, "execute-memory-bytes", "BYTES", 536870912, 67108864,             \
           1099511627776, "most memory of the process that executes a circuit; then 422")          \
    GROUP("Time for clients")                                                                      \
    NUMBER(request_timeout, "request-timeout", "SECONDS", 120, 1, 86400,                           \
           "time for a whole request, its wait included; then 504")                                \
    NUMBER(header_timeout, "header-timeout", "SECONDS", 10, 1, 3600,                               \
           "time for a request's headers to arrive; then 408")                                     \
    NUMBER(body_timeout, "body-timeout", "SECONDS", 30, 1, 3600,                                   \
           "time for a request's body to arrive; then 408")                                        \
    NUMBER(min_body_rate, "min-body-rate", "BYTES", 1024, 0, 1073741824,                           \
           "least bytes a second of a body, after its first 5 seconds; then 408; 0: any")          \
    NUMBER(send_timeout, "send-timeout", "SECONDS", 60, 1, 3600,                                   \
           "time for a client to take its answer; then the connection ends")                       \
    NUMBER(idle_timeout, "idle-timeout", "SECONDS", 75, 1, 3600,                                   \
           "time for a connection to wait for its next request; then it ends")                     \
    GROUP("Start, stop and health")                                                                \
    NUMBER(grace, "grace", "SECONDS", 30, 0, 3600,                                                 \
           "time that running proofs get to finish when the server is told to stop")               \
    NUMBER(check_timeout, "check-timeout", "SECONDS", 5, 1, 3600,                                  \
           "time for the server to answer proverd --check; then it is not ready")                  \
    GROUP("Limits of what clients send")                                                           \
    NUMBER(max_body_bytes, "max-body-bytes", "BYTES", 33554432, 1, 1073741824,                     \
           "most bytes of a request's body; then 413")                                             \
    NUMBER(max_bodies_bytes, "max-bodies-bytes", "BYTES", 268435456, 1048576, 1099511627776,       \
           "most bytes of all bodies, witnesses and, up to half of it, kept uploads; then 429")    \
    NUMBER(max_input_bytes, "max-input-bytes", "BYTES", 1048576, 1, 1073741824,                    \
           "most bytes of a request's inputs; then 413")                                           \
    NUMBER(max_witness_bytes, "max-witness-bytes", "BYTES", 134217728, 1, 4294967296,              \
           "most bytes of a witness once unzipped; then 413")                                      \
    NUMBER(max_connections, "max-connections", "N", 1024, 1, 65536,                                \
           "connections open at a time; more wait to be accepted")                                 \
    NUMBER(max_connections_per_address, "max-connections-per-address", "N", 0, 0, 65536,           \
           "connections of one address at a time; more are closed; 0: any number")                 \
    GROUP("Safety")                                                                                \
    CHOICE(sandbox, "sandbox", "require|auto|off", "auto",                                         \
           "confine bb and the server: with all of seccomp and Landlock, or with what there is")   \
    TEXT(cors_origin, "cors-origin", "ORIGINS", "*",                                               \
         "origins whose pages may call, with commas, or * for any; other pages get 403")           \
    CHOICE(development_crs, "development-crs", "on|off", "off",                                    \
           "UNSAFE: take a CRS whose secret is public, as script/development-crs makes it: for "   \
           "tests and benchmarks alone, as proofs over it prove nothing")                          \
    GROUP("What it says of itself")                                                                \
    CHOICE(metrics, "metrics", "on|off", "on",                                                     \
           "answer GET /metrics, for Prometheus; it needs no key")                                 \
    CHOICE(log_level, "log-level", "debug|info|warning|error", "info",                             \
           "least level that is logged")                                                           \
    CHOICE(log_format, "log-format", "json|text", "json", "log lines for machines or for people")

struct config {
    bool listen_is_flag; /* --listen was given, and not PROVERD_LISTEN or nothing */
#define TEXT(field, flag, value, by_default, help) const char *field;
#define CHOICE(field, flag, values, by_default, help) const char *field;
#define NUMBER(field, flag, value, by_default, least, most, help) int64_t field;
#define LIST(field, flag, value, help)                                                             \
    const char *field[MOST_CIRCUITS];                                                              \
    size_t field##_count;
#define GROUP(title)
    CONFIG_TABLE(GROUP, TEXT, CHOICE, NUMBER, LIST)
#undef GROUP
#undef TEXT
#undef CHOICE
#undef NUMBER
#undef LIST
};

enum config_action { CONFIG_RUN, CONFIG_CHECK, CONFIG_HELP, CONFIG_VERSION };

/*
 * Reads the environment and the arguments. RESULT_OK with *action, or RESULT_CONFIG_INVALID with a
 * sentence that names the option, or the variable if that is where it came from. An empty variable
 * is none. The config's strings live as long as the arguments, environment and process.
 */
MUST_USE_RESULT enum result config_read(struct config *config, enum config_action *action,
                                        int argument_count, char *const *arguments,
                                        struct failure *failure);

enum { CONFIG_VARIABLE_BYTES = 64 };

/* A variable of the environment that begins as ours do, and is none of them. */
struct config_stranger {
    char name[CONFIG_VARIABLE_BYTES];    /* cut if it is longer */
    char nearest[CONFIG_VARIABLE_BYTES]; /* the one that was probably meant, or "" */
};

/* The index-th of them; false past the last. */
bool config_find_stranger(struct config_stranger *stranger, size_t index);

/* Prints what --help prints: 80 columns wide, the same to a terminal and to a file. */
void config_print_help(FILE *out);

#endif
