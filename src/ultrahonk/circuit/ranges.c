/* RANGE, and the lists of small numbers that it comes down to. */
#include <stdlib.h>

#include "base/check.h"
#include "ultrahonk/circuit/builder_internal.h"

enum {
    LIMB_BITS = 14,
    LIMB_TOP = (1 << LIMB_BITS) - 1,
    LIMBS_OF_A_GATE = 3,
    STEP = 3, /* how far the numbers of a list are apart */
    SHIFT_BITS = 256
};

/* What a small() did, on the tape. */
enum { MADE_A_LIST = 1, MADE_A_COPY = 2 };

/* 2^exponent, as a shift of 256 bits gives it. */
static struct field power_of_two(uint32_t exponent)
{
    struct integer256 number = {{0}};
    struct field power;
    if (exponent >= SHIFT_BITS)
        return FIELD_ZERO;
    number.limbs[exponent / 64] = UINT64_C(1) << exponent % 64;
    field_from_integer_reduced(&power, &number);
    return power;
}

static uint32_t own_count(uint32_t top)
{
    return top / STEP + 2;
}

/* The first list whose top is not below. */
static uint32_t place_of(const struct builder *builder, uint32_t top)
{
    uint32_t low = 0;
    uint32_t high = builder->made.lists;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (builder->trace->lists[middle].top < top)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Rows of four, filled up with zeros. */
static void place_own(struct builder *builder, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count && !builder_failed(builder); i += TRACE_WIRES) {
        struct gate gate = {.selector = 0};
        for (uint32_t j = 0; j < TRACE_WIRES; j++)
            gate.wires[j] = i + j < count ? first + i + j : builder->zero;
        builder_gate(builder, BLOCK_ARITHMETIC, &gate);
    }
}

static void make_own(struct builder *builder, uint32_t top, uint32_t tag)
{
    uint32_t first = builder->made.variables;
    uint32_t count = own_count(top);
    for (uint32_t i = 0; i < count && !builder_failed(builder); i++) {
        uint32_t number = i + 1 < count ? STEP * i : top;
        builder_tag(builder, builder_variable(builder, small(number)), tag);
    }
    place_own(builder, first, count);
}

static void insert_list(struct builder *builder, uint32_t place, uint32_t top, uint32_t tag)
{
    struct range_list *lists = builder->trace->lists;
    for (uint32_t i = builder->made.lists++; i > place; i--)
        lists[i] = lists[i - 1];
    lists[place] = (struct range_list){.top = top,
                                       .tag = tag,
                                       .own = builder->made.variables,
                                       .own_count = own_count(top),
                                       .members = UINT32_MAX};
}

/* Whether there is none yet, as far as measuring can tell without memory. */
static bool measure_list(struct builder *builder, uint32_t top)
{
    bool is_new;
    if (top <= LIMB_TOP) {
        uint8_t bit = (uint8_t)(1U << top % 8);
        is_new = (builder->tops[top / 8] & bit) == 0;
        builder->tops[top / 8] |= bit;
    } else {
        is_new = builder->other_top != top;
        builder->other_top = top;
    }
    if (is_new) {
        builder->made.lists++;
        builder->measured_own += own_count(top);
    }
    return is_new;
}

static void join(struct builder *builder, struct range_list *list, uint32_t variable)
{
    builder_tag(builder, variable, list->tag);
    builder->next_member[variable] = list->members;
    list->members = variable;
    list->member_count++;
    builder->made.members++;
}

static uint32_t copy(struct builder *builder, uint32_t variable)
{
    uint32_t zero = builder->zero;
    uint32_t made = builder_variable(builder, builder_value(builder, variable));
    builder_arithmetic(builder, &(struct gate){.wires = {variable, made, zero, zero},
                                               .q_l = FIELD_ONE,
                                               .q_r = FIELD_MINUS_ONE});
    return made;
}

static uint32_t top_of_tag(const struct builder *builder, uint32_t tag)
{
    for (uint32_t i = 0; i < builder->made.lists; i++)
        if (builder->trace->lists[i].tag == tag)
            return builder->trace->lists[i].top;
    NOT_REACHED("a range of a variable whose tag is no list's");
}

/* Puts the variable on the list, unless it is on a tighter one; gives what goes on the tape. */
static uint32_t put(struct builder *builder, uint32_t place, uint32_t variable)
{
    struct range_list *list = &builder->trace->lists[place];
    uint32_t tag = builder->trace->tags[builder_class(builder, variable)];
    if (tag == list->tag)
        return 0;
    if (tag == 0) {
        join(builder, list, variable);
        return 0;
    }
    if (top_of_tag(builder, tag) < list->top)
        return 0;
    join(builder, list, copy(builder, variable));
    return MADE_A_COPY;
}

static void lay_small(struct builder *builder, uint32_t variable, uint32_t top, uint32_t *tape)
{
    uint32_t place = place_of(builder, top);
    bool is_new = place == builder->made.lists || builder->trace->lists[place].top != top;
    if (is_new) {
        uint32_t tag = builder_tags(builder);
        insert_list(builder, place, top, tag);
        make_own(builder, top, tag);
    }
    if (!builder_failed(builder))
        *tape = put(builder, place, variable) | (is_new ? MADE_A_LIST : 0);
}

static void check_small(struct builder *builder, uint32_t variable, uint32_t top)
{
    struct integer256 number;
    struct field value = builder_value(builder, variable);
    field_to_integer(&number, &value);
    if (number.limbs[0] > top || (number.limbs[1] | number.limbs[2] | number.limbs[3]) != 0)
        builder_fail(builder, TRACE_UNSATISFIED, "a number is not in its range");
}

void builder_small(struct builder *builder, uint32_t variable, uint32_t top)
{
    if (builder_failed(builder))
        return;
    uint32_t at = builder->made.tape++;
    if (builder->drive == DRIVE_LAYOUT) {
        lay_small(builder, variable, top, &builder->trace->tape[at]);
        return;
    }
    bool measures = builder->drive == DRIVE_MEASURE;
    bool made_list =
        measures ? measure_list(builder, top) : (builder->trace->tape[at] & MADE_A_LIST) != 0;
    if (made_list)
        make_own(builder, top, 0);
    if (measures || (builder->trace->tape[at] & MADE_A_COPY) != 0)
        (void)copy(builder, variable);
    builder->made.members += measures;
    if (builder_fills(builder))
        check_small(builder, variable, top);
}

/* So many bits of the number, from one on. */
static struct field bits_of(const struct integer256 *number, uint32_t from, uint32_t bits)
{
    uint64_t low = number->limbs[from / 64] >> from % 64;
    if (from % 64 != 0 && from / 64 + 1 < INTEGER256_LIMBS)
        low |= number->limbs[from / 64 + 1] << (64 - from % 64);
    return small(low & ((UINT64_C(1) << bits) - 1));
}

static void add_limbs(struct builder *builder, uint32_t variable, const uint32_t *limbs,
                      uint32_t count)
{
    uint32_t rest = variable;
    uint32_t gates = (count + LIMBS_OF_A_GATE - 1) / LIMBS_OF_A_GATE;
    for (uint32_t i = 0; i < gates; i++) {
        uint32_t wires[LIMBS_OF_A_GATE];
        uint32_t shift = LIMB_BITS * LIMBS_OF_A_GATE * i;
        for (uint32_t j = 0; j < LIMBS_OF_A_GATE; j++)
            wires[j] =
                LIMBS_OF_A_GATE * i + j < count ? limbs[LIMBS_OF_A_GATE * i + j] : builder->zero;
        struct gate gate = {.wires = {wires[0], wires[1], wires[2], rest},
                            .q_l = power_of_two(shift),
                            .q_r = power_of_two(shift + LIMB_BITS),
                            .q_o = power_of_two(shift + 2 * LIMB_BITS),
                            .q_4 = FIELD_MINUS_ONE};
        if (i + 1 < gates)
            rest = builder_carry(builder, &gate);
        else
            builder_arithmetic(builder, &gate);
    }
}

void builder_limbs(struct builder *builder, uint32_t variable, uint32_t bits)
{
    struct integer256 number;
    struct field value = builder_value(builder, variable);
    uint32_t count = (bits + LIMB_BITS - 1) / LIMB_BITS;
    uint32_t limbs[SHIFT_BITS / LIMB_BITS + 1];
    field_to_integer(&number, &value);
    CHECK(bits > 0 && bits < FIELD_BITS);
    for (uint32_t i = 0; i < count; i++) {
        bool is_cut = i + 1 == count && bits % LIMB_BITS != 0;
        limbs[i] = builder_variable(builder, bits_of(&number, LIMB_BITS * i, LIMB_BITS));
        builder_small(builder, limbs[i], is_cut ? (1U << bits % LIMB_BITS) - 1 : LIMB_TOP);
    }
    add_limbs(builder, variable, limbs, count);
}

void rule_range(struct builder *builder, const struct acir_black_box *box)
{
    uint32_t zero = builder->zero;
    uint32_t variable = box->lists[0].inputs[0].witness;
    if (box->bits == 1) {
        builder_arithmetic(builder, &(struct gate){.wires = {variable, variable, zero, zero},
                                                   .q_m = FIELD_ONE,
                                                   .q_l = FIELD_MINUS_ONE});
    } else if (box->bits <= LIMB_BITS) {
        /* The variable has to be somewhere in the trace. */
        builder_free_row(builder, BLOCK_ARITHMETIC, variable, zero, zero, zero);
        builder_small(builder, variable, (1U << box->bits) - 1);
    } else {
        builder_limbs(builder, variable, box->bits);
    }
}
