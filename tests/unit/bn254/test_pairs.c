/* What the table's parts do to points against their naive twins: sums of pairs, and sums over
 * buckets. The points that the parts take are of a form of their own, so each sum is told by the
 * bucket it is put in. */
#include "values.h"

#include <stdlib.h>
#include <string.h>

#include "bn254/arithmetic_internal.h"

/* More pairs than share an inversion, and no multiple of eight. */
enum { POINTS = 5000, PAIRS = POINTS / 2 - 3, FEW = 300, WINDOW = 8 };

static struct g1 points[POINTS];
static struct g1 imported[POINTS];
static struct g1 sums[PAIRS + 1];
static uint32_t left[PAIRS];
static uint32_t right[PAIRS];
static uint32_t places[PAIRS];

/* Each point is twice the one before: no two sums are equal. */
static void fill(void)
{
    static struct g1 doubles[POINTS];
    struct g1_jacobian point;
    g1_to_jacobian(&point, &g1_generator);
    for (size_t index = 0; index < POINTS && g1_is_infinity(&doubles[POINTS - 1]); index++) {
        g1_to_affine(&doubles[index], &point);
        g1_double(&point, &point);
    }
    memcpy(points, doubles, sizeof(points));
}

static void add_pairs(size_t count, bool is_signed, bool has_infinity, bool expected)
{
    size_t size = arithmetic()->scratch_bytes;
    void *scratch = size == 0 ? NULL : aligned_alloc(64, size);
    struct pairs pairs = {left, right, places, count, is_signed, has_infinity, scratch};
    arithmetic()->import_points(imported, points, POINTS);
    assert_true(arithmetic()->add_pairs(sums, imported, &pairs) == expected);
    free(scratch);
}

/* The value of a point of the form: that of a window with one bucket. */
static struct g1_jacobian value_of(const struct g1 *point)
{
    uint32_t starts[] = {0, 1};
    struct g1 copies[2] = {*point, *point};
    struct buckets buckets = {copies, starts, 1, 1};
    struct g1_jacobian value;
    if (g1_is_infinity(point))
        return G1_JACOBIAN_INFINITY;
    arithmetic()->sum_buckets(&value, &buckets);
    return value;
}

static void assert_sums(size_t count, bool is_signed)
{
    for (size_t pair = 0; pair < count; pair++) {
        struct g1 a = points[is_signed ? left[pair] >> 1 : left[pair]];
        struct g1 b = points[is_signed ? right[pair] >> 1 : right[pair]];
        struct g1_jacobian expected;
        struct g1_jacobian value = value_of(&sums[places[pair]]);
        if (is_signed && (left[pair] & 1) != 0)
            g1_negate(&a, &a);
        if (is_signed && (right[pair] & 1) != 0)
            g1_negate(&b, &b);
        g1_to_jacobian(&expected, &a);
        g1_add_affine(&expected, &expected, &b);
        assert_true(g1_jacobian_equal(&value, &expected));
    }
}

static void pair_up(bool is_signed)
{
    uint64_t seed = 1;
    fill();
    for (size_t pair = 0; pair < PAIRS; pair++) {
        uint32_t first = (uint32_t)(next_random(&seed) % POINTS);
        uint32_t second = (first + 1 + (uint32_t)(next_random(&seed) % (POINTS - 1))) % POINTS;
        uint64_t signs = is_signed ? next_random(&seed) : 0;
        left[pair] = is_signed ? first << 1 | (signs & 1) : first;
        right[pair] = is_signed ? second << 1 | (signs >> 1 & 1) : second;
        places[pair] = (uint32_t)(PAIRS - pair);
    }
}

static void test_add_pairs__as_one_by_one(void **state)
{
    (void)state;
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        pair_up(is_signed != 0);
        for (size_t count = 0; count < 20; count++) {
            add_pairs(count, is_signed != 0, false, false);
            assert_sums(count, is_signed != 0);
        }
        add_pairs(PAIRS, is_signed != 0, false, false);
        assert_sums(PAIRS, is_signed != 0);
    }
}

/* One pair of the many is equal, then one opposite, then one has infinity: at each place of a
 * block. */
static void test_add_pairs__special_cases_anywhere(void **state)
{
    (void)state;
    for (size_t place = 0; place < FEW; place += place < 9 ? 1 : 97) {
        pair_up(true);
        right[place] = left[place];
        add_pairs(FEW, true, false, false);
        assert_sums(FEW, true);
        right[place] = left[place] ^ 1;
        add_pairs(FEW, true, false, true);
        assert_sums(FEW, true);
        pair_up(false);
        points[left[place]] = G1_INFINITY;
        add_pairs(FEW, false, true, false);
        assert_sums(FEW, false);
    }
}

/* All pairs of one kind: equal, or opposite. */
static void test_add_pairs__nothing_but_special_cases(void **state)
{
    (void)state;
    pair_up(true);
    for (size_t pair = 0; pair < PAIRS; pair++)
        right[pair] = left[pair];
    add_pairs(PAIRS, true, false, false);
    assert_sums(PAIRS, true);
    for (size_t pair = 0; pair < PAIRS; pair++)
        right[pair] = left[pair] ^ 1;
    add_pairs(PAIRS, true, false, true);
    assert_sums(PAIRS, true);
}

/* Some buckets are empty, and points are such that the running sums meet the next one. */
static void check_buckets(size_t windows, size_t count, unsigned int kind)
{
    uint64_t seed = kind;
    size_t filled = 0;
    uint32_t *starts = malloc((windows * count + 1) * sizeof(*starts));
    struct g1_jacobian *expected = malloc(windows * sizeof(*expected));
    struct g1_jacobian *values = malloc(windows * sizeof(*values));
    assert_true(starts != NULL && expected != NULL && values != NULL);
    for (size_t bucket = 0; bucket < windows * count; bucket++) {
        starts[bucket] = (uint32_t)filled;
        if (kind == 1 || next_random(&seed) % 3 != 0)
            filled++;
    }
    starts[windows * count] = (uint32_t)filled;
    assert_true(filled < POINTS);
    fill();
    if (kind == 2) {
        for (size_t index = 1; index < POINTS; index++)
            points[index] = points[0];
    }
    if (kind == 3) {
        for (size_t index = 1; index < POINTS; index += 2)
            g1_negate(&points[index], &points[index - 1]);
    }
    sum_buckets_one_by_one(expected, &(struct buckets){points, starts, count, windows});
    arithmetic()->import_points(imported, points, POINTS);
    arithmetic()->sum_buckets(values, &(struct buckets){imported, starts, count, windows});
    for (size_t window = 0; window < windows; window++)
        assert_true(g1_jacobian_equal(&values[window], &expected[window]));
    free(starts);
    free(expected);
    free(values);
}

static void test_sum_buckets__as_one_by_one(void **state)
{
    (void)state;
    for (unsigned int kind = 0; kind < 4; kind++) {
        for (size_t windows = 1; windows < 3 * WINDOW; windows++) {
            for (size_t count = 1; count <= 16; count *= 2)
                check_buckets(windows, count, kind);
        }
        check_buckets(1, 1024, kind);
        check_buckets(3, 512, kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_pairs__as_one_by_one),
        cmocka_unit_test(test_add_pairs__special_cases_anywhere),
        cmocka_unit_test(test_add_pairs__nothing_but_special_cases),
        cmocka_unit_test(test_sum_buckets__as_one_by_one),
    };
    return RUN_TESTS(tests);
}
