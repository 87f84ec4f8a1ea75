#include "noir/acir/decode_internal.h"

#include "base/check.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void decode_memory_operation(struct decoder *decoder,
                                    struct acir_memory_operation *operation)
{
    reader_list_of(&decoder->reader, 2, "MemoryOp");
    operation->block = decode_block(decoder);
    reader_list_of(&decoder->reader, 3, "the operation of a MemoryOp");
    operation->is_write = reader_bool(&decoder->reader);
    operation->index = decode_witness(decoder);
    operation->value = decode_witness(decoder);
}

static void decode_memory_initialisation(struct decoder *decoder,
                                         struct acir_memory_initialisation *initialisation)
{
    enum { MEMORY };
    static const struct reader_variant kinds[] = {
        {"Memory", false}, {"CallData", true}, {"ReturnData", false}};
    struct reader *reader = &decoder->reader;
    reader_list_of(reader, 3, "MemoryInit");
    initialisation->block = decode_block(decoder);
    initialisation->values = decode_witnesses(decoder);
    size_t kind = reader_variant(reader, kinds, LENGTH(kinds), "memory block");
    initialisation->is_memory = kind == MEMORY;
    if (kinds[kind].has_payload)
        (void)reader_u32(reader);
}

static void decode_brillig_input(struct decoder *decoder, struct acir_brillig_input *input)
{
    enum { SINGLE, ARRAY, MEMORY_ARRAY };
    static const struct reader_variant kinds[] = {
        {"Single", true}, {"Array", true}, {"MemoryArray", true}};
    struct reader *reader = &decoder->reader;
    size_t kind = reader_variant(reader, kinds, LENGTH(kinds), "Brillig input");
    if (kind == MEMORY_ARRAY) {
        input->kind = ACIR_INPUT_BLOCK;
        input->block = decode_block(decoder);
        return;
    }
    input->kind = ACIR_INPUT_EXPRESSIONS;
    uint32_t count = kind == SINGLE ? 1 : reader_list(reader, EXPRESSION_BYTES);
    struct acir_expression *expressions = reader_allocate(reader, count, sizeof(*expressions));
    for (uint32_t index = 0; index < count && !reader_failed(reader); index++)
        decode_expression(decoder, &expressions[index]);
    input->expressions = expressions;
    input->expression_count = count;
}

/* Reads the outputs of a Brillig call into indices, when it is not NULL; returns their number. */
static uint32_t walk_brillig_outputs(struct decoder *decoder, uint32_t *indices)
{
    enum { SIMPLE, ARRAY };
    static const struct reader_variant kinds[] = {{"Simple", true}, {"Array", true}};
    struct reader *reader = &decoder->reader;
    uint32_t total = 0;
    uint32_t outputs = reader_list(reader, BRILLIG_OUTPUT_BYTES);
    for (uint32_t output = 0; output < outputs && !reader_failed(reader); output++) {
        size_t kind = reader_variant(reader, kinds, LENGTH(kinds), "Brillig output");
        uint32_t count = kind == ARRAY ? reader_list(reader, WITNESS_BYTES) : 1;
        for (uint32_t index = 0; index < count; index++) {
            uint32_t witness = decode_witness(decoder);
            if (indices != NULL)
                indices[total] = witness;
            total++;
        }
    }
    return total;
}

/* They are read twice, because their number is known only at the end. */
static struct acir_witnesses decode_brillig_outputs(struct decoder *decoder)
{
    size_t start = decoder->reader.position;
    uint32_t count = walk_brillig_outputs(decoder, NULL);
    uint32_t *indices = reader_allocate(&decoder->reader, count, sizeof(*indices));
    if (indices == NULL)
        return (struct acir_witnesses){NULL, 0};
    decoder->reader.position = start;
    (void)walk_brillig_outputs(decoder, indices);
    return (struct acir_witnesses){indices, count};
}

static const struct acir_brillig_call *decode_brillig_call(struct decoder *decoder)
{
    struct reader *reader = &decoder->reader;
    reader_list_of(reader, 4, "BrilligCall");
    struct acir_brillig_call *call = reader_allocate(reader, 1, sizeof(*call));
    if (call == NULL)
        return NULL;
    call->function = reader_u32(reader);
    if (call->function >= decoder->brillig_count_needed) {
        if (call->function == UINT32_MAX)
            reader_refuse(reader, "Brillig function %u does not exist", call->function);
        else
            decoder->brillig_count_needed = call->function + 1;
    }
    call->input_count = reader_list(reader, BRILLIG_INPUT_BYTES);
    struct acir_brillig_input *inputs = reader_allocate(reader, call->input_count, sizeof(*inputs));
    for (uint32_t index = 0; index < call->input_count && !reader_failed(reader); index++)
        decode_brillig_input(decoder, &inputs[index]);
    call->inputs = inputs;
    call->outputs = decode_brillig_outputs(decoder);
    decode_expression(decoder, &call->predicate);
    return call;
}

static const struct acir_call *decode_call(struct decoder *decoder)
{
    struct reader *reader = &decoder->reader;
    reader_list_of(reader, 4, "Call");
    struct acir_call *call = reader_allocate(reader, 1, sizeof(*call));
    if (call == NULL)
        return NULL;
    call->function = reader_u32(reader);
    if (call->function == 0)
        reader_refuse(reader, "Attempted to call `main` with a `Call` opcode");
    else if (call->function >= decoder->circuit_count)
        reader_refuse(reader, "circuit function %u does not exist", call->function);
    call->inputs = decode_witnesses(decoder);
    call->outputs = decode_witnesses(decoder);
    decode_expression(decoder, &call->predicate);
    return call;
}

void decode_opcode(struct decoder *decoder, struct acir_opcode *opcode)
{
    /* In the order of enum acir_opcode_kind. */
    static const struct reader_variant kinds[] = {{"AssertZero", true},  {"BlackBoxFuncCall", true},
                                                  {"MemoryOp", true},    {"MemoryInit", true},
                                                  {"BrilligCall", true}, {"Call", true}};
    opcode->kind = (enum acir_opcode_kind)reader_variant(&decoder->reader, kinds, LENGTH(kinds),
                                                         "circuit opcode");
    switch (opcode->kind) {
    case ACIR_ASSERT_ZERO:
        decode_expression(decoder, &opcode->as.assert_zero);
        return;
    case ACIR_BLACK_BOX:
        opcode->as.black_box = decode_black_box(decoder);
        return;
    case ACIR_MEMORY_OPERATION:
        decode_memory_operation(decoder, &opcode->as.memory_operation);
        return;
    case ACIR_MEMORY_INITIALISATION:
        decode_memory_initialisation(decoder, &opcode->as.memory_initialisation);
        return;
    case ACIR_BRILLIG_CALL:
        opcode->as.brillig_call = decode_brillig_call(decoder);
        return;
    case ACIR_CALL:
        opcode->as.call = decode_call(decoder);
        return;
    }
    NOT_REACHED("a circuit opcode of no kind");
}

static void decode_payload_part(struct decoder *decoder, struct acir_payload_part *part)
{
    enum { EXPRESSION, MEMORY };
    static const struct reader_variant kinds[] = {{"Expression", true}, {"Memory", true}};
    part->is_block = reader_variant(&decoder->reader, kinds, LENGTH(kinds),
                                    "part of an assertion message") == MEMORY;
    if (part->is_block)
        part->block = decode_block(decoder);
    else
        decode_expression(decoder, &part->expression);
}

/* True when it is of a circuit opcode; messages of Brillig locations have no effect. */
static bool decode_assertion(struct decoder *decoder, struct acir_assertion *assertion)
{
    enum { ACIR, BRILLIG };
    static const struct reader_variant kinds[] = {{"Acir", true}, {"Brillig", true}};
    struct reader *reader = &decoder->reader;
    reader_list_of(reader, 2, "an assertion message");
    bool is_brillig = reader_variant(reader, kinds, LENGTH(kinds), "opcode location") == BRILLIG;
    if (is_brillig)
        reader_list_of(reader, 2, "a Brillig location");
    assertion->opcode = reader_u32(reader);
    if (is_brillig)
        (void)reader_u32(reader);
    reader_list_of(reader, 2, "an assertion payload");
    assertion->selector = reader_u64(reader);
    assertion->part_count = reader_list(reader, PART_BYTES);
    struct acir_payload_part *parts =
        reader_allocate(reader, assertion->part_count, sizeof(*parts));
    for (uint32_t index = 0; index < assertion->part_count && !reader_failed(reader); index++)
        decode_payload_part(decoder, &parts[index]);
    assertion->parts = parts;
    return !is_brillig;
}

static void decode_assertions(struct decoder *decoder, struct acir_circuit *circuit)
{
    struct reader *reader = &decoder->reader;
    uint32_t count = reader_list(reader, ASSERTION_BYTES);
    struct acir_assertion *assertions = reader_allocate(reader, count, sizeof(*assertions));
    uint32_t kept = 0;
    for (uint32_t index = 0; index < count && !reader_failed(reader); index++) {
        if (decode_assertion(decoder, &assertions[kept]))
            kept++;
    }
    circuit->assertions = assertions;
    circuit->assertion_count = kept;
}

/* Raises *count to what was met since the last call. */
static void raise_witness_count(struct decoder *decoder, uint32_t *count)
{
    if (decoder->witness_count > *count)
        *count = decoder->witness_count;
    decoder->witness_count = 0;
}

/* Two lists that follow each other from there on, as one. They have been read before. */
static struct acir_witnesses decode_again(struct decoder *decoder, size_t position)
{
    struct reader *reader = &decoder->reader;
    if (reader_failed(reader))
        return (struct acir_witnesses){NULL, 0};
    reader->position = position;
    struct acir_witnesses first = decode_witnesses(decoder);
    struct acir_witnesses second = decode_witnesses(decoder);
    uint32_t *both = reader_allocate(reader, (size_t)first.count + second.count, sizeof(*both));
    if (both == NULL)
        return (struct acir_witnesses){NULL, 0};
    for (uint32_t i = 0; i < first.count; i++)
        both[i] = first.indices[i];
    for (uint32_t i = 0; i < second.count; i++)
        both[first.count + i] = second.indices[i];
    return (struct acir_witnesses){both, first.count + second.count};
}

void decode_circuit(struct decoder *decoder, struct acir_circuit *circuit)
{
    struct reader *reader = &decoder->reader;
    decoder->witness_count = 0;
    decoder->block_count = 0;
    reader_list_of(reader, 6, "a circuit");
    circuit->name = reader_copy_text(reader, reader_text(reader));
    uint32_t count = reader_list(reader, OPCODE_BYTES);
    struct acir_opcode *opcodes = reader_allocate(reader, count, sizeof(*opcodes));
    for (uint32_t index = 0; index < count && !reader_failed(reader); index++)
        decode_opcode(decoder, &opcodes[index]);
    circuit->opcodes = opcodes;
    circuit->opcode_count = count;

    /* The prover counts neither private parameters nor messages: see acir_inspection. */
    uint32_t prover_count = 0;
    uint32_t other_count = 0;
    raise_witness_count(decoder, &prover_count);
    circuit->private_parameters = decode_witness_set(decoder);
    raise_witness_count(decoder, &other_count);
    size_t public_position = reader->position;
    circuit->public_parameters = decode_witness_set(decoder);
    circuit->return_values = decode_witness_set(decoder);
    circuit->public_inputs = decode_again(decoder, public_position);
    raise_witness_count(decoder, &prover_count);
    decode_assertions(decoder, circuit);
    raise_witness_count(decoder, &other_count);

    circuit->prover_witness_count = prover_count > 0 ? prover_count : 1;
    circuit->witness_count = prover_count > other_count ? prover_count : other_count;
    circuit->block_count = decoder->block_count;
}
