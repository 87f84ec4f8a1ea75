/* Media types as Content-Type and Accept name them (RFC 9110, sections 8.3 and 12.5.1). Pure. */
#ifndef HTTP_MEDIA_TYPE_H
#define HTTP_MEDIA_TYPE_H

#include <stdbool.h>
#include <stddef.h>

/* True when a header like "application/json, text/plain;q=0.5" names the media type. */
bool media_type_listed(const char *header, const char *media_type);

/*
 * The place of the offered type that an Accept header wants most, by its weights; the first for no
 * header, and for one that wants none of them.
 */
size_t media_type_choose(const char *accept, const char *const *offered, size_t count);

#endif
