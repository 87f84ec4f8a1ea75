/* Where bb is: on PATH, at its path, or in the places where npm's packages have it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/store.h"
#include "engine/engine.h"
#include "support.h"

#if defined(__aarch64__)
#define PLACE_IN_BB_JS "build/arm64-linux"
#define NODE_NAME "arm64"
#else
#define PLACE_IN_BB_JS "build/amd64-linux"
#define NODE_NAME "x64"
#endif

static char root[PATH_MAX];
static struct failure failure;

static int set_up(void **state)
{
    char made[PATH_MAX];
    (void)state;
    make_folder(made);
    return realpath(made, root) == NULL;
}

static int clean_up(void **state)
{
    (void)state;
    remove_folder(root);
    return 0;
}

/* Makes root/FOLDER/NAME, and writes its path. */
static void put(char path[PATH_MAX], const char *folder, const char *name, const char *content)
{
    char place[PATH_MAX];
    path_in(place, root, folder);
    assert_result(store_make_folder(place, &failure), RESULT_OK);
    write_file(place, name, content, strlen(content));
    path_in(path, place, name);
    assert_int_equal(chmod(path, S_IRWXU), 0);
}

static void assert_found(const char *given, const char *expected)
{
    char found[PATH_MAX];
    assert_result(engine_find_bb(found, given, &failure), RESULT_OK);
    assert_string_equal(found, expected);
}

static void test_engine_find_bb__looks_where_npm_puts_it(void **state)
{
    (void)state;
    static const char *const folders[] = {
        "node_modules/@aztec/bb.js/" PLACE_IN_BB_JS,
        "node_modules/@aztec/bb.js-linux-" NODE_NAME,
        "node_modules/@aztec-foundation/bb-linux-" NODE_NAME "/bin",
    };
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        char path[PATH_MAX];
        char packages[PATH_MAX];
        put(path, folders[i], "bb",
            "\x7f"
            "ELF");
        path_in(packages, root, "node_modules");
        assert_found(path, path);
        assert_found(packages, path);
        assert_found(root, path);
        remove_folder(packages);
    }
}

static void test_engine_find_bb__takes_a_package_for_what_is_in_it(void **state)
{
    (void)state;
    char path[PATH_MAX];
    char package[PATH_MAX];
    put(path, "bb.js/" PLACE_IN_BB_JS, "bb",
        "\x7f"
        "ELF");
    path_in(package, root, "bb.js");
    assert_found(package, path);
    put(path, "bb-linux/bin", "bb",
        "\x7f"
        "ELF");
    path_in(package, root, "bb-linux");
    assert_found(package, path);
}

static void test_engine_find_bb__looks_behind_the_script_of_npm(void **state)
{
    (void)state;
    char script[PATH_MAX];
    char path[PATH_MAX];
    put(script, "node_modules/@aztec-foundation/bb", "bin.js", "#!/usr/bin/env node\n");
    assert_found(script, script);
    put(path, "node_modules/@aztec-foundation/bb-linux-" NODE_NAME "/bin", "bb",
        "\x7f"
        "ELF");
    assert_found(script, path);
    put(script, "scripts", "bb", "#!/bin/sh\n");
    assert_found(script, script);
}

static void test_engine_find_bb__says_what_to_do_when_there_is_none(void **state)
{
    (void)state;
    char found[PATH_MAX];
    char missing[PATH_MAX];
    path_in(missing, root, "nothing");
    assert_result(engine_find_bb(found, root, &failure), RESULT_PROVER_UNUSABLE);
    assert_contains(failure.message, root);
    assert_contains(failure.message, "npm install @aztec/bb.js@5.0.0");
    assert_result(engine_find_bb(found, missing, &failure), RESULT_PROVER_UNUSABLE);
    assert_result(engine_find_bb(found, "no-such-bb-anywhere", &failure), RESULT_PROVER_UNUSABLE);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, clean_up)
    const struct CMUnitTest tests[] = {
        TEST(test_engine_find_bb__looks_where_npm_puts_it),
        TEST(test_engine_find_bb__takes_a_package_for_what_is_in_it),
        TEST(test_engine_find_bb__looks_behind_the_script_of_npm),
        TEST(test_engine_find_bb__says_what_to_do_when_there_is_none),
    };
    return RUN_TESTS(tests);
}
