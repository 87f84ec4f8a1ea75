/* The Poseidon2 permutation: the first linear layer by arithmetic gates, then a row a round. */
#include "bn254/poseidon2.h"

#include "ultrahonk/circuit/builder_internal.h"

/* first + second_factor * second + third_factor * third, as a new variable. */
static uint32_t sum_of_three(struct builder *builder, uint32_t first, uint32_t second,
                             uint32_t third, uint64_t second_factor, uint64_t third_factor)
{
    const struct field factors[2] = {small(second_factor), small(third_factor)};
    struct field value = plus(times(factors[0], builder_value(builder, second)),
                              times(factors[1], builder_value(builder, third)));
    uint32_t sum = builder_variable(builder, plus(builder_value(builder, first), value));
    builder_arithmetic(builder, &(struct gate){.wires = {first, second, third, sum},
                                               .q_l = FIELD_ONE,
                                               .q_r = factors[0],
                                               .q_o = factors[1],
                                               .q_4 = FIELD_MINUS_ONE});
    return sum;
}

static void mix_first(struct builder *builder, uint32_t mixed[POSEIDON2_WIDTH],
                      const uint32_t inputs[POSEIDON2_WIDTH])
{
    uint32_t left = sum_of_three(builder, inputs[0], inputs[1], inputs[3], 1, 2);
    uint32_t right = sum_of_three(builder, inputs[2], inputs[1], inputs[3], 2, 1);
    mixed[1] = sum_of_three(builder, right, inputs[0], inputs[1], 4, 4);
    mixed[0] = builder_sum(builder, mixed[1], left, FIELD_ONE);
    mixed[3] = sum_of_three(builder, left, inputs[2], inputs[3], 4, 4);
    mixed[2] = builder_sum(builder, mixed[3], right, FIELD_ONE);
}

static struct field fifth_power(struct field element)
{
    return times(element, squared(squared(element)));
}

/* The state after a round, as new variables. */
static void make_state(struct builder *builder, uint32_t variables[POSEIDON2_WIDTH],
                       const struct field constants[POSEIDON2_WIDTH], bool is_full)
{
    struct field state[POSEIDON2_WIDTH];
    for (size_t i = 0; i < POSEIDON2_WIDTH; i++) {
        state[i] = builder_value(builder, variables[i]);
        if (is_full || i == 0)
            state[i] = fifth_power(plus(state[i], constants[i]));
    }
    if (is_full)
        poseidon2_mix_full(state);
    else
        poseidon2_mix_partial(state);
    for (size_t i = 0; i < POSEIDON2_WIDTH; i++)
        variables[i] = builder_variable(builder, state[i]);
}

static void place_state(struct builder *builder, enum trace_block block,
                        const uint32_t state[POSEIDON2_WIDTH])
{
    builder_free_row(builder, block, state[0], state[1], state[2], state[3]);
}

void rule_poseidon2(struct builder *builder, const struct acir_black_box *box)
{
    const enum trace_block external = BLOCK_POSEIDON2_EXTERNAL;
    const enum trace_block internal = BLOCK_POSEIDON2_INTERNAL;
    uint32_t state[POSEIDON2_WIDTH];
    uint32_t inputs[POSEIDON2_WIDTH];
    for (size_t i = 0; i < POSEIDON2_WIDTH; i++)
        inputs[i] = box->lists[0].inputs[i].witness;
    mix_first(builder, state, inputs);
    bool was_full = true;
    for (size_t round = 0; round < POSEIDON2_ROUNDS; round++) {
        struct field constants[POSEIDON2_WIDTH];
        bool is_full = poseidon2_round(constants, round);
        if (is_full != was_full)
            place_state(builder, was_full ? external : internal, state);
        builder_gate(builder, is_full ? external : internal,
                     &(struct gate){.wires = {state[0], state[1], state[2], state[3]},
                                    .selector = 1,
                                    .q_l = constants[0],
                                    .q_r = constants[1],
                                    .q_o = constants[2],
                                    .q_4 = constants[3]});
        make_state(builder, state, constants, is_full);
        was_full = is_full;
    }
    place_state(builder, external, state);
    for (size_t i = 0; i < POSEIDON2_WIDTH; i++)
        builder_equal(builder, state[i], box->outputs.indices[i]);
}
