/* The library's tables as text. */
#include <string.h>
#include <ultrahonk.h>

const char *ultrahonk_status_text(enum ultrahonk_status status)
{
    static const char *const texts[] = {
#define X(name, text) [name] = (text),
        ULTRAHONK_STATUS_TABLE(X)
#undef X
    };
    return (unsigned)status < sizeof(texts) / sizeof(texts[0]) ? texts[status]
                                                               : "an unknown status";
}

static const char *const target_names[] = {
#define X(name, text) [name] = (text),
    ULTRAHONK_TARGET_TABLE(X)
#undef X
};

const char *ultrahonk_target_name(enum ultrahonk_target target)
{
    return (unsigned)target < ULTRAHONK_TARGET_COUNT ? target_names[target] : NULL;
}

bool ultrahonk_target_parse(enum ultrahonk_target *target, const char *name)
{
    for (int i = 0; i < ULTRAHONK_TARGET_COUNT; i++) {
        if (strcmp(target_names[i], name) == 0) {
            *target = (enum ultrahonk_target)i;
            return true;
        }
    }
    return false;
}

static const struct {
    const char *text;
    enum ultrahonk_place place;
} reasons[] = {
#define X(name, text, where) [name] = {(text), ULTRAHONK_##where},
    ULTRAHONK_REASON_TABLE(X)
#undef X
};

enum { REASON_COUNT = sizeof(reasons) / sizeof(reasons[0]) };

const char *ultrahonk_reason_text(enum ultrahonk_reason reason)
{
    return (unsigned)reason < REASON_COUNT ? reasons[reason].text : "an unknown reason";
}

enum ultrahonk_place ultrahonk_reason_place(enum ultrahonk_reason reason)
{
    return (unsigned)reason < REASON_COUNT ? reasons[reason].place : ULTRAHONK_NOWHERE;
}

const char *ultrahonk_version(void)
{
    return ULTRAHONK_VERSION;
}
