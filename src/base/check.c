#include "base/check.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LAST_WORDS_MILLISECONDS = 1000 };

void check_failed(const char *what, const char *file, int line)
{
    struct pollfd standard_error = {.fd = STDERR_FILENO, .events = POLLOUT};
    /* A reader that does not read shall not keep it alive. */
    if (poll(&standard_error, 1, LAST_WORDS_MILLISECONDS) > 0)
        (void)fprintf(stderr, "proverd: internal check failed: %s (%s:%d)\n", what, file, line);
    abort();
}
