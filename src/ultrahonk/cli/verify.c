#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ultrahonk.h>

#include "ultrahonk/cli/cli_internal.h"

enum { MOST_KEY_BYTES = 1 << 16, MOST_PROOF_BYTES = 1 << 20, DEVELOPMENT_CRS = 256 };

struct verify_options {
    const char *target;
    const char *key;
    const char *proof;
    const char *public_inputs;
    const char *crs; /* NULL: the ceremony's */
    bool development_crs;
};

static const char help[] =
    "usage: ultrahonk verify [OPTION...]\n"
    "\n"
    "Says whether a proof is right, as `bb verify` does.\n"
    "\n"
    "  -t, --verifier_target TARGET    evm, evm-no-zk, noir-recursive (the default) or\n"
    "                                  noir-recursive-no-zk: what the proof was made for\n"
    "  -k, --vk_path FILE              the verification key (target/vk)\n"
    "  -p, --proof_path FILE           the proof (target/proof)\n"
    "  -i, --public_inputs_path FILE   the public inputs (target/public_inputs)\n"
    "  -c, --crs_path FOLDER           take the point of G2 from there; else it is that of\n"
    "                                  Aztec's ceremony, which is built in\n"
    "      --development_crs           allow a CRS that is not the ceremony's: such proofs\n"
    "                                  prove nothing\n"
    "\n"
    "The files are those that bb writes. Exit codes: 0 it is right, 1 it is not, 2 there is no\n"
    "telling, because something is missing.";

/* False for a wrong option, which getopt has said. */
static bool read_options(struct verify_options *options, bool *wants_help, int count,
                         char *arguments[])
{
    static const struct option long_options[] = {
        {"verifier_target", required_argument, NULL, 't'},
        {"vk_path", required_argument, NULL, 'k'},
        {"proof_path", required_argument, NULL, 'p'},
        {"public_inputs_path", required_argument, NULL, 'i'},
        {"crs_path", required_argument, NULL, 'c'},
        {"development_crs", no_argument, NULL, DEVELOPMENT_CRS},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(count, arguments, "t:k:p:i:c:h", long_options, NULL)) != -1) {
        switch (option) {
        case 't':
            options->target = optarg;
            break;
        case 'k':
            options->key = optarg;
            break;
        case 'p':
            options->proof = optarg;
            break;
        case 'i':
            options->public_inputs = optarg;
            break;
        case 'c':
            options->crs = optarg;
            break;
        case DEVELOPMENT_CRS:
            options->development_crs = true;
            break;
        case 'h':
            *wants_help = true;
            break;
        default:
            return false;
        }
    }
    return optind == count;
}

static enum cli_exit open_crs(struct ultrahonk_crs **crs, const struct verify_options *options)
{
    enum ultrahonk_status status =
        options->crs == NULL ? ultrahonk_crs_aztec(crs) : ultrahonk_crs_open(crs, options->crs);
    if (status == ULTRAHONK_CRS_MISSING)
        return cli_fail("%s/bn254_g2.dat: %s", options->crs, strerror(errno));
    if (status != ULTRAHONK_OK)
        return cli_fail("%s: %s", options->crs == NULL ? "the CRS" : options->crs,
                        ultrahonk_status_text(status));
    if (!ultrahonk_crs_is_development(*crs))
        return CLI_DONE;
    if (!options->development_crs) {
        ultrahonk_crs_free(*crs);
        return cli_fail("%s is a development CRS, whose proofs prove nothing: add "
                        "--development_crs if that is meant",
                        options->crs);
    }
    (void)fputs("ultrahonk: UNSAFE: a development CRS; what verifies here proves nothing\n",
                stderr);
    return CLI_DONE;
}

static enum cli_exit report(const struct ultrahonk_verdict *verdict)
{
    static const char *const places[] = {
        [ULTRAHONK_NOWHERE] = "", [ULTRAHONK_WORD] = "word", [ULTRAHONK_ROUND] = "round"};
    enum ultrahonk_place place = ultrahonk_reason_place(verdict->reason);
    if (verdict->verified)
        (void)puts("verified");
    else if (place == ULTRAHONK_NOWHERE)
        (void)printf("not verified: %s\n", ultrahonk_reason_text(verdict->reason));
    else
        (void)printf("not verified: %s (%s %zu)\n", ultrahonk_reason_text(verdict->reason),
                     places[place], verdict->at);
    return verdict->verified ? CLI_DONE : CLI_NOT_VERIFIED;
}

static enum cli_exit verify_files(const struct ultrahonk_crs *crs, enum ultrahonk_target target,
                                  const struct verify_options *options)
{
    struct cli_file key = {0};
    struct cli_file proof = {0};
    struct cli_file public_inputs = {0};
    struct ultrahonk_verdict verdict;
    enum cli_exit end = CLI_CANNOT_SAY;
    if (cli_read_file(&key, options->key, MOST_KEY_BYTES) &&
        cli_read_file(&proof, options->proof, MOST_PROOF_BYTES) &&
        cli_read_file(&public_inputs, options->public_inputs,
                      (size_t)ULTRAHONK_MOST_PUBLIC_INPUTS * 32)) {
        enum ultrahonk_status status =
            ultrahonk_verify(crs, &verdict, target, key.data, key.length, proof.data, proof.length,
                             public_inputs.data, public_inputs.length);
        end = status == ULTRAHONK_OK ? report(&verdict)
                                     : cli_fail("%s", ultrahonk_status_text(status));
    }
    free(key.data);
    free(proof.data);
    free(public_inputs.data);
    return end;
}

enum cli_exit cli_verify(int count, char *arguments[])
{
    struct verify_options options = {.target = "noir-recursive",
                                     .key = "target/vk",
                                     .proof = "target/proof",
                                     .public_inputs = "target/public_inputs"};
    struct ultrahonk_crs *crs = NULL;
    enum ultrahonk_target target;
    bool wants_help = false;
    if (!read_options(&options, &wants_help, count, arguments))
        return cli_fail("see ultrahonk verify --help");
    if (wants_help)
        return puts(help) >= 0 ? CLI_DONE : CLI_CANNOT_SAY;
    if (!ultrahonk_target_parse(&target, options.target))
        return cli_fail("no target \"%s\": it is evm, evm-no-zk, noir-recursive or "
                        "noir-recursive-no-zk; bb verifies the others",
                        options.target);
    if (open_crs(&crs, &options) != CLI_DONE)
        return CLI_CANNOT_SAY;
    enum cli_exit end = verify_files(crs, target, &options);
    ultrahonk_crs_free(crs);
    return end;
}
