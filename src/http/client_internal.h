/* Whose request it is, by one rule for all that is told apart by it. Private to http/. */
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
 * What a request's client is known by, in the request's memory: the holder of its API key, or where
 * it comes from as client_address has it.
 */
const void *request_client_name(const struct request *request, size_t *length);

/* Where a request comes from, in numbers; "" for what is no IP address. */
void request_address(char address[INET6_ADDRSTRLEN], const struct request *request);

/*
 * The client of a request: the holder of its API key, else where it comes from. The same number for
 * the same client as long as the server runs, and never QUEUE_SELF.
 */
uint64_t request_client(const struct request *request);

#endif
