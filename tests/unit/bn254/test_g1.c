/* G1: multiples computed with Python's integers, the group's laws with all special cases, and what
 * is refused when a point is read. */
#include "values.h"

#include <string.h>

enum { POINTS = 5 };

static const char *const multiples[][3] = {
    {"2", "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3",
     "15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4"},
    {"3", "769bf9ac56bea3ff40232bcb1b6bd159315d84715b8e679f2d355961915abf0",
     "2ab799bee0489429554fdb7c8d086475319e63b40b9c5b57cdf1ff3dd9fe2261"},
    {"5", "17c139df0efee0f766bc0204762b774362e4ded88953a39ce849a8a7fa163fa9",
     "1e0559bacb160664764a357af8a9fe70baa9258e0b959273ffc5718c6d4cc7c"},
    {"ffffffffffffffff", "1730bdde84703e019a50b6e6b7b850e3aaf6582f206837ec1a609ad26f764b02",
     "270e9b4a12f16bffa963fbf5ee3e45a183b3a45335333aff835dbfcec2e3d71d"},
    {"10000000000000000", "457cafda1576b6f5fea6125056e6d52c4b01de7b44ae5aae162e83c9fe86928",
     "16471c8dad2cb3ea4c4645d8b108abfb95fdb1c87485a1d78a3d158e529aaabc"},
    {"ab54a98ceb1f0ad2", "14e2946f9ea29efcd6c8d3bc8ebce97aff2267495f19207d83a5a278b3d1b675",
     "d6d60e75a6a4aef02b7c664972665bbdfa16ef85493ca2cc449eea611b9ed31"},
    {"30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000", "1",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45"},
    {"30644e72e131a029b85045b68181585d2833e84879b9709143e1f593efffffff",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3",
     "1a76dae6d3272396d0cbe61fced2bc532edac647851e3ac53ce1cc9c7e645a83"},
    {"183227397098d014dc2822db40c0ac2e9419f4243cdcb848a1f0fac9f8000001",
     "16c372d654908a9ae463a429149fd61b49e61926c29d6b83d6c2945ebebf69f5",
     "248d150d0ff52b314c0776a65de1a87f52dca3c42555bb3c56c48e829db59bb7"},
    {"2b27552ff96fa7df1ca61bf01d1efeb3153e6f9f2485676aeea915bf94c65df1",
     "1b4478bf785ae6eb0d56b5c2c08c0e4decffd8021495d8200195e7ca82b061f6",
     "15caeddf3904670d210c0c714d68bf783c09323b91a6129501a6a49495622f1b"},
    {"3e6273f89eca2b5f67d7d4663764cd1295bb0b01a446d5b03f4900ae02faa73",
     "3834e18b92c947e2d34fb5a0c138d9d9eb50ef19e64db2758b3ebf0738afc5e",
     "2b727244f3033fa1ca89c1eeb936d9a7c8518618b4dee60d18587e40af7c1cfc"},
    {"e6f8457b67ddce72092bb2e79d643099cc5c8f36c6c276e7f8594f8978343ab",
     "121f507e7e57645c4643eb25f5da1d34142aeee2726c54d190db67dbbbb0af26",
     "252e03b7ff649377672d19ae1ab4a7f753904408e2f058a8d0bdac253beb0171"},
    {"c90c1e517dd4fbf038bc2bffe76c1c77eb4dd45f24312d941fa81ab67687982",
     "92c74b419defa08a6054cb06b83b4f83cb5c66d7e6cecd36d89706f8bed1789",
     "13cb3fc87422e4a50c262ba3d66b056ed0fea78ad2cfcfd200539631e653221e"}};

enum { MULTIPLES = sizeof(multiples) / sizeof(multiples[0]) };

static void test_g1_multiply__python_agrees(void **state)
{
    (void)state;
    for (size_t row = 0; row < MULTIPLES; row++) {
        struct integer256 scalar = integer_of_hex(multiples[row][0]);
        struct g1_jacobian product;
        struct g1 point;
        g1_multiply(&product, &g1_generator, &scalar);
        g1_to_affine(&point, &product);
        assert_fq_hex(&point.x, multiples[row][1]);
        assert_fq_hex(&point.y, multiples[row][2]);
        assert_true(g1_is_on_curve(&point));
    }
}

static void test_g1_multiply__order_gives_infinity(void **state)
{
    (void)state;
    struct g1_jacobian product;
    struct g1 point;
    g1_multiply(&product, &g1_generator, &field_modulus);
    assert_true(g1_jacobian_is_infinity(&product));
    g1_to_affine(&point, &product);
    assert_true(g1_is_infinity(&point));
    g1_multiply(&product, &point, &(struct integer256){{5, 6, 7, 8}});
    assert_true(g1_jacobian_is_infinity(&product));
    g1_multiply(&product, &g1_generator, &(struct integer256){{0}});
    assert_true(g1_jacobian_is_infinity(&product));
}

/* Infinity, a point, its double, its negative and another. */
static void some_points(struct g1 points[POINTS])
{
    uint64_t seed = 1;
    struct g1_jacobian doubled;
    points[0] = G1_INFINITY;
    points[1] = random_g1(&seed);
    g1_to_jacobian(&doubled, &points[1]);
    g1_double(&doubled, &doubled);
    g1_to_affine(&points[2], &doubled);
    g1_negate(&points[3], &points[1]);
    points[4] = random_g1(&seed);
}

/* The same point with another z. */
static void scale(struct g1_jacobian *point, uint64_t *seed)
{
    struct fq factor = random_fq(seed);
    struct fq power;
    fq_multiply(&point->z, &point->z, &factor);
    fq_square(&power, &factor);
    fq_multiply(&point->x, &point->x, &power);
    fq_multiply(&power, &power, &factor);
    fq_multiply(&point->y, &point->y, &power);
}

/* The three additions say the same, in both orders, whatever the z and wherever the sum goes. */
static void check_sum(const struct g1 *left, const struct g1 *right, uint64_t *seed)
{
    struct g1_jacobian a;
    struct g1_jacobian b;
    struct g1_jacobian sum;
    struct g1_jacobian other;
    g1_to_jacobian(&a, left);
    g1_to_jacobian(&b, right);
    g1_add(&sum, &a, &b);
    scale(&a, seed);
    scale(&b, seed);
    g1_add_affine(&other, &a, right);
    assert_true(g1_jacobian_equal(&sum, &other));
    g1_add(&other, &b, &a);
    assert_true(g1_jacobian_equal(&sum, &other));
    other = a;
    g1_add(&other, &other, &b);
    assert_true(g1_jacobian_equal(&sum, &other));
    g1_add(&b, &a, &b);
    assert_true(g1_jacobian_equal(&sum, &b));
    g1_add_affine(&a, &a, right);
    assert_true(g1_jacobian_equal(&sum, &a));
    struct g1 affine;
    g1_to_affine(&affine, &sum);
    assert_true(g1_is_on_curve(&affine));
}

static void test_g1_add__equal_opposite_and_infinity(void **state)
{
    (void)state;
    uint64_t seed = 2;
    struct g1 points[POINTS];
    some_points(points);
    for (size_t left = 0; left < POINTS; left++) {
        for (size_t right = 0; right < POINTS; right++)
            check_sum(&points[left], &points[right], &seed);
    }
    struct g1_jacobian sum;
    struct g1_jacobian expected;
    g1_to_jacobian(&sum, &points[1]);
    g1_add_affine(&sum, &sum, &points[1]);
    g1_to_jacobian(&expected, &points[2]);
    assert_true(g1_jacobian_equal(&sum, &expected));
    g1_to_jacobian(&sum, &points[1]);
    g1_add_affine(&sum, &sum, &points[3]);
    assert_true(g1_jacobian_is_infinity(&sum));
}

static void test_g1_add__is_associative(void **state)
{
    (void)state;
    struct g1 points[POINTS];
    some_points(points);
    for (size_t index = 0; index < POINTS * POINTS * POINTS; index++) {
        struct g1_jacobian left;
        struct g1_jacobian right;
        struct g1_jacobian first;
        const struct g1 *c = &points[index / (POINTS * POINTS)];
        g1_to_jacobian(&first, &points[index % POINTS]);
        g1_add_affine(&left, &first, &points[index / POINTS % POINTS]);
        g1_add_affine(&left, &left, c);
        g1_to_jacobian(&right, &points[index / POINTS % POINTS]);
        g1_add_affine(&right, &right, c);
        g1_add(&right, &first, &right);
        assert_true(g1_jacobian_equal(&left, &right));
    }
}

static void test_g1_jacobian_equal__differences_are_seen(void **state)
{
    (void)state;
    struct g1 points[POINTS];
    some_points(points);
    for (size_t left = 0; left < POINTS; left++) {
        for (size_t right = 0; right < POINTS; right++) {
            struct g1_jacobian a;
            struct g1_jacobian b;
            g1_to_jacobian(&a, &points[left]);
            g1_to_jacobian(&b, &points[right]);
            assert_true(g1_jacobian_equal(&a, &b) == (left == right));
        }
    }
}

static void test_g1_to_bytes__round_trip(void **state)
{
    (void)state;
    struct g1 points[POINTS];
    some_points(points);
    for (size_t index = 0; index < POINTS; index++) {
        unsigned char bytes[G1_BYTES];
        struct field limbs[G1_LIMBS];
        struct g1 back = g1_generator;
        g1_to_bytes(bytes, &points[index]);
        assert_int_equal(g1_from_bytes(&back, bytes), BN254_OK);
        assert_true(g1_equal(&back, &points[index]));
        back = g1_generator;
        g1_to_limbs(limbs, &points[index]);
        assert_int_equal(g1_from_limbs(&back, limbs), BN254_OK);
        assert_true(g1_equal(&back, &points[index]));
    }
}

static void assert_refused(const unsigned char bytes[G1_BYTES], enum bn254_status expected)
{
    struct g1 point = g1_generator;
    assert_int_equal(g1_from_bytes(&point, bytes), expected);
    assert_true(g1_equal(&point, &g1_generator));
}

static void test_g1_from_bytes__off_the_curve(void **state)
{
    (void)state;
    unsigned char bytes[G1_BYTES];
    g1_to_bytes(bytes, &g1_generator);
    bytes[G1_BYTES - 1] ^= 1;
    assert_refused(bytes, BN254_NOT_ON_CURVE);
    memset(bytes, 0, sizeof(bytes));
    bytes[FQ_BYTES - 1] = 1;
    assert_refused(bytes, BN254_NOT_ON_CURVE);
    memset(bytes, 0, sizeof(bytes));
    bytes[G1_BYTES - 1] = 1;
    assert_refused(bytes, BN254_NOT_ON_CURVE);
}

/* q and q + 1 are 0 and 1 to whoever reduces them. */
static void test_g1_from_bytes__not_canonical(void **state)
{
    (void)state;
    unsigned char bytes[G1_BYTES];
    g1_to_bytes(bytes, &g1_generator);
    integer256_to_bytes(bytes, &fq_modulus);
    bytes[FQ_BYTES - 1]++;
    assert_refused(bytes, BN254_NOT_CANONICAL);
    g1_to_bytes(bytes, &g1_generator);
    integer256_to_bytes(bytes + FQ_BYTES, &fq_modulus);
    bytes[G1_BYTES - 1] = (unsigned char)(bytes[G1_BYTES - 1] + 2);
    assert_refused(bytes, BN254_NOT_CANONICAL);
    memset(bytes, 0, sizeof(bytes));
    integer256_to_bytes(bytes, &fq_modulus);
    assert_refused(bytes, BN254_NOT_CANONICAL);
    memset(bytes, 0xff, sizeof(bytes));
    assert_refused(bytes, BN254_NOT_CANONICAL);
}

static void assert_limbs_refused(const struct field limbs[G1_LIMBS], enum bn254_status expected)
{
    struct g1 point = g1_generator;
    assert_int_equal(g1_from_limbs(&point, limbs), expected);
    assert_true(g1_equal(&point, &g1_generator));
}

/* 2^136 in a low limb is 1 in the high one to whoever adds them up. */
static void test_g1_from_limbs__too_large(void **state)
{
    (void)state;
    struct field power = fr_of_hex("10000000000000000000000000000000000");
    struct field high = fr_of_hex("400000000000000000000000000000");
    for (size_t limb = 0; limb < G1_LIMBS; limb++) {
        struct field limbs[G1_LIMBS];
        g1_to_limbs(limbs, &g1_generator);
        field_add(&limbs[limb], &limbs[limb], limb % 2 == 0 ? &power : &high);
        assert_limbs_refused(limbs, BN254_LIMB_TOO_LARGE);
        limbs[limb] = FIELD_MINUS_ONE;
        assert_limbs_refused(limbs, BN254_LIMB_TOO_LARGE);
    }
}

static void test_g1_from_limbs__not_canonical_and_off_the_curve(void **state)
{
    (void)state;
    struct field limbs[G1_LIMBS];
    g1_to_limbs(limbs, &g1_generator);
    /* q + 1 */
    limbs[0] = fr_of_hex("5d97816a916871ca8d3c208c16d87cfd48");
    limbs[1] = fr_of_hex("30644e72e131a029b85045b6818158");
    assert_limbs_refused(limbs, BN254_NOT_CANONICAL);
    g1_to_limbs(limbs, &g1_generator);
    limbs[3] = FIELD_ONE;
    assert_limbs_refused(limbs, BN254_NOT_ON_CURVE);
    g1_to_limbs(limbs, &G1_INFINITY);
    limbs[2] = FIELD_ONE;
    assert_limbs_refused(limbs, BN254_NOT_ON_CURVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_g1_multiply__python_agrees),
        cmocka_unit_test(test_g1_multiply__order_gives_infinity),
        cmocka_unit_test(test_g1_add__equal_opposite_and_infinity),
        cmocka_unit_test(test_g1_add__is_associative),
        cmocka_unit_test(test_g1_jacobian_equal__differences_are_seen),
        cmocka_unit_test(test_g1_to_bytes__round_trip),
        cmocka_unit_test(test_g1_from_bytes__off_the_curve),
        cmocka_unit_test(test_g1_from_bytes__not_canonical),
        cmocka_unit_test(test_g1_from_limbs__too_large),
        cmocka_unit_test(test_g1_from_limbs__not_canonical_and_off_the_curve),
    };
    return RUN_TESTS(tests);
}
