#include "noir/witness/values.h"

#include <string.h>

#include "base/check.h"
#include "base/events.h"

enum { FORMAT_BYTES = 1 };

struct values {
    struct field *values;
    size_t count;
};

static bool take(void *context, const struct pack_value *map, const struct pack_value *key,
                 const struct pack_value *value)
{
    const struct values *values = context;
    (void)map;
    CHECK(key->kind == PACK_INTEGER && key->integer < values->count);
    CHECK(value->kind == PACK_BYTES && value->length == FIELD_BYTES);
    CHECK(field_from_bytes(&values->values[key->integer], value->bytes));
    return true;
}

bool witness_values_read(struct field *values, size_t count, const unsigned char *bytes,
                         size_t length)
{
    static const struct pack_handler handler = {.map_item = take};
    struct values context = {values, count};
    struct pack_parser *parser = pack_parser_create(&handler, &context);
    size_t offset = FORMAT_BYTES;
    if (parser == NULL)
        return false;
    memset(values, 0, count * sizeof(*values));
    CHECK(pack_parser_feed(parser, &offset, bytes, length) == PACK_DONE);
    pack_parser_destroy(parser);
    return true;
}
