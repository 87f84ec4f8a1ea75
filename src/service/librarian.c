#include "service/librarian_internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "store/store.h"

enum { MOST_WAITING = 16 };

struct librarian {
    struct librarian_options options;
    struct queue *queue;
    struct job rescan; /* waits in the queue when a scan is wanted */
    pthread_t thread;
    bool started;
};

static const char suffix[] = ".json";

struct librarian *librarian_create(const struct librarian_options *options)
{
    struct librarian *librarian = calloc(1, sizeof(*librarian));
    if (librarian == NULL)
        return NULL;
    librarian->options = *options;
    librarian->rescan.kind = JOB_RESCAN;
    librarian->queue = queue_create(MOST_WAITING);
    if (librarian->queue == NULL) {
        free(librarian);
        return NULL;
    }
    return librarian;
}

void librarian_destroy(struct librarian *librarian)
{
    if (librarian == NULL)
        return;
    queue_destroy(librarian->queue);
    free(librarian);
}

/* The folder of uploads; false when nothing is kept. */
static bool uploads_folder(char folder[PATH_MAX], const struct librarian *librarian)
{
    const char *data_folder = librarian->options.tools->data_folder;
    return data_folder != NULL && snprintf(folder, PATH_MAX, "%s/circuits", data_folder) < PATH_MAX;
}

/* What a scan of one folder works on. */
struct scan {
    struct librarian *librarian;
    const char *folder;
    enum circuit_origin origin;
};

static enum result replace(struct registry *registry, struct circuit *circuit,
                           struct failure *failure)
{
    struct circuit *known = registry_find(registry, circuit->name);
    enum result result = RESULT_OK;
    if (known != NULL && strcmp(known->id, circuit->id) == 0) {
        circuit_release(circuit);
    } else {
        if (known != NULL && known->origin == CIRCUIT_FROM_FOLDER)
            registry_remove(registry, known);
        result = registry_add(registry, circuit, failure);
        if (result != RESULT_OK)
            circuit_release(circuit);
    }
    circuit_release(known);
    return result;
}

static void add_file(void *context, const char *file)
{
    const struct scan *scan = context;
    char path[PATH_MAX];
    char name[CIRCUIT_NAME_CHARACTERS + 2];
    struct circuit *circuit = NULL;
    struct failure failure = {0};
    (void)snprintf(path, sizeof(path), "%s/%s", scan->folder, file);
    (void)snprintf(name, sizeof(name), "%.*s", (int)(strlen(file) - strlen(suffix)), file);
    enum result result = circuit_read_file(&circuit, name, path, &failure);
    if (result == RESULT_OK) {
        circuit->origin = scan->origin;
        result = replace(scan->librarian->options.registry, circuit, &failure);
    }
    if (result != RESULT_OK)
        log_event(LOG_WARNING, "a circuit file is left out", log_string("file", path),
                  log_string("why", failure.message));
}

static void remove_gone(const struct librarian *librarian)
{
    size_t count;
    struct circuit **circuits = registry_list(librarian->options.registry, &count);
    for (size_t i = 0; i < count; i++) {
        char path[PATH_MAX];
        (void)snprintf(path, sizeof(path), "%s/%s%s", librarian->options.circuits_folder,
                       circuits[i]->name, suffix);
        if (circuits[i]->origin == CIRCUIT_FROM_FOLDER && !store_exists(path)) {
            log_event(LOG_INFO, "circuit gone", log_string("circuit", circuits[i]->name));
            registry_remove(librarian->options.registry, circuits[i]);
        }
        circuit_release(circuits[i]);
    }
    free(circuits);
}

enum result librarian_scan(struct librarian *librarian, struct failure *failure)
{
    char uploads[PATH_MAX];
    struct scan given = {librarian, librarian->options.circuits_folder, CIRCUIT_FROM_FOLDER};
    struct scan uploaded = {librarian, uploads, CIRCUIT_UPLOADED};
    enum result result = RESULT_OK;
    if (given.folder != NULL) {
        result = store_list(given.folder, suffix, add_file, &given, failure);
        if (result == RESULT_OK)
            remove_gone(librarian);
    }
    if (result == RESULT_OK && uploads_folder(uploads, librarian)) {
        result = store_make_folder(uploads, failure);
        if (result == RESULT_OK)
            result = store_list(uploads, suffix, add_file, &uploaded, failure);
    }
    return result;
}

/* Has bb read a circuit and make its default key. */
static enum result load(const struct librarian *librarian, struct circuit *circuit,
                        struct failure *failure)
{
    const struct tools *tools = librarian->options.tools;
    const struct verification_key *key;
    const struct engine_task task = {
        .bytecode = {circuit->bytecode, circuit->bytecode_length},
        .target = TARGET_DEFAULT,
        .deadline = deadline_in_seconds(tools->prove_timeout_seconds),
        .cancel = tools->cancel,
    };
    return prepare_key(&key, circuit, &task, tools, failure);
}

static void load_new(struct librarian *librarian)
{
    size_t count;
    struct circuit **circuits = registry_list(librarian->options.registry, &count);
    for (size_t i = 0; i < count; i++) {
        struct failure failure;
        if (circuit_state(circuits[i], NULL, NULL) == CIRCUIT_LOADING)
            (void)load(librarian, circuits[i], &failure);
        circuit_release(circuits[i]);
    }
    free(circuits);
}

static void scan_again(struct librarian *librarian)
{
    struct failure failure;
    if (librarian_scan(librarian, &failure) == RESULT_OK)
        log_line(LOG_INFO, "circuits read again");
    else
        log_event(LOG_WARNING, "the circuits were not read again",
                  log_string("why", failure.message));
}

/* The artifact as it came is what is kept: whole on the disk before anyone is told of it. */
static enum result keep_upload(struct librarian *librarian, struct job *job,
                               struct circuit *circuit)
{
    char folder[PATH_MAX];
    char file[CIRCUIT_NAME_CHARACTERS + sizeof(suffix)];
    struct failure *failure = &job->failure;
    CHECK(uploads_folder(folder, librarian));
    (void)snprintf(file, sizeof(file), "%s%s", circuit->name, suffix);
    enum result result = registry_add(librarian->options.registry, circuit, failure);
    if (result != RESULT_OK) {
        circuit_release(circuit);
        return result;
    }
    result = store_write(folder, file, job->text.data, job->text.length, failure);
    if (result != RESULT_OK) {
        log_event(LOG_ERROR, "an upload was not kept", log_string("why", failure->message));
        registry_remove(librarian->options.registry, circuit);
        return failure_set(failure, result,
                           result == RESULT_STORAGE_FULL
                               ? "the server's disk is full; nothing was kept"
                               : "the server cannot keep the circuit; its log says why");
    }
    job->created = true;
    job->circuit = circuit_retain(circuit);
    return RESULT_OK;
}

static enum result take_upload(struct librarian *librarian, struct job *job)
{
    struct circuit *circuit = NULL;
    enum result result =
        circuit_parse(&circuit, job->name[0] == '\0' ? NULL : job->name,
                      (const char *)job->text.data, job->text.length, &job->failure);
    if (result != RESULT_OK)
        return result;
    circuit->origin = CIRCUIT_UPLOADED;
    job->circuit = registry_find(librarian->options.registry, circuit->id);
    if (job->circuit == NULL) {
        /* What cannot be proven is not kept. */
        result = load(librarian, circuit, &job->failure);
        if (result == RESULT_OK)
            return keep_upload(librarian, job, circuit);
    }
    circuit_release(circuit);
    return result;
}

static enum result delete_upload(struct librarian *librarian, struct job *job)
{
    char folder[PATH_MAX];
    char file[CIRCUIT_NAME_CHARACTERS + sizeof(suffix)];
    struct circuit *circuit = job->circuit;
    if (circuit->origin != CIRCUIT_UPLOADED || !uploads_folder(folder, librarian))
        return failure_set(&job->failure, RESULT_CIRCUIT_NOT_DELETABLE,
                           "circuit %s was given to the server at its start, not uploaded",
                           circuit->name);
    (void)snprintf(file, sizeof(file), "%s%s", circuit->name, suffix);
    enum result result = store_remove(folder, file, &job->failure);
    if (result != RESULT_OK)
        return result;
    registry_remove(librarian->options.registry, circuit);
    key_store_remove(circuit, librarian->options.tools);
    return RESULT_OK;
}

static void *work(void *context)
{
    struct librarian *librarian = context;
    struct queue_link *link;
    load_new(librarian);
    while ((link = queue_take(librarian->queue)) != NULL) {
        struct job *job = (struct job *)((char *)link - offsetof(struct job, link));
        job->queue_milliseconds = milliseconds_between(job->submitted_at, clock_now());
        if (job->kind == JOB_RESCAN) {
            scan_again(librarian);
        } else {
            job->failure.result = job->kind == JOB_UPLOAD ? take_upload(librarian, job)
                                                          : delete_upload(librarian, job);
            job->done(job);
        }
        if (queue_length(librarian->queue) == 0)
            load_new(librarian);
    }
    return NULL;
}

enum result librarian_start(struct librarian *librarian, struct failure *failure)
{
    int error = pthread_create(&librarian->thread, NULL, work, librarian);
    librarian->started = error == 0;
    return error == 0 ? RESULT_OK
                      : failure_set(failure, RESULT_INTERNAL, "cannot start a thread: %s",
                                    strerror(error));
}

enum result librarian_submit(struct librarian *librarian, struct job *job, struct failure *failure)
{
    job->submitted_at = clock_now();
    return queue_put(librarian->queue, &job->link, job->deadline, failure);
}

void librarian_rescan(struct librarian *librarian)
{
    struct failure ignored; /* full or closed: a scan is not worth waiting for */
    if (!queue_remove(librarian->queue, &librarian->rescan.link))
        librarian->rescan.submitted_at = clock_now();
    (void)queue_put(librarian->queue, &librarian->rescan.link, DEADLINE_NEVER, &ignored);
}

void librarian_stop(struct librarian *librarian)
{
    queue_close(librarian->queue);
    if (librarian->started)
        CHECK_ZERO(pthread_join(librarian->thread, NULL));
    librarian->started = false;
}
