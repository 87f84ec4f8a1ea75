/* Files that are kept: read without waiting, written whole, swept by name, one process a folder. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/store.h"
#include "support.h"

static struct failure failure;
static char folder[PATH_MAX];

static int make(void **state)
{
    (void)state;
    make_folder(folder);
    return 0;
}

static int removed(void **state)
{
    (void)state;
    remove_folder(folder);
    return 0;
}

static enum result read_named(const char *name, size_t most)
{
    char path[PATH_MAX];
    struct buffer bytes = BUFFER_EMPTY;
    path_in(path, folder, name);
    enum result result = store_read(&bytes, path, most, &failure);
    buffer_free(&bytes);
    return result;
}

static void link_named(const char *name, const char *target)
{
    char path[PATH_MAX];
    path_in(path, folder, name);
    assert_int_equal(symlink(target, path), 0);
}

/* Whoever opens a pipe for reading waits for a writer, if it lets itself be made to. */
static void test_store_read__waits_for_nobody(void **state)
{
    (void)state;
    char path[PATH_MAX];
    path_in(path, folder, "pipe");
    assert_int_equal(mkfifo(path, S_IRWXU), 0);
    link_named("link", "pipe");
    for (size_t i = 0; i < 2; i++) {
        alarm(10);
        assert_result(read_named(i == 0 ? "pipe" : "link", 100), RESULT_NOT_FOUND);
        assert_contains(failure.message, "a pipe, not a file");
        alarm(0);
    }
}

static void test_store_read__says_what_is_no_file(void **state)
{
    (void)state;
    char path[PATH_MAX];
    path_in(path, folder, "folder");
    assert_int_equal(mkdir(path, S_IRWXU), 0);
    link_named("device", "/dev/zero");
    link_named("loop", "loop");
    link_named("dangling", "nothing");
    static const char *const says[][2] = {{"folder", "a folder, not a file"},
                                          {"device", "a device, not a file"},
                                          {"loop", "a link to loop: Too many levels"},
                                          {"dangling", "a link to nothing: No such file"},
                                          {"missing", "missing: No such file"}};
    for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
        assert_result(read_named(says[i][0], 100), RESULT_NOT_FOUND);
        assert_contains(failure.message, says[i][1]);
    }
}

static void test_store_read__takes_as_much_as_it_may(void **state)
{
    (void)state;
    char path[PATH_MAX];
    write_file(folder, "file", "12345678", 8);
    assert_result(read_named("file", 8), RESULT_OK);
    assert_result(read_named("file", 7), RESULT_BODY_TOO_LARGE);
    path_in(path, folder, "file");
    assert_int_equal(truncate(path, (off_t)1 << 40), 0);
    assert_result(read_named("file", 1 << 20), RESULT_BODY_TOO_LARGE);
}

static void test_store_sweep__removes_its_own_names_alone(void **state)
{
    (void)state;
    static const char *const others[] = {
        ".profile.backup", ".x.config",        ".proverd-",
        ".proverd-abcde",  ".proverd-abcdefg", "proverd-abcdef",
    };
    enum { OTHERS = sizeof(others) / sizeof(others[0]) };
    char path[PATH_MAX];
    for (size_t i = 0; i < OTHERS; i++)
        write_file(folder, others[i], "x", 1);
    write_file(folder, ".proverd-aB3_-9", "x", 1);
    link_named(".proverd-link00", ".x.config");
    path_in(path, folder, ".proverd-foldr0");
    assert_int_equal(mkdir(path, S_IRWXU), 0);
    write_file(path, ".proverd-abcdef", "x", 1);
    store_sweep(folder);
    assert_int_equal(count_entries(folder), OTHERS + 2);
    assert_int_equal(count_entries(path), 1);
    store_sweep("/nowhere/at/all");
}

static int lock_elsewhere(void)
{
    pid_t child = fork();
    if (child == 0) {
        int lock;
        enum result result = store_lock(&lock, folder, &failure);
        _exit(result == RESULT_OK ? 0 : strstr(failure.message, "--data-dir") == NULL ? 2 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WEXITSTATUS(status);
}

static void test_store_lock__is_one_process_s(void **state)
{
    (void)state;
    int lock = -1;
    assert_result(store_lock(&lock, folder, &failure), RESULT_OK);
    assert_int_not_equal(fcntl(lock, F_GETFD) & FD_CLOEXEC, 0);
    assert_int_equal(lock_elsewhere(), 1);
    close(lock);
    assert_int_equal(lock_elsewhere(), 0);
    assert_int_equal(count_entries(folder), 0);
    assert_result(store_lock(&lock, "/nowhere/at/all", &failure), RESULT_STORAGE_FAILED);
}

static void test_store_unchanged__needs_a_file_that_had_settled(void **state)
{
    (void)state;
    char path[PATH_MAX];
    path_in(path, folder, "file");
    write_file(folder, "file", "1234", 4);
    struct store_stamp stamp = store_stamp(path);
    assert_false(stamp.settled);
    assert_false(store_unchanged(&stamp, &stamp));
    stamp.settled = true;
    struct store_stamp now = store_stamp(path);
    assert_true(store_unchanged(&stamp, &now));
    const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    now = store_stamp(path);
    assert_false(store_unchanged(&stamp, &now));
    path_in(path, folder, "missing");
    now = store_stamp(path);
    assert_false(store_unchanged(&now, &now));
}

static void test_store_write__leaves_the_file_alone(void **state)
{
    (void)state;
    assert_result(store_write(folder, "file", "1234", 4, &failure), RESULT_OK);
    assert_result(read_named("file", 4), RESULT_OK);
    assert_int_equal(count_entries(folder), 1);
}

static void test_store_discard__says_what_stays(void **state)
{
    (void)state;
    char path[PATH_MAX];
    path_in(path, folder, "file");
    assert_result(store_write(folder, "file", "x", 1, &failure), RESULT_OK);
    capture_errors_begin();
    store_discard(folder, "file");
    store_discard(folder, "file");
    store_discard(path, "in no folder");
    char *log = capture_errors_end();
    assert_false(store_exists(path));
    assert_string_equal(log, "");
    free(log);

    assert_int_equal(mkdir(path, S_IRWXU), 0);
    capture_errors_begin();
    store_discard(folder, "file");
    log = capture_errors_end();
    assert_contains(log, "a file that nobody needs any more stays");
    free(log);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make, removed)
    const struct CMUnitTest tests[] = {
        TEST(test_store_read__waits_for_nobody),
        TEST(test_store_read__says_what_is_no_file),
        TEST(test_store_read__takes_as_much_as_it_may),
        TEST(test_store_sweep__removes_its_own_names_alone),
        TEST(test_store_lock__is_one_process_s),
        TEST(test_store_unchanged__needs_a_file_that_had_settled),
        TEST(test_store_write__leaves_the_file_alone),
        TEST(test_store_discard__says_what_stays),
    };
    return RUN_TESTS(tests);
}
