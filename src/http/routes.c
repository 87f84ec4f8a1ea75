#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "http/request_internal.h"

enum { OPEN = false, NEEDS_KEY = true };

/* What queries take. */
#define NOTHING ""
#define TARGET "verifierTarget"
#define CIRCUIT "circuit"
#define CIRCUIT_AND_TARGET "circuit, verifierTarget"

static const struct route routes[] = {
    {"GET", "/api", NOTHING, OPEN, "what this is, and its endpoints", NULL, NULL, about_index,
     NULL},
    {"GET", "/api/health", NOTHING, OPEN, "whether proofs can be made", NULL, NULL, about_health,
     NULL},
    {"GET", "/metrics", NOTHING, OPEN, "how the server does, for Prometheus", NULL, NULL,
     scrape_show, NULL},
    {"GET", "/api/ready", NOTHING, OPEN, "whether it takes more work", NULL, NULL, about_ready,
     NULL},
    {"GET", "/api/openapi.json", NOTHING, OPEN, "this API, described by OpenAPI 3.1", NULL, NULL,
     about_openapi, NULL},
    {"GET", "/api/docs", NOTHING, OPEN, "the same as a page to read", NULL, NULL, about_docs, NULL},
    {"POST", "/api/prove", CIRCUIT_AND_TARGET, NEEDS_KEY, "a witness or inputs in, a proof out",
     prove_begin, prove_take, prove_finish, prove_reply},
    {"POST", "/api/execute", CIRCUIT, NEEDS_KEY, "inputs in, a witness out", execute_begin,
     inputs_take, inputs_finish, execute_reply},
    {"POST", "/api/verify", CIRCUIT_AND_TARGET, NEEDS_KEY, "whether a proof is right", verify_begin,
     verify_take, verify_finish, verify_reply},
    {"GET", "/api/circuits", NOTHING, OPEN, "the circuits", NULL, NULL, circuits_list, NULL},
    {"POST", "/api/circuits", "name", NEEDS_KEY, "a compiled circuit in", circuits_upload_begin,
     circuits_upload_take, circuits_upload_finish, circuits_upload_reply},
    {"GET", "/api/circuits/{circuit}", NOTHING, OPEN, "one circuit", NULL, NULL, circuits_show,
     NULL},
    {"DELETE", "/api/circuits/{circuit}", NOTHING, NEEDS_KEY, "an uploaded circuit out", NULL, NULL,
     circuits_delete, circuits_delete_reply},
    {"POST", "/api/circuits/{circuit}/prove", TARGET, NEEDS_KEY, "as POST /api/prove", prove_begin,
     prove_take, prove_finish, prove_reply},
    {"POST", "/api/circuits/{circuit}/execute", NOTHING, NEEDS_KEY, "as POST /api/execute",
     execute_begin, inputs_take, inputs_finish, execute_reply},
    {"GET", "/api/circuits/{circuit}/vk", TARGET, OPEN, "its verification key", NULL, NULL,
     keys_show, keys_show_reply},
    {"GET", "/api/circuits/{circuit}/verifier.sol", TARGET, OPEN, "its Solidity verifier", NULL,
     NULL, keys_solidity, keys_solidity_reply},
};

enum { ROUTE_COUNT = sizeof(routes) / sizeof(routes[0]) };

/* Whether a path is the route's, as it was sent: nothing is unescaped. `circuit` may be NULL. */
static bool matches(const struct route *route, const char *path, char *circuit)
{
    static const char placeholder[] = "{circuit}";
    const char *pattern = route->path;
    while (*pattern != '\0' && *path != '\0') {
        if (strncmp(pattern, placeholder, sizeof(placeholder) - 1) == 0) {
            size_t length = strcspn(path, "/");
            if (length == 0 || length > ROUTE_PARAMETER_CHARACTERS)
                return false;
            if (circuit != NULL)
                (void)snprintf(circuit, ROUTE_PARAMETER_CHARACTERS + 1, "%.*s", (int)length, path);
            pattern += sizeof(placeholder) - 1;
            path += length;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *pattern == '\0' && *path == '\0';
}

static bool serves(const struct route *route, const char *method)
{
    return strcmp(route->method, method) == 0 ||
           (strcmp(route->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

bool routes_methods(char *methods, size_t size, const char *path)
{
    size_t used = 0;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (!matches(&routes[i], path, NULL))
            continue;
        int length = snprintf(methods + used, size - used, "%s%s, ", routes[i].method,
                              strcmp(routes[i].method, "GET") == 0 ? ", HEAD" : "");
        CHECK(length > 0 && used + (size_t)length < size);
        used += (size_t)length;
    }
    (void)snprintf(methods + used, size - used, "OPTIONS");
    return used > 0;
}

const struct route *routes_find(struct request *request, const char *method, const char *path)
{
    char methods[64];
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (serves(&routes[i], method) && matches(&routes[i], path, request->circuit))
            return &routes[i];
    if (!routes_methods(methods, sizeof(methods), path)) {
        request_fail(request, RESULT_NOT_FOUND, "there is nothing at %s", request->path);
    } else {
        reply_header(request, "Allow", "%s", methods);
        request_fail(request, RESULT_METHOD_NOT_ALLOWED, "%s takes %s", request->path, methods);
    }
    return NULL;
}

json_t *routes_describe(void)
{
    json_t *endpoints = json_object();
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        char endpoint[64];
        (void)snprintf(endpoint, sizeof(endpoint), "%s %s", routes[i].method, routes[i].path);
        (void)json_object_set_new(endpoints, endpoint, json_string(routes[i].about));
    }
    return endpoints;
}
