#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "http/request_internal.h"
#include "http/server.h"

/* Whether a path is the route's, as it was sent: nothing is unescaped. `parameter` may be NULL. */
static bool matches(const struct route *route, const char *path, char *parameter)
{
    const char *pattern = route->path;
    while (*pattern != '\0' && *path != '\0') {
        if (*pattern == '{') {
            size_t length = strcspn(path, "/");
            if (length == 0 || length > ROUTE_PARAMETER_CHARACTERS)
                return false;
            if (parameter != NULL)
                (void)snprintf(parameter, ROUTE_PARAMETER_CHARACTERS + 1, "%.*s", (int)length,
                               path);
            pattern = strchr(pattern, '}') + 1;
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

bool routes_methods(char *methods, size_t size, const struct server_options *options,
                    const char *path)
{
    size_t used = 0;
    for (const struct route *at = options->handlers->routes; at->method != NULL; at++) {
        if (!matches(at, path, NULL))
            continue;
        int length = snprintf(methods + used, size - used, "%s%s, ", at->method,
                              strcmp(at->method, "GET") == 0 ? ", HEAD" : "");
        CHECK(length > 0 && used + (size_t)length < size);
        used += (size_t)length;
    }
    (void)snprintf(methods + used, size - used, "OPTIONS");
    return used > 0;
}

const struct route *routes_find(struct request *request, const char *method, const char *path)
{
    char methods[64];
    for (const struct route *at = request->options->handlers->routes; at->method != NULL; at++)
        if (serves(at, method) && matches(at, path, request->parameter))
            return at;
    if (!routes_methods(methods, sizeof(methods), request->options, path)) {
        request_fail(request, RESULT_NOT_FOUND, "there is nothing at %s", request->path);
    } else {
        reply_header(request, "Allow", "%s", methods);
        request_fail(request, RESULT_METHOD_NOT_ALLOWED, "%s takes %s", request->path, methods);
    }
    return NULL;
}
