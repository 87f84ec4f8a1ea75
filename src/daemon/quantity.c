#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/config_internal.h"

struct unit {
    const char *name;
    int64_t factor;
};

/* The first of those that are equal is how it is written. */
static const struct unit sizes[] = {
    {"T", INT64_C(1) << 40},
    {"TiB", INT64_C(1) << 40},
    {"Ti", INT64_C(1) << 40},
    {"G", INT64_C(1) << 30},
    {"GiB", INT64_C(1) << 30},
    {"Gi", INT64_C(1) << 30},
    {"M", INT64_C(1) << 20},
    {"MiB", INT64_C(1) << 20},
    {"Mi", INT64_C(1) << 20},
    {"K", INT64_C(1) << 10},
    {"KiB", INT64_C(1) << 10},
    {"Ki", INT64_C(1) << 10},
    {"B", 1},
    {NULL, 0},
};
static const struct unit times[] = {{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}, {NULL, 0}};
static const struct unit none[] = {{NULL, 0}};

static const struct unit *const units[] = {
    [QUANTITY_COUNT] = none, [QUANTITY_BYTES] = sizes, [QUANTITY_SECONDS] = times};

enum quantity quantity_of(const char *value)
{
    if (strcmp(value, "BYTES") == 0)
        return QUANTITY_BYTES;
    return strcmp(value, "SECONDS") == 0 ? QUANTITY_SECONDS : QUANTITY_COUNT;
}

/* As 512m is, sizes are understood in small letters, too. */
static int64_t factor_of(enum quantity quantity, const char *name)
{
    if (name[0] == '\0')
        return 1;
    for (const struct unit *unit = units[quantity]; unit->name != NULL; unit++)
        if (quantity == QUANTITY_BYTES ? strcasecmp(unit->name, name) == 0
                                       : strcmp(unit->name, name) == 0)
            return unit->factor;
    return 0;
}

bool quantity_read(int64_t *number, enum quantity quantity, const char *text)
{
    int64_t read = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(read, 10, &read) ||
            __builtin_add_overflow(read, *at - '0', &read))
            return false;
    int64_t factor = factor_of(quantity, at);
    if (at == text || factor == 0 || __builtin_mul_overflow(read, factor, &read))
        return false;
    *number = read;
    return true;
}

void quantity_write(char text[QUANTITY_BYTES_OF_TEXT], enum quantity quantity, int64_t number)
{
    const char *name = "";
    for (const struct unit *unit = units[quantity];
         quantity == QUANTITY_BYTES && number != 0 && unit->factor > 1; unit++) {
        if (number % unit->factor == 0) {
            name = unit->name;
            number /= unit->factor;
            break;
        }
    }
    (void)snprintf(text, QUANTITY_BYTES_OF_TEXT, "%" PRId64 "%s", number, name);
}

const char *quantity_describe(enum quantity quantity)
{
    switch (quantity) {
    case QUANTITY_COUNT:
        break;
    case QUANTITY_BYTES:
        return "a size in whole bytes, or in K, M, G or T of them (each 1024 of the one before), "
               "as "
               "512M,";
    case QUANTITY_SECONDS:
        return "a time in whole seconds, or in m, h or d (minutes, hours, days), as 90 or 5m,";
    }
    return "a whole number";
}
