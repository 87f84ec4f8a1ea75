#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "http/request_internal.h"

static const struct route routes[] = {
    {"GET", "/api", "what this is, and its endpoints", NULL, NULL, about_index, NULL},
    {"GET", "/api/health", "whether proofs can be made", NULL, NULL, about_health, NULL},
    {"POST", "/api/prove", "a witness in, a proof out", prove_begin, prove_take, prove_finish,
     prove_reply},
    {"POST", "/api/verify", "whether a proof is right", verify_begin, verify_take, verify_finish,
     verify_reply},
};

enum { ROUTE_COUNT = sizeof(routes) / sizeof(routes[0]) };

/* A path may end with a slash. */
static bool matches(const struct route *route, const char *path)
{
    size_t length = strlen(route->path);
    return strncmp(route->path, path, length) == 0 &&
           (path[length] == '\0' || (path[length] == '/' && path[length + 1] == '\0'));
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
        if (!matches(&routes[i], path))
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
        if (matches(&routes[i], path) && serves(&routes[i], method))
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
