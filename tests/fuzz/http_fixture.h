/*
 * The whole server in this process, from its sockets to its workers, in front of an engine that
 * proves nothing and at once. It listens on a socket of AF_UNIX, which takes connections faster
 * than TCP and never runs out of ports: the linker leads socket() and bind() through the fixture.
 * Uploads are on, and the one API key is FIXTURE_KEY.
 */
#ifndef FUZZ_HTTP_FIXTURE_H
#define FUZZ_HTTP_FIXTURE_H

#include <stddef.h>

#include "base/buffer.h"

#define FIXTURE_KEY "0123456789abcdef"

/*
 * Sends the bytes over a new connection and ends the sending side. What comes back until the server
 * closes must be HTTP of a server that has not failed: no status 500, and JSON where it says so.
 */
void http_fixture_exchange(const void *bytes, size_t length);

/* POSTs a body of that type to /api/verify. */
void http_fixture_verify(const char *content_type, const void *body, size_t length);

#endif
