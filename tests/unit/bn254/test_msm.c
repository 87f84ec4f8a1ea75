/* Multi-scalar multiplication against its naive twin: every small size, some larger ones, and
 * scalars and points that a fast way through could stumble over. */
#include "values.h"

#include <stdlib.h>

#include "bn254/msm.h"

enum { SMALL = 300, COMMON = 2000, FEW_LONG = 8001, LARGEST = 20000, CHANGE = 50 };

/* Points whose logarithms are known: each is the one before plus a point that changes now and then.
 */
static void fill_points(struct g1 *points, struct field *logarithms, size_t count, uint64_t *seed)
{
    struct g1_jacobian sum = G1_JACOBIAN_INFINITY;
    struct field total = FIELD_ZERO;
    struct field step = FIELD_ZERO;
    struct g1 point = G1_INFINITY;
    for (size_t index = 0; index < count; index++) {
        if (index % CHANGE == 0) {
            struct integer256 scalar;
            struct g1_jacobian product;
            step = random_fr(seed);
            field_to_integer(&scalar, &step);
            g1_multiply(&product, &g1_generator, &scalar);
            g1_to_affine(&point, &product);
        }
        field_add(&total, &total, &step);
        g1_add_affine(&sum, &sum, &point);
        logarithms[index] = total;
        g1_to_affine(&points[index], &sum);
    }
}

static void assert_same(const struct g1 *points, const struct field *scalars, size_t count)
{
    struct g1_jacobian sum;
    struct g1_jacobian expected;
    assert_int_equal(msm(&sum, points, scalars, count), BN254_OK);
    msm_naive(&expected, points, scalars, count);
    assert_true(g1_jacobian_equal(&sum, &expected));
}

struct fixture {
    struct g1 points[LARGEST];
    struct field logarithms[LARGEST];
    struct field scalars[LARGEST];
};

static struct fixture *make_fixture(uint64_t seed, size_t count)
{
    struct fixture *fixture = malloc(sizeof(*fixture));
    assert_non_null(fixture);
    fill_points(fixture->points, fixture->logarithms, count, &seed);
    for (size_t index = 0; index < count; index++)
        fixture->scalars[index] = random_fr(&seed);
    return fixture;
}

static void test_msm__small_sizes(void **state)
{
    (void)state;
    struct fixture *fixture = make_fixture(1, COMMON);
    for (size_t count = 0; count <= SMALL; count += count < 40 ? 1 : 13)
        assert_same(fixture->points + count, fixture->scalars, count);
    assert_same(fixture->points, fixture->scalars, SMALL);
    free(fixture);
}

/* The sum is the generator times the sum of scalar times logarithm. */
static void assert_by_logarithms(const struct fixture *fixture, size_t count)
{
    struct field total = FIELD_ZERO;
    struct field product;
    struct integer256 scalar;
    struct g1_jacobian sum;
    struct g1_jacobian expected;
    for (size_t index = 0; index < count; index++) {
        field_multiply(&product, &fixture->logarithms[index], &fixture->scalars[index]);
        field_add(&total, &total, &product);
    }
    field_to_integer(&scalar, &total);
    g1_multiply(&expected, &g1_generator, &scalar);
    assert_int_equal(msm(&sum, fixture->points, fixture->scalars, count), BN254_OK);
    assert_true(g1_jacobian_equal(&sum, &expected));
}

static void test_msm__large_sizes(void **state)
{
    (void)state;
    struct fixture *fixture = make_fixture(2, LARGEST);
    for (size_t count = 512; count <= 8192; count += count / 2 + 37)
        assert_by_logarithms(fixture, count);
    assert_by_logarithms(fixture, LARGEST);
    free(fixture);
}

/* One point all over, and with its negative in turns. */
static void test_msm__equal_and_opposite_points(void **state)
{
    (void)state;
    struct fixture *fixture = make_fixture(3, COMMON);
    for (size_t index = 1; index < 1000; index++)
        fixture->points[index] = fixture->points[0];
    assert_same(fixture->points, fixture->scalars, 100);
    assert_same(fixture->points, fixture->scalars, 1000);
    for (size_t index = 1; index < 1000; index += 2)
        g1_negate(&fixture->points[index], &fixture->points[0]);
    assert_same(fixture->points, fixture->scalars, 1000);
    for (size_t index = 0; index < 1000; index++)
        fixture->scalars[index] = fixture->scalars[0];
    assert_same(fixture->points, fixture->scalars, 1000);
    assert_same(fixture->points, fixture->scalars, 999);
    free(fixture);
}

/* Each point is the sum of the two before it: sums of some are others. */
static void test_msm__points_that_are_sums_of_points(void **state)
{
    (void)state;
    struct fixture *fixture = make_fixture(4, COMMON);
    for (size_t index = 2; index < 400; index++) {
        struct g1_jacobian sum;
        g1_to_jacobian(&sum, &fixture->points[index - 1]);
        g1_add_affine(&sum, &sum, &fixture->points[index - 2]);
        g1_to_affine(&fixture->points[index], &sum);
    }
    assert_same(fixture->points, fixture->scalars, 400);
    for (size_t index = 0; index < 400; index++)
        fixture->scalars[index] = field_from_u64(1 + index % 3);
    assert_same(fixture->points, fixture->scalars, 400);
    free(fixture);
}

static void test_msm__points_at_infinity(void **state)
{
    (void)state;
    struct fixture *fixture = make_fixture(5, COMMON);
    for (size_t index = 0; index < 500; index += 3)
        fixture->points[index] = G1_INFINITY;
    assert_same(fixture->points, fixture->scalars, 500);
    for (size_t index = 0; index < 500; index++)
        fixture->points[index] = G1_INFINITY;
    assert_same(fixture->points, fixture->scalars, 500);
    free(fixture);
}

/* All the scalars of one kind, and all kinds mixed. */
static void test_msm__edge_scalars(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    struct field edges[EDGES];
    struct fixture *fixture = make_fixture(6, COMMON);
    edge_frs(edges);
    for (size_t edge = 0; edge < EDGES; edge++) {
        for (size_t index = 0; index < COUNT; index++)
            fixture->scalars[index] = edges[edge];
        assert_same(fixture->points, fixture->scalars, COUNT);
    }
    for (size_t index = 0; index < COUNT; index++)
        fixture->scalars[index] = edges[index % EDGES];
    assert_same(fixture->points, fixture->scalars, COUNT);
    free(fixture);
}

/* Powers of 2 and numbers next to them meet every place where a window ends. */
static void test_msm__scalars_around_powers_of_two(void **state)
{
    (void)state;
    enum { POWERS = 254 };
    struct fixture *fixture = make_fixture(7, COMMON);
    struct field power = FIELD_ONE;
    for (size_t bit = 0; bit < POWERS; bit++) {
        fixture->scalars[3 * bit] = power;
        field_add(&fixture->scalars[3 * bit + 1], &power, &FIELD_ONE);
        field_subtract(&fixture->scalars[3 * bit + 2], &power, &FIELD_ONE);
        field_add(&power, &power, &power);
    }
    assert_same(fixture->points, fixture->scalars, 3 * POWERS);
    assert_same(fixture->points, fixture->scalars + 3 * POWERS - 60, 60);
    free(fixture);
}

/* Scalars of 16 bits, most of them zero, and few large ones, as columns of a circuit are. */
static void test_msm__mostly_small_scalars(void **state)
{
    (void)state;
    uint64_t seed = 8;
    struct fixture *fixture = make_fixture(8, COMMON);
    for (size_t index = 0; index < 2000; index++) {
        uint64_t small = next_random(&seed);
        if (index % 100 != 0)
            fixture->scalars[index] = field_from_u64(small % 3 == 0 ? small >> 48 : 0);
    }
    assert_same(fixture->points, fixture->scalars, 2000);
    free(fixture);
}

/* Most scalars get 16 bits, half of these negative: few are long, and are added up by themselves.
 */
static void shorten_most(struct fixture *fixture)
{
    uint64_t seed = 10;
    for (size_t index = 0; index < FEW_LONG; index++) {
        if (index % 1000 == 0)
            continue;
        fixture->scalars[index] = field_from_u64(next_random(&seed) >> 48);
        if (index % 2 == 0)
            field_negate(&fixture->scalars[index], &fixture->scalars[index]);
    }
}

static void test_msm__few_long_scalars(void **state)
{
    (void)state;
    struct fixture *fixture = make_fixture(10, FEW_LONG);
    shorten_most(fixture);
    assert_by_logarithms(fixture, FEW_LONG);
    assert_by_logarithms(fixture, FEW_LONG - 999);
    free(fixture);
}

/* Long scalars that are equal, or each other's negative, in groups of two, of many, and of all;
 * with points whose sum is infinity, with equal points, and with single scalars between. */
static void test_msm__equal_scalars(void **state)
{
    (void)state;
    enum { COUNT = 1500 };
    for (size_t groups = 1; groups <= COUNT / 2; groups = 3 * groups + 1) {
        struct fixture *fixture = make_fixture(11, COMMON);
        for (size_t index = 0; index < COUNT; index++) {
            if (index % 5 != 0)
                fixture->scalars[index] = fixture->scalars[COUNT + index % groups % 500];
            if (index % 7 == 0)
                field_negate(&fixture->scalars[index], &fixture->scalars[index]);
        }
        assert_same(fixture->points, fixture->scalars, COUNT);
        fixture->points[1] = fixture->points[1 + groups];
        g1_negate(&fixture->points[2], &fixture->points[2 + groups]);
        assert_same(fixture->points, fixture->scalars, COUNT);
        free(fixture);
    }
}

/* The sums of equal scalars' points are infinity, all of them. */
static void test_msm__equal_scalars_of_opposite_points(void **state)
{
    (void)state;
    struct fixture *fixture = make_fixture(12, COMMON);
    for (size_t index = 1; index < 1000; index += 2) {
        g1_negate(&fixture->points[index], &fixture->points[index - 1]);
        fixture->scalars[index] = fixture->scalars[index - 1];
    }
    assert_same(fixture->points, fixture->scalars, 1000);
    assert_same(fixture->points, fixture->scalars, 1001);
    free(fixture);
}

/* So many allocations succeed before one fails. */
static size_t allocations_left = SIZE_MAX;

static bool may_allocate(void)
{
    return allocations_left != 0 && allocations_left-- != 0;
}

/* The first block after it was wanted, which is that of the scalars' numbers. */
static struct {
    bool is_wanted;
    void *memory;
    size_t size;
    bool is_wiped; /* when it was given back */
} watched;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    void *memory = may_allocate() ? __real_malloc(size) : NULL;
    if (watched.is_wanted) {
        watched.is_wanted = false;
        watched.memory = memory;
        watched.size = size;
    }
    return memory;
}

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return may_allocate() ? __real_aligned_alloc(alignment, size) : NULL;
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    return may_allocate() ? __real_calloc(count, size) : NULL;
}

static bool is_zero(const unsigned char *memory, size_t size)
{
    size_t index = 0;
    while (index < size && memory[index] == 0)
        index++;
    return index == size;
}

void __real_free(void *memory);
void __wrap_free(void *memory);
void __wrap_free(void *memory)
{
    if (memory != NULL && memory == watched.memory) {
        watched.is_wiped = is_zero(memory, watched.size);
        watched.memory = NULL;
    }
    __real_free(memory);
}

static void test_msm__scalars_are_wiped(void **state)
{
    (void)state;
    struct fixture *fixture = make_fixture(13, COMMON);
    struct g1_jacobian sum;
    watched.is_wanted = true;
    assert_int_equal(msm(&sum, fixture->points, fixture->scalars, COMMON), BN254_OK);
    assert_int_equal(watched.size, (COMMON + 1) * sizeof(struct integer256));
    assert_null(watched.memory);
    assert_true(watched.is_wiped);
    free(fixture);
}

static void test_msm__no_memory(void **state)
{
    (void)state;
    struct fixture *fixture = make_fixture(9, FEW_LONG);
    struct g1_jacobian sum = G1_JACOBIAN_INFINITY;
    size_t failures = 0;
    shorten_most(fixture);
    for (size_t index = 1; index < FEW_LONG; index += 4)
        fixture->scalars[index] = fixture->scalars[0];
    for (enum bn254_status status = BN254_NO_MEMORY; status != BN254_OK; failures++) {
        allocations_left = failures;
        status = msm(&sum, fixture->points, fixture->scalars, FEW_LONG);
        allocations_left = SIZE_MAX;
        assert_true(status == BN254_OK || status == BN254_NO_MEMORY);
        assert_true(g1_jacobian_is_infinity(&sum) == (status != BN254_OK));
    }
    /* Two for the scalars, one for the points, two for the equal scalars, and one each for the
     * short and the long ones; the last one was a success. */
    assert_int_equal(failures, 2 + 1 + 2 + 2 + 1);
    free(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_msm__small_sizes),
        cmocka_unit_test(test_msm__large_sizes),
        cmocka_unit_test(test_msm__equal_and_opposite_points),
        cmocka_unit_test(test_msm__points_that_are_sums_of_points),
        cmocka_unit_test(test_msm__points_at_infinity),
        cmocka_unit_test(test_msm__edge_scalars),
        cmocka_unit_test(test_msm__scalars_around_powers_of_two),
        cmocka_unit_test(test_msm__mostly_small_scalars),
        cmocka_unit_test(test_msm__few_long_scalars),
        cmocka_unit_test(test_msm__equal_scalars),
        cmocka_unit_test(test_msm__equal_scalars_of_opposite_points),
        cmocka_unit_test(test_msm__scalars_are_wiped),
        cmocka_unit_test(test_msm__no_memory),
    };
    return RUN_TESTS(tests);
}
