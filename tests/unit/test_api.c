/* The parts of the API that need no connection. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "api/call_internal.h"
#include "api/hex_internal.h"
#include "http/request_internal.h"
#include "support.h"

static const struct server_options options = {.handlers = &api_handlers,
                                              .cors_origin = "https://example.org"};

static struct request *make_request(const char *path)
{
    struct request *request = calloc(1, sizeof(*request));
    assert_non_null(request);
    request->call = calloc(1, sizeof(struct call));
    assert_non_null(request->call);
    request->options = &options;
    (void)snprintf(request->path, sizeof(request->path), "%s", path);
    (void)snprintf(request->id, sizeof(request->id), "the-id");
    return request;
}

static void free_request(struct request *request)
{
    reply_free(&request->reply);
    free(request->call);
    free(request);
}

static json_t *body_of(const struct request *request)
{
    const struct buffer *body = &request->reply.body;
    json_t *json = json_loadb((const char *)body->data, body->length, 0, NULL);
    assert_non_null(json);
    return json;
}

static void assert_text(const json_t *json, const char *name, const char *expected)
{
    const char *text = json_string_value(json_object_get(json, name));
    assert_non_null(text);
    assert_string_equal(text, expected);
}

static const char *header_of(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->reply.header_count; i++)
        if (strcmp(request->reply.headers[i].name, name) == 0)
            return request->reply.headers[i].value;
    return NULL;
}

static void assert_reads(const char *hex, const char *expected, size_t length)
{
    struct buffer bytes = BUFFER_EMPTY;
    json_t *text = json_string(hex);
    assert_true(buffer_append(&bytes, "before", 6));
    assert_true(hex_read(&bytes, text));
    assert_int_equal(bytes.length, 6 + length);
    assert_memory_equal(bytes.data, "before", 6);
    assert_memory_equal(bytes.data + 6, expected, length);
    json_decref(text);
    buffer_free(&bytes);
}

static void test_hex_read__appends_bytes(void **state)
{
    (void)state;
    assert_reads("0x", "", 0);
    assert_reads("0x00", "\0", 1);
    assert_reads("0xdeadBEEF", "\xde\xad\xbe\xef", 4);
}

static void assert_reads_not(json_t *json)
{
    struct buffer bytes = BUFFER_EMPTY;
    assert_true(buffer_append(&bytes, "before", 6));
    assert_false(hex_read(&bytes, json));
    assert_int_equal(bytes.length, 6);
    json_decref(json);
    buffer_free(&bytes);
}

static void test_hex_read__refuses_what_is_no_hex(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",     "0",     "ab",     "0X00",   "0x0",   "0x000",
                                        "0xg0", "0x0g",  "0x 00",  "0x00 ",  " 0x00", "0x00\n",
                                        "x000", "00x00", "0x0x00", "0x00:00"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_reads_not(json_string(wrong[i]));
    assert_reads_not(json_stringn("0x00\0\0", 6));
    assert_reads_not(json_integer(0));
    assert_reads_not(json_null());
    assert_reads_not(NULL);
}

static void test_hex_words__writes_a_string_a_word(void **state)
{
    (void)state;
    struct buffer words = BUFFER_EMPTY;
    unsigned char word[WORD_BYTES] = {0};
    json_t *list = hex_words(&words);
    assert_int_equal(json_array_size(list), 0);
    json_decref(list);
    assert_true(buffer_append(&words, word, sizeof(word)));
    word[0] = 0x0a;
    word[31] = 0xff;
    assert_true(buffer_append(&words, word, sizeof(word)));
    list = hex_words(&words);
    assert_int_equal(json_array_size(list), 2);
    assert_string_equal(json_string_value(json_array_get(list, 1)),
                        "0x0a000000000000000000000000000000000000000000000000000000000000ff");
    json_decref(list);
    buffer_free(&words);
}

static void test_hex_string__is_read_back(void **state)
{
    (void)state;
    unsigned char bytes[256];
    struct buffer read = BUFFER_EMPTY;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)i;
    json_t *text = hex_string(bytes, sizeof(bytes));
    assert_true(hex_read(&read, text));
    assert_int_equal(read.length, sizeof(bytes));
    assert_memory_equal(read.data, bytes, sizeof(bytes));
    json_decref(text);
    buffer_free(&read);
}

static void assert_methods(const char *path, const char *expected)
{
    char methods[64];
    assert_int_equal(routes_methods(methods, sizeof(methods), &options, path), expected != NULL);
    if (expected != NULL)
        assert_string_equal(methods, expected);
}

static void test_routes_methods__are_those_of_the_path(void **state)
{
    (void)state;
    assert_methods("/api", "GET, HEAD, OPTIONS");
    assert_methods("/api/health", "GET, HEAD, OPTIONS");
    assert_methods("/api/prove", "POST, OPTIONS");
    assert_methods("/api/circuits/x/vk", "GET, HEAD, OPTIONS");
    assert_methods("/", NULL);
    assert_methods("", NULL);
    assert_methods("/api/prov", NULL);
    assert_methods("/api/prove/more", NULL);
    assert_methods("/api/", NULL);
    assert_methods("/api/verify/", NULL);
    assert_methods("/metrics/", NULL);
    assert_methods("//metrics", NULL);
    assert_methods("/api/prove//", NULL);
    assert_methods("/api%2fprove", NULL);
    assert_methods("/api/pro%76e", NULL);
    assert_methods("/metrics%00", NULL);
    assert_methods("/api/circuits//vk", NULL);
    assert_methods("/api/circuits/x/vk/", NULL);
    assert_methods("/API", NULL);
}

static void test_routes_find__finds_and_refuses(void **state)
{
    (void)state;
    struct request *request = make_request("/api/prove");
    const struct route *route = routes_find(request, "POST", "/api/prove");
    assert_non_null(route);
    assert_string_equal(route->path, "/api/prove");
    assert_non_null(routes_find(request, "HEAD", "/api/health"));
    assert_result(request->failure.result, RESULT_OK);
    assert_null(routes_find(request, "GET", "/api/prove"));
    assert_result(request->failure.result, RESULT_METHOD_NOT_ALLOWED);
    assert_string_equal(header_of(request, "Allow"), "POST, OPTIONS");
    free_request(request);
    request = make_request("/nothing");
    assert_null(routes_find(request, "GET", "/nothing"));
    assert_result(request->failure.result, RESULT_NOT_FOUND);
    free_request(request);
}

static void test_reply_failure__says_it_in_json(void **state)
{
    (void)state;
    struct request *request = make_request("/");
    request_fail(request, RESULT_WITNESS_COUNT, "a \"quoted\" \\ message\n");
    reply_failure(request);
    assert_int_equal(request->reply.status, 400);
    assert_string_equal(request->reply.content_type, "application/json");
    json_t *json = body_of(request);
    assert_text(json, "error", "Bad request");
    assert_text(json, "code", "witness_count");
    assert_text(json, "message", "a \"quoted\" \\ message\n");
    assert_text(json, "request_id", "the-id");
    json_decref(json);
    free_request(request);
}

static void test_reply_failure__lists_endpoints_for_nothing_found(void **state)
{
    (void)state;
    struct request *request = make_request("/");
    request_fail(request, RESULT_NOT_FOUND, "nothing");
    reply_failure(request);
    json_t *json = body_of(request);
    const json_t *endpoints = json_object_get(json, "available_endpoints");
    assert_non_null(json_object_get(endpoints, "POST /api/prove"));
    assert_non_null(json_object_get(endpoints, "GET /api/health"));
    json_decref(json);
    free_request(request);
}

static void test_reply_failure__tells_when_to_try_again(void **state)
{
    (void)state;
    struct request *request = make_request("/");
    request_fail(request, RESULT_QUEUE_FULL, "full");
    reply_failure(request);
    assert_int_equal(request->reply.status, 429);
    assert_non_null(header_of(request, "Retry-After"));
    free_request(request);
}

/* A path or a header that a message quotes can hold any byte, and be cut within a character. */
static void test_reply_failure__is_json_for_what_is_not_utf8(void **state)
{
    (void)state;
    struct request *request = make_request("/caf\xe9");
    assert_null(routes_find(request, "GET", "/caf\xe9"));
    reply_failure(request);
    assert_int_equal(request->reply.status, 404);
    json_t *json = body_of(request);
    assert_text(json, "code", "not_found");
    assert_contains(json_string_value(json_object_get(json, "message")), "/caf");
    json_decref(json);
    free_request(request);
}

static size_t write_raw(char *out, size_t size, const char *message)
{
    struct request *request = make_request("/");
    struct failure failure;
    request->origin = "https://example.org";
    (void)failure_set(&failure, RESULT_BODY_TIMEOUT, "%s", message);
    size_t length = reply_failure_raw(out, size, request, &failure);
    free_request(request);
    return length;
}

static void test_reply_failure_raw__is_a_whole_answer(void **state)
{
    (void)state;
    static const char *const messages[] = {"plain", "\"\r\n\r\nHTTP/1.1 200 OK", "\xff\xfe",
                                           "\x01\x1f"};
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        char out[4096];
        size_t length = write_raw(out, sizeof(out), messages[i]);
        assert_true(length > 0 && length == strlen(out));
        char *body = strstr(out, "\r\n\r\n");
        assert_non_null(body);
        body += 4;
        assert_int_equal(strncmp(out, "HTTP/1.1 408 Request timeout\r\n", 30), 0);
        assert_contains(out, "\r\nConnection: close\r\n");
        assert_contains(out, "\r\nX-Request-Id: the-id\r\n");
        assert_contains(out, "\r\nAccess-Control-Allow-Origin: https://example.org\r\n");
        assert_int_equal(strtoul(strstr(out, "Content-Length: ") + 16, NULL, 10), strlen(body));
        json_t *json = json_loads(body, 0, NULL);
        assert_non_null(json);
        assert_text(json, "code", "body_timeout");
        json_decref(json);
    }
}

static void test_reply_failure_raw__fits_whatever_the_message(void **state)
{
    (void)state;
    char longest[FAILURE_MESSAGE_BYTES];
    char out[4096];
    memset(longest, 1, sizeof(longest) - 1); /* six characters each in JSON */
    longest[sizeof(longest) - 1] = '\0';
    assert_true(write_raw(out, sizeof(out), longest) > 0);
    assert_int_equal(write_raw(out, 100, "message"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hex_read__appends_bytes),
        cmocka_unit_test(test_hex_read__refuses_what_is_no_hex),
        cmocka_unit_test(test_hex_words__writes_a_string_a_word),
        cmocka_unit_test(test_hex_string__is_read_back),
        cmocka_unit_test(test_routes_methods__are_those_of_the_path),
        cmocka_unit_test(test_routes_find__finds_and_refuses),
        cmocka_unit_test(test_reply_failure__says_it_in_json),
        cmocka_unit_test(test_reply_failure__lists_endpoints_for_nothing_found),
        cmocka_unit_test(test_reply_failure__tells_when_to_try_again),
        cmocka_unit_test(test_reply_failure__is_json_for_what_is_not_utf8),
        cmocka_unit_test(test_reply_failure_raw__is_a_whole_answer),
        cmocka_unit_test(test_reply_failure_raw__fits_whatever_the_message),
    };
    return RUN_TESTS(tests);
}
