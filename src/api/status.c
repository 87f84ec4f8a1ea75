#include "api/status.h"

#include "base/check.h"

int status_of(enum result result)
{
    switch (result) {
#define X(outcome, status)                                                                         \
    case outcome:                                                                                  \
        return status;
        STATUS_TABLE(X)
#undef X
    }
    NOT_REACHED("every outcome has a status");
}

const char *status_title(int status)
{
    switch (status) {
#define X(of, title)                                                                               \
    case of:                                                                                       \
        return title;
        STATUS_TITLES(X)
#undef X
    default:
        NOT_REACHED("every status has a title");
    }
}
