/* Executes small programs that a test writes, and holds what comes out of them. */
#ifndef TESTS_SOLVER_FIXTURE_H
#define TESTS_SOLVER_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

#include "noir/acvm/acvm.h"
#include "program_writer.h"

/* What the last execution gave; emptied around each test. */
extern struct program_writer writer;
extern struct acvm_error error;
extern struct buffer stack;
extern struct witness_map solved;

int set_up(void **state);
int tear_down(void **state);

/* Starts a program of one circuit; its opcodes are written next. */
void start_program(unsigned int opcodes);
void end_program(void);

/* Executes what was written with the first witnesses given. */
enum acvm_outcome execute_within(const struct acvm_limits *limits, size_t count,
                                 const int64_t values[]);
enum acvm_outcome execute(size_t count, const int64_t values[]);

void assert_witness(uint32_t index, int64_t expected);

/* An AssertZero of products and terms, each (coefficient, witness, witness of a product or -1). */
struct part {
    int64_t coefficient;
    uint32_t left;
    int64_t right;
};

void write_assert_zero(size_t count, const struct part parts[], int64_t constant);

/* A range check of a witness. */
void write_range(uint32_t witness, uint32_t bits);

#define SOLVER_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
