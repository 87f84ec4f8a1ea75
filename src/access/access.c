#include "access/access.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

enum { MOST_FILE_BYTES = 1 << 20, NAME_CHARACTERS = 64, SHORTEST_KEY = 16 };

struct holder {
    char name[NAME_CHARACTERS + 1];
    bool is_operator;
    unsigned char hash[crypto_generichash_BYTES];
};

struct access {
    unsigned char secret[crypto_generichash_KEYBYTES];
    size_t count;
    struct holder *holders;
};

static void hash_key(unsigned char hash[crypto_generichash_BYTES], const struct access *access,
                     const char *key, size_t length)
{
    (void)crypto_generichash(hash, crypto_generichash_BYTES, (const unsigned char *)key, length,
                             access->secret, sizeof(access->secret));
}

/* Passes over the word before an operator's name. */
static bool take_role(const char **line, size_t *length)
{
    static const char role[] = "operator ";
    const size_t role_length = sizeof(role) - 1;
    if (*length < role_length || memcmp(*line, role, role_length) != 0)
        return false;
    *line += role_length;
    *length -= role_length;
    return true;
}

static enum result add_holder(struct access *access, const char *line, size_t length, size_t number,
                              const char *path, struct failure *failure)
{
    bool is_operator = take_role(&line, &length);
    const char *colon = memchr(line, ':', length);
    size_t name_length = colon == NULL ? 0 : (size_t)(colon - line);
    size_t key_length = colon == NULL ? 0 : length - name_length - 1;
    if (name_length == 0 || name_length > NAME_CHARACTERS || key_length < SHORTEST_KEY)
        return failure_set(failure, RESULT_CONFIG_INVALID,
                           "%s line %zu is not name:key or operator name:key, with a name of 1 to "
                           "%d characters and a "
                           "key of at least %d",
                           path, number, NAME_CHARACTERS, SHORTEST_KEY);
    struct holder *grown =
        realloc(access->holders, (access->count + 1) * sizeof(access->holders[0]));
    if (grown == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the API keys");
    access->holders = grown;
    struct holder *holder = &grown[access->count++];
    memcpy(holder->name, line, name_length);
    holder->name[name_length] = '\0';
    holder->is_operator = is_operator;
    hash_key(holder->hash, access, colon + 1, key_length);
    return RESULT_OK;
}

static enum result add_lines(struct access *access, const struct buffer *file, const char *path,
                             struct failure *failure)
{
    const char *at = (const char *)file->data;
    const char *end = at + file->length;
    for (size_t number = 1; at < end; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline == NULL ? end : newline;
        size_t length = (size_t)(stop - at);
        if (length > 0 && at[length - 1] == '\r')
            length--;
        if (length > 0 && at[0] != '#' &&
            add_holder(access, at, length, number, path, failure) != RESULT_OK)
            return failure->result;
        at = stop + 1;
    }
    if (access->count == 0)
        return failure_set(failure, RESULT_CONFIG_INVALID, "%s has no line name:key", path);
    return RESULT_OK;
}

enum result access_load(struct access **access, const char *path, struct failure *failure)
{
    struct buffer file = BUFFER_EMPTY;
    struct access *loaded = calloc(1, sizeof(*loaded));
    if (loaded == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the API keys");
    randombytes_buf(loaded->secret, sizeof(loaded->secret));
    enum result result = store_read(&file, path, MOST_FILE_BYTES, failure);
    if (result == RESULT_OK)
        result = add_lines(loaded, &file, path, failure);
    else if (result != RESULT_INTERNAL)
        result = failure->result = RESULT_CONFIG_INVALID;
    buffer_free(&file);
    if (result == RESULT_OK)
        *access = loaded;
    else
        access_destroy(loaded);
    return result;
}

void access_destroy(struct access *access)
{
    if (access == NULL)
        return;
    free(access->holders);
    free(access);
}

const char *access_find(const struct access *access, const char *key, bool *is_operator)
{
    unsigned char hash[crypto_generichash_BYTES];
    const struct holder *found = NULL;
    hash_key(hash, access, key, strlen(key));
    /* All are looked at, so that the time does not tell which one it is. */
    for (size_t i = 0; i < access->count; i++)
        if (sodium_memcmp(hash, access->holders[i].hash, sizeof(hash)) == 0)
            found = &access->holders[i];
    *is_operator = found != NULL && found->is_operator;
    return found == NULL ? NULL : found->name;
}
