/* AND and XOR: words of 32 bits, looked up in slices. */
#include "ultrahonk/circuit/builder_internal.h"

enum {
    WORD_BITS = 32,
    SLICES = 6, /* of a word: five of 6 bits, and one of 2 */
    SLICE_BITS = 6,
    LAST_SLICE_BITS = 2
};

uint32_t table_length(enum table_kind kind)
{
    bool is_wide = kind == TABLE_AND_6 || kind == TABLE_XOR_6;
    return 1U << 2 * (is_wide ? SLICE_BITS : LAST_SLICE_BITS);
}

struct table_row table_row(enum table_kind kind, uint32_t row)
{
    bool is_wide = kind == TABLE_AND_6 || kind == TABLE_XOR_6;
    uint32_t bits = is_wide ? SLICE_BITS : LAST_SLICE_BITS;
    uint32_t left = row >> bits;
    uint32_t right = row & ((1U << bits) - 1);
    bool is_xor = kind == TABLE_XOR_6 || kind == TABLE_XOR_2;
    return (struct table_row){{left, right, is_xor ? left ^ right : left & right}};
}

static uint32_t apply(bool is_xor, uint32_t left, uint32_t right)
{
    return is_xor ? left ^ right : left & right;
}

/* Row `slice` of a word's lookup. */
static void look_up_slice(struct builder *builder, bool is_xor, uint32_t slice,
                          const uint32_t wires[3], const uint32_t numbers[2])
{
    bool is_last = slice + 1 == SLICES;
    uint32_t bits = is_last ? LAST_SLICE_BITS : SLICE_BITS;
    uint32_t mask = (1U << bits) - 1;
    enum table_kind wide = is_xor ? TABLE_XOR_6 : TABLE_AND_6;
    enum table_kind narrow = is_xor ? TABLE_XOR_2 : TABLE_AND_2;
    uint32_t table = builder_table(builder, is_last ? narrow : wide);
    struct field step = is_last ? FIELD_ZERO : negated(small(1U << SLICE_BITS));
    builder_read(builder, table, (numbers[0] & mask) << bits | (numbers[1] & mask));
    builder_gate(builder, BLOCK_LOOKUP,
                 &(struct gate){.wires = {wires[0], wires[1], wires[2], builder->zero},
                                .selector = 1,
                                .q_o = small(table + 1),
                                .q_r = step,
                                .q_m = step,
                                .q_c = step});
}

/* The variable that is the operation of two words. */
static uint32_t look_up_word(struct builder *builder, bool is_xor, const uint32_t words[2],
                             const uint32_t numbers[2])
{
    const uint32_t result = apply(is_xor, numbers[0], numbers[1]);
    uint32_t whole = 0;
    for (uint32_t slice = 0; slice < SLICES; slice++) {
        const uint32_t shift = SLICE_BITS * slice;
        const uint32_t parts[2] = {numbers[0] >> shift, numbers[1] >> shift};
        uint32_t wires[3];
        for (size_t i = 0; i < 2; i++)
            wires[i] = slice == 0 ? words[i] : builder_variable(builder, small(parts[i]));
        wires[2] = builder_variable(builder, small(result >> shift));
        if (slice == 0)
            whole = wires[2];
        look_up_slice(builder, is_xor, slice, wires, parts);
    }
    return whole;
}

static struct field power_of_word(uint32_t word)
{
    struct integer256 number = {{0}};
    struct field power;
    number.limbs[word / 2] = word % 2 == 0 ? 1 : UINT64_C(1) << WORD_BITS;
    field_from_integer_reduced(&power, &number);
    return power;
}

/* sum += word * 2^(32 * index), as a new variable; the first word is the sum itself. */
static void add_word(struct builder *builder, uint32_t *sum, uint32_t word, uint32_t index)
{
    *sum = index == 0 ? word : builder_sum(builder, *sum, word, power_of_word(index));
}

static uint32_t number_of_word(const struct builder *builder, uint32_t variable, uint32_t index,
                               uint32_t bits)
{
    struct integer256 number;
    struct field value = builder_value(builder, variable);
    field_to_integer(&number, &value);
    uint64_t word = number.limbs[index / 2] >> (index % 2 * WORD_BITS);
    return (uint32_t)(word & ((UINT64_C(1) << bits) - 1));
}

static void do_words(struct builder *builder, const struct acir_black_box *box,
                     const uint32_t inputs[2])
{
    const bool is_xor = box->kind == ACIR_XOR;
    const uint32_t count = (box->bits + WORD_BITS - 1) / WORD_BITS;
    uint32_t sums[3] = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bits = i + 1 < count ? WORD_BITS : box->bits - WORD_BITS * i;
        uint32_t numbers[2];
        uint32_t words[2];
        for (size_t j = 0; j < 2; j++) {
            numbers[j] = number_of_word(builder, inputs[j], i, bits);
            words[j] = builder_variable(builder, small(numbers[j]));
        }
        uint32_t result = look_up_word(builder, is_xor, words, numbers);
        add_word(builder, &sums[0], words[0], i);
        add_word(builder, &sums[1], words[1], i);
        for (size_t j = 0; j < 2 && bits < WORD_BITS; j++)
            builder_limbs(builder, words[j], bits);
        add_word(builder, &sums[2], result, i);
    }
    builder_equal(builder, inputs[0], sums[0]);
    builder_equal(builder, inputs[1], sums[1]);
    builder_equal(builder, sums[2], box->outputs.indices[0]);
}

/* The operation of two numbers, of which `bits` bits count. */
static struct field fold(const struct acir_black_box *box)
{
    struct integer256 numbers[2];
    struct field result;
    for (size_t i = 0; i < 2; i++)
        field_to_integer(&numbers[i], &box->lists[i].inputs[0].constant);
    for (uint32_t i = 0; i < INTEGER256_LIMBS; i++) {
        uint32_t left = box->bits > 64 * i ? box->bits - 64 * i : 0;
        uint64_t mask = left >= 64 ? UINT64_MAX : (UINT64_C(1) << left) - 1;
        numbers[0].limbs[i] =
            mask & (box->kind == ACIR_XOR ? numbers[0].limbs[i] ^ numbers[1].limbs[i]
                                          : numbers[0].limbs[i] & numbers[1].limbs[i]);
    }
    field_from_integer_reduced(&result, &numbers[0]);
    return result;
}

void rule_logic(struct builder *builder, const struct acir_black_box *box)
{
    const struct acir_input *inputs[2] = {&box->lists[0].inputs[0], &box->lists[1].inputs[0]};
    uint32_t variables[2];
    if (inputs[0]->is_constant && inputs[1]->is_constant) {
        builder_equal(builder, box->outputs.indices[0], builder_constant(builder, fold(box)));
        return;
    }
    for (size_t i = 0; i < 2; i++)
        variables[i] = inputs[i]->is_constant ? builder_constant(builder, inputs[i]->constant)
                                              : inputs[i]->witness;
    do_words(builder, box, variables);
}
