#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "ultrahonk/arithmetic.h"
#include "ultrahonk/prover/random_internal.h"

enum { HALVES = 2, AT_ONCE = 64 };

/* 2^256 in Montgomery form. */
static const struct field two_to_256 = {{UINT64_C(0x1bb8e645ae216da7), UINT64_C(0x53fe3ab1e35c59e3),
                                         UINT64_C(0x8c49833d53bb8085),
                                         UINT64_C(0x0216d0b17f4e44a5)}};

static bool fill(void *bytes, size_t length)
{
    unsigned char *at = bytes;
    while (length > 0) {
        ssize_t got = getrandom(at, length, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        length -= (size_t)got;
    }
    return true;
}

static struct field scalar_of(const struct integer256 halves[HALVES])
{
    struct field low;
    struct field high;
    field_from_integer_reduced(&low, &halves[0]);
    field_from_integer_reduced(&high, &halves[1]);
    return plus(low, times(high, two_to_256));
}

bool random_scalars(struct field *scalars, size_t count)
{
    struct integer256 drawn[AT_ONCE][HALVES];
    bool drew = true;
    for (size_t done = 0; done < count && drew; done += AT_ONCE) {
        size_t now = count - done < AT_ONCE ? count - done : AT_ONCE;
        drew = fill(drawn, now * sizeof(drawn[0]));
        for (size_t i = 0; i < now && drew; i++)
            scalars[done + i] = scalar_of(drawn[i]);
    }
    explicit_bzero(drawn, sizeof(drawn));
    return drew;
}
