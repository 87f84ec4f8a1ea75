/* The parts of HTTP that need no connection. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "http/client.h"
#include "http/cors.h"
#include "http/media_type.h"
#include "http/request_internal.h"
#include "http/server.h"
#include "support.h"

static void test_media_type_listed__reads_lists_with_parameters(void **state)
{
    (void)state;
    static const char json[] = "application/json";
    assert_true(media_type_listed("application/json", json));
    assert_true(media_type_listed("Application/JSON", json));
    assert_true(media_type_listed("application/json; charset=utf-8", json));
    assert_true(media_type_listed("application/json;q=0.5", json));
    assert_true(media_type_listed("text/plain, application/json", json));
    assert_true(media_type_listed("text/plain;q=1,\tapplication/json ;q=0.1,*/*", json));
    assert_true(media_type_listed(",,application/json", json));
}

static void test_media_type_listed__wants_the_whole_name(void **state)
{
    (void)state;
    static const char json[] = "application/json";
    assert_false(media_type_listed(NULL, json));
    assert_false(media_type_listed("", json));
    assert_false(media_type_listed(",", json));
    assert_false(media_type_listed("application/jsonx", json));
    assert_false(media_type_listed("application/jso", json));
    assert_false(media_type_listed("xapplication/json", json));
    assert_false(media_type_listed("text/plain;a=application/json", json));
    assert_false(media_type_listed("*/*", json));
}

static void assert_chosen(const char *accept, const char *expected)
{
    static const char *const offered[] = {"application/octet-stream", "application/json",
                                          "application/zip", "multipart/mixed"};
    assert_string_equal(offered[media_type_choose(accept, offered, 4)], expected);
}

static void test_media_type_choose__goes_by_the_weights(void **state)
{
    (void)state;
    assert_chosen("application/json", "application/json");
    assert_chosen("APPLICATION/ZIP ; a=b", "application/zip");
    assert_chosen("application/json;q=0.2, application/zip;q=0.3", "application/zip");
    assert_chosen("application/json;q=0.35,application/zip;q=0.345", "application/json");
    assert_chosen("application/json;q=0.001", "application/json");
    assert_chosen("application/octet-stream;q=0.9,application/json;charset=utf-8;Q=1.000",
                  "application/json");
    assert_chosen("application/json;q=0.5, application/octet-stream", "application/octet-stream");
    assert_chosen("multipart/*", "multipart/mixed");
}

static void test_media_type_choose__takes_the_name_before_a_star(void **state)
{
    (void)state;
    assert_chosen("application/json, text/plain, */*", "application/json");
    assert_chosen("*/*, application/zip", "application/zip");
    assert_chosen("application/*, application/zip", "application/zip");
    assert_chosen("application/json;q=0.5, */*", "application/octet-stream");
    assert_chosen("application/octet-stream;q=0, */*", "application/json");
    assert_chosen("*/*;q=1, multipart/*;q=0.5, application/*;q=0.1", "multipart/mixed");
}

static void test_media_type_choose__takes_the_first_when_it_is_told_nothing(void **state)
{
    (void)state;
    static const char *const nothing[] = {
        NULL,        "",           ",",        ";",       ";q=1",       "*/*",
        "text/html", "*/*;q=0",    "*",        "*/json",  "/",          "application/jsonx",
        "a/*;q=1",   "text/*;q=1", ", ,;,q=1", "text/*,", "application"};
    for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
        assert_chosen(nothing[i], "application/octet-stream");
    assert_chosen("application/json;q=0", "application/octet-stream");
    assert_chosen("application/json;q=0.000, application/zip;q=0.", "application/octet-stream");
    assert_chosen("application/octet-stream, application/json", "application/octet-stream");
}

static void test_media_type_choose__takes_a_weight_that_is_none_as_full(void **state)
{
    (void)state;
    assert_chosen("application/json;q=, application/zip;q=0.9", "application/json");
    assert_chosen("application/json;q=high, application/zip;q=0.9", "application/json");
    assert_chosen("application/json;q=1.9, application/zip;q=0.9", "application/json");
    assert_chosen("application/json;q=0.9, application/zip; q", "application/zip");
}

static void finish(struct request *request)
{
    (void)request;
}

static const struct route letters[] = {
    {.method = "GET", .path = "/letters/{letter}", .finish = finish},
    {.method = "PUT", .path = "/letters/{letter}", .finish = finish},
    {.method = NULL},
};

static void test_routes_find__takes_those_that_the_server_was_handed(void **state)
{
    (void)state;
    const struct server_handlers handlers = {.routes = letters};
    const struct server_options options = {.handlers = &handlers};
    struct request request = {.options = &options};
    char methods[64];
    assert_ptr_equal(routes_find(&request, "PUT", "/letters/b"), &letters[1]);
    assert_string_equal(request.parameter, "b");
    assert_ptr_equal(routes_find(&request, "HEAD", "/letters/c"), &letters[0]);
    assert_true(routes_methods(methods, sizeof(methods), &options, "/letters/a"));
    assert_string_equal(methods, "GET, HEAD, PUT, OPTIONS");
    assert_null(routes_find(&request, "GET", "/api/health"));
    assert_result(request.failure.result, RESULT_NOT_FOUND);
}

static void test_request_fail__keeps_the_first(void **state)
{
    (void)state;
    struct request request = {0};
    request_fail(&request, RESULT_MEDIA_TYPE, "first %d", 1);
    request_fail(&request, RESULT_INTERNAL, "second");
    assert_result(request.failure.result, RESULT_MEDIA_TYPE);
    assert_string_equal(request.failure.message, "first 1");
}

static void assert_origins_refused(const char *origins, const char *words)
{
    struct failure failure;
    assert_result(cors_check(origins, &failure), RESULT_CONFIG_INVALID);
    assert_contains(failure.message, words);
    assert_contains(failure.message, "--cors-origin");
}

static void test_cors_check__takes_what_a_browser_sends(void **state)
{
    (void)state;
    static const char *const good[] = {
        "*",
        "https://app.test",
        "HTTPS://App.Test",
        "https://a.test,http://localhost:3000 , https://[::1]:8443,http://127.0.0.1:65535",
        "http://a.test:443,https://a.test:80",
        "chrome-extension://abcdef,capacitor://localhost",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_result(cors_check(good[i], NULL), RESULT_OK);
}

static void test_cors_check__refuses_what_matches_nothing(void **state)
{
    (void)state;
    assert_origins_refused("", "there is an empty one");
    assert_origins_refused("https://a.test,", "there is an empty one");
    assert_origins_refused("https://a.test,,https://b.test", "there is an empty one");
    assert_origins_refused("https://a.test,*", "* stands for any origin, and alone");
    assert_origins_refused("*,https://a.test", "* stands for any origin, and alone");
    assert_origins_refused("null", "null is the origin of every page");
    assert_origins_refused("a.test", "begins with its scheme");
    assert_origins_refused("//a.test", "begins with its scheme");
    assert_origins_refused("localhost:3000", "begins with its scheme");
    assert_origins_refused("https:a.test", "begins with its scheme");
    assert_origins_refused("https://a.test https://b.test", "stands a comma");
    assert_origins_refused("https://a.test;https://b.test", "stands a comma");
    assert_origins_refused("https://a.test/", "without a slash or a path");
    assert_origins_refused("https://a.test:8443/app", "without a slash or a path");
    assert_origins_refused("https://", "a host follows the scheme");
    assert_origins_refused("file:///", "a host follows the scheme");
    assert_origins_refused("https://*.a.test", "without wildcards");
    assert_origins_refused("https://*", "without wildcards");
    assert_origins_refused("https://\xc3\xa9.test", "a name in ASCII");
    assert_origins_refused("https://[::1", "a host follows the scheme");
    assert_origins_refused("https://user@a.test", "nothing but a port");
    assert_origins_refused("https://a.*", "nothing but a port");
    assert_origins_refused("https://a.test?x", "nothing but a port");
    assert_origins_refused("https://a.test:", "nothing but a port");
    assert_origins_refused("https://a.test:0", "nothing but a port");
    assert_origins_refused("https://a.test:65536", "nothing but a port");
    assert_origins_refused("https://a.test:080", "nothing but a port");
    assert_origins_refused("https://a.test:443", "leave the scheme's own port out");
    assert_origins_refused("HTTP://a.test:80", "leave the scheme's own port out");
}

static void test_cors_lists__compares_whole_origins(void **state)
{
    (void)state;
    static const char list[] = "https://a.test, HTTP://localhost:3000";
    assert_true(cors_lists(list, "https://a.test"));
    assert_true(cors_lists(list, "http://localhost:3000"));
    assert_false(cors_lists(list, "http://a.test"));
    assert_false(cors_lists(list, "https://a.test:444"));
    assert_false(cors_lists(list, "https://a.test.evil.test"));
    assert_false(cors_lists(list, "https://a.tes"));
    assert_false(cors_lists(list, "https://a.test/"));
    assert_false(cors_lists(list, "https://a.test, HTTP://localhost:3000"));
    assert_false(cors_lists(list, "null"));
    assert_false(cors_lists(list, ""));
}

static void test_cors_is_own__compares_with_the_host(void **state)
{
    (void)state;
    assert_true(cors_is_own("http://127.0.0.1:8080", "127.0.0.1:8080"));
    assert_true(cors_is_own("https://Prover.test", "prover.test"));
    assert_true(cors_is_own("https://prover.test", "prover.test:443"));
    assert_true(cors_is_own("http://prover.test", "prover.test:80"));
    assert_false(cors_is_own("https://prover.test", "prover.test:80"));
    assert_false(cors_is_own("https://prover.test", "prover.test.evil.test"));
    assert_false(cors_is_own("https://prover.test:8443", "prover.test"));
    assert_false(cors_is_own("https://evil.test", "prover.test"));
    assert_false(cors_is_own("null", "null"));
    assert_false(cors_is_own("https://", ""));
    assert_false(cors_is_own("https://prover.test", NULL));
}

/* Whether two addresses are one client. */
static bool one_client(const char *first, const char *second)
{
    union client_peer peers[2];
    const void *bytes[2];
    size_t lengths[2];
    const char *texts[2] = {first, second};
    for (int i = 0; i < 2; i++) {
        memset(&peers[i], 0, sizeof(peers[i]));
        bool v6 = strchr(texts[i], ':') != NULL;
        peers[i].any.sa_family = v6 ? AF_INET6 : AF_INET;
        void *address = v6 ? (void *)&peers[i].v6.sin6_addr : (void *)&peers[i].v4.sin_addr;
        assert_int_equal(inet_pton(peers[i].any.sa_family, texts[i], address), 1);
        bytes[i] = client_address(&peers[i], &lengths[i]);
    }
    return lengths[0] == lengths[1] && memcmp(bytes[0], bytes[1], lengths[0]) == 0;
}

static void test_client_address__is_a_host_of_ipv4_and_a_network_of_ipv6(void **state)
{
    (void)state;
    assert_true(one_client("192.0.2.1", "192.0.2.1"));
    assert_false(one_client("192.0.2.1", "192.0.2.2"));
    assert_true(one_client("192.0.2.1", "::ffff:192.0.2.1"));
    assert_false(one_client("::ffff:192.0.2.2", "::ffff:192.0.2.1"));
    assert_true(one_client("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"));
    assert_false(one_client("2001:db8:0:1::1", "2001:db8:0:2::1"));
    assert_false(one_client("2001:db8:0:1::1", "192.0.2.1"));
}

static void test_client_address__of_a_local_socket_is_none(void **state)
{
    (void)state;
    size_t length = 1;
    const union client_peer peer = {.any = {.sa_family = AF_UNIX}};
    (void)client_address(&peer, &length);
    assert_int_equal(length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client_address__is_a_host_of_ipv4_and_a_network_of_ipv6),
        cmocka_unit_test(test_client_address__of_a_local_socket_is_none),
        cmocka_unit_test(test_media_type_listed__reads_lists_with_parameters),
        cmocka_unit_test(test_media_type_listed__wants_the_whole_name),
        cmocka_unit_test(test_media_type_choose__goes_by_the_weights),
        cmocka_unit_test(test_media_type_choose__takes_the_name_before_a_star),
        cmocka_unit_test(test_media_type_choose__takes_the_first_when_it_is_told_nothing),
        cmocka_unit_test(test_media_type_choose__takes_a_weight_that_is_none_as_full),
        cmocka_unit_test(test_cors_check__takes_what_a_browser_sends),
        cmocka_unit_test(test_cors_check__refuses_what_matches_nothing),
        cmocka_unit_test(test_cors_lists__compares_whole_origins),
        cmocka_unit_test(test_cors_is_own__compares_with_the_host),
        cmocka_unit_test(test_routes_find__takes_those_that_the_server_was_handed),
        cmocka_unit_test(test_request_fail__keeps_the_first),
    };
    return RUN_TESTS(tests);
}
