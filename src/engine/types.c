#include "engine/types.h"

void verification_key_free(struct verification_key *key)
{
    buffer_free(&key->bytes);
}

void proof_free(struct proof *proof)
{
    buffer_free(&proof->public_inputs);
    buffer_free(&proof->proof);
}
