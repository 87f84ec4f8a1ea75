/* G2 and the pairing: known values, bilinearity, and points outside the subgroup. */
#include "values.h"

#include <string.h>

#include "bn254/pairing.h"

enum { ROUNDS = 3 };

/* On the twist and not in G2: any points, one whose order divides the cofactor, one of order 10069.
 */
static const char *const outside[][4] = {
    {"1", "2", "5202d732f082c817c10572228d33ffff38c112711b9b854f4e301b1c254340c",
     "1b2a1855a4e18488457f136e6ecb627341346445800ed2ed6ab74dc9af538a66"},
    {"2", "3", "239d6264efb1d130c43464ef93b83508adf1cf49b9571dc36dbbaa2a17dc655",
     "1b3983aba87e776f3bce1885442ec3e9c6ad7f6f05321c57eebe5dcf0c2e7f32"},
    {"3", "4", "270f81250a60232b888ea378ed17d288d2ea8261816315466442325b058b5d54",
     "1bb7752654443856c6d481f6d00e24c7381fa80b56e1126424be91f349b0a5fd"},
    {"194355d6c15e78c9072b8e236dbbc6e682d35016955e26a3b32e9b3887d10b8",
     "219218d2877406da770d2ff53677ad14b9b4b4e957ccdd483b1e4f1850a452a3",
     "8f9ac4d0228fca9d7f628687b68487d756e2d6d672217b095429bdf9c157c3f",
     "2c4ae84ecf17d461c7ed27d890a518b8df68771ea23b292a08a687a150286132"},
    {"2692623b72dd0a96d651781d52c1b0b24d3f5d125d86000cca5e6565e166a55",
     "17c893412f085490132ccd26bd5b48afad3614c597d806b32af4ffe2238bacfd",
     "1c8a40de68250e657a1044074a878916fc5fd847d936d4f649a219dcddb7f479",
     "ca22c24c3f54c5ae352c26f3f9cefc55694450e04f71f7bd4429ce217dd0a2b"}};

enum { OUTSIDE = sizeof(outside) / sizeof(outside[0]) };

static const char scalar_hex[] = "2dfa20292e51a48e9d554fb513fbfae29ddb355a4354ee408d6e53ea3c39cae8";
/* The generator times that. */
static const char *const product_hex[4] = {
    "13adc5b14b0661f02dc1bd79d3f00853a5241e3304dcec6508c28b5322343970",
    "412c10b63afd65656e51786870c66bbeef1497e99a83d82deb085f02fa54a3f",
    "2b633178eeffa4e93510232e8eb0605dc8b756f1a212c744d5a190557c745afa",
    "1851b6b21d544309d800de4ce57475605e85673e4865955eb9b6661c2d3ff5e"};
/* The second point of the ceremony's bn254_g2.dat. */
static const char *const tau_hex[4] = {
    "118c4d5b837bcc2bc89b5b398b5974e9f5944073b32078b7e231fec938883b0",
    "260e01b251f6f1c7e7ff4e580791dee8ea51d87a358e038b4efe30fac09383c1",
    "22febda3c0c0632a56475b4214e5615e11e6dd3f96e6cea2854a87d4dacc5e55",
    "4fc6369f7110fe3d25156c1bb9a72859cf2a04641f99ba4ee413c80da6a5fe4"};
/* e((1, 2), generator), and e(777 (1, 2), the generator times the scalar above) */
static const char *const pairing_hex[12] = {
    "12c70e90e12b7874510cd1707e8856f71bf7f61d72631e268fca81000db9a1f5",
    "84f330485b09e866bc2f2ea2b897394deaf3f12aa31f28cb0552990967d4704",
    "2c53748bcd21a7c038fb30ddc8ac3bf0af25d7859cfbc12c30c866276c565909",
    "27ed208e7a0b55ae6e710bbfbd2fd922669c026360e37cc5b2ab862411536104",
    "e841c2ac18a4003ac9326b9558380e0bc27fdd375e3605f96b819a358d34bde",
    "2067586885c3318eeffa1938c754fe3c60224ee5ae15e66af6b5104c47c8c5d8",
    "1ad9db1937fd72f4ac462173d31d3d6117411fa48dba8d499d762b47edb3b54a",
    "279db296f9d479292532c7c493d8e0722b6efae42158387564889c79fc038ee3",
    "1676555de427abc409c4a394bc5426886302996919d4bf4bdd02236e14b3636",
    "2b03614464f04dd772d86df88674c270ffc8747ea13e72da95e3594468f222c4",
    "dc26f240656bbe2029bd441d77c221f0ba4c70c94b29b5f17f0f6d08745a069",
    "108c19d15f9446f744d0f110405d3856d6cc3bda6c4d537663729f5257628417"};
static const char *const other_pairing_hex[12] = {
    "2c09bd01cbcb501fa4a2ad0b3c556e05969d8f28544d07cca1c7b7fb521c1a94",
    "2a078fd80843127119c16af19c280fc2f1ed48254124a3b33779ad2c70fa67e8",
    "9dd63a9b01252016950abfd80afd93fb7e4db400fecf4050b53911741d27ef1",
    "10673efc6dd0d45d2c1f9b3719a5093b911ca90fe73e803eef0e1268108ae2df",
    "5d46b7adcf5e8e779ef29c0de1477bee7c095da16956f52496c74cbc36d571e",
    "1db4d75bac00679b90e066e236ce74ded1c28940a0169f68e446faddf88b2224",
    "23b3e883605ada055b42bb64470fb7d8bfa295f22062b5ecbd41759c92a9ca8a",
    "9c3ac0c0f6e5c3fdef71b0ed7576e85efb8b0a874288ac50f6a4cc4d3be2a2c",
    "21cf18d2b95f99ce8c27c593d31af42a0cbf36e3a4d1cf181ed15b628e8ac613",
    "15b0f377f36f4c207f737bbcf0b03050d686de5c96174f545d0b018de0f67089",
    "103831e9cb6aece272f5109f52042a317a2d5afeb7cff75c3d915beb3987d85d",
    "9f9e3626b28bad693b792967d8315c0a554030d124e8e484a7fcb4a7f96c782"};

static struct g2 g2_of_hex(const char *const hex[4])
{
    return (struct g2){fq2_of_hex(hex), fq2_of_hex(hex + 2)};
}

static struct g2 g2_times(const struct g2 *point, uint64_t factor)
{
    struct g2 product;
    g2_multiply(&product, point, &(struct integer256){{factor, 0, 0, 0}});
    return product;
}

static struct g1 g1_times(const struct g1 *point, uint64_t factor)
{
    struct g1_jacobian product;
    struct g1 affine;
    g1_multiply(&product, point, &(struct integer256){{factor, 0, 0, 0}});
    g1_to_affine(&affine, &product);
    return affine;
}

static void pair(struct fq12 *value, const struct g1 *left, const struct g2 *right)
{
    struct g2_prepared prepared;
    const struct g2_prepared *list[1] = {&prepared};
    assert_int_equal(g2_prepare(&prepared, right), BN254_OK);
    pairing_miller_loop(value, left, list, 1);
    pairing_final_exponentiation(value, value);
}

static void test_g2_multiply__python_agrees(void **state)
{
    (void)state;
    struct integer256 scalar = integer_of_hex(scalar_hex);
    struct g2 product;
    struct g2 expected = g2_of_hex(product_hex);
    g2_multiply(&product, &g2_generator, &scalar);
    assert_true(g2_equal(&product, &expected));
    g2_multiply(&product, &G2_INFINITY, &scalar);
    assert_true(g2_is_infinity(&product));
    g2_multiply(&product, &g2_generator, &field_modulus);
    assert_true(g2_is_infinity(&product));
}

static void test_g2_from_bytes__round_trip(void **state)
{
    (void)state;
    struct g2 points[] = {G2_INFINITY, g2_generator, g2_of_hex(tau_hex), g2_of_hex(product_hex)};
    for (size_t index = 0; index < sizeof(points) / sizeof(points[0]); index++) {
        unsigned char bytes[G2_BYTES];
        struct g2 back = g2_generator;
        g2_to_bytes(bytes, &points[index]);
        assert_int_equal(g2_from_bytes(&back, bytes), BN254_OK);
        assert_true(g2_equal(&back, &points[index]));
    }
}

static void assert_refused(const unsigned char bytes[G2_BYTES], enum bn254_status expected)
{
    struct g2 point = g2_generator;
    assert_int_equal(g2_from_bytes(&point, bytes), expected);
    assert_true(g2_equal(&point, &g2_generator));
}

static void test_g2_from_bytes__outside_the_subgroup(void **state)
{
    (void)state;
    for (size_t index = 0; index < OUTSIDE; index++) {
        unsigned char bytes[G2_BYTES];
        struct g2_prepared prepared;
        struct g2 point = g2_of_hex(outside[index]);
        assert_true(g2_is_on_twist(&point));
        assert_false(g2_is_in_subgroup(&point));
        g2_to_bytes(bytes, &point);
        assert_refused(bytes, BN254_NOT_IN_SUBGROUP);
        assert_int_equal(g2_prepare(&prepared, &point), BN254_NOT_IN_SUBGROUP);
    }
}

static void test_g2_from_bytes__off_the_twist_and_not_canonical(void **state)
{
    (void)state;
    for (size_t word = 0; word < 4; word++) {
        unsigned char bytes[G2_BYTES];
        g2_to_bytes(bytes, &g2_generator);
        bytes[word * FQ_BYTES + FQ_BYTES - 1] ^= 1;
        assert_refused(bytes, BN254_NOT_ON_CURVE);
        integer256_to_bytes(bytes + word * FQ_BYTES, &fq_modulus);
        assert_refused(bytes, BN254_NOT_CANONICAL);
        memset(bytes, 0, sizeof(bytes));
        integer256_to_bytes(bytes + word * FQ_BYTES, &fq_modulus);
        assert_refused(bytes, BN254_NOT_CANONICAL);
    }
}

static void test_pairing__known_values(void **state)
{
    (void)state;
    struct fq12 value;
    pair(&value, &g1_generator, &g2_generator);
    assert_fq12_hex(&value, pairing_hex);
    struct g1 left = g1_times(&g1_generator, 777);
    struct g2 right = g2_of_hex(product_hex);
    pair(&value, &left, &right);
    assert_fq12_hex(&value, other_pairing_hex);
}

/* e(a P, b Q) = e(P, Q)^(a b) */
static void test_pairing__is_bilinear(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct fq12 base;
    pair(&base, &g1_generator, &g2_generator);
    for (size_t round = 0; round < ROUNDS; round++) {
        uint64_t a = next_random(&seed) >> 40;
        uint64_t b = next_random(&seed) >> 40;
        struct g1 left = g1_times(&g1_generator, a);
        struct g2 right = g2_times(&g2_generator, b);
        struct fq12 value;
        struct fq12 power = FQ12_ONE;
        for (unsigned int bit = 64; bit-- > 0;) {
            fq12_square(&power, &power);
            if ((a * b >> bit & 1) != 0)
                fq12_multiply(&power, &power, &base);
        }
        pair(&value, &left, &right);
        assert_true(fq12_equal(&value, &power));
        assert_false(fq12_is_one(&value));
    }
}

static void test_pairing__infinity_gives_one(void **state)
{
    (void)state;
    struct fq12 value;
    pair(&value, &G1_INFINITY, &g2_generator);
    assert_true(fq12_is_one(&value));
    pair(&value, &g1_generator, &G2_INFINITY);
    assert_true(fq12_is_one(&value));
    pair(&value, &G1_INFINITY, &G2_INFINITY);
    assert_true(fq12_is_one(&value));
}

/* 5 P with tau, -P with tau and -4 P with tau; more pairs than share their squares. */
static void test_pairing_product_is_one__many_pairs(void **state)
{
    (void)state;
    enum { PAIRS = 20 };
    struct g2 tau = g2_of_hex(tau_hex);
    struct g2_prepared prepared[2];
    const struct g2_prepared *list[PAIRS];
    struct g1 points[PAIRS];
    assert_int_equal(g2_prepare(&prepared[0], &tau), BN254_OK);
    assert_int_equal(g2_prepare(&prepared[1], &g2_generator), BN254_OK);
    assert_true(pairing_product_is_one(points, list, 0));
    /* The last two make up for the others: 0 + 1 + ... + 8 with each of the two points of G2. */
    for (size_t index = 0; index < PAIRS; index++) {
        list[index] = &prepared[index % 2];
        points[index] = g1_times(&g1_generator, index < PAIRS - 2 ? index / 2 : 36);
        if (index >= PAIRS - 2)
            g1_negate(&points[index], &points[index]);
    }
    assert_true(pairing_product_is_one(points, list, PAIRS));
    assert_false(pairing_product_is_one(points, list, PAIRS - 1));
    points[7] = points[5];
    assert_false(pairing_product_is_one(points, list, PAIRS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_g2_multiply__python_agrees),
        cmocka_unit_test(test_g2_from_bytes__round_trip),
        cmocka_unit_test(test_g2_from_bytes__outside_the_subgroup),
        cmocka_unit_test(test_g2_from_bytes__off_the_twist_and_not_canonical),
        cmocka_unit_test(test_pairing__known_values),
        cmocka_unit_test(test_pairing__is_bilinear),
        cmocka_unit_test(test_pairing__infinity_gives_one),
        cmocka_unit_test(test_pairing_product_is_one__many_pairs),
    };
    return RUN_TESTS(tests);
}
