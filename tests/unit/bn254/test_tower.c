/* Fq2, Fq6 and Fq12: laws on random elements, what their headers define them by, and products
 * computed with Python's integers. */
#include "values.h"

enum { ROUNDS = 50 };

static const char *const left_hex[12] = {
    "e8cc9a76d27c91f2c28ded64be3e2e9b2372ff6cb41206a7813bb5783bdc177",
    "b870788139cab5c971583ec0aab8722495a38d09ce6b81bb6154826b1548e26",
    "4fd6400926ff1aa38f4d306f8eb0d218e9082b8bc75f5eb0e3909b2a802141b",
    "3a8b7c07957df1effddcc2d0d47ec5cfe40a6534b4684b866cdeeeb4492c953",
    "95ffb2c97a56edadeb2e4db4497120cf67449f7ce5eb7ccb183d775467b8fef",
    "1de0da7c4c6fb737ef07241b89fcc0e710aef25c4ca7ef92647d16d6631ebda6",
    "aa82c5e50ed7ef02a55d3c01976b3cb6aaffc9008207dd4a5d70b9292e06861",
    "9b13d435d1079d4afd813a7c81b2c199273f89cbb8e7226e7c06c1cf2ff44f1",
    "88d21ce6010a025b4d2982b4e553c13706b71a2ae075810c52771bb887b1187",
    "20892e5af83219433acb3952dfd15f713fabfc8ad1d0b6cd4930177ecea534df",
    "1e21de44111ae3348590ca6fd2970f1826002f7a169aef1317a01fe576eb29e4",
    "2d690833f87ccf55e0aabb9bde4d8812b4864fd395ef2be424d2bd9ccec54201"};
static const char *const right_hex[12] = {
    "e9cb331d16c2d87f758c330d489afbb1bfa398f4738c92dcb257b7e45796c00",
    "656e70f8664473380b0e2dfc181ead8d17f51542f1b8b3205a7ff496e4512ed",
    "98e191f0bc759d022cbe1a03a4025fd99615c619201d8d5a3c20c4c3605fec1",
    "2aa3da0654065fb9eb49a4362a9897a7bf2bfd3ebfce60a6d09159857664c65a",
    "25149260e4483852491cc5ef6e77f20b578315c0155c8ebf9692ed0edde1439",
    "1eb5581d6e8c26d36d89a40947689bef6c017c3f05e3680ffbf13c4b701e3eb2",
    "43a29b446bc7d99d8fb6c17c3abd15d89888e47fb64fdab39085b58cb7dd75f",
    "2afab650e0a91a9f7752159b0ae033317aa1827a67455b14a213a141c6fde522",
    "19ebb60be8872650f9f60af3dae323ae3d9ff5bf345d2907aab6bc29006cd71a",
    "13c2a8738a44f09ad874cc03b578ae43f19883215e36d54ba917d122dc06a27a",
    "3bafc671fefa4a3f22b40039467a8048028751704fb3d7bdf002ed0f046928a",
    "cd6ba6d8da87d76617d00a572cfdedfd0350a977aea201fc967f6cd1624fdf5"};
static const char *const product_hex[12] = {
    "2b05567aa2fa246555260764d456d12bdd03f6136348d7fbfdb3210dfd1e3e75",
    "2d2338a7f183c620fe13133b134f0d06b8c43bda41f8983b0a763047eebb94c8",
    "1ea88a81dd8680e8858b092c667cc07264e7de4b68dc56bd1a67a8557cc526fc",
    "b7a2b70e8baa31b6b0ced407c06cfd17e4a8e722bee33e40fec88dbc94698dc",
    "b4a5acc9d379c1427213ad2ef2810e7fd9b1881353c6a6572ddebb05e034899",
    "261c9023b722b9852a4da201c0cc7c45e4ca2ad1df2196c9892bbdb690065cfa",
    "2865cfc72dfc2ca20e2be4e2f3af23adc25819979b234b9b454a44735c792a78",
    "24c1ed2885ca29dd1b6e0be93c87f249e79536450ed1e29947545b9f138fd71a",
    "239038c5a26adace5be8eac1eacdb576fe2f3849667d6782f6c4fc64cc0e4382",
    "227e4061276109b136c8781e7dc67da203d2b7a551eb26efbd8933a378991da4",
    "435b3d029ab373a6eee056f5addb9dafde2ca859f78cd5321cf8208bfca7661",
    "d8e02dc5c9478d50bb327011a0511be75ba0a18dda3794040066d2b7692469"};
static const char *const inverse_hex[12] = {
    "19c0c94fe3bf9c5d94ffc70ce8239dba51f11709dd3f8c77e6fced315a2d9b92",
    "2613b4576acf1a8bfc32e7cf3575b39e1aadb1c92a511826d160c40042acdc95",
    "2f0a79ec06b9ebb2b815c4a71cf38b27abba2c6b1b885e5e5a7283f2bd6f61c",
    "202341620810883c50cce0185092eba49ebb07c8527417d416996c234112253a",
    "d4371e1bf30c7113c2b9cefa4ecf48dfd054b74efee9f0f388e4871f609880f",
    "aa8dbffdf49d873d55f7f7638060a934f38f8f404f317f5a8ef96a033a1ee0e",
    "2d62375aa01f8690f4e142835136934207e39d738c605a5fb7c8807a5fc249e8",
    "f89268eba5304036397dd74dede8b466159bcf6cb020010d22b843c72a5bd3f",
    "583cae78b7209f4d5daa12d06aeae97c2d6c1720a632d1891aa24a6871dcd53",
    "24d9d14cbd956a0e26e4e60a9322f90656a75c2f977c7c19286403c381a8ed2e",
    "140f1974f707f73151844bb7a8d2b371a6074b0f3a5ecb2284c7c11543b7f007",
    "22fbed6eece508890f302b55de14bc45d5917199e3cd08785d6ddcaac3144fe9"};
static const char *const frobenius_hex[12] = {
    "e8cc9a76d27c91f2c28ded64be3e2e9b2372ff6cb41206a7813bb5783bdc177",
    "24dd46eacd94f4cd213ac1ca76d5d13b4e2731c0cb8b1271860b43f027286f21",
    "2067474d7d721a13f4435fb3fcb43e4131c685df56674e10675c0a3e429f532a",
    "2f3bc08eebb476c9a160a94b3a4adde81af187b728f33fc06ac69d8e083d20e8",
    "14ab12731e9be1ba9ba9fc9ec00fd8da25d907b2f45d212900a94778465e8d2b",
    "2415dc3f033ee0a27924d110ef530b34890cc0e05a4251a845008b0a6bafdcc",
    "10b8d8845e17cb15f4ef221c885774e8e76cd5275276588dd2c110cd25613a0",
    "28949576ee7e472effb37ed9f5f25a7395f9df75d88349c0c2438c7ab6b39afd",
    "228b0c7be78b542950f6bf12cda9630a092c176a57b30eac1da9f14f0dfbb51c",
    "10c85f381f07b7928bb475164a85184aed9bda34d318ece3bc528b31cbc1e56b",
    "34197ab99eb1b1c719215ff5ad79ec1ac80e14adeb4fa3d4bc1fbf152d4d4a0",
    "a0cfd135732ab78890453ca6bac289d53b56b19a75ae672499021eb804563ce"};

static void test_fq12__python_agrees(void **state)
{
    (void)state;
    struct fq12 left = fq12_of_hex(left_hex);
    struct fq12 right = fq12_of_hex(right_hex);
    struct fq12 result;
    fq12_multiply(&result, &left, &right);
    assert_fq12_hex(&result, product_hex);
    assert_true(fq12_invert_var(&result, &left));
    assert_fq12_hex(&result, inverse_hex);
    fq12_frobenius(&result, &left);
    assert_fq12_hex(&result, frobenius_hex);
}

static void check_fq2(const struct fq2 *a, const struct fq2 *b, const struct fq2 *c)
{
    const struct fq2 u = {FQ_ZERO, FQ_ONE};
    struct fq2 left;
    struct fq2 right;
    struct fq2 other;
    fq2_multiply(&left, a, b);
    fq2_multiply(&left, &left, c);
    fq2_multiply(&right, b, c);
    fq2_multiply(&right, a, &right);
    assert_true(fq2_equal(&left, &right));
    fq2_add(&left, a, b);
    fq2_multiply(&left, &left, c);
    fq2_multiply(&right, a, c);
    fq2_multiply(&other, b, c);
    fq2_add(&right, &right, &other);
    assert_true(fq2_equal(&left, &right));
    fq2_square(&left, a);
    fq2_multiply(&right, a, a);
    assert_true(fq2_equal(&left, &right));
    fq2_multiply_by_xi(&left, a);
    fq2_multiply(&right, a, &u);
    for (size_t time = 0; time < 9; time++)
        fq2_add(&right, &right, a);
    assert_true(fq2_equal(&left, &right));
    fq2_scale(&left, a, &b->c1);
    fq2_multiply(&right, a, &(struct fq2){b->c1, FQ_ZERO});
    assert_true(fq2_equal(&left, &right));
    fq2_conjugate(&left, a);
    fq2_multiply(&left, &left, a);
    assert_true(fq_is_zero(&left.c1));
    if (fq2_invert_var(&left, a)) {
        fq2_multiply(&left, &left, a);
        assert_true(fq2_equal(&left, &FQ2_ONE));
    } else {
        assert_true(fq2_is_zero(a));
    }
}

static void test_fq2__laws(void **state)
{
    (void)state;
    struct fq edges[EDGES];
    uint64_t seed = 1;
    edge_fqs(edges);
    for (size_t a = 0; a < EDGES; a++) {
        for (size_t b = 0; b < EDGES; b++) {
            struct fq2 first = {edges[a], edges[b]};
            struct fq2 second = {edges[b], edges[a]};
            struct fq2 third = random_fq2(&seed);
            check_fq2(&first, &second, &third);
            check_fq2(&first, &third, &first);
        }
    }
}

static void test_fq6__laws(void **state)
{
    (void)state;
    uint64_t seed = 2;
    const struct fq6 v = {FQ2_ZERO, FQ2_ONE, FQ2_ZERO};
    for (size_t round = 0; round < ROUNDS; round++) {
        struct fq6 a = random_fq6(&seed);
        struct fq6 b = random_fq6(&seed);
        struct fq6 left;
        struct fq6 right;
        fq6_multiply(&left, &a, &b);
        fq6_multiply(&left, &left, &v);
        fq6_multiply_by_v(&right, &b);
        fq6_multiply(&right, &right, &a);
        assert_true(fq6_equal(&left, &right));
        b.c2 = FQ2_ZERO;
        fq6_multiply(&left, &a, &b);
        fq6_multiply_by_01(&right, &a, &b.c0, &b.c1);
        assert_true(fq6_equal(&left, &right));
        assert_true(fq6_invert_var(&left, &a));
        fq6_multiply(&left, &left, &a);
        assert_true(fq6_equal(&left, &FQ6_ONE));
    }
    struct fq6 inverse;
    assert_false(fq6_invert_var(&inverse, &FQ6_ZERO));
}

static void test_fq12__laws(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct fq12 a = random_fq12(&seed);
        struct fq12 b = random_fq12(&seed);
        struct fq12 left;
        struct fq12 right;
        fq12_square(&left, &a);
        fq12_multiply(&right, &a, &a);
        assert_true(fq12_equal(&left, &right));
        b.c0 = FQ6_ONE;
        b.c1.c2 = FQ2_ZERO;
        fq12_multiply(&left, &a, &b);
        fq12_multiply_by_line(&right, &a, &b.c1.c0, &b.c1.c1);
        assert_true(fq12_equal(&left, &right));
        fq12_frobenius(&left, &a);
        fq12_frobenius(&left, &left);
        fq12_frobenius_square(&right, &a);
        assert_true(fq12_equal(&left, &right));
        fq12_frobenius_square(&left, &left);
        fq12_frobenius_square(&left, &left);
        fq12_conjugate(&right, &a);
        assert_true(fq12_equal(&left, &right));
    }
    struct fq12 inverse;
    assert_false(fq12_invert_var(&inverse, &(struct fq12){FQ6_ZERO, FQ6_ZERO}));
}

/* The power q^6 - 1, and of that the power q^2 + 1, is in the subgroup. */
static void test_fq12_cyclotomic_square__in_its_subgroup(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct fq12 element = random_fq12(&seed);
        struct fq12 power;
        struct fq12 square;
        assert_true(fq12_invert_var(&power, &element));
        fq12_conjugate(&element, &element);
        fq12_multiply(&power, &power, &element);
        fq12_frobenius_square(&element, &power);
        fq12_multiply(&power, &power, &element);
        fq12_square(&square, &power);
        fq12_cyclotomic_square(&element, &power);
        assert_true(fq12_equal(&element, &square));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fq12__python_agrees),
        cmocka_unit_test(test_fq2__laws),
        cmocka_unit_test(test_fq6__laws),
        cmocka_unit_test(test_fq12__laws),
        cmocka_unit_test(test_fq12_cyclotomic_square__in_its_subgroup),
    };
    return RUN_TESTS(tests);
}
