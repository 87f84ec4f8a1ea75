/* What main.c does for the daemon. */
#include <signal.h>
#include <sodium.h>

#include "fuzz.h"

int LLVMFuzzerInitialize(int *argument_count, char ***arguments)
{
    (void)argument_count, (void)arguments;
    CHECK(sodium_init() >= 0 && signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    return 0;
}
