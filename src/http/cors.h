/*
 * Who may call from a browser: `--cors-origin`, "*" for any page or a list of origins with commas
 * (RFC 6454, the Fetch standard's CORS protocol). Pure.
 */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include <stdbool.h>

#include "base/failure.h"

/*
 * RESULT_CONFIG_INVALID for a list with something in it that no browser sends as its page's origin:
 * a path or slash behind the host, no scheme, a wildcard, the scheme's own port. Case does not
 * matter.
 */
MUST_USE_RESULT enum result cors_check(const char *origins, struct failure *failure);

/* Whether the origins are "*". */
bool cors_is_open(const char *origins);

/* Whether checked origins have this one, as a browser sends it. */
bool cors_lists(const char *origins, const char *origin);

/* Whether the origin is the server's own, by the Host that it was asked under; NULL is none. */
bool cors_is_own(const char *origin, const char *host);

#endif
