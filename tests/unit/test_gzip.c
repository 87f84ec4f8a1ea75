/* Gunzip in pieces, with a limit. */
#include <stdlib.h>
#include <string.h>

#include "base/gunzip.h"
#include "support.h"

enum { MANY_BYTES = 200000, NO_LIMIT = 1 << 30 };

struct sink {
    struct buffer bytes;
    size_t pieces;
    bool full;
};

static bool take(void *context, const unsigned char *piece, size_t length)
{
    struct sink *sink = context;
    sink->pieces++;
    return !sink->full && buffer_append(&sink->bytes, piece, length);
}

/* Feeds the zipped bytes in steps; *ended says whether the member was whole. */
static enum gunzip_status unzip(struct sink *sink, bool *ended, const struct buffer *zipped,
                                size_t step, size_t max_bytes)
{
    struct gunzip gunzip;
    enum gunzip_status status = GUNZIP_OK;
    assert_true(gunzip_open(&gunzip, max_bytes));
    for (size_t at = 0; at < zipped->length && status == GUNZIP_OK; at += step) {
        size_t length = zipped->length - at < step ? zipped->length - at : step;
        unsigned char *copy = exact_copy(zipped->data + at, length);
        status = gunzip_feed(&gunzip, copy, length, take, sink);
        spoil_copy(copy, length);
    }
    *ended = gunzip.ended;
    gunzip_close(&gunzip);
    gunzip_close(&gunzip);
    return status;
}

/* Bytes that compress a little, so that the stream has parts of every kind. */
static unsigned char *make_content(size_t length)
{
    unsigned char *content = malloc(length);
    unsigned random = 12345;
    assert_non_null(content);
    for (size_t i = 0; i < length; i++) {
        random = random * 1103515245 + 12345;
        content[i] = (unsigned char)(random >> 16 & (i % 3 == 0 ? 0xff : 0x03));
    }
    return content;
}

static void assert_unzips(const unsigned char *content, size_t length, size_t step)
{
    struct sink sink = {BUFFER_EMPTY, 0, false};
    struct buffer zipped = BUFFER_EMPTY;
    bool ended = false;
    append_gzip(&zipped, content, length);
    assert_int_equal(unzip(&sink, &ended, &zipped, step, NO_LIMIT), GUNZIP_OK);
    assert_true(ended);
    assert_int_equal(sink.bytes.length, length);
    if (length > 0)
        assert_memory_equal(sink.bytes.data, content, length);
    buffer_free(&sink.bytes);
    buffer_free(&zipped);
}

static void test_gunzip_feed__gives_the_content_back(void **state)
{
    (void)state;
    unsigned char *content = make_content(MANY_BYTES);
    assert_unzips(content, 0, 1000);
    assert_unzips(content, 1, 1);
    assert_unzips(content, 5000, 1);
    assert_unzips(content, MANY_BYTES, MANY_BYTES);
    assert_unzips(content, MANY_BYTES, 777);
    free(content);
}

static void test_gunzip_feed__gives_whole_pieces_back(void **state)
{
    (void)state;
    /* Sizes about that of a piece: the last one may be full and still be the last. */
    unsigned char *content = calloc(1, 70000);
    assert_non_null(content);
    for (size_t size = 32766; size <= 32770; size++) {
        assert_unzips(content, size, 1 << 20);
        assert_unzips(content, 2 * size, 1);
    }
    free(content);
}

static void test_gunzip_feed__takes_exactly_the_limit(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 100, 32768, 32769, 65536, 100000};
    unsigned char *content = make_content(100000);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (size_t step = 1000; step <= 1000000; step *= 1000) {
            struct sink sink = {BUFFER_EMPTY, 0, false};
            struct buffer zipped = BUFFER_EMPTY;
            bool ended;
            append_gzip(&zipped, content, sizes[i]);
            assert_int_equal(unzip(&sink, &ended, &zipped, step, sizes[i]), GUNZIP_OK);
            assert_true(ended);
            assert_int_equal(sink.bytes.length, sizes[i]);
            assert_int_equal(unzip(&sink, &ended, &zipped, step, sizes[i] - 1), GUNZIP_TOO_LARGE);
            buffer_free(&sink.bytes);
            buffer_free(&zipped);
        }
    }
    free(content);
}

static void test_gunzip_feed__never_gives_more_than_the_limit(void **state)
{
    (void)state;
    enum { BOMB_BYTES = 8 << 20, LIMIT = 100000 };
    struct sink sink = {BUFFER_EMPTY, 0, false};
    struct buffer zipped = BUFFER_EMPTY;
    bool ended;
    unsigned char *zeros = calloc(1, BOMB_BYTES);
    assert_non_null(zeros);
    append_gzip(&zipped, zeros, BOMB_BYTES);
    free(zeros);
    assert_true(zipped.length < LIMIT);
    assert_int_equal(unzip(&sink, &ended, &zipped, zipped.length, LIMIT), GUNZIP_TOO_LARGE);
    assert_in_range(sink.bytes.length, 0, LIMIT);
    buffer_free(&sink.bytes);
    buffer_free(&zipped);
}

static void test_gunzip_feed__wants_more_when_cut_anywhere(void **state)
{
    (void)state;
    struct buffer zipped = BUFFER_EMPTY;
    unsigned char *content = make_content(2000);
    append_gzip(&zipped, content, 2000);
    for (size_t length = 1; length < zipped.length; length++) {
        struct sink sink = {BUFFER_EMPTY, 0, false};
        struct buffer part = {zipped.data, length, zipped.capacity};
        bool ended;
        assert_int_equal(unzip(&sink, &ended, &part, length, NO_LIMIT), GUNZIP_OK);
        assert_false(ended);
        buffer_free(&sink.bytes);
    }
    buffer_free(&zipped);
    free(content);
}

static void test_gunzip_feed__sees_a_wrong_crc_and_length(void **state)
{
    (void)state;
    struct buffer zipped = BUFFER_EMPTY;
    append_gzip(&zipped, "some content", 12);
    for (size_t back = 1; back <= 8; back++) {
        struct sink sink = {BUFFER_EMPTY, 0, false};
        bool ended;
        zipped.data[zipped.length - back] ^= 1;
        assert_int_equal(unzip(&sink, &ended, &zipped, 5, NO_LIMIT), GUNZIP_CORRUPT);
        assert_false(ended);
        zipped.data[zipped.length - back] ^= 1;
        buffer_free(&sink.bytes);
    }
    buffer_free(&zipped);
}

static void test_gunzip_feed__sees_what_is_no_gzip(void **state)
{
    (void)state;
    static const char *const wrong[] = {"plain text", "\x1f\x8c",
                                        "\x1f\x8b\x07\x01\x01\x01\x01\x01\x01\x03", "x\x9c\x01"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct sink sink = {BUFFER_EMPTY, 0, false};
        struct buffer bytes = BUFFER_EMPTY;
        bool ended;
        assert_true(buffer_append(&bytes, wrong[i], strlen(wrong[i])));
        assert_int_equal(unzip(&sink, &ended, &bytes, 1, NO_LIMIT), GUNZIP_CORRUPT);
        buffer_free(&bytes);
        buffer_free(&sink.bytes);
    }
}

static void test_gunzip_feed__sees_bytes_behind_the_end(void **state)
{
    (void)state;
    for (size_t step = 1; step < 100; step += 98) {
        struct sink sink = {BUFFER_EMPTY, 0, false};
        struct buffer zipped = BUFFER_EMPTY;
        bool ended;
        append_gzip(&zipped, "content", 7);
        assert_true(buffer_append(&zipped, "\0", 1));
        assert_int_equal(unzip(&sink, &ended, &zipped, step, NO_LIMIT), GUNZIP_TRAILING);
        /* A second member is trailing bytes too. */
        zipped.length--;
        append_gzip(&zipped, "content", 7);
        assert_int_equal(unzip(&sink, &ended, &zipped, step, NO_LIMIT), GUNZIP_TRAILING);
        buffer_free(&zipped);
        buffer_free(&sink.bytes);
    }
}

static void test_gunzip_feed__stops_when_nobody_can_take_more(void **state)
{
    (void)state;
    struct sink sink = {BUFFER_EMPTY, 0, true};
    struct buffer zipped = BUFFER_EMPTY;
    bool ended;
    unsigned char *content = make_content(MANY_BYTES);
    append_gzip(&zipped, content, MANY_BYTES);
    assert_int_equal(unzip(&sink, &ended, &zipped, zipped.length, NO_LIMIT), GUNZIP_NO_MEMORY);
    assert_int_equal(sink.pieces, 1);
    buffer_free(&zipped);
    free(content);
}

static void test_gunzip_close__is_fine_on_nothing(void **state)
{
    (void)state;
    struct gunzip gunzip = {.opened = false};
    gunzip_close(&gunzip);
    gunzip_close(&gunzip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gunzip_feed__gives_the_content_back),
        cmocka_unit_test(test_gunzip_feed__gives_whole_pieces_back),
        cmocka_unit_test(test_gunzip_feed__takes_exactly_the_limit),
        cmocka_unit_test(test_gunzip_feed__never_gives_more_than_the_limit),
        cmocka_unit_test(test_gunzip_feed__wants_more_when_cut_anywhere),
        cmocka_unit_test(test_gunzip_feed__sees_a_wrong_crc_and_length),
        cmocka_unit_test(test_gunzip_feed__sees_what_is_no_gzip),
        cmocka_unit_test(test_gunzip_feed__sees_bytes_behind_the_end),
        cmocka_unit_test(test_gunzip_feed__stops_when_nobody_can_take_more),
        cmocka_unit_test(test_gunzip_close__is_fine_on_nothing),
    };
    return RUN_TESTS(tests);
}
