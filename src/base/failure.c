#include "base/failure.h"

#include <stdarg.h>
#include <stdio.h>

enum result failure_set(struct failure *failure, enum result result, const char *format, ...)
{
    if (failure != NULL) {
        va_list arguments;
        va_start(arguments, format);
        failure->result = result;
        (void)vsnprintf(failure->message, sizeof(failure->message), format, arguments);
        va_end(arguments);
    }
    return result;
}
