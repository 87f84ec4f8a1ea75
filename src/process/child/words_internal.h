/*
 * What a child says on standard error, line by line as it comes, in the log at debug level. A line
 * is redacted as its last words are, and cut; of a child that says much the rest is counted.
 * Private to process/child/.
 */
#ifndef PROCESS_CHILD_WORDS_INTERNAL_H
#define PROCESS_CHILD_WORDS_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/clock.h"

enum { WORDS_LINE_BYTES = 512, WORDS_LINES_A_SECOND = 20 };

/* All zero at the start. */
struct words {
    char line[WORDS_LINE_BYTES]; /* as far as it has come */
    size_t length;
    bool cut; /* it is longer; what follows is dropped */
    nanoseconds second_began;
    unsigned said;      /* in this second */
    long long left_out; /* lines since the last that was said */
};

/* Takes the next bytes, and logs the lines that they end. Empty lines are none. */
void words_take(struct words *words, pid_t pid, const char *bytes, size_t length);

/* Logs what no newline ended, and wipes all. */
void words_end(struct words *words, pid_t pid);

#endif
