/*
 * keymaker FOLDER COUNT: verification keys for a program that asks many times, over the first COUNT
 * points of the folder's CRS. A question is a target's number, a byte, and an ACIR program,
 * unzipped, behind its length, four bytes with the lowest first. An answer is a byte, 'k' for a key
 * and its hash, 'n' for none, and then bytes behind their length: those, or why there is none. Ends
 * with the input; anything else than questions ends it with 2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noir/acir/acir.h"
#include "ultrahonk/circuit/commit.h"
#include "ultrahonk/points.h"
#include "ultrahonk/verification_key.h"

enum {
    MOST_BYTES = 1 << 28,
    MOST_KEY_BYTES = (KEY_HEADER_WORDS + PRECOMPUTED_COUNT * G1_LIMBS) * WORD_LENGTH,
    EXIT_NO_QUESTION = 2
};

struct crs {
    struct g1 *points;
    size_t count;
};

static bool read_program(unsigned char **bytes, size_t *length)
{
    unsigned char header[4];
    if (fread(header, sizeof(header), 1, stdin) != 1)
        return false;
    *length =
        header[0] | (size_t)header[1] << 8 | (size_t)header[2] << 16 | (size_t)header[3] << 24;
    *bytes = *length <= MOST_BYTES ? malloc(*length + 1) : NULL;
    return *bytes != NULL && fread(*bytes, 1, *length, stdin) == *length;
}

static bool answer(char kind, const void *bytes, size_t length)
{
    const unsigned char header[5] = {(unsigned char)kind, (unsigned char)length,
                                     (unsigned char)(length >> 8), (unsigned char)(length >> 16),
                                     (unsigned char)(length >> 24)};
    return fwrite(header, sizeof(header), 1, stdout) == 1 &&
           fwrite(bytes, 1, length, stdout) == length && fflush(stdout) == 0;
}

static bool refuse(const char *why)
{
    return answer('n', why, strlen(why));
}

static bool answer_key(const struct crs *crs, const struct trace *trace,
                       enum ultrahonk_target target)
{
    unsigned char key[MOST_KEY_BYTES + FIELD_BYTES];
    struct field hash;
    struct verification_key_parts parts = {.log_rows = trace_log_rows(trace),
                                           .public_inputs =
                                               trace_public_inputs(trace) - PAIRING_LIMBS};
    if (commit_points(trace) > crs->count)
        return refuse("too few points");
    if (commit_columns(parts.commitments, trace, crs->points) != BN254_OK)
        return false;
    verification_key_write(key, &hash, &parts, target);
    field_to_bytes(key + ultrahonk_key_length(target), &hash);
    return answer('k', key, ultrahonk_key_length(target) + FIELD_BYTES);
}

static bool make_key(const struct crs *crs, enum ultrahonk_target target,
                     const unsigned char *bytes, size_t length)
{
    const struct trace_limits limits = TRACE_LIMITS;
    struct acir_program *program = NULL;
    struct trace *trace = NULL;
    struct failure failure = {0};
    struct trace_fault fault = {0};
    bool answered;
    if (acir_program_decode_any_form(&program, bytes, length, &failure) != RESULT_OK)
        answered = refuse(failure.message);
    else if (trace_make(&trace, &fault, program, &limits) != TRACE_OK)
        answered = refuse(fault.text);
    else
        answered = answer_key(crs, trace, target);
    trace_free(trace);
    acir_program_free(program);
    return answered;
}

static bool make_keys(const struct crs *crs)
{
    for (int target = getchar(); target != EOF; target = getchar()) {
        unsigned char *bytes = NULL;
        size_t length;
        bool made = target < ULTRAHONK_TARGET_COUNT && read_program(&bytes, &length) &&
                    make_key(crs, (enum ultrahonk_target)target, bytes, length);
        free(bytes);
        if (!made)
            return false;
    }
    return true;
}

int main(int count, char *arguments[])
{
    struct crs crs = {.count = count == 3 ? strtoul(arguments[2], NULL, 10) : 0};
    size_t at = 0;
    if (count != 3 || points_read(&crs.points, &at, arguments[1], crs.count) != ULTRAHONK_OK) {
        (void)fprintf(stderr, "keymaker: a folder with a CRS, and how many points\n");
        return EXIT_NO_QUESTION;
    }
    bool done = make_keys(&crs);
    free(crs.points);
    return done ? EXIT_SUCCESS : EXIT_NO_QUESTION;
}
