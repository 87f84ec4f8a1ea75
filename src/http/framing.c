/*
 * Where a request ends must be read in one way by us and by whatever proxy is in front, or a part
 * of one client's request could become another's (RFC 9112, sections 5.1, 6.1 and 6.3).
 * libmicrohttpd takes the first Content-Length, or any Transfer-Encoding before it.
 */
#include <microhttpd.h>
#include <string.h>
#include <strings.h>

#include "http/request_internal.h"

struct framing {
    unsigned lengths;
    unsigned codings;
    bool coding_is_known;
    bool name_has_blank;
};

static enum MHD_Result note_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct framing *framing = context;
    (void)kind;
    if (strcasecmp(name, "Content-Length") == 0)
        framing->lengths++;
    if (strcasecmp(name, "Transfer-Encoding") == 0) {
        framing->codings++;
        framing->coding_is_known = value != NULL && strcasecmp(value, "chunked") == 0;
    }
    framing->name_has_blank |= strpbrk(name, " \t") != NULL;
    return MHD_YES;
}

void framing_check(struct request *request, const char *version)
{
    struct framing framing = {0};
    (void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, note_header, &framing);
    bool chunks_are_known = strcmp(version, MHD_HTTP_VERSION_1_1) == 0;
    if (framing.lengths + framing.codings > 1)
        request_fail(request, RESULT_REQUEST_MALFORMED,
                     "more than one Content-Length or Transfer-Encoding says where the body ends; "
                     "send one of them, once");
    else if (framing.codings > 0 && !(framing.coding_is_known && chunks_are_known))
        request_fail(request, RESULT_REQUEST_MALFORMED,
                     "the one Transfer-Encoding that is read is chunked, in HTTP/1.1");
    else if (framing.name_has_blank)
        request_fail(request, RESULT_REQUEST_MALFORMED, "the name of a header has a blank in it");
    if (request->failure.result != RESULT_OK)
        reply_header(request, "Connection", "close");
}
