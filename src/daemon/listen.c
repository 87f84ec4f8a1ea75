#include "daemon/listen.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum result listen_parse(struct listen *listen, const char *text, const char *name,
                         struct failure *failure)
{
    const char *address = text;
    const char *colon = strrchr(text, ':');
    char *end = NULL;
    unsigned long port = colon == NULL ? ULONG_MAX : strtoul(colon + 1, &end, 10);
    size_t length = colon == NULL ? 0 : (size_t)(colon - text);
    bool bracketed = length >= 2 && text[0] == '[' && text[length - 1] == ']';
    if (bracketed) {
        address++;
        length -= 2;
    }
    if (port > UINT16_MAX || !isdigit((unsigned char)colon[1]) || *end != '\0' || length == 0 ||
        length >= sizeof(listen->address))
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "%s takes ADDR:PORT, as 127.0.0.1:8080 or [::1]:8080, not '%s'", name,
                           text);
    memcpy(listen->address, address, length);
    listen->address[length] = '\0';
    listen->port = (uint16_t)port;
    return RESULT_OK;
}
