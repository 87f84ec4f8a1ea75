#include <stdio.h>
#include <string.h>

#include "daemon/config_internal.h"

enum { COLUMNS = 80, INDENT = 6 };

/* Words, as many to a line as it takes, behind `INDENT` blanks. */
static void print_wrapped(FILE *out, const char *text)
{
    size_t column = INDENT;
    (void)fprintf(out, "%*s", INDENT, "");
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (column > INDENT && column + 1 + length > COLUMNS) {
            (void)fprintf(out, "\n%*s", INDENT, "");
            column = INDENT;
        } else if (column > INDENT) {
            (void)fputc(' ', out);
            column++;
        }
        (void)fprintf(out, "%.*s", (int)length, text);
        column += length;
        text += length + strspn(text + length, " ");
    }
    (void)fputc('\n', out);
}

static void print_option(FILE *out, const struct option *option)
{
    char variable[CONFIG_VARIABLE_BYTES];
    char number[QUANTITY_BYTES_OF_TEXT];
    const char *by_default = option->text_default;
    if (option->kind == OPTION_GROUP) {
        (void)fprintf(out, "\n%s:\n", option->help);
        return;
    }
    option_variable(variable, option);
    (void)fprintf(out, "  --%s %s\n", option->flag, option->value);
    print_wrapped(out, option->help);
    if (option->kind == OPTION_NUMBER) {
        quantity_write(number, quantity_of(option->value), option->number_default);
        by_default = number;
    }
    if (option->kind == OPTION_LIST)
        (void)fprintf(out, "%*s[%s, repeatable]\n", INDENT, "", variable);
    else
        (void)fprintf(out, "%*s[%s, default %s]\n", INDENT, "", variable,
                      by_default[0] == '\0' ? "none" : by_default);
}

void config_print_help(FILE *out)
{
    (void)fputs("Usage: proverd [OPTION VALUE]...\n"
                "\n"
                "Serves UltraHonk proofs of Noir circuits over HTTP, made by Barretenberg's bb.\n"
                "Send it a witness, get a proof that verifies:\n"
                "\n"
                "  proverd --circuit target/circuit.json --crs-path ~/.bb-crs\n"
                "  curl --data-binary @target/circuit.gz \\\n"
                "       -H 'Content-Type: application/octet-stream' \\\n"
                "       http://127.0.0.1:8080/api/prove --output proof\n"
                "\n"
                "http://127.0.0.1:8080/api/docs describes the rest of what it answers.\n"
                "\n"
                "An option wins over its environment variable, in brackets below, which wins\n"
                "over the default. --option VALUE and --option=VALUE are the same. An empty\n"
                "variable is none. That of a repeatable option takes a list with commas.\n"
                "\n"
                "BYTES may be given as 512M or 2G: K, M, G and T, also written KiB and so on,\n"
                "are each 1024 of the one before. SECONDS may be given as 90s, 5m, 2h or 1d.\n"
                "Both are whole numbers, without a blank or a sign.\n",
                out);
    for (size_t i = 0; i < option_count; i++)
        print_option(out, &option_table[i]);
    (void)fputs("\n"
                "Instead of serving:\n"
                "  --check\n"
                "      ask the server whether it is ready, and exit: that at --listen, else the\n"
                "      one that runs beside it, else that at PROVERD_LISTEN or the default\n"
                "  --version\n"
                "      print the version\n"
                "  --help\n"
                "      print this\n"
                "\n"
                "Signals: SIGHUP reads the circuits' folder and the API keys again; SIGTERM and\n"
                "SIGINT stop it, after the time of --grace for what it has begun.\n"
                "\n"
                "Exit status: 0 stopped as told, or ready; 1 cannot serve, or not ready (the\n"
                "reason is on standard error); 2 an option is wrong.\n",
                out);
}
