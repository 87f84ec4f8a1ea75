/* The black boxes against published vectors and values of the reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "base/keccak.h"
#include "bn254/grumpkin.h"
#include "bn254/poseidon2.h"
#include "noir/blackbox/cipher.h"
#include "noir/blackbox/ecdsa.h"
#include "noir/blackbox/hash.h"

static void assert_bytes(const unsigned char *bytes, size_t length, const char *hex)
{
    char text[257];
    assert_true(2 * length + 1 <= sizeof(text));
    (void)sodium_bin2hex(text, sizeof(text), bytes, length);
    assert_string_equal(text, hex);
}

static void assert_field(const struct field *element, const char *hex)
{
    unsigned char bytes[FIELD_BYTES];
    field_to_bytes(bytes, element);
    assert_bytes(bytes, sizeof(bytes), hex);
}

static void from_hex(unsigned char *bytes, size_t length, const char *hex)
{
    size_t written;
    assert_int_equal(sodium_hex2bin(bytes, length, hex, strlen(hex), NULL, &written, NULL), 0);
    assert_int_equal(written, length);
}

static struct field field_of_hex(const char *hex)
{
    unsigned char bytes[FIELD_BYTES];
    struct field element;
    from_hex(bytes, sizeof(bytes), hex);
    assert_true(field_from_bytes(&element, bytes));
    return element;
}

static void test_sha256_compress__abc(void **state)
{
    (void)state;
    static const uint32_t expected[SHA256_STATE_WORDS] = {0xba7816bf, 0x8f01cfea, 0x414140de,
                                                          0x5dae2223, 0xb00361a3, 0x96177a9c,
                                                          0xb410ff61, 0xf20015ad};
    uint32_t words[SHA256_STATE_WORDS] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const uint32_t block[SHA256_BLOCK_WORDS] = {[0] = 0x61626380, [15] = 24};
    sha256_compress(words, block);
    assert_memory_equal(words, expected, sizeof(expected));
}

static void test_blake2s_hash__empty_and_abc(void **state)
{
    (void)state;
    unsigned char output[BLAKE_OUTPUT_BYTES];
    assert_true(blake2s_hash(output, (const unsigned char *)"", 0));
    assert_bytes(output, sizeof(output),
                 "69217a3079908094e11121d042354a7c1f55b6482ca1a51e1b250dfd1ed0eef9");
    assert_true(blake2s_hash(output, (const unsigned char *)"abc", 3));
    assert_bytes(output, sizeof(output),
                 "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
}

static void test_blake3_hash__chunks(void **state)
{
    (void)state;
    unsigned char output[BLAKE_OUTPUT_BYTES];
    unsigned char message[1025];
    for (size_t index = 0; index < sizeof(message); index++)
        message[index] = (unsigned char)(7 * index);
    blake3_hash(output, message, 0);
    assert_bytes(output, sizeof(output),
                 "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    blake3_hash(output, message, sizeof(message));
    assert_bytes(output, sizeof(output),
                 "d640176fa1f04b203747e9132636ecf738a7a485c0a4d56ff4dbce44ebc55a09");
}

static void test_blake3_hash__published_lengths(void **state)
{
    (void)state;
    /* The inputs of the BLAKE3 project's test vectors: byte i is i mod 251. */
    static unsigned char message[31744];
    static const struct {
        size_t length;
        const char *hash;
    } vectors[] = {
        {1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"},
        {64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98"},
        {65, "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee"},
        {1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"},
        {1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"},
        {1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"},
        {2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"},
        {2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"},
        {3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2"},
        {3073, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3"},
        {4097, "9b4052b38f1c5fc8b1f9ff7ac7b27cd242487b3d890d15c96a1c25b8aa0fb995"},
        {8193, "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b"},
        {31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"},
    };
    for (size_t index = 0; index < sizeof(message); index++)
        message[index] = (unsigned char)(index % 251);
    for (size_t index = 0; index < sizeof(vectors) / sizeof(vectors[0]); index++) {
        unsigned char output[BLAKE_OUTPUT_BYTES];
        blake3_hash(output, message, vectors[index].length);
        assert_bytes(output, sizeof(output), vectors[index].hash);
    }
}

static void test_keccak_f1600__zero_state(void **state)
{
    (void)state;
    uint64_t lanes[KECCAK_LANES] = {0};
    keccak_f1600(lanes);
    assert_true(lanes[0] == UINT64_C(0xf1258f7940e1dde7));
    assert_true(lanes[1] == UINT64_C(0x84d5ccf933c0478a));
    assert_true(lanes[24] == UINT64_C(0xeaf1ff7b5ceca249));
}

static void test_poseidon2_permute__known_values(void **state)
{
    (void)state;
    struct field values[POSEIDON2_WIDTH] = {field_from_u64(0), field_from_u64(1), field_from_u64(2),
                                            field_from_u64(3)};
    poseidon2_permute(values);
    assert_field(&values[0], "01bd538c2ee014ed5141b29e9ae240bf8db3fe5b9a38629a9647cf8d76c01737");
    assert_field(&values[1], "239b62e7db98aa3a2a8f6a0d2fa1709e7a35959aa6c7034814d9daa90cbac662");
    assert_field(&values[2], "04cbb44c61d928ed06808456bf758cbf0c18d1e15a7b6dbc8245fa7515d5e3cb");
    assert_field(&values[3], "2e11c5cff2a22c64d01304b778d78f6998eff1ab73163a35603f54794c30847a");
}

static void test_aes128_cbc_encrypt__in_place(void **state)
{
    (void)state;
    unsigned char message[16];
    const unsigned char iv[AES128_BLOCK_BYTES] = {0};
    const unsigned char key[AES128_KEY_BYTES] = {0};
    for (size_t index = 0; index < sizeof(message); index++)
        message[index] = (unsigned char)index;
    assert_true(aes128_cbc_encrypt(message, message, sizeof(message), iv, key));
    assert_bytes(message, sizeof(message), "7aca0fd9bcd6ec7c9f97466616e6a282");
    assert_true(aes128_cbc_encrypt(message, message, 0, iv, key));
}

static struct grumpkin_point generator(void)
{
    return (struct grumpkin_point){
        FIELD_ONE,
        field_of_hex("0000000000000002cf135e7506a45d632d270d45f1181294833fc48d823f272c")};
}

static void test_grumpkin_add__special_points(void **state)
{
    (void)state;
    char reason[GRUMPKIN_REASON_CHARACTERS];
    struct grumpkin_point g = generator();
    struct grumpkin_point infinity = {FIELD_ZERO, FIELD_ZERO};
    struct grumpkin_point sum;
    assert_true(grumpkin_add(&sum, &g, &g, reason));
    assert_field(&sum.x, "06ce1b0827aafa85ddeb49cdaa36306d19a74caa311e13d46d8bc688cdbffffe");
    assert_field(&sum.y, "1c122f81a3a14964909ede0ba2a6855fc93faf6fa1a788bf467be7e7a43f80ac");
    assert_true(grumpkin_add(&sum, &g, &infinity, reason));
    assert_true(field_equal(&sum.x, &g.x) && field_equal(&sum.y, &g.y));
    assert_true(grumpkin_add(&sum, &infinity, &infinity, reason));
    assert_true(field_is_zero(&sum.x) && field_is_zero(&sum.y));
    struct grumpkin_point opposite = g;
    field_negate(&opposite.y, &g.y);
    assert_true(grumpkin_add(&sum, &g, &opposite, reason));
    assert_true(field_is_zero(&sum.x) && field_is_zero(&sum.y));
}

static void test_grumpkin_add__point_off_the_curve(void **state)
{
    (void)state;
    char reason[GRUMPKIN_REASON_CHARACTERS];
    struct grumpkin_point g = generator();
    struct grumpkin_point off = {field_from_u64(1), field_from_u64(2)};
    struct grumpkin_point sum;
    assert_false(grumpkin_add(&sum, &g, &off, reason));
    assert_string_equal(
        reason, "Point (0000000000000000000000000000000000000000000000000000000000000001, "
                "0000000000000000000000000000000000000000000000000000000000000002) is not on "
                "curve");
}

static void test_grumpkin_multiply__both_halves(void **state)
{
    (void)state;
    char reason[GRUMPKIN_REASON_CHARACTERS];
    struct grumpkin_point g = generator();
    struct grumpkin_point sum;
    const struct field coordinates[] = {g.x, g.y};
    const struct field halves[] = {field_from_u64(1), field_from_u64(2)};
    assert_true(grumpkin_multiply(&sum, coordinates, halves, 1, reason));
    assert_field(&sum.x, "0702ab9c7038eeecc179b4f209991bcb68c7cb05bf4c532d804ccac36199c9a9");
    assert_field(&sum.y, "23f10e9e43a3ae8d75d24154e796aae12ae7af546716e8f81a2564f1b5814130");
    assert_true(grumpkin_multiply(&sum, NULL, NULL, 0, reason));
    assert_true(field_is_zero(&sum.x) && field_is_zero(&sum.y));
}

static void test_grumpkin_multiply__scalars_out_of_range(void **state)
{
    (void)state;
    char reason[GRUMPKIN_REASON_CHARACTERS];
    struct grumpkin_point g = generator();
    struct grumpkin_point sum;
    const struct field coordinates[] = {g.x, g.y};
    struct field wide = field_from_u128((uint128)1 << 127);
    field_add(&wide, &wide, &wide);
    assert_false(
        grumpkin_multiply(&sum, coordinates, (const struct field[]){wide, FIELD_ZERO}, 1, reason));
    assert_non_null(strstr(reason, "is not less than 2^128"));
    struct field low =
        field_from_u128((uint128)UINT64_C(0x97816a916871ca8d) << 64 | UINT64_C(0x3c208c16d87cfd47));
    struct field high =
        field_from_u128((uint128)UINT64_C(0x30644e72e131a029) << 64 | UINT64_C(0xb85045b68181585d));
    assert_false(
        grumpkin_multiply(&sum, coordinates, (const struct field[]){low, high}, 1, reason));
    assert_string_equal(reason, "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47 "
                                "is not a valid grumpkin scalar");
    /* One less is minus one: the opposite of the generator. */
    struct field one = FIELD_ONE;
    field_subtract(&low, &low, &one);
    assert_true(grumpkin_multiply(&sum, coordinates, (const struct field[]){low, high}, 1, reason));
    field_negate(&sum.y, &sum.y);
    assert_true(field_equal(&sum.x, &g.x) && field_equal(&sum.y, &g.y));
}

struct signed_hash {
    enum ecdsa_curve curve;
    const char *hash;
    const char *x;
    const char *y;
    const char *signature;
    const char *high_signature; /* the same with the other s */
};

static const struct signed_hash signed_hashes[] = {
    {ECDSA_SECP256K1, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "9377c312145a5afb911bf9e8c067bcf6094c533603687850df502b61290bbf5e",
     "742ba607d6ae1fc82dcccb176e7c8f9bdc7bb61e3ab527cecaf6144b679779fb",
     "202deff98705dec6904b1150f2334a527f6472e98082fc7200b64bce35c2318a"
     "3d3cc5a71bc1714cd041a431de8091fee37f33ea934a70cb1c5ac001ca1a3974",
     "202deff98705dec6904b1150f2334a527f6472e98082fc7200b64bce35c2318a"
     "c2c33a58e43e8eb32fbe5bce217f6dffd72fa8fc1bfe2f70a3779e8b061c07cd"},
    {ECDSA_SECP256R1, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "f9ebe464147cc102d92324d099d927c1a50e42d57a08a116ffec0a29819d8c65",
     "70baf7d12888902a6a0c1d67add103123c859ab69bf8e9431c9384930d4b7eee",
     "7a50ea20f54e2edc83dc6bfc40a4cccb51be2e0dde72d16ba954ae07dc21e7c4"
     "1a02642aee3640c00159f020f818a6e775d1ae05ed23437cddbb3b755393eab2",
     "7a50ea20f54e2edc83dc6bfc40a4cccb51be2e0dde72d16ba954ae07dc21e7c4"
     "e5fd9bd411c9bf40fea60fdf07e7591847154ca7b9f45b0815fe8f4da8cf3a9f"},
};

static bool verify(const struct signed_hash *item, const char *signature_hex, size_t flipped)
{
    unsigned char hash[ECDSA_NUMBER_BYTES];
    unsigned char x[ECDSA_NUMBER_BYTES];
    unsigned char y[ECDSA_NUMBER_BYTES];
    unsigned char signature[ECDSA_SIGNATURE_BYTES];
    from_hex(hash, sizeof(hash), item->hash);
    from_hex(x, sizeof(x), item->x);
    from_hex(y, sizeof(y), item->y);
    from_hex(signature, sizeof(signature), signature_hex);
    unsigned char *const parts[] = {hash, x, y, signature};
    if (flipped < 4)
        parts[flipped][31] ^= 1;
    bool is_valid = false;
    assert_true(ecdsa_verify(&is_valid, item->curve, hash, x, y, signature));
    return is_valid;
}

static void test_ecdsa_verify__good_and_changed(void **state)
{
    (void)state;
    for (size_t index = 0; index < 2; index++) {
        const struct signed_hash *item = &signed_hashes[index];
        assert_true(verify(item, item->signature, SIZE_MAX));
        for (size_t flipped = 0; flipped < 4; flipped++)
            assert_false(verify(item, item->signature, flipped));
    }
}

static void test_ecdsa_verify__high_s_is_invalid(void **state)
{
    (void)state;
    for (size_t index = 0; index < 2; index++)
        assert_false(verify(&signed_hashes[index], signed_hashes[index].high_signature, SIZE_MAX));
}

static void test_ecdsa_verify__numbers_out_of_range(void **state)
{
    (void)state;
    unsigned char zero[ECDSA_SIGNATURE_BYTES] = {0};
    unsigned char ones[ECDSA_SIGNATURE_BYTES];
    memset(ones, 0xff, sizeof(ones));
    bool is_valid = true;
    assert_true(ecdsa_verify(&is_valid, ECDSA_SECP256K1, zero, zero, zero, zero));
    assert_false(is_valid);
    is_valid = true;
    assert_true(ecdsa_verify(&is_valid, ECDSA_SECP256R1, ones, ones, ones, ones));
    assert_false(is_valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256_compress__abc),
        cmocka_unit_test(test_blake2s_hash__empty_and_abc),
        cmocka_unit_test(test_blake3_hash__chunks),
        cmocka_unit_test(test_blake3_hash__published_lengths),
        cmocka_unit_test(test_keccak_f1600__zero_state),
        cmocka_unit_test(test_poseidon2_permute__known_values),
        cmocka_unit_test(test_aes128_cbc_encrypt__in_place),
        cmocka_unit_test(test_grumpkin_add__special_points),
        cmocka_unit_test(test_grumpkin_add__point_off_the_curve),
        cmocka_unit_test(test_grumpkin_multiply__both_halves),
        cmocka_unit_test(test_grumpkin_multiply__scalars_out_of_range),
        cmocka_unit_test(test_ecdsa_verify__good_and_changed),
        cmocka_unit_test(test_ecdsa_verify__high_s_is_invalid),
        cmocka_unit_test(test_ecdsa_verify__numbers_out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
