/* What of the machine may be used, read from files as the kernel writes them, below a folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "process/machine.h"
#include "support.h"

#define GIB (UINT64_C(1) << 30)

static char root[PATH_MAX];

static int make_root(void **state)
{
    (void)state;
    make_folder(root);
    return 0;
}

static int remove_root(void **state)
{
    (void)state;
    remove_folder(root);
    return 0;
}

/* Writes a file below the root, and the folders that it needs. */
static void file(const char *name, const char *text)
{
    char path[PATH_MAX];
    path_in(path, root, name);
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    write_file(root, name, text, strlen(text));
}

static void test_machine_cores__without_a_cgroup_are_those_of_the_process(void **state)
{
    (void)state;
    assert_true(machine_cores(root) >= 1);
    assert_int_equal(machine_memory(root), 0);
    assert_int_equal(machine_memory_kills(root), 0);
}

static void test_machine_cores__are_the_quota_of_version_2_rounded_up(void **state)
{
    (void)state;
    unsigned all = machine_cores(root);
    file("proc/self/cgroup", "0::/pod/app\n");
    file("sys/fs/cgroup/pod/app/cpu.max", "max 100000\n");
    assert_int_equal(machine_cores(root), all);
    file("sys/fs/cgroup/pod/app/cpu.max", "25000 100000\n");
    assert_int_equal(machine_cores(root), 1);
    file("sys/fs/cgroup/pod/app/cpu.max", "100000 100000\n");
    assert_int_equal(machine_cores(root), 1);
    file("sys/fs/cgroup/pod/app/cpu.max", "110000 100000\n");
    assert_int_equal(machine_cores(root), all < 2 ? all : 2);
    file("sys/fs/cgroup/pod/app/cpu.max", "6400000 100000\n");
    assert_int_equal(machine_cores(root), all < 64 ? all : 64);
    file("sys/fs/cgroup/pod/app/cpu.max", "nonsense\n");
    assert_int_equal(machine_cores(root), all);
}

static void test_machine_cores__are_held_to_the_quota_of_a_cgroup_above(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/pod/app\n");
    file("sys/fs/cgroup/pod/app/cpu.max", "max 100000\n");
    file("sys/fs/cgroup/pod/cpu.max", "50000 100000\n");
    assert_int_equal(machine_cores(root), 1);
}

/* As in a container that sees its own cgroup as the root, whatever /proc says the path is. */
static void test_machine_cores__are_found_at_the_root_when_the_path_is_the_hosts(void **state)
{
    (void)state;
    file("proc/self/cgroup", "0::/system.slice/docker-1234.scope\n");
    file("sys/fs/cgroup/cpu.max", "50000 100000\n");
    file("sys/fs/cgroup/memory.max", "1073741824\n");
    assert_int_equal(machine_cores(root), 1);
    assert_int_equal(machine_memory(root), GIB);
}

static void test_machine_cores__are_the_quota_of_version_1(void **state)
{
    (void)state;
    unsigned all = machine_cores(root);
    file("proc/self/cgroup", "5:cpuacct,cpu:/app\n4:memory:/app\n0::/\n");
    file("sys/fs/cgroup/cpu/app/cpu.cfs_quota_us", "-1\n");
    file("sys/fs/cgroup/cpu/app/cpu.cfs_period_us", "100000\n");
    assert_int_equal(machine_cores(root), all);
    file("sys/fs/cgroup/cpu/app/cpu.cfs_quota_us", "60000\n");
    assert_int_equal(machine_cores(root), 1);
}

static void test_machine_memory__is_the_least_of_all_limits(void **state)
{
    (void)state;
    file("proc/meminfo", "MemTotal:        4194304 kB\nMemFree:         1 kB\n");
    assert_int_equal(machine_memory(root), 4 * GIB);
    file("proc/self/cgroup", "0::/pod/app\n");
    file("sys/fs/cgroup/pod/app/memory.max", "max\n");
    assert_int_equal(machine_memory(root), 4 * GIB);
    file("sys/fs/cgroup/pod/app/memory.max", "3221225472\n");
    assert_int_equal(machine_memory(root), 3 * GIB);
    file("sys/fs/cgroup/pod/memory.max", "1073741824\n");
    assert_int_equal(machine_memory(root), GIB);
}

static void test_machine_memory__is_the_limit_of_version_1(void **state)
{
    (void)state;
    file("proc/meminfo", "MemTotal:        4194304 kB\n");
    file("proc/self/cgroup", "4:memory:/app\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    assert_int_equal(machine_memory(root), 4 * GIB);
    file("sys/fs/cgroup/memory/app/memory.limit_in_bytes", "1073741824\n");
    assert_int_equal(machine_memory(root), GIB);
}

static void test_machine_memory_kills__grow_with_each_counter(void **state)
{
    (void)state;
    file("proc/self/cgroup", "4:memory:/app\n0::/app\n");
    file("proc/vmstat", "nr_free_pages 5\noom_kill 1\n");
    uint64_t before = machine_memory_kills(root);
    file("sys/fs/cgroup/app/memory.events", "low 0\noom 3\noom_kill 2\noom_group_kill 7\n");
    uint64_t with_version_2 = machine_memory_kills(root);
    assert_int_equal(with_version_2, before + 2);
    file("sys/fs/cgroup/memory/app/memory.oom_control", "oom_kill_disable 0\noom_kill 4\n");
    assert_int_equal(machine_memory_kills(root), with_version_2 + 4);
}

/* The real one: whatever it is, it can be told. */
static void test_machine__of_this_process(void **state)
{
    (void)state;
    assert_true(machine_cores("") >= 1);
    assert_true(machine_memory("") > 1 << 20);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make_root, remove_root)
    const struct CMUnitTest tests[] = {
        TEST(test_machine_cores__without_a_cgroup_are_those_of_the_process),
        TEST(test_machine_cores__are_the_quota_of_version_2_rounded_up),
        TEST(test_machine_cores__are_held_to_the_quota_of_a_cgroup_above),
        TEST(test_machine_cores__are_found_at_the_root_when_the_path_is_the_hosts),
        TEST(test_machine_cores__are_the_quota_of_version_1),
        TEST(test_machine_memory__is_the_least_of_all_limits),
        TEST(test_machine_memory__is_the_limit_of_version_1),
        TEST(test_machine_memory_kills__grow_with_each_counter),
        TEST(test_machine__of_this_process),
    };
    return RUN_TESTS(tests);
}
