#include "base/result.h"

#include <stddef.h>

#include "base/check.h"

static const char *const codes[] = {
#define X(name, code) [name] = (code),
    RESULT_TABLE(X)
#undef X
};

const char *result_code(enum result result)
{
    CHECK((size_t)result < sizeof(codes) / sizeof(codes[0]));
    return codes[result];
}
