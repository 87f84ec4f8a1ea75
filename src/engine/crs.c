#include "engine/crs.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <ultrahonk.h>
#include <unistd.h>

#include "process/scratch.h"

#define GET_CRS "run script/crs, or set --crs-path to a folder with the real CRS"

/* The pinned beginning of each file. */
struct crs_file {
    const char *name;
    const char *prefix_sha256;
    size_t prefix_bytes;
    unsigned bytes_a_point; /* 0: not a list of points */
};

static const struct crs_file compressed_points = {
    "bn254_g1_compressed.dat", "414515c66d90e62874fa71632a9d11d5e367231227b42d3f1cc9fd5f1ca7d777",
    262176, 32};
static const struct crs_file decompressed_points = {
    "bn254_g1.dat", "d5701a8cefb13111ea71576314c1d5687c6f63efac8ef0f8055316f20d6fbaa0", 524288, 64};
static const struct crs_file g2_point = {
    "bn254_g2.dat", "01797bfc4de5a96f0e516a9ea4537d18786dc30cb991aca4274c95822b69c32f", 128, 0};

enum result crs_find(char path[PATH_MAX], const char *given, struct failure *failure)
{
    const char *home = getenv("HOME");
    char spelled_out[PATH_MAX];
    int length = given[0] == '~' && home != NULL
                     ? snprintf(spelled_out, sizeof(spelled_out), "%s%s", home, given + 1)
                     : snprintf(spelled_out, sizeof(spelled_out), "%s", given);
    if (length > 0 && (size_t)length < sizeof(spelled_out) && realpath(spelled_out, path) != NULL)
        return RESULT_OK;
    return failure_set(failure, RESULT_CRS_UNUSABLE,
                       "there is no CRS folder %s; run script/crs, or set --crs-path", given);
}

static enum result hash_prefix(unsigned char hash[crypto_hash_sha256_BYTES], const char *path,
                               size_t length, struct failure *failure)
{
    unsigned char block[65536];
    crypto_hash_sha256_state state;
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return failure_set(failure, RESULT_CRS_UNUSABLE, "cannot read the CRS file %s: %s", path,
                           strerror(errno));
    crypto_hash_sha256_init(&state);
    while (length > 0) {
        size_t got = fread(block, 1, length < sizeof(block) ? length : sizeof(block), file);
        if (got == 0)
            break;
        crypto_hash_sha256_update(&state, block, got);
        length -= got;
    }
    (void)fclose(file);
    crypto_hash_sha256_final(&state, hash);
    return RESULT_OK;
}

static enum result check_prefix(const struct crs_file *file, const char *path,
                                struct failure *failure)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[crypto_hash_sha256_BYTES * 2 + 1];
    enum result result = hash_prefix(hash, path, file->prefix_bytes, failure);
    if (result != RESULT_OK)
        return result;
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    if (strcmp(hex, file->prefix_sha256) == 0)
        return RESULT_OK;
    return failure_set(failure, RESULT_CRS_UNUSABLE,
                       "the CRS file %s is corrupt: the sha256 of its first %zu bytes is not that "
                       "of Aztec's setup; delete it and " GET_CRS,
                       path, file->prefix_bytes);
}

static bool is_marked(const char *folder)
{
    char path[PATH_MAX];
    return scratch_join(path, sizeof(path), folder, CRS_DEVELOPMENT_MARK) &&
           access(path, F_OK) == 0;
}

/* A development CRS has nothing that it could be held against, and may be of any size. */
static size_t least_bytes(const struct crs_file *file, bool development)
{
    enum { LEAST_POINTS = 2 };
    bool any_size = development && file->bytes_a_point > 0;
    return any_size ? (size_t)LEAST_POINTS * file->bytes_a_point : file->prefix_bytes;
}

/* Checks one file. *bytes is 0 when it is not there, which is no failure. */
static enum result inspect(uint64_t *bytes, const struct crs_file *file, const char *folder,
                           struct failure *failure)
{
    char path[PATH_MAX];
    struct stat status;
    bool development = is_marked(folder);
    size_t least = least_bytes(file, development);
    *bytes = 0;
    if (!scratch_join(path, sizeof(path), folder, file->name) || stat(path, &status) != 0)
        return RESULT_OK;
    if ((uint64_t)status.st_size < least)
        return failure_set(failure, RESULT_CRS_UNUSABLE,
                           "the CRS file %s is too short: it has %" PRId64
                           " bytes and needs at least %zu; " GET_CRS,
                           path, (int64_t)status.st_size, least);
    *bytes = (uint64_t)status.st_size;
    return development ? RESULT_OK : check_prefix(file, path, failure);
}

static enum result link_file(const struct crs_file *file, const char *folder, const char *view,
                             struct failure *failure)
{
    char relative[PATH_MAX];
    char target[PATH_MAX];
    char link[PATH_MAX];
    if (scratch_join(relative, sizeof(relative), folder, file->name) &&
        scratch_join(link, sizeof(link), view, file->name) && realpath(relative, target) != NULL &&
        symlink(target, link) == 0)
        return RESULT_OK;
    return failure_set(failure, RESULT_CRS_UNUSABLE, "cannot link to the CRS file %s/%s: %s",
                       folder, file->name, strerror(errno));
}

static void describe(struct crs *crs, const struct crs_file *file, uint64_t bytes)
{
    size_t used = strlen(crs->files);
    (void)snprintf(crs->files + used, sizeof(crs->files) - used, "%s%s %" PRIu64 " bytes",
                   used == 0 ? "" : "\n", file->name, bytes);
}

/*
 * Which of the two lists of points bb shall read. bb keeps bn254_g1.dat as long as its largest
 * circuit so far, so a short one is normal beside the compressed list and is then left out: bb
 * would write through the link.
 */
static enum result choose_points(const struct crs_file **points, uint64_t *bytes,
                                 const char *folder, struct failure *failure)
{
    struct failure short_list = {0};
    uint64_t decompressed_bytes;
    enum result result = inspect(&decompressed_bytes, &decompressed_points, folder, &short_list);
    if (inspect(bytes, &compressed_points, folder, failure) != RESULT_OK)
        return failure->result;
    *points = &compressed_points;
    /* bb decompresses a power of two of points; the compressed list usually has one more. */
    if (decompressed_bytes / decompressed_points.bytes_a_point + 1 >=
            *bytes / compressed_points.bytes_a_point &&
        result == RESULT_OK && decompressed_bytes > 0) {
        *points = &decompressed_points;
        *bytes = decompressed_bytes;
    }
    if (*bytes > 0)
        return RESULT_OK;
    if (result != RESULT_OK) {
        *failure = short_list;
        return result;
    }
    return failure_set(failure, RESULT_CRS_UNUSABLE, "there is no CRS file %s/%s; " GET_CRS, folder,
                       compressed_points.name);
}

static enum result prepare_verifier(struct crs *crs, const char *folder, struct failure *failure)
{
    enum ultrahonk_status status = crs->development ? ultrahonk_crs_open(&crs->verifier, folder)
                                                    : ultrahonk_crs_aztec(&crs->verifier);
    if (status == ULTRAHONK_OK)
        return RESULT_OK;
    return failure_set(failure, RESULT_CRS_UNUSABLE,
                       "the development CRS %s has no bn254_g2.dat that can be used (%s); make it "
                       "anew with script/development-crs",
                       folder, ultrahonk_status_text(status));
}

static enum result name_files(struct crs *crs, const struct crs_file *points, bool has_g2,
                              const char *view, struct failure *failure)
{
    if (scratch_join(crs->points_path, sizeof(crs->points_path), view, points->name) &&
        (!has_g2 || scratch_join(crs->g2_path, sizeof(crs->g2_path), view, g2_point.name)))
        return RESULT_OK;
    return failure_set(failure, RESULT_CRS_UNUSABLE, "the path %s is too long", view);
}

enum result crs_open(struct crs *crs, const char *folder, const char *view, struct failure *failure)
{
    const struct crs_file *points = &compressed_points;
    uint64_t points_bytes = 0;
    uint64_t g2_bytes;
    struct crs opened = {.development = is_marked(folder)};
    enum result result = choose_points(&points, &points_bytes, folder, failure);
    if (result == RESULT_OK)
        result = inspect(&g2_bytes, &g2_point, folder, failure);
    if (result == RESULT_OK)
        result = prepare_verifier(&opened, folder, failure);
    if (result == RESULT_OK && mkdir(view, S_IRWXU) != 0)
        result = failure_set(failure, RESULT_CRS_UNUSABLE, "cannot make the folder %s: %s", view,
                             strerror(errno));
    if (result == RESULT_OK)
        result = link_file(points, folder, view, failure);
    if (result == RESULT_OK && g2_bytes > 0)
        result = link_file(&g2_point, folder, view, failure);
    if (result == RESULT_OK)
        result = name_files(&opened, points, g2_bytes > 0, view, failure);
    if (result != RESULT_OK) {
        crs_close(&opened);
        return result;
    }
    opened.points = points_bytes / points->bytes_a_point;
    opened.points_bytes = points_bytes;
    if (points == &compressed_points)
        opened.unpacked_bytes = opened.points * decompressed_points.bytes_a_point;
    describe(&opened, points, points_bytes);
    if (g2_bytes > 0)
        describe(&opened, &g2_point, g2_bytes);
    *crs = opened;
    return RESULT_OK;
}

void crs_close(struct crs *crs)
{
    ultrahonk_crs_free(crs->verifier);
    crs->verifier = NULL;
}

enum result crs_check_purpose(const struct crs *crs, bool development_allowed,
                              struct failure *failure)
{
    if (!crs->development || development_allowed)
        return RESULT_OK;
    return failure_set(failure, RESULT_CRS_UNUSABLE,
                       "the CRS folder has a file " CRS_DEVELOPMENT_MARK
                       ": its secret is public, and proofs over it prove nothing; " GET_CRS
                       ", or, for tests and benchmarks, add --development-crs on");
}

enum result crs_check_rows(const struct crs *crs, uint64_t rows, struct failure *failure)
{
    if (rows <= crs->points)
        return RESULT_OK;
    return failure_set(failure, RESULT_CIRCUIT_TOO_LARGE,
                       "the circuit has %" PRIu64 " rows but the CRS has %" PRIu64
                       " points; get a larger CRS with: script/crs CIRCUIT.json, or script/crs "
                       "--points %" PRIu64,
                       rows, crs->points, rows + 1);
}

enum result crs_check_readable(const struct crs *crs, struct failure *failure)
{
    struct stat status;
    if (access(crs->points_path, R_OK) != 0 || stat(crs->points_path, &status) != 0)
        return failure_set(failure, RESULT_CRS_UNUSABLE, "the CRS cannot be read any more: %s",
                           strerror(errno));
    if ((uint64_t)status.st_size < crs->points_bytes)
        return failure_set(failure, RESULT_CRS_UNUSABLE,
                           "the CRS has become shorter: it had %" PRIu64 " bytes of points",
                           crs->points_bytes);
    return RESULT_OK;
}
