#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "noir/acir/acir.h"
#include "ultrahonk/circuit/commit.h"
#include "ultrahonk/cli/cli_internal.h"
#include "ultrahonk/points.h"
#include "ultrahonk/verification_key.h"

static const char help[] =
    "usage: ultrahonk write_vk -b CIRCUIT.json -o FOLDER [OPTION...]\n"
    "\n"
    "Computes the verification key of a compiled circuit, byte for byte the one of `bb write_vk`.\n"
    "\n"
    "  -b, --bytecode_path FILE        the circuit, as nargo writes it (target/NAME.json)\n"
    "  -o, --output_path FOLDER        where the files vk and vk_hash go; it is made if need be\n"
    "  -t, --verifier_target TARGET    evm, evm-no-zk, noir-recursive (the default) or\n"
    "                                  noir-recursive-no-zk: whom proofs are for. With and\n"
    "                                  without ZK the key is the same\n"
    "  -c, --crs_path FOLDER           where bn254_g1.dat is; else $CRS_PATH, else ~/.bb-crs\n"
    "\n"
    "Exit codes: 0 done, 1 there is no key of this circuit, because bb refuses it or an opcode of\n"
    "it is not supported here, 2 something is missing.";

enum { MOST_KEY_BYTES = (KEY_HEADER_WORDS + PRECOMPUTED_COUNT * G1_LIMBS) * WORD_LENGTH };

struct write_vk_options {
    const char *target;
    const char *circuit;
    const char *folder;
    const char *crs;
    bool wants_help;
};

static bool read_options(struct write_vk_options *options, int count, char *arguments[])
{
    static const struct option long_options[] = {{"verifier_target", required_argument, NULL, 't'},
                                                 {"bytecode_path", required_argument, NULL, 'b'},
                                                 {"output_path", required_argument, NULL, 'o'},
                                                 {"crs_path", required_argument, NULL, 'c'},
                                                 {"help", no_argument, NULL, 'h'},
                                                 {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(count, arguments, "t:b:o:c:h", long_options, NULL)) != -1) {
        switch (option) {
        case 't':
            options->target = optarg;
            break;
        case 'b':
            options->circuit = optarg;
            break;
        case 'o':
            options->folder = optarg;
            break;
        case 'c':
            options->crs = optarg;
            break;
        case 'h':
            options->wants_help = true;
            break;
        default:
            return false;
        }
    }
    return optind == count;
}

static const char *crs_folder(char path[PATH_MAX], const struct write_vk_options *options)
{
    const char *variable = getenv("CRS_PATH");
    const char *home = getenv("HOME");
    if (options->crs != NULL)
        return options->crs;
    if (variable != NULL && variable[0] != '\0')
        return variable;
    (void)snprintf(path, PATH_MAX, "%s/.bb-crs", home == NULL ? "" : home);
    return path;
}

static enum cli_exit read_points(struct g1 **points, size_t count,
                                 const struct write_vk_options *options)
{
    char path[PATH_MAX];
    const char *folder = crs_folder(path, options);
    size_t at = 0;
    switch (points_read(points, &at, folder, count)) {
    case ULTRAHONK_OK:
        return CLI_DONE;
    case ULTRAHONK_CRS_MISSING:
        return cli_fail("%s/bn254_g1.dat: %s: give the CRS's folder by -c", folder,
                        strerror(errno));
    case ULTRAHONK_CRS_INVALID:
        return cli_fail("%s/bn254_g1.dat ends after %zu points or has a wrong one there, and the "
                        "circuit needs %zu: get more of them",
                        folder, at, count);
    default:
        return cli_fail("the CRS's points cannot be read: there is no memory");
    }
}

static enum cli_exit write_key(const struct verification_key_parts *parts,
                               enum ultrahonk_target target, const char *folder)
{
    unsigned char key[MOST_KEY_BYTES];
    unsigned char hash_bytes[FIELD_BYTES];
    struct field hash;
    verification_key_write(key, &hash, parts, target);
    field_to_bytes(hash_bytes, &hash);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return cli_fail("%s: %s", folder, strerror(errno));
    bool written = cli_write_file(folder, "vk", key, ultrahonk_key_length(target)) &&
                   cli_write_file(folder, "vk_hash", hash_bytes, sizeof(hash_bytes));
    return written ? CLI_DONE : CLI_CANNOT_SAY;
}

static enum cli_exit commit(const struct trace *trace, enum ultrahonk_target target,
                            const struct write_vk_options *options)
{
    struct verification_key_parts parts = {.log_rows = trace_log_rows(trace),
                                           .public_inputs =
                                               trace_public_inputs(trace) - PAIRING_LIMBS};
    struct g1 *points = NULL;
    enum cli_exit end = read_points(&points, commit_points(trace), options);
    if (end != CLI_DONE)
        return end;
    enum bn254_status status = commit_columns(parts.commitments, trace, points);
    free(points);
    if (status != BN254_OK)
        return cli_fail("there is no memory for the key");
    return write_key(&parts, target, options->folder);
}

enum cli_exit cli_write_vk(int count, char *arguments[])
{
    struct write_vk_options options = {.target = "noir-recursive"};
    struct acir_program *program = NULL;
    struct trace *trace = NULL;
    enum ultrahonk_target target;
    if (!read_options(&options, count, arguments))
        return cli_fail("see ultrahonk write_vk --help");
    if (options.wants_help)
        return puts(help) >= 0 ? CLI_DONE : CLI_CANNOT_SAY;
    if (options.circuit == NULL || options.folder == NULL)
        return cli_fail("a circuit by -b and a folder by -o: see ultrahonk write_vk --help");
    if (!ultrahonk_target_parse(&target, options.target))
        return cli_fail("no target \"%s\": it is evm, evm-no-zk, noir-recursive or "
                        "noir-recursive-no-zk; bb has keys for the others",
                        options.target);
    enum cli_exit end = cli_read_circuit(&program, &trace, options.circuit);
    if (end == CLI_DONE)
        end = commit(trace, target, &options);
    trace_free(trace);
    acir_program_free(program);
    return end;
}
