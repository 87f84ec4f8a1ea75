#include "noir/acir/decode_internal.h"

#include "base/check.h"

/* A part of a black box's payload, in the order of the format. */
enum part_kind {
    PART_END,
    PART_LIST,       /* a list of inputs */
    PART_INPUT,      /* one input: a list of one */
    PART_BITS,       /* the number of bits */
    PART_PROOF_TYPE, /* a number that nothing here depends on */
    PART_PREDICATE,  /* one input */
    PART_OUTPUTS,    /* a list of witnesses */
    PART_OUTPUT      /* one witness */
};

enum { ANY_LENGTH = 0, PARTS_MAX = 6 };

struct part {
    enum part_kind kind;
    uint32_t length; /* of PART_LIST and PART_OUTPUTS */
};

struct layout {
    enum acir_black_box_kind kind;
    struct part parts[PARTS_MAX + 1];
};

#define ECDSA_PARTS                                                                                \
    {                                                                                              \
        {PART_LIST, 32}, {PART_LIST, 32}, {PART_LIST, 64}, {PART_LIST, 32}, {PART_PREDICATE, 0},   \
            {PART_OUTPUT, 0},                                                                      \
    }
#define LOGIC_PARTS                                                                                \
    {                                                                                              \
        {PART_INPUT, 0}, {PART_INPUT, 0}, {PART_BITS, 0},                                          \
        {                                                                                          \
            PART_OUTPUT, 0                                                                         \
        }                                                                                          \
    }
#define BLAKE_PARTS                                                                                \
    {                                                                                              \
        {PART_LIST, ANY_LENGTH},                                                                   \
        {                                                                                          \
            PART_OUTPUTS, 32                                                                       \
        }                                                                                          \
    }

/* In the order of `names`. */
static const struct layout layouts[] = {
    {ACIR_AES128_ENCRYPT,
     {{PART_LIST, ANY_LENGTH}, {PART_LIST, 16}, {PART_LIST, 16}, {PART_OUTPUTS, ANY_LENGTH}}},
    {ACIR_AND, LOGIC_PARTS},
    {ACIR_XOR, LOGIC_PARTS},
    {ACIR_RANGE, {{PART_INPUT, 0}, {PART_BITS, 0}}},
    {ACIR_BLAKE2S, BLAKE_PARTS},
    {ACIR_BLAKE3, BLAKE_PARTS},
    {ACIR_ECDSA_SECP256K1, ECDSA_PARTS},
    {ACIR_ECDSA_SECP256R1, ECDSA_PARTS},
    {ACIR_MULTI_SCALAR_MULTIPLICATION,
     {{PART_LIST, ANY_LENGTH}, {PART_LIST, ANY_LENGTH}, {PART_PREDICATE, 0}, {PART_OUTPUTS, 2}}},
    {ACIR_EMBEDDED_CURVE_ADD,
     {{PART_LIST, 2}, {PART_LIST, 2}, {PART_PREDICATE, 0}, {PART_OUTPUTS, 2}}},
    {ACIR_KECCAK_F1600, {{PART_LIST, 25}, {PART_OUTPUTS, 25}}},
    {ACIR_RECURSIVE_AGGREGATION,
     {{PART_LIST, ANY_LENGTH},
      {PART_LIST, ANY_LENGTH},
      {PART_LIST, ANY_LENGTH},
      {PART_INPUT, 0},
      {PART_PROOF_TYPE, 0},
      {PART_PREDICATE, 0}}},
    {ACIR_POSEIDON2_PERMUTATION, {{PART_LIST, ANY_LENGTH}, {PART_OUTPUTS, ANY_LENGTH}}},
    {ACIR_SHA256_COMPRESSION, {{PART_LIST, 16}, {PART_LIST, 8}, {PART_OUTPUTS, 8}}},
};

static const struct reader_variant names[] = {
    {"AES128Encrypt", true},
    {"AND", true},
    {"XOR", true},
    {"RANGE", true},
    {"Blake2s", true},
    {"Blake3", true},
    {"EcdsaSecp256k1", true},
    {"EcdsaSecp256r1", true},
    {"MultiScalarMul", true},
    {"EmbeddedCurveAdd", true},
    {"Keccakf1600", true},
    {"RecursiveAggregation", true},
    {"Poseidon2Permutation", true},
    {"Sha256Compression", true},
};

enum { KINDS = sizeof(names) / sizeof(names[0]) };

_Static_assert(sizeof(layouts) / sizeof(layouts[0]) == KINDS, "one layout a name");

static void decode_input(struct decoder *decoder, struct acir_input *input)
{
    static const struct reader_variant kinds[] = {{"Constant", true}, {"Witness", true}};
    input->is_constant =
        reader_variant(&decoder->reader, kinds, sizeof(kinds) / sizeof(kinds[0]), "input") == 0;
    if (input->is_constant)
        reader_field(&decoder->reader, &input->constant);
    else
        input->witness = decode_witness(decoder);
}

static struct acir_inputs decode_inputs(struct decoder *decoder, uint32_t count)
{
    struct reader *reader = &decoder->reader;
    struct acir_input *inputs = reader_allocate(reader, count, sizeof(*inputs));
    for (uint32_t index = 0; index < count && !reader_failed(reader); index++)
        decode_input(decoder, &inputs[index]);
    return (struct acir_inputs){inputs, count};
}

static struct acir_inputs decode_input_list(struct decoder *decoder, uint32_t length,
                                            const char *name)
{
    uint32_t count = reader_list(&decoder->reader, INPUT_BYTES);
    if (length != ANY_LENGTH && count != length)
        reader_refuse(&decoder->reader, "%s has %u inputs in a list, not %u", name, count, length);
    return decode_inputs(decoder, count);
}

static struct acir_witnesses decode_outputs(struct decoder *decoder, uint32_t length,
                                            const char *name)
{
    struct acir_witnesses outputs = decode_witnesses(decoder);
    if (length != ANY_LENGTH && outputs.count != length)
        reader_refuse(&decoder->reader, "%s has %u outputs, not %u", name, outputs.count, length);
    return outputs;
}

static struct acir_witnesses decode_output(struct decoder *decoder)
{
    uint32_t *index = reader_allocate(&decoder->reader, 1, sizeof(*index));
    if (index == NULL)
        return (struct acir_witnesses){NULL, 0};
    *index = decode_witness(decoder);
    return (struct acir_witnesses){index, 1};
}

static void decode_part(struct decoder *decoder, struct acir_black_box *box,
                        const struct part *part, size_t *list, const char *name)
{
    switch (part->kind) {
    case PART_LIST:
        box->lists[(*list)++] = decode_input_list(decoder, part->length, name);
        return;
    case PART_INPUT:
        box->lists[(*list)++] = decode_inputs(decoder, 1);
        return;
    case PART_BITS:
        box->bits = reader_u32(&decoder->reader);
        return;
    case PART_PROOF_TYPE:
        (void)reader_u32(&decoder->reader);
        return;
    case PART_PREDICATE:
        decode_input(decoder, &box->predicate);
        return;
    case PART_OUTPUTS:
        box->outputs = decode_outputs(decoder, part->length, name);
        return;
    case PART_OUTPUT:
        box->outputs = decode_output(decoder);
        return;
    case PART_END:
        break;
    }
    NOT_REACHED("a part of no kind");
}

/* Lengths that depend on each other; the reference crashes on those that are wrong. */
static void check_lengths(struct decoder *decoder, const struct acir_black_box *box,
                          const char *name)
{
    if (box->kind == ACIR_MULTI_SCALAR_MULTIPLICATION &&
        (box->lists[0].count != box->lists[1].count || box->lists[0].count % 2 != 0))
        reader_refuse(&decoder->reader, "%s has %u coordinates and %u halves of scalars", name,
                      box->lists[0].count, box->lists[1].count);
    if (box->kind == ACIR_AES128_ENCRYPT && box->lists[0].count != box->outputs.count)
        reader_refuse(&decoder->reader, "%s has %u inputs and %u outputs", name,
                      box->lists[0].count, box->outputs.count);
}

const struct acir_black_box *decode_black_box(struct decoder *decoder)
{
    struct reader *reader = &decoder->reader;
    size_t variant = reader_variant(reader, names, KINDS, "black box");
    const struct layout *layout = &layouts[variant];
    uint32_t part_count = 0;
    while (layout->parts[part_count].kind != PART_END)
        part_count++;
    reader_list_of(reader, part_count, names[variant].name);

    struct acir_black_box *box = reader_allocate(reader, 1, sizeof(*box));
    if (box == NULL)
        return NULL;
    box->kind = layout->kind;
    size_t list = 0;
    for (uint32_t part = 0; part < part_count && !reader_failed(reader); part++)
        decode_part(decoder, box, &layout->parts[part], &list, names[variant].name);
    check_lengths(decoder, box, names[variant].name);
    return box;
}
