/*
 * What the tests of bn254 compute with: random elements and points from a seed, edge values, and
 * elements from hexadecimal digits. cmocka comes with all that it needs included first.
 */
#ifndef BN254_VALUES_H
#define BN254_VALUES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bn254/fq12.h"
#include "bn254/g1.h"
#include "bn254/g2.h"

/* Runs the tests of a program, as main() does, on the implementation that ULTRAHONK_CPU names;
 * skips them all on a machine that has not got it. */
#define RUN_TESTS(tests) (has_chosen_cpu() ? cmocka_run_group_tests((tests), NULL, NULL) : SKIPPED)
enum { SKIPPED = 77 }; /* so meson is told */
bool has_chosen_cpu(void);

/* A small generator with a fixed seed: the same numbers in every run. */
uint64_t next_random(uint64_t *state);

struct integer256 random_integer(uint64_t *state);
struct fq random_fq(uint64_t *state);
struct field random_fr(uint64_t *state);
struct fq2 random_fq2(uint64_t *state);
struct fq6 random_fq6(uint64_t *state);
struct fq12 random_fq12(uint64_t *state);

/* The generator times a random number. */
struct g1 random_g1(uint64_t *state);

/* 0, 1, 2, -1, -2, elements whose limbs are 0 or all ones where they may be, and random ones. */
enum { EDGES = 16 };
void edge_fqs(struct fq edges[EDGES]);
void edge_frs(struct field edges[EDGES]);

/* A number of at most 64 digits, with no prefix. */
struct integer256 integer_of_hex(const char *hex);
struct fq fq_of_hex(const char *hex);
struct field fr_of_hex(const char *hex);
struct fq2 fq2_of_hex(const char *const hex[2]);

void assert_fq_hex(const struct fq *element, const char *hex);
void assert_fq2_hex(const struct fq2 *element, const char *const hex[2]);

/* From the coefficients of 1, w, w^2 and so on, c0 and c1 of each, and the other way about. */
struct fq12 fq12_of_hex(const char *const hex[12]);
void assert_fq12_hex(const struct fq12 *element, const char *const hex[12]);

#endif
