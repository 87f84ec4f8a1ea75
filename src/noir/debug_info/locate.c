#include <string.h>

#include "noir/debug_info/debug_info_internal.h"

/* Where the places are written; when there is no more room the outermost go. */
struct trail {
    struct debug_place *places;
    size_t room;
    size_t count;
};

static void add_place(struct trail *trail, const struct debug_place *place)
{
    if (trail->room == 0)
        return;
    if (trail->count == trail->room) {
        for (size_t index = 1; index < trail->count; index++)
            trail->places[index - 1] = trail->places[index];
        trail->count--;
    }
    trail->places[trail->count++] = *place;
}

static bool find_place(const struct debug_symbols *symbols, const struct source_node *node,
                       struct debug_place *place)
{
    for (size_t index = 0; index < symbols->file_count; index++) {
        const struct source_file *file = &symbols->files[index];
        if (file->identifier != node->file)
            continue;
        *place = (struct debug_place){file->path, 1, 1};
        for (size_t byte = 0; byte < node->offset && byte < file->length; byte++) {
            if (file->source[byte] == '\n') {
                place->line++;
                place->column = 1;
            } else if (((unsigned char)file->source[byte] & 0xc0) != 0x80) {
                /* The bytes that go on with a UTF-8 character are no characters themselves. */
                place->column++;
            }
        }
        return true;
    }
    return false;
}

/* How many nodes there are on the way from a node to its root, without that. */
static size_t depth_of(const struct circuit_symbols *circuit, uint32_t node)
{
    size_t depth = 0;
    for (; circuit->nodes[node].parent != NO_PARENT; node = circuit->nodes[node].parent)
        depth++;
    return depth;
}

/* Adds the calls that led to a node, and the node; only the last that there is room for. */
static void add_node(struct trail *trail, const struct debug_symbols *symbols,
                     const struct circuit_symbols *circuit, uint32_t node)
{
    size_t depth = depth_of(circuit, node);
    size_t kept = depth < trail->room ? depth : trail->room;
    for (size_t steps_up = kept; steps_up-- > 0;) {
        uint32_t at = node;
        for (size_t step = 0; step < steps_up; step++)
            at = circuit->nodes[at].parent;
        struct debug_place place;
        if (find_place(symbols, &circuit->nodes[at], &place))
            add_place(trail, &place);
    }
}

static void add_opcode(struct trail *trail, const struct debug_symbols *symbols,
                       const struct circuit_symbols *circuit, const struct opcode_places *places,
                       uint32_t opcode)
{
    size_t low = 0;
    size_t high = places->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places->places[middle].opcode < opcode)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < places->count && places->places[low].opcode == opcode)
        add_node(trail, symbols, circuit, places->places[low].node);
}

static const struct opcode_places *brillig_places(const struct circuit_symbols *circuit,
                                                  uint32_t function)
{
    for (size_t index = 0; index < circuit->brillig_count; index++) {
        if (circuit->brillig[index].function == function)
            return &circuit->brillig[index];
    }
    return NULL;
}

size_t debug_symbols_locate(const struct debug_symbols *symbols, const struct acvm_error *error,
                            struct debug_place *places, size_t room)
{
    if (error->circuit_function >= symbols->circuit_count || error->location_count == 0)
        return 0;
    const struct circuit_symbols *circuit = &symbols->circuits[error->circuit_function];
    struct trail trail = {places, room, 0};
    add_opcode(&trail, symbols, circuit, &circuit->opcodes, error->locations[0].opcode);
    const struct opcode_places *brillig =
        error->in_brillig ? brillig_places(circuit, error->brillig_function) : NULL;
    /* Those that there is room for, were each only one place. */
    size_t first = error->location_count > room ? error->location_count - room : 0;
    for (size_t index = first; brillig != NULL && index < error->location_count; index++)
        add_opcode(&trail, symbols, circuit, brillig, error->locations[index].brillig_opcode);
    return trail.count;
}

const struct debug_place *debug_own_place(const struct debug_place *places, size_t count)
{
    static const char library[] = "std/";
    while (count > 0) {
        count--;
        if (strncmp(places[count].path, library, sizeof(library) - 1) != 0)
            return &places[count];
    }
    return NULL;
}
