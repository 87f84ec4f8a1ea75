#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "service/run_internal.h"
#include "store/store.h"

/* A file is: a checksum of the rest (a damaged key would make good proofs look wrong), hash, key.
 */
enum { MOST_KEY_BYTES = 1 << 20, CHECKSUM_BYTES = crypto_generichash_BYTES };

static bool folder_of(char folder[PATH_MAX], const struct tools *tools)
{
    char version[sizeof(tools->bb->version)];
    if (tools->data_folder == NULL)
        return false;
    (void)snprintf(version, sizeof(version), "%s", tools->bb->version);
    for (char *at = version; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) && *at != '.' && *at != '-')
            *at = '_';
    int length = snprintf(folder, PATH_MAX, "%s/keys/bb-%s", tools->data_folder, version);
    return length > 0 && length < PATH_MAX;
}

static void name_of(char name[128], const struct circuit *circuit, enum verifier_target target)
{
    (void)snprintf(name, 128, "%s.%s.vk", circuit->bytecode_id, target_name(target));
}

static bool parse(struct verification_key *key, const struct buffer *file)
{
    unsigned char checksum[CHECKSUM_BYTES];
    const size_t header = CHECKSUM_BYTES + sizeof(key->hash);
    if (file->length <= header)
        return false;
    (void)crypto_generichash(checksum, sizeof(checksum), file->data + CHECKSUM_BYTES,
                             file->length - CHECKSUM_BYTES, NULL, 0);
    if (memcmp(checksum, file->data, sizeof(checksum)) != 0 ||
        !buffer_append(&key->bytes, file->data + header, file->length - header))
        return false;
    memcpy(key->hash, file->data + CHECKSUM_BYTES, sizeof(key->hash));
    return true;
}

bool key_store_read(struct verification_key *key, const struct circuit *circuit,
                    enum verifier_target target, const struct tools *tools)
{
    char folder[PATH_MAX];
    char name[128];
    char path[PATH_MAX];
    struct buffer file = BUFFER_EMPTY;
    if (!folder_of(folder, tools))
        return false;
    name_of(name, circuit, target);
    int length = snprintf(path, sizeof(path), "%s/%s", folder, name);
    bool read = length < PATH_MAX && store_read(&file, path, MOST_KEY_BYTES, NULL) == RESULT_OK &&
                parse(key, &file);
    buffer_free(&file);
    return read;
}

/* A key that cannot be kept is computed again after a restart: worth a line, not a failed request.
 */
void key_store_write(const struct verification_key *key, const struct circuit *circuit,
                     enum verifier_target target, const struct tools *tools)
{
    char folder[PATH_MAX];
    char name[128];
    unsigned char checksum[CHECKSUM_BYTES] = {0}; /* filled in below, where the rest lies */
    struct buffer file = BUFFER_EMPTY;
    struct failure failure = {0};
    if (!folder_of(folder, tools) || !buffer_append(&file, checksum, sizeof(checksum)) ||
        !buffer_append(&file, key->hash, sizeof(key->hash)) ||
        !buffer_append(&file, key->bytes.data, key->bytes.length)) {
        buffer_free(&file);
        return;
    }
    (void)crypto_generichash(file.data, CHECKSUM_BYTES, file.data + CHECKSUM_BYTES,
                             file.length - CHECKSUM_BYTES, NULL, 0);
    name_of(name, circuit, target);
    if (store_make_folder(folder, &failure) != RESULT_OK ||
        store_write(folder, name, file.data, file.length, &failure) != RESULT_OK)
        log_event(LOG_WARNING, "a verification key was not kept",
                  log_string("circuit", circuit->name), log_string("why", failure.message));
    buffer_free(&file);
}

void key_store_remove(const struct circuit *circuit, const struct tools *tools)
{
    char folder[PATH_MAX];
    char name[128];
    if (!folder_of(folder, tools))
        return;
    for (int target = 0; target < TARGET_COUNT; target++) {
        name_of(name, circuit, (enum verifier_target)target);
        (void)store_remove(folder, name, NULL);
    }
}

void key_store_sweep(const struct tools *tools)
{
    char folder[PATH_MAX];
    if (folder_of(folder, tools))
        store_sweep(folder);
}
