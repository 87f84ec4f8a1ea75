#include "engine/target.h"

#include <string.h>

#include "base/check.h"

static const struct {
    const char *name;
    struct proof_system_settings settings;
} rows[] = {
#define X(target, text, hash, ipa, no_zk) [target] = {text, {hash, ipa, no_zk}},
    TARGET_TABLE(X)
#undef X
};

const char *target_name(enum verifier_target target)
{
    CHECK(target < TARGET_COUNT);
    return rows[target].name;
}

const struct proof_system_settings *target_settings(enum verifier_target target)
{
    CHECK(target < TARGET_COUNT);
    return &rows[target].settings;
}

bool target_parse(enum verifier_target *target, const char *name)
{
    for (int i = 0; i < TARGET_COUNT; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *target = (enum verifier_target)i;
            return true;
        }
    }
    return false;
}
