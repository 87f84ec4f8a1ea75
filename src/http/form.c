#include "http/form.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/request.h"

enum { PIECE_BYTES = 4096 };

struct form {
    struct MHD_PostProcessor *processor;
    struct form_field *fields;
    size_t left;
    struct failure failure; /* the first that there was */
};

static struct form_field *find_field(struct form *form, const char *name)
{
    for (struct form_field *field = form->fields; name != NULL && field->name != NULL; field++)
        if (strcmp(field->name, name) == 0)
            return field;
    return NULL;
}

static enum result refuse_field(const struct form *form, const char *name, struct failure *failure)
{
    char names[128] = "";
    for (const struct form_field *field = form->fields; field->name != NULL; field++) {
        size_t used = strlen(names);
        (void)snprintf(names + used, sizeof(names) - used, "%s%s", used == 0 ? "" : ", ",
                       field->name);
    }
    return failure_set(failure, RESULT_BODY_MALFORMED,
                       "there is no field \"%.64s\" in this form, which takes %s; names are "
                       "matched exactly, and all else stands in the query",
                       name == NULL ? "" : name, names);
}

static enum result fill_field(struct form *form, struct form_field *field, const char *bytes,
                              uint64_t offset, size_t length)
{
    if (offset == 0 && field->seen)
        return failure_set(&form->failure, RESULT_BODY_MALFORMED,
                           "the form has the field %s twice: send it once", field->name);
    if (length > form->left)
        return failure_set(&form->failure, RESULT_BODY_TOO_LARGE, "the form's files are too long");
    if (!buffer_append(field->bytes, bytes, length))
        return failure_set(&form->failure, RESULT_INTERNAL, "no memory for the form");
    field->seen = true;
    form->left -= length;
    return RESULT_OK;
}

static enum MHD_Result take_piece(void *context, enum MHD_ValueKind kind, const char *name,
                                  const char *file, const char *content_type, const char *encoding,
                                  const char *bytes, uint64_t offset, size_t length)
{
    struct form *form = context;
    struct form_field *field = find_field(form, name);
    (void)kind, (void)file, (void)content_type, (void)encoding;
    if (form->failure.result != RESULT_OK)
        return MHD_NO;
    enum result result = field == NULL ? refuse_field(form, name, &form->failure)
                                       : fill_field(form, field, bytes, offset, length);
    return result == RESULT_OK ? MHD_YES : MHD_NO;
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
    if (form->failure.result != RESULT_OK) {
        *failure = form->failure;
        return failure->result;
    }
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
