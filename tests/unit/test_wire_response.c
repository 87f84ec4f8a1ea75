/* Answers of bb: the right ones, and all that is not. */
#include <string.h>

#include "engine/bb/response.h"
#include "packer.h"
#include "support.h"

/* Calls the reader of one response, with outputs that must stay as they are on failure. */
typedef enum engine_outcome read_function(struct bytes payload, struct failure *failure);

static enum engine_outcome read_stats(struct bytes payload, struct failure *failure)
{
    struct circuit_stats stats = {1, 2, 3};
    enum engine_outcome outcome = response_circuit_stats(&stats, payload, failure);
    if (outcome != ENGINE_OK)
        assert_true(stats.gates == 1 && stats.rows == 2 && stats.acir_opcodes == 3);
    return outcome;
}

static enum engine_outcome read_key(struct bytes payload, struct failure *failure)
{
    struct verification_key key = {.bytes = BUFFER_EMPTY};
    enum engine_outcome outcome = response_verification_key(&key, payload, failure);
    assert_int_equal(key.bytes.data == NULL, outcome != ENGINE_OK);
    verification_key_free(&key);
    return outcome;
}

static enum engine_outcome read_proof(struct bytes payload, struct failure *failure)
{
    struct proof proof = {BUFFER_EMPTY, BUFFER_EMPTY};
    enum engine_outcome outcome = response_proof(&proof, payload, failure);
    assert_int_equal(proof.proof.data == NULL, outcome != ENGINE_OK);
    if (outcome != ENGINE_OK)
        assert_null(proof.public_inputs.data);
    proof_free(&proof);
    return outcome;
}

static enum engine_outcome read_verified(struct bytes payload, struct failure *failure)
{
    bool verified = true;
    enum engine_outcome outcome = response_verified(&verified, payload, failure);
    if (outcome != ENGINE_OK)
        assert_true(verified);
    return outcome;
}

static enum engine_outcome read_contract(struct bytes payload, struct failure *failure)
{
    struct buffer source = BUFFER_EMPTY;
    enum engine_outcome outcome = response_solidity_verifier(&source, payload, failure);
    assert_int_equal(source.data == NULL, outcome != ENGINE_OK);
    buffer_free(&source);
    return outcome;
}

enum { READER_COUNT = 5 };
static read_function *const readers[READER_COUNT] = {read_stats, read_key, read_proof,
                                                     read_verified, read_contract};

static void begin(msgpack_packer *packer, struct buffer *payload, const char *name, size_t fields)
{
    *payload = BUFFER_EMPTY;
    packer_open(packer, payload);
    msgpack_pack_array(packer, 2);
    packer_text(packer, name);
    msgpack_pack_map(packer, fields);
}

/* What each of the readers above takes. */
static void write_good(struct buffer *payload, size_t reader)
{
    msgpack_packer packer;
    switch (reader) {
    case 0:
        begin(&packer, payload, "CircuitInfoResponse", 4);
        packer_text(&packer, "num_gates");
        msgpack_pack_uint32(&packer, 7155);
        packer_text(&packer, "something_new");
        msgpack_pack_nil(&packer);
        packer_text(&packer, "num_gates_dyadic");
        msgpack_pack_uint32(&packer, 8192);
        packer_text(&packer, "num_acir_opcodes");
        msgpack_pack_uint64(&packer, UINT32_MAX);
        return;
    case 1:
        begin(&packer, payload, "CircuitComputeVkResponse", 2);
        packer_text(&packer, "bytes");
        packer_bytes(&packer, "a key of exactly thirty-two byte", 32);
        packer_text(&packer, "hash");
        packer_bytes(&packer, "0123456789abcdef0123456789abcdef", 32);
        return;
    case 2:
        begin(&packer, payload, "CircuitProveResponse", 3);
        packer_text(&packer, "public_inputs");
        packer_words(&packer, 1, 1);
        packer_text(&packer, "proof");
        packer_words(&packer, 3, 2);
        packer_text(&packer, "vk");
        msgpack_pack_nil(&packer);
        return;
    case 3:
        begin(&packer, payload, "CircuitVerifyResponse", 1);
        packer_text(&packer, "verified");
        msgpack_pack_false(&packer);
        return;
    default:
        begin(&packer, payload, "CircuitWriteSolidityVerifierResponse", 1);
        packer_text(&packer, "solidity_code");
        packer_text(&packer, "contract HonkVerifier {}");
        return;
    }
}

static enum engine_outcome read_copy(size_t reader, const void *bytes, size_t length,
                                     struct failure *failure)
{
    unsigned char *copy = exact_copy(bytes, length);
    enum engine_outcome outcome = readers[reader]((struct bytes){copy, length}, failure);
    spoil_copy(copy, length);
    return outcome;
}

static void assert_nonsense(size_t reader, const void *bytes, size_t length)
{
    struct failure failure = {.message = ""};
    assert_outcome(read_copy(reader, bytes, length, &failure), ENGINE_NONSENSE);
    assert_contains(failure.message, "bb's answer is not a ");
}

static void test_response__takes_what_bb_answers(void **state)
{
    (void)state;
    for (size_t reader = 0; reader < READER_COUNT; reader++) {
        struct buffer payload;
        struct failure failure;
        write_good(&payload, reader);
        assert_outcome(read_copy(reader, payload.data, payload.length, &failure), ENGINE_OK);
        buffer_free(&payload);
    }
}

static void test_response__refuses_what_is_cut_anywhere(void **state)
{
    (void)state;
    for (size_t reader = 0; reader < READER_COUNT; reader++) {
        struct buffer payload;
        write_good(&payload, reader);
        for (size_t length = 0; length < payload.length; length++)
            assert_nonsense(reader, payload.data, length);
        assert_true(buffer_append(&payload, "\xc0", 1));
        assert_nonsense(reader, payload.data, payload.length);
        buffer_free(&payload);
    }
}

static void test_response__refuses_the_answer_to_another_question(void **state)
{
    (void)state;
    for (size_t written = 0; written < READER_COUNT; written++) {
        struct buffer payload;
        write_good(&payload, written);
        for (size_t reader = 0; reader < READER_COUNT; reader++)
            if (reader != written)
                assert_nonsense(reader, payload.data, payload.length);
        buffer_free(&payload);
    }
}

static void test_response__refuses_hostile_counts(void **state)
{
    (void)state;
    static const char *const hostile[] = {
        "dd ffffffff",
        "df ffffffff",
        "92 a1 61 df ffffffff",
        "92 df ffffffff 80",
        "dc 0002 b4 43697263756974496e666f526573706f6e7365 df 7fffffff",
        "92 db ffffffff 80",
        "92 a1 61 81 a1 62 dd ffffffff",
    };
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        unsigned char bytes[64];
        size_t length = bytes_of_hex(bytes, sizeof(bytes), hostile[i]);
        for (size_t reader = 0; reader < READER_COUNT; reader++)
            assert_nonsense(reader, bytes, length);
    }
}

static void test_response__refuses_other_shapes(void **state)
{
    (void)state;
    static const char *const shapes[] = {"c0",       "80",       "90",          "91 80",
                                         "92 80 80", "92 01 80", "92 a1 61 90", "93 a1 61 80 80",
                                         "a1 61",    "c1"};
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        unsigned char bytes[64];
        size_t length = bytes_of_hex(bytes, sizeof(bytes), shapes[i]);
        for (size_t reader = 0; reader < READER_COUNT; reader++)
            assert_nonsense(reader, bytes, length);
    }
}

/* Puts something else in the place of each value of the good answer that is one byte long. */
static void test_response__refuses_a_value_of_another_type(void **state)
{
    (void)state;
    struct buffer payload;
    write_good(&payload, 3);
    for (unsigned value = 0; value < 0x80; value++) {
        payload.data[payload.length - 1] = (unsigned char)value;
        assert_nonsense(3, payload.data, payload.length);
    }
    buffer_free(&payload);
    msgpack_packer packer;
    begin(&packer, &payload, "CircuitInfoResponse", 3);
    packer_text(&packer, "num_gates");
    msgpack_pack_uint64(&packer, (uint64_t)UINT32_MAX + 1);
    packer_text(&packer, "num_gates_dyadic");
    msgpack_pack_int(&packer, 1);
    packer_text(&packer, "num_acir_opcodes");
    msgpack_pack_int(&packer, 1);
    assert_nonsense(0, payload.data, payload.length);
    buffer_free(&payload);
    begin(&packer, &payload, "CircuitInfoResponse", 3);
    packer_text(&packer, "num_gates");
    msgpack_pack_int(&packer, -1);
    packer_text(&packer, "num_gates_dyadic");
    msgpack_pack_int(&packer, 1);
    packer_text(&packer, "num_acir_opcodes");
    msgpack_pack_int(&packer, 1);
    assert_nonsense(0, payload.data, payload.length);
    buffer_free(&payload);
}

static void write_proof(struct buffer *payload, size_t words, size_t word_bytes)
{
    msgpack_packer packer;
    unsigned char word[64] = {0};
    begin(&packer, payload, "CircuitProveResponse", 2);
    packer_text(&packer, "public_inputs");
    packer_words(&packer, 0, 0);
    packer_text(&packer, "proof");
    msgpack_pack_array(&packer, words);
    for (size_t i = 0; i < words; i++)
        packer_bytes(&packer, word, word_bytes);
}

static void test_response_proof__takes_words_of_32_bytes_only(void **state)
{
    (void)state;
    static const size_t wrong[][2] = {{0, 32}, {1, 31}, {1, 33}, {2, 0}, {3, 64}};
    struct buffer payload;
    struct failure failure;
    write_proof(&payload, 458, 32);
    assert_outcome(read_copy(2, payload.data, payload.length, &failure), ENGINE_OK);
    buffer_free(&payload);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        write_proof(&payload, wrong[i][0], wrong[i][1]);
        assert_nonsense(2, payload.data, payload.length);
        buffer_free(&payload);
    }
}

static void test_response_proof__gives_words_in_order(void **state)
{
    (void)state;
    struct buffer payload;
    struct failure failure;
    struct proof proof = {BUFFER_EMPTY, BUFFER_EMPTY};
    unsigned char expected[96];
    memset(expected, 2, sizeof(expected));
    write_good(&payload, 2);
    assert_outcome(response_proof(&proof, (struct bytes){payload.data, payload.length}, &failure),
                   ENGINE_OK);
    assert_int_equal(proof.public_inputs.length, 32);
    assert_int_equal(proof.public_inputs.data[31], 1);
    assert_int_equal(proof.proof.length, sizeof(expected));
    assert_memory_equal(proof.proof.data, expected, sizeof(expected));
    proof_free(&proof);
    buffer_free(&payload);
}

static void test_response_verification_key__needs_a_whole_hash(void **state)
{
    (void)state;
    for (size_t hash_bytes = 0; hash_bytes <= 33; hash_bytes++) {
        struct buffer payload;
        struct failure failure;
        msgpack_packer packer;
        begin(&packer, &payload, "CircuitComputeVkResponse", 2);
        packer_text(&packer, "bytes");
        packer_bytes(&packer, "a key of exactly thirty-two byte", 32);
        packer_text(&packer, "hash");
        packer_bytes(&packer, "0123456789abcdef0123456789abcdef0", hash_bytes);
        if (hash_bytes == 32)
            assert_outcome(read_copy(1, payload.data, payload.length, &failure), ENGINE_OK);
        else
            assert_nonsense(1, payload.data, payload.length);
        buffer_free(&payload);
    }
}

static void test_response_verified__gives_the_verdict(void **state)
{
    (void)state;
    struct buffer payload;
    struct failure failure;
    bool verified = true;
    write_good(&payload, 3);
    struct bytes bytes = {payload.data, payload.length};
    assert_outcome(response_verified(&verified, bytes, &failure), ENGINE_OK);
    assert_false(verified);
    payload.data[payload.length - 1] = 0xc3;
    assert_outcome(response_verified(&verified, bytes, &failure), ENGINE_OK);
    assert_true(verified);
    buffer_free(&payload);
}

static void test_response__tells_a_refusal_without_values(void **state)
{
    (void)state;
    struct buffer payload;
    msgpack_packer packer;
    begin(&packer, &payload, "ErrorResponse", 1);
    packer_text(&packer, "message");
    packer_text(&packer, "bad value 0x1234567890abcdef1234567890 at 12\n");
    for (size_t reader = 0; reader < READER_COUNT; reader++) {
        struct failure failure;
        assert_outcome(read_copy(reader, payload.data, payload.length, &failure), ENGINE_REFUSED);
        assert_string_equal(failure.message, "bb refused: bad value 0x# at 12 ");
    }
    buffer_free(&payload);
    begin(&packer, &payload, "ErrorResponse", 1);
    packer_text(&packer, "message");
    msgpack_pack_nil(&packer);
    assert_nonsense(0, payload.data, payload.length);
    buffer_free(&payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_response__takes_what_bb_answers),
        cmocka_unit_test(test_response__refuses_what_is_cut_anywhere),
        cmocka_unit_test(test_response__refuses_the_answer_to_another_question),
        cmocka_unit_test(test_response__refuses_hostile_counts),
        cmocka_unit_test(test_response__refuses_other_shapes),
        cmocka_unit_test(test_response__refuses_a_value_of_another_type),
        cmocka_unit_test(test_response_proof__takes_words_of_32_bytes_only),
        cmocka_unit_test(test_response_proof__gives_words_in_order),
        cmocka_unit_test(test_response_verification_key__needs_a_whole_hash),
        cmocka_unit_test(test_response_verified__gives_the_verdict),
        cmocka_unit_test(test_response__tells_a_refusal_without_values),
    };
    return RUN_TESTS(tests);
}
