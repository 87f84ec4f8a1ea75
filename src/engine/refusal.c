#include "engine/refusal.h"

#include <stddef.h>
#include <string.h>

static const struct refusal refusals[] = {
#define X(words, result, sentence) {words, result, sentence},
    REFUSAL_TABLE(X)
#undef X
};

const struct refusal *refusal_find(const char *message)
{
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (strstr(message, refusals[i].words) != NULL)
            return &refusals[i];
    return NULL;
}
