/*
 * judge [FOLDER]: verdicts of libultrahonk for a program that asks many times, over the ceremony's
 * CRS or that of a folder. A question is a target's number, a byte, and then key, proof and public
 * inputs, each behind its length, four bytes with the lowest first. An answer is a line: the
 * reason's name without its prefix, `at`, and the nanoseconds that the call took. Ends with the
 * input; anything else than questions ends it with 2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <ultrahonk.h>

enum { PIECES = 3, MOST_BYTES = 1 << 26, EXIT_NO_QUESTION = 2 };

struct question {
    int target;
    unsigned char *pieces[PIECES]; /* key, proof, public inputs */
    size_t lengths[PIECES];
};

static const char *const reasons[] = {
#define X(name, text, where) [name] = #name,
    ULTRAHONK_REASON_TABLE(X)
#undef X
};

static bool read_piece(unsigned char **piece, size_t *length)
{
    unsigned char header[4];
    if (fread(header, sizeof(header), 1, stdin) != 1)
        return false;
    *length =
        header[0] | (size_t)header[1] << 8 | (size_t)header[2] << 16 | (size_t)header[3] << 24;
    *piece = *length <= MOST_BYTES ? malloc(*length + 1) : NULL;
    return *piece != NULL && fread(*piece, 1, *length, stdin) == *length;
}

static bool read_question(struct question *question)
{
    bool whole = true;
    for (size_t i = 0; i < PIECES && whole; i++)
        whole = read_piece(&question->pieces[i], &question->lengths[i]);
    return whole;
}

static long long nanoseconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static bool answer(const struct ultrahonk_crs *crs, const struct question *question)
{
    struct ultrahonk_verdict verdict;
    long long start = nanoseconds();
    enum ultrahonk_status status =
        ultrahonk_verify(crs, &verdict, (enum ultrahonk_target)question->target,
                         question->pieces[0], question->lengths[0], question->pieces[1],
                         question->lengths[1], question->pieces[2], question->lengths[2]);
    long long taken = nanoseconds() - start;
    if (status != ULTRAHONK_OK)
        return false;
    (void)printf("%s %zu %lld\n", reasons[verdict.reason] + sizeof("ULTRAHONK_") - 1, verdict.at,
                 taken);
    return fflush(stdout) == 0;
}

static bool judge_all(const struct ultrahonk_crs *crs)
{
    for (int target = getchar(); target != EOF; target = getchar()) {
        struct question question = {.target = target};
        bool done = read_question(&question) && answer(crs, &question);
        for (size_t i = 0; i < PIECES; i++)
            free(question.pieces[i]);
        if (!done)
            return false;
    }
    return true;
}

int main(int count, char *arguments[])
{
    struct ultrahonk_crs *crs = NULL;
    enum ultrahonk_status status =
        count > 1 ? ultrahonk_crs_open(&crs, arguments[1]) : ultrahonk_crs_aztec(&crs);
    if (status != ULTRAHONK_OK) {
        (void)fprintf(stderr, "judge: %s\n", ultrahonk_status_text(status));
        return EXIT_NO_QUESTION;
    }
    bool done = judge_all(crs);
    ultrahonk_crs_free(crs);
    return done ? EXIT_SUCCESS : EXIT_NO_QUESTION;
}
