/* A target, public inputs, a key and a proof out of one string of bytes; the tail is the proof. */
#ifndef FUZZ_PROOF_INPUT_H
#define FUZZ_PROOF_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <ultrahonk.h>

enum { PROOF_WORD_BYTES = 32, PROOF_INPUT_HEADER = 2 };

struct proof_input {
    enum ultrahonk_target target;
    const uint8_t *public_inputs, *key, *proof;
    size_t public_inputs_length, key_length, proof_length;
};

static inline size_t proof_input_take(size_t *left, size_t wanted)
{
    size_t taken = wanted < *left ? wanted : *left;
    *left -= taken;
    return taken;
}

/* The header: the target, and how many words of public inputs there are. */
static inline struct proof_input proof_input_of(const uint8_t *data, size_t size)
{
    struct proof_input input = {0};
    size_t words = size > 1 ? data[1] : 0;
    size_t left = size < PROOF_INPUT_HEADER ? 0 : size - PROOF_INPUT_HEADER;
    input.target = (enum ultrahonk_target)((size > 0 ? data[0] : 0) % ULTRAHONK_TARGET_COUNT);
    size_t point_words =
        input.target == ULTRAHONK_EVM || input.target == ULTRAHONK_EVM_NO_ZK ? 2 : 4;
    input.public_inputs = size < PROOF_INPUT_HEADER ? data : data + PROOF_INPUT_HEADER;
    input.public_inputs_length = proof_input_take(&left, words * PROOF_WORD_BYTES);
    input.key = input.public_inputs + input.public_inputs_length;
    input.key_length = proof_input_take(&left, (3 + 28 * point_words) * PROOF_WORD_BYTES);
    input.proof = input.key + input.key_length;
    input.proof_length = left;
    return input;
}

#endif
