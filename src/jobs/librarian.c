#include "jobs/librarian_internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "base/store.h"
#include "jobs/ownership_internal.h"
#include "jobs/shelf_internal.h"

struct librarian {
    struct librarian_options options;
    pthread_t thread;
    bool started;
    struct shelf shelf;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t changed;
    bool scan_wanted;
    bool ending;
};

static const char suffix[] = ".json";

struct librarian *librarian_create(const struct librarian_options *options)
{
    struct librarian *librarian = calloc(1, sizeof(*librarian));
    if (librarian == NULL)
        return NULL;
    librarian->options = *options;
    shelf_init(&librarian->shelf, options->tools, options->registry);
    CHECK_ZERO(pthread_mutex_init(&librarian->lock, NULL));
    CHECK_ZERO(pthread_cond_init(&librarian->changed, NULL));
    return librarian;
}

void librarian_destroy(struct librarian *librarian)
{
    if (librarian == NULL)
        return;
    CHECK_ZERO(pthread_cond_destroy(&librarian->changed));
    CHECK_ZERO(pthread_mutex_destroy(&librarian->lock));
    shelf_destroy(&librarian->shelf);
    free(librarian);
}

void librarian_sweep(struct librarian *librarian)
{
    char uploads[PATH_MAX];
    if (shelf_folder(uploads, &librarian->shelf))
        store_sweep(uploads);
    key_store_sweep(librarian->options.tools);
}

/* What a scan of one folder works on. */
struct folder_scan {
    struct librarian *librarian;
    const char *folder;
    enum circuit_origin origin;
    size_t *files; /* how many have been read */
};

/* An upload is changed by nobody but the server itself. */
static bool is_known(const struct folder_scan *scan, const char *name,
                     const struct store_stamp *file)
{
    struct circuit *known = registry_find(scan->librarian->options.registry, name);
    bool same = known != NULL && known->origin == scan->origin &&
                (scan->origin == CIRCUIT_UPLOADED || store_unchanged(&known->file, file));
    circuit_release(known);
    return same;
}

static enum result replace(struct registry *registry, struct circuit *circuit,
                           struct failure *failure)
{
    struct circuit *known = registry_find(registry, circuit->name);
    enum result result = RESULT_OK;
    if (known != NULL && strcmp(known->id, circuit->id) == 0) {
        known->file = circuit->file;
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

/* Takes the circuit over. Its file may have been removed while it was read. */
static enum result take(const struct folder_scan *scan, struct circuit *circuit, const char *path,
                        struct failure *failure)
{
    struct librarian *librarian = scan->librarian;
    enum result result = RESULT_OK;
    circuit->origin = scan->origin;
    if (scan->origin == CIRCUIT_UPLOADED)
        ownership_read(circuit, scan->folder);
    shelf_lock(&librarian->shelf);
    if (store_exists(path))
        result = replace(librarian->options.registry, circuit, failure);
    else
        circuit_release(circuit);
    shelf_unlock(&librarian->shelf);
    return result;
}

static void add_file(void *context, const char *file)
{
    const struct folder_scan *scan = context;
    char path[PATH_MAX];
    char name[CIRCUIT_NAME_CHARACTERS + 2];
    struct circuit *circuit = NULL;
    struct failure failure = {0};
    (void)snprintf(path, sizeof(path), "%s/%s", scan->folder, file);
    (void)snprintf(name, sizeof(name), "%.*s", (int)(strlen(file) - strlen(suffix)), file);
    const struct store_stamp stamp = store_stamp(path);
    if (is_known(scan, name, &stamp))
        return;
    ++*scan->files;
    enum result result = circuit_read_file(&circuit, name, path, &failure);
    if (result == RESULT_OK) {
        circuit->file = stamp;
        result = take(scan, circuit, path, &failure);
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

/* What it has to wait for is done without the shelf's lock. */
static enum result scan(struct librarian *librarian, size_t *files, struct failure *failure)
{
    char uploads[PATH_MAX];
    struct folder_scan given = {librarian, librarian->options.circuits_folder, CIRCUIT_FROM_FOLDER,
                                files};
    struct folder_scan uploaded = {librarian, uploads, CIRCUIT_UPLOADED, files};
    enum result result = RESULT_OK;
    *files = 0;
    if (given.folder != NULL) {
        result = store_list(given.folder, suffix, add_file, &given, failure);
        if (result == RESULT_OK)
            remove_gone(librarian);
    }
    if (result == RESULT_OK && shelf_folder(uploads, &librarian->shelf)) {
        result = store_make_folder(uploads, failure);
        if (result == RESULT_OK)
            result = store_list(uploads, suffix, add_file, &uploaded, failure);
    }
    return result;
}

enum result librarian_scan(struct librarian *librarian, struct failure *failure)
{
    size_t files;
    return scan(librarian, &files, failure);
}

/* Has bb read a circuit and make its default key, with what the job has been given. */
static enum result load(const struct librarian *librarian, struct circuit *circuit, struct job *job)
{
    const struct tools *tools = librarian->options.tools;
    nanoseconds too_late = deadline_in_seconds(tools->prove_timeout_seconds);
    const struct verification_key *key;
    const struct engine_task task = {
        .target = TARGET_DEFAULT,
        .deadline = job->deadline < too_late ? job->deadline : too_late,
        .cancel = job->cancel,
        .threads = job->grant.threads,
    };
    return prepare_key(&key, circuit, &task, tools, &job->failure);
}

/* A job that somebody waits for on the spot. */
struct awaited {
    struct job job;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done;
};

static void on_awaited_done(struct job *job)
{
    struct awaited *awaited = job->context;
    CHECK_ZERO(pthread_mutex_lock(&awaited->lock));
    awaited->done = true;
    CHECK_ZERO(pthread_cond_signal(&awaited->changed));
    CHECK_ZERO(pthread_mutex_unlock(&awaited->lock));
}

/* A circuit is loaded when its key is asked for. That it could not be is the log's to say. */
static void load_in_turn(const struct librarian *librarian, struct circuit *circuit)
{
    struct awaited awaited = {.job = {.kind = JOB_KEY,
                                      .circuit = circuit,
                                      .target = TARGET_DEFAULT,
                                      .client = QUEUE_SELF,
                                      .deadline = DEADLINE_NEVER,
                                      .done = on_awaited_done,
                                      .context = &awaited},
                              .lock = PTHREAD_MUTEX_INITIALIZER,
                              .changed = PTHREAD_COND_INITIALIZER};
    if (librarian->options.submit(librarian->options.context, &awaited.job, NULL) != RESULT_OK)
        return;
    CHECK_ZERO(pthread_mutex_lock(&awaited.lock));
    while (!awaited.done)
        CHECK_ZERO(pthread_cond_wait(&awaited.changed, &awaited.lock));
    CHECK_ZERO(pthread_mutex_unlock(&awaited.lock));
}

enum result librarian_load_given(struct librarian *librarian, struct failure *failure)
{
    enum result result = RESULT_OK;
    size_t count;
    struct circuit **circuits = registry_list(librarian->options.registry, &count);
    for (size_t i = 0; i < count; i++) {
        if (result == RESULT_OK)
            result = prepare_at_start(circuits[i], librarian->options.threads,
                                      librarian->options.tools, failure);
        circuit_release(circuits[i]);
    }
    free(circuits);
    return result;
}

static void load_new(struct librarian *librarian)
{
    size_t count;
    struct circuit **circuits = registry_list(librarian->options.registry, &count);
    for (size_t i = 0; i < count; i++) {
        if (circuit_state(circuits[i], NULL, NULL) == CIRCUIT_LOADING)
            load_in_turn(librarian, circuits[i]);
        circuit_release(circuits[i]);
    }
    free(circuits);
}

static void scan_again(struct librarian *librarian)
{
    struct failure failure;
    size_t files;
    if (scan(librarian, &files, &failure) == RESULT_OK)
        log_event(LOG_INFO, "circuits read again", log_integer("files", (long long)files));
    else
        log_event(LOG_WARNING, "the circuits were not read again",
                  log_string("why", failure.message));
}

enum result librarian_take_upload(struct librarian *librarian, struct job *job)
{
    struct circuit *circuit = NULL;
    enum result result =
        circuit_parse(&circuit, job->name[0] == '\0' ? NULL : job->name,
                      (const char *)job->text.data, job->text.length, &job->failure);
    if (result != RESULT_OK)
        return result;
    circuit->origin = CIRCUIT_UPLOADED;
    result = shelf_join(&librarian->shelf, job, circuit);
    /* What cannot be proven is not kept. */
    if (result == RESULT_OK && job->circuit == NULL)
        result = load(librarian, circuit, job);
    /* Another upload of the same circuit may have been kept meanwhile. */
    if (result == RESULT_OK && job->circuit == NULL)
        result = shelf_keep(&librarian->shelf, job, circuit);
    circuit_release(circuit);
    return result;
}

enum result librarian_delete(struct librarian *librarian, struct job *job)
{
    return shelf_delete(&librarian->shelf, job);
}

/* False once the thread has to end. */
static bool await_scan(struct librarian *librarian)
{
    CHECK_ZERO(pthread_mutex_lock(&librarian->lock));
    while (!librarian->scan_wanted && !librarian->ending)
        CHECK_ZERO(pthread_cond_wait(&librarian->changed, &librarian->lock));
    bool go_on = !librarian->ending;
    librarian->scan_wanted = false;
    CHECK_ZERO(pthread_mutex_unlock(&librarian->lock));
    return go_on;
}

static void *work(void *context)
{
    struct librarian *librarian = context;
    load_new(librarian);
    while (await_scan(librarian)) {
        scan_again(librarian);
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

static void tell(struct librarian *librarian, bool *flag)
{
    CHECK_ZERO(pthread_mutex_lock(&librarian->lock));
    *flag = true;
    CHECK_ZERO(pthread_cond_signal(&librarian->changed));
    CHECK_ZERO(pthread_mutex_unlock(&librarian->lock));
}

void librarian_rescan(struct librarian *librarian)
{
    tell(librarian, &librarian->scan_wanted);
}

void librarian_stop(struct librarian *librarian)
{
    tell(librarian, &librarian->ending);
    if (librarian->started)
        CHECK_ZERO(pthread_join(librarian->thread, NULL));
    librarian->started = false;
}
