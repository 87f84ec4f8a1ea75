/* The CRS's points for commands that commit, and a circuit's key. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ultrahonk/circuit/commit.h"
#include "ultrahonk/cli/cli_internal.h"
#include "ultrahonk/points.h"

const char *cli_crs_folder(char path[PATH_MAX], const char *given)
{
    const char *variable = getenv("CRS_PATH");
    const char *home = getenv("HOME");
    if (given != NULL)
        return given;
    if (variable != NULL && variable[0] != '\0')
        return variable;
    (void)snprintf(path, PATH_MAX, "%s/.bb-crs", home == NULL ? "" : home);
    return path;
}

enum cli_exit cli_read_points(struct g1 **points, size_t count, const char *folder)
{
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

enum cli_exit cli_compute_key(struct cli_key *key, const struct trace *trace,
                              const struct g1 *points, enum ultrahonk_target target)
{
    struct verification_key_parts parts = {.log_rows = trace_log_rows(trace),
                                           .public_inputs =
                                               trace_public_inputs(trace) - PAIRING_LIMBS};
    if (commit_columns(parts.commitments, trace, points) != BN254_OK)
        return cli_fail("there is no memory for the key");
    verification_key_write(key->bytes, &key->hash, &parts, target);
    key->length = ultrahonk_key_length(target);
    return CLI_DONE;
}

bool cli_make_folder(const char *folder)
{
    if (mkdir(folder, 0777) == 0 || errno == EEXIST)
        return true;
    (void)cli_fail("%s: %s", folder, strerror(errno));
    return false;
}

enum cli_exit cli_write_key(const struct cli_key *key, const char *folder)
{
    unsigned char hash[FIELD_BYTES];
    field_to_bytes(hash, &key->hash);
    bool written = cli_make_folder(folder) &&
                   cli_write_file(folder, "vk", key->bytes, key->length) &&
                   cli_write_file(folder, "vk_hash", hash, sizeof(hash));
    return written ? CLI_DONE : CLI_CANNOT_SAY;
}
