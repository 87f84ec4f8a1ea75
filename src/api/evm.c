#include "api/evm_internal.h"

#include <string.h>

#include "api/hex_internal.h"

/* The first 4 bytes of keccak256("verify(bytes,bytes32[])"). */
static const unsigned char selector[] = {0xea, 0x50, 0xd0, 0xe4};

static bool append_number(struct buffer *out, size_t number)
{
    unsigned char word[WORD_BYTES] = {0};
    for (size_t i = 0; i < sizeof(number); i++)
        word[WORD_BYTES - 1 - i] = (unsigned char)(number >> (8 * i));
    return buffer_append(out, word, sizeof(word));
}

/* A proof is whole words, so its bytes need no padding. */
json_t *evm_calldata(const struct proof *proof)
{
    const size_t proof_offset = 2 * (size_t)WORD_BYTES;
    const size_t inputs_offset = proof_offset + WORD_BYTES + proof->proof.length;
    struct buffer out = BUFFER_EMPTY;
    json_t *calldata = NULL;
    if (buffer_append(&out, selector, sizeof(selector)) && append_number(&out, proof_offset) &&
        append_number(&out, inputs_offset) && append_number(&out, proof->proof.length) &&
        buffer_append(&out, proof->proof.data, proof->proof.length) &&
        append_number(&out, proof->public_inputs.length / WORD_BYTES) &&
        buffer_append(&out, proof->public_inputs.data, proof->public_inputs.length))
        calldata = hex_string(out.data, out.length);
    buffer_free(&out);
    return calldata;
}
