#include "noir/acir/decode_internal.h"

#include "base/check.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The opcodes of the format, in the order of `names`. */
enum format_opcode {
    FORMAT_BINARY_FIELD_OPERATION,
    FORMAT_BINARY_INTEGER_OPERATION,
    FORMAT_NOT,
    FORMAT_CAST,
    FORMAT_JUMP_IF,
    FORMAT_JUMP,
    FORMAT_CALLDATA_COPY,
    FORMAT_CALL,
    FORMAT_CONST,
    FORMAT_INDIRECT_CONST,
    FORMAT_RETURN,
    FORMAT_FOREIGN_CALL,
    FORMAT_MOVE,
    FORMAT_CONDITIONAL_MOVE,
    FORMAT_LOAD,
    FORMAT_STORE,
    FORMAT_BLACK_BOX,
    FORMAT_TRAP,
    FORMAT_STOP
};

static const struct reader_variant names[] = {
    {"BinaryFieldOp", true}, {"BinaryIntOp", true},    {"Not", true},
    {"Cast", true},          {"JumpIf", true},         {"Jump", true},
    {"CalldataCopy", true},  {"Call", true},           {"Const", true},
    {"IndirectConst", true}, {"Return", false},        {"ForeignCall", true},
    {"Mov", true},           {"ConditionalMov", true}, {"Load", true},
    {"Store", true},         {"BlackBox", true},       {"Trap", true},
    {"Stop", true},
};

/* The kind that an opcode of the format becomes, and what it consists of. */
enum tail { TAIL_NONE, TAIL_TYPE, TAIL_INTEGER_TYPE, TAIL_LABEL, TAIL_CONSTANT, TAIL_CONDITION };

struct layout {
    enum brillig_opcode_kind kind;
    uint32_t addresses; /* come first */
    enum tail tail;     /* comes after them */
};

/* Only of the opcodes that are addresses and a tail. */
static const struct layout layouts[LENGTH(names)] = {
    [FORMAT_NOT] = {BRILLIG_NOT, 2, TAIL_INTEGER_TYPE},
    [FORMAT_CAST] = {BRILLIG_CAST, 2, TAIL_TYPE},
    [FORMAT_JUMP_IF] = {BRILLIG_JUMP_IF, 1, TAIL_LABEL},
    [FORMAT_JUMP] = {BRILLIG_JUMP, 0, TAIL_LABEL},
    [FORMAT_CALLDATA_COPY] = {BRILLIG_CALLDATA_COPY, 3, TAIL_NONE},
    [FORMAT_CALL] = {BRILLIG_CALL, 0, TAIL_LABEL},
    [FORMAT_CONST] = {BRILLIG_CONSTANT, 1, TAIL_CONSTANT},
    [FORMAT_INDIRECT_CONST] = {BRILLIG_INDIRECT_CONSTANT, 1, TAIL_CONSTANT},
    [FORMAT_MOVE] = {BRILLIG_MOVE, 2, TAIL_NONE},
    [FORMAT_CONDITIONAL_MOVE] = {BRILLIG_CONDITIONAL_MOVE, 3, TAIL_CONDITION},
    [FORMAT_LOAD] = {BRILLIG_LOAD, 2, TAIL_NONE},
    [FORMAT_STORE] = {BRILLIG_STORE, 2, TAIL_NONE},
};

struct brillig_address decode_address(struct decoder *decoder)
{
    enum { DIRECT, RELATIVE };
    static const struct reader_variant kinds[] = {{"Direct", true}, {"Relative", true}};
    size_t kind = reader_variant(&decoder->reader, kinds, LENGTH(kinds), "memory address");
    uint32_t offset = reader_u32(&decoder->reader);
    return (struct brillig_address){offset, kind == RELATIVE ? UINT32_MAX : 0};
}

struct brillig_heap_array decode_heap_array(struct decoder *decoder)
{
    reader_list_of(&decoder->reader, 2, "a heap array");
    struct brillig_heap_array array = {0};
    array.pointer = decode_address(decoder);
    array.size = reader_u32(&decoder->reader);
    return array;
}

enum brillig_type decode_integer_type(struct decoder *decoder)
{
    static const struct reader_variant sizes[] = {{"U1", false},  {"U8", false},  {"U16", false},
                                                  {"U32", false}, {"U64", false}, {"U128", false}};
    size_t size = reader_variant(&decoder->reader, sizes, LENGTH(sizes), "integer size");
    return (enum brillig_type)(BRILLIG_U1 + size);
}

enum brillig_type decode_type(struct decoder *decoder)
{
    enum { FIELD, INTEGER };
    static const struct reader_variant kinds[] = {{"Field", false}, {"Integer", true}};
    size_t kind = reader_variant(&decoder->reader, kinds, LENGTH(kinds), "bit size");
    return kind == INTEGER ? decode_integer_type(decoder) : BRILLIG_FIELD;
}

static unsigned int type_bits(enum brillig_type type)
{
    static const unsigned int bits[] = {FIELD_BITS, 1, 8, 16, 32, 64, 128};
    return bits[type];
}

static void decode_constant(struct decoder *decoder, struct brillig_opcode *opcode)
{
    struct reader *reader = &decoder->reader;
    struct brillig_value *constant = reader_allocate(reader, 1, sizeof(*constant));
    if (constant == NULL)
        return;
    constant->type = decode_type(decoder);
    reader_field(reader, &constant->as.field);
    if (constant->type != BRILLIG_FIELD) {
        struct integer256 integer;
        field_to_integer(&integer, &constant->as.field);
        if (integer256_bit_length(&integer) > type_bits(constant->type))
            reader_refuse(reader, "a constant does not fit its type of %u bits",
                          type_bits(constant->type));
        constant->as.field = FIELD_ZERO;
        constant->as.integer[0] = integer.limbs[0];
        constant->as.integer[1] = integer.limbs[1];
    }
    opcode->type = constant->type;
    opcode->as.constant = constant;
}

static void decode_tail(struct decoder *decoder, struct brillig_opcode *opcode, enum tail tail)
{
    switch (tail) {
    case TAIL_NONE:
        return;
    case TAIL_TYPE:
        opcode->type = decode_type(decoder);
        return;
    case TAIL_INTEGER_TYPE:
        opcode->type = decode_integer_type(decoder);
        return;
    case TAIL_LABEL:
        opcode->as.label = reader_u32(&decoder->reader);
        return;
    case TAIL_CONSTANT:
        decode_constant(decoder, opcode);
        return;
    case TAIL_CONDITION:
        opcode->as.condition = decode_address(decoder);
        return;
    }
    NOT_REACHED("a tail of no kind");
}

static void decode_regular(struct decoder *decoder, struct brillig_opcode *opcode, size_t format)
{
    const struct layout *layout = &layouts[format];
    uint32_t parts = layout->addresses + (layout->tail == TAIL_NONE ? 0 : 1);
    /* A constant is two parts, its type and its value. */
    if (layout->tail == TAIL_CONSTANT)
        parts++;
    reader_list_of(&decoder->reader, parts, names[format].name);
    opcode->kind = layout->kind;
    for (uint32_t index = 0; index < layout->addresses; index++)
        opcode->operands[index] = decode_address(decoder);
    decode_tail(decoder, opcode, layout->tail);
}

static void decode_field_operation(struct decoder *decoder, struct brillig_opcode *opcode)
{
    /* In the order of enum brillig_opcode_kind. */
    static const struct reader_variant operations[] = {
        {"Add", false},        {"Sub", false},    {"Mul", false},      {"Div", false},
        {"IntegerDiv", false}, {"Equals", false}, {"LessThan", false}, {"LessThanEquals", false}};
    struct reader *reader = &decoder->reader;
    reader_list_of(reader, 4, "BinaryFieldOp");
    opcode->operands[0] = decode_address(decoder);
    size_t operation = reader_variant(reader, operations, LENGTH(operations), "field operation");
    opcode->kind = (enum brillig_opcode_kind)(BRILLIG_FIELD_ADD + operation);
    opcode->operands[1] = decode_address(decoder);
    opcode->operands[2] = decode_address(decoder);
}

static void decode_integer_operation(struct decoder *decoder, struct brillig_opcode *opcode)
{
    /* In the order of enum brillig_opcode_kind. */
    static const struct reader_variant operations[] = {{"Add", false},
                                                       {"Sub", false},
                                                       {"Mul", false},
                                                       {"Div", false},
                                                       {"Equals", false},
                                                       {"LessThan", false},
                                                       {"LessThanEquals", false},
                                                       {"And", false},
                                                       {"Or", false},
                                                       {"Xor", false},
                                                       {"Shl", false},
                                                       {"Shr", false}};
    struct reader *reader = &decoder->reader;
    reader_list_of(reader, 5, "BinaryIntOp");
    opcode->operands[0] = decode_address(decoder);
    size_t operation = reader_variant(reader, operations, LENGTH(operations), "integer operation");
    opcode->kind = (enum brillig_opcode_kind)(BRILLIG_INTEGER_ADD + operation);
    opcode->type = decode_integer_type(decoder);
    opcode->operands[1] = decode_address(decoder);
    opcode->operands[2] = decode_address(decoder);
}

/* Trap and Stop: one part, a heap vector of pointer and size. */
static void decode_heap_vector(struct decoder *decoder, struct brillig_opcode *opcode,
                               enum brillig_opcode_kind kind)
{
    reader_list_of(&decoder->reader, 1, "Stop or Trap");
    reader_list_of(&decoder->reader, 2, "a heap vector");
    opcode->kind = kind;
    opcode->operands[0] = decode_address(decoder);
    opcode->operands[1] = decode_address(decoder);
}

static void decode_brillig_opcode(struct decoder *decoder, struct brillig_opcode *opcode)
{
    size_t format = reader_variant(&decoder->reader, names, LENGTH(names), "Brillig opcode");
    switch (format) {
    case FORMAT_BINARY_FIELD_OPERATION:
        decode_field_operation(decoder, opcode);
        return;
    case FORMAT_BINARY_INTEGER_OPERATION:
        decode_integer_operation(decoder, opcode);
        return;
    case FORMAT_RETURN:
        opcode->kind = BRILLIG_RETURN;
        return;
    case FORMAT_FOREIGN_CALL:
        opcode->kind = BRILLIG_PRINT;
        decode_foreign_call(decoder);
        return;
    case FORMAT_BLACK_BOX:
        opcode->kind = BRILLIG_BLACK_BOX;
        opcode->as.black_box = decode_brillig_black_box(decoder);
        return;
    case FORMAT_TRAP:
        decode_heap_vector(decoder, opcode, BRILLIG_TRAP);
        return;
    case FORMAT_STOP:
        decode_heap_vector(decoder, opcode, BRILLIG_STOP);
        return;
    default:
        decode_regular(decoder, opcode, format);
        return;
    }
}

void decode_brillig_function(struct decoder *decoder, struct brillig_function *function)
{
    struct reader *reader = &decoder->reader;
    reader_list_of(reader, 2, "a Brillig function");
    function->name = reader_copy_text(reader, reader_text(reader));
    uint32_t count = reader_list(reader, BRILLIG_OPCODE_BYTES);
    if (count == 0)
        reader_refuse(reader, "a Brillig function without opcodes");
    struct brillig_opcode *opcodes = reader_allocate(reader, count, sizeof(*opcodes));
    for (uint32_t index = 0; index < count && !reader_failed(reader); index++)
        decode_brillig_opcode(decoder, &opcodes[index]);
    function->opcodes = opcodes;
    function->opcode_count = count;
}
