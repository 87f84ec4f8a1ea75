#include "engine/bb/schema.h"

#include <ctype.h>
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

/* The next character that is no blank, from `at` on in steps of 1 or -1; 0 when there is none. */
static char neighbour(struct bytes schema, size_t at, int step)
{
    while (at < schema.length && isspace(schema.data[at]))
        at += (size_t)step;
    return at < schema.length ? (char)schema.data[at] : '\0';
}

/* A name in a list of commands, or a key among them; not the name of a type. */
static bool is_command(struct bytes schema, size_t at, size_t length)
{
    char before = neighbour(schema, at - 1, -1);
    char after = neighbour(schema, at + length, 1);
    return (before == '[' && after == ',') || ((before == '{' || before == ',') && after == ':');
}

bool schema_has_command(struct bytes schema, const char *command)
{
    char quoted[64];
    int length = snprintf(quoted, sizeof(quoted), "\"%s\"", command);
    if (length <= 0 || (size_t)length >= sizeof(quoted) || schema.length == 0)
        return false;
    const unsigned char *at = schema.data;
    const unsigned char *end = schema.data + schema.length;
    while ((at = memmem(at, (size_t)(end - at), quoted, (size_t)length)) != NULL) {
        if (is_command(schema, (size_t)(at - schema.data), (size_t)length))
            return true;
        at += length;
    }
    return false;
}

enum frame_layout schema_frames(struct bytes schema)
{
    static const char root[] = "{\"__typename\":\"Api\",";
    bool bare = schema.length > sizeof(root) && memcmp(schema.data, root, sizeof(root) - 1) == 0;
    return bare ? FRAME_BARE : FRAME_WITH_ID;
}
