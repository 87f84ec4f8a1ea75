/* Options: by table, flag and environment. Most tests run over the table itself. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"
#include "support.h"

enum { VARIABLE_BYTES = 64 };

struct number {
    const char *flag;
    size_t offset;
    int64_t by_default;
    int64_t least;
    int64_t most;
};

struct choice {
    const char *flag;
    size_t offset;
    const char *choices;
};

#define NOTHING(...)
#define AS_FLAG(field, flag, ...) flag,
#define AS_NUMBER(field, flag, value, by_default, least, most, help)                               \
    {flag, offsetof(struct config, field), by_default, least, most},
#define AS_CHOICE(field, flag, choices, by_default, help)                                          \
    {flag, offsetof(struct config, field), choices},
static const char *const flags[] = {CONFIG_TABLE(NOTHING, AS_FLAG, AS_FLAG, AS_FLAG, AS_FLAG)};
static const struct number numbers[] = {
    CONFIG_TABLE(NOTHING, NOTHING, NOTHING, AS_NUMBER, NOTHING)};
static const struct choice choices[] = {
    CONFIG_TABLE(NOTHING, NOTHING, AS_CHOICE, NOTHING, NOTHING)};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void variable_of(char variable[VARIABLE_BYTES], const char *flag)
{
    (void)snprintf(variable, VARIABLE_BYTES, "PROVERD_%s", flag);
    for (char *at = variable; *at != '\0'; at++)
        *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
}

static int clean_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(flags); i++) {
        char variable[VARIABLE_BYTES];
        variable_of(variable, flags[i]);
        if (unsetenv(variable) != 0)
            return -1;
    }
    return 0;
}

static struct failure failure;
static enum config_action action;

/* Reads up to 4 arguments, those before the first NULL. */
static enum result read_arguments(struct config *config, const char *first, const char *second,
                                  const char *third, const char *fourth)
{
    static char name[] = "proverd";
    char *arguments[6] = {name};
    const char *const given[] = {first, second, third, fourth};
    int count = 1;
    for (size_t i = 0; i < COUNT(given) && given[i] != NULL; i++)
        arguments[count++] = (char *)(uintptr_t)given[i];
    failure = (struct failure){.result = RESULT_OK};
    return config_read(config, &action, count, arguments, &failure);
}

static enum result read_one(struct config *config, const char *flag, const char *value)
{
    char argument[VARIABLE_BYTES];
    (void)snprintf(argument, sizeof(argument), "--%s", flag);
    return read_arguments(config, argument, value, NULL, NULL);
}

static int64_t number_at(const struct config *config, size_t offset)
{
    int64_t number;
    memcpy(&number, (const char *)config + offset, sizeof(number));
    return number;
}

static const char *text_at(const struct config *config, size_t offset)
{
    const char *text;
    memcpy(&text, (const char *)config + offset, sizeof(text));
    return text;
}

static void test_config_read__gives_the_table_s_defaults(void **state)
{
    (void)state;
    struct config config;
    assert_result(read_arguments(&config, NULL, NULL, NULL, NULL), RESULT_OK);
    assert_int_equal(action, CONFIG_RUN);
#define CHECK_TEXT(field, flag, value, by_default, help)                                           \
    assert_string_equal(config.field, by_default);
#define CHECK_NUMBER(field, flag, value, by_default, ...)                                          \
    assert_int_equal(config.field, by_default);
#define CHECK_LIST(field, flag, ...) assert_int_equal(config.field##_count, 0);
    CONFIG_TABLE(NOTHING, CHECK_TEXT, CHECK_TEXT, CHECK_NUMBER, CHECK_LIST)
}

static void test_config_table__has_defaults_within_its_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++)
        assert_true(numbers[i].least <= numbers[i].by_default &&
                    numbers[i].by_default <= numbers[i].most);
}

static void test_config_read__takes_values_both_ways(void **state)
{
    (void)state;
    struct config config;
    assert_result(read_arguments(&config, "--listen", "[::1]:0", "--workers=7", NULL), RESULT_OK);
    assert_string_equal(config.listen, "[::1]:0");
    assert_int_equal(config.workers, 7);
    assert_result(read_arguments(&config, "--circuit=name=a.json", NULL, NULL, NULL), RESULT_OK);
    assert_string_equal(config.circuits[0], "name=a.json");
}

static void test_config_read__takes_the_later_of_two_flags(void **state)
{
    (void)state;
    struct config config;
    assert_result(read_arguments(&config, "--workers", "3", "--workers", "5"), RESULT_OK);
    assert_int_equal(config.workers, 5);
    assert_result(read_arguments(&config, "--bb", "a", "--bb", "b"), RESULT_OK);
    assert_string_equal(config.bb, "b");
}

static void test_config_read__holds_numbers_to_their_range(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        const struct number *number = &numbers[i];
        struct config config;
        char text[32];
        (void)snprintf(text, sizeof(text), "%" PRId64, number->least);
        assert_result(read_one(&config, number->flag, text), RESULT_OK);
        assert_int_equal(number_at(&config, number->offset), number->least);
        (void)snprintf(text, sizeof(text), "%" PRId64, number->most);
        assert_result(read_one(&config, number->flag, text), RESULT_OK);
        assert_int_equal(number_at(&config, number->offset), number->most);
        (void)snprintf(text, sizeof(text), "%" PRId64, number->least - 1);
        assert_result(read_one(&config, number->flag, text), RESULT_CONFIG_INVALID);
        (void)snprintf(text, sizeof(text), "%" PRId64, number->most + 1);
        assert_result(read_one(&config, number->flag, text), RESULT_CONFIG_INVALID);
        assert_contains(failure.message, number->flag);
        assert_contains(failure.message, text);
    }
}

static void test_config_read__takes_whole_numbers_only(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",   "x",   "1x",  "1.5", "0x10", "1 ", " 1",
        "+1", "1e3", "ten", "--",  "1K",   "1s", "99999999999999999999999"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct config config;
        assert_result(read_one(&config, "workers", wrong[i]), RESULT_CONFIG_INVALID);
    }
}

static void test_config_read__takes_each_choice(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(choices); i++) {
        char *copy = strdup(choices[i].choices);
        char *rest = copy;
        assert_non_null(copy);
        for (const char *each = strsep(&rest, "|"); each != NULL; each = strsep(&rest, "|")) {
            struct config config;
            assert_result(read_one(&config, choices[i].flag, each), RESULT_OK);
            assert_string_equal(text_at(&config, choices[i].offset), each);
        }
        free(copy);
    }
}

static void test_config_read__takes_nothing_but_a_choice(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(choices); i++) {
        struct config config;
        char part[VARIABLE_BYTES];
        assert_result(read_one(&config, choices[i].flag, "none of these"), RESULT_CONFIG_INVALID);
        assert_contains(failure.message, choices[i].choices);
        assert_result(read_one(&config, choices[i].flag, ""), RESULT_CONFIG_INVALID);
        assert_result(read_one(&config, choices[i].flag, "|"), RESULT_CONFIG_INVALID);
        assert_result(read_one(&config, choices[i].flag, choices[i].choices),
                      RESULT_CONFIG_INVALID);
        (void)snprintf(part, sizeof(part), "%.1s", choices[i].choices);
        assert_result(read_one(&config, choices[i].flag, part), RESULT_CONFIG_INVALID);
        (void)snprintf(part, sizeof(part), "%s", strchr(choices[i].choices, '|'));
        assert_result(read_one(&config, choices[i].flag, part), RESULT_CONFIG_INVALID);
    }
}

static void test_config_read__refuses_an_empty_text(void **state)
{
    (void)state;
    struct config config;
    assert_result(read_one(&config, "listen", ""), RESULT_CONFIG_INVALID);
    assert_result(read_arguments(&config, "--listen=", NULL, NULL, NULL), RESULT_CONFIG_INVALID);
    assert_contains(failure.message, "--listen");
}

static void test_config_read__refuses_unknown_options(void **state)
{
    (void)state;
    static const char *const unknown[] = {"--nothing", "--nothing=1", "--liste", "--listenn",
                                          "-listen",   "listen",      "--",      "--=1",
                                          "",          "-w"};
    for (size_t i = 0; i < COUNT(unknown); i++) {
        struct config config;
        assert_result(read_arguments(&config, unknown[i], "1", NULL, NULL), RESULT_CONFIG_INVALID);
        assert_contains(failure.message, unknown[i]);
    }
}

static void test_config_read__refuses_a_missing_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(flags); i++) {
        struct config config;
        assert_result(read_one(&config, flags[i], NULL), RESULT_CONFIG_INVALID);
        assert_contains(failure.message, "needs a value");
        assert_contains(failure.message, flags[i]);
    }
}

static void test_config_read__takes_the_environment(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(setenv("PROVERD_LISTEN", "127.0.0.1:1", 1), 0);
    assert_int_equal(setenv("PROVERD_PROVE_TIMEOUT", "17", 1), 0);
    assert_int_equal(setenv("PROVERD_LOG_FORMAT", "text", 1), 0);
    assert_result(read_arguments(&config, NULL, NULL, NULL, NULL), RESULT_OK);
    assert_string_equal(config.listen, "127.0.0.1:1");
    assert_int_equal(config.prove_timeout, 17);
    assert_string_equal(config.log_format, "text");
}

static void test_config_read__takes_a_flag_before_the_environment(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(setenv("PROVERD_WORKERS", "17", 1), 0);
    assert_result(read_arguments(&config, "--workers", "3", NULL, NULL), RESULT_OK);
    assert_int_equal(config.workers, 3);
}

static void test_config_read__holds_the_environment_to_the_same_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct config config;
        char variable[VARIABLE_BYTES];
        variable_of(variable, numbers[i].flag);
        assert_int_equal(setenv(variable, "many", 1), 0);
        assert_result(read_arguments(&config, NULL, NULL, NULL, NULL), RESULT_CONFIG_INVALID);
        assert_contains(failure.message, variable);
        assert_int_equal(unsetenv(variable), 0);
    }
}

/* What a variable brings is told by the variable's name, and never by the option's. */
static void test_config_read__names_the_variable_in_its_errors(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {{"PROVERD_ENGINE", "magic"},
                                           {"PROVERD_WORKERS", "-1"},
                                           {"PROVERD_MEMORY", "2.5G"},
                                           {"PROVERD_LISTEN", "8080"}};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct config config;
        assert_int_equal(setenv(wrong[i][0], wrong[i][1], 1), 0);
        assert_result(read_arguments(&config, NULL, NULL, NULL, NULL), RESULT_CONFIG_INVALID);
        assert_contains(failure.message, wrong[i][0]);
        assert_contains(failure.message, wrong[i][1]);
        assert_null(strstr(failure.message, "--"));
        assert_int_equal(unsetenv(wrong[i][0]), 0);
    }
    struct config config;
    assert_int_equal(setenv("PROVERD_LISTEN", "127.0.0.1:1", 1), 0);
    assert_result(read_one(&config, "listen", "8080"), RESULT_CONFIG_INVALID);
    assert_contains(failure.message, "--listen");
}

static void test_config_read__takes_an_empty_variable_for_none(void **state)
{
    (void)state;
    struct config config;
    struct config by_default;
    assert_result(read_arguments(&by_default, NULL, NULL, NULL, NULL), RESULT_OK);
    for (size_t i = 0; i < COUNT(flags); i++) {
        char variable[VARIABLE_BYTES];
        variable_of(variable, flags[i]);
        assert_int_equal(setenv(variable, "", 1), 0);
    }
    assert_result(read_arguments(&config, NULL, NULL, NULL, NULL), RESULT_OK);
    assert_memory_equal(&config, &by_default, sizeof(config));
}

static void test_config_read__takes_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t bytes;
    } sizes[] = {{"0", 0},
                 {"512", 512},
                 {"1K", 1024},
                 {"1Ki", 1024},
                 {"1KiB", 1024},
                 {"512M", 512 << 20},
                 {"512m", 512 << 20},
                 {"2G", INT64_C(2) << 30},
                 {"2GiB", INT64_C(2) << 30},
                 {"1T", INT64_C(1) << 40},
                 {"007K", 7168},
                 {"3B", 3},
                 {"1024T", INT64_C(1) << 50}};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct config config;
        assert_result(read_one(&config, "memory", sizes[i].text), RESULT_OK);
        assert_int_equal(config.memory, sizes[i].bytes);
    }
}

static void test_config_read__takes_times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } times[] = {{"90", 90}, {"90s", 90}, {"5m", 300}, {"2h", 7200}, {"1d", 86400}};
    for (size_t i = 0; i < COUNT(times); i++) {
        struct config config;
        assert_result(read_one(&config, "prove-timeout", times[i].text), RESULT_OK);
        assert_int_equal(config.prove_timeout, times[i].seconds);
    }
}

static void test_config_read__says_what_sizes_and_times_it_understands(void **state)
{
    (void)state;
    static const char *const sizes[] = {"2.5G",
                                        "1 K",
                                        " 1K",
                                        "1K ",
                                        "-1K",
                                        "+1K",
                                        "K",
                                        "1KB",
                                        "1MB",
                                        "1k1",
                                        "1P",
                                        "1KK",
                                        "0x1K",
                                        "1e3K",
                                        "1,5G",
                                        "1s",
                                        "8388608T",
                                        "9999999T",
                                        "1025T",
                                        "99999999999999999999K",
                                        "9223372036854775807K"};
    static const char *const times[] = {
        "1.5m", "1 m", "-1s", "m",   "1ms", "1min", "1h30m",
        "1M",   "1S",  "1w",  "90K", "2d",  "0m",   "9999999999999999d"};
    struct config config;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        assert_result(read_one(&config, "memory", sizes[i]), RESULT_CONFIG_INVALID);
        assert_contains(failure.message, "--memory takes a size");
        assert_contains(failure.message, "512M");
        assert_contains(failure.message, sizes[i]);
    }
    for (size_t i = 0; i < COUNT(times); i++) {
        assert_result(read_one(&config, "prove-timeout", times[i]), RESULT_CONFIG_INVALID);
        assert_contains(failure.message, "--prove-timeout takes a time");
        assert_contains(failure.message, "5m");
        assert_contains(failure.message, times[i]);
    }
}

static void test_config_read__says_which_option_was_meant(void **state)
{
    (void)state;
    static const char *const written[][2] = {{"--wokers", "--workers"},
                                             {"--max-witness-byte=1", "--max-witness-bytes"},
                                             {"--prove_timeout", "--prove-timeout"},
                                             {"-listen", "--listen"}};
    struct config config;
    for (size_t i = 0; i < COUNT(written); i++) {
        assert_result(read_arguments(&config, written[i][0], NULL, NULL, NULL),
                      RESULT_CONFIG_INVALID);
        assert_contains(failure.message, written[i][0]);
        assert_contains(failure.message, written[i][1]);
    }
    assert_result(read_arguments(&config, "--nonsense", NULL, NULL, NULL), RESULT_CONFIG_INVALID);
    assert_null(strstr(failure.message, "meant"));
}

static void test_config_find_stranger__names_the_variable_that_was_meant(void **state)
{
    (void)state;
    static const char *const strangers[][2] = {{"PROVERD_WOKERS", "PROVERD_WORKERS"},
                                               {"proverd_listen", "PROVERD_LISTEN"},
                                               {"PROVERD_PROVE_TIMEOUTS", "PROVERD_PROVE_TIMEOUT"},
                                               {"PROVERD_PROVE-TIMEOUT", "PROVERD_PROVE_TIMEOUT"},
                                               {"PROVERD_", ""},
                                               {"PROVERD_SOMETHING_ELSE_ALTOGETHER", ""}};
    struct config_stranger stranger;
    assert_int_equal(setenv("PROVERD_WORKERS", "1", 1), 0);
    assert_int_equal(setenv("PROVER_API_KEY", "another's", 1), 0);
    assert_false(config_find_stranger(&stranger, 0));
    for (size_t i = 0; i < COUNT(strangers); i++) {
        assert_int_equal(setenv(strangers[i][0], "secret", 1), 0);
        assert_true(config_find_stranger(&stranger, 0));
        assert_string_equal(stranger.name, strangers[i][0]);
        assert_string_equal(stranger.nearest, strangers[i][1]);
        assert_false(config_find_stranger(&stranger, 1));
        assert_int_equal(unsetenv(strangers[i][0]), 0);
    }
    char long_name[300] = "PROVERD_";
    memset(long_name + 8, 'X', sizeof(long_name) - 9);
    assert_int_equal(setenv(long_name, "1", 1), 0);
    assert_true(config_find_stranger(&stranger, 0));
    assert_int_equal(strlen(stranger.name), CONFIG_VARIABLE_BYTES - 1);
    assert_string_equal(stranger.nearest, "");
    assert_int_equal(unsetenv(long_name), 0);
}

static void test_config_read__collects_a_list_from_flags(void **state)
{
    (void)state;
    struct config config;
    assert_result(read_arguments(&config, "--circuit", "a", "--circuit=b=c,d", NULL), RESULT_OK);
    assert_int_equal(config.circuits_count, 2);
    assert_string_equal(config.circuits[0], "a");
    assert_string_equal(config.circuits[1], "b=c,d");
}

static void test_config_read__collects_a_list_from_the_environment(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(setenv("PROVERD_CIRCUIT", "a,b=c,,d,", 1), 0);
    assert_result(read_arguments(&config, NULL, NULL, NULL, NULL), RESULT_OK);
    assert_int_equal(config.circuits_count, 3);
    assert_string_equal(config.circuits[0], "a");
    assert_string_equal(config.circuits[1], "b=c");
    assert_string_equal(config.circuits[2], "d");
    assert_string_equal(getenv("PROVERD_CIRCUIT"), "a,b=c,,d,");
}

static void test_config_read__replaces_a_list_of_the_environment(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(setenv("PROVERD_CIRCUIT", "a,b,c", 1), 0);
    assert_result(read_arguments(&config, "--circuit", "d", "--circuit", "e"), RESULT_OK);
    assert_int_equal(config.circuits_count, 2);
    assert_string_equal(config.circuits[0], "d");
    assert_string_equal(config.circuits[1], "e");
}

static void test_config_read__holds_a_list_to_its_length(void **state)
{
    (void)state;
    struct config config;
    char list[2 * MOST_CIRCUITS + 2] = "";
    for (size_t i = 0; i < MOST_CIRCUITS; i++)
        memcpy(list + 2 * i, "a,", 3);
    assert_int_equal(setenv("PROVERD_CIRCUIT", list, 1), 0);
    assert_result(read_arguments(&config, NULL, NULL, NULL, NULL), RESULT_OK);
    assert_int_equal(config.circuits_count, MOST_CIRCUITS);
    memcpy(list + sizeof(list) - 2, "a", 2);
    assert_int_equal(setenv("PROVERD_CIRCUIT", list, 1), 0);
    assert_result(read_arguments(&config, NULL, NULL, NULL, NULL), RESULT_CONFIG_INVALID);
    assert_contains(failure.message, "PROVERD_CIRCUIT");
}

static void test_config_read__sees_help_and_version_first(void **state)
{
    (void)state;
    struct config config;
    assert_result(read_arguments(&config, "--nonsense", "--help", NULL, NULL), RESULT_OK);
    assert_int_equal(action, CONFIG_HELP);
    assert_result(read_arguments(&config, "-h", NULL, NULL, NULL), RESULT_OK);
    assert_int_equal(action, CONFIG_HELP);
    assert_result(read_arguments(&config, "--workers", "x", "--version", NULL), RESULT_OK);
    assert_int_equal(action, CONFIG_VERSION);
}

static void test_config_read__sees_check_among_other_options(void **state)
{
    (void)state;
    struct config config;
    assert_result(read_arguments(&config, "--check", "--workers", "3", NULL), RESULT_OK);
    assert_int_equal(action, CONFIG_CHECK);
    assert_int_equal(config.workers, 3);
    assert_result(read_arguments(&config, "--workers=3", "--check", NULL, NULL), RESULT_OK);
    assert_int_equal(action, CONFIG_CHECK);
    assert_result(read_arguments(&config, "--check", "--workers", "x", NULL),
                  RESULT_CONFIG_INVALID);
    assert_result(read_arguments(&config, "--check=now", NULL, NULL, NULL), RESULT_CONFIG_INVALID);
    assert_result(read_arguments(&config, "--bb", "--check", NULL, NULL), RESULT_OK);
    assert_int_equal(action, CONFIG_RUN);
}

static void test_config_print_help__names_every_option_and_its_variable(void **state)
{
    (void)state;
    char *help = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&help, &length);
    assert_non_null(out);
    config_print_help(out);
    assert_int_equal(fclose(out), 0);
    for (size_t i = 0; i < COUNT(flags); i++) {
        char variable[VARIABLE_BYTES];
        char option[VARIABLE_BYTES];
        char bracket[VARIABLE_BYTES + 4];
        variable_of(variable, flags[i]);
        (void)snprintf(option, sizeof(option), "\n  --%s ", flags[i]);
        (void)snprintf(bracket, sizeof(bracket), "[%s, ", variable);
        assert_contains(help, option);
        assert_contains(help, bracket);
    }
    assert_contains(help, "\n  --check\n");
    assert_contains(help, "\n  --version\n");
    assert_contains(help, "\n  --help\n");
    for (char *rest = help, *line = strsep(&rest, "\n"); rest != NULL; line = strsep(&rest, "\n"))
        assert_in_range(strlen(line), 0, 80);
    free(help);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, clean_environment)
    const struct CMUnitTest tests[] = {
        TEST(test_config_read__gives_the_table_s_defaults),
        TEST(test_config_table__has_defaults_within_its_limits),
        TEST(test_config_read__takes_values_both_ways),
        TEST(test_config_read__takes_the_later_of_two_flags),
        TEST(test_config_read__holds_numbers_to_their_range),
        TEST(test_config_read__takes_whole_numbers_only),
        TEST(test_config_read__takes_each_choice),
        TEST(test_config_read__takes_nothing_but_a_choice),
        TEST(test_config_read__refuses_an_empty_text),
        TEST(test_config_read__refuses_unknown_options),
        TEST(test_config_read__refuses_a_missing_value),
        TEST(test_config_read__takes_the_environment),
        TEST(test_config_read__takes_a_flag_before_the_environment),
        TEST(test_config_read__holds_the_environment_to_the_same_rules),
        TEST(test_config_read__names_the_variable_in_its_errors),
        TEST(test_config_read__takes_an_empty_variable_for_none),
        TEST(test_config_read__takes_sizes),
        TEST(test_config_read__takes_times),
        TEST(test_config_read__says_what_sizes_and_times_it_understands),
        TEST(test_config_read__says_which_option_was_meant),
        TEST(test_config_find_stranger__names_the_variable_that_was_meant),
        TEST(test_config_read__collects_a_list_from_flags),
        TEST(test_config_read__collects_a_list_from_the_environment),
        TEST(test_config_read__replaces_a_list_of_the_environment),
        TEST(test_config_read__holds_a_list_to_its_length),
        TEST(test_config_read__sees_help_and_version_first),
        TEST(test_config_read__sees_check_among_other_options),
        TEST(test_config_print_help__names_every_option_and_its_variable),
    };
    return RUN_TESTS(tests);
}
