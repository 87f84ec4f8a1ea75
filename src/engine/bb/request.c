#include "engine/bb/request.h"

#include <msgpack.h>
#include <string.h>

#include "base/check.h"
#include "process/frame.h"

enum { WORD_BYTES = 32 };

static int append_packed(void *buffer, const char *bytes, size_t length)
{
    return buffer_append(buffer, bytes, length) ? 0 : -1;
}

/* A frame being written. After the first failed write the rest are dropped. */
struct writer {
    struct buffer *frame;
    msgpack_packer packer;
    size_t left_out; /* bytes of the payload that are sent from elsewhere */
    bool failed;
};

static void write_string(struct writer *writer, const char *text)
{
    size_t length = strlen(text);
    writer->failed |= msgpack_pack_str(&writer->packer, length) != 0 ||
                      msgpack_pack_str_body(&writer->packer, text, length) != 0;
}

static void write_map(struct writer *writer, size_t pairs)
{
    writer->failed |= msgpack_pack_map(&writer->packer, pairs) != 0;
}

static void write_bytes(struct writer *writer, struct bytes bytes)
{
    writer->failed |= msgpack_pack_bin(&writer->packer, bytes.length) != 0 ||
                      msgpack_pack_bin_body(&writer->packer, bytes.data, bytes.length) != 0;
}

static void write_bool(struct writer *writer, bool value)
{
    writer->failed |=
        (value ? msgpack_pack_true(&writer->packer) : msgpack_pack_false(&writer->packer)) != 0;
}

static void write_words(struct writer *writer, struct bytes words)
{
    CHECK(words.length % WORD_BYTES == 0);
    writer->failed |= msgpack_pack_array(&writer->packer, words.length / WORD_BYTES) != 0;
    for (size_t at = 0; at < words.length; at += WORD_BYTES)
        write_bytes(writer, (struct bytes){words.data + at, WORD_BYTES});
}

static void write_bytes_field(struct writer *writer, const char *name, struct bytes bytes)
{
    write_string(writer, name);
    write_bytes(writer, bytes);
}

static void write_settings(struct writer *writer, const struct proof_system_settings *settings)
{
    write_string(writer, "settings");
    write_map(writer, 4);
    write_string(writer, "ipa_accumulation");
    write_bool(writer, settings->ipa_accumulation);
    write_string(writer, "oracle_hash_type");
    write_string(writer, settings->oracle_hash_type);
    write_string(writer, "disable_zk");
    write_bool(writer, settings->disable_zk);
    write_string(writer, "optimized_solidity_verifier");
    write_bool(writer, false);
}

/* The field's head; its bytes are sent from where they are. */
static void leave_out_bytes_field(struct writer *writer, const char *name, struct bytes bytes,
                                  struct request_insert *insert)
{
    write_string(writer, name);
    writer->failed |= msgpack_pack_bin(&writer->packer, bytes.length) != 0;
    *insert = (struct request_insert){writer->frame->length, bytes};
    writer->left_out = bytes.length;
}

/*
 * bb shows the name in its messages only; circuits are told apart by their bytecode, which is left
 * out where there is an `insert`.
 */
static void write_circuit(struct writer *writer, struct bytes bytecode,
                          const struct bytes *verification_key, struct request_insert *insert)
{
    write_string(writer, "circuit");
    write_map(writer, verification_key == NULL ? 2 : 3);
    write_string(writer, "name");
    write_string(writer, "circuit");
    if (insert != NULL)
        leave_out_bytes_field(writer, "bytecode", bytecode, insert);
    else
        write_bytes_field(writer, "bytecode", bytecode);
    if (verification_key != NULL)
        write_bytes_field(writer, "verification_key", *verification_key);
}

/* Opens `[[command, {fields}]]` behind a header whose length is filled in by finish(). */
static struct writer begin(struct buffer *frame, const char *command, size_t fields)
{
    static const unsigned char header[FRAME_HEADER_BYTES] = {0};
    CHECK(frame->length == 0);
    struct writer writer = {.frame = frame};
    msgpack_packer_init(&writer.packer, frame, append_packed);
    writer.failed = !buffer_append(frame, header, sizeof(header));
    writer.failed |= msgpack_pack_array(&writer.packer, 1) != 0;
    writer.failed |= msgpack_pack_array(&writer.packer, 2) != 0;
    write_string(&writer, command);
    write_map(&writer, fields);
    return writer;
}

static enum result finish(struct writer *writer)
{
    if (writer->failed)
        return RESULT_INTERNAL;
    size_t length = writer->frame->length - FRAME_HEADER_BYTES + writer->left_out;
    if (length > UINT32_MAX - FRAME_ID_BYTES)
        return RESULT_INTERNAL;
    frame_write_header(writer->frame->data, (uint32_t)length);
    return RESULT_OK;
}

enum result request_circuit_stats(struct buffer *frame, struct bytes bytecode,
                                  const struct proof_system_settings *settings)
{
    static const struct bytes no_key = {0};
    struct writer writer = begin(frame, "CircuitStats", 3);
    write_circuit(&writer, bytecode, &no_key, NULL);
    write_string(&writer, "include_gates_per_opcode");
    write_bool(&writer, false);
    write_settings(&writer, settings);
    return finish(&writer);
}

enum result request_compute_verification_key(struct buffer *frame, struct bytes bytecode,
                                             const struct proof_system_settings *settings)
{
    struct writer writer = begin(frame, "CircuitComputeVk", 2);
    write_circuit(&writer, bytecode, NULL, NULL);
    write_settings(&writer, settings);
    return finish(&writer);
}

enum result request_prove(struct buffer *frame, struct request_insert *insert,
                          struct bytes bytecode, struct bytes verification_key,
                          struct bytes witness, const struct proof_system_settings *settings)
{
    /* The witness is most of the frame: reserving once keeps it from being copied as it grows. */
    size_t overhead = 1024;
    if (!buffer_reserve(frame, verification_key.length + witness.length + overhead))
        return RESULT_INTERNAL;
    struct writer writer = begin(frame, "CircuitProve", 3);
    write_circuit(&writer, bytecode, &verification_key, insert);
    write_bytes_field(&writer, "witness", witness);
    write_settings(&writer, settings);
    return finish(&writer);
}

enum result request_verify(struct buffer *frame, struct bytes verification_key,
                           struct bytes public_inputs, struct bytes proof,
                           const struct proof_system_settings *settings)
{
    struct writer writer = begin(frame, "CircuitVerify", 4);
    write_bytes_field(&writer, "verification_key", verification_key);
    write_string(&writer, "public_inputs");
    write_words(&writer, public_inputs);
    write_string(&writer, "proof");
    write_words(&writer, proof);
    write_settings(&writer, settings);
    return finish(&writer);
}

enum result request_solidity_verifier(struct buffer *frame, struct bytes verification_key,
                                      const struct proof_system_settings *settings)
{
    struct writer writer = begin(frame, "CircuitWriteSolidityVerifier", 2);
    write_bytes_field(&writer, "verification_key", verification_key);
    write_settings(&writer, settings);
    return finish(&writer);
}
