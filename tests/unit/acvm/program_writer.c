#include "program_writer.h"

#include <assert.h>
#include <string.h>

#include "bn254/field.h"

void write_start(struct program_writer *writer)
{
    writer->length = 0;
    write_byte(writer, 3);
}

void write_byte(struct program_writer *writer, unsigned int byte)
{
    assert(writer->length < PROGRAM_WRITER_BYTES);
    writer->bytes[writer->length++] = (unsigned char)byte;
}

void write_list(struct program_writer *writer, unsigned int count)
{
    if (count < 16) {
        write_byte(writer, 0x90 + count);
        return;
    }
    write_byte(writer, 0xdc);
    write_byte(writer, count >> 8);
    write_byte(writer, count & 255);
}

void write_number(struct program_writer *writer, uint32_t number)
{
    unsigned int bytes = number < 0x80 ? 0 : number <= 0xff ? 1 : number <= 0xffff ? 2 : 4;
    if (bytes == 0) {
        write_byte(writer, number);
        return;
    }
    write_byte(writer, bytes == 1 ? 0xcc : bytes == 2 ? 0xcd : 0xce);
    for (unsigned int index = bytes; index-- > 0;)
        write_byte(writer, number >> (8 * index) & 255);
}

void write_text(struct program_writer *writer, const char *text)
{
    size_t length = strlen(text);
    assert(length < 32);
    write_byte(writer, 0xa0 + (unsigned int)length);
    for (size_t index = 0; index < length; index++)
        write_byte(writer, (unsigned char)text[index]);
}

void write_variant(struct program_writer *writer, const char *name)
{
    write_byte(writer, 0x81);
    write_text(writer, name);
}

void write_truth(struct program_writer *writer, int truth)
{
    write_byte(writer, truth ? 0xc3 : 0xc2);
}

void write_field(struct program_writer *writer, int64_t value)
{
    struct field element = field_from_u64(value < 0 ? (uint64_t)-value : (uint64_t)value);
    if (value < 0)
        field_negate(&element, &element);
    unsigned char bytes[FIELD_BYTES];
    field_to_bytes(bytes, &element);
    write_byte(writer, 0xc4);
    write_byte(writer, FIELD_BYTES);
    for (size_t index = 0; index < sizeof(bytes); index++)
        write_byte(writer, bytes[index]);
}

void write_constant_expression(struct program_writer *writer, int64_t constant)
{
    write_linear_expression(writer, constant, 0, NULL, NULL);
}

void write_linear_expression(struct program_writer *writer, int64_t constant, unsigned int count,
                             const int64_t coefficients[], const uint32_t witnesses[])
{
    write_list(writer, 3);
    write_list(writer, 0);
    write_list(writer, count);
    for (unsigned int index = 0; index < count; index++) {
        write_list(writer, 2);
        write_field(writer, coefficients[index]);
        write_number(writer, witnesses[index]);
    }
    write_field(writer, constant);
}

void write_circuit_start(struct program_writer *writer, const char *name, unsigned int opcode_count)
{
    write_list(writer, 6);
    write_text(writer, name);
    write_list(writer, opcode_count);
}

static void write_range(struct program_writer *writer, unsigned int count)
{
    write_list(writer, count);
    for (unsigned int index = 0; index < count; index++)
        write_number(writer, index);
}

void write_circuit_end(struct program_writer *writer, unsigned int private_count,
                       unsigned int public_count, unsigned int return_count)
{
    write_range(writer, private_count);
    write_range(writer, public_count);
    write_range(writer, return_count);
    write_list(writer, 0);
}

void write_direct(struct program_writer *writer, uint32_t offset)
{
    write_variant(writer, "Direct");
    write_number(writer, offset);
}
