#include "http/media_type.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { WEIGHT_DIGITS = 3, FULL_WEIGHT = 1000 };

/* One element of a list: the name without its parameters, and its weight in thousandths. */
struct range {
    const char *name;
    size_t length;
    int weight;
};

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* "0.5" is 500. What is no weight counts in full. */
static int read_weight(const char *text)
{
    int weight = text[0] - '0';
    if (weight != 0 && weight != 1)
        return FULL_WEIGHT;
    bool fraction = text[1] == '.';
    text += fraction ? 2 : 1;
    for (int i = 0; i < WEIGHT_DIGITS; i++) {
        bool digit = fraction && isdigit((unsigned char)*text) != 0;
        weight = 10 * weight + (digit ? *text++ - '0' : 0);
    }
    return weight < FULL_WEIGHT ? weight : FULL_WEIGHT;
}

/* Takes the first element off the list; false when there is none. */
static bool next_range(struct range *range, const char **list)
{
    if (*list == NULL || **list == '\0')
        return false;
    const char *end = *list + strcspn(*list, ",");
    range->name = skip_blanks(*list);
    range->length = strcspn(range->name, ",; \t");
    range->weight = FULL_WEIGHT;
    const char *at = range->name + range->length;
    while (at < end && (at = memchr(at, ';', (size_t)(end - at))) != NULL) {
        at = skip_blanks(at + 1);
        if (strncasecmp(at, "q=", 2) == 0)
            range->weight = read_weight(at + 2);
    }
    *list = *end == ',' ? end + 1 : end;
    return true;
}

static bool is_named(const struct range *range, const char *name)
{
    return range->length == strlen(name) && strncasecmp(range->name, name, range->length) == 0;
}

bool media_type_listed(const char *header, const char *media_type)
{
    struct range range;
    while (next_range(&range, &header))
        if (is_named(&range, media_type))
            return true;
    return false;
}

enum fit { FIT_NONE, FIT_ANY, FIT_KIND, FIT_NAME, FIT_COUNT };

/* How closely "application/zip" is meant by a range: as itself, application slash star, or both
 * stars. */
static enum fit fit_of(const struct range *range, const char *media_type)
{
    size_t kind = strcspn(media_type, "/") + 1;
    if (is_named(range, media_type))
        return FIT_NAME;
    if (is_named(range, "*/*"))
        return FIT_ANY;
    bool of_kind = range->length == kind + 1 && range->name[kind] == '*' &&
                   strncasecmp(range->name, media_type, kind) == 0;
    return of_kind ? FIT_KIND : FIT_NONE;
}

/* The closest range says the weight; of types of one weight, those meant more closely go first. */
static int preference(const char *accept, const char *media_type)
{
    struct range range;
    enum fit closest = FIT_NONE;
    int weight = 0;
    while (next_range(&range, &accept)) {
        enum fit fit = fit_of(&range, media_type);
        if (fit > closest) {
            closest = fit;
            weight = range.weight;
        }
    }
    return weight == 0 ? 0 : weight * FIT_COUNT + (int)closest;
}

size_t media_type_choose(const char *accept, const char *const *offered, size_t count)
{
    size_t chosen = 0;
    int most = 0;
    for (size_t i = 0; i < count; i++) {
        int preferred = preference(accept, offered[i]);
        if (preferred <= most)
            continue;
        most = preferred;
        chosen = i;
    }
    return chosen;
}
