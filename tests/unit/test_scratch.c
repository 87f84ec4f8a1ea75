/* The private folder, and what is left of others. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/scratch.h"
#include "support.h"

static char parent[PATH_MAX];
static struct failure failure;

static int make_parent(void **state)
{
    (void)state;
    make_folder(parent);
    return setenv("TMPDIR", parent, 1);
}

static int remove_parent(void **state)
{
    (void)state;
    remove_folder(parent);
    return unsetenv("TMPDIR");
}

static bool exists(const char *folder, const char *name)
{
    char path[PATH_MAX];
    struct stat status;
    path_in(path, folder, name);
    return lstat(path, &status) == 0;
}

static void make_folder_in(char path[PATH_MAX], const char *folder, const char *name)
{
    path_in(path, folder, name);
    assert_int_equal(mkdir(path, S_IRWXU), 0);
}

static void make_link(const char *folder, const char *name, const char *target)
{
    char path[PATH_MAX];
    path_in(path, folder, name);
    assert_int_equal(symlink(target, path), 0);
}

/* Creates and destroys a folder, which sweeps. */
static void sweep(void)
{
    struct scratch scratch;
    assert_result(scratch_create(&scratch, &failure), RESULT_OK);
    scratch_destroy(&scratch);
}

static void test_scratch_create__makes_a_private_folder(void **state)
{
    (void)state;
    struct scratch scratch;
    struct stat status;
    assert_result(scratch_create(&scratch, &failure), RESULT_OK);
    assert_int_equal(strncmp(scratch.path, parent, strlen(parent)), 0);
    assert_int_equal(strncmp(scratch.path + strlen(parent), "/proverd-", 9), 0);
    assert_int_equal(stat(scratch.path, &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(status.st_mode & 07777, 0700);
    assert_int_not_equal(fcntl(scratch.lock, F_GETFD) & FD_CLOEXEC, 0);
    scratch_destroy(&scratch);
    assert_int_equal(count_entries(parent), 0);
}

static void test_scratch_destroy__removes_all_in_it(void **state)
{
    (void)state;
    struct scratch scratch;
    char folder[PATH_MAX];
    char deeper[PATH_MAX];
    assert_result(scratch_create(&scratch, &failure), RESULT_OK);
    make_folder_in(folder, scratch.path, "folder");
    make_folder_in(deeper, folder, "deeper");
    write_file(deeper, "file", "x", 1);
    write_file(scratch.path, ".hidden", "x", 1);
    make_link(folder, "nowhere", "/nowhere/at/all");
    scratch_destroy(&scratch);
    assert_int_equal(count_entries(parent), 0);
    assert_int_equal(scratch.lock, -1);
}

static void test_scratch_destroy__follows_no_links(void **state)
{
    (void)state;
    struct scratch scratch;
    char others[PATH_MAX];
    char file[PATH_MAX];
    make_folder_in(others, parent, "others");
    write_file(others, "file", "x", 1);
    path_in(file, others, "file");
    assert_result(scratch_create(&scratch, &failure), RESULT_OK);
    make_link(scratch.path, "folder", others);
    make_link(scratch.path, "file", file);
    scratch_destroy(&scratch);
    assert_int_equal(count_entries(parent), 1);
    assert_true(exists(others, "file"));
}

static void test_scratch_create__sweeps_what_a_dead_daemon_left(void **state)
{
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct scratch scratch;
        _exit(scratch_create(&scratch, &failure) == RESULT_OK ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(count_entries(parent), 1);
    char stale[PATH_MAX];
    make_folder_in(stale, parent, "proverd-stale0");
    write_file(stale, "lock", "", 0);
    write_file(stale, "more", "x", 1);
    sweep();
    assert_int_equal(count_entries(parent), 0);
}

static void test_scratch_create__leaves_a_living_daemon_alone(void **state)
{
    (void)state;
    struct scratch living;
    assert_result(scratch_create(&living, &failure), RESULT_OK);
    write_file(living.path, "file", "x", 1);
    sweep();
    assert_true(exists(living.path, "file"));
    assert_true(exists(living.path, "lock"));
    scratch_destroy(&living);
    assert_int_equal(count_entries(parent), 0);
}

/* A folder with something but no lock is somebody else's. */
static void test_scratch_create__sweeps_what_a_daemon_left_that_died_at_its_first_step(void **state)
{
    (void)state;
    char stale[PATH_MAX];
    make_folder_in(stale, parent, "proverd-aB3def");
    sweep();
    assert_int_equal(count_entries(parent), 0);
}

static void create_often(void)
{
    enum { ROUNDS = 400 };
    for (int round = 0; round < ROUNDS; round++) {
        struct scratch scratch;
        if (scratch_create(&scratch, &failure) != RESULT_OK || !exists(scratch.path, "lock"))
            _exit(1);
        scratch_destroy(&scratch);
    }
    _exit(0);
}

/* Each sweeps what the other is making. */
static void test_scratch_create__by_daemons_that_start_at_once(void **state)
{
    (void)state;
    enum { DAEMONS = 4 };
    pid_t daemons[DAEMONS];
    for (int i = 0; i < DAEMONS; i++)
        if ((daemons[i] = fork()) == 0)
            create_often();
    for (int i = 0; i < DAEMONS; i++) {
        int status;
        assert_int_equal(waitpid(daemons[i], &status, 0), daemons[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(count_entries(parent), 0);
}

static void test_scratch_create__leaves_what_it_does_not_know_alone(void **state)
{
    (void)state;
    char folder[PATH_MAX];
    make_folder_in(folder, parent, "proverd-Unlock");
    write_file(folder, "file", "x", 1);
    make_folder_in(folder, parent, "other");
    write_file(folder, "lock", "", 0);
    make_folder_in(folder, parent, "proverd-longer");
    write_file(folder, "file", "x", 1);
    make_folder_in(folder, parent, "proverd-backup.old");
    write_file(folder, "lock", "", 0);
    write_file(parent, "proverd-file00", "x", 1);
    sweep();
    assert_int_equal(count_entries(parent), 5);
    assert_true(exists(folder, "lock"));
}

static void test_scratch_create__sweeps_no_link(void **state)
{
    (void)state;
    char others[PATH_MAX];
    char trap[PATH_MAX];
    char lock[PATH_MAX];
    make_folder_in(others, parent, "others");
    write_file(others, "lock", "", 0);
    write_file(others, "file", "x", 1);
    make_link(parent, "proverd-link00", others);
    make_folder_in(trap, parent, "proverd-trap00");
    path_in(lock, others, "lock");
    make_link(trap, "lock", lock);
    sweep();
    assert_true(exists(others, "file"));
    assert_true(exists(parent, "proverd-link00"));
    assert_true(exists(trap, "lock"));
}

static void test_scratch_create__says_what_is_wrong_with_tmpdir(void **state)
{
    (void)state;
    struct scratch scratch;
    assert_int_equal(setenv("TMPDIR", "/nowhere/at/all", 1), 0);
    assert_result(scratch_create(&scratch, &failure), RESULT_INTERNAL);
    assert_contains(failure.message, "/nowhere/at/all");
    assert_contains(failure.message, "No such file");
    assert_contains(failure.message, "TMPDIR");
    char long_path[PATH_MAX];
    memset(long_path, 'x', sizeof(long_path) - 1);
    long_path[0] = '/';
    long_path[sizeof(long_path) - 1] = '\0';
    assert_int_equal(setenv("TMPDIR", long_path, 1), 0);
    assert_result(scratch_create(&scratch, &failure), RESULT_INTERNAL);
}

static void test_scratch_remove_tree__is_fine_on_nothing(void **state)
{
    (void)state;
    char path[PATH_MAX];
    path_in(path, parent, "nothing");
    scratch_remove_tree(path);
    assert_int_equal(count_entries(parent), 0);
}

static void test_scratch_join__writes_what_fits(void **state)
{
    (void)state;
    char out[8];
    assert_true(scratch_join(out, sizeof(out), "/ab", "cde"));
    assert_string_equal(out, "/ab/cde");
    assert_false(scratch_join(out, sizeof(out), "/ab", "cdef"));
}

static void count_notes(void *context, const char *line)
{
    assert_string_equal(line, "here");
    (*(size_t *)context)++;
}

static size_t notes(void)
{
    size_t count = 0;
    scratch_read_notes(count_notes, &count);
    return count;
}

static void test_scratch_read_notes__gives_those_of_daemons_that_live(void **state)
{
    (void)state;
    struct scratch one;
    struct scratch silent;
    char stale[PATH_MAX];
    assert_int_equal(notes(), 0);
    assert_result(scratch_create(&one, &failure), RESULT_OK);
    assert_result(scratch_create(&silent, &failure), RESULT_OK);
    assert_true(scratch_leave_note(&one, "here"));
    assert_false(scratch_leave_note(&one, "again"));
    assert_int_equal(notes(), 1);
    make_folder_in(stale, parent, "proverd-stale0");
    write_file(stale, "lock", "", 0);
    write_file(stale, "note", "here", 4);
    assert_int_equal(notes(), 1);
    assert_true(exists(parent, "proverd-stale0"));
    scratch_destroy(&one);
    assert_int_equal(notes(), 0);
    scratch_destroy(&silent);
}

static void test_scratch_create__makes_a_path_that_is_absolute(void **state)
{
    (void)state;
    struct scratch scratch;
    char before[PATH_MAX];
    assert_non_null(getcwd(before, sizeof(before)));
    assert_int_equal(chdir(parent), 0);
    assert_int_equal(setenv("TMPDIR", ".", 1), 0);
    assert_result(scratch_create(&scratch, &failure), RESULT_OK);
    assert_int_equal(strncmp(scratch.path, parent, strlen(parent)), 0);
    scratch_destroy(&scratch);
    assert_int_equal(chdir(before), 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make_parent, remove_parent)
    const struct CMUnitTest tests[] = {
        TEST(test_scratch_create__makes_a_private_folder),
        TEST(test_scratch_create__makes_a_path_that_is_absolute),
        TEST(test_scratch_read_notes__gives_those_of_daemons_that_live),
        TEST(test_scratch_destroy__removes_all_in_it),
        TEST(test_scratch_destroy__follows_no_links),
        TEST(test_scratch_create__sweeps_what_a_dead_daemon_left),
        TEST(test_scratch_create__leaves_a_living_daemon_alone),
        TEST(test_scratch_create__sweeps_what_a_daemon_left_that_died_at_its_first_step),
        TEST(test_scratch_create__by_daemons_that_start_at_once),
        TEST(test_scratch_create__leaves_what_it_does_not_know_alone),
        TEST(test_scratch_create__sweeps_no_link),
        TEST(test_scratch_create__says_what_is_wrong_with_tmpdir),
        TEST(test_scratch_remove_tree__is_fine_on_nothing),
        TEST(test_scratch_join__writes_what_fits),
    };
    return RUN_TESTS(tests);
}
