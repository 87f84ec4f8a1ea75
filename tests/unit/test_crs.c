/* The CRS: what is accepted, and the view of it that bb is given. Made of the real one. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/crs.h"
#include "support.h"

enum { COMPRESSED_BYTES = 262176, DECOMPRESSED_BYTES = 524288, G2_BYTES = 128 };

static const char compressed_name[] = "bn254_g1_compressed.dat";
static const char decompressed_name[] = "bn254_g1.dat";
static const char g2_name[] = "bn254_g2.dat";

static struct buffer compressed;
static struct buffer decompressed;
static struct buffer g2;

static char place[PATH_MAX];
static char folder[PATH_MAX];
static char view[PATH_MAX];
static struct crs crs;
static struct failure failure;

static int read_real(void **state)
{
    (void)state;
    const char *real = getenv("CRS_PATH");
    if (real == NULL || real[0] == '\0') {
        print_error("this test needs the real CRS: set CRS_PATH to the folder that script/crs "
                    "makes (.cache/crs)\n");
        return -1;
    }
    read_file(&compressed, real, compressed_name);
    read_file(&decompressed, real, decompressed_name);
    read_file(&g2, real, g2_name);
    return compressed.length >= COMPRESSED_BYTES && decompressed.length >= DECOMPRESSED_BYTES &&
                   g2.length >= G2_BYTES
               ? 0
               : -1;
}

static int free_real(void **state)
{
    (void)state;
    buffer_free(&compressed);
    buffer_free(&decompressed);
    buffer_free(&g2);
    return 0;
}

static int make_folders(void **state)
{
    (void)state;
    make_folder(place);
    path_in(folder, place, "crs");
    path_in(view, place, "view");
    memset(&crs, 0xee, sizeof(crs));
    crs.verifier = NULL;
    return mkdir(folder, S_IRWXU);
}

static int remove_folders(void **state)
{
    (void)state;
    crs_close(&crs);
    remove_folder(place);
    return 0;
}

static void put_compressed(void)
{
    write_file(folder, compressed_name, compressed.data, COMPRESSED_BYTES);
}

static void put_decompressed(size_t length)
{
    write_file(folder, decompressed_name, decompressed.data, length);
}

static void put_g2(void)
{
    write_file(folder, g2_name, g2.data, G2_BYTES);
}

static void open_good(void)
{
    failure.message[0] = '\0';
    crs_close(&crs);
    assert_result(crs_open(&crs, folder, view, &failure), RESULT_OK);
}

/* The failure names the file and says what to do; nothing was written. */
static void assert_unusable(const char *name, const char *what)
{
    struct crs before = crs;
    assert_result(crs_open(&crs, folder, view, &failure), RESULT_CRS_UNUSABLE);
    assert_contains(failure.message, name);
    assert_contains(failure.message, what);
    assert_contains(failure.message, "script/crs");
    assert_memory_equal(&crs, &before, sizeof(crs));
    assert_int_not_equal(access(view, F_OK), 0);
}

/* In the view the name is a link to the file of the operator's folder. */
static void assert_linked(const char *name)
{
    char link[PATH_MAX];
    char expected[PATH_MAX];
    char target[PATH_MAX] = "";
    path_in(link, view, name);
    path_in(expected, folder, name);
    assert_true(readlink(link, target, sizeof(target) - 1) > 0);
    assert_string_equal(target, expected);
}

static void test_crs_open__links_the_compressed_points(void **state)
{
    (void)state;
    put_compressed();
    put_g2();
    open_good();
    assert_int_equal(crs.points, 8193);
    assert_string_equal(crs.files, "bn254_g1_compressed.dat 262176 bytes\nbn254_g2.dat 128 bytes");
    assert_int_equal(count_entries(view), 2);
    assert_linked(compressed_name);
    assert_linked(g2_name);
    assert_int_equal(access(crs.points_path, R_OK), 0);
    assert_int_equal(strncmp(crs.points_path, view, strlen(view)), 0);
}

static void test_crs_open__links_the_decompressed_points(void **state)
{
    (void)state;
    put_decompressed(DECOMPRESSED_BYTES);
    open_good();
    assert_int_equal(crs.points, 8192);
    assert_string_equal(crs.files, "bn254_g1.dat 524288 bytes");
    assert_int_equal(count_entries(view), 1);
    assert_linked(decompressed_name);
}

static void test_crs_open__prefers_decompressed_points_that_are_all_there(void **state)
{
    (void)state;
    put_compressed();
    put_decompressed(DECOMPRESSED_BYTES);
    put_g2();
    open_good();
    assert_int_equal(crs.points, 8192);
    assert_int_equal(count_entries(view), 2);
    assert_linked(decompressed_name);
    assert_linked(g2_name);
}

/* bb would write the missing points through a link to them. */
static void test_crs_open__does_not_link_points_that_bb_would_add_to(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 64, DECOMPRESSED_BYTES - 64, DECOMPRESSED_BYTES - 1};
    put_compressed();
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        put_decompressed(lengths[i]);
        open_good();
        assert_int_equal(crs.points, 8193);
        assert_int_equal(count_entries(view), 1);
        assert_linked(compressed_name);
        remove_folder(view);
    }
    /* The same for a good list that is shorter than the compressed one. */
    struct buffer longer = BUFFER_EMPTY;
    unsigned char point[64] = {0};
    assert_true(buffer_append(&longer, compressed.data, COMPRESSED_BYTES));
    assert_true(buffer_append(&longer, point, 64));
    write_file(folder, compressed_name, longer.data, longer.length);
    put_decompressed(DECOMPRESSED_BYTES);
    open_good();
    assert_int_equal(crs.points, 8195);
    assert_int_equal(count_entries(view), 1);
    assert_linked(compressed_name);
    buffer_free(&longer);
}

static void test_crs_open__does_not_link_corrupt_decompressed_points(void **state)
{
    (void)state;
    put_compressed();
    decompressed.data[100] ^= 1;
    put_decompressed(DECOMPRESSED_BYTES);
    decompressed.data[100] ^= 1;
    open_good();
    assert_int_equal(count_entries(view), 1);
    assert_linked(compressed_name);
}

static void test_crs_open__says_that_nothing_is_there(void **state)
{
    (void)state;
    assert_unusable(compressed_name, "there is no CRS file");
    put_g2();
    assert_unusable(compressed_name, "there is no CRS file");
    path_in(folder, place, "nothing");
    assert_unusable(folder, "there is no CRS file");
}

static void test_crs_open__says_that_a_file_is_short(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 32, COMPRESSED_BYTES - 32, COMPRESSED_BYTES - 1};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        write_file(folder, compressed_name, compressed.data, lengths[i]);
        assert_unusable(compressed_name, "too short");
    }
    remove_folder(folder);
    assert_int_equal(mkdir(folder, S_IRWXU), 0);
    put_decompressed(DECOMPRESSED_BYTES - 1);
    assert_unusable(decompressed_name, "too short");
    put_compressed();
    write_file(folder, g2_name, g2.data, G2_BYTES - 1);
    assert_unusable(g2_name, "too short");
}

static void test_crs_open__says_that_a_file_is_corrupt(void **state)
{
    (void)state;
    static const size_t places[] = {0, 65536, 131071, COMPRESSED_BYTES - 1};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        compressed.data[places[i]] ^= 0x10;
        put_compressed();
        compressed.data[places[i]] ^= 0x10;
        assert_unusable(compressed_name, "corrupt");
    }
    put_compressed();
    g2.data[127] ^= 1;
    put_g2();
    g2.data[127] ^= 1;
    assert_unusable(g2_name, "corrupt");
}

static void test_crs_open__says_that_decompressed_points_alone_are_corrupt(void **state)
{
    (void)state;
    decompressed.data[DECOMPRESSED_BYTES - 1] ^= 1;
    put_decompressed(DECOMPRESSED_BYTES);
    decompressed.data[DECOMPRESSED_BYTES - 1] ^= 1;
    assert_unusable(decompressed_name, "corrupt");
}

static void test_crs_open__needs_a_view_that_is_new(void **state)
{
    (void)state;
    put_compressed();
    assert_int_equal(mkdir(view, S_IRWXU), 0);
    assert_result(crs_open(&crs, folder, view, &failure), RESULT_CRS_UNUSABLE);
    assert_contains(failure.message, view);
    assert_int_equal(count_entries(view), 0);
}

static void test_crs_open__leaves_the_folder_as_it_was(void **state)
{
    (void)state;
    struct stat before;
    struct stat after;
    put_compressed();
    put_decompressed(64);
    put_g2();
    assert_int_equal(stat(folder, &before), 0);
    open_good();
    assert_int_equal(stat(folder, &after), 0);
    assert_int_equal(count_entries(folder), 3);
    assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
    assert_memory_equal(&before.st_ctim, &after.st_ctim, sizeof(before.st_ctim));
}

static void test_crs_open__links_by_absolute_paths(void **state)
{
    (void)state;
    put_compressed();
    char here[PATH_MAX];
    assert_non_null(getcwd(here, sizeof(here)));
    assert_int_equal(chdir(place), 0);
    enum result result = crs_open(&crs, "crs", view, &failure);
    assert_int_equal(chdir(here), 0);
    assert_result(result, RESULT_OK);
    assert_linked(compressed_name);
}

static void test_crs_check_rows__compares_with_the_points(void **state)
{
    (void)state;
    struct crs some = {.points = 8193};
    assert_result(crs_check_rows(&some, 8192, &failure), RESULT_OK);
    assert_result(crs_check_rows(&some, 8193, &failure), RESULT_OK);
    assert_result(crs_check_rows(&some, 16384, &failure), RESULT_CIRCUIT_TOO_LARGE);
    assert_contains(failure.message, "16384 rows");
    assert_contains(failure.message, "8193 points");
}

static void test_crs_check_readable__sees_that_the_points_are_gone(void **state)
{
    (void)state;
    char path[PATH_MAX];
    put_compressed();
    open_good();
    assert_result(crs_check_readable(&crs, &failure), RESULT_OK);
    path_in(path, folder, compressed_name);
    assert_int_equal(unlink(path), 0);
    assert_result(crs_check_readable(&crs, &failure), RESULT_CRS_UNUSABLE);
}

static void test_crs_check_readable__sees_that_points_are_missing(void **state)
{
    (void)state;
    char path[PATH_MAX];
    put_compressed();
    open_good();
    path_in(path, folder, compressed_name);
    assert_int_equal(truncate(path, 262176 - 32), 0);
    assert_result(crs_check_readable(&crs, &failure), RESULT_CRS_UNUSABLE);
    assert_contains(failure.message, "shorter");
}

static void test_crs_check_purpose__takes_a_development_crs_when_it_is_allowed_alone(void **state)
{
    (void)state;
    put_compressed();
    open_good();
    assert_false(crs.development);
    assert_result(crs_check_purpose(&crs, false, &failure), RESULT_OK);
    assert_result(crs_check_purpose(&crs, true, &failure), RESULT_OK);
    crs_close(&crs);
    remove_folder(view);
    write_file(folder, CRS_DEVELOPMENT_MARK, "", 0);
    put_g2();
    open_good();
    assert_true(crs.development);
    assert_result(crs_check_purpose(&crs, true, &failure), RESULT_OK);
    assert_result(crs_check_purpose(&crs, false, &failure), RESULT_CRS_UNUSABLE);
    assert_contains(failure.message, CRS_DEVELOPMENT_MARK);
    assert_contains(failure.message, "--development-crs on");
}

/* Other points than the ceremony's, and as few as one likes: the mark alone makes them welcome. */
static void test_crs_open__takes_any_points_of_a_marked_folder(void **state)
{
    (void)state;
    static const unsigned char points[3 * 64] = {1};
    write_file(folder, decompressed_name, points, sizeof(points));
    put_g2();
    assert_unusable(decompressed_name, "too short");
    write_file(folder, CRS_DEVELOPMENT_MARK, "", 0);
    open_good();
    assert_int_equal(crs.points, 3);
    assert_non_null(crs.verifier);
    remove_folder(view);
    crs_close(&crs);
    write_file(folder, decompressed_name, points, 127);
    assert_result(crs_open(&crs, folder, view, &failure), RESULT_CRS_UNUSABLE);
    assert_contains(failure.message, "too short");
}

static void test_crs_open__needs_the_g2_point_of_a_marked_folder(void **state)
{
    (void)state;
    static const unsigned char nothing[G2_BYTES] = {0};
    put_decompressed(DECOMPRESSED_BYTES);
    write_file(folder, CRS_DEVELOPMENT_MARK, "", 0);
    assert_result(crs_open(&crs, folder, view, &failure), RESULT_CRS_UNUSABLE);
    assert_contains(failure.message, g2_name);
    assert_contains(failure.message, "script/development-crs");
    write_file(folder, g2_name, nothing, sizeof(nothing));
    assert_result(crs_open(&crs, folder, view, &failure), RESULT_CRS_UNUSABLE);
    assert_contains(failure.message, g2_name);
    assert_int_not_equal(access(view, F_OK), 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folders, remove_folders)
    const struct CMUnitTest tests[] = {
        TEST(test_crs_open__links_the_compressed_points),
        TEST(test_crs_open__links_the_decompressed_points),
        TEST(test_crs_open__prefers_decompressed_points_that_are_all_there),
        TEST(test_crs_open__does_not_link_points_that_bb_would_add_to),
        TEST(test_crs_open__does_not_link_corrupt_decompressed_points),
        TEST(test_crs_open__says_that_nothing_is_there),
        TEST(test_crs_open__says_that_a_file_is_short),
        TEST(test_crs_open__says_that_a_file_is_corrupt),
        TEST(test_crs_open__says_that_decompressed_points_alone_are_corrupt),
        TEST(test_crs_open__needs_a_view_that_is_new),
        TEST(test_crs_open__leaves_the_folder_as_it_was),
        TEST(test_crs_open__links_by_absolute_paths),
        TEST(test_crs_check_purpose__takes_a_development_crs_when_it_is_allowed_alone),
        TEST(test_crs_open__takes_any_points_of_a_marked_folder),
        TEST(test_crs_open__needs_the_g2_point_of_a_marked_folder),
        TEST(test_crs_check_rows__compares_with_the_points),
        TEST(test_crs_check_readable__sees_that_the_points_are_gone),
        TEST(test_crs_check_readable__sees_that_points_are_missing),
    };
    support_start();
    return cmocka_run_group_tests(tests, read_real, free_real);
}
