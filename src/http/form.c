#include "http/form_internal.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "http/request_internal.h"

enum { PIECE_BYTES = 4096 };

struct form {
    struct MHD_PostProcessor *processor;
    struct form_field *fields;
    size_t left;
    enum result result;
};

static enum MHD_Result take_piece(void *context, enum MHD_ValueKind kind, const char *name,
                                  const char *file, const char *content_type, const char *encoding,
                                  const char *bytes, uint64_t offset, size_t length)
{
    struct form *form = context;
    (void)kind, (void)file, (void)content_type, (void)encoding;
    for (struct form_field *field = form->fields; field->name != NULL; field++) {
        if (name == NULL || strcmp(field->name, name) != 0)
            continue;
        if (offset == 0 && field->seen)
            form->result = RESULT_BODY_MALFORMED;
        else if (length > form->left)
            form->result = RESULT_BODY_TOO_LARGE;
        else if (!buffer_append(field->bytes, bytes, length))
            form->result = RESULT_INTERNAL;
        field->seen = true;
        form->left -= length > form->left ? form->left : length;
    }
    return form->result == RESULT_OK ? MHD_YES : MHD_NO;
}

struct form *form_create(struct request *request, struct form_field *fields, size_t most)
{
    struct form *form = calloc(1, sizeof(*form));
    if (form == NULL)
        return NULL;
    form->fields = fields;
    form->left = most;
    form->processor = MHD_create_post_processor(request->connection, PIECE_BYTES, take_piece, form);
    if (form->processor == NULL) {
        free(form);
        return NULL;
    }
    return form;
}

enum result form_feed(struct form *form, const unsigned char *bytes, size_t length,
                      struct failure *failure)
{
    enum MHD_Result processed = MHD_post_process(form->processor, (const char *)bytes, length);
    if (form->result == RESULT_BODY_TOO_LARGE)
        return failure_set(failure, RESULT_BODY_TOO_LARGE, "the form's files are too long");
    if (form->result == RESULT_BODY_MALFORMED)
        return failure_set(failure, RESULT_BODY_MALFORMED, "the form has a field twice");
    if (form->result != RESULT_OK)
        return failure_set(failure, form->result, "no memory for the form");
    if (processed == MHD_YES)
        return RESULT_OK;
    return failure_set(failure, RESULT_BODY_MALFORMED, "the body is not multipart/form-data");
}

enum result form_finish(struct form *form, struct failure *failure)
{
    bool whole = MHD_destroy_post_processor(form->processor) == MHD_YES;
    free(form);
    if (whole)
        return RESULT_OK;
    return failure_set(failure, RESULT_BODY_MALFORMED,
                       "the form ends before its last boundary; send all of it");
}

void form_abandon(struct form *form)
{
    if (form == NULL)
        return;
    (void)MHD_destroy_post_processor(form->processor);
    free(form);
}
