#include <arpa/inet.h>
#include <sodium.h>
#include <string.h>

#include "http/client_internal.h"
#include "http/handler_internal.h"
#include "http/request_internal.h"

/* An IPv6 client has a network of 2^64 addresses to itself, as a rule. */
enum { NETWORK_BYTES = 8 };

_Static_assert(crypto_shorthash_BYTES == sizeof(uint64_t), "a client is one hash");

const void *client_address(const union client_peer *peer, size_t *length)
{
    *length = 0;
    if (peer->any.sa_family == AF_INET) {
        *length = sizeof(peer->v4.sin_addr);
        return &peer->v4.sin_addr;
    }
    if (peer->any.sa_family != AF_INET6)
        return peer;
    const struct in6_addr *v6 = &peer->v6.sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(v6)) {
        *length = sizeof(peer->v4.sin_addr);
        return &v6->s6_addr[sizeof(*v6) - *length];
    }
    *length = NETWORK_BYTES;
    return v6;
}

static const union client_peer *peer_of(const struct request *request)
{
    return (const void *)MHD_get_connection_info(request->connection,
                                                 MHD_CONNECTION_INFO_CLIENT_ADDRESS)
        ->client_addr;
}

const void *request_client_name(const struct request *request, size_t *length)
{
    if (request->holder == NULL)
        return client_address(peer_of(request), length);
    *length = strlen(request->holder);
    return request->holder;
}

void request_address(char address[INET6_ADDRSTRLEN], const struct request *request)
{
    const union client_peer *peer = peer_of(request);
    const struct in6_addr *v6 = &peer->v6.sin6_addr;
    address[0] = '\0';
    if (peer->any.sa_family == AF_INET)
        (void)inet_ntop(AF_INET, &peer->v4.sin_addr, address, INET6_ADDRSTRLEN);
    else if (peer->any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(v6))
        (void)inet_ntop(AF_INET, &v6->s6_addr[12], address, INET6_ADDRSTRLEN);
    else if (peer->any.sa_family == AF_INET6)
        (void)inet_ntop(AF_INET6, v6, address, INET6_ADDRSTRLEN);
}

/* The last bit says which kind of name it is, so that no holder's is taken for an address. */
uint64_t request_client(const struct request *request)
{
    enum { HOLDER = 1, ADDRESS = 2 };
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t client;
    size_t length;
    const void *name = request_client_name(request, &length);
    crypto_shorthash(hash, name, length, server_client_key(request->server));
    memcpy(&client, hash, sizeof(client));
    if (request->holder != NULL)
        return client | HOLDER;
    client &= ~(uint64_t)HOLDER;
    return client == QUEUE_SELF ? ADDRESS : client;
}
