#include "ultrahonk/crs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* [tau] of Aztec's ceremony, as in its bn254_g2.dat. */
static const unsigned char aztec_tau[G2_BYTES] = {
    0x01, 0x18, 0xc4, 0xd5, 0xb8, 0x37, 0xbc, 0xc2, 0xbc, 0x89, 0xb5, 0xb3, 0x98, 0xb5, 0x97, 0x4e,
    0x9f, 0x59, 0x44, 0x07, 0x3b, 0x32, 0x07, 0x8b, 0x7e, 0x23, 0x1f, 0xec, 0x93, 0x88, 0x83, 0xb0,
    0x26, 0x0e, 0x01, 0xb2, 0x51, 0xf6, 0xf1, 0xc7, 0xe7, 0xff, 0x4e, 0x58, 0x07, 0x91, 0xde, 0xe8,
    0xea, 0x51, 0xd8, 0x7a, 0x35, 0x8e, 0x03, 0x8b, 0x4e, 0xfe, 0x30, 0xfa, 0xc0, 0x93, 0x83, 0xc1,
    0x22, 0xfe, 0xbd, 0xa3, 0xc0, 0xc0, 0x63, 0x2a, 0x56, 0x47, 0x5b, 0x42, 0x14, 0xe5, 0x61, 0x5e,
    0x11, 0xe6, 0xdd, 0x3f, 0x96, 0xe6, 0xce, 0xa2, 0x85, 0x4a, 0x87, 0xd4, 0xda, 0xcc, 0x5e, 0x55,
    0x04, 0xfc, 0x63, 0x69, 0xf7, 0x11, 0x0f, 0xe3, 0xd2, 0x51, 0x56, 0xc1, 0xbb, 0x9a, 0x72, 0x85,
    0x9c, 0xf2, 0xa0, 0x46, 0x41, 0xf9, 0x9b, 0xa4, 0xee, 0x41, 0x3c, 0x80, 0xda, 0x6a, 0x5f, 0xe4};

static enum ultrahonk_status make_crs(struct ultrahonk_crs **crs,
                                      const unsigned char bytes[G2_BYTES])
{
    struct g2 tau;
    if (g2_from_bytes(&tau, bytes) != BN254_OK || g2_is_infinity(&tau))
        return ULTRAHONK_CRS_INVALID;
    struct ultrahonk_crs *made = malloc(sizeof(*made));
    if (made == NULL)
        return ULTRAHONK_NO_MEMORY;
    made->is_development = memcmp(bytes, aztec_tau, G2_BYTES) != 0;
    if (g2_prepare(&made->generator, &g2_generator) != BN254_OK ||
        g2_prepare(&made->tau, &tau) != BN254_OK) {
        free(made);
        return ULTRAHONK_CRS_INVALID;
    }
    *crs = made;
    return ULTRAHONK_OK;
}

enum ultrahonk_status ultrahonk_crs_aztec(struct ultrahonk_crs **crs)
{
    return crs == NULL ? ULTRAHONK_BAD_ARGUMENT : make_crs(crs, aztec_tau);
}

/* Up to so many bytes; -1, with errno, when the file cannot be read. */
static ssize_t read_start(const char *path, unsigned char *bytes, size_t most)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return -1;
    ssize_t got = read(file, bytes, most);
    int why = errno;
    (void)close(file);
    errno = why;
    return got;
}

enum ultrahonk_status ultrahonk_crs_open(struct ultrahonk_crs **crs, const char *folder)
{
    char path[PATH_MAX];
    unsigned char bytes[G2_BYTES];
    if (crs == NULL || folder == NULL)
        return ULTRAHONK_BAD_ARGUMENT;
    int length = snprintf(path, sizeof(path), "%s/bn254_g2.dat", folder);
    if (length < 0 || (size_t)length >= sizeof(path))
        return ULTRAHONK_BAD_ARGUMENT;
    ssize_t got = read_start(path, bytes, sizeof(bytes));
    if (got < 0)
        return ULTRAHONK_CRS_MISSING;
    return got == (ssize_t)sizeof(bytes) ? make_crs(crs, bytes) : ULTRAHONK_CRS_INVALID;
}

bool ultrahonk_crs_is_development(const struct ultrahonk_crs *crs)
{
    return crs->is_development;
}

void ultrahonk_crs_free(struct ultrahonk_crs *crs)
{
    free(crs);
}
