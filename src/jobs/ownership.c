#include "jobs/ownership_internal.h"

#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/store.h"

/* Room for the name that is shown, and one more hash for each line of a key file. */
enum { MOST_FILE_BYTES = 1 << 22, MOST_OWNERS = 1 << 16, NAME_BYTES = CIRCUIT_NAME_CHARACTERS + 8 };

static void name_of(char name[NAME_BYTES], const struct circuit *circuit)
{
    (void)snprintf(name, NAME_BYTES, "%s.owners", circuit->name);
}

static bool add_hex(struct owners *owners, const json_t *text)
{
    struct owner owner;
    size_t length = 0;
    const char *hex = json_string_value(text);
    return hex != NULL && strlen(hex) == 2 * sizeof(owner.hash) &&
           sodium_hex2bin(owner.hash, sizeof(owner.hash), hex, strlen(hex), NULL, &length, NULL) ==
               0 &&
           length == sizeof(owner.hash) && owners_add(owners, &owner);
}

/* Of whatever circuit has the name when the id is NULL. */
static bool parse(struct owners *owners, const char *id, const struct buffer *file)
{
    json_t *json = json_parse(file->data, file->length, MOST_OWNERS);
    const char *kept = json_string_value(json_object_get(json, "circuit"));
    const json_t *list = json_object_get(json, "owners");
    bool legible =
        kept != NULL && (id == NULL || strcmp(kept, id) == 0) && json_array_size(list) > 0;
    for (size_t i = 0; legible && i < json_array_size(list); i++)
        legible = add_hex(owners, json_array_get(list, i));
    json_decref(json);
    return legible;
}

static bool read_file(struct owners *owners, const struct circuit *circuit, const char *id,
                      const char *folder)
{
    char name[NAME_BYTES];
    char path[PATH_MAX];
    struct buffer file = BUFFER_EMPTY;
    name_of(name, circuit);
    int length = snprintf(path, sizeof(path), "%s/%s", folder, name);
    bool read = length < PATH_MAX && store_read(&file, path, MOST_FILE_BYTES, NULL) == RESULT_OK &&
                parse(owners, id, &file);
    buffer_free(&file);
    if (!read)
        owners_free(owners);
    return read;
}

void ownership_read(struct circuit *circuit, const char *folder)
{
    static const struct owner nobody = {{0}};
    if (read_file(&circuit->owners, circuit, circuit->id, folder))
        return;
    (void)owners_add(&circuit->owners, &nobody);
    log_event(LOG_WARNING, "an uploaded circuit is nobody's: an operator may delete it",
              log_string("circuit", circuit->name));
}

bool ownership_of_name(const struct circuit *circuit, const char *folder, const struct owner *owner)
{
    struct owners owners = {.list = NULL};
    bool owns = read_file(&owners, circuit, NULL, folder) && owners_have(&owners, owner);
    owners_free(&owners);
    return owns;
}

static json_t *list_of(const struct owners *owners)
{
    json_t *list = json_array();
    for (size_t i = 0; i < owners->count; i++) {
        char hex[2 * OWNER_BYTES + 1];
        (void)sodium_bin2hex(hex, sizeof(hex), owners->list[i].hash, OWNER_BYTES);
        if (json_array_append_new(list, json_string(hex)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

enum result ownership_write(const struct circuit *circuit, const char *folder,
                            struct failure *failure)
{
    char name[NAME_BYTES];
    json_t *json =
        json_pack("{s:s, s:o}", "circuit", circuit->id, "owners", list_of(&circuit->owners));
    char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(1));
    json_decref(json);
    if (text == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the circuit's owners");
    name_of(name, circuit);
    enum result result = store_write(folder, name, text, strlen(text), failure);
    json_text_free(text);
    return result;
}

void ownership_remove(const struct circuit *circuit, const char *folder)
{
    char name[NAME_BYTES];
    name_of(name, circuit);
    store_discard(folder, name);
}
