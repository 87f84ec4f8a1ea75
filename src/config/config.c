#include "config/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { VARIABLE_BYTES = 64, HELP_COLUMN = 38 };
enum kind { KIND_TEXT, KIND_CHOICE, KIND_NUMBER, KIND_LIST };

struct option {
    const char *flag;
    enum kind kind;
    size_t offset;
    size_t count_offset; /* KIND_LIST */
    const char *value;   /* what --help calls it; for KIND_CHOICE the choices */
    const char *text_default;
    int64_t number_default;
    int64_t least;
    int64_t most;
    const char *help;
};

#define TEXT(field, name, shown, by_default, about)                                                \
    {.flag = (name),                                                                               \
     .kind = KIND_TEXT,                                                                            \
     .offset = offsetof(struct config, field),                                                     \
     .value = (shown),                                                                             \
     .text_default = (by_default),                                                                 \
     .help = (about)},
#define CHOICE(field, name, choices, by_default, about)                                            \
    {.flag = (name),                                                                               \
     .kind = KIND_CHOICE,                                                                          \
     .offset = offsetof(struct config, field),                                                     \
     .value = (choices),                                                                           \
     .text_default = (by_default),                                                                 \
     .help = (about)},
#define NUMBER(field, name, shown, by_default, lowest, highest, about)                             \
    {.flag = (name),                                                                               \
     .kind = KIND_NUMBER,                                                                          \
     .offset = offsetof(struct config, field),                                                     \
     .value = (shown),                                                                             \
     .number_default = (by_default),                                                               \
     .least = (lowest),                                                                            \
     .most = (highest),                                                                            \
     .help = (about)},
#define LIST(field, name, shown, about)                                                            \
    {.flag = (name),                                                                               \
     .kind = KIND_LIST,                                                                            \
     .offset = offsetof(struct config, field),                                                     \
     .count_offset = offsetof(struct config, field##_count),                                       \
     .value = (shown),                                                                             \
     .help = (about)},
static const struct option options[] = {CONFIG_TABLE(TEXT, CHOICE, NUMBER, LIST)};
#undef TEXT
#undef CHOICE
#undef NUMBER
#undef LIST

enum { OPTION_COUNT = sizeof(options) / sizeof(options[0]) };

static void *field_of(struct config *config, size_t offset)
{
    return (char *)config + offset;
}

static void variable_of(char variable[VARIABLE_BYTES], const struct option *option)
{
    int length = snprintf(variable, VARIABLE_BYTES, "PROVERD_%s", option->flag);
    CHECK(length > 0 && length < VARIABLE_BYTES);
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

static enum result set_number(struct config *config, const struct option *option, const char *text,
                              struct failure *failure)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || number < option->least ||
        number > option->most)
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "--%s takes a whole number from %lld to %lld, not '%s'", option->flag,
                           (long long)option->least, (long long)option->most, text);
    *(int64_t *)field_of(config, option->offset) = number;
    return RESULT_OK;
}

static enum result append(struct config *config, const struct option *option, const char *text,
                          struct failure *failure)
{
    const char **list = field_of(config, option->offset);
    size_t *count = field_of(config, option->count_offset);
    if (*count == MOST_CIRCUITS)
        return failure_set(failure, RESULT_CONFIG_INVALID, "--%s can be given %d times at most",
                           option->flag, MOST_CIRCUITS);
    list[(*count)++] = text;
    return RESULT_OK;
}

static enum result set(struct config *config, const struct option *option, const char *text,
                       struct failure *failure)
{
    switch (option->kind) {
    case KIND_NUMBER:
        return set_number(config, option, text, failure);
    case KIND_LIST:
        return append(config, option, text, failure);
    case KIND_CHOICE:
        if (!is_choice(option->value, text))
            return failure_set(failure, RESULT_CONFIG_INVALID, "--%s takes one of %s, not '%s'",
                               option->flag, option->value, text);
        break;
    case KIND_TEXT:
        if (text[0] == '\0')
            return failure_set(failure, RESULT_CONFIG_INVALID, "--%s takes %s, not nothing",
                               option->flag, option->value);
        break;
    }
    *(const char **)field_of(config, option->offset) = text;
    return RESULT_OK;
}

static void set_default(struct config *config, const struct option *option)
{
    if (option->kind == KIND_NUMBER)
        *(int64_t *)field_of(config, option->offset) = option->number_default;
    else if (option->kind != KIND_LIST)
        *(const char **)field_of(config, option->offset) = option->text_default;
}

/* The pieces of a comma-separated list live as long as the process, as the config does. */
static enum result set_from_variable(struct config *config, const struct option *option,
                                     struct failure *failure)
{
    char variable[VARIABLE_BYTES];
    variable_of(variable, option);
    const char *text = getenv(variable);
    if (text == NULL)
        return RESULT_OK;
    if (option->kind != KIND_LIST)
        return set(config, option, text, failure);
    static char *copies[OPTION_COUNT];
    char **copy = &copies[option - options];
    free(*copy);
    *copy = strdup(text);
    if (*copy == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for %s", variable);
    char *rest = *copy;
    for (const char *piece = strsep(&rest, ","); piece != NULL; piece = strsep(&rest, ","))
        if (piece[0] != '\0' && append(config, option, piece, failure) != RESULT_OK)
            return failure->result;
    return RESULT_OK;
}

static const struct option *find(const char *flag, size_t length)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (strlen(options[i].flag) == length && strncmp(options[i].flag, flag, length) == 0)
            return &options[i];
    return NULL;
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
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "there is no option '%s'; proverd --help lists them", argument);
    const char *value = equals == NULL ? NULL : equals + 1;
    if (value == NULL && *place + 1 < argument_count)
        value = arguments[++*place];
    if (value == NULL)
        return failure_set(failure, RESULT_CONFIG_INVALID, "--%s needs a value: %s", option->flag,
                           option->value);
    /* Flags replace what the environment gave, and do not add to it. */
    if (option->kind == KIND_LIST && !seen[option - options])
        *(size_t *)field_of(config, option->count_offset) = 0;
    seen[option - options] = true;
    return set(config, option, value, failure);
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
        set_default(config, &options[i]);
        if (set_from_variable(config, &options[i], failure) != RESULT_OK)
            return failure->result;
    }
    for (int i = 1; i < argument_count; i++)
        if (strcmp(arguments[i], "--check") == 0)
            *action = CONFIG_CHECK;
        else if (read_argument(config, seen, &i, argument_count, arguments, failure) != RESULT_OK)
            return failure->result;
    return RESULT_OK;
}

static void print_option(FILE *out, const struct option *option)
{
    char variable[VARIABLE_BYTES];
    variable_of(variable, option);
    int width = fprintf(out, "  --%s %s", option->flag, option->value);
    (void)fprintf(out, "%*s%s\n%*s", width < HELP_COLUMN ? HELP_COLUMN - width : 1, "",
                  option->help, HELP_COLUMN, "");
    if (option->kind == KIND_NUMBER)
        (void)fprintf(out, "[%s, default %lld]\n", variable, (long long)option->number_default);
    else if (option->kind == KIND_LIST)
        (void)fprintf(out, "[%s, repeatable]\n", variable);
    else
        (void)fprintf(out, "[%s, default %s]\n", variable,
                      option->text_default[0] == '\0' ? "none" : option->text_default);
}

void config_print_help(FILE *out)
{
    (void)fputs("Usage: proverd [OPTION VALUE]...\n"
                "\n"
                "Serves UltraHonk proofs of Noir circuits over HTTP, made by Barretenberg's bb.\n"
                "Send it a witness, get a proof that verifies:\n"
                "\n"
                "  proverd --circuit target/circuit.json --crs-path ~/.bb-crs\n"
                "  curl --data-binary @target/circuit.gz -H 'Content-Type: "
                "application/octet-stream' \\\n"
                "       http://127.0.0.1:8080/api/prove --output proof\n"
                "\n"
                "Options (in brackets the environment variable that does the same):\n",
                out);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        print_option(out, &options[i]);
    (void)fprintf(out, "  --check%*sask the server at --listen whether it is ready, and exit\n",
                  HELP_COLUMN - 9, "");
    (void)fprintf(out, "  --version%*sprint the version\n", HELP_COLUMN - 11, "");
    (void)fprintf(out, "  --help%*sprint this\n", HELP_COLUMN - 8, "");
    (void)fputs(
        "\nExit status: 0 stopped as told, or ready; 1 cannot serve, or not ready (the reason is on"
        "\nstandard error); 2 an option is wrong.\n",
        out);
}
