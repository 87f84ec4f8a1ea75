/*
 * A failure is an outcome and one sentence for the person who can act on it. Library code fills it
 * and returns; the caller who can act reports it, once.
 */
#ifndef BASE_FAILURE_H
#define BASE_FAILURE_H

#include "base/result.h"

enum { FAILURE_MESSAGE_BYTES = 512 };

struct failure {
    enum result result;
    unsigned retry_after_seconds; /* when it may go better; 0: not known */
    char message[FAILURE_MESSAGE_BYTES];
};

/*
 * Fills the failure (which may be NULL, for callers who only want the outcome) and returns the
 * outcome, so that a function can end with `return failure_set(failure, RESULT_…, "…")`. The
 * message is cut at FAILURE_MESSAGE_BYTES - 1. It must never hold a byte of a witness. A macro, so
 * that compilers and analyzers see which outcome is returned.
 */
#define failure_set(failure, result, ...)                                                          \
    (failure_write((failure), (result), __VA_ARGS__), failure_result(result))

/*
 * The same for functions with outcomes of their own, which whoever calls them maps to one of these:
 * only the sentence is theirs to give. Until it is mapped the failure is RESULT_INTERNAL.
 */
#define failure_say(failure, outcome, ...)                                                         \
    (failure_write((failure), RESULT_INTERNAL, __VA_ARGS__), (outcome))

void failure_write(struct failure *failure, enum result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static inline enum result failure_result(enum result result)
{
    return result;
}

#endif
