/*
 * A fuzz target is one function that takes any bytes and checks, by CHECK, what has to hold for
 * all. libFuzzer calls it in script/fuzz; replay.c, over the corpus, in the unit tests. A target
 * keeps no state from one call to the next but what it can only make once.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

/* In start.c: called once, before all else. */
int LLVMFuzzerInitialize(int *argument_count, char ***arguments);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
