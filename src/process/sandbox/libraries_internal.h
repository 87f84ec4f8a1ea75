/* What every program reads to start. Private to process/sandbox/. */
#ifndef PROCESS_SANDBOX_LIBRARIES_INTERNAL_H
#define PROCESS_SANDBOX_LIBRARIES_INTERNAL_H

#include <stddef.h>

/* Libraries, the loader's index of them, and the list of cores; not all are on every machine. */
static const char *const libraries[] = {
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/sys/devices/system/cpu",
    NULL,
};

#endif
