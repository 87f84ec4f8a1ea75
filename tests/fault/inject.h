/*
 * Makes the nth call of a kind fail. The linker leads what our own code calls through inject.c
 * (-Wl,--wrap, see meson.build); libraries are left alone, but for jansson, whose memory is had
 * from our code. Calls of all threads count.
 */
#ifndef FAULT_INJECT_H
#define FAULT_INJECT_H

#include <stdbool.h>

#include "support.h"

enum fault {
    FAULT_MEMORY,     /* malloc and its kin, secret_allocate */
    FAULT_DESCRIPTOR, /* open, pipe, socket, eventfd, epoll */
    FAULT_PROCESS,    /* fork, pthread_create */
    FAULT_WRITE,      /* write, fsync, rename, mkdir, symlink */
    FAULT_READ,
    FAULT_COUNT
};

/*
 * Runs the scenario again and again with the first, the second, … call of each kind failing, until
 * none is left to fail. Each time the outcome has to be RESULT_OK or an error that says why, and
 * every descriptor, process and, under the address sanitizer, every byte has to be given back.
 * Without a fault the outcome has to be RESULT_OK. The test fails for a kind in `met` that the
 * scenario never calls: bits, 1 << FAULT_MEMORY and so on.
 */
void fail_each(enum result (*scenario)(struct failure *failure), unsigned met);

/* Between these, calls neither fail nor count: for what the scenario itself needs. */
void fault_hold(void);
void fault_go_on(void);

#endif
