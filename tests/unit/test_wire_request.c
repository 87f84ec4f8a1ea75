/* Requests to bb, as msgpack-c reads them back, and their frames. */
#include <msgpack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/bb/request.h"
#include "engine/bb/schema.h"
#include "process/frame.h"
#include "support.h"

#define BYTES(text) ((struct bytes){(const unsigned char *)(text), sizeof(text) - 1})

static const struct proof_system_settings settings = {"poseidon2", true, false};
static const char settings_text[] =
    "\"settings\"=>{\"ipa_accumulation\"=>true, \"oracle_hash_type\"=>\"poseidon2\", "
    "\"disable_zk\"=>false, \"optimized_solidity_verifier\"=>false}";

/* Checks the header, and the payload by what msgpack-c prints of it. */
static void assert_frame(struct buffer *frame, const char *before_settings,
                         const char *after_settings)
{
    char *text = NULL;
    size_t text_length = 0;
    char expected[4096];
    size_t offset = 0;
    msgpack_unpacked unpacked;
    assert_true(frame->length > FRAME_HEADER_BYTES);
    size_t length = frame->length - FRAME_HEADER_BYTES;
    const char *payload = (const char *)frame->data + FRAME_HEADER_BYTES;
    assert_int_equal(frame_payload_length(frame->data), length);
    msgpack_unpacked_init(&unpacked);
    assert_int_equal(msgpack_unpack_next(&unpacked, payload, length, &offset),
                     MSGPACK_UNPACK_SUCCESS);
    assert_int_equal(offset, length);
    FILE *out = open_memstream(&text, &text_length);
    assert_non_null(out);
    msgpack_object_print(out, unpacked.data);
    assert_int_equal(fclose(out), 0);
    msgpack_unpacked_destroy(&unpacked);
    (void)snprintf(expected, sizeof(expected), "%s%s%s", before_settings,
                   after_settings == NULL ? "" : settings_text,
                   after_settings == NULL ? "" : after_settings);
    assert_string_equal(text, expected);
    free(text);
    buffer_free(frame);
}

static void test_request_circuit_stats__is_what_bb_reads(void **state)
{
    (void)state;
    struct buffer frame = BUFFER_EMPTY;
    assert_result(request_circuit_stats(&frame, BYTES("code"), &settings), RESULT_OK);
    assert_frame(&frame,
                 "[[\"CircuitStats\", {\"circuit\"=>{\"name\"=>\"circuit\", "
                 "\"bytecode\"=>\"code\", \"verification_key\"=>\"\"}, "
                 "\"include_gates_per_opcode\"=>false, ",
                 "}]]");
}

static void test_request_compute_verification_key__is_what_bb_reads(void **state)
{
    (void)state;
    struct buffer frame = BUFFER_EMPTY;
    assert_result(request_compute_verification_key(&frame, BYTES("code"), &settings), RESULT_OK);
    assert_frame(&frame,
                 "[[\"CircuitComputeVk\", {\"circuit\"=>{\"name\"=>\"circuit\", "
                 "\"bytecode\"=>\"code\"}, ",
                 "}]]");
}

static void test_request_prove__is_what_bb_reads(void **state)
{
    (void)state;
    struct buffer frame = BUFFER_EMPTY;
    struct buffer whole = BUFFER_EMPTY;
    struct request_insert insert;
    assert_result(
        request_prove(&frame, &insert, BYTES("code"), BYTES("key"), BYTES("witness"), &settings),
        RESULT_OK);
    assert_true(buffer_append(&whole, frame.data, insert.at) &&
                buffer_append(&whole, insert.bytes.data, insert.bytes.length) &&
                buffer_append(&whole, frame.data + insert.at, frame.length - insert.at));
    buffer_free(&frame);
    assert_frame(&whole,
                 "[[\"CircuitProve\", {\"circuit\"=>{\"name\"=>\"circuit\", "
                 "\"bytecode\"=>\"code\", \"verification_key\"=>\"key\"}, "
                 "\"witness\"=>\"witness\", ",
                 "}]]");
}

/* Nor a large circuit, which stays where it is: the frame holds secrets, in memory that is dear. */
static void test_request_prove__does_not_move_a_large_witness(void **state)
{
    (void)state;
    struct request_insert insert;
    enum { WITNESS_BYTES = 3 << 20 };
    struct buffer frame = BUFFER_EMPTY;
    struct buffer witness = BUFFER_EMPTY;
    assert_true(buffer_reserve(&witness, WITNESS_BYTES));
    memset(witness.data, 7, WITNESS_BYTES);
    struct bytes large = {witness.data, WITNESS_BYTES};
    assert_result(request_prove(&frame, &insert, large, BYTES("key"), large, &settings), RESULT_OK);
    assert_int_equal(frame_payload_length(frame.data),
                     frame.length - FRAME_HEADER_BYTES + WITNESS_BYTES);
    assert_true(frame.length < WITNESS_BYTES + 4096);
    assert_ptr_equal(insert.bytes.data, witness.data);
    assert_non_null(memmem(frame.data, frame.length, witness.data, WITNESS_BYTES));
    buffer_free(&frame);
    buffer_free(&witness);
}

static void test_request_verify__is_what_bb_reads(void **state)
{
    (void)state;
    static const char words[] = "0123456789abcdef0123456789ABCDEF"
                                "abcdefghijklmnopqrstuvwxyzABCDEF";
    struct buffer frame = BUFFER_EMPTY;
    struct bytes proof = {(const unsigned char *)words, 64};
    struct bytes input = {(const unsigned char *)words, 32};
    assert_result(request_verify(&frame, BYTES("key"), input, proof, &settings), RESULT_OK);
    assert_frame(&frame,
                 "[[\"CircuitVerify\", {\"verification_key\"=>\"key\", "
                 "\"public_inputs\"=>[\"0123456789abcdef0123456789ABCDEF\"], "
                 "\"proof\"=>[\"0123456789abcdef0123456789ABCDEF\", "
                 "\"abcdefghijklmnopqrstuvwxyzABCDEF\"], ",
                 "}]]");
}

static void test_request_verify__can_have_no_public_inputs(void **state)
{
    (void)state;
    struct buffer frame = BUFFER_EMPTY;
    static const unsigned char word[32] = "0123456789abcdef0123456789ABCDE";
    assert_result(request_verify(&frame, BYTES("key"), (struct bytes){NULL, 0},
                                 (struct bytes){word, 32}, &settings),
                  RESULT_OK);
    assert_non_null(memmem(frame.data, frame.length, "public_inputs\x90", 14));
    buffer_free(&frame);
}

static void ask_with_part_of_a_word(void)
{
    struct buffer frame = BUFFER_EMPTY;
    assert_result(request_verify(&frame, BYTES("key"), BYTES("31 bytes are not a word, are they"),
                                 BYTES(""), &settings),
                  RESULT_OK);
}

static void test_request_verify__aborts_for_part_of_a_word(void **state)
{
    (void)state;
    assert_true(aborts(ask_with_part_of_a_word));
}

static void test_request_solidity_verifier__is_what_bb_reads(void **state)
{
    (void)state;
    struct buffer frame = BUFFER_EMPTY;
    assert_result(request_solidity_verifier(&frame, BYTES("key"), &settings), RESULT_OK);
    assert_frame(&frame, "[[\"CircuitWriteSolidityVerifier\", {\"verification_key\"=>\"key\", ",
                 "}]]");
}

static void test_request__carries_bytes_as_bin(void **state)
{
    (void)state;
    struct buffer frame = BUFFER_EMPTY;
    assert_result(request_solidity_verifier(&frame, BYTES("\x00\xff"), &settings), RESULT_OK);
    assert_non_null(memmem(frame.data, frame.length, "verification_key\xc4\x02\x00\xff", 20));
    buffer_free(&frame);
}

static void test_frame_header__is_little_endian(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {0, 1, 255, 256, 0x01020304, 0x80000000, UINT32_MAX};
    unsigned char header[FRAME_HEADER_BYTES];
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        frame_write_header(header, lengths[i]);
        assert_int_equal(frame_payload_length(header), lengths[i]);
    }
    frame_write_header(header, 0x01020304);
    assert_memory_equal(header, "\x04\x03\x02\x01", sizeof(header));
}

static void test_frame_write__puts_the_kind_behind_the_length_that_counts_it(void **state)
{
    (void)state;
    unsigned char bytes[FRAME_MOST_HEADER_BYTES] = {0};
    const unsigned char expected[] = {6, 0, 0, 0, MESSAGE_PROGRESS};
    const struct frame_header header = {.payload_length = 5, .kind = MESSAGE_PROGRESS};
    struct frame_header read;
    assert_int_equal(frame_header_bytes(FRAME_WITH_KIND), sizeof(expected));
    frame_write(bytes, FRAME_WITH_KIND, &header);
    assert_memory_equal(bytes, expected, sizeof(expected));
    assert_true(frame_read_header(&read, FRAME_WITH_KIND, bytes));
    assert_int_equal(read.payload_length, 5);
    assert_int_equal(read.kind, MESSAGE_PROGRESS);
    bytes[0] = 0;
    assert_false(frame_read_header(&read, FRAME_WITH_KIND, bytes));
}

static void test_frame_write__puts_the_id_behind_the_length_that_counts_it(void **state)
{
    (void)state;
    unsigned char bytes[FRAME_MOST_HEADER_BYTES];
    const struct frame_header header = {.payload_length = 5, .id = UINT64_C(0x0102030405060708)};
    struct frame_header read;
    assert_int_equal(frame_header_bytes(FRAME_WITH_ID), 12);
    frame_write(bytes, FRAME_WITH_ID, &header);
    assert_memory_equal(bytes, "\x0d\0\0\0\x08\x07\x06\x05\x04\x03\x02\x01", 12);
    assert_true(frame_read_header(&read, FRAME_WITH_ID, bytes));
    assert_int_equal(read.payload_length, 5);
    assert_true(read.id == header.id);
    bytes[0] = 7;
    assert_false(frame_read_header(&read, FRAME_WITH_ID, bytes));
    assert_int_equal(frame_header_bytes(FRAME_BARE), 4);
    frame_write(bytes, FRAME_BARE, &header);
    assert_memory_equal(bytes, "\x05\0\0\0", 4);
}

/* 0 is what bb says of its own accord. */
static void test_frame_next_id__is_never_0_where_there_are_ids(void **state)
{
    (void)state;
    assert_true(frame_next_id(FRAME_BARE, 0) == 0);
    assert_true(frame_next_id(FRAME_WITH_ID, 0) == 1);
    assert_true(frame_next_id(FRAME_WITH_ID, UINT64_MAX) == 1);
}

static void test_schema_frames__are_bare_where_the_root_is_that_of_5_0_0(void **state)
{
    (void)state;
    assert_int_equal(schema_frames(BYTES("{\"__typename\":\"Api\",\"commands\":[]}")), FRAME_BARE);
    assert_int_equal(schema_frames(BYTES("{\"__typename\":\"BbApi\",\"commands\":[]}")),
                     FRAME_WITH_ID);
    assert_int_equal(schema_frames(BYTES("{\n  \"commands\": {\"CircuitProve\": {}}\n}")),
                     FRAME_WITH_ID);
}

static void test_schema_has_command__reads_other_spellings(void **state)
{
    (void)state;
    struct bytes lists = BYTES("{ \"commands\": [\"named_union\", [\n  [ \"CircuitProve\" , {\n"
                               "\"__typename\": \"CircuitStats\"}]]]}");
    struct bytes keys = BYTES("{\"commands\": {\"CircuitStats\": {}, \"CircuitProve\" : {}}}");
    assert_true(schema_has_command(lists, "CircuitProve"));
    assert_false(schema_has_command(lists, "CircuitStats"));
    assert_true(schema_has_command(keys, "CircuitStats"));
    assert_true(schema_has_command(keys, "CircuitProve"));
    assert_false(schema_has_command(BYTES("\"CircuitProve\""), "CircuitProve"));
}

static void test_schema_has_command__finds_whole_names_only(void **state)
{
    (void)state;
    struct bytes schema = BYTES("{\"commands\":[\"named_union\",[[\"CircuitProve\",{}],"
                                "[\"CircuitVerifyAll\",{}]]]}");
    assert_true(schema_has_command(schema, "CircuitProve"));
    assert_true(schema_has_command(schema, "CircuitVerifyAll"));
    assert_false(schema_has_command(schema, "CircuitVerify"));
    assert_false(schema_has_command(schema, "Prove"));
    assert_false(schema_has_command((struct bytes){NULL, 0}, "CircuitProve"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_circuit_stats__is_what_bb_reads),
        cmocka_unit_test(test_request_compute_verification_key__is_what_bb_reads),
        cmocka_unit_test(test_request_prove__is_what_bb_reads),
        cmocka_unit_test(test_request_prove__does_not_move_a_large_witness),
        cmocka_unit_test(test_request_verify__is_what_bb_reads),
        cmocka_unit_test(test_request_verify__can_have_no_public_inputs),
        cmocka_unit_test(test_request_verify__aborts_for_part_of_a_word),
        cmocka_unit_test(test_request_solidity_verifier__is_what_bb_reads),
        cmocka_unit_test(test_request__carries_bytes_as_bin),
        cmocka_unit_test(test_frame_header__is_little_endian),
        cmocka_unit_test(test_frame_write__puts_the_kind_behind_the_length_that_counts_it),
        cmocka_unit_test(test_frame_write__puts_the_id_behind_the_length_that_counts_it),
        cmocka_unit_test(test_frame_next_id__is_never_0_where_there_are_ids),
        cmocka_unit_test(test_schema_frames__are_bare_where_the_root_is_that_of_5_0_0),
        cmocka_unit_test(test_schema_has_command__reads_other_spellings),
        cmocka_unit_test(test_schema_has_command__finds_whole_names_only),
    };
    return RUN_TESTS(tests);
}
