/*
 * What the unit tests share: cmocka with all that it needs included first, and helpers that fail
 * the running test rather than return an error.
 */
#ifndef UNIT_SUPPORT_H
#define UNIT_SUPPORT_H

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/failure.h"

/* Runs the tests of a program, as main() does: libsodium ready, SIGPIPE ignored. */
#define RUN_TESTS(tests) (support_start(), cmocka_run_group_tests((tests), NULL, NULL))
void support_start(void);

/* The outcome by its name when it is not the expected one. */
#define assert_result(result, expected)                                                            \
    assert_results_equal((result), (expected), __FILE__, __LINE__)
void assert_results_equal(enum result result, enum result expected, const char *file, int line);

/* The same for what has outcomes of its own, which are told by their number. */
#define assert_outcome(outcome, expected) assert_int_equal((outcome), (expected))

void assert_contains(const char *text, const char *part);

/* True when the function ends in abort(), as a failed CHECK does. Its standard error is dropped. */
bool aborts(void (*function)(void));

/* Whether the kernel has put a thread of this process, by its gettid(), to sleep. */
bool thread_sleeps(int number);

/* The value of an environment variable that a test cannot do without. */
const char *needed_variable(const char *name, const char *how_to_set);

/* A copy with nothing readable behind it: reading past the end is seen by the sanitizer. */
unsigned char *exact_copy(const void *bytes, size_t length);

/* Overwrites and frees such a copy, so that a pointer kept into it shows in any build. */
void spoil_copy(unsigned char *copy, size_t length);

/* Reads hexadecimal digits with spaces between them. */
size_t bytes_of_hex(unsigned char *bytes, size_t size, const char *hex);

/* zlib's own gzip of the bytes, appended. */
void append_gzip(struct buffer *zipped, const void *bytes, size_t length);

/* A new folder for one test, and its end. */
void make_folder(char path[PATH_MAX]);
void remove_folder(const char *path);
void path_in(char path[PATH_MAX], const char *folder, const char *name);
void write_file(const char *folder, const char *name, const void *bytes, size_t length);
void read_file(struct buffer *bytes, const char *folder, const char *name);

/* How many entries a folder has, "." and ".." apart. */
size_t count_entries(const char *folder);

/* Sends standard error to memory; the end of it gives the text, which the caller frees. */
void capture_errors_begin(void);
char *capture_errors_end(void);

#endif
