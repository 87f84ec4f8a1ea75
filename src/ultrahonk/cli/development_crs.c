/*
 * A CRS whose tau is written below, for tests and benchmarks of any size on a machine that has no
 * other. It is whole: bn254_g1.dat and bn254_g2.dat belong together, so that proofs over it verify
 * where its G2 is taken. Whoever knows tau can prove anything over it.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bn254/fr.h"
#include "bn254/g1.h"
#include "bn254/g2.h"
#include "ultrahonk/arithmetic.h"
#include "ultrahonk/cli/cli_internal.h"

enum {
    WINDOW_BITS = 8,
    WINDOWS = 256 / WINDOW_BITS,
    DIGITS = 1 << WINDOW_BITS,
    BATCH = 1024,
    MOST_LOG_POINTS = 25
};

/* Seven bytes of text, "prover" and a sign: nobody shall take it for a secret. */
static const uint64_t tau_number = UINT64_C(0x70726f76657264);

static const char mark[] = "DEVELOPMENT_CRS";
static const char mark_text[] =
    "UNSAFE. The tau of these points is public: whoever has read it can prove anything.\n"
    "For tests and benchmarks alone.\n";

static const char help[] =
    "usage: ultrahonk development_crs -o FOLDER [-n LOG_ROWS]\n"
    "\n"
    "Makes a CRS for tests: bn254_g1.dat with 2^LOG_ROWS + 1 points (LOG_ROWS is 1 to 25, 18 when\n"
    "it is not given), bn254_g2.dat, and a file DEVELOPMENT_CRS that says what it is. Its secret "
    "is\n"
    "public, so that proofs over it prove nothing.";

/* digit * 2^(8 * window) * G for each window and digit. */
struct powers {
    struct g1 points[WINDOWS][DIGITS];
};

static void fill_powers(struct powers *powers)
{
    struct g1_jacobian base;
    g1_to_jacobian(&base, &g1_generator);
    for (size_t window = 0; window < WINDOWS; window++) {
        struct g1_jacobian multiple = G1_JACOBIAN_INFINITY;
        for (size_t digit = 0; digit < DIGITS; digit++) {
            g1_to_affine(&powers->points[window][digit], &multiple);
            g1_add(&multiple, &multiple, &base);
        }
        base = multiple;
    }
}

static void multiply_generator(struct g1_jacobian *product, const struct powers *powers,
                               const struct field *scalar)
{
    unsigned char bytes[FIELD_BYTES];
    field_to_bytes(bytes, scalar);
    *product = G1_JACOBIAN_INFINITY;
    for (size_t window = 0; window < WINDOWS; window++)
        g1_add_affine(product, product, &powers->points[window][bytes[FIELD_BYTES - 1 - window]]);
}

/* The points' affine bytes, by one inversion for all. None is infinity. */
static void to_bytes(unsigned char *bytes, const struct g1_jacobian *points, size_t count)
{
    struct fq z[BATCH];
    struct fq inverses[BATCH];
    for (size_t i = 0; i < count; i++)
        z[i] = points[i].z;
    fq_invert_many_var(inverses, z, count);
    for (size_t i = 0; i < count; i++) {
        struct g1 affine;
        struct fq square;
        fq_square(&square, &inverses[i]);
        fq_multiply(&affine.x, &points[i].x, &square);
        fq_multiply(&square, &square, &inverses[i]);
        fq_multiply(&affine.y, &points[i].y, &square);
        g1_to_bytes(bytes + i * G1_BYTES, &affine);
    }
}

static bool write_points(FILE *file, const struct powers *powers, size_t count)
{
    static struct g1_jacobian points[BATCH];
    static unsigned char bytes[BATCH * G1_BYTES];
    const struct field tau = small(tau_number);
    struct field scalar = FIELD_ONE;
    for (size_t done = 0; done < count;) {
        size_t some = count - done < BATCH ? count - done : BATCH;
        for (size_t i = 0; i < some; i++) {
            multiply_generator(&points[i], powers, &scalar);
            scalar = times(scalar, tau);
        }
        to_bytes(bytes, points, some);
        if (fwrite(bytes, G1_BYTES, some, file) != some)
            return false;
        done += some;
    }
    return true;
}

static bool write_g1(FILE *file, size_t log_rows)
{
    struct powers *powers = malloc(sizeof(*powers));
    if (powers == NULL)
        return false;
    fill_powers(powers);
    bool written = write_points(file, powers, ((size_t)1 << log_rows) + 1);
    free(powers);
    return written;
}

static bool write_g2(FILE *file, size_t log_rows)
{
    const struct integer256 tau = {{tau_number}};
    unsigned char bytes[G2_BYTES];
    struct g2 point;
    (void)log_rows;
    g2_multiply(&point, &g2_generator, &tau);
    g2_to_bytes(bytes, &point);
    return fwrite(bytes, sizeof(bytes), 1, file) == 1;
}

static bool write_mark(FILE *file, size_t log_rows)
{
    (void)log_rows;
    return fputs(mark_text, file) >= 0;
}

static bool write_file(const char *folder, const char *name, bool (*write)(FILE *, size_t),
                       size_t log_rows)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = length > 0 && (size_t)length < sizeof(path) ? fopen(path, "wb") : NULL;
    bool written = file != NULL && write(file, log_rows);
    if (file != NULL && fclose(file) != 0)
        written = false;
    if (!written)
        (void)cli_fail("%s/%s could not be written: %s", folder, name, strerror(errno));
    return written;
}

/* The mark is there before the first point. */
static enum cli_exit make(const char *folder, size_t log_rows)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return cli_fail("%s: %s", folder, strerror(errno));
    bool made = write_file(folder, mark, write_mark, log_rows) &&
                write_file(folder, "bn254_g1.dat", write_g1, log_rows) &&
                write_file(folder, "bn254_g2.dat", write_g2, log_rows);
    return made ? CLI_DONE : CLI_CANNOT_SAY;
}

enum cli_exit cli_development_crs(int count, char *arguments[])
{
    static const struct option long_options[] = {{"output", required_argument, NULL, 'o'},
                                                 {"log_rows", required_argument, NULL, 'n'},
                                                 {"help", no_argument, NULL, 'h'},
                                                 {NULL, 0, NULL, 0}};
    const char *folder = NULL;
    unsigned long log_rows = 18;
    int option;
    while ((option = getopt_long(count, arguments, "o:n:h", long_options, NULL)) != -1) {
        if (option == 'h')
            return puts(help) >= 0 ? CLI_DONE : CLI_CANNOT_SAY;
        if (option == 'o')
            folder = optarg;
        else if (option == 'n')
            log_rows = strtoul(optarg, NULL, 10);
        else
            return cli_fail("see ultrahonk development_crs --help");
    }
    if (folder == NULL || optind != count || log_rows < 1 || log_rows > MOST_LOG_POINTS)
        return cli_fail("a folder and a size from 1 to %d: see ultrahonk development_crs --help",
                        MOST_LOG_POINTS);
    return make(folder, log_rows);
}
