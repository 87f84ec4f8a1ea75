/* The program `ultrahonk`: its commands, and what they share. Private to ultrahonk/cli/. */
#ifndef ULTRAHONK_CLI_CLI_INTERNAL_H
#define ULTRAHONK_CLI_CLI_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

/* What the program ends with. */
enum cli_exit { CLI_DONE = 0, CLI_NOT_VERIFIED = 1, CLI_CANNOT_SAY = 2 };

/* One line on standard error, after the program's name. Gives CLI_CANNOT_SAY. */
enum cli_exit cli_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A file's bytes; `data` is for free(), and never NULL after success. */
struct cli_file {
    unsigned char *data;
    size_t length;
};

/* Reads a whole file of at most `most` bytes. False, and it has said why on standard error. */
bool cli_read_file(struct cli_file *file, const char *path, size_t most);

/* The commands. `arguments` begins with the command's own name, as getopt has it. */
enum cli_exit cli_verify(int count, char *arguments[]);
enum cli_exit cli_development_crs(int count, char *arguments[]);

#endif
