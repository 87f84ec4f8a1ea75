/* The choice of an implementation: by the environment, by name, and of what the processor has. */
#include "values.h"

#include <stdlib.h>

#include "bn254/cpu.h"

/* Runs first: nothing has been chosen yet. */
static void test_cpu_used__is_what_the_environment_names(void **state)
{
    (void)state;
    const char *name = getenv(CPU_VARIABLE);
    assert_non_null(name);
    assert_string_equal(cpu_name(cpu_used()), name);
}

static void test_cpu_use__changes_what_runs(void **state)
{
    (void)state;
    for (unsigned int cpu = 0; cpu < CPU_COUNT; cpu++) {
        enum cpu before = cpu_used();
        bool has = cpu_has((enum cpu)cpu);
        assert_true(cpu_use((enum cpu)cpu) == has);
        assert_true(cpu_used() == (has ? (enum cpu)cpu : before));
    }
    assert_true(cpu_has(CPU_PORTABLE));
    assert_false(cpu_has(CPU_COUNT));
}

static void test_cpu_from_name__knows_three(void **state)
{
    (void)state;
    enum cpu cpu = CPU_COUNT;
    assert_false(cpu_from_name(&cpu, "IFMA"));
    assert_false(cpu_from_name(&cpu, ""));
    assert_true(cpu == CPU_COUNT);
    for (unsigned int known = 0; known < CPU_COUNT; known++) {
        assert_true(cpu_from_name(&cpu, cpu_name((enum cpu)known)));
        assert_true(cpu == (enum cpu)known);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpu_used__is_what_the_environment_names),
        cmocka_unit_test(test_cpu_use__changes_what_runs),
        cmocka_unit_test(test_cpu_from_name__knows_three),
    };
    return RUN_TESTS(tests);
}
