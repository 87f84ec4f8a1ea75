/* Writes the bytes of small programs for tests, value by value, in the compiler's form. */
#ifndef TESTS_PROGRAM_WRITER_H
#define TESTS_PROGRAM_WRITER_H

#include <stddef.h>
#include <stdint.h>

enum { PROGRAM_WRITER_BYTES = 16384 };

struct program_writer {
    size_t length;
    unsigned char bytes[PROGRAM_WRITER_BYTES];
};

/* Starts over, with the mark of the format. */
void write_start(struct program_writer *writer);

void write_byte(struct program_writer *writer, unsigned int byte);
void write_list(struct program_writer *writer, unsigned int count); /* below 16 */
void write_number(struct program_writer *writer, uint32_t number);
void write_text(struct program_writer *writer, const char *text); /* below 32 characters */
/* The name of a variant whose payload is written next. */
void write_variant(struct program_writer *writer, const char *name);
void write_truth(struct program_writer *writer, int truth);
/* A small field element; negative ones count down from the modulus. */
void write_field(struct program_writer *writer, int64_t value);

/* An expression of a constant, and of the terms coefficient * witness. */
void write_constant_expression(struct program_writer *writer, int64_t constant);
void write_linear_expression(struct program_writer *writer, int64_t constant, unsigned int count,
                             const int64_t coefficients[], const uint32_t witnesses[]);

/* A circuit up to its list of opcodes, which are written next. */
void write_circuit_start(struct program_writer *writer, const char *name,
                         unsigned int opcode_count);
/* The rest of a circuit: parameters and return values by their number from witness 0 on. */
void write_circuit_end(struct program_writer *writer, unsigned int private_count,
                       unsigned int public_count, unsigned int return_count);

/* {"Direct": offset} */
void write_direct(struct program_writer *writer, uint32_t offset);

#endif
