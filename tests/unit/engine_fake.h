/*
 * An engine that makes no proofs: a proof of it stays in the making until the test lets one through
 * or it is called off. Everything else it answers at once.
 */
#ifndef UNIT_ENGINE_FAKE_H
#define UNIT_ENGINE_FAKE_H

#include <stdatomic.h>

#include "prover/engine.h"
#include "support.h"

struct engine_fake {
    struct engine engine;
    int gate;          /* a semaphore of an eventfd: a count lets one proof through */
    atomic_uint begun; /* proofs so far */
    atomic_uint called_off;
};

/* Opened it has no proof to let through. */
void engine_fake_open(struct engine_fake *fake);
void engine_fake_close(struct engine_fake *fake);

/* Lets `count` proofs through, those in the making first. */
void engine_fake_let_through(struct engine_fake *fake, unsigned count);

/* Waits until `count` proofs have begun. */
void engine_fake_await(struct engine_fake *fake, unsigned count);

#endif
