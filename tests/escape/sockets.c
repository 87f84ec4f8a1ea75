#include "escape.h"

#include <sys/socket.h>

/* A family that the kernel lacks has got past the sandbox, too. */
#define SOCKET(function, family, type)                                                             \
    static int function(const struct outside *outside)                                             \
    {                                                                                              \
        (void)outside;                                                                             \
        return outcome_of_open(socket((family), (type), 0));                                       \
    }

SOCKET(socket_unix, AF_UNIX, SOCK_STREAM)
SOCKET(socket_tcp, AF_INET, SOCK_STREAM)
SOCKET(socket_udp, AF_INET, SOCK_DGRAM)
SOCKET(socket_raw, AF_INET, SOCK_RAW)
SOCKET(socket_tcp6, AF_INET6, SOCK_STREAM)
SOCKET(socket_udp6, AF_INET6, SOCK_DGRAM)
SOCKET(socket_netlink, AF_NETLINK, SOCK_RAW)
SOCKET(socket_packet, AF_PACKET, SOCK_RAW)
SOCKET(socket_vsock, AF_VSOCK, SOCK_STREAM)
SOCKET(socket_crypto, AF_ALG, SOCK_SEQPACKET)
SOCKET(socket_bluetooth, AF_BLUETOOTH, SOCK_RAW)
SOCKET(socket_can, AF_CAN, SOCK_RAW)
SOCKET(socket_xdp, AF_XDP, SOCK_RAW)
SOCKET(socket_key, AF_KEY, SOCK_RAW)

static int socket_pair(const struct outside *outside)
{
    (void)outside;
    int ends[2];
    int error = outcome(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    if (error == 0) {
        (void)outcome_of_open(ends[0]);
        (void)outcome_of_open(ends[1]);
    }
    return error;
}

const struct escape escapes_by_sockets[] = {
    {"socket_unix", socket_unix},
    {"socket_tcp", socket_tcp},
    {"socket_udp", socket_udp},
    {"socket_raw", socket_raw},
    {"socket_tcp6", socket_tcp6},
    {"socket_udp6", socket_udp6},
    {"socket_netlink", socket_netlink},
    {"socket_packet", socket_packet},
    {"socket_vsock", socket_vsock},
    {"socket_crypto", socket_crypto},
    {"socket_bluetooth", socket_bluetooth},
    {"socket_can", socket_can},
    {"socket_xdp", socket_xdp},
    {"socket_key", socket_key},
    {"socket_pair", socket_pair},
    {NULL, NULL},
};
