/* Commands of the program `ultrahonk`, with bb's words for what bb has, too. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <ultrahonk.h>

#include "ultrahonk/cli/cli_internal.h"

static const struct {
    const char *name;
    enum cli_exit (*run)(int count, char *arguments[]);
    const char *about;
} commands[] = {
    {"prove", cli_prove, "makes a proof from a circuit and a witness"},
    {"verify", cli_verify, "says whether a proof is right"},
    {"gates", cli_gates, "says where a circuit's rows come from"},
    {"write_vk", cli_write_vk, "computes a circuit's verification key"},
    {"development_crs", cli_development_crs, "makes a CRS for tests, of any size and no worth"},
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

enum cli_exit cli_fail(const char *format, ...)
{
    va_list arguments;
    (void)fputs("ultrahonk: ", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    return CLI_CANNOT_SAY;
}

static enum cli_exit print_help(void)
{
    (void)puts("usage: ultrahonk COMMAND [OPTION...]\n"
               "\n"
               "UltraHonk proofs as bb 5.0.0 makes them.\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        (void)printf("  %-16s %s\n", commands[i].name, commands[i].about);
    (void)puts(
        "\n`ultrahonk COMMAND --help` explains a command; `ultrahonk --version` says which this "
        "is.");
    return CLI_DONE;
}

int main(int count, char *arguments[])
{
    const char *command = count > 1 ? arguments[1] : "--help";
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(command, commands[i].name) == 0)
            return (int)commands[i].run(count - 1, arguments + 1);
    if (strcmp(command, "--version") == 0)
        return printf("ultrahonk %s\n", ultrahonk_version()) > 0 ? CLI_DONE : CLI_CANNOT_SAY;
    if (strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0)
        return (int)print_help();
    return (int)cli_fail("there is no command \"%s\": see ultrahonk --help", command);
}
