#include "base/result.h"

#include <stddef.h>

#include "base/check.h"

static const struct {
    int status;
    const char *code;
} rows[] = {
#define X(name, status, code) [name] = {status, code},
    RESULT_TABLE(X)
#undef X
};

int result_status(enum result result)
{
    CHECK((size_t)result < sizeof(rows) / sizeof(rows[0]));
    return rows[result].status;
}

const char *result_code(enum result result)
{
    CHECK((size_t)result < sizeof(rows) / sizeof(rows[0]));
    return rows[result].code;
}
