#include "base/failure.h"

#include <stdarg.h>
#include <stdio.h>

void failure_write(struct failure *failure, enum result result, const char *format, ...)
{
    va_list arguments;
    if (failure == NULL)
        return;
    va_start(arguments, format);
    failure->result = result;
    failure->retry_after_seconds = 0;
    (void)vsnprintf(failure->message, sizeof(failure->message), format, arguments);
    va_end(arguments);
}
