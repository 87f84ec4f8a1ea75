#include "ultrahonk/points.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { POINTS_A_PIECE = 1024 };

/* Points until the file ends or one is none; how many they are. */
static size_t read_points(struct g1 *points, size_t count, FILE *file)
{
    unsigned char piece[POINTS_A_PIECE * G1_BYTES];
    size_t done = 0;
    while (done < count) {
        size_t wanted = count - done < POINTS_A_PIECE ? count - done : POINTS_A_PIECE;
        size_t got = fread(piece, G1_BYTES, wanted, file);
        for (size_t i = 0; i < got; i++, done++)
            if (g1_from_bytes(&points[done], piece + i * G1_BYTES) != BN254_OK ||
                g1_is_infinity(&points[done]))
                return done;
        if (got < wanted)
            break;
    }
    return done;
}

static enum ultrahonk_status read_file(struct g1 **points, size_t *at, FILE *file, size_t count)
{
    struct g1 *read = malloc((count > 0 ? count : 1) * sizeof(*read));
    if (read == NULL)
        return ULTRAHONK_NO_MEMORY;
    size_t got = read_points(read, count, file);
    if (got == count) {
        *points = read;
        return ULTRAHONK_OK;
    }
    free(read);
    *at = got;
    return ferror(file) != 0 ? ULTRAHONK_CRS_MISSING : ULTRAHONK_CRS_INVALID;
}

enum ultrahonk_status points_read(struct g1 **points, size_t *at, const char *folder, size_t count)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/bn254_g1.dat", folder);
    if (length < 0 || (size_t)length >= sizeof(path))
        return ULTRAHONK_BAD_ARGUMENT;
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return ULTRAHONK_CRS_MISSING;
    enum ultrahonk_status status = read_file(points, at, file, count);
    int why = errno;
    (void)fclose(file);
    errno = why;
    return status;
}
