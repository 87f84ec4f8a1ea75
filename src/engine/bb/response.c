#include "engine/bb/response.h"

#include <msgpack.h>
#include <string.h>

#include "base/events.h"
#include "process/redact.h"

enum { WORD_BYTES = 32 };

/* An unpacked payload: [name, {fields}]. `fields` lives in `unpacked`. */
struct response {
    msgpack_unpacked unpacked;
    const msgpack_object_map *fields;
};

static bool is_string(const msgpack_object *object, const char *text)
{
    return object->type == MSGPACK_OBJECT_STR && object->via.str.size == strlen(text) &&
           memcmp(object->via.str.ptr, text, object->via.str.size) == 0;
}

static const msgpack_object *field(const msgpack_object_map *fields, const char *name)
{
    for (uint32_t i = 0; i < fields->size; i++)
        if (is_string(&fields->ptr[i].key, name))
            return &fields->ptr[i].val;
    return NULL;
}

static enum engine_outcome nonsense(struct failure *failure, const char *expected)
{
    return failure_say(failure, ENGINE_NONSENSE, "bb's answer is not a %s", expected);
}

static enum engine_outcome refused(struct failure *failure, const msgpack_object_map *fields)
{
    char message[300];
    const msgpack_object *text = field(fields, "message");
    if (text == NULL || text->type != MSGPACK_OBJECT_STR)
        return nonsense(failure, "ErrorResponse with a message");
    redact(message, sizeof(message), text->via.str.ptr, text->via.str.size);
    return failure_say(failure, ENGINE_REFUSED, "bb refused: %s", message);
}

/* On ENGINE_OK the caller destroys response->unpacked; otherwise it is gone already. */
static enum engine_outcome response_open(struct response *response, struct bytes payload,
                                         const char *name, struct failure *failure)
{
    if (!pack_counts_fit(payload.data, payload.length))
        return nonsense(failure, "whole MessagePack value");
    msgpack_unpacked_init(&response->unpacked);
    size_t offset = 0;
    msgpack_unpack_return unpacked = msgpack_unpack_next(
        &response->unpacked, (const char *)payload.data, payload.length, &offset);
    const msgpack_object *root = &response->unpacked.data;
    enum engine_outcome outcome;
    if (unpacked == MSGPACK_UNPACK_NOMEM_ERROR)
        outcome = failure_say(failure, ENGINE_INTERNAL, "no memory to read bb's answer");
    else if (unpacked != MSGPACK_UNPACK_SUCCESS || offset != payload.length ||
             root->type != MSGPACK_OBJECT_ARRAY || root->via.array.size != 2 ||
             root->via.array.ptr[1].type != MSGPACK_OBJECT_MAP)
        outcome = nonsense(failure, name);
    else if (is_string(&root->via.array.ptr[0], "ErrorResponse"))
        outcome = refused(failure, &root->via.array.ptr[1].via.map);
    else if (!is_string(&root->via.array.ptr[0], name))
        outcome = nonsense(failure, name);
    else
        outcome = ENGINE_OK;
    if (outcome == ENGINE_OK)
        response->fields = &root->via.array.ptr[1].via.map;
    else
        msgpack_unpacked_destroy(&response->unpacked);
    return outcome;
}

static bool read_uint32(uint32_t *value, const struct response *response, const char *name)
{
    const msgpack_object *object = field(response->fields, name);
    if (object == NULL || object->type != MSGPACK_OBJECT_POSITIVE_INTEGER ||
        object->via.u64 > UINT32_MAX)
        return false;
    *value = (uint32_t)object->via.u64;
    return true;
}

/* bb packs a vector of bytes as bin; a string is what a C++ string field gives. */
static bool read_bytes(struct buffer *bytes, const msgpack_object_map *fields, const char *name)
{
    const msgpack_object *object = field(fields, name);
    if (object == NULL)
        return false;
    if (object->type == MSGPACK_OBJECT_BIN)
        return buffer_append(bytes, object->via.bin.ptr, object->via.bin.size);
    if (object->type == MSGPACK_OBJECT_STR)
        return buffer_append(bytes, object->via.str.ptr, object->via.str.size);
    return false;
}

static bool read_words(struct buffer *words, const struct response *response, const char *name)
{
    const msgpack_object *object = field(response->fields, name);
    if (object == NULL || object->type != MSGPACK_OBJECT_ARRAY)
        return false;
    for (uint32_t i = 0; i < object->via.array.size; i++) {
        const msgpack_object *word = &object->via.array.ptr[i];
        if (word->type != MSGPACK_OBJECT_BIN || word->via.bin.size != WORD_BYTES ||
            !buffer_append(words, word->via.bin.ptr, WORD_BYTES))
            return false;
    }
    return true;
}

enum engine_outcome response_circuit_stats(struct circuit_stats *stats, struct bytes payload,
                                           struct failure *failure)
{
    struct response response;
    struct circuit_stats read;
    enum engine_outcome outcome = response_open(&response, payload, "CircuitInfoResponse", failure);
    if (outcome != ENGINE_OK)
        return outcome;
    if (read_uint32(&read.gates, &response, "num_gates") &&
        read_uint32(&read.rows, &response, "num_gates_dyadic") &&
        read_uint32(&read.acir_opcodes, &response, "num_acir_opcodes"))
        *stats = read;
    else
        outcome = nonsense(failure, "CircuitInfoResponse with gates and opcodes");
    msgpack_unpacked_destroy(&response.unpacked);
    return outcome;
}

enum engine_outcome response_verification_key(struct verification_key *key, struct bytes payload,
                                              struct failure *failure)
{
    struct response response;
    struct buffer bytes = BUFFER_EMPTY;
    struct buffer hash = BUFFER_EMPTY;
    enum engine_outcome outcome =
        response_open(&response, payload, "CircuitComputeVkResponse", failure);
    if (outcome != ENGINE_OK)
        return outcome;
    if (read_bytes(&bytes, response.fields, "bytes") && bytes.length > 0 &&
        bytes.length % WORD_BYTES == 0 && read_bytes(&hash, response.fields, "hash") &&
        hash.length == sizeof(key->hash)) {
        memcpy(key->hash, hash.data, sizeof(key->hash));
        buffer_move(&key->bytes, &bytes);
    } else {
        outcome = nonsense(failure, "CircuitComputeVkResponse with a key and its hash");
    }
    buffer_free(&bytes);
    buffer_free(&hash);
    msgpack_unpacked_destroy(&response.unpacked);
    return outcome;
}

enum engine_outcome response_proof(struct proof *proof, struct bytes payload,
                                   struct failure *failure)
{
    struct response response;
    struct proof read = {BUFFER_EMPTY, BUFFER_EMPTY};
    enum engine_outcome outcome =
        response_open(&response, payload, "CircuitProveResponse", failure);
    if (outcome != ENGINE_OK)
        return outcome;
    if (read_words(&read.public_inputs, &response, "public_inputs") &&
        read_words(&read.proof, &response, "proof") && read.proof.length > 0) {
        buffer_move(&proof->public_inputs, &read.public_inputs);
        buffer_move(&proof->proof, &read.proof);
    } else {
        outcome = nonsense(failure, "CircuitProveResponse with a proof and public inputs");
    }
    proof_free(&read);
    msgpack_unpacked_destroy(&response.unpacked);
    return outcome;
}

enum engine_outcome response_verified(bool *verified, struct bytes payload, struct failure *failure)
{
    struct response response;
    enum engine_outcome outcome =
        response_open(&response, payload, "CircuitVerifyResponse", failure);
    if (outcome != ENGINE_OK)
        return outcome;
    const msgpack_object *object = field(response.fields, "verified");
    if (object != NULL && object->type == MSGPACK_OBJECT_BOOLEAN)
        *verified = object->via.boolean;
    else
        outcome = nonsense(failure, "CircuitVerifyResponse with a verdict");
    msgpack_unpacked_destroy(&response.unpacked);
    return outcome;
}

enum engine_outcome response_solidity_verifier(struct buffer *source, struct bytes payload,
                                               struct failure *failure)
{
    struct response response;
    struct buffer read = BUFFER_EMPTY;
    enum engine_outcome outcome =
        response_open(&response, payload, "CircuitWriteSolidityVerifierResponse", failure);
    if (outcome != ENGINE_OK)
        return outcome;
    if (read_bytes(&read, response.fields, "solidity_code") && read.length > 0)
        buffer_move(source, &read);
    else
        outcome = nonsense(failure, "CircuitWriteSolidityVerifierResponse with a contract");
    buffer_free(&read);
    msgpack_unpacked_destroy(&response.unpacked);
    return outcome;
}
