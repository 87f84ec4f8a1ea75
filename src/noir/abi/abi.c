#include "noir/abi/abi.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "noir/abi/abi_internal.h"

static enum result invalid(struct failure *failure, const char *what)
{
    return failure_set(failure, RESULT_CIRCUIT_INVALID, "%s", what);
}

static enum result no_memory(struct failure *failure)
{
    return failure_set(failure, RESULT_INTERNAL, "no memory for the program's abi");
}

static bool is_public(const json_t *object)
{
    const char *visibility = json_string_value(json_object_get(object, "visibility"));
    return visibility != NULL && strcmp(visibility, "public") == 0;
}

/* The first thing that could not be read, and why; of a name as much as a message has room for. */
static enum result note_unreadable(char **why, const char *what, const char *name,
                                   struct failure *failure)
{
    if (failure->result == RESULT_INTERNAL)
        return RESULT_INTERNAL;
    if (*why == NULL && asprintf(why, "its %s%.100s: %s", what, name, failure->message) < 0) {
        *why = NULL;
        return no_memory(failure);
    }
    return RESULT_OK;
}

/* Adds to what all parameters take, unless that is too much. */
static enum result count_parameter(struct abi *abi, uint32_t *empty, const struct abi_type *type,
                                   struct failure *failure)
{
    if (type->cells > ABI_CELLS_MAX - abi->parameter_cells ||
        type->empty > ABI_EMPTY_VALUES_MAX - *empty)
        return invalid(failure, "with it the parameters have too many values");
    abi->parameter_cells += type->cells;
    *empty += type->empty;
    return RESULT_OK;
}

static enum result read_parameter(struct abi *abi, struct abi_parameter *parameter, uint32_t *empty,
                                  const json_t *object, struct failure *failure)
{
    const char *name = json_string_value(json_object_get(object, "name"));
    parameter->name = strdup(name == NULL ? "" : name);
    if (parameter->name == NULL)
        return no_memory(failure);
    parameter->is_public = is_public(object);
    enum result result =
        name == NULL ? invalid(failure, "it has no name")
                     : abi_type_read(&parameter->type, json_object_get(object, "type"), 0, failure);
    if (result == RESULT_OK)
        result = count_parameter(abi, empty, &parameter->type, failure);
    if (result == RESULT_OK)
        return RESULT_OK;
    abi_type_free(&parameter->type);
    parameter->is_unreadable = true;
    return note_unreadable(&abi->unreadable_parameter, "parameter ", parameter->name, failure);
}

static enum result read_parameters(struct abi *abi, const json_t *list, struct failure *failure)
{
    if (!json_is_array(list) || json_array_size(list) > ABI_CELLS_MAX)
        return invalid(failure, "the program's abi has no list of parameters");
    size_t count = json_array_size(list);
    uint32_t empty = 0;
    abi->parameters = calloc(count > 0 ? count : 1, sizeof(*abi->parameters));
    if (abi->parameters == NULL)
        return no_memory(failure);
    enum result result = RESULT_OK;
    while (result == RESULT_OK && abi->parameter_count < count) {
        const json_t *object = json_array_get(list, abi->parameter_count);
        struct abi_parameter *parameter = &abi->parameters[abi->parameter_count++];
        result = read_parameter(abi, parameter, &empty, object, failure);
    }
    return result;
}

static enum result read_return(struct abi *abi, const json_t *object, struct failure *failure)
{
    if (object == NULL || json_is_null(object))
        return RESULT_OK;
    abi->has_return = true;
    abi->return_is_public = is_public(object);
    if (abi_type_read(&abi->return_type, json_object_get(object, "abi_type"), 0, failure) ==
        RESULT_OK)
        return RESULT_OK;
    abi_type_free(&abi->return_type);
    return note_unreadable(&abi->unreadable_return, "result", "", failure);
}

/* The items of a format string, as the fields of a tuple. */
static enum result read_items(struct abi_error *error, const json_t *object,
                              struct failure *failure)
{
    const json_t *length = json_object_get(object, "length");
    if (!json_is_integer(length) || json_integer_value(length) < 0 ||
        json_integer_value(length) > ABI_CELLS_MAX)
        return invalid(failure, "a format string without a length");
    error->length = (uint32_t)json_integer_value(length);
    json_t *types = json_object_get(object, "item_types");
    if (types == NULL)
        return invalid(failure, "a format string without types");
    json_t *tuple = json_pack("{s:s, s:O}", "kind", "tuple", "fields", types);
    if (tuple == NULL)
        return no_memory(failure);
    enum result result = abi_type_read(&error->type, tuple, 0, failure);
    json_decref(tuple);
    return result;
}

static enum result read_error(struct abi_error *error, const char *selector, const json_t *object,
                              struct failure *failure)
{
    char *end = NULL;
    errno = 0;
    error->selector = strtoull(selector, &end, 10);
    const char *kind = json_string_value(json_object_get(object, "error_kind"));
    if (errno != 0 || end == selector || *end != '\0' || kind == NULL)
        return invalid(failure, "an error type without selector or kind");
    if (strcmp(kind, "string") == 0) {
        const char *string = json_string_value(json_object_get(object, "string"));
        error->kind = ABI_ERROR_STRING;
        if (string == NULL)
            return invalid(failure, "an error without its string");
        error->string = strdup(string);
        return error->string != NULL ? RESULT_OK : no_memory(failure);
    }
    if (strcmp(kind, "fmtstring") == 0) {
        error->kind = ABI_ERROR_FORMAT;
        return read_items(error, object, failure);
    }
    if (strcmp(kind, "custom") != 0)
        return invalid(failure, "an error type of an unknown kind");
    error->kind = ABI_ERROR_CUSTOM;
    return abi_type_read(&error->type, object, 0, failure);
}

static void free_error(struct abi_error *error)
{
    free(error->string);
    abi_type_free(&error->type);
    *error = (struct abi_error){0};
}

static enum result read_errors(struct abi *abi, json_t *object, struct failure *failure)
{
    size_t count = json_object_size(object);
    abi->errors = calloc(count > 0 ? count : 1, sizeof(*abi->errors));
    if (abi->errors == NULL)
        return no_memory(failure);
    const char *selector;
    json_t *error;
    json_object_foreach(object, selector, error)
    {
        struct abi_error *read = &abi->errors[abi->error_count];
        enum result result = read_error(read, selector, error, failure);
        if (result == RESULT_INTERNAL) {
            free_error(read);
            return result;
        }
        /* Without one that is unreadable its assertions have no text. */
        if (result == RESULT_OK)
            abi->error_count++;
        else
            free_error(read);
    }
    return RESULT_OK;
}

enum result abi_read(struct abi **abi, const json_t *object, struct failure *failure)
{
    if (!json_is_object(object))
        return invalid(failure, "the program's abi is no object");
    struct abi *read = calloc(1, sizeof(*read));
    if (read == NULL)
        return no_memory(failure);
    enum result result = read_parameters(read, json_object_get(object, "parameters"), failure);
    if (result == RESULT_OK)
        result = read_return(read, json_object_get(object, "return_type"), failure);
    if (result == RESULT_OK)
        result = read_errors(read, json_object_get(object, "error_types"), failure);
    if (result != RESULT_OK) {
        abi_free(read);
        return result;
    }
    *abi = read;
    return RESULT_OK;
}

void abi_free(struct abi *abi)
{
    if (abi == NULL)
        return;
    for (uint32_t index = 0; index < abi->parameter_count; index++) {
        free(abi->parameters[index].name);
        abi_type_free(&abi->parameters[index].type);
    }
    for (uint32_t index = 0; index < abi->error_count; index++)
        free_error(&abi->errors[index]);
    abi_type_free(&abi->return_type);
    free(abi->parameters);
    free(abi->errors);
    free(abi->unreadable_parameter);
    free(abi->unreadable_return);
    free(abi);
}

const char *abi_unreadable_parameter(const struct abi *abi)
{
    return abi->unreadable_parameter;
}

const char *abi_unreadable_return(const struct abi *abi)
{
    return abi->unreadable_return;
}

bool abi_has_parameters(const struct abi *abi)
{
    return abi->parameter_count > 0;
}

uint32_t abi_parameter_cells(const struct abi *abi)
{
    return abi->parameter_cells;
}

bool abi_has_return(const struct abi *abi)
{
    return abi->has_return;
}

uint32_t abi_return_cells(const struct abi *abi)
{
    return abi->has_return ? abi->return_type.cells : 0;
}
