#include "base/events.h"

#include <msgpack/sysdep.h>
#include <msgpack/unpack.h>
#include <msgpack/unpack_define.h>
#include <stdlib.h>

#include "base/check.h"

/* What the template passes to each callback. */
struct events {
    struct pack_handler handler;
    void *context;
    const unsigned char *data; /* of this feed: it may have moved since the last one */
    uint32_t depth;
    bool refused;
};
typedef struct events parse_events;
typedef struct pack_value pack_value;

#define msgpack_unpack_struct(name) struct parse##name
#define msgpack_unpack_func(ret, name) static inline ret parse##name
#define msgpack_unpack_callback(name) on##name
#define msgpack_unpack_object pack_value
#define msgpack_unpack_user parse_events

enum { GO_ON = 0, STOP = MSGPACK_UNPACK_PARSE_ERROR };

static int decide(parse_events *events, bool accepted)
{
    events->refused = !accepted;
    return accepted ? GO_ON : STOP;
}

static int on_integer(parse_events *events, uint64_t integer, pack_value *value)
{
    *value = (pack_value){.kind = PACK_INTEGER, .depth = events->depth, .integer = integer};
    return GO_ON;
}

static int on_other(parse_events *events, pack_value *value)
{
    *value = (pack_value){.kind = PACK_OTHER, .depth = events->depth};
    return GO_ON;
}

static int on_signed(parse_events *events, int64_t integer, pack_value *value)
{
    return integer < 0 ? on_other(events, value) : on_integer(events, (uint64_t)integer, value);
}

static int on_uint8(parse_events *events, uint8_t integer, pack_value *value)
{
    return on_integer(events, integer, value);
}

static int on_uint16(parse_events *events, uint16_t integer, pack_value *value)
{
    return on_integer(events, integer, value);
}

static int on_uint32(parse_events *events, uint32_t integer, pack_value *value)
{
    return on_integer(events, integer, value);
}

static int on_uint64(parse_events *events, uint64_t integer, pack_value *value)
{
    return on_integer(events, integer, value);
}

static int on_int8(parse_events *events, int8_t integer, pack_value *value)
{
    return on_signed(events, integer, value);
}

static int on_int16(parse_events *events, int16_t integer, pack_value *value)
{
    return on_signed(events, integer, value);
}

static int on_int32(parse_events *events, int32_t integer, pack_value *value)
{
    return on_signed(events, integer, value);
}

static int on_int64(parse_events *events, int64_t integer, pack_value *value)
{
    return on_signed(events, integer, value);
}

static int on_float(parse_events *events, float number, pack_value *value)
{
    (void)number;
    return on_other(events, value);
}

static int on_double(parse_events *events, double number, pack_value *value)
{
    (void)number;
    return on_other(events, value);
}

static int on_nil(parse_events *events, pack_value *value)
{
    return on_other(events, value);
}

static int on_true(parse_events *events, pack_value *value)
{
    return on_other(events, value);
}

static int on_false(parse_events *events, pack_value *value)
{
    return on_other(events, value);
}

/* `integer` says where in the data the bytes are, for a key whose value comes in a later feed. */
static int on_raw(parse_events *events, enum pack_kind kind, const char *start, const char *bytes,
                  unsigned int length, pack_value *value)
{
    *value = (pack_value){.kind = kind,
                          .depth = events->depth,
                          .length = length,
                          .integer = length == 0 ? 0 : (uint64_t)(bytes - start),
                          .bytes = (const unsigned char *)bytes};
    return GO_ON;
}

static int on_str(parse_events *events, const char *start, const char *bytes, unsigned int length,
                  pack_value *value)
{
    return on_raw(events, PACK_STRING, start, bytes, length, value);
}

static int on_bin(parse_events *events, const char *start, const char *bytes, unsigned int length,
                  pack_value *value)
{
    return on_raw(events, PACK_BYTES, start, bytes, length, value);
}

static int on_ext(parse_events *events, const char *start, const char *bytes, unsigned int length,
                  pack_value *value)
{
    (void)start, (void)bytes, (void)length;
    return on_other(events, value);
}

static pack_value on_root(parse_events *events)
{
    (void)events;
    return (pack_value){.kind = PACK_OTHER};
}

static int open_container(parse_events *events, enum pack_kind kind, unsigned int count,
                          pack_value *value)
{
    *value = (pack_value){.kind = kind, .depth = events->depth, .length = count};
    /* An empty container is closed at once: the template calls no item callback for it. */
    if (count > 0)
        events->depth++;
    return decide(events,
                  events->handler.opened == NULL || events->handler.opened(events->context, value));
}

static int on_array(parse_events *events, unsigned int count, pack_value *value)
{
    return open_container(events, PACK_ARRAY, count, value);
}

static int on_map(parse_events *events, unsigned int count, pack_value *value)
{
    return open_container(events, PACK_MAP, count, value);
}

/* A whole item, itself perhaps a container that has just closed: depth is its parent's again. */
static int on_array_item(parse_events *events, pack_value *array, pack_value item)
{
    events->depth = array->depth + 1;
    return decide(events, events->handler.array_item == NULL ||
                              events->handler.array_item(events->context, array, &item));
}

static int on_map_item(parse_events *events, pack_value *map, pack_value key, pack_value value)
{
    events->depth = map->depth + 1;
    if (key.kind == PACK_STRING || key.kind == PACK_BYTES)
        key.bytes = events->data + key.integer;
    return decide(events, events->handler.map_item == NULL ||
                              events->handler.map_item(events->context, map, &key, &value));
}

#include <msgpack/unpack_template.h>

struct pack_parser {
    struct parse_context parse;
};

struct pack_parser *pack_parser_create(const struct pack_handler *handler, void *context)
{
    struct pack_parser *parser = calloc(1, sizeof(*parser));
    if (parser == NULL)
        return NULL;
    parser->parse.user = (parse_events){.handler = *handler, .context = context};
    parse_init(&parser->parse);
    return parser;
}

void pack_parser_destroy(struct pack_parser *parser)
{
    free(parser);
}

/* Whether it waits for a string, bin or ext that is too long; `trail` is then its length. */
static bool is_too_long(const struct parse_context *parse)
{
    uint32_t longest = parse->user.handler.longest;
    bool in_raw = parse->cs == MSGPACK_ACS_STR_VALUE || parse->cs == MSGPACK_ACS_BIN_VALUE ||
                  parse->cs == MSGPACK_ACS_EXT_VALUE;
    return longest > 0 && in_raw && parse->trail > longest;
}

static enum pack_status feed(struct parse_context *parse, size_t *offset, const unsigned char *data,
                             size_t length)
{
    parse->user.data = data;
    int status = parse_execute(parse, (const char *)data, length, offset);
    /* A claim is refused when it is made: waiting for its bytes would mean to keep them all. */
    if (status == 0 && is_too_long(parse))
        return PACK_MALFORMED;
    if (status == 0)
        return PACK_MORE;
    if (status > 0)
        return PACK_DONE;
    return parse->user.refused ? PACK_REFUSED : PACK_MALFORMED;
}

enum pack_status pack_parser_feed(struct pack_parser *parser, size_t *offset,
                                  const unsigned char *data, size_t length)
{
    CHECK(*offset <= length);
    return feed(&parser->parse, offset, data, length);
}

static bool spend_count(void *context, const struct pack_value *container)
{
    size_t *left = context;
    size_t claimed = (size_t)container->length * (container->kind == PACK_MAP ? 2 : 1);
    if (claimed > *left)
        return false;
    *left -= claimed;
    return true;
}

bool pack_counts_fit(const unsigned char *data, size_t length)
{
    size_t left = length;
    size_t offset = 0;
    struct parse_context parse = {
        .user = {.handler = {.opened = spend_count}, .context = &left},
    };
    parse_init(&parse);
    return length > 0 && feed(&parse, &offset, data, length) == PACK_DONE && offset == length;
}
