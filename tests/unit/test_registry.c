/* The circuits of a server, and who keeps them alive. */
#include <stdlib.h>
#include <string.h>

#include "artifact.h"
#include "circuits/registry.h"
#include "metrics/metrics.h"
#include "metrics/text.h"

static struct failure failure;

static struct circuit *circuit_named(const char *name)
{
    struct circuit *circuit = NULL;
    char *artifact = artifact_of_hex(small_program);
    assert_result(circuit_parse(&circuit, name, artifact, strlen(artifact), &failure), RESULT_OK);
    free(artifact);
    return circuit;
}

static struct circuit *add(struct registry *registry, const char *name)
{
    struct circuit *circuit = circuit_named(name);
    assert_result(registry_add(registry, circuit, &failure), RESULT_OK);
    return circuit;
}

static void assert_finds(struct registry *registry, const char *id_or_name,
                         const struct circuit *expected)
{
    struct circuit *found = registry_find(registry, id_or_name);
    assert_ptr_equal(found, expected);
    circuit_release(found);
}

static void test_registry_find__knows_ids_names_and_the_first(void **state)
{
    (void)state;
    struct registry *registry = registry_create(10);
    assert_finds(registry, NULL, NULL);
    assert_finds(registry, "first", NULL);
    struct circuit *first = add(registry, "first");
    struct circuit *second = add(registry, "second");
    assert_finds(registry, NULL, first);
    assert_finds(registry, "first", first);
    assert_finds(registry, "second", second);
    assert_finds(registry, first->id, first);
    assert_finds(registry, "", NULL);
    assert_finds(registry, "firs", NULL);
    assert_finds(registry, "First", NULL);
    registry_destroy(registry);
    registry_destroy(NULL);
}

/* No name gets here that looks like an id; should one, then it is not found by it. */
static void test_registry_find__is_not_misled_by_a_name_that_is_an_id(void **state)
{
    (void)state;
    struct registry *registry = registry_create(10);
    struct circuit *right = add(registry, "right");
    char id[CIRCUIT_ID_CHARACTERS + 1];
    memset(id, 'e', sizeof(id));
    id[CIRCUIT_ID_CHARACTERS] = '\0';
    memcpy(right->name, id, sizeof(id));
    assert_finds(registry, id, NULL);
    assert_finds(registry, right->id, right);
    registry_destroy(registry);
}

static void test_registry_holds__tells_a_circuit_from_one_in_its_place(void **state)
{
    (void)state;
    struct registry *registry = registry_create(10);
    struct circuit *first = add(registry, "name");
    struct circuit *second = circuit_named("name");
    assert_true(registry_holds(registry, first));
    assert_false(registry_holds(registry, second));
    circuit_retain(first);
    registry_remove(registry, first);
    assert_false(registry_holds(registry, first));
    circuit_release(first);
    circuit_release(second);
    registry_destroy(registry);
}

static void test_registry_has_bytecode__under_any_name(void **state)
{
    (void)state;
    struct registry *registry = registry_create(10);
    struct circuit *first = add(registry, "first");
    struct circuit *second = add(registry, "second");
    registry_remove(registry, first);
    assert_true(registry_has_bytecode(registry, second->bytecode_id));
    assert_false(registry_has_bytecode(registry, second->id));
    registry_destroy(registry);
}

static void test_registry_add__refuses_a_name_twice(void **state)
{
    (void)state;
    struct registry *registry = registry_create(10);
    struct circuit *first = add(registry, "name");
    struct circuit *second = circuit_named("name");
    assert_result(registry_add(registry, second, &failure), RESULT_CIRCUIT_NAME_TAKEN);
    assert_contains(failure.message, "name");
    circuit_release(second);
    assert_finds(registry, "name", first);
    registry_destroy(registry);
}

static void test_registry_add__holds_the_registry_to_its_size(void **state)
{
    (void)state;
    struct registry *registry = registry_create(1);
    struct circuit *first = add(registry, "first");
    struct circuit *second = circuit_named("second");
    assert_result(registry_add(registry, second, &failure), RESULT_CIRCUITS_FULL);
    assert_contains(failure.message, "--max-circuits");
    registry_remove(registry, first);
    assert_result(registry_add(registry, second, &failure), RESULT_OK);
    registry_destroy(registry);
}

static void test_registry_add__holds_abis_to_their_limit(void **state)
{
    (void)state;
    struct registry *registry = registry_create(10);
    struct circuit *circuit = circuit_named("name");
    size_t bytes = strlen(circuit->abi_text);
    registry_limit_abis(registry, bytes - 1);
    assert_result(registry_check(registry, circuit, &failure), RESULT_CIRCUIT_TOO_LARGE);
    assert_result(registry_add(registry, circuit, &failure), RESULT_CIRCUIT_TOO_LARGE);
    assert_contains(failure.message, "--max-abi-bytes");
    registry_limit_abis(registry, bytes);
    assert_result(registry_add(registry, circuit, &failure), RESULT_OK);
    registry_destroy(registry);
}

static struct circuit *upload_named(const char *name)
{
    struct circuit *circuit = circuit_named(name);
    circuit->origin = CIRCUIT_UPLOADED;
    return circuit;
}

static void test_registry_share_budget__holds_uploads_to_half_of_it(void **state)
{
    (void)state;
    struct budget budget;
    struct registry *registry = registry_create(10);
    struct circuit *first = upload_named("first");
    struct circuit *second = upload_named("second");
    size_t bytes = circuit_bytes(first);
    budget_init(&budget, 4 * bytes - 2);
    registry_share_budget(registry, &budget);
    assert_result(registry_add(registry, first, &failure), RESULT_OK);
    assert_result(registry_check(registry, second, &failure), RESULT_CIRCUITS_FULL);
    assert_result(registry_add(registry, second, &failure), RESULT_CIRCUITS_FULL);
    assert_contains(failure.message, "--max-bodies-bytes");
    assert_int_equal(budget_taken(&budget, BUDGET_KEPT), bytes);
    (void)circuit_retain(first);
    registry_remove(registry, first);
    assert_result(registry_check(registry, second, &failure), RESULT_CIRCUITS_FULL);
    circuit_release(first);
    assert_result(registry_add(registry, second, &failure), RESULT_OK);
    registry_destroy(registry);
    assert_int_equal(budget_taken_in_all(&budget), 0);
    budget_destroy(&budget);
}

static void test_registry_share_budget__tells_one_upload_that_is_too_much(void **state)
{
    (void)state;
    struct budget budget;
    struct budget_share bodies = {.budget = &budget};
    struct registry *registry = registry_create(10);
    struct circuit *circuit = upload_named("name");
    budget_init(&budget, 2 * circuit_bytes(circuit) - 2);
    registry_share_budget(registry, &budget);
    assert_result(registry_add(registry, circuit, &failure), RESULT_CIRCUIT_TOO_LARGE);
    assert_contains(failure.message, "--max-bodies-bytes");
    budget.most += 2;
    assert_true(budget_set(&bodies, budget.most));
    assert_result(registry_add(registry, circuit, &failure), RESULT_QUEUE_FULL);
    assert_true(budget_set(&bodies, 0));
    assert_result(registry_add(registry, circuit, &failure), RESULT_OK);
    registry_destroy(registry);
    budget_destroy(&budget);
}

static void
test_registry_share_budget__counts_what_is_there_and_nothing_of_the_operators(void **state)
{
    (void)state;
    struct budget budget;
    struct registry *registry = registry_create(10);
    struct circuit *upload = upload_named("upload");
    budget_init(&budget, 2);
    assert_result(registry_add(registry, upload, &failure), RESULT_OK);
    (void)add(registry, "given");
    registry_share_budget(registry, &budget);
    (void)add(registry, "later");
    assert_int_equal(budget_taken(&budget, BUDGET_KEPT), circuit_bytes(upload));
    assert_int_equal(budget_room(&budget), 1);
    struct circuit *another = upload_named("another");
    budget.most = circuit_bytes(another) * 2;
    budget_force(&upload->kept, budget.most);
    assert_result(registry_add(registry, another, &failure), RESULT_CIRCUITS_FULL);
    circuit_release(another);
    registry_destroy(registry);
    assert_int_equal(budget_taken_in_all(&budget), 0);
    budget_destroy(&budget);
}

static void test_registry_remove__leaves_a_circuit_to_those_who_hold_it(void **state)
{
    (void)state;
    struct registry *registry = registry_create(10);
    struct circuit *first = add(registry, "first");
    struct circuit *second = add(registry, "second");
    struct circuit *third = add(registry, "third");
    struct circuit *held = registry_find(registry, "second");
    registry_remove(registry, second);
    assert_finds(registry, "second", NULL);
    registry_remove(registry, second);
    assert_string_equal(held->name, "second");
    assert_int_equal(atomic_load(&held->references), 1);
    circuit_release(held);
    size_t count = 0;
    struct circuit **list = registry_list(registry, &count);
    assert_int_equal(count, 2);
    assert_ptr_equal(list[0], first);
    assert_ptr_equal(list[1], third);
    registry_destroy(registry);
    assert_string_equal(list[1]->name, "third");
    circuit_release(list[0]);
    circuit_release(list[1]);
    free(list);
}

static bool is_measured(const char *part)
{
    struct buffer text = BUFFER_EMPTY;
    assert_true(metrics_write_text(&text) && buffer_append(&text, "", 1));
    bool found = strstr((const char *)text.data, part) != NULL;
    buffer_free(&text);
    return found;
}

/* A proof that runs holds the old one while the new one is proven. */
static void test_circuit_release__of_one_deleted_keeps_the_metrics_of_its_successor(void **state)
{
    (void)state;
    struct registry *registry = registry_create(10);
    struct circuit *old = circuit_retain(add(registry, "same"));
    registry_remove(registry, old);
    (void)add(registry, "same");
    metrics_set(METRIC_PROOF_PEAK_MEMORY, 1, METRIC_LABELS("same"));
    circuit_release(old);
    assert_true(is_measured("circuit=\"same\""));
    registry_destroy(registry);
    assert_false(is_measured("circuit=\"same\""));
}

static void test_registry_list__is_empty_at_first(void **state)
{
    (void)state;
    struct registry *registry = registry_create(10);
    size_t count = 7;
    assert_null(registry_list(registry, &count));
    assert_int_equal(count, 0);
    registry_destroy(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry_find__knows_ids_names_and_the_first),
        cmocka_unit_test(test_registry_find__is_not_misled_by_a_name_that_is_an_id),
        cmocka_unit_test(test_registry_holds__tells_a_circuit_from_one_in_its_place),
        cmocka_unit_test(test_registry_has_bytecode__under_any_name),
        cmocka_unit_test(test_registry_add__refuses_a_name_twice),
        cmocka_unit_test(test_registry_add__holds_the_registry_to_its_size),
        cmocka_unit_test(test_registry_add__holds_abis_to_their_limit),
        cmocka_unit_test(test_registry_share_budget__holds_uploads_to_half_of_it),
        cmocka_unit_test(test_registry_share_budget__tells_one_upload_that_is_too_much),
        cmocka_unit_test(
            test_registry_share_budget__counts_what_is_there_and_nothing_of_the_operators),
        cmocka_unit_test(test_registry_remove__leaves_a_circuit_to_those_who_hold_it),
        cmocka_unit_test(test_circuit_release__of_one_deleted_keeps_the_metrics_of_its_successor),
        cmocka_unit_test(test_registry_list__is_empty_at_first),
    };
    return RUN_TESTS(tests);
}
