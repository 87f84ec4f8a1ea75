#include "http/cors.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PORT_DIGITS = 5, HIGHEST_PORT = 65535, SHOWN = 100 };

/* One origin of a list. */
struct item {
    const char *text;
    size_t length;
};

/* The first of a list, without blanks around it; *rest is what follows, NULL behind the last. */
static struct item take_item(const char **rest)
{
    const char *text = *rest + strspn(*rest, " \t");
    size_t length = strcspn(text, ",");
    *rest = text[length] == ',' ? text + length + 1 : NULL;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    return (struct item){text, length};
}

static bool is_text(struct item item, const char *text)
{
    return strlen(text) == item.length && strncasecmp(item.text, text, item.length) == 0;
}

static size_t count_scheme(struct item item)
{
    size_t length = 0;
    while (length < item.length && (isalnum((unsigned char)item.text[length]) != 0 ||
                                    strchr("+-.", item.text[length]) != NULL))
        length++;
    bool is_scheme = length > 0 && isalpha((unsigned char)item.text[0]) != 0 &&
                     item.length - length >= 3 && memcmp(item.text + length, "://", 3) == 0;
    return is_scheme ? length : 0;
}

/* A name, an IPv4 address, or an IPv6 address in brackets. */
static size_t count_host(struct item item)
{
    size_t length = 0;
    bool is_v6 = item.length > 0 && item.text[0] == '[';
    if (is_v6) {
        const char *end = memchr(item.text, ']', item.length);
        size_t inside = end == NULL ? 0 : (size_t)(end - item.text) - 1;
        return inside > 0 && strspn(item.text + 1, "0123456789abcdefABCDEF:.") == inside
                   ? inside + 2
                   : 0;
    }
    while (length < item.length && (isalnum((unsigned char)item.text[length]) != 0 ||
                                    strchr("-._", item.text[length]) != NULL))
        length++;
    return length;
}

/* The port that a browser leaves out, ":" included; "" for a scheme that has none. */
static const char *own_port(struct item scheme)
{
    if (is_text(scheme, "http"))
        return ":80";
    return is_text(scheme, "https") ? ":443" : "";
}

/* ":8443", or nothing. */
static bool is_port(struct item port)
{
    char digits[PORT_DIGITS + 1] = "";
    if (port.length == 0)
        return true;
    if (port.text[0] != ':' || port.length < 2 || port.length > PORT_DIGITS + 1)
        return false;
    memcpy(digits, port.text + 1, port.length - 1);
    return digits[0] != '0' && strspn(digits, "0123456789") == port.length - 1 &&
           strtol(digits, NULL, 10) <= HIGHEST_PORT;
}

/* What is wrong with an origin; NULL for nothing. */
static const char *find_fault(struct item item)
{
    if (is_text(item, "*"))
        return "* stands for any origin, and alone";
    if (memchr(item.text, ' ', item.length) != NULL || memchr(item.text, ';', item.length) != NULL)
        return "between two origins stands a comma";
    if (is_text(item, "null"))
        return "null is the origin of every page that hides its own";
    size_t scheme = count_scheme(item);
    if (scheme == 0)
        return "an origin begins with its scheme, as https://";
    struct item rest = {item.text + scheme + 3, item.length - scheme - 3};
    size_t host = count_host(rest);
    if (host == 0)
        return "a host follows the scheme: a name in ASCII, without wildcards, or an address";
    struct item port = {rest.text + host, rest.length - host};
    if (memchr(port.text, '/', port.length) != NULL)
        return "an origin ends with its host or port, without a slash or a path";
    if (!is_port(port))
        return "behind the host stands nothing but a port, as :8443";
    if (port.length > 0 && is_text(port, own_port((struct item){item.text, scheme})))
        return "browsers leave the scheme's own port out";
    return NULL;
}

enum result cors_check(const char *origins, struct failure *failure)
{
    if (cors_is_open(origins))
        return RESULT_OK;
    for (const char *rest = origins; rest != NULL;) {
        struct item item = take_item(&rest);
        const char *fault = item.length == 0 ? "there is an empty one" : find_fault(item);
        if (fault != NULL)
            return failure_set(failure, RESULT_CONFIG_INVALID,
                               "--cors-origin takes * or a list of origins, as "
                               "https://app.example.org,http://localhost:3000, and not '%.*s': %s",
                               item.length < SHOWN ? (int)item.length : SHOWN, item.text, fault);
    }
    return RESULT_OK;
}

bool cors_is_open(const char *origins)
{
    return strcmp(origins, "*") == 0;
}

bool cors_lists(const char *origins, const char *origin)
{
    for (const char *rest = origins; rest != NULL;)
        if (is_text(take_item(&rest), origin))
            return true;
    return false;
}

bool cors_is_own(const char *origin, const char *host)
{
    size_t scheme = count_scheme((struct item){origin, strlen(origin)});
    if (scheme == 0 || host == NULL)
        return false;
    const char *authority = origin + scheme + 3;
    const char *port = own_port((struct item){origin, scheme});
    size_t length = strlen(authority);
    if (length == 0 || strncasecmp(host, authority, length) != 0)
        return false;
    return host[length] == '\0' || (port[0] != '\0' && strcmp(host + length, port) == 0);
}
