#include "http/api_keys.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/store.h"
#include "http/key_file_internal.h"

enum { MOST_FILE_BYTES = 1 << 20 };

struct access {
    pthread_rwlock_t lock; /* over the keys, which a reload exchanges */
    struct key_table keys;
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

enum result access_load(struct access **access, const char *path, struct failure *failure)
{
    struct key_table keys = {0};
    struct access *loaded = calloc(1, sizeof(*loaded));
    if (loaded == NULL)
        return failure_set(failure, RESULT_INTERNAL, "no memory for the API keys");
    enum result result = read_keys(&keys, path, failure);
    if (result != RESULT_OK) {
        free(loaded);
        return result;
    }
    loaded->keys = keys;
    CHECK_ZERO(pthread_rwlock_init(&loaded->lock, NULL));
    *access = loaded;
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

enum result access_reload(struct access *access, const char *path, struct failure *failure)
{
    struct key_table keys = {0};
    if (check_is_file(path, failure) != RESULT_OK || read_keys(&keys, path, failure) != RESULT_OK)
        return failure->result;
    CHECK_ZERO(pthread_rwlock_wrlock(&access->lock));
    struct key_table before = access->keys;
    access->keys = keys;
    CHECK_ZERO(pthread_rwlock_unlock(&access->lock));
    key_table_free(&before);
    return RESULT_OK;
}

void access_destroy(struct access *access)
{
    if (access == NULL)
        return;
    CHECK_ZERO(pthread_rwlock_destroy(&access->lock));
    key_table_free(&access->keys);
    free(access);
}

bool access_find(struct access *access, const char *key, struct access_holder *holder)
{
    CHECK_ZERO(pthread_rwlock_rdlock(&access->lock));
    bool found = key_table_find(&access->keys, key, strlen(key), holder);
    CHECK_ZERO(pthread_rwlock_unlock(&access->lock));
    return found;
}
