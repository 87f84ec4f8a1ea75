#include "jobs/loader_internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "base/store.h"
#include "jobs/ownership_internal.h"
#include "jobs/shelf_internal.h"

struct loader {
    struct loader_options options;
    pthread_t thread;
    bool started;
    struct shelf shelf;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t changed;
    bool scan_wanted;
    bool ending;
};

static const char suffix[] = ".json";

struct loader *loader_create(const struct loader_options *options)
{
    struct loader *loader = calloc(1, sizeof(*loader));
    if (loader == NULL)
        return NULL;
    loader->options = *options;
    shelf_init(&loader->shelf, options->tools, options->registry);
    CHECK_ZERO(pthread_mutex_init(&loader->lock, NULL));
    CHECK_ZERO(pthread_cond_init(&loader->changed, NULL));
    return loader;
}

void loader_destroy(struct loader *loader)
{
    if (loader == NULL)
        return;
    CHECK_ZERO(pthread_cond_destroy(&loader->changed));
    CHECK_ZERO(pthread_mutex_destroy(&loader->lock));
    shelf_destroy(&loader->shelf);
    free(loader);
}

void loader_sweep(struct loader *loader)
{
    char uploads[PATH_MAX];
    if (shelf_folder(uploads, &loader->shelf))
        store_sweep(uploads);
    key_store_sweep(loader->options.tools);
}

/* What a scan of one folder works on. */
struct folder_scan {
    struct loader *loader;
    const char *folder;
    enum circuit_origin origin;
    size_t *files; /* how many have been read */
};

/* An upload is changed by nobody but the server itself. */
static bool is_known(const struct folder_scan *scan, const char *name,
                     const struct store_stamp *file)
{
    struct circuit *known = registry_find(scan->loader->options.registry, name);
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
    struct loader *loader = scan->loader;
    enum result result = RESULT_OK;
    circuit->origin = scan->origin;
    if (scan->origin == CIRCUIT_UPLOADED)
        ownership_read(circuit, scan->folder);
    shelf_lock(&loader->shelf);
    if (store_exists(path))
        result = replace(loader->options.registry, circuit, failure);
    else
        circuit_release(circuit);
    shelf_unlock(&loader->shelf);
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

static void remove_gone(const struct loader *loader)
{
    size_t count;
    struct circuit **circuits = registry_list(loader->options.registry, &count);
    for (size_t i = 0; i < count; i++) {
        char path[PATH_MAX];
        (void)snprintf(path, sizeof(path), "%s/%s%s", loader->options.circuits_folder,
                       circuits[i]->name, suffix);
        if (circuits[i]->origin == CIRCUIT_FROM_FOLDER && !store_exists(path)) {
            log_event(LOG_INFO, "circuit gone", log_string("circuit", circuits[i]->name));
            registry_remove(loader->options.registry, circuits[i]);
        }
        circuit_release(circuits[i]);
    }
    free(circuits);
}

/* What it has to wait for is done without the shelf's lock. */
static enum result scan(struct loader *loader, size_t *files, struct failure *failure)
{
    char uploads[PATH_MAX];
    struct folder_scan given = {loader, loader->options.circuits_folder, CIRCUIT_FROM_FOLDER,
                                files};
    struct folder_scan uploaded = {loader, uploads, CIRCUIT_UPLOADED, files};
    enum result result = RESULT_OK;
    *files = 0;
    if (given.folder != NULL) {
        result = store_list(given.folder, suffix, add_file, &given, failure);
        if (result == RESULT_OK)
            remove_gone(loader);
    }
    if (result == RESULT_OK && shelf_folder(uploads, &loader->shelf)) {
        result = store_make_folder(uploads, failure);
        if (result == RESULT_OK)
            result = store_list(uploads, suffix, add_file, &uploaded, failure);
    }
    return result;
}

enum result loader_scan(struct loader *loader, struct failure *failure)
{
    size_t files;
    return scan(loader, &files, failure);
}

/* Has bb read a circuit and make its default key, with what the job has been given. */
static enum result load(const struct loader *loader, struct circuit *circuit, struct job *job)
{
    const struct tools *tools = loader->options.tools;
    nanoseconds too_late = deadline_in_seconds(tools->options->prove_timeout_seconds);
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
static void load_in_turn(const struct loader *loader, struct circuit *circuit)
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
    if (loader->options.submit(loader->options.context, &awaited.job, NULL) != RESULT_OK)
        return;
    CHECK_ZERO(pthread_mutex_lock(&awaited.lock));
    while (!awaited.done)
        CHECK_ZERO(pthread_cond_wait(&awaited.changed, &awaited.lock));
    CHECK_ZERO(pthread_mutex_unlock(&awaited.lock));
}

enum result loader_load_given(struct loader *loader, struct failure *failure)
{
    enum result result = RESULT_OK;
    size_t count;
    struct circuit **circuits = registry_list(loader->options.registry, &count);
    for (size_t i = 0; i < count; i++) {
        if (result == RESULT_OK)
            result = prepare_at_start(circuits[i], loader->options.threads, loader->options.tools,
                                      failure);
        circuit_release(circuits[i]);
    }
    free(circuits);
    return result;
}

static void load_new(struct loader *loader)
{
    size_t count;
    struct circuit **circuits = registry_list(loader->options.registry, &count);
    for (size_t i = 0; i < count; i++) {
        if (circuit_state(circuits[i], NULL, NULL) == CIRCUIT_LOADING)
            load_in_turn(loader, circuits[i]);
        circuit_release(circuits[i]);
    }
    free(circuits);
}

static void scan_again(struct loader *loader)
{
    struct failure failure;
    size_t files;
    if (scan(loader, &files, &failure) == RESULT_OK)
        log_event(LOG_INFO, "circuits read again", log_integer("files", (long long)files));
    else
        log_event(LOG_WARNING, "the circuits were not read again",
                  log_string("why", failure.message));
}

enum result loader_take_upload(struct loader *loader, struct job *job)
{
    struct circuit *circuit = NULL;
    enum result result =
        circuit_parse(&circuit, job->name[0] == '\0' ? NULL : job->name,
                      (const char *)job->text.data, job->text.length, &job->failure);
    if (result != RESULT_OK)
        return result;
    circuit->origin = CIRCUIT_UPLOADED;
    result = shelf_join(&loader->shelf, job, circuit);
    /* What cannot be proven is not kept. */
    if (result == RESULT_OK && job->circuit == NULL)
        result = load(loader, circuit, job);
    /* Another upload of the same circuit may have been kept meanwhile. */
    if (result == RESULT_OK && job->circuit == NULL)
        result = shelf_keep(&loader->shelf, job, circuit);
    circuit_release(circuit);
    return result;
}

enum result loader_delete(struct loader *loader, struct job *job)
{
    return shelf_delete(&loader->shelf, job);
}

/* False once the thread has to end. */
static bool await_scan(struct loader *loader)
{
    CHECK_ZERO(pthread_mutex_lock(&loader->lock));
    while (!loader->scan_wanted && !loader->ending)
        CHECK_ZERO(pthread_cond_wait(&loader->changed, &loader->lock));
    bool go_on = !loader->ending;
    loader->scan_wanted = false;
    CHECK_ZERO(pthread_mutex_unlock(&loader->lock));
    return go_on;
}

static void *work(void *context)
{
    struct loader *loader = context;
    load_new(loader);
    while (await_scan(loader)) {
        scan_again(loader);
        load_new(loader);
    }
    return NULL;
}

enum result loader_start(struct loader *loader, struct failure *failure)
{
    int error = pthread_create(&loader->thread, NULL, work, loader);
    loader->started = error == 0;
    return error == 0 ? RESULT_OK
                      : failure_set(failure, RESULT_INTERNAL, "cannot start a thread: %s",
                                    strerror(error));
}

static void tell(struct loader *loader, bool *flag)
{
    CHECK_ZERO(pthread_mutex_lock(&loader->lock));
    *flag = true;
    CHECK_ZERO(pthread_cond_signal(&loader->changed));
    CHECK_ZERO(pthread_mutex_unlock(&loader->lock));
}

void loader_rescan(struct loader *loader)
{
    tell(loader, &loader->scan_wanted);
}

void loader_stop(struct loader *loader)
{
    tell(loader, &loader->ending);
    if (loader->started)
        CHECK_ZERO(pthread_join(loader->thread, NULL));
    loader->started = false;
}
