/*
 * The CRS: the points of Aztec's Ignition trusted setup that every proof rests on. A folder holds
 * them under bb's own names:
 *   bn254_g1_compressed.dat  32 bytes a point: big-endian x, bit 255 the parity of y
 *   bn254_g1.dat             64 bytes a point: x, y
 *   bn254_g2.dat             the one G2 point; bb 5.0.0 has it built in, so it may be missing
 * bb opens a lock in its CRS folder and writes decompressed points there. It is given a view of
 * links in the daemon's private folder instead, so the operator's folder is only ever read, and
 * each bb gets a copy of its own of the links.
 *
 * A development CRS has points of another tau, which is known, and its own G2 point: whoever has
 * read the tau can prove anything. `ultrahonk development_crs` makes one, of any size, and marks
 * the folder with CRS_DEVELOPMENT_MARK. Proofs over it verify by its G2 point, and by bb never.
 */
#ifndef ENGINE_CRS_H
#define ENGINE_CRS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/failure.h"

struct ultrahonk_crs;

#define CRS_DEVELOPMENT_MARK "DEVELOPMENT_CRS"

enum { CRS_FILES_BYTES = 512 };

struct crs {
    char points_path[PATH_MAX];  /* of the G1 points, through the view */
    char g2_path[PATH_MAX];      /* of the G2 point, in the same way; "" when there is none */
    uint64_t unpacked_bytes;     /* what bb writes to unpack the points; 0 when they are unpacked */
    uint64_t points;             /* how many G1 points bb can read through the view */
    uint64_t points_bytes;       /* of their file */
    char files[CRS_FILES_BYTES]; /* a line a file: name and bytes, for people */
    bool development;            /* the folder has CRS_DEVELOPMENT_MARK */
    struct ultrahonk_crs *verifier; /* what proofs over it are checked with; any thread reads it */
};

/*
 * Writes the real path of a CRS folder, in which ~ is HOME. RESULT_CRS_UNUSABLE, with what to do,
 * when there is none.
 */
MUST_USE_RESULT enum result crs_find(char path[PATH_MAX], const char *given,
                                     struct failure *failure);

/*
 * Checks the folder (the files are there and whole, and their first points are those of the real
 * setup, by SHA-256, unless it is marked; a marked one needs its G2 point) and makes the view, a
 * folder that must not exist yet. RESULT_CRS_UNUSABLE says which file is wrong and what to do.
 * crs_close frees what it holds.
 */
MUST_USE_RESULT enum result crs_open(struct crs *crs, const char *folder, const char *view,
                                     struct failure *failure);

/* One that was never opened, all zero, is fine. The view stays. */
void crs_close(struct crs *crs);

/* RESULT_CRS_UNUSABLE, with what to do, for a development CRS where that is not allowed. */
MUST_USE_RESULT enum result crs_check_purpose(const struct crs *crs, bool development_allowed,
                                              struct failure *failure);

/* RESULT_CIRCUIT_TOO_LARGE, with both numbers, when the CRS cannot serve a circuit of that many
 * rows. */
MUST_USE_RESULT enum result crs_check_rows(const struct crs *crs, uint64_t rows,
                                           struct failure *failure);

/*
 * RESULT_CRS_UNUSABLE when the points are not there any more, or fewer than there were: bb would
 * try to download them. No more than a look: any thread.
 */
MUST_USE_RESULT enum result crs_check_readable(const struct crs *crs, struct failure *failure);

#endif
