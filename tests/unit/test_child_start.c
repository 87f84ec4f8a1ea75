/* How a child starts: what it has, what it has not, and with whom it dies. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"

static struct fake fake;
static struct child *child;
static struct failure failure;
static struct child_obituary obituary;

static void start(void)
{
    assert_outcome(child_start(&child, &fake.command, &failure), CHILD_OK);
}

static void end(void)
{
    child_end(&child, &obituary);
    assert_no_children();
}

static void assert_cannot_start(const char *path, const char *folder, const char *why)
{
    fake_script(&fake, "hang");
    fake.command.path = path;
    fake.command.folder = folder;
    child = NULL;
    assert_outcome(child_start(&child, &fake.command, &failure), CHILD_UNUSABLE);
    assert_null(child);
    assert_contains(failure.message, path);
    assert_contains(failure.message, why);
    assert_no_children();
}

static void test_child_start__says_why_nothing_starts(void **state)
{
    (void)state;
    char folder[PATH_MAX];
    char path[PATH_MAX];
    make_folder(folder);
    write_file(folder, "text", "no program", 10);
    path_in(path, folder, "text");
    assert_cannot_start("/nowhere/bb", NULL, "No such file or directory");
    assert_cannot_start(folder, NULL, "Permission denied");
    assert_cannot_start(path, NULL, "Permission denied");
    assert_int_equal(chmod(path, S_IRWXU), 0);
    assert_cannot_start(path, NULL, "Exec format error");
    assert_cannot_start(needed_variable("FAKE_BB", ""), "/nowhere", "No such file or directory");
    remove_folder(folder);
}

static size_t count_descriptors(void)
{
    return count_entries("/proc/self/fd");
}

static void test_child__leaves_no_descriptor_open(void **state)
{
    (void)state;
    size_t before = count_descriptors();
    fake_script(&fake, "serve");
    start();
    assert_int_equal(count_descriptors(), before + 3);
    end();
    assert_int_equal(count_descriptors(), before);
    assert_cannot_start("/nowhere/bb", NULL, "No such file");
    assert_int_equal(count_descriptors(), before);
}

/* What the fake answers to `tell WHAT`, as a string. */
static char *told(const char *what)
{
    fake.arguments[2] = what;
    struct buffer frame = BUFFER_EMPTY;
    struct buffer response = BUFFER_EMPTY;
    struct child_limits limits = ample_limits();
    append_frame(&frame, "");
    start();
    assert_outcome(child_call(child, &response, &frame, NULL, &limits, &failure), CHILD_OK);
    end();
    assert_true(buffer_append(&response, "", 1));
    char *text = strdup((const char *)response.data);
    assert_non_null(text);
    buffer_free(&frame);
    buffer_free(&response);
    return text;
}

static void test_child_start__gives_the_environment_and_no_more(void **state)
{
    (void)state;
    static const char *const environment[] = {"PATH=/bin", "CRS_PATH=/x", NULL};
    assert_int_equal(setenv("SECRET_OF_THE_OPERATOR", "1", 1), 0);
    fake_script(&fake, "tell", "");
    fake.command.environment = environment;
    char *text = told("environment");
    assert_string_equal(text, "PATH=/bin\nCRS_PATH=/x\n");
    free(text);
}

static void test_child_start__gives_three_descriptors_and_no_more(void **state)
{
    (void)state;
    int kept = open("/dev/null", O_RDONLY);
    int high = fcntl(kept, F_DUPFD, 200);
    assert_true(kept >= 0 && high >= 200);
    fake_script(&fake, "tell", "");
    char *text = told("descriptors");
    assert_string_equal(text, "0 1 2 ");
    free(text);
    close(kept);
    close(high);
}

static void test_child_start__starts_in_the_folder(void **state)
{
    (void)state;
    char folder[PATH_MAX];
    make_folder(folder);
    fake_script(&fake, "tell", "");
    fake.command.folder = folder;
    char *text = told("folder");
    assert_string_equal(text, folder);
    free(text);
    remove_folder(folder);
}

static void test_child_start__starts_a_session_without_core_dumps(void **state)
{
    (void)state;
    int pid = 0;
    int session = 0;
    int group = 0;
    fake_script(&fake, "tell", "");
    char *text = told("session");
    assert_int_equal(sscanf(text, "%d %d %d", &pid, &session, &group), 3);
    assert_int_equal(session, pid);
    assert_int_equal(group, pid);
    free(text);
    text = told("limits");
    assert_string_equal(text, "0 0");
    free(text);
}

/* A daemon that is killed takes its children along, however busy they are. */
static void test_child__dies_with_its_parent(void **state)
{
    (void)state;
    int ends[2];
    int status;
    pid_t orphan;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    /* So that the orphan becomes ours, and can be waited for. */
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    fake_script(&fake, "hang");
    pid_t daemon = fork();
    assert_true(daemon >= 0);
    if (daemon == 0) {
        if (child_start(&child, &fake.command, &failure) != CHILD_OK)
            _exit(1);
        pid_t pid = child_pid(child);
        (void)!write(ends[1], &pid, sizeof(pid));
        for (;;)
            (void)pause();
    }
    assert_int_equal(read(ends[0], &orphan, sizeof(orphan)), sizeof(orphan));
    assert_int_equal(kill(orphan, 0), 0);
    assert_int_equal(kill(daemon, SIGKILL), 0);
    assert_int_equal(waitpid(daemon, &status, 0), daemon);
    assert_int_equal(waitpid(orphan, &status, 0), orphan);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_child_start__says_why_nothing_starts),
        cmocka_unit_test(test_child__leaves_no_descriptor_open),
        cmocka_unit_test(test_child_start__gives_the_environment_and_no_more),
        cmocka_unit_test(test_child_start__gives_three_descriptors_and_no_more),
        cmocka_unit_test(test_child_start__starts_in_the_folder),
        cmocka_unit_test(test_child_start__starts_a_session_without_core_dumps),
        cmocka_unit_test(test_child__dies_with_its_parent),
    };
    return RUN_TESTS(tests);
}
