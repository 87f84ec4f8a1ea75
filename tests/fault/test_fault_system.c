/* What starts processes and writes files: each call of the system fails once. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/api_keys.h"
#include "base/store.h"
#include "fake.h"
#include "inject.h"
#include "process/pool/pool.h"
#include "process/scratch.h"

enum {
    MEMORY = 1 << FAULT_MEMORY,
    DESCRIPTOR = 1 << FAULT_DESCRIPTOR,
    PROCESS = 1 << FAULT_PROCESS,
    WRITE = 1 << FAULT_WRITE,
    READ = 1 << FAULT_READ
};

static char folder[PATH_MAX];

static int make_place(void **state)
{
    (void)state;
    make_folder(folder);
    return setenv("TMPDIR", folder, 1);
}

static int remove_place(void **state)
{
    (void)state;
    remove_folder(folder);
    return 0;
}

/* Each has its sentence; which outcome it is, is not looked at here. */
static enum result told(enum child_outcome outcome)
{
    return outcome == CHILD_OK ? RESULT_OK : RESULT_INTERNAL;
}

static enum result ask_child(struct failure *failure)
{
    static const char question[] = "question";
    const struct child_home home = {.parent = folder};
    const struct child_limits limits = ample_limits();
    struct fake fake;
    struct child *child = NULL;
    struct child_obituary obituary;
    struct buffer frame = BUFFER_EMPTY;
    struct buffer response = BUFFER_EMPTY;
    fake_script(&fake, "echo");
    fake.command.home = &home;
    fault_hold();
    append_frame(&frame, question);
    fault_go_on();
    enum child_outcome outcome = child_start(&child, &fake.command, failure);
    assert_int_equal(child != NULL, outcome == CHILD_OK);
    if (outcome == CHILD_OK) {
        outcome = child_call(child, &response, &frame, NULL, &limits, failure);
        if (outcome == CHILD_OK)
            assert_memory_equal(response.data, question, sizeof(question) - 1);
        child_end(&child, &obituary);
    }
    buffer_free(&frame);
    buffer_free(&response);
    fault_hold();
    assert_int_equal(count_entries(folder), 0);
    fault_go_on();
    return told(outcome);
}

static enum result run_child(struct failure *failure)
{
    struct fake fake;
    struct buffer output = BUFFER_EMPTY;
    struct child_obituary obituary;
    const struct child_limits limits = ample_limits();
    int status = -1;
    fake_script(&fake, "print", "output", "exit", "3");
    enum child_outcome outcome =
        child_run(&fake.command, &output, &status, &obituary, &limits, failure);
    if (outcome == CHILD_OK)
        assert_int_equal(status, 3);
    buffer_free(&output);
    return told(outcome);
}

static enum child_outcome start_fake(void *context, struct child **child, unsigned threads,
                                     struct failure *failure)
{
    const struct fake *script = context;
    (void)threads;
    return child_start(child, &script->command, failure);
}

static enum child_outcome read_answer(void *context, const struct buffer *payload,
                                      struct failure *failure)
{
    (void)context, (void)payload, (void)failure;
    return CHILD_OK;
}

static enum result ask_pool(struct failure *failure)
{
    struct fake fake;
    struct buffer frame = BUFFER_EMPTY;
    fake_script(&fake, "serve");
    fault_hold();
    append_frame(&frame, "question");
    fault_go_on();
    const struct pool_options options = {.program = "bb",
                                         .restarts = METRIC_RESTARTS,
                                         .start = start_fake,
                                         .context = &fake,
                                         .children = 1,
                                         .max_response_bytes = 1 << 20};
    const struct pool_question question = {
        .frame = &frame, .deadline = deadline_in_seconds(60), .cancel = -1, .read = read_answer};
    struct pool *pool = pool_create(&options);
    enum child_outcome outcome = CHILD_INTERNAL;
    if (pool != NULL)
        outcome = pool_warm(pool, 1, 1, failure);
    else
        failure_write(failure, RESULT_INTERNAL, "no memory");
    if (outcome == CHILD_OK)
        outcome = pool_ask(pool, &question, failure);
    if (pool != NULL)
        pool_destroy(pool);
    buffer_free(&frame);
    return told(outcome);
}

/* There is the old or the new, and it is whole; the new when that was said. */
static enum result write_and_read(struct failure *failure)
{
    static const char before[] = "before";
    static const char after[] = "after";
    char path[PATH_MAX];
    struct buffer bytes = BUFFER_EMPTY;
    path_in(path, folder, "file");
    fault_hold();
    write_file(folder, "file", before, sizeof(before));
    fault_go_on();
    enum result result = store_write(folder, "file", after, sizeof(after), failure);
    bool written = result == RESULT_OK;
    if (written)
        result = store_read(&bytes, path, 100, failure);
    buffer_free(&bytes);
    fault_hold();
    read_file(&bytes, folder, "file");
    if (written || strcmp((const char *)bytes.data, before) != 0)
        assert_string_equal((const char *)bytes.data, after);
    buffer_free(&bytes);
    assert_int_equal(count_entries(folder), 1);
    assert_int_equal(unlink(path), 0);
    fault_go_on();
    return result;
}

static enum result make_scratch(struct failure *failure)
{
    struct scratch scratch;
    enum result result = scratch_create(&scratch, failure);
    if (result == RESULT_OK)
        scratch_destroy(&scratch);
    return result;
}

static enum result make_folders(struct failure *failure)
{
    char path[PATH_MAX];
    path_in(path, folder, "a/b/c");
    enum result result = store_make_folder(path, failure);
    path_in(path, folder, "a");
    scratch_remove_tree(path);
    return result;
}

static enum result load_keys(struct failure *failure)
{
    static const char keys[] = "anna:0123456789abcdef\nbert:fedcba9876543210\n";
    char path[PATH_MAX];
    struct api_keys *access = NULL;
    path_in(path, folder, "keys");
    fault_hold();
    write_file(folder, "keys", keys, sizeof(keys) - 1);
    fault_go_on();
    enum result result = api_keys_load(&access, path, failure);
    assert_int_equal(access != NULL, result == RESULT_OK);
    api_keys_destroy(access);
    assert_int_equal(unlink(path), 0);
    return result;
}

#define TEST(name, scenario, met)                                                                  \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        fail_each(scenario, (met));                                                                \
    }

TEST(test_child_call__each_failure, ask_child, MEMORY | DESCRIPTOR | PROCESS | WRITE | READ)
TEST(test_child_run__each_failure, run_child, MEMORY | DESCRIPTOR | PROCESS | READ)
TEST(test_pool_ask__each_failure, ask_pool, MEMORY | DESCRIPTOR | PROCESS | WRITE | READ)
TEST(test_store_write__each_failure, write_and_read, MEMORY | DESCRIPTOR | WRITE)
TEST(test_store_make_folder__each_failure, make_folders, WRITE)
TEST(test_scratch_create__each_failure, make_scratch, DESCRIPTOR | WRITE)
TEST(test_access_load__each_failure, load_keys, MEMORY | DESCRIPTOR)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_child_call__each_failure),
        cmocka_unit_test(test_child_run__each_failure),
        cmocka_unit_test(test_pool_ask__each_failure),
        cmocka_unit_test(test_store_write__each_failure),
        cmocka_unit_test(test_store_make_folder__each_failure),
        cmocka_unit_test(test_scratch_create__each_failure),
        cmocka_unit_test(test_access_load__each_failure),
    };
    support_start();
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
