#include "base/write.h"

#include <errno.h>
#include <unistd.h>

bool write_all(int descriptor, const void *bytes, size_t length)
{
    const unsigned char *rest = bytes;
    while (length > 0) {
        ssize_t put = write(descriptor, rest, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        rest += put;
        length -= (size_t)put;
    }
    return true;
}
