#include "service/librarian_internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "store/store.h"

struct librarian {
    struct librarian_options options;
    pthread_t thread;
    bool started;
    pthread_mutex_t shelving; /* held while the registry and its folder change together */
    pthread_mutex_t lock;     /* over what follows */
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
    CHECK_ZERO(pthread_mutex_init(&librarian->shelving, NULL));
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
    CHECK_ZERO(pthread_mutex_destroy(&librarian->shelving));
    free(librarian);
}

/* The folder of uploads; false when nothing is kept. */
static bool uploads_folder(char folder[PATH_MAX], const struct librarian *librarian)
{
    const char *data_folder = librarian->options.tools->data_folder;
    return data_folder != NULL && snprintf(folder, PATH_MAX, "%s/circuits", data_folder) < PATH_MAX;
}

/* What a scan of one folder works on. */
struct folder_scan {
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
    const struct folder_scan *scan = context;
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

static enum result scan(struct librarian *librarian, struct failure *failure)
{
    char uploads[PATH_MAX];
    struct folder_scan given = {librarian, librarian->options.circuits_folder, CIRCUIT_FROM_FOLDER};
    struct folder_scan uploaded = {librarian, uploads, CIRCUIT_UPLOADED};
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

enum result librarian_scan(struct librarian *librarian, struct failure *failure)
{
    CHECK_ZERO(pthread_mutex_lock(&librarian->shelving));
    enum result result = scan(librarian, failure);
    CHECK_ZERO(pthread_mutex_unlock(&librarian->shelving));
    return result;
}

/* Has bb read a circuit and make its default key, with what the job has been given. */
static enum result load(const struct librarian *librarian, struct circuit *circuit, struct job *job)
{
    const struct tools *tools = librarian->options.tools;
    nanoseconds too_late = deadline_in_seconds(tools->prove_timeout_seconds);
    const struct verification_key *key;
    const struct engine_task task = {
        .bytecode = {circuit->bytecode, circuit->bytecode_length},
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
    if (librarian_scan(librarian, &failure) == RESULT_OK)
        log_line(LOG_INFO, "circuits read again");
    else
        log_event(LOG_WARNING, "the circuits were not read again",
                  log_string("why", failure.message));
}

/* Of a circuit that is not served, unless another with the same bytecode is. */
static void forget_keys(const struct librarian *librarian, const struct circuit *circuit)
{
    if (!registry_has_bytecode(librarian->options.registry, circuit->bytecode_id))
        key_store_remove(circuit, librarian->options.tools);
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
        forget_keys(librarian, circuit);
        circuit_release(circuit);
        return result;
    }
    result = store_write(folder, file, job->text.data, job->text.length, failure);
    if (result != RESULT_OK) {
        circuit_retain(circuit);
        registry_remove(librarian->options.registry, circuit);
        forget_keys(librarian, circuit);
        circuit_release(circuit);
        return result;
    }
    job->created = true;
    job->circuit = circuit_retain(circuit);
    return RESULT_OK;
}

/* What the registry has of a circuit, its file included: not while that is written or removed. */
static struct circuit *find_kept(struct librarian *librarian, const char *id)
{
    CHECK_ZERO(pthread_mutex_lock(&librarian->shelving));
    struct circuit *circuit = registry_find(librarian->options.registry, id);
    CHECK_ZERO(pthread_mutex_unlock(&librarian->shelving));
    return circuit;
}

/* Another upload of the same circuit may have been kept while this one was loaded. */
static enum result shelve(struct librarian *librarian, struct job *job, struct circuit *circuit)
{
    enum result result = RESULT_OK;
    CHECK_ZERO(pthread_mutex_lock(&librarian->shelving));
    job->circuit = registry_find(librarian->options.registry, circuit->id);
    if (job->circuit == NULL)
        result = keep_upload(librarian, job, circuit);
    else
        circuit_release(circuit);
    CHECK_ZERO(pthread_mutex_unlock(&librarian->shelving));
    return result;
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
    job->circuit = find_kept(librarian, circuit->id);
    /* What cannot be proven is not kept. */
    if (job->circuit == NULL)
        result = load(librarian, circuit, job);
    if (job->circuit == NULL && result == RESULT_OK)
        return shelve(librarian, job, circuit);
    circuit_release(circuit);
    return result;
}

/* The circuit may have gone since the request came, and its name belong to another. */
static enum result delete_upload(struct librarian *librarian, struct job *job)
{
    char folder[PATH_MAX];
    char file[CIRCUIT_NAME_CHARACTERS + sizeof(suffix)];
    struct circuit *circuit = job->circuit;
    if (!registry_holds(librarian->options.registry, circuit))
        return failure_set(&job->failure, RESULT_CIRCUIT_UNKNOWN,
                           "circuit %s has been deleted already", circuit->name);
    if (circuit->origin != CIRCUIT_UPLOADED || !uploads_folder(folder, librarian))
        return failure_set(&job->failure, RESULT_CIRCUIT_NOT_DELETABLE,
                           "circuit %s was given to the server at its start, not uploaded",
                           circuit->name);
    (void)snprintf(file, sizeof(file), "%s%s", circuit->name, suffix);
    enum result result = store_remove(folder, file, &job->failure);
    if (result != RESULT_OK)
        return result;
    registry_remove(librarian->options.registry, circuit);
    forget_keys(librarian, circuit);
    return RESULT_OK;
}

enum result librarian_delete(struct librarian *librarian, struct job *job)
{
    CHECK_ZERO(pthread_mutex_lock(&librarian->shelving));
    enum result result = delete_upload(librarian, job);
    CHECK_ZERO(pthread_mutex_unlock(&librarian->shelving));
    return result;
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
