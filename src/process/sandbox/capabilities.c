#include "process/sandbox/capabilities_internal.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

bool capabilities_keep(uint64_t kept)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct halves[_LINUX_CAPABILITY_U32S_3];
    if (syscall(SYS_capget, &header, halves) != 0)
        return false;
    for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        halves[i].permitted &= (uint32_t)(kept >> (32 * i));
        halves[i].effective = halves[i].permitted;
        halves[i].inheritable = 0;
    }
    return syscall(SYS_capset, &header, halves) == 0;
}
