#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"
#include "process/child/child.h"
#include "process/sandbox/sandbox.h"

static struct failure failure;
static struct fake fake;

static struct sandbox *sandbox_of(const char *program)
{
    static const uint64_t gibibyte = UINT64_C(1) << 30;
    struct sandbox_options options = {
        .profile = SANDBOX_BB,
        .program = program,
        .limits = {.address_space_bytes = 64 * gibibyte,
                   .thread_reserve_bytes = gibibyte,
                   .file_bytes = 4096,
                   .descriptors = 32},
    };
    struct sandbox *sandbox = NULL;
    assert_result(sandbox_probe(&options.support, SANDBOX_AUTO, &failure), RESULT_OK);
    assert_result(sandbox_create(&sandbox, &options, &failure), RESULT_OK);
    return sandbox;
}

static void test_sandbox_mode_parse__knows_three_words(void **state)
{
    (void)state;
    enum sandbox_mode mode = SANDBOX_AUTO;
    assert_true(sandbox_mode_parse(&mode, "require"));
    assert_int_equal(mode, SANDBOX_REQUIRE);
    assert_true(sandbox_mode_parse(&mode, "off"));
    assert_int_equal(mode, SANDBOX_OFF);
    assert_false(sandbox_mode_parse(&mode, "on"));
    assert_false(sandbox_mode_parse(&mode, ""));
    assert_int_equal(mode, SANDBOX_OFF);
    assert_true(sandbox_mode_parse(&mode, "auto"));
    assert_int_equal(mode, SANDBOX_AUTO);
}

static void test_sandbox_describe__names_what_is_there(void **state)
{
    (void)state;
    static const struct {
        struct sandbox_support support;
        const char *words;
    } cases[] = {
        {{.limits = true, .seccomp = true, .landlock = 7}, "landlock 7, seccomp, limits"},
        {{.limits = true, .seccomp = true}, "seccomp, limits"},
        {{.limits = true, .landlock = 1}, "landlock 1, limits"},
        {{.limits = true}, "limits"},
        {{.limits = false}, "off"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char description[SANDBOX_DESCRIPTION_BYTES];
        sandbox_describe(description, &cases[i].support);
        assert_string_equal(description, cases[i].words);
    }
}

static void assert_refused(const char *folder, const char *bytes, size_t length)
{
    char path[PATH_MAX];
    struct sandbox *sandbox = NULL;
    write_file(folder, "program", bytes, length);
    path_in(path, folder, "program");
    const struct sandbox_options options = {.program = path};
    assert_result(sandbox_create(&sandbox, &options, &failure), RESULT_PROVER_UNUSABLE);
    assert_null(sandbox);
    assert_contains(failure.message, path);
    assert_contains(failure.message, "--sandbox off");
}

static void test_sandbox_create__refuses_what_is_no_program(void **state)
{
    (void)state;
    static const char script[] = "#!/bin/sh\nexec bb\n";
    static const char header[] = "\177ELF\2\1\1";
    char folder[PATH_MAX];
    make_folder(folder);
    assert_refused(folder, script, sizeof(script) - 1);
    assert_refused(folder, header, sizeof(header) - 1);
    assert_refused(folder, "", 0);
    remove_folder(folder);
}

static void test_sandbox_create__refuses_a_header_whose_table_is_not_there(void **state)
{
    (void)state;
    unsigned char header[64] = "\177ELF\2\1\1";
    char folder[PATH_MAX];
    make_folder(folder);
    memset(header + 32, 0xff, 8); /* e_phoff */
    header[54] = 56;              /* e_phentsize */
    header[56] = 1;               /* e_phnum */
    assert_refused(folder, (const char *)header, sizeof(header));
    header[39] = 0x7f; /* the largest that is no negative offset */
    assert_refused(folder, (const char *)header, sizeof(header));
    remove_folder(folder);
}

static void test_sandbox_create__refuses_a_program_with_one_wrong_byte(void **state)
{
    (void)state;
    enum { MAGIC = 1, CLASS = 4, ENTRY_SIZE = 54 };
    static const size_t places[] = {MAGIC, CLASS, ENTRY_SIZE};
    struct buffer program = BUFFER_EMPTY;
    char folder[PATH_MAX];
    char whole[PATH_MAX];
    make_folder(folder);
    path_in(whole, folder, "whole");
    assert_int_equal(symlink(needed_variable("FAKE_BB", "meson test sets it"), whole), 0);
    read_file(&program, folder, "whole");
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        program.data[places[i]] ^= 1;
        assert_refused(folder, (const char *)program.data, program.length);
        program.data[places[i]] ^= 1;
    }
    buffer_free(&program);
    remove_folder(folder);
}

static struct rlimit limit_of(const struct child *child, __rlimit_resource_t resource)
{
    struct rlimit limit;
    assert_int_equal(prlimit(child_pid(child), resource, NULL, &limit), 0);
    return limit;
}

static void test_child_call__is_allowed_what_it_is_expected_to_take(void **state)
{
    (void)state;
    static const uint64_t mebibyte = UINT64_C(1) << 20;
    struct child *child = NULL;
    struct child_obituary obituary;
    struct buffer frame = BUFFER_EMPTY;
    struct buffer answer = BUFFER_EMPTY;
    struct child_limits limits = ample_limits();
    fake_script(&fake, "echo", "echo", "echo");
    struct sandbox *sandbox = sandbox_of(fake.command.path);
    fake.command.sandbox = sandbox;
    assert_outcome(child_start(&child, &fake.command, &failure), CHILD_OK);
    append_frame(&frame, "a question");

    limits.memory_bytes = 100 * mebibyte;
    assert_outcome(child_call(child, &answer, &frame, NULL, &limits, &failure), CHILD_OK);
    struct rlimit space = limit_of(child, RLIMIT_AS);
    assert_in_range(space.rlim_cur, 1224 * mebibyte, 1424 * mebibyte);
    assert_true(space.rlim_max == UINT64_C(64) << 30);
    struct rlimit seconds = limit_of(child, RLIMIT_CPU);
    rlim_t cores = (rlim_t)sysconf(_SC_NPROCESSORS_ONLN);
    assert_in_range(seconds.rlim_cur, 50 * cores, 65 * cores);
    assert_true(seconds.rlim_max == RLIM_INFINITY);

    limits.memory_bytes = 0;
    limits.deadline = DEADLINE_NEVER;
    assert_outcome(child_call(child, &answer, &frame, NULL, &limits, &failure), CHILD_OK);
    assert_true(limit_of(child, RLIMIT_AS).rlim_cur == UINT64_C(64) << 30);
    assert_true(limit_of(child, RLIMIT_CPU).rlim_cur == RLIM_INFINITY);

    child_end(&child, &obituary);
    buffer_free(&frame);
    buffer_free(&answer);
    sandbox_destroy(sandbox);
}

static void test_child_start__has_a_home_for_its_life(void **state)
{
    (void)state;
    char parent[PATH_MAX];
    char links[PATH_MAX];
    char points[PATH_MAX];
    struct child *child = NULL;
    struct child_obituary obituary;
    struct buffer frame = BUFFER_EMPTY;
    struct buffer answer = BUFFER_EMPTY;
    const struct child_limits limits = ample_limits();
    make_folder(parent);
    path_in(links, parent, "links");
    assert_int_equal(mkdir(links, S_IRWXU), 0);
    write_file(links, "no_link", "", 0);
    path_in(points, links, "points");
    assert_int_equal(symlink("/nowhere", points), 0);
    const struct child_home home = {parent, links};

    fake_script(&fake, "tell", "folder");
    fake.command.home = &home;
    assert_outcome(child_start(&child, &fake.command, &failure), CHILD_OK);
    append_frame(&frame, "where?");
    assert_outcome(child_call(child, &answer, &frame, NULL, &limits, &failure), CHILD_OK);
    assert_true(buffer_append(&answer, "", 1));
    const char *folder = (const char *)answer.data;
    struct stat status;
    char copied[PATH_MAX];
    char target[PATH_MAX] = "";
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, S_IRWXU);
    path_in(links, folder, ".bb-crs");
    assert_int_equal(count_entries(links), 1);
    path_in(copied, links, "points");
    assert_true(readlink(copied, target, sizeof(target) - 1) > 0);
    assert_string_equal(target, "/nowhere");

    child_end(&child, &obituary);
    assert_int_equal(count_entries(parent), 1);
    buffer_free(&frame);
    buffer_free(&answer);
    remove_folder(parent);
}

static void test_child_start__that_fails_leaves_no_home(void **state)
{
    (void)state;
    char parent[PATH_MAX];
    struct child *child = NULL;
    make_folder(parent);
    struct child_home home = {parent, NULL};
    fake_script(&fake, "hang");
    fake.command.path = "/nowhere/bb";
    fake.command.home = &home;
    assert_outcome(child_start(&child, &fake.command, &failure), CHILD_UNUSABLE);
    home.links = "/nowhere";
    assert_outcome(child_start(&child, &fake.command, &failure), CHILD_INTERNAL);
    assert_contains(failure.message, "/nowhere");
    assert_int_equal(count_entries(parent), 0);
    remove_folder(parent);
}

/* Which step failed, as an exit status; 0 for none. */
static int try_sealed(void)
{
    void *memory = NULL;
    if (sandbox_seal_executor(&failure) != RESULT_OK)
        return 1;
    if (open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0 || errno != EPERM)
        return 2;
    if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || errno != EPERM)
        return 3;
    if (execl("/bin/true", "true", NULL) == 0 || errno != EPERM)
        return 4;
    if (fork() >= 0 || errno != EPERM)
        return 5;
    memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || munmap(memory, 4096) != 0)
        return 6;
    return write(STDOUT_FILENO, "", 0) == 0 ? 0 : 7;
}

static void test_sandbox_seal_executor__leaves_memory_and_what_is_open(void **state)
{
    (void)state;
    struct sandbox_support support;
    int status = -1;
    assert_result(sandbox_probe(&support, SANDBOX_AUTO, &failure), RESULT_OK);
    if (!support.seccomp)
        skip();
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(try_sealed());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sandbox_mode_parse__knows_three_words),
        cmocka_unit_test(test_sandbox_describe__names_what_is_there),
        cmocka_unit_test(test_sandbox_create__refuses_what_is_no_program),
        cmocka_unit_test(test_sandbox_create__refuses_a_header_whose_table_is_not_there),
        cmocka_unit_test(test_sandbox_create__refuses_a_program_with_one_wrong_byte),
        cmocka_unit_test(test_sandbox_seal_executor__leaves_memory_and_what_is_open),
        cmocka_unit_test(test_child_call__is_allowed_what_it_is_expected_to_take),
        cmocka_unit_test(test_child_start__has_a_home_for_its_life),
        cmocka_unit_test(test_child_start__that_fails_leaves_no_home),
    };
    return RUN_TESTS(tests);
}
