/* The base field, and inverses of many elements of both fields: laws on random and edge elements,
 * and numbers computed with Python's integers. */
#include "values.h"

#include <string.h>

#include "bn254/fr.h"

enum { RANDOM_ROUNDS = 1000, MOST = 40 };

/* a, b, a + b, a - b, a b, 1 / a */
static const char *const reference[][6] = {
    {"96af626d67e4d928a8318174d645fa6d13c513a42f8eda197b1165f0971b7c4",
     "a7b0523ead50263f4d6d23508bd9d9676e9c8092966493dcbc16f01162794bf",
     "13e5fb4ac1534ff67f59ea4c5621fd3d482619436c5f36df637285601f994c83",
     "2f543f75ccdaeb584dfc8b98c6281a6df1d3f3c282046ef108103374cbc7204c",
     "14d7c8eb5167cbc65a5c1bea1e44b35ccc0ca1eae9d2d670322c408b73b3d6cc",
     "e3f13af2779813abeca43e8e5f7311b0a2ffdc8dab55698d85d75f2401272c9"},
    {"1f5e468fa63cf5f9bdcdc219fe72c33b959575fe0a734d03343a2c9fbed3e91c",
     "1c9222e00dfafe390727d4dad921bf95cc9ff851b6ab9f1ab79db4df2694e1f7",
     "b8c1afcd30654090ca5513e56132a73cab403be58ad2190afb755680cebcdcc",
     "2cc23af9841f7c0b6a5ed3f255103a5c8f57dac53c7ade87c9c77c0983f0725",
     "179a1fbbb43289ef6da24842220ded1634d45887619b36f564349e47bcf8a714",
     "c00dd9a72157e58aec6a89ccf09c845c71e484d33348569620c128590a57bd9"},
    {"21ab644008d213b7b25a55f4796ce0e94630de19bf77d38d8b9b7cefad989a70",
     "189f9e712b420dd882e2e271c93de18f3dbf2458c92830e179c919c108050a4e",
     "9e6b43e52e281667cecf2afc1296a1aec6e97e1202e39e1c9440a99dd20a777",
     "90bc5cedd9005df2f777382b02eff5a0871b9c0f64fa2ac11d2632ea5939022",
     "97580cb8cbff01cb56995ccb518c74ce0303e6d2b720d1610d868ed223a68b1",
     "f5225731589a121275492b0102698c937bda4daddfd37651774436b8d17191"},
    {"1a2d25cdb70da03b466b3aa827a0018ae973d4d0d37e67494087c813f045f6e0",
     "2b0e797de2a22af7b42f9784aad7c8a81b5d04ff86dd8a43825dc254fc639b8b",
     "14d750d8b87e2b09424a8c7650f671d56d4f6f3ef1ea26ff86c4fe52142c9524",
     "1f82fac2b59d156d4a8be8d9fe49914065983a62b512a792fa4a91d5cc5f589c",
     "241cd6f0a3e3c2fc0869ab75f12baf9b4a83042b8f8f481c98bac8235927e013",
     "27365a0cd06b2602d9853fcbdd265c1a2330612154630aef1ca6932e71b2298d"},
    {"1f2f76351463b16dadaab2c3504c2658234fbb23dcf91c3118a0e3334436a18f",
     "153ff2aa470b02aa38113ebc4bf74313d28491690a6bf001b37301c69980fbbc",
     "40b1a6c7a3d13ee2d6babc91ac2110e5e52e1fb7ef341a58ff358e3053aa004",
     "9ef838acd58aec3759974070454e34450cb29bad28d2c2f652de16caab5a5d3",
     "123847ed17c72cd2786b5dc2d24460a931648956c1385c2d19dabc43cc87d46d",
     "1ea78294c1da0ef52428e25d137e7126d12c938121155f552c0f4404aa85507d"},
    {"14027cc39ba83d9c17c497dc0311b3b03e98c4f640e1ec969f1c9935719f9212",
     "22069fc3c7b73bd2c1d96d1af775a4477ccaa901c61f162fc4220e931c962909",
     "5a4ce14822dd945214dbf407905ff9a23e203669e8f3839271e1bb1b5b8bdd4",
     "22602b72b522a1f30e3b70778d1d67c6594f8685e334a0f4171b16b92d866650",
     "25103ff3d4cce9bd16e87f320123283aef5f8e269d3b23b51a3f505141a42709",
     "24057fcb4fa4d496b37cf65659646132b27abda249669a7152351e05ab7277af"},
    {"30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45", "0", "1",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46"},
    {"30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46", "1", "0",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46"},
    {"1", "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46", "3",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45", "1"},
    {"30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd44",
     "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd46", "2",
     "183227397098d014dc2822db40c0ac2ecbc0b548b438e5469e10460b6c3e7ea3"},
    {"1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "f9bb18d1ece5fd647afba497e7ea7a2687e956e978e3572c3df73e9278302b7", "0",
     "2dbea43a0d5f4fb302b48a6d79921233e618d1d5b7f2e2efec0671552fc959c0",
     "231c63c11308d9bbf21a7412bd091f068b8c3ccaebcc4e6a6b3965f5dcc6db47"}};

enum { REFERENCES = sizeof(reference) / sizeof(reference[0]) };

static void test_fq__python_agrees(void **state)
{
    (void)state;
    for (size_t row = 0; row < REFERENCES; row++) {
        struct fq a = fq_of_hex(reference[row][0]);
        struct fq b = fq_of_hex(reference[row][1]);
        struct fq result;
        fq_add(&result, &a, &b);
        assert_fq_hex(&result, reference[row][2]);
        fq_subtract(&result, &a, &b);
        assert_fq_hex(&result, reference[row][3]);
        fq_multiply(&result, &a, &b);
        assert_fq_hex(&result, reference[row][4]);
        assert_true(fq_invert_var(&result, &a));
        assert_fq_hex(&result, reference[row][5]);
    }
}

static void assert_below_modulus(const struct fq *element)
{
    struct integer256 limbs;
    memcpy(&limbs, element, sizeof(limbs));
    assert_true(integer256_compare(&limbs, &fq_modulus) < 0);
}

/* Commutativity, associativity, distributivity, and the operations that undo one another. */
static void check_laws(const struct fq *a, const struct fq *b, const struct fq *c)
{
    struct fq left;
    struct fq right;
    struct fq other;
    fq_multiply(&left, a, b);
    fq_multiply(&right, b, a);
    assert_true(fq_equal(&left, &right));
    assert_below_modulus(&left);
    fq_multiply(&left, &left, c);
    fq_multiply(&right, b, c);
    fq_multiply(&right, &right, a);
    assert_true(fq_equal(&left, &right));
    fq_add(&left, a, b);
    assert_below_modulus(&left);
    fq_multiply(&left, &left, c);
    fq_multiply(&right, a, c);
    fq_multiply(&other, b, c);
    fq_add(&right, &right, &other);
    assert_true(fq_equal(&left, &right));
    fq_subtract(&left, a, b);
    assert_below_modulus(&left);
    fq_add(&left, &left, b);
    assert_true(fq_equal(&left, a));
    fq_negate(&left, a);
    assert_below_modulus(&left);
    fq_add(&left, &left, a);
    assert_true(fq_is_zero(&left));
    fq_square(&left, a);
    fq_multiply(&right, a, a);
    assert_true(fq_equal(&left, &right));
    fq_double(&left, a);
    fq_add(&right, a, a);
    assert_true(fq_equal(&left, &right));
}

static void test_fq__laws_hold_on_edges(void **state)
{
    (void)state;
    struct fq edges[EDGES];
    edge_fqs(edges);
    for (size_t a = 0; a < EDGES; a++) {
        for (size_t b = 0; b < EDGES; b++) {
            for (size_t c = 0; c < EDGES; c++)
                check_laws(&edges[a], &edges[b], &edges[c]);
        }
    }
}

static void test_fq__laws_hold_on_random_elements(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
        struct fq a = random_fq(&seed);
        struct fq b = random_fq(&seed);
        struct fq c = random_fq(&seed);
        check_laws(&a, &b, &c);
    }
}

static void test_fq_invert_var__product_is_one(void **state)
{
    (void)state;
    uint64_t seed = 3;
    struct fq edges[EDGES];
    edge_fqs(edges);
    for (size_t round = 1; round < EDGES + RANDOM_ROUNDS; round++) {
        struct fq element = round < EDGES ? edges[round] : random_fq(&seed);
        struct fq inverse;
        assert_true(fq_invert_var(&inverse, &element));
        fq_multiply(&inverse, &inverse, &element);
        assert_true(fq_equal(&inverse, &FQ_ONE));
    }
}

static void test_fq_invert_var__zero_has_none(void **state)
{
    (void)state;
    struct fq inverse = FQ_ONE;
    assert_false(fq_invert_var(&inverse, &FQ_ZERO));
    assert_true(fq_equal(&inverse, &FQ_ONE));
}

static void test_fq_from_bytes__modulus_and_more_are_refused(void **state)
{
    (void)state;
    unsigned char bytes[FQ_BYTES];
    struct fq element = FQ_ONE;
    integer256_to_bytes(bytes, &fq_modulus);
    assert_false(fq_from_bytes(&element, bytes));
    bytes[FQ_BYTES - 1]++;
    assert_false(fq_from_bytes(&element, bytes));
    memset(bytes, 0xff, sizeof(bytes));
    assert_false(fq_from_bytes(&element, bytes));
    assert_true(fq_equal(&element, &FQ_ONE));
    integer256_to_bytes(bytes, &fq_modulus);
    bytes[FQ_BYTES - 1]--;
    assert_true(fq_from_bytes(&element, bytes));
    assert_true(fq_equal(&element, &FQ_MINUS_ONE));
}

static void test_fq_to_bytes__round_trip(void **state)
{
    (void)state;
    struct fq edges[EDGES];
    edge_fqs(edges);
    for (size_t index = 0; index < EDGES; index++) {
        unsigned char bytes[FQ_BYTES];
        struct fq back;
        fq_to_bytes(bytes, &edges[index]);
        assert_true(fq_from_bytes(&back, bytes));
        assert_true(fq_equal(&back, &edges[index]));
    }
}

/* Some of the elements are zero, the first and the last too. */
static void test_fq_invert_many_var__as_one_by_one(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (size_t count = 0; count < MOST; count++) {
        struct fq elements[MOST] = {{{0}}};
        struct fq inverses[MOST];
        struct fq expected;
        for (size_t index = 0; index < count; index++)
            elements[index] = index % 7 == count % 7 ? FQ_ZERO : random_fq(&seed);
        fq_invert_many_var(inverses, elements, count);
        for (size_t index = 0; index < count; index++) {
            if (!fq_invert_var(&expected, &elements[index]))
                expected = FQ_ZERO;
            assert_true(fq_equal(&inverses[index], &expected));
        }
    }
}

static void test_fr_invert_many_var__as_one_by_one(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (size_t count = 0; count < MOST; count++) {
        struct field elements[MOST] = {{{0}}};
        struct field inverses[MOST];
        struct field expected;
        for (size_t index = 0; index < count; index++)
            elements[index] = index % 7 == count % 7 ? FIELD_ZERO : random_fr(&seed);
        fr_invert_many_var(inverses, elements, count);
        for (size_t index = 0; index < count; index++) {
            if (!field_invert(&expected, &elements[index]))
                expected = FIELD_ZERO;
            assert_true(field_equal(&inverses[index], &expected));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fq__python_agrees),
        cmocka_unit_test(test_fq__laws_hold_on_edges),
        cmocka_unit_test(test_fq__laws_hold_on_random_elements),
        cmocka_unit_test(test_fq_invert_var__product_is_one),
        cmocka_unit_test(test_fq_invert_var__zero_has_none),
        cmocka_unit_test(test_fq_from_bytes__modulus_and_more_are_refused),
        cmocka_unit_test(test_fq_to_bytes__round_trip),
        cmocka_unit_test(test_fq_invert_many_var__as_one_by_one),
        cmocka_unit_test(test_fr_invert_many_var__as_one_by_one),
    };
    return RUN_TESTS(tests);
}
