/* Where a request comes from, by one rule for all that is told apart by it. */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <netinet/in.h>
#include <stddef.h>

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

/* client_address of a request, in its memory. */
const void *request_peer(const struct request *request, size_t *length);

/* Where a request comes from, in numbers; "" for what is no IP address. */
void request_address(char address[INET6_ADDRSTRLEN], const struct request *request);

#endif
