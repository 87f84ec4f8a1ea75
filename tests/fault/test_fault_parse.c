/* What parses: each allocation fails once. */
#include <stdlib.h>
#include <string.h>

#include "artifact.h"
#include "base/gzip.h"
#include "base/json.h"
#include "circuits/registry.h"
#include "engine/bb/response.h"
#include "inject.h"
#include "noir/abi/abi.h"
#include "noir/abi/toml.h"
#include "noir/acir/acir.h"
#include "noir/witness/witness.h"
#include "packer.h"
#include "witness_writer.h"

enum { WITNESS_COUNT = 20, PIECE_BYTES = 100, MEMORY = 1 << FAULT_MEMORY };

static struct buffer zipped_witness;
static char *artifact;

static int make_inputs(void **state)
{
    struct buffer witness = BUFFER_EMPTY;
    (void)state;
    witness_write(&witness, COMPACT, WITNESS_COUNT);
    append_gzip(&zipped_witness, witness.data, witness.length);
    buffer_free(&witness);
    artifact = artifact_of_hex(small_program);
    return 0;
}

static int free_inputs(void **state)
{
    (void)state;
    buffer_free(&zipped_witness);
    free(artifact);
    return 0;
}

static enum result no_memory(struct failure *failure)
{
    return failure_set(failure, RESULT_INTERNAL, "no memory");
}

static enum result read_witness(struct failure *failure)
{
    const struct witness_expectations expectations = {.witness_count = WITNESS_COUNT,
                                                      .max_bytes = 1 << 20};
    struct buffer witness = BUFFER_EMPTY;
    struct witness_reader *reader = witness_reader_create(&expectations);
    if (reader == NULL)
        return no_memory(failure);
    for (size_t at = 0; at < zipped_witness.length; at += PIECE_BYTES) {
        size_t left = zipped_witness.length - at;
        (void)witness_reader_feed(reader, zipped_witness.data + at,
                                  left < PIECE_BYTES ? left : PIECE_BYTES, failure);
    }
    enum result result = witness_reader_finish(reader, &witness, failure);
    assert_true(result == RESULT_OK || result == RESULT_INTERNAL);
    assert_int_equal(witness.data != NULL, result == RESULT_OK);
    buffer_free(&witness);
    witness_reader_destroy(reader);
    return result;
}

static void test_witness_reader__each_failure(void **state)
{
    (void)state;
    fail_each(read_witness, MEMORY);
}

static enum result zip(struct failure *failure)
{
    struct buffer out = BUFFER_EMPTY;
    bool zipped = gzip_append(&out, zipped_witness.data, zipped_witness.length);
    buffer_free(&out);
    return zipped ? RESULT_OK : no_memory(failure);
}

static void test_gzip_append__each_failure(void **state)
{
    (void)state;
    fail_each(zip, MEMORY);
}

static enum result register_circuit(struct failure *failure)
{
    struct circuit *circuit = NULL;
    size_t count = 0;
    struct registry *registry = registry_create(2);
    if (registry == NULL)
        return no_memory(failure);
    enum result result = circuit_parse(&circuit, "small", artifact, strlen(artifact), failure);
    assert_int_equal(circuit != NULL, result == RESULT_OK);
    if (result == RESULT_OK)
        result = registry_add(registry, circuit, failure);
    if (result != RESULT_OK)
        circuit_release(circuit);
    struct circuit **circuits = registry_list(registry, &count);
    for (size_t i = 0; circuits != NULL && i < count; i++)
        circuit_release(circuits[i]);
    free(circuits);
    registry_destroy(registry);
    return result;
}

static void test_circuit_parse__each_failure(void **state)
{
    (void)state;
    fail_each(register_circuit, MEMORY);
}

static const char abi_text[] =
    "{\"parameters\":[{\"name\":\"a\",\"visibility\":\"private\",\"type\":{\"kind\":\"array\","
    "\"length\":3,\"type\":{\"kind\":\"field\"}}},{\"name\":\"b\",\"visibility\":\"public\","
    "\"type\":{\"kind\":\"struct\",\"path\":\"P\",\"fields\":[{\"name\":\"x\",\"type\":{\"kind\":"
    "\"integer\",\"sign\":\"signed\",\"width\":8}},{\"name\":\"s\",\"type\":{\"kind\":\"string\","
    "\"length\":2}}]}}],\"return_type\":{\"abi_type\":{\"kind\":\"tuple\",\"fields\":[{\"kind\":"
    "\"boolean\"}]},\"visibility\":\"public\"},\"error_types\":{\"7\":{\"error_kind\":\"string\","
    "\"string\":\"no\"}}}";

static const char right_inputs[] = "a = [1, \"2\", 0x3]\nb.x = -1\nb.s = '''ab'''\n";
static const char wrong_inputs[] = "a = [1]\nc = true\n[b]\nx = 999\ns = \"abc\\u00e9\"\n";

static enum result encode(const struct abi *abi, const char *toml, enum result expected,
                          struct failure *failure)
{
    json_t *inputs = NULL;
    json_t *mistakes = NULL;
    struct witness_map witnesses = WITNESS_MAP_EMPTY;
    enum result result = toml_read(&inputs, toml, strlen(toml), failure);
    if (result != RESULT_OK)
        return result;
    result = abi_encode(abi, inputs, &witnesses, &mistakes);
    assert_true(result == expected || result == RESULT_INTERNAL);
    assert_int_equal(mistakes != NULL, result == RESULT_BODY_MALFORMED);
    if (result == RESULT_OK) {
        json_decref(abi_decode_return(abi, &witnesses, ABI_STYLE_NOIR_JS));
        json_decref(abi_decode_public_inputs(abi, witnesses.values, 4, ABI_STYLE_PLAIN));
    }
    json_decref(mistakes);
    json_decref(inputs);
    witness_map_free(&witnesses);
    return result == expected ? RESULT_OK : no_memory(failure);
}

static enum result use_abi(struct failure *failure)
{
    struct abi *abi = NULL;
    json_t *json = json_parse(abi_text, sizeof(abi_text) - 1, 1000);
    if (json == NULL)
        return no_memory(failure);
    enum result result = abi_read(&abi, json, failure);
    json_decref(json);
    if (result == RESULT_OK)
        result = encode(abi, right_inputs, RESULT_OK, failure);
    if (result == RESULT_OK)
        result = encode(abi, wrong_inputs, RESULT_BODY_MALFORMED, failure);
    abi_free(abi);
    return result;
}

static void test_abi__each_failure(void **state)
{
    (void)state;
    fail_each(use_abi, MEMORY);
}

static enum result decode_program(struct failure *failure)
{
    unsigned char bytes[1024];
    struct acir_program *program = NULL;
    enum result result = acir_program_decode(
        &program, bytes, bytes_of_hex(bytes, sizeof(bytes), small_program), failure);
    assert_int_equal(program != NULL, result == RESULT_OK);
    acir_program_free(program);
    return result;
}

static void test_acir_program_decode__each_failure(void **state)
{
    (void)state;
    fail_each(decode_program, MEMORY);
}

static struct buffer proof_payload;

static enum result read_proof(struct failure *failure)
{
    struct proof proof = {0};
    enum engine_outcome outcome =
        response_proof(&proof, (struct bytes){proof_payload.data, proof_payload.length}, failure);
    proof_free(&proof);
    return outcome == ENGINE_OK ? RESULT_OK : RESULT_INTERNAL;
}

static void test_response_proof__each_failure(void **state)
{
    (void)state;
    static const unsigned char word[32] = {1};
    msgpack_packer packer;
    packer_open(&packer, &proof_payload);
    msgpack_pack_array(&packer, 2);
    packer_text(&packer, "CircuitProveResponse");
    msgpack_pack_map(&packer, 2);
    packer_text(&packer, "public_inputs");
    msgpack_pack_array(&packer, 0);
    packer_text(&packer, "proof");
    msgpack_pack_array(&packer, 1);
    packer_bytes(&packer, word, sizeof(word));
    fail_each(read_proof, MEMORY);
    buffer_free(&proof_payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_witness_reader__each_failure),
        cmocka_unit_test(test_gzip_append__each_failure),
        cmocka_unit_test(test_circuit_parse__each_failure),
        cmocka_unit_test(test_abi__each_failure),
        cmocka_unit_test(test_acir_program_decode__each_failure),
        cmocka_unit_test(test_response_proof__each_failure),
    };
    support_start();
    json_start_wiping();
    return cmocka_run_group_tests(tests, make_inputs, free_inputs);
}
