/* Variables and options that look like ours and are none. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "daemon/config_internal.h"

static const char prefix[] = "PROVERD_";

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters have to be put in, left out or changed; letters' case and the kind of dash do
 * not count. */
static size_t distance(const char *a, size_t a_length, const char *b)
{
    size_t row[CONFIG_VARIABLE_BYTES + 1];
    size_t b_length = strlen(b);
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 0; i < a_length; i++) {
        size_t before = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b_length; j++) {
            int written = a[i] == '-' ? '_' : toupper((unsigned char)a[i]);
            size_t changed = before + (written != b[j]);
            before = row[j + 1];
            row[j + 1] = least(changed, least(row[j], before) + 1);
        }
    }
    return row[b_length];
}

const struct option *option_nearest(const char *written, size_t length)
{
    const struct option *nearest = NULL;
    /* More than a third of it is another word. */
    size_t best = length / 3 + 1;
    if (length >= CONFIG_VARIABLE_BYTES)
        return NULL;
    for (size_t i = 0; i < option_count; i++) {
        char name[CONFIG_VARIABLE_BYTES];
        if (option_table[i].kind == OPTION_GROUP)
            continue;
        option_variable(name, &option_table[i]);
        size_t away = distance(written, length, name + sizeof(prefix) - 1);
        if (away < best) {
            best = away;
            nearest = &option_table[i];
        }
    }
    return nearest;
}

static bool is_ours(const char *name, size_t length)
{
    for (size_t i = 0; i < option_count; i++) {
        char variable[CONFIG_VARIABLE_BYTES];
        if (option_table[i].kind == OPTION_GROUP)
            continue;
        option_variable(variable, &option_table[i]);
        if (strlen(variable) == length && strncmp(variable, name, length) == 0)
            return true;
    }
    return false;
}

static void describe(struct config_stranger *stranger, const char *name, size_t length)
{
    size_t past = sizeof(prefix) - 1;
    const struct option *nearest = option_nearest(name + past, length - past);
    (void)snprintf(stranger->name, sizeof(stranger->name), "%.*s", (int)length, name);
    stranger->nearest[0] = '\0';
    if (nearest != NULL)
        option_variable(stranger->nearest, nearest);
}

bool config_find_stranger(struct config_stranger *stranger, size_t index)
{
    for (char **variable = environ; *variable != NULL; variable++) {
        size_t length = strcspn(*variable, "=");
        if (strncasecmp(*variable, prefix, sizeof(prefix) - 1) != 0 || is_ours(*variable, length))
            continue;
        if (index-- == 0) {
            describe(stranger, *variable, length);
            return true;
        }
    }
    return false;
}
