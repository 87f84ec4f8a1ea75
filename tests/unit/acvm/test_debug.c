/* Places in the source for the opcodes that failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "noir/debug_info/debug_info.h"

enum { ROOM = 8, PACKED_BYTES = 4096 };

/* Node 2 is in a function that was called at node 1; the others were called from nowhere. */
static const char good_symbols[] =
    "{\"debug_infos\":[{\"location_tree\":{\"locations\":["
    "{\"parent\":null,\"value\":{\"span\":{\"start\":0,\"end\":0},\"file\":0}},"
    "{\"parent\":0,\"value\":{\"span\":{\"start\":3,\"end\":4},\"file\":52}},"
    "{\"parent\":1,\"value\":{\"span\":{\"start\":8,\"end\":9},\"file\":52}},"
    "{\"parent\":0,\"value\":{\"span\":{\"start\":1,\"end\":2},\"file\":9}}]},"
    "\"acir_locations\":{\"10\":1,\"7\":2,\"3\":3},"
    "\"brillig_locations\":{\"4\":{\"5\":1,\"6\":2}}}]}";

/* The artifact of symbols that are given as text, deflated as the compiler does it. */
static json_t *make_artifact(const char *symbols)
{
    unsigned char packed[PACKED_BYTES];
    char text[2 * PACKED_BYTES];
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)symbols,
                       .avail_in = (unsigned int)strlen(symbols),
                       .next_out = packed,
                       .avail_out = sizeof(packed)};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t length = stream.total_out;
    (void)deflateEnd(&stream);
    (void)sodium_bin2base64(text, sizeof(text), packed, length, sodium_base64_VARIANT_ORIGINAL);
    /* Line 2 begins at byte 3; the first character of it takes two bytes. */
    return json_pack("{s:s, s:{s:{s:s, s:s}, s:{s:s, s:s}}}", "debug_symbols", text, "file_map",
                     "52", "path", "/home/me/maze/src/main.nr", "source",
                     "ab\n\xc3\xa9"
                     "cd\nxy",
                     "9", "path", "std/field/mod.nr", "source", "abc");
}

static struct debug_symbols *read_good(void)
{
    json_t *artifact = make_artifact(good_symbols);
    struct debug_symbols *symbols = NULL;
    struct failure failure = {.result = RESULT_OK};
    if (debug_symbols_read(&symbols, artifact, &failure) != RESULT_OK)
        fail_msg("%s", failure.message);
    json_decref(artifact);
    return symbols;
}

static void test_debug_symbols_locate__circuit_opcode(void **state)
{
    (void)state;
    struct debug_symbols *symbols = read_good();
    struct acvm_location location = {.opcode = 7};
    struct acvm_error error = {.locations = &location, .location_count = 1};
    struct debug_place places[ROOM];
    assert_int_equal(debug_symbols_locate(symbols, &error, places, ROOM), 2);
    assert_string_equal(places[0].path, "src/main.nr");
    assert_int_equal(places[0].line, 2);
    assert_int_equal(places[0].column, 1);
    assert_int_equal(places[1].line, 3);
    assert_int_equal(places[1].column, 1);
    assert_int_equal(debug_symbols_locate(symbols, &error, places, 1), 1);
    assert_int_equal(places[0].line, 3);
    location.opcode = 3;
    assert_int_equal(debug_symbols_locate(symbols, &error, places, ROOM), 1);
    assert_string_equal(places[0].path, "std/field/mod.nr");
    assert_int_equal(places[0].column, 2);
    debug_symbols_free(symbols);
}

static void test_debug_symbols_locate__brillig_calls(void **state)
{
    (void)state;
    struct debug_symbols *symbols = read_good();
    struct acvm_location locations[] = {{10, true, 5}, {10, true, 6}};
    struct acvm_error error = {
        .locations = locations, .location_count = 2, .in_brillig = true, .brillig_function = 4};
    struct debug_place places[ROOM];
    /* The circuit's call, the outer call in Brillig, and the two places of the inner one. */
    assert_int_equal(debug_symbols_locate(symbols, &error, places, ROOM), 4);
    assert_int_equal(places[3].line, 3);
    debug_symbols_free(symbols);
}

/* The path that a file is shown by, beside a program's main.nr, or without. */
static void assert_path(const char *main_path, const char *path, const char *expected)
{
    json_t *artifact = make_artifact(good_symbols);
    json_t *map = json_object_get(artifact, "file_map");
    (void)json_object_set_new(map, "52", json_pack("{s:s, s:s}", "path", path, "source", "a"));
    (void)json_object_set_new(map, "60", json_pack("{s:s, s:s}", "path", main_path, "source", "a"));
    struct debug_symbols *symbols = NULL;
    struct failure failure = {.result = RESULT_OK};
    assert_int_equal(debug_symbols_read(&symbols, artifact, &failure), RESULT_OK);
    struct acvm_location location = {.opcode = 10};
    struct acvm_error error = {.locations = &location, .location_count = 1};
    struct debug_place places[ROOM];
    assert_int_equal(debug_symbols_locate(symbols, &error, places, ROOM), 1);
    assert_string_equal(places[0].path, expected);
    debug_symbols_free(symbols);
    json_decref(artifact);
}

static void test_debug_symbols_locate__names_the_package(void **state)
{
    (void)state;
    static const char main_path[] = "/home/me/maze/src/main.nr";
    assert_path(main_path, "/home/me/maze/src/way.nr", "src/way.nr");
    assert_path(main_path, "/home/me/maze/src/a/src/b.nr", "src/a/src/b.nr");
    assert_path(main_path, "/home/me/mazes/src/lib.nr", "mazes/src/lib.nr");
    assert_path(main_path, "/home/me/nargo/github.com/noir-lang/ec/v0.1.2/src/lib.nr",
                "ec/v0.1.2/src/lib.nr");
    assert_path(main_path, "/home/me/ec/1.0/src/bn/mod.nr", "ec/1.0/src/bn/mod.nr");
    assert_path(main_path, "/v1/src/lib.nr", "v1/src/lib.nr");
    assert_path(main_path, "lib1/lib.nr", "lib1/lib.nr");
    assert_path(main_path, "std/option.nr", "std/option.nr");
    assert_path("/src/main.nr", "/src/way.nr", "src/way.nr");
    assert_path("/src/main.nr", "/ec/src/lib.nr", "ec/src/lib.nr");
    assert_path("C:\\maze\\src\\main.nr", "C:\\maze\\src\\way.nr", "src/way.nr");
    assert_path("C:\\maze\\src\\main.nr", "C:\\me\\ec\\src\\lib.nr", "ec/src/lib.nr");
    assert_path("/home/me/maze/code/start.nr", "/home/me/ec/src/lib.nr", "src/lib.nr");
}

static void test_debug_own_place__library_is_passed_over(void **state)
{
    (void)state;
    const struct debug_place places[] = {
        {"src/main.nr", 1, 1}, {"src/main.nr", 2, 1}, {"std/field/mod.nr", 3, 1}};
    assert_ptr_equal(debug_own_place(places, 3), &places[1]);
    assert_ptr_equal(debug_own_place(places, 1), &places[0]);
    assert_null(debug_own_place(places + 2, 1));
    assert_null(debug_own_place(places, 0));
}

static void test_debug_symbols_locate__nothing_known(void **state)
{
    (void)state;
    struct debug_symbols *symbols = read_good();
    struct acvm_location location = {.opcode = 8};
    struct acvm_error error = {.locations = &location, .location_count = 1};
    struct debug_place places[ROOM];
    assert_int_equal(debug_symbols_locate(symbols, &error, places, ROOM), 0);
    error.circuit_function = 1;
    assert_int_equal(debug_symbols_locate(symbols, &error, places, ROOM), 0);
    debug_symbols_free(symbols);

    json_t *artifact = json_object();
    assert_int_equal(debug_symbols_read(&symbols, artifact, NULL), RESULT_OK);
    error.circuit_function = 0;
    assert_int_equal(debug_symbols_locate(symbols, &error, places, ROOM), 0);
    debug_symbols_free(symbols);
    json_decref(artifact);
}

static void assert_refused(json_t *artifact, const char *words)
{
    struct debug_symbols *symbols = NULL;
    struct failure failure = {.result = RESULT_OK};
    assert_int_equal(debug_symbols_read(&symbols, artifact, &failure), RESULT_CIRCUIT_INVALID);
    assert_null(symbols);
    if (strstr(failure.message, words) == NULL)
        fail_msg("`%s` is not in `%s`", words, failure.message);
    json_decref(artifact);
}

static void test_debug_symbols_read__broken(void **state)
{
    (void)state;
    assert_refused(json_pack("{s:s}", "debug_symbols", "*"), "no base64");
    assert_refused(json_pack("{s:s}", "debug_symbols", "AAAA"), "inflated");
    assert_refused(make_artifact("{"), "no JSON");
    assert_refused(make_artifact("{\"debug_infos\":[{\"location_tree\":{\"locations\":["
                                 "{\"parent\":0,\"value\":{\"span\":{\"start\":0},\"file\":0}}]}}"
                                 "]}"),
                   "parent does not come before it");
    assert_refused(make_artifact("{\"debug_infos\":[{\"acir_locations\":{\"1\":0}}]}"),
                   "opcode without a place");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_debug_symbols_locate__circuit_opcode),
        cmocka_unit_test(test_debug_symbols_locate__brillig_calls),
        cmocka_unit_test(test_debug_symbols_locate__names_the_package),
        cmocka_unit_test(test_debug_own_place__library_is_passed_over),
        cmocka_unit_test(test_debug_symbols_locate__nothing_known),
        cmocka_unit_test(test_debug_symbols_read__broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
