/* MessagePack as events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/events.h"
#include "support.h"

enum { MOST_MESSAGE_BYTES = 1024 };

/* The events of a parse, as text. */
struct trace {
    char text[4096];
    size_t length;
    const char *refuse; /* the event that the handler says no to */
};

static bool note(struct trace *trace, const char *event)
{
    int length = snprintf(trace->text + trace->length, sizeof(trace->text) - trace->length, "%s%s",
                          trace->length == 0 ? "" : " ", event);
    assert_in_range(length, 1, sizeof(trace->text) - trace->length - 1);
    trace->length += (size_t)length;
    return trace->refuse == NULL || strcmp(trace->refuse, event) != 0;
}

/* Such as i5@1, s"ab"@2, b00ff@1, [3@0, {2@1, o@1; after the @ the depth. */
static void describe(char text[128], const struct pack_value *value)
{
    char bytes[64] = "";
    switch (value->kind) {
    case PACK_INTEGER:
        (void)snprintf(text, 128, "i%llu@%u", (unsigned long long)value->integer, value->depth);
        return;
    case PACK_BYTES:
        for (uint32_t i = 0; i < value->length && i < 8; i++)
            (void)snprintf(bytes + 2 * i, 3, "%02x", value->bytes[i]);
        (void)snprintf(text, 128, "b%s(%u)@%u", bytes, value->length, value->depth);
        return;
    case PACK_STRING:
        (void)snprintf(text, 128, "s\"%.*s\"@%u", (int)(value->length < 8 ? value->length : 8),
                       value->length == 0 ? "" : (const char *)value->bytes, value->depth);
        return;
    case PACK_ARRAY:
        (void)snprintf(text, 128, "[%u@%u", value->length, value->depth);
        return;
    case PACK_MAP:
        (void)snprintf(text, 128, "{%u@%u", value->length, value->depth);
        return;
    case PACK_OTHER:
        (void)snprintf(text, 128, "o@%u", value->depth);
        return;
    }
    fail();
}

static bool on_opened(void *context, const struct pack_value *container)
{
    char text[128];
    describe(text, container);
    return note(context, text);
}

static bool on_array_item(void *context, const struct pack_value *array,
                          const struct pack_value *item)
{
    char texts[2][128];
    char event[300];
    describe(texts[0], array);
    describe(texts[1], item);
    (void)snprintf(event, sizeof(event), "%s:%s", texts[0], texts[1]);
    return note(context, event);
}

static bool on_map_item(void *context, const struct pack_value *map, const struct pack_value *key,
                        const struct pack_value *value)
{
    char texts[3][128];
    char event[400];
    describe(texts[0], map);
    describe(texts[1], key);
    describe(texts[2], value);
    (void)snprintf(event, sizeof(event), "%s:%s=%s", texts[0], texts[1], texts[2]);
    return note(context, event);
}

static const struct pack_handler tracing = {on_opened, on_array_item, on_map_item, 0};

static enum pack_status parse_whole(struct trace *trace, size_t *offset, const unsigned char *bytes,
                                    size_t length)
{
    struct pack_parser *parser = pack_parser_create(&tracing, trace);
    unsigned char *copy = exact_copy(bytes, length);
    assert_non_null(parser);
    *offset = 0;
    enum pack_status status = pack_parser_feed(parser, offset, copy, length);
    spoil_copy(copy, length);
    pack_parser_destroy(parser);
    return status;
}

/*
 * One more byte at a time, each time in another place; the places before are spoilt, and kept so
 * that none is used again.
 */
static enum pack_status parse_bytewise(struct trace *trace, size_t *offset,
                                       const unsigned char *bytes, size_t length)
{
    struct pack_parser *parser = pack_parser_create(&tracing, trace);
    enum pack_status status = PACK_MORE;
    unsigned char *copies[MOST_MESSAGE_BYTES + 1];
    size_t given = 0;
    assert_non_null(parser);
    *offset = 0;
    for (; given <= length && status == PACK_MORE; given++) {
        copies[given] = exact_copy(bytes, given);
        status = pack_parser_feed(parser, offset, copies[given], given);
        memset(copies[given], 0xc1, given);
    }
    while (given > 0)
        free(copies[--given]);
    pack_parser_destroy(parser);
    return status;
}

static void assert_parses(const char *hex, const char *events)
{
    unsigned char bytes[MOST_MESSAGE_BYTES];
    size_t length = bytes_of_hex(bytes, sizeof(bytes), hex);
    struct trace whole = {.length = 0};
    struct trace bytewise = {.length = 0};
    size_t offset;
    assert_int_equal(parse_whole(&whole, &offset, bytes, length), PACK_DONE);
    assert_int_equal(offset, length);
    assert_string_equal(whole.text, events);
    assert_int_equal(parse_bytewise(&bytewise, &offset, bytes, length), PACK_DONE);
    assert_int_equal(offset, length);
    assert_string_equal(bytewise.text, events);
    for (size_t cut = 0; cut < length; cut++) {
        struct trace part = {.length = 0};
        assert_int_equal(parse_whole(&part, &offset, bytes, cut), PACK_MORE);
    }
}

static void test_pack_parser__tells_every_scalar_type(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        const char *item;
    } rows[] = {
        {"00", "i0@1"},
        {"7f", "i127@1"},
        {"ff", "o@1"},
        {"e0", "o@1"},
        {"c0", "o@1"},
        {"c2", "o@1"},
        {"c3", "o@1"},
        {"cc ff", "i255@1"},
        {"cd ffff", "i65535@1"},
        {"ce ffffffff", "i4294967295@1"},
        {"cf ffffffffffffffff", "i18446744073709551615@1"},
        {"d0 7f", "i127@1"},
        {"d0 ff", "o@1"},
        {"d1 7fff", "i32767@1"},
        {"d1 8000", "o@1"},
        {"d2 7fffffff", "i2147483647@1"},
        {"d2 80000000", "o@1"},
        {"d3 7fffffffffffffff", "i9223372036854775807@1"},
        {"d3 ffffffffffffffff", "o@1"},
        {"ca 3f800000", "o@1"},
        {"cb 3ff0000000000000", "o@1"},
        {"a0", "s\"\"@1"},
        {"a2 6162", "s\"ab\"@1"},
        {"d9 02 6162", "s\"ab\"@1"},
        {"da 0002 6162", "s\"ab\"@1"},
        {"db 00000002 6162", "s\"ab\"@1"},
        {"c4 00", "b(0)@1"},
        {"c4 02 00ff", "b00ff(2)@1"},
        {"c5 0002 00ff", "b00ff(2)@1"},
        {"c6 00000002 00ff", "b00ff(2)@1"},
        {"c7 02 01 0000", "o@1"},
        {"c8 0002 01 0000", "o@1"},
        {"c9 00000002 01 0000", "o@1"},
        {"d4 01 00", "o@1"},
        {"d5 01 0000", "o@1"},
        {"d6 01 00000000", "o@1"},
        {"d7 01 0000000000000000", "o@1"},
        {"d8 01 00000000000000000000000000000000", "o@1"},
        {"90", "[0@1"},
        {"80", "{0@1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char hex[128];
        char events[128];
        bool container = strchr("[{", rows[i].item[0]) != NULL;
        (void)snprintf(hex, sizeof(hex), "91 %s", rows[i].hex);
        (void)snprintf(events, sizeof(events), "[1@0 %s%s[1@0:%s", container ? rows[i].item : "",
                       container ? " " : "", rows[i].item);
        assert_parses(hex, events);
    }
}

static void test_pack_parser__tells_every_container_type(void **state)
{
    (void)state;
    assert_parses("92 01 02", "[2@0 [2@0:i1@1 [2@0:i2@1");
    assert_parses("dc 0002 01 02", "[2@0 [2@0:i1@1 [2@0:i2@1");
    assert_parses("dd 00000002 01 02", "[2@0 [2@0:i1@1 [2@0:i2@1");
    assert_parses("81 01 a1 61", "{1@0 {1@0:i1@1=s\"a\"@1");
    assert_parses("de 0001 01 a1 61", "{1@0 {1@0:i1@1=s\"a\"@1");
    assert_parses("df 00000001 01 a1 61", "{1@0 {1@0:i1@1=s\"a\"@1");
}

static void test_pack_parser__tells_depths_as_containers_open_and_close(void **state)
{
    (void)state;
    assert_parses("93 90 91 80 05", "[3@0 [0@1 [3@0:[0@1 [1@1 {0@2 [1@1:{0@2 [3@0:[1@1 [3@0:i5@1");
    assert_parses("82 01 91 02 03 81 04 05", "{2@0 [1@1 [1@1:i2@2 {2@0:i1@1=[1@1 {1@1 "
                                             "{1@1:i4@2=i5@2 {2@0:i3@1={1@1");
}

/* The key was read long before the pair is whole; its bytes have moved since. */
static void test_pack_parser__still_knows_a_key_when_its_value_came_later(void **state)
{
    (void)state;
    assert_parses("81 a5 737461636b 91 c4 02 aabb",
                  "{1@0 [1@1 [1@1:baabb(2)@2 {1@0:s\"stack\"@1=[1@1");
    assert_parses("81 c4 02 6b6b c4 03 010203", "{1@0 {1@0:b6b6b(2)@1=b010203(3)@1");
}

static void test_pack_parser__has_no_events_for_a_lone_scalar(void **state)
{
    (void)state;
    assert_parses("05", "");
    assert_parses("c0", "");
    assert_parses("a1 61", "");
}

static void test_pack_parser__stops_at_the_value_s_end(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {0x91, 0x01, 0xc1, 0xc1};
    struct trace trace = {.length = 0};
    size_t offset;
    assert_int_equal(parse_whole(&trace, &offset, bytes, sizeof(bytes)), PACK_DONE);
    assert_int_equal(offset, 2);
}

static void test_pack_parser__refuses_the_byte_that_is_never_used(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {0x91, 0xc1};
    struct trace trace = {.length = 0};
    size_t offset;
    assert_int_equal(parse_whole(&trace, &offset, bytes, sizeof(bytes)), PACK_MALFORMED);
}

static void assert_refused(const char *hex, const char *event)
{
    unsigned char bytes[MOST_MESSAGE_BYTES];
    size_t length = bytes_of_hex(bytes, sizeof(bytes), hex);
    struct trace trace = {.refuse = event};
    size_t offset;
    assert_int_equal(parse_whole(&trace, &offset, bytes, length), PACK_REFUSED);
    assert_string_equal(trace.text + trace.length - strlen(event), event);
}

static void test_pack_parser__stops_when_the_handler_refuses(void **state)
{
    (void)state;
    assert_refused("93 01 02 03", "[3@0");
    assert_refused("93 01 02 03", "[3@0:i2@1");
    assert_refused("82 01 02 03 04", "{2@0:i1@1=i2@1");
    assert_refused("91 90", "[0@1");
}

static void test_pack_parser__takes_a_handler_of_nothing(void **state)
{
    (void)state;
    static const struct pack_handler deaf = {NULL, NULL, NULL, 0};
    static const unsigned char bytes[] = {0x92, 0x90, 0x81, 0x01, 0x02};
    struct pack_parser *parser = pack_parser_create(&deaf, NULL);
    size_t offset = 0;
    assert_int_equal(pack_parser_feed(parser, &offset, bytes, sizeof(bytes)), PACK_DONE);
    pack_parser_destroy(parser);
}

static enum pack_status parse_nested(size_t containers, unsigned char header)
{
    unsigned char bytes[MOST_MESSAGE_BYTES];
    struct trace trace = {.length = 0};
    size_t offset;
    size_t length = 0;
    for (size_t i = 0; i < containers; i++) {
        bytes[length++] = header;
        if (header == 0x81)
            bytes[length++] = 1;
    }
    bytes[length++] = 0;
    return parse_whole(&trace, &offset, bytes, length);
}

static void test_pack_parser__nests_32_deep_and_no_deeper(void **state)
{
    (void)state;
    assert_int_equal(parse_nested(32, 0x91), PACK_DONE);
    assert_int_equal(parse_nested(33, 0x91), PACK_MALFORMED);
    assert_int_equal(parse_nested(32, 0x81), PACK_DONE);
    assert_int_equal(parse_nested(33, 0x81), PACK_MALFORMED);
    assert_int_equal(parse_nested(500, 0x91), PACK_MALFORMED);
}

static bool counts_fit(const char *hex)
{
    unsigned char bytes[MOST_MESSAGE_BYTES];
    size_t length = bytes_of_hex(bytes, sizeof(bytes), hex);
    unsigned char *copy = exact_copy(bytes, length);
    bool fit = pack_counts_fit(copy, length);
    spoil_copy(copy, length);
    return fit;
}

static void test_pack_counts_fit__for_whole_values(void **state)
{
    (void)state;
    assert_true(counts_fit("00"));
    assert_true(counts_fit("90"));
    assert_true(counts_fit("80"));
    assert_true(counts_fit("93 01 02 03"));
    assert_true(counts_fit("82 01 02 03 04"));
    assert_true(counts_fit("92 82 01 02 03 04 93 01 02 c4 01 00"));
    assert_true(counts_fit("91 91 91 91 91 00"));
    assert_true(counts_fit("dd 00000001 c0"));
}

static void test_pack_counts_fit__not_for_hostile_counts(void **state)
{
    (void)state;
    assert_false(counts_fit("dd ffffffff"));
    assert_false(counts_fit("dd ffffffff 00"));
    assert_false(counts_fit("df ffffffff 00 00"));
    assert_false(counts_fit("df 80000000 00 00"));
    assert_false(counts_fit("dc ffff 00 00 00"));
    assert_false(counts_fit("91 dd ffffffff"));
    assert_false(counts_fit("81 01 df ffffffff"));
    /* Each count fits alone; together they claim more than there is. */
    assert_false(counts_fit("dd 0000000a dd 0000000a dd 0000000a"));
}

static void test_pack_counts_fit__not_for_parts_and_extras(void **state)
{
    (void)state;
    assert_false(counts_fit(""));
    assert_false(counts_fit("92 01"));
    assert_false(counts_fit("00 00"));
    assert_false(counts_fit("91 00 00"));
    assert_false(counts_fit("c1"));
    assert_false(counts_fit("c4 05 00"));
    assert_false(counts_fit("c6 ffffffff 00"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pack_parser__tells_every_scalar_type),
        cmocka_unit_test(test_pack_parser__tells_every_container_type),
        cmocka_unit_test(test_pack_parser__tells_depths_as_containers_open_and_close),
        cmocka_unit_test(test_pack_parser__still_knows_a_key_when_its_value_came_later),
        cmocka_unit_test(test_pack_parser__has_no_events_for_a_lone_scalar),
        cmocka_unit_test(test_pack_parser__stops_at_the_value_s_end),
        cmocka_unit_test(test_pack_parser__refuses_the_byte_that_is_never_used),
        cmocka_unit_test(test_pack_parser__stops_when_the_handler_refuses),
        cmocka_unit_test(test_pack_parser__takes_a_handler_of_nothing),
        cmocka_unit_test(test_pack_parser__nests_32_deep_and_no_deeper),
        cmocka_unit_test(test_pack_counts_fit__for_whole_values),
        cmocka_unit_test(test_pack_counts_fit__not_for_hostile_counts),
        cmocka_unit_test(test_pack_counts_fit__not_for_parts_and_extras),
    };
    return RUN_TESTS(tests);
}
