#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "noir/acir/acir.h"
#include "ultrahonk/circuit/commit.h"
#include "ultrahonk/cli/cli_internal.h"

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

static enum cli_exit commit(const struct trace *trace, enum ultrahonk_target target,
                            const struct write_vk_options *options)
{
    char path[PATH_MAX];
    struct g1 *points = NULL;
    enum cli_exit end =
        cli_read_points(&points, commit_points(trace), cli_crs_folder(path, options->crs));
    if (end != CLI_DONE)
        return end;
    struct cli_key key;
    end = cli_compute_key(&key, trace, points, target);
    free(points);
    return end == CLI_DONE ? cli_write_key(&key, options->folder) : end;
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
