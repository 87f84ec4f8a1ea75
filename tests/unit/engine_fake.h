/*
 * An engine that makes no proofs: a proof of it stays in the making until the test lets one through
 * or it is called off; so does a key for another target than the default one. Everything else it
 * answers at once. Its proofs and keys are bb's, recorded in proofs/: the witness's first byte is a
 * root from 1 on, and the proof's public input the root's square. There are those of four roots for
 * evm, and of three for the default target.
 */
#ifndef UNIT_ENGINE_FAKE_H
#define UNIT_ENGINE_FAKE_H

#include <stdatomic.h>

#include "engine/operations.h"
#include "support.h"

enum { ENGINE_FAKE_ROOTS = 4 };

struct engine_fake {
    struct engine engine;
    int gate;          /* a semaphore of an eventfd: a count lets one proof through */
    atomic_uint begun; /* proofs so far */
    atomic_uint called_off;
    int key_gate; /* the same for keys */
    atomic_uint keys_begun;
    atomic_uint keys_called_off;
    atomic_uint contracts;     /* so far */
    atomic_uint key_outcome;   /* an enum engine_outcome: of each key that is let through */
    atomic_uint opened;        /* circuits so far */
    atomic_uint closed;        /* of those */
    atomic_ullong memory;      /* that it knows a proof to take; 0: it does not */
    atomic_uint verifications; /* that it was asked for so far; it finds all of them right */
    atomic_bool spoils;        /* the next proofs are changed in a bit, and wrong */
    struct buffer records[2][ENGINE_FAKE_ROOTS]; /* for the default target and for evm */
};

/* Opened it has no proof to let through. */
void engine_fake_open(struct engine_fake *fake);
void engine_fake_close(struct engine_fake *fake);

/* Lets `count` proofs through, those in the making first. */
void engine_fake_let_through(struct engine_fake *fake, unsigned count);

void engine_fake_let_keys_through(struct engine_fake *fake, unsigned count);

/* Waits until `count` keys, or proofs, have begun. */
void engine_fake_await_keys(struct engine_fake *fake, unsigned count);
void engine_fake_await(struct engine_fake *fake, unsigned count);

#endif
