#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/store.h"
#include "jobs/run_internal.h"

/*
 * A file is: a checksum of the rest (a damaged key would make good proofs look wrong), and the
 * rest. Of a key that is its hash and its bytes, of a contract its text.
 */
enum { CHECKSUM_BYTES = crypto_generichash_BYTES, MOST_BYTES = 1 << 20 };

enum { NAME_BYTES = 128 };

static const char key_suffix[] = "vk";
static const char contract_suffix[] = "sol";

static bool folder_of(char folder[PATH_MAX], const struct tools *tools)
{
    char version[sizeof(tools->options->bb->version)];
    if (tools->options->data_folder == NULL)
        return false;
    (void)snprintf(version, sizeof(version), "%s", tools->options->bb->version);
    for (char *at = version; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) && *at != '.' && *at != '-')
            *at = '_';
    int length = snprintf(folder, PATH_MAX, "%s/keys/bb-%s", tools->options->data_folder, version);
    return length > 0 && length < PATH_MAX;
}

static void name_of(char name[NAME_BYTES], const struct circuit *circuit,
                    enum verifier_target target, const char *suffix)
{
    (void)snprintf(name, NAME_BYTES, "%s.%s.%s", circuit->bytecode_id, target_name(target), suffix);
}

static bool path_of(char path[PATH_MAX], const struct circuit *circuit, enum verifier_target target,
                    const char *suffix, const struct tools *tools)
{
    char folder[PATH_MAX];
    char name[NAME_BYTES];
    if (!folder_of(folder, tools))
        return false;
    name_of(name, circuit, target, suffix);
    int length = snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return length > 0 && length < PATH_MAX;
}

static void make_checksum(unsigned char checksum[CHECKSUM_BYTES], const struct buffer *file)
{
    (void)crypto_generichash(checksum, CHECKSUM_BYTES, file->data + CHECKSUM_BYTES,
                             file->length - CHECKSUM_BYTES, NULL, 0);
}

/* What stands behind the checksum, if that is right. The caller frees *file in any case. */
static bool read_whole(struct bytes *rest, struct buffer *file, const struct circuit *circuit,
                       enum verifier_target target, const char *suffix, const struct tools *tools)
{
    char path[PATH_MAX];
    unsigned char checksum[CHECKSUM_BYTES];
    if (!path_of(path, circuit, target, suffix, tools) ||
        store_read(file, path, CHECKSUM_BYTES + MOST_BYTES, NULL) != RESULT_OK ||
        file->length <= CHECKSUM_BYTES)
        return false;
    make_checksum(checksum, file);
    *rest = (struct bytes){file->data + CHECKSUM_BYTES, file->length - CHECKSUM_BYTES};
    return memcmp(checksum, file->data, CHECKSUM_BYTES) == 0;
}

/* What cannot be kept is made again after a restart: worth a line, not a failed request. */
static void write_whole(struct bytes head, struct bytes rest, const struct circuit *circuit,
                        enum verifier_target target, const char *suffix, const struct tools *tools)
{
    char folder[PATH_MAX];
    char name[NAME_BYTES];
    unsigned char checksum[CHECKSUM_BYTES] = {0}; /* filled in below, where the rest lies */
    struct buffer file = BUFFER_EMPTY;
    struct failure failure = {0};
    if (!folder_of(folder, tools) || head.length + rest.length > MOST_BYTES ||
        !buffer_append(&file, checksum, sizeof(checksum)) ||
        !buffer_append(&file, head.data, head.length) ||
        !buffer_append(&file, rest.data, rest.length)) {
        buffer_free(&file);
        return;
    }
    make_checksum(checksum, &file);
    memcpy(file.data, checksum, sizeof(checksum));
    name_of(name, circuit, target, suffix);
    if (store_make_folder(folder, &failure) != RESULT_OK ||
        store_write(folder, name, file.data, file.length, &failure) != RESULT_OK)
        log_event(LOG_WARNING, "a verification key or contract was not kept",
                  log_string("circuit", circuit->name), log_string("why", failure.message));
    buffer_free(&file);
}

bool key_store_read(struct verification_key *key, const struct circuit *circuit,
                    enum verifier_target target, const struct tools *tools)
{
    struct buffer file = BUFFER_EMPTY;
    struct bytes rest;
    const size_t header = sizeof(key->hash);
    bool read = read_whole(&rest, &file, circuit, target, key_suffix, tools) &&
                rest.length > header &&
                buffer_append(&key->bytes, rest.data + header, rest.length - header);
    if (read)
        memcpy(key->hash, rest.data, header);
    buffer_free(&file);
    return read;
}

void key_store_write(const struct verification_key *key, const struct circuit *circuit,
                     enum verifier_target target, const struct tools *tools)
{
    write_whole((struct bytes){key->hash, sizeof(key->hash)}, bytes_of(&key->bytes), circuit,
                target, key_suffix, tools);
}

bool key_store_read_contract(struct buffer *text, const struct circuit *circuit,
                             enum verifier_target target, const struct tools *tools)
{
    struct buffer file = BUFFER_EMPTY;
    struct bytes rest;
    bool read = read_whole(&rest, &file, circuit, target, contract_suffix, tools) &&
                buffer_append(text, rest.data, rest.length);
    buffer_free(&file);
    return read;
}

void key_store_write_contract(const struct buffer *text, const struct circuit *circuit,
                              enum verifier_target target, const struct tools *tools)
{
    write_whole((struct bytes){NULL, 0}, bytes_of(text), circuit, target, contract_suffix, tools);
}

bool key_store_has(const struct job *job, const struct tools *tools)
{
    char path[PATH_MAX];
    const char *suffix = job->kind == JOB_KEY ? key_suffix : contract_suffix;
    return path_of(path, job->circuit, job->target, suffix, tools) && store_exists(path);
}

void key_store_remove(const struct circuit *circuit, const struct tools *tools)
{
    char folder[PATH_MAX];
    char name[NAME_BYTES];
    if (!folder_of(folder, tools))
        return;
    for (int target = 0; target < TARGET_COUNT; target++) {
        name_of(name, circuit, (enum verifier_target)target, key_suffix);
        store_discard(folder, name);
        name_of(name, circuit, (enum verifier_target)target, contract_suffix);
        store_discard(folder, name);
    }
}

void key_store_sweep(const struct tools *tools)
{
    char folder[PATH_MAX];
    if (folder_of(folder, tools))
        store_sweep(folder);
}
