#include "daemon/config.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "daemon/config_internal.h"
#include "daemon/listen.h"

#define TEXT(field, name, shown, by_default, about)                                                \
    {.flag = (name),                                                                               \
     .kind = OPTION_TEXT,                                                                          \
     .offset = offsetof(struct config, field),                                                     \
     .value = (shown),                                                                             \
     .text_default = (by_default),                                                                 \
     .help = (about)},
#define CHOICE(field, name, choices, by_default, about)                                            \
    {.flag = (name),                                                                               \
     .kind = OPTION_CHOICE,                                                                        \
     .offset = offsetof(struct config, field),                                                     \
     .value = (choices),                                                                           \
     .text_default = (by_default),                                                                 \
     .help = (about)},
#define NUMBER(field, name, shown, by_default, lowest, highest, about)                             \
    {.flag = (name),                                                                               \
     .kind = OPTION_NUMBER,                                                                        \
     .offset = offsetof(struct config, field),                                                     \
     .value = (shown),                                                                             \
     .number_default = (by_default),                                                               \
     .least = (lowest),                                                                            \
     .most = (highest),                                                                            \
     .help = (about)},
#define LIST(field, name, shown, about)                                                            \
    {.flag = (name),                                                                               \
     .kind = OPTION_LIST,                                                                          \
     .offset = offsetof(struct config, field),                                                     \
     .count_offset = offsetof(struct config, field##_count),                                       \
     .value = (shown),                                                                             \
     .help = (about)},
#define GROUP(title) {.flag = "", .kind = OPTION_GROUP, .help = (title)},
const struct option option_table[] = {CONFIG_TABLE(GROUP, TEXT, CHOICE, NUMBER, LIST)};
#undef GROUP
#undef TEXT
#undef CHOICE
#undef NUMBER
#undef LIST

enum { OPTION_COUNT = sizeof(option_table) / sizeof(option_table[0]) };
const size_t option_count = OPTION_COUNT;

static void *field_of(struct config *config, size_t offset)
{
    return (char *)config + offset;
}

void option_variable(char variable[CONFIG_VARIABLE_BYTES], const struct option *option)
{
    int length = snprintf(variable, CONFIG_VARIABLE_BYTES, "PROVERD_%s", option->flag);
    CHECK(length > 0 && length < CONFIG_VARIABLE_BYTES);
    for (char *at = variable; *at != '\0'; at++)
        *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
}

static bool is_choice(const char *choices, const char *text)
{
    size_t length = strlen(text);
    for (const char *at = choices; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strcspn(at, "|") == length && strncmp(at, text, length) == 0)
            return length > 0;
    }
    return false;
}

/* `name` is what the value came by: the flag or the variable. */
static enum result set_number(struct config *config, const struct option *option, const char *name,
                              const char *text, struct failure *failure)
{
    enum quantity quantity = quantity_of(option->value);
    char least[QUANTITY_BYTES_OF_TEXT];
    char most[QUANTITY_BYTES_OF_TEXT];
    int64_t number;
    if (quantity_read(&number, quantity, text) && number >= option->least &&
        number <= option->most) {
        *(int64_t *)field_of(config, option->offset) = number;
        return RESULT_OK;
    }
    quantity_write(least, quantity, option->least);
    quantity_write(most, quantity, option->most);
    return failure_set(failure, RESULT_CONFIG_INVALID, "%s takes %s from %s to %s, not '%s'", name,
                       quantity_describe(quantity), least, most, text);
}

static enum result append(struct config *config, const struct option *option, const char *name,
                          const char *text, struct failure *failure)
{
    const char **list = field_of(config, option->offset);
    size_t *count = field_of(config, option->count_offset);
    if (*count == MOST_CIRCUITS)
        return failure_set(failure, RESULT_CONFIG_INVALID, "%s can be given %d times at most", name,
                           MOST_CIRCUITS);
    list[(*count)++] = text;
    return RESULT_OK;
}

static enum result set(struct config *config, const struct option *option, const char *name,
                       const char *text, struct failure *failure)
{
    switch (option->kind) {
    case OPTION_GROUP:
        NOT_REACHED("a group is no option");
    case OPTION_NUMBER:
        return set_number(config, option, name, text, failure);
    case OPTION_LIST:
        return append(config, option, name, text, failure);
    case OPTION_CHOICE:
        if (!is_choice(option->value, text))
            return failure_set(failure, RESULT_CONFIG_INVALID, "%s takes one of %s, not '%s'", name,
                               option->value, text);
        break;
    case OPTION_TEXT:
        if (text[0] == '\0')
            return failure_set(failure, RESULT_CONFIG_INVALID, "%s takes %s, not nothing", name,
                               option->value);
        break;
    }
    *(const char **)field_of(config, option->offset) = text;
    return RESULT_OK;
}

static void set_default(struct config *config, const struct option *option)
{
    if (option->kind == OPTION_NUMBER)
        *(int64_t *)field_of(config, option->offset) = option->number_default;
    else if (option->kind == OPTION_TEXT || option->kind == OPTION_CHOICE)
        *(const char **)field_of(config, option->offset) = option->text_default;
}

/* The pieces of a comma-separated list live as long as the process, as the config does. */
static enum result set_from_variable(struct config *config, const struct option *option,
                                     struct failure *failure)
{
    char variable[CONFIG_VARIABLE_BYTES];
    option_variable(variable, option);
    const char *text = getenv(variable);
    if (text == NULL || text[0] == '\0')
        return RESULT_OK;
    if (option->kind != OPTION_LIST)
        return set(config, option, variable, text, failure);
    static char *copies[OPTION_COUNT];
    char **copy = &copies[option - option_table];
    free(*copy);
    *copy = strdup(text);
    if (*copy == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for %s", variable);
    char *rest = *copy;
    for (const char *piece = strsep(&rest, ","); piece != NULL; piece = strsep(&rest, ","))
        if (piece[0] != '\0' && append(config, option, variable, piece, failure) != RESULT_OK)
            return failure->result;
    return RESULT_OK;
}

static const struct option *find(const char *flag, size_t length)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (option_table[i].kind != OPTION_GROUP && strlen(option_table[i].flag) == length &&
            strncmp(option_table[i].flag, flag, length) == 0)
            return &option_table[i];
    return NULL;
}

static enum result refuse_argument(const char *argument, struct failure *failure)
{
    size_t dashes = strspn(argument, "-");
    const struct option *nearest =
        option_nearest(argument + dashes, strcspn(argument + dashes, "="));
    if (nearest == NULL)
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "there is no option '%s'; proverd --help lists them", argument);
    return failure_set(failure, RESULT_CONFIG_INVALID,
                       "there is no option '%s'; is --%s meant? proverd --help lists them",
                       argument, nearest->flag);
}

/* Reads the argument at *place, and the next when that is its value. */
static enum result read_argument(struct config *config, bool seen[OPTION_COUNT], int *place,
                                 int argument_count, char *const *arguments,
                                 struct failure *failure)
{
    const char *argument = arguments[*place];
    const char *flag = argument + 2;
    const char *equals = strchr(argument, '=');
    const struct option *option = NULL;
    if (strncmp(argument, "--", 2) == 0)
        option = find(flag, equals == NULL ? strlen(flag) : (size_t)(equals - flag));
    if (option == NULL)
        return refuse_argument(argument, failure);
    const char *value = equals == NULL ? NULL : equals + 1;
    if (value == NULL && *place + 1 < argument_count)
        value = arguments[++*place];
    if (value == NULL)
        return failure_set(failure, RESULT_CONFIG_INVALID, "--%s needs a value: %s", option->flag,
                           option->value);
    /* Flags replace what the environment gave, and do not add to it. */
    if (option->kind == OPTION_LIST && !seen[option - option_table])
        *(size_t *)field_of(config, option->count_offset) = 0;
    seen[option - option_table] = true;
    char name[CONFIG_VARIABLE_BYTES];
    (void)snprintf(name, sizeof(name), "--%s", option->flag);
    return set(config, option, name, value, failure);
}

/* What is no address is told by the name that it came by. */
static enum result check_listen(struct config *config, const bool seen[OPTION_COUNT],
                                struct failure *failure)
{
    static const char flag[] = "listen";
    const struct option *option = find(flag, sizeof(flag) - 1);
    struct listen listen;
    char variable[CONFIG_VARIABLE_BYTES];
    option_variable(variable, option);
    config->listen_is_flag = seen[option - option_table];
    return listen_parse(&listen, config->listen, config->listen_is_flag ? "--listen" : variable,
                        failure);
}

enum result config_read(struct config *config, enum config_action *action, int argument_count,
                        char *const *arguments, struct failure *failure)
{
    bool seen[OPTION_COUNT] = {false};
    *config = (struct config){0};
    *action = CONFIG_RUN;
    for (int i = 1; i < argument_count; i++) {
        if (strcmp(arguments[i], "--help") == 0 || strcmp(arguments[i], "-h") == 0)
            *action = CONFIG_HELP;
        else if (strcmp(arguments[i], "--version") == 0)
            *action = CONFIG_VERSION;
        if (*action != CONFIG_RUN)
            return RESULT_OK;
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (option_table[i].kind == OPTION_GROUP)
            continue;
        set_default(config, &option_table[i]);
        if (set_from_variable(config, &option_table[i], failure) != RESULT_OK)
            return failure->result;
    }
    for (int i = 1; i < argument_count; i++)
        if (strcmp(arguments[i], "--check") == 0)
            *action = CONFIG_CHECK;
        else if (read_argument(config, seen, &i, argument_count, arguments, failure) != RESULT_OK)
            return failure->result;
    return check_listen(config, seen, failure);
}
