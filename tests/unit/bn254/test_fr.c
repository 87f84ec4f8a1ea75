/* Scalars by many against scalars one by one: each count up to some blocks of lanes, edge values
 * against each other, and outputs that are inputs. */
#include "values.h"

#include <stdlib.h>
#include <string.h>

#include "bn254/fr.h"

enum { MOST = 1000, COLUMNS = FR_MOST_COLUMNS, SMALL = 70 };

static struct field left[2 * MOST];
static struct field right[2 * MOST];
static struct field results[2 * MOST];
static struct field columns[COLUMNS][MOST];

/* Edge values in all combinations first, then random ones. */
static void fill(uint64_t seed)
{
    struct field edges[EDGES];
    edge_frs(edges);
    for (size_t i = 0; i < 2 * (size_t)MOST; i++) {
        left[i] = i < (size_t)EDGES * EDGES ? edges[i % EDGES] : random_fr(&seed);
        right[i] = i < (size_t)EDGES * EDGES ? edges[i / EDGES] : random_fr(&seed);
    }
}

static size_t next_count(size_t count)
{
    return count < SMALL ? count + 1 : count + 311;
}

static struct field product_of(const struct field *a, const struct field *b)
{
    struct field product;
    field_multiply(&product, a, b);
    return product;
}

static void assert_same(const struct field *result, const struct field *expected)
{
    assert_memory_equal(result, expected, sizeof(*result));
}

static void assert_product(const struct field *result, const struct field *a, const struct field *b)
{
    const struct field expected = product_of(a, b);
    assert_same(result, &expected);
}

/* What is behind a count's end is left alone. */
static void mark_end(size_t count)
{
    results[count] = (struct field){{1, 2, 3, 4}};
}

static void assert_end(size_t count)
{
    assert_same(&results[count], &(struct field){{1, 2, 3, 4}});
}

static void test_fr_multiply_many__as_one_by_one(void **state)
{
    (void)state;
    fill(1);
    for (size_t count = 0; count < MOST; count = next_count(count)) {
        mark_end(count);
        fr_multiply_many(results, left, right, count);
        for (size_t i = 0; i < count; i++)
            assert_product(&results[i], &left[i], &right[i]);
        assert_end(count);
    }
    memcpy(results, left, sizeof(results));
    fr_multiply_many(results, results, results, MOST);
    for (size_t i = 0; i < MOST; i++)
        assert_product(&results[i], &left[i], &left[i]);
}

static void test_fr_scale_many__as_one_by_one(void **state)
{
    (void)state;
    struct field edges[EDGES];
    edge_frs(edges);
    fill(2);
    for (size_t edge = 0; edge < EDGES; edge++) {
        for (size_t count = 0; count < SMALL; count++) {
            mark_end(count);
            fr_scale_many(results, left, &edges[edge], count);
            for (size_t i = 0; i < count; i++)
                assert_product(&results[i], &left[i], &edges[edge]);
            assert_end(count);
        }
    }
    memcpy(results, left, sizeof(results));
    fr_scale_many(results, results, &results[2], MOST);
    for (size_t i = 0; i < MOST; i++)
        assert_product(&results[i], &left[i], &left[2]);
}

static void test_fr_add_scaled_many__as_one_by_one(void **state)
{
    (void)state;
    fill(3);
    for (size_t count = 0; count < MOST; count = next_count(count)) {
        memcpy(results, right, sizeof(results));
        mark_end(count);
        fr_add_scaled_many(results, left, &left[EDGES * EDGES + count % SMALL], count);
        for (size_t i = 0; i < count; i++) {
            struct field sum = product_of(&left[i], &left[EDGES * EDGES + count % SMALL]);
            field_add(&sum, &sum, &right[i]);
            assert_same(&results[i], &sum);
        }
        assert_end(count);
    }
}

static void check_combination(size_t columns_count, size_t count)
{
    const struct field *pointers[COLUMNS];
    for (size_t column = 0; column < columns_count; column++)
        pointers[column] = columns[column];
    mark_end(count);
    fr_combine_many(results, pointers, right, columns_count, count);
    for (size_t i = 0; i < count; i++) {
        struct field sum = FIELD_ZERO;
        for (size_t column = 0; column < columns_count; column++) {
            struct field product = product_of(&columns[column][i], &right[column]);
            field_add(&sum, &sum, &product);
        }
        assert_same(&results[i], &sum);
    }
    assert_end(count);
}

static void test_fr_combine_many__as_one_by_one(void **state)
{
    (void)state;
    fill(4);
    for (size_t column = 0; column < COLUMNS; column++)
        memcpy(columns[column], left + column, sizeof(columns[column]));
    for (size_t columns_count = 0; columns_count <= COLUMNS; columns_count++)
        check_combination(columns_count, 3 * columns_count);
    /* The largest sums that there are. */
    for (size_t column = 0; column < COLUMNS; column++) {
        for (size_t i = 0; i < MOST; i++)
            (void)integer256_subtract((struct integer256 *)&columns[column][i], &field_modulus,
                                      &(struct integer256){{1 + i % 3, 0, 0, 0}});
        right[column] = columns[0][0];
    }
    check_combination(COLUMNS, 100);
}

static void test_fr_fold_many__as_one_by_one(void **state)
{
    (void)state;
    struct field edges[EDGES];
    edge_frs(edges);
    for (size_t edge = 0; edge < EDGES; edge++) {
        for (size_t count = 0; count < MOST; count = next_count(count)) {
            fill(5);
            memcpy(results, left, sizeof(results));
            fr_fold_many(results, results, &edges[edge], count);
            for (size_t i = 0; i < count; i++) {
                struct field value;
                field_subtract(&value, &left[2 * i + 1], &left[2 * i]);
                value = product_of(&value, &edges[edge]);
                field_add(&value, &value, &left[2 * i]);
                assert_same(&results[i], &value);
            }
            assert_same(&results[2 * count], &left[2 * count]);
        }
    }
}

static void test_fr_sum_of_products__as_one_by_one(void **state)
{
    (void)state;
    struct field sum;
    struct field expected = FIELD_ZERO;
    fill(6);
    for (size_t count = 0; count < MOST; count++) {
        fr_sum_of_products(&sum, left, right, count);
        assert_same(&sum, &expected);
        struct field product = product_of(&left[count], &right[count]);
        field_add(&expected, &expected, &product);
    }
}

/* The largest sums that there are. */
static void test_fr_sum_of_products__of_the_largest(void **state)
{
    (void)state;
    struct field sum;
    struct field expected = FIELD_ZERO;
    struct field product;
    for (size_t i = 0; i < MOST; i++)
        (void)integer256_subtract((struct integer256 *)&left[i], &field_modulus,
                                  &(struct integer256){{1, 0, 0, 0}});
    product = product_of(&left[0], &left[0]);
    for (size_t i = 0; i < MOST; i++)
        field_add(&expected, &expected, &product);
    fr_sum_of_products(&sum, left, left, MOST);
    assert_same(&sum, &expected);
}

static void test_fr_fill_powers__as_one_by_one(void **state)
{
    (void)state;
    fill(7);
    for (size_t base = 0; base < SMALL; base++) {
        for (size_t count = 0; count < MOST; count = next_count(count)) {
            struct field expected = left[SMALL + base];
            mark_end(count);
            fr_fill_powers(results, &expected, &left[base], count);
            for (size_t i = 0; i < count; i++) {
                assert_same(&results[i], &expected);
                expected = product_of(&expected, &left[base]);
            }
            assert_end(count);
        }
    }
}

static void test_fr_integers__as_one_by_one(void **state)
{
    (void)state;
    struct integer256 integers[MOST + 1];
    fill(8);
    for (size_t count = 0; count < MOST; count = next_count(count)) {
        mark_end(count);
        fr_to_integers(integers, left, count);
        for (size_t i = 0; i < count; i++) {
            struct integer256 expected;
            field_to_integer(&expected, &left[i]);
            assert_memory_equal(&integers[i], &expected, sizeof(expected));
        }
        fr_from_integers(results, integers, count);
        assert_memory_equal(results, left, count * sizeof(*left));
        assert_end(count);
    }
}

/* Some are zero: none, one here and there, all. */
static void test_fr_invert_many_var__as_one_by_one(void **state)
{
    (void)state;
    for (size_t zeros = 1; zeros < 20; zeros += 3) {
        fill(9);
        for (size_t i = 0; i < MOST; i++)
            if (i % zeros == zeros / 2)
                left[i] = FIELD_ZERO;
        for (size_t count = 0; count < MOST; count = next_count(count)) {
            mark_end(count);
            fr_invert_many_var(results, left, count);
            for (size_t i = 0; i < count; i++) {
                struct field expected = FIELD_ZERO;
                (void)field_invert(&expected, &left[i]);
                assert_same(&results[i], &expected);
            }
            assert_end(count);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fr_multiply_many__as_one_by_one),
        cmocka_unit_test(test_fr_scale_many__as_one_by_one),
        cmocka_unit_test(test_fr_add_scaled_many__as_one_by_one),
        cmocka_unit_test(test_fr_combine_many__as_one_by_one),
        cmocka_unit_test(test_fr_fold_many__as_one_by_one),
        cmocka_unit_test(test_fr_sum_of_products__as_one_by_one),
        cmocka_unit_test(test_fr_sum_of_products__of_the_largest),
        cmocka_unit_test(test_fr_fill_powers__as_one_by_one),
        cmocka_unit_test(test_fr_integers__as_one_by_one),
        cmocka_unit_test(test_fr_invert_many_var__as_one_by_one),
    };
    return RUN_TESTS(tests);
}
