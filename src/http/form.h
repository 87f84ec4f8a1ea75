/* multipart/form-data, read by libmicrohttpd. */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/failure.h"

struct request;

/* A field to be filled; the list ends with a NULL name. */
struct form_field {
    const char *name;
    struct buffer *bytes;
    bool seen; /* the form has it, empty or not */
};

struct form;

/*
 * Reads the request's body into the fields, of `most` bytes together. The fields are borrowed for
 * the form's life. NULL when the request's headers name no boundary, or for lack of memory.
 */
struct form *form_create(struct request *request, struct form_field *fields, size_t most);

/*
 * RESULT_BODY_TOO_LARGE, RESULT_INTERNAL, or RESULT_BODY_MALFORMED, also for a field twice and for
 * one of another name: names are matched exactly. The failure is the request's, which tells later
 * steps of it, so that the result may be left alone.
 */
enum result form_feed(struct form *form, const unsigned char *bytes, size_t length,
                      struct failure *failure);

/* The body is whole: destroys the form. RESULT_BODY_MALFORMED when its last boundary is missing. */
MUST_USE_RESULT enum result form_finish(struct form *form, struct failure *failure);

/* For a body that never became whole; NULL is fine. */
void form_abandon(struct form *form);

#endif
