#include "wire/schema.h"

#include <stdio.h>
#include <string.h>

const char *const schema_needed_commands[] = {
    "CircuitStats",
    "CircuitComputeVk",
    "CircuitProve",
    "CircuitVerify",
    "CircuitWriteSolidityVerifier",
    NULL,
};

bool schema_has_command(struct bytes schema, const char *command)
{
    char quoted[64];
    int length = snprintf(quoted, sizeof(quoted), "[\"%s\",", command);
    return length > 0 && (size_t)length < sizeof(quoted) && schema.length > 0 &&
           memmem(schema.data, schema.length, quoted, (size_t)length) != NULL;
}
