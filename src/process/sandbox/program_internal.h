/* Reading a program's ELF header. Private to process/sandbox/. */
#ifndef PROCESS_SANDBOX_PROGRAM_INTERNAL_H
#define PROCESS_SANDBOX_PROGRAM_INTERNAL_H

#include <limits.h>

#include "base/failure.h"

/*
 * The dynamic loader that the kernel starts for a program; "" when it needs none.
 * RESULT_PROVER_UNUSABLE when the file is not an ELF program of this machine.
 */
MUST_USE_RESULT enum result program_loader(char loader[PATH_MAX], const char *program,
                                           struct failure *failure);

#endif
