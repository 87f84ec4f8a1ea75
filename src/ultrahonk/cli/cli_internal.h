/* The program `ultrahonk`: its commands, and what they share. Private to ultrahonk/cli/. */
#ifndef ULTRAHONK_CLI_CLI_INTERNAL_H
#define ULTRAHONK_CLI_CLI_INTERNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "ultrahonk/verification_key.h"

struct acir_program;
struct debug_symbols;
struct trace;

/* What the program ends with. */
enum cli_exit {
    CLI_DONE = 0,
    CLI_NOT_VERIFIED = 1,
    CLI_NO_KEY = 1,   /* there is none of the circuit */
    CLI_NO_PROOF = 1, /* there is none of the witness */
    CLI_CANNOT_SAY = 2
};

/* One line on standard error, after the program's name. Gives CLI_CANNOT_SAY. */
enum cli_exit cli_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A file's bytes; `data` is for free(), and never NULL after success. */
struct cli_file {
    unsigned char *data;
    size_t length;
};

/* Reads a whole file of at most `most` bytes. False, and it has said why on standard error. */
bool cli_read_file(struct cli_file *file, const char *path, size_t most);

/* Writes a file of that name into the folder. False, and it has said why. */
bool cli_write_file(const char *folder, const char *name, const unsigned char *bytes,
                    size_t length);

/*
 * The program of a compiled circuit, circuit.json, and its trace; both are the caller's, for
 * acir_program_free and trace_free. CLI_NO_KEY: there is none of this circuit; CLI_CANNOT_SAY: the
 * file is no circuit. It has said why.
 */
enum cli_exit cli_read_circuit(struct acir_program **program, struct trace **trace,
                               const char *path);

/* Where a circuit's opcodes are in its source, for debug_symbols_free; NULL when it does not say.
 */
struct debug_symbols *cli_read_symbols(const char *path);

/* The values of the program's witnesses, of a file that is gzipped or not; they are the caller's,
 * for secret_free. Not CLI_DONE: it has said why. */
enum cli_exit cli_read_witness(struct field **values, size_t *count,
                               const struct acir_program *program, const char *path);

/* Where the CRS is: as given, or $CRS_PATH, or ~/.bb-crs, which is written to `path`. */
const char *cli_crs_folder(char path[PATH_MAX], const char *given);

/* The first points of the CRS in the folder, for free(). Not CLI_DONE: it has said why. */
enum cli_exit cli_read_points(struct g1 **points, size_t count, const char *folder);

/* A verification key as its file has it. */
struct cli_key {
    unsigned char bytes[(KEY_HEADER_WORDS + PRECOMPUTED_COUNT * G1_LIMBS) * WORD_LENGTH];
    size_t length;
    struct field hash;
};

/* A circuit's key, made with commit_points() points. Not CLI_DONE: it has said why. */
enum cli_exit cli_compute_key(struct cli_key *key, const struct trace *trace,
                              const struct g1 *points, enum ultrahonk_target target);

/* Makes the folder if need be. Not true, or not CLI_DONE: it has said why. */
bool cli_make_folder(const char *folder);
enum cli_exit cli_write_key(const struct cli_key *key, const char *folder);

/* The commands. `arguments` begins with the command's own name, as getopt has it. */
enum cli_exit cli_verify(int count, char *arguments[]);
enum cli_exit cli_prove(int count, char *arguments[]);
enum cli_exit cli_gates(int count, char *arguments[]);
enum cli_exit cli_write_vk(int count, char *arguments[]);
enum cli_exit cli_development_crs(int count, char *arguments[]);

#endif
