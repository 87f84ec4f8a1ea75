/* Where a circuit's rows come from: kinds of gates, opcodes, and lines of source. */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noir/acir/acir.h"
#include "noir/debug_info/debug_info.h"
#include "ultrahonk/circuit/trace.h"
#include "ultrahonk/cli/cli_internal.h"

enum { JSON_OPTION = 256, MOST_PLACES = 64, SHOWN_LINES = 20, NAMES = 32 };

static const char help[] =
    "usage: ultrahonk gates -b CIRCUIT.json [--json]\n"
    "\n"
    "Prints how many rows a circuit takes, by kind of gate, by the opcodes that made them and,\n"
    "where the circuit has debug symbols, by lines of source, the largest first. The rows decide\n"
    "what a proof costs: they are filled up to the next power of two.\n"
    "\n"
    "  -b, --bytecode_path FILE        the circuit, as nargo writes it (target/NAME.json)\n"
    "      --json                      all of it, for programs\n"
    "\n"
    "Exit codes: 0 done, 1 the circuit has an opcode that bb refuses or that is not supported\n"
    "here, 2 something is missing.";

static const char *const block_names[BLOCK_COUNT] = {
    [BLOCK_PUBLIC_INPUTS] = "public inputs",
    [BLOCK_LOOKUP] = "lookup",
    [BLOCK_ARITHMETIC] = "arithmetic",
    [BLOCK_RANGE] = "range",
    [BLOCK_ELLIPTIC] = "elliptic",
    [BLOCK_MEMORY] = "memory",
    [BLOCK_NON_NATIVE] = "non-native field",
    [BLOCK_POSEIDON2_EXTERNAL] = "Poseidon2 external",
    [BLOCK_POSEIDON2_INTERNAL] = "Poseidon2 internal"};

/* Rows under a name, of an opcode or a line. The name is borrowed. */
struct share {
    const char *name;
    uint32_t line; /* 0: not of a source */
    size_t rows;
    size_t opcodes;
};

struct shares {
    struct share *list;
    size_t count;
    size_t room;
};

struct count {
    const struct acir_circuit *circuit;
    const struct trace *trace;
    size_t *rows; /* of each opcode */
    size_t common;
    struct shares opcodes;
    struct shares lines;
};

/* Linear over the names; lines are sought backwards, as neighbours come one after the other. */
static bool add(struct shares *shares, const char *name, uint32_t line, size_t rows)
{
    size_t at = shares->count;
    while (at > 0 &&
           (shares->list[at - 1].line != line || strcmp(shares->list[at - 1].name, name) != 0))
        at--;
    if (at == 0) {
        if (shares->count == shares->room) {
            size_t room = shares->room == 0 ? NAMES : 2 * shares->room;
            struct share *list = realloc(shares->list, room * sizeof(*list));
            if (list == NULL)
                return false;
            shares->list = list;
            shares->room = room;
        }
        shares->list[shares->count++] = (struct share){.name = name, .line = line};
        at = shares->count;
    }
    shares->list[at - 1].rows += rows;
    shares->list[at - 1].opcodes++;
    return true;
}

static void count_rows(struct count *count)
{
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        struct trace_rows rows = trace_block_rows(count->trace, (enum trace_block)i);
        for (size_t row = 0; row < rows.count; row++) {
            if (rows.opcodes[row] == TRACE_NO_OPCODE)
                count->common++;
            else
                count->rows[rows.opcodes[row]]++;
        }
    }
}

static bool add_line(struct count *count, const struct debug_symbols *symbols, uint32_t opcode)
{
    struct debug_place places[MOST_PLACES];
    struct acvm_location location = {.opcode = opcode};
    struct acvm_error error = {.locations = &location, .location_count = 1};
    size_t found = debug_symbols_locate(symbols, &error, places, MOST_PLACES);
    const struct debug_place *place = debug_own_place(places, found);
    return place == NULL || add(&count->lines, place->path, place->line, count->rows[opcode]);
}

static int compare(const void *left, const void *right)
{
    const struct share *a = left;
    const struct share *b = right;
    return (a->rows < b->rows) - (a->rows > b->rows);
}

static void sort(struct shares *shares)
{
    if (shares->count > 0)
        qsort(shares->list, shares->count, sizeof(*shares->list), compare);
}

static bool share_out(struct count *count, const struct debug_symbols *symbols)
{
    bool done = true;
    count_rows(count);
    for (uint32_t i = 0; i < count->circuit->opcode_count && done; i++) {
        const char *name = trace_opcode_name(&count->circuit->opcodes[i]);
        done = add(&count->opcodes, name, 0, count->rows[i]) &&
               (symbols == NULL || count->rows[i] == 0 || add_line(count, symbols, i));
    }
    sort(&count->opcodes);
    sort(&count->lines);
    return done;
}

static void print_shares(const char *title, const struct shares *shares, size_t most)
{
    if (shares->count > 0)
        (void)printf("\n%s\n", title);
    for (size_t i = 0; i < shares->count && i < most; i++) {
        const struct share *share = &shares->list[i];
        if (share->line == 0)
            (void)printf("  %9zu  %s, %zu of them\n", share->rows, share->name, share->opcodes);
        else
            (void)printf("  %9zu  %s:%u\n", share->rows, share->name, share->line);
    }
    if (shares->count > most)
        (void)printf("             and %zu more: --json has all\n", shares->count - most);
}

static void print_text(const struct count *count)
{
    const struct trace *trace = count->trace;
    (void)printf("%zu rows used of 2^%zu\n\nrows by kind of gate\n", trace_end(trace),
                 trace_log_rows(trace));
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        size_t rows = trace_block_rows(trace, (enum trace_block)i).count;
        if (rows > 0)
            (void)printf("  %9zu  %s\n", rows, block_names[i]);
    }
    if (trace_table_rows(trace) > 0)
        (void)printf("  %9zu  of tables, beside them from the first lookup on\n",
                     trace_table_rows(trace));
    print_shares("rows by opcode", &count->opcodes, SIZE_MAX);
    (void)printf("  %9zu  shared: constants, range lists, public inputs\n", count->common);
    print_shares("rows by line of source", &count->lines, SHOWN_LINES);
}

static json_t *json_of(const struct shares *shares)
{
    json_t *list = json_array();
    for (size_t i = 0; i < shares->count; i++) {
        const struct share *share = &shares->list[i];
        json_t *entry =
            json_pack("{s:s, s:I, s:I}", share->line == 0 ? "opcode" : "file", share->name, "rows",
                      (json_int_t)share->rows, "opcodes", (json_int_t)share->opcodes);
        if (share->line != 0)
            (void)json_object_set_new(entry, "line", json_integer(share->line));
        (void)json_array_append_new(list, entry);
    }
    return list;
}

static bool print_json(const struct count *count)
{
    json_t *kinds = json_object();
    for (size_t i = 0; i < BLOCK_COUNT; i++)
        (void)json_object_set_new(
            kinds, block_names[i],
            json_integer((json_int_t)trace_block_rows(count->trace, (enum trace_block)i).count));
    json_t *all = json_pack("{s:I, s:I, s:I, s:o, s:o, s:I, s:o}", "rows",
                            (json_int_t)trace_end(count->trace), "logRows",
                            (json_int_t)trace_log_rows(count->trace), "tableRows",
                            (json_int_t)trace_table_rows(count->trace), "kinds", kinds, "opcodes",
                            json_of(&count->opcodes), "sharedRows", (json_int_t)count->common,
                            "lines", json_of(&count->lines));
    bool printed = all != NULL && json_dumpf(all, stdout, JSON_INDENT(2)) == 0 && puts("") >= 0;
    json_decref(all);
    return printed;
}

static enum cli_exit report(const struct acir_program *program, const struct trace *trace,
                            const struct debug_symbols *symbols, bool as_json)
{
    struct count count = {.circuit = &program->circuits[0], .trace = trace};
    enum cli_exit end = CLI_DONE;
    count.rows = calloc((size_t)count.circuit->opcode_count + 1, sizeof(*count.rows));
    if (count.rows == NULL || !share_out(&count, symbols))
        end = cli_fail("there is no memory");
    else if (!as_json)
        print_text(&count);
    else if (!print_json(&count))
        end = cli_fail("the JSON could not be written");
    free(count.rows);
    free(count.opcodes.list);
    free(count.lines.list);
    return end;
}

enum cli_exit cli_gates(int count, char *arguments[])
{
    static const struct option long_options[] = {{"bytecode_path", required_argument, NULL, 'b'},
                                                 {"json", no_argument, NULL, JSON_OPTION},
                                                 {"help", no_argument, NULL, 'h'},
                                                 {NULL, 0, NULL, 0}};
    struct acir_program *program = NULL;
    struct trace *trace = NULL;
    const char *path = NULL;
    bool as_json = false;
    int option;
    while ((option = getopt_long(count, arguments, "b:h", long_options, NULL)) != -1) {
        if (option == 'h')
            return puts(help) >= 0 ? CLI_DONE : CLI_CANNOT_SAY;
        if (option == 'b')
            path = optarg;
        else if (option == JSON_OPTION)
            as_json = true;
        else
            return cli_fail("see ultrahonk gates --help");
    }
    if (path == NULL || optind != count)
        return cli_fail("a circuit by -b: see ultrahonk gates --help");
    enum cli_exit end = cli_read_circuit(&program, &trace, path);
    if (end != CLI_DONE)
        return end;
    struct debug_symbols *symbols = cli_read_symbols(path);
    end = report(program, trace, symbols, as_json);
    debug_symbols_free(symbols);
    trace_free(trace);
    acir_program_free(program);
    return end;
}
