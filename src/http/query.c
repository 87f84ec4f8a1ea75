/*
 * The query of a request. Its names are matched exactly, and each stands for one value: what reads
 * a query by another rule, as a cache in front of the server may, must not come to another meaning.
 */
#include <microhttpd.h>
#include <string.h>

#include "http/request_internal.h"

struct argument {
    const char *name;
    size_t name_length;
    const char *value; /* NULL: a name without "=" */
    size_t value_length;
};

static bool is_named(const struct argument *argument, const char *name, size_t length)
{
    return argument->name_length == length && memcmp(argument->name, name, length) == 0;
}

/* Whether the list, as "circuit, verifierTarget", has the argument's name. */
static bool is_listed(const struct argument *argument, const char *names)
{
    while (*names != '\0') {
        size_t length = strcspn(names, ",");
        if (is_named(argument, names, length))
            return true;
        names += length;
        names += strspn(names, ", ");
    }
    return false;
}

struct repetition {
    const struct argument *argument;
    unsigned count;
};

static enum MHD_Result count_same(void *context, enum MHD_ValueKind kind, const char *name,
                                  size_t name_length, const char *value, size_t value_length)
{
    struct repetition *repetition = context;
    (void)kind, (void)value, (void)value_length;
    repetition->count += is_named(repetition->argument, name, name_length);
    return MHD_YES;
}

static bool is_repeated(const struct request *request, const struct argument *argument)
{
    struct repetition repetition = {argument, 0};
    (void)MHD_get_connection_values_n(request->connection, MHD_GET_ARGUMENT_KIND, count_same,
                                      &repetition);
    return repetition.count > 1;
}

static enum MHD_Result check_argument(void *context, enum MHD_ValueKind kind, const char *name,
                                      size_t name_length, const char *value, size_t value_length)
{
    struct request *request = context;
    const struct argument argument = {name, name_length, value, value_length};
    const char *taken = request->route->arguments;
    (void)kind;
    if (!is_listed(&argument, taken))
        request_fail(request, RESULT_QUERY_INVALID,
                     "there is no \"%.64s\" in the query of %s %s, which takes %s; names are "
                     "matched exactly",
                     name, request->route->method, request->route->path,
                     taken[0] == '\0' ? "none" : taken);
    else if (value == NULL)
        request_fail(request, RESULT_QUERY_INVALID, "%s has no value in the query: send %s=…", name,
                     name);
    else if (memchr(value, '\0', value_length) != NULL)
        request_fail(request, RESULT_QUERY_INVALID, "the value of %s has a NUL in the query", name);
    else if (is_repeated(request, &argument))
        request_fail(request, RESULT_QUERY_INVALID,
                     "%s stands more than once in the query: send it once", name);
    return request->failure.result == RESULT_OK ? MHD_YES : MHD_NO;
}

void query_check(struct request *request)
{
    (void)MHD_get_connection_values_n(request->connection, MHD_GET_ARGUMENT_KIND, check_argument,
                                      request);
}
