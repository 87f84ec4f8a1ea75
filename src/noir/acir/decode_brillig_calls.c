/* The Brillig opcodes that call out of the machine: black boxes and foreign functions. */
#include <string.h>

#include "noir/acir/decode_internal.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Deeper than any type the compiler writes; it bounds the recursion over types. */
enum { TYPE_DEPTH_MAX = 64, SHOWN_NAME_CHARACTERS = 64 };

/* A payload is addresses, then heap arrays, then addresses. */
struct layout {
    enum brillig_black_box_kind kind;
    uint32_t leading_addresses;
    uint32_t arrays;
    uint32_t trailing_addresses;
};

/* In the order of `names`. */
static const struct layout layouts[] = {
    {BRILLIG_AES128_ENCRYPT, 0, 4, 0},
    {BRILLIG_BLAKE2S, 0, 2, 0},
    {BRILLIG_BLAKE3, 0, 2, 0},
    {BRILLIG_KECCAK_F1600, 0, 2, 0},
    {BRILLIG_ECDSA_SECP256K1, 0, 4, 1},
    {BRILLIG_ECDSA_SECP256R1, 0, 4, 1},
    {BRILLIG_MULTI_SCALAR_MULTIPLICATION, 0, 3, 0},
    {BRILLIG_EMBEDDED_CURVE_ADD, 4, 1, 0},
    {BRILLIG_POSEIDON2_PERMUTATION, 0, 2, 0},
    {BRILLIG_SHA256_COMPRESSION, 0, 3, 0},
    {BRILLIG_TO_RADIX, 5, 0, 0},
};

static const struct reader_variant names[] = {
    {"AES128Encrypt", true},     {"Blake2s", true},          {"Blake3", true},
    {"Keccakf1600", true},       {"EcdsaSecp256k1", true},   {"EcdsaSecp256r1", true},
    {"MultiScalarMul", true},    {"EmbeddedCurveAdd", true}, {"Poseidon2Permutation", true},
    {"Sha256Compression", true}, {"ToRadix", true},
};

_Static_assert(LENGTH(names) == LENGTH(layouts), "one layout a name");

const struct brillig_black_box *decode_brillig_black_box(struct decoder *decoder)
{
    struct reader *reader = &decoder->reader;
    size_t variant = reader_variant(reader, names, LENGTH(names), "Brillig black box");
    const struct layout *layout = &layouts[variant];
    reader_list_of(reader, layout->leading_addresses + layout->arrays + layout->trailing_addresses,
                   names[variant].name);
    struct brillig_black_box *box = reader_allocate(reader, 1, sizeof(*box));
    if (box == NULL)
        return NULL;
    box->kind = layout->kind;
    uint32_t address = 0;
    for (uint32_t index = 0; index < layout->leading_addresses; index++)
        box->addresses[address++] = decode_address(decoder);
    for (uint32_t index = 0; index < layout->arrays; index++)
        box->arrays[index] = decode_heap_array(decoder);
    for (uint32_t index = 0; index < layout->trailing_addresses; index++)
        box->addresses[address++] = decode_address(decoder);
    return box;
}

static void skip_operand(struct decoder *decoder)
{
    enum { ADDRESS, ARRAY, VECTOR };
    static const struct reader_variant kinds[] = {
        {"MemoryAddress", true}, {"HeapArray", true}, {"HeapVector", true}};
    struct reader *reader = &decoder->reader;
    switch (reader_variant(reader, kinds, LENGTH(kinds), "foreign call operand")) {
    case ARRAY:
        (void)decode_heap_array(decoder);
        return;
    case VECTOR:
        reader_list_of(reader, 2, "a heap vector");
        (void)decode_address(decoder);
        (void)decode_address(decoder);
        return;
    default:
        (void)decode_address(decoder);
        return;
    }
}

static void skip_types(struct decoder *decoder, uint32_t depth)
{
    enum { SIMPLE, ARRAY, VECTOR };
    static const struct reader_variant kinds[] = {
        {"Simple", true}, {"Array", true}, {"Vector", true}};
    struct reader *reader = &decoder->reader;
    if (depth > TYPE_DEPTH_MAX)
        reader_refuse(reader, "a type is nested over %d deep", TYPE_DEPTH_MAX);
    uint32_t count = reader_list(reader, VALUE_BYTES);
    for (uint32_t index = 0; index < count && !reader_failed(reader); index++) {
        size_t kind = reader_variant(reader, kinds, LENGTH(kinds), "heap value type");
        if (kind == SIMPLE) {
            (void)decode_type(decoder);
            continue;
        }
        reader_list_of(reader, kind == ARRAY ? 2 : 1, "a heap type");
        skip_types(decoder, depth + 1);
        if (kind == ARRAY)
            (void)reader_u32(reader);
    }
}

static void skip_operands(struct decoder *decoder)
{
    uint32_t count = reader_list(&decoder->reader, VALUE_BYTES);
    for (uint32_t index = 0; index < count && !reader_failed(&decoder->reader); index++)
        skip_operand(decoder);
}

void decode_foreign_call(struct decoder *decoder)
{
    struct reader *reader = &decoder->reader;
    reader_list_of(reader, 5, "ForeignCall");
    struct reader_text text = reader_text(reader);
    const char *name = reader_copy_text(reader, text);
    bool is_print = !reader_failed(reader) && strcmp(name, "print") == 0;
    if (!is_print && decoder->foreign_call == NULL)
        decoder->foreign_call = name;
    uint32_t destinations = reader_list(reader, VALUE_BYTES);
    if (is_print && destinations != 0)
        reader_refuse(reader, "foreign call `print` has %u results, but gives none", destinations);
    for (uint32_t index = 0; index < destinations && !reader_failed(reader); index++)
        skip_operand(decoder);
    skip_types(decoder, 0);
    skip_operands(decoder);
    skip_types(decoder, 0);
}
