/* multipart/form-data, read by libmicrohttpd. Private to http/. */
#ifndef HTTP_FORM_INTERNAL_H
#define HTTP_FORM_INTERNAL_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/failure.h"

struct request;

/* A field to be filled; the list ends with a NULL name. */
struct form_field {
    const char *name;
    struct buffer *bytes;
};

struct form;

/*
 * Reads the request's body into the fields, of `most` bytes together; fields of other names are
 * skipped. The fields are borrowed for the form's life. NULL when the request's headers name no
 * boundary, or for lack of memory.
 */
struct form *form_create(struct request *request, const struct form_field *fields, size_t most);
void form_destroy(struct form *form);

/* RESULT_BODY_TOO_LARGE, RESULT_BODY_MALFORMED or RESULT_INTERNAL. */
enum result form_feed(struct form *form, const unsigned char *bytes, size_t length,
                      struct failure *failure);

#endif
