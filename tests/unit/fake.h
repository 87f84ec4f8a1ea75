/* Children that do as they are told: see tests/fake/fake_bb.c for the words of a script. */
#ifndef UNIT_FAKE_H
#define UNIT_FAKE_H

#include "process/child/child.h"
#include "support.h"

enum { MOST_WORDS = 24 };

struct fake {
    const char *arguments[MOST_WORDS];
    struct child_command command;
};

/* fake_script(&fake, "echo", "exit", "3") */
#define fake_script(fake, ...)                                                                     \
    fake_set((fake), (const char *const[]){__VA_ARGS__},                                           \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
void fake_set(struct fake *fake, const char *const *words, size_t word_count);

/* A frame with this text for payload; appended. */
void append_frame(struct buffer *frame, const char *text);

/* Limits of a call that should be answered; far beyond what it takes. */
struct child_limits ample_limits(void);

/* A deadline that has as good as come. */
nanoseconds soon(void);

/* The process ids in the file that `count FILE` wrote. Returns how many. */
size_t counted(pid_t *pids, size_t most, const char *path);

/* Fails the test if the process exists, be it a zombie. */
void assert_gone(pid_t pid);

/* Fails the test if this process has any child, be it a zombie. */
void assert_no_children(void);

#endif
