#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/secret.h"
#include "noir/acir/acir.h"
#include "ultrahonk/circuit/commit.h"
#include "ultrahonk/cli/cli_internal.h"
#include "ultrahonk/prover/prepared.h"

enum { THREADS = 256, DEVELOPMENT_CRS, MOST_THREADS = 256, BAR_WIDTH = 30 };

static const char help[] =
    "usage: ultrahonk prove -b CIRCUIT.json -w WITNESS.gz -o FOLDER [OPTION...]\n"
    "\n"
    "Makes a proof, as `bb prove` does, and verifies it before it writes it. Without ZK it is\n"
    "bb's, byte for byte.\n"
    "\n"
    "  -b, --bytecode_path FILE        the circuit, as nargo writes it (target/NAME.json)\n"
    "  -w, --witness_path FILE         its witness, as nargo execute writes it (target/NAME.gz)\n"
    "  -o, --output_path FOLDER        where the files proof and public_inputs go; it is made\n"
    "                                  if need be\n"
    "  -t, --verifier_target TARGET    evm, evm-no-zk, noir-recursive (the default) or\n"
    "                                  noir-recursive-no-zk: whom the proof is for\n"
    "  -k, --vk_path FILE              the circuit's verification key; without it the key is\n"
    "                                  computed, which takes about as long as the proof\n"
    "  -c, --crs_path FOLDER           where bn254_g1.dat and bn254_g2.dat are; else\n"
    "                                  $CRS_PATH, else ~/.bb-crs\n"
    "      --threads NUMBER            1 to 256; else as many as there are cores\n"
    "      --development_crs           allow a CRS that is not the ceremony's: such proofs\n"
    "                                  prove nothing\n"
    "\n"
    "Exit codes: 0 done, 1 there is no proof, because the witness does not satisfy the circuit or\n"
    "the circuit has none here, 2 something is missing.";

struct prove_options {
    const char *target;
    const char *circuit;
    const char *witness;
    const char *folder;
    const char *key;
    const char *crs;
    const char *threads;
    bool development_crs;
    bool wants_help;
};

static bool take_option(struct prove_options *options, int option)
{
    switch (option) {
    case 't':
        options->target = optarg;
        return true;
    case 'b':
        options->circuit = optarg;
        return true;
    case 'w':
        options->witness = optarg;
        return true;
    case 'o':
        options->folder = optarg;
        return true;
    case 'k':
        options->key = optarg;
        return true;
    case 'c':
        options->crs = optarg;
        return true;
    case THREADS:
        options->threads = optarg;
        return true;
    case DEVELOPMENT_CRS:
        options->development_crs = true;
        return true;
    case 'h':
        options->wants_help = true;
        return true;
    default:
        return false;
    }
}

/* False for a wrong option, which getopt has said. */
static bool read_options(struct prove_options *options, int count, char *arguments[])
{
    static const struct option long_options[] = {
        {"verifier_target", required_argument, NULL, 't'},
        {"bytecode_path", required_argument, NULL, 'b'},
        {"witness_path", required_argument, NULL, 'w'},
        {"output_path", required_argument, NULL, 'o'},
        {"vk_path", required_argument, NULL, 'k'},
        {"crs_path", required_argument, NULL, 'c'},
        {"threads", required_argument, NULL, THREADS},
        {"development_crs", no_argument, NULL, DEVELOPMENT_CRS},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(count, arguments, "t:b:w:o:k:c:h", long_options, NULL)) != -1)
        if (!take_option(options, option))
            return false;
    return optind == count;
}

/* 0 for what is no number of threads. */
static size_t thread_count(const char *text)
{
    char *end = NULL;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (text == NULL)
        return cores < 1 ? 1 : cores > MOST_THREADS ? MOST_THREADS : (size_t)cores;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    bool is_number = text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
    return is_number && number <= MOST_THREADS ? number : 0;
}

/* A line on a terminal that is written over. */
static bool show(void *context, unsigned int done)
{
    char bar[BAR_WIDTH + 1];
    (void)context;
    for (unsigned int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i * 1000 < done * BAR_WIDTH ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    (void)fprintf(stderr, "\r%s %3u %%%s", bar, done / 10, done == 1000 ? "\r\033[K" : "");
    return true;
}

/* All that a proof is made of; zero what is not there yet. */
struct work {
    const struct prove_options *options;
    enum ultrahonk_target target;
    size_t threads;
    struct acir_program *program;
    struct trace *trace;
    struct field *witness;
    struct trace_values *values;
    struct g1 *points;
    struct prepared *prepared;
    struct ultrahonk_crs *crs;
    struct cli_key key;
    unsigned char *proof;
    unsigned char *public_inputs;
    size_t public_inputs_length;
};

static void free_work(struct work *work)
{
    prepared_free(work->prepared);
    trace_values_free(work->values);
    trace_free(work->trace);
    acir_program_free(work->program);
    secret_free(work->witness);
    ultrahonk_crs_free(work->crs);
    free(work->points);
    free(work->proof);
    free(work->public_inputs);
}

static enum cli_exit no_memory(void)
{
    return cli_fail("there is no memory for a proof of this circuit");
}

static enum cli_exit fill_values(struct work *work)
{
    struct trace_fault fault = {.opcode = TRACE_NO_OPCODE};
    size_t count = 0;
    enum cli_exit end =
        cli_read_witness(&work->witness, &count, work->program, work->options->witness);
    if (end != CLI_DONE)
        return end;
    switch (trace_fill(&work->values, &fault, work->trace, work->program, work->witness, count)) {
    case TRACE_OK:
        return CLI_DONE;
    case TRACE_NO_MEMORY:
        return no_memory();
    default:
        break;
    }
    if (fault.opcode == TRACE_NO_OPCODE)
        (void)cli_fail("%s: %s", work->options->witness, fault.text);
    else
        (void)cli_fail("%s: opcode %u: %s", work->options->witness, fault.opcode, fault.text);
    return CLI_NO_PROOF;
}

/* The CRS's point of G2; where the folder has none, the ceremony's. */
static enum cli_exit open_crs(struct work *work, const char *folder)
{
    enum ultrahonk_status status = ultrahonk_crs_open(&work->crs, folder);
    if (status == ULTRAHONK_CRS_MISSING)
        status = ultrahonk_crs_aztec(&work->crs);
    if (status != ULTRAHONK_OK)
        return cli_fail("%s/bn254_g2.dat: %s", folder, ultrahonk_status_text(status));
    if (!ultrahonk_crs_is_development(work->crs))
        return CLI_DONE;
    if (!work->options->development_crs)
        return cli_fail("%s is a development CRS, whose proofs prove nothing: add "
                        "--development_crs if that is meant",
                        folder);
    (void)fputs("ultrahonk: UNSAFE: a development CRS; what is proven here proves nothing\n",
                stderr);
    return CLI_DONE;
}

static enum cli_exit read_crs(struct work *work)
{
    char path[PATH_MAX];
    const char *folder = cli_crs_folder(path, work->options->crs);
    size_t points = prover_points(trace_log_rows(work->trace));
    enum cli_exit end = open_crs(work, folder);
    return end == CLI_DONE ? cli_read_points(&work->points, points, folder) : end;
}

static enum cli_exit find_key(struct work *work)
{
    struct verification_key_parts parts;
    struct cli_file file;
    size_t at;
    if (work->options->key == NULL)
        return cli_compute_key(&work->key, work->trace, work->points, work->target);
    if (!cli_read_file(&file, work->options->key, sizeof(work->key.bytes)))
        return CLI_CANNOT_SAY;
    memcpy(work->key.bytes, file.data, file.length);
    work->key.length = file.length;
    free(file.data);
    enum ultrahonk_reason reason =
        verification_key_parse(&parts, &at, work->target, work->key.bytes, work->key.length);
    if (reason != ULTRAHONK_VERIFIED)
        return cli_fail("%s: %s", work->options->key, ultrahonk_reason_text(reason));
    if (parts.log_rows != trace_log_rows(work->trace) ||
        parts.public_inputs + PAIRING_LIMBS != trace_public_inputs(work->trace))
        return cli_fail("%s is the key of another circuit", work->options->key);
    work->key.hash = parts.hash;
    return CLI_DONE;
}

static enum cli_exit write_public_inputs(struct work *work)
{
    const size_t count = trace_public_inputs(work->trace);
    struct field *inputs = secret_allocate(count * sizeof(*inputs));
    work->public_inputs_length = (count - PAIRING_LIMBS) * FIELD_BYTES;
    work->public_inputs = malloc(work->public_inputs_length + 1);
    if (inputs != NULL && work->public_inputs != NULL) {
        trace_public_values(work->trace, inputs, work->values);
        for (size_t i = 0; i < count - PAIRING_LIMBS; i++)
            field_to_bytes(work->public_inputs + i * FIELD_BYTES, &inputs[i]);
    }
    bool done = inputs != NULL && work->public_inputs != NULL;
    secret_free(inputs);
    return done ? CLI_DONE : no_memory();
}

static enum cli_exit make_proof(struct work *work)
{
    const struct prover_options options = {.threads = work->threads,
                                           .proceed = isatty(STDERR_FILENO) != 0 ? show : NULL};
    work->proof = malloc(ultrahonk_proof_length(work->target, trace_log_rows(work->trace)));
    if (work->proof == NULL || prepared_make(&work->prepared, work->trace) != ULTRAHONK_OK)
        return no_memory();
    enum ultrahonk_status status =
        prepared_prove(work->proof, work->prepared, work->target, work->key.hash, work->values,
                       work->points, &options);
    return status == ULTRAHONK_OK ? CLI_DONE : cli_fail("%s", ultrahonk_status_text(status));
}

/* What does not verify is not written. */
static enum cli_exit check_proof(const struct work *work)
{
    struct ultrahonk_verdict verdict;
    enum ultrahonk_status status = ultrahonk_verify(
        work->crs, &verdict, work->target, work->key.bytes, work->key.length, work->proof,
        ultrahonk_proof_length(work->target, trace_log_rows(work->trace)), work->public_inputs,
        work->public_inputs_length);
    if (status != ULTRAHONK_OK)
        return cli_fail("%s", ultrahonk_status_text(status));
    if (verdict.verified)
        return CLI_DONE;
    (void)cli_fail("the proof does not verify (%s): the witness is none of this circuit%s",
                   ultrahonk_reason_text(verdict.reason),
                   work->options->key == NULL ? "" : ", or the key is another circuit's");
    return CLI_NO_PROOF;
}

static enum cli_exit write_files(const struct work *work)
{
    const char *folder = work->options->folder;
    bool written =
        cli_make_folder(folder) &&
        cli_write_file(folder, "proof", work->proof,
                       ultrahonk_proof_length(work->target, trace_log_rows(work->trace))) &&
        cli_write_file(folder, "public_inputs", work->public_inputs, work->public_inputs_length);
    return written ? CLI_DONE : CLI_CANNOT_SAY;
}

static enum cli_exit prove(struct work *work)
{
    enum cli_exit end = cli_read_circuit(&work->program, &work->trace, work->options->circuit);
    if (end == CLI_DONE)
        end = fill_values(work);
    if (end == CLI_DONE)
        end = read_crs(work);
    if (end == CLI_DONE)
        end = find_key(work);
    if (end == CLI_DONE)
        end = write_public_inputs(work);
    if (end == CLI_DONE)
        end = make_proof(work);
    if (end == CLI_DONE)
        end = check_proof(work);
    return end == CLI_DONE ? write_files(work) : end;
}

enum cli_exit cli_prove(int count, char *arguments[])
{
    struct prove_options options = {.target = "noir-recursive"};
    struct work work = {.options = &options};
    const struct rlimit no_core = {0, 0};
    if (!read_options(&options, count, arguments))
        return cli_fail("see ultrahonk prove --help");
    if (options.wants_help)
        return puts(help) >= 0 ? CLI_DONE : CLI_CANNOT_SAY;
    if (options.circuit == NULL || options.witness == NULL || options.folder == NULL)
        return cli_fail("a circuit by -b, a witness by -w and a folder by -o: see ultrahonk prove "
                        "--help");
    if (!ultrahonk_target_parse(&work.target, options.target))
        return cli_fail("no target \"%s\": it is evm, evm-no-zk, noir-recursive or "
                        "noir-recursive-no-zk; bb proves for the others",
                        options.target);
    work.threads = thread_count(options.threads);
    if (work.threads == 0)
        return cli_fail("--threads \"%s\": a number from 1 to %d", options.threads, MOST_THREADS);
    /* A witness is in memory from here on. */
    if (setrlimit(RLIMIT_CORE, &no_core) != 0)
        return cli_fail("core dumps cannot be switched off: %s", strerror(errno));
    enum cli_exit end = prove(&work);
    free_work(&work);
    return end;
}
