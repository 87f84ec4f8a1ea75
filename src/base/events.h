/*
 * MessagePack as a stream of events: nothing is allocated, whatever a header claims, and parsing
 * can stop anywhere and go on when more bytes have come. It is msgpack-c's own parser, instantiated
 * from its template; msgpack_unpack() of the same library allocates by the counts that headers
 * claim.
 */
#ifndef BASE_EVENTS_H
#define BASE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pack_kind { PACK_INTEGER, PACK_BYTES, PACK_STRING, PACK_ARRAY, PACK_MAP, PACK_OTHER };

/* One value. Containers are shown when they open; their items follow. */
struct pack_value {
    enum pack_kind kind;
    uint32_t depth;             /* containers around it; 0 for the outermost */
    uint32_t length;            /* bytes; or the count of a container's items or pairs */
    uint64_t integer;           /* PACK_INTEGER, never negative: a negative number is PACK_OTHER */
    const unsigned char *bytes; /* PACK_BYTES and PACK_STRING, for the time of the event only */
};

/*
 * What to do at each event; each may be NULL. Returning false ends the parse. `opened` comes when a
 * container's header has been read, `array_item` and `map_item` when an item or pair is whole.
 */
struct pack_handler {
    bool (*opened)(void *context, const struct pack_value *container);
    bool (*array_item)(void *context, const struct pack_value *array,
                       const struct pack_value *item);
    bool (*map_item)(void *context, const struct pack_value *map, const struct pack_value *key,
                     const struct pack_value *value);
    uint32_t longest; /* bytes of a string, bin or ext; a longer one is malformed. 0: any length */
};

enum pack_status {
    PACK_MORE,      /* the value is not whole yet */
    PACK_DONE,      /* the value ends at *offset; the rest was not looked at */
    PACK_REFUSED,   /* the handler returned false */
    PACK_MALFORMED, /* no MessagePack, or nested deeper than msgpack-c goes (32) */
};

struct pack_parser;

/* One parse of one value. NULL for lack of memory. The handler is copied, the context borrowed. */
struct pack_parser *pack_parser_create(const struct pack_handler *handler, void *context);
void pack_parser_destroy(struct pack_parser *parser);

/*
 * Parses data[*offset..length) and moves *offset past what it read. After PACK_MORE call it again
 * with the same bytes and more behind them (they may have moved); after any other status never.
 */
enum pack_status pack_parser_feed(struct pack_parser *parser, size_t *offset,
                                  const unsigned char *data, size_t length);

/*
 * True when data holds exactly one value whose every container can be as long as it claims, so that
 * msgpack_unpack() may be trusted with it. Proof: each item takes at least one byte and belongs to
 * one container, so in a whole value the claims sum to less than the bytes; this holds the running
 * sum to that before an item is looked at.
 */
bool pack_counts_fit(const unsigned char *data, size_t length);

#endif
