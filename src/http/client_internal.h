/* Whose request it is, for the queue. Private to http/. */
#ifndef HTTP_CLIENT_INTERNAL_H
#define HTTP_CLIENT_INTERNAL_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

struct request;

/* Where a connection comes from. */
union client_peer {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/*
 * The bytes of the address that tell clients apart; they are the peer's. None where there is no
 * such address: all of these are one client.
 */
const void *client_address(const union client_peer *peer, size_t *length);

/*
 * The client of a request: the holder of its API key, else where it comes from. The same number for
 * the same client as long as the server runs, and never QUEUE_SELF.
 */
uint64_t request_client(const struct request *request);

#endif
