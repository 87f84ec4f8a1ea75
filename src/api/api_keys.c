#include "api/api_keys.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/key_file_internal.h"
#include "base/check.h"
#include "base/store.h"

enum { MOST_FILE_BYTES = 1 << 20 };

struct api_keys {
    pthread_rwlock_t lock; /* over the keys, which a reload exchanges */
    struct key_table table;
};

static enum result read_keys(struct key_table *keys, const char *path, struct failure *failure)
{
    struct buffer file = BUFFER_EMPTY;
    enum result result = store_read(&file, path, MOST_FILE_BYTES, failure);
    if (result == RESULT_OK)
        result = key_table_fill(keys, (const char *)file.data, file.length, path, failure);
    else if (result != RESULT_INTERNAL)
        result = failure->result = RESULT_CONFIG_INVALID;
    buffer_free(&file);
    if (result != RESULT_OK)
        key_table_free(keys);
    return result;
}

enum result api_keys_load(struct api_keys **keys, const char *path, struct failure *failure)
{
    struct key_table table = {0};
    struct api_keys *loaded = calloc(1, sizeof(*loaded));
    if (loaded == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the API keys");
    enum result result = read_keys(&table, path, failure);
    if (result != RESULT_OK) {
        free(loaded);
        return result;
    }
    loaded->table = table;
    CHECK_ZERO(pthread_rwlock_init(&loaded->lock, NULL));
    *keys = loaded;
    return RESULT_OK;
}

/* A pipe that has been read is empty, and opening one may wait for ever. */
static enum result check_is_file(const char *path, struct failure *failure)
{
    struct stat found;
    if (stat(path, &found) != 0 || S_ISREG(found.st_mode))
        return RESULT_OK;
    return failure_set(failure, RESULT_CONFIG_INVALID, "%s is no file, and is not read again",
                       path);
}

enum result api_keys_reload(struct api_keys *keys, const char *path, struct failure *failure)
{
    struct key_table table = {0};
    if (check_is_file(path, failure) != RESULT_OK || read_keys(&table, path, failure) != RESULT_OK)
        return failure->result;
    CHECK_ZERO(pthread_rwlock_wrlock(&keys->lock));
    struct key_table before = keys->table;
    keys->table = table;
    CHECK_ZERO(pthread_rwlock_unlock(&keys->lock));
    key_table_free(&before);
    return RESULT_OK;
}

void api_keys_destroy(struct api_keys *keys)
{
    if (keys == NULL)
        return;
    CHECK_ZERO(pthread_rwlock_destroy(&keys->lock));
    key_table_free(&keys->table);
    free(keys);
}

bool api_keys_find(struct api_keys *keys, const char *key, struct api_keys_holder *holder)
{
    CHECK_ZERO(pthread_rwlock_rdlock(&keys->lock));
    bool found = key_table_find(&keys->table, key, strlen(key), holder);
    CHECK_ZERO(pthread_rwlock_unlock(&keys->lock));
    return found;
}
