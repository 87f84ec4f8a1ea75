/* What the program is asked to be: the server, its health check, or a child that executes circuits.
 */
#include <malloc.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "daemon/config.h"
#include "daemon/daemon.h"
#include "daemon/healthcheck.h"
#include "daemon/listen.h"
#include "daemon/process.h"
#include "daemon/whereabouts.h"
#include "engine/executor/executor.h"

enum { EXIT_CANNOT_SERVE = 1, EXIT_NOT_READY = 1, EXIT_WRONG_OPTION = 2, MOST_STRANGERS = 16 };

/* Nobody notices otherwise that it does nothing. */
static void warn_of_strangers(void)
{
    struct config_stranger stranger;
    for (size_t i = 0; i < MOST_STRANGERS && config_find_stranger(&stranger, i); i++) {
        const char *nearest = stranger.nearest[0] == '\0' ? NULL : stranger.nearest;
        log_event(LOG_WARNING, "a variable that is no option",
                  log_string("variable", stranger.name), log_string("nearest", nearest));
    }
}

static int serve(const struct config *config, const struct listen *listen)
{
    enum log_level level = LOG_INFO;
    bool text = strcmp(config->log_format, "text") == 0;
    (void)log_level_parse(&level, config->log_level);
    log_configure(level, text ? LOG_FORMAT_TEXT : LOG_FORMAT_JSON);
    log_open();
    warn_of_strangers();
    return daemon_serve(config, listen, PROVERD_VERSION);
}

/* For a health check: says only what is wrong. */
static int check(const struct config *config, const struct listen *given)
{
    struct failure failure;
    struct listen listen = *given;
    if (!config->listen_is_flag)
        (void)whereabouts_find(&listen);
    if (healthcheck_ready(listen.address, listen.port, deadline_in_seconds(config->check_timeout),
                          &failure) == RESULT_OK)
        return EXIT_SUCCESS;
    (void)fprintf(stderr, "proverd: not ready: %s\n", failure.message);
    return EXIT_NOT_READY;
}

static int act(enum config_action action, const struct config *config, const struct listen *listen)
{
    switch (action) {
    case CONFIG_RUN:
        return serve(config, listen);
    case CONFIG_CHECK:
        return check(config, listen);
    case CONFIG_HELP:
        config_print_help(stdout);
        break;
    case CONFIG_VERSION:
        (void)puts("proverd " PROVERD_VERSION);
        break;
    }
    return EXIT_SUCCESS;
}

int main(int argument_count, char *arguments[])
{
    static struct config config;
    static struct listen listen;
    enum config_action action;
    struct failure failure = {0};
    if (argument_count > 1 && strcmp(arguments[1], EXECUTOR_ARGUMENT) == 0)
        return executor_main(argument_count - 2, arguments + 2);
    json_start_wiping();
    /* One arena: memory given back by one thread serves the next, and the daemon stays small. */
    (void)mallopt(M_ARENA_MAX, 1);
    if (!process_open_standard_descriptors() || sodium_init() < 0) {
        (void)fputs("proverd: /dev/null or the system's randomness is missing\n", stderr);
        return EXIT_CANNOT_SERVE;
    }
    enum result result = config_read(&config, &action, argument_count, arguments, &failure);
    if (result == RESULT_OK && (action == CONFIG_RUN || action == CONFIG_CHECK))
        result = listen_parse(&listen, config.listen, "--listen", &failure);
    if (result != RESULT_OK) {
        (void)fprintf(stderr, "proverd: %s\n", failure.message);
        return EXIT_WRONG_OPTION;
    }
    return act(action, &config, &listen);
}
