#include "jobs/shelf_internal.h"

#include <stdio.h>

#include "base/check.h"
#include "base/store.h"
#include "jobs/ownership_internal.h"

enum { FILE_BYTES = CIRCUIT_NAME_CHARACTERS + sizeof(".json") };

void shelf_init(struct shelf *shelf, const struct tools *tools, struct registry *registry)
{
    *shelf = (struct shelf){.tools = tools, .registry = registry};
    CHECK_ZERO(pthread_mutex_init(&shelf->lock, NULL));
}

void shelf_destroy(struct shelf *shelf)
{
    CHECK_ZERO(pthread_mutex_destroy(&shelf->lock));
}

bool shelf_folder(char folder[PATH_MAX], const struct shelf *shelf)
{
    const char *data_folder = shelf->tools->options->data_folder;
    return data_folder != NULL && snprintf(folder, PATH_MAX, "%s/circuits", data_folder) < PATH_MAX;
}

void shelf_lock(struct shelf *shelf)
{
    CHECK_ZERO(pthread_mutex_lock(&shelf->lock));
}

void shelf_unlock(struct shelf *shelf)
{
    CHECK_ZERO(pthread_mutex_unlock(&shelf->lock));
}

static void name_file(char file[FILE_BYTES], const struct circuit *circuit)
{
    (void)snprintf(file, FILE_BYTES, "%s.json", circuit->name);
}

/* Of a circuit that is not served, unless another with the same bytecode is. */
static void forget_keys(const struct shelf *shelf, const struct circuit *circuit)
{
    if (!registry_has_bytecode(shelf->registry, circuit->bytecode_id))
        key_store_remove(circuit, shelf->tools);
}

static enum result add_owner(const struct shelf *shelf, struct circuit *circuit,
                             const struct job *job, struct failure *failure)
{
    char folder[PATH_MAX];
    if (circuit->origin != CIRCUIT_UPLOADED || owners_have(&circuit->owners, &job->owner))
        return RESULT_OK;
    CHECK(shelf_folder(folder, shelf));
    if (!owners_add(&circuit->owners, &job->owner))
        return failure_set(failure, RESULT_INTERNAL, "no memory for the circuit's owners");
    enum result result = ownership_write(circuit, folder, failure);
    if (result != RESULT_OK)
        owners_remove(&circuit->owners, &job->owner);
    return result;
}

/* With the lock held, as the rest. */
static enum result join(const struct shelf *shelf, struct job *job, const struct circuit *circuit)
{
    struct circuit *known = registry_find(shelf->registry, circuit->id);
    if (known == NULL)
        return RESULT_OK;
    enum result result = add_owner(shelf, known, job, &job->failure);
    if (result == RESULT_OK)
        job->circuit = known;
    else
        circuit_release(known);
    return result;
}

/* What could not be served since the start, a circuit past --max-circuits or of another bb, is kept
 * for whoever uploaded it. */
static enum result check_file(const struct job *job, const struct circuit *circuit,
                              const char *folder, const char *file, struct failure *failure)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof(path), "%s/%s", folder, file);
    if (length >= PATH_MAX || !store_exists(path) || job->is_operator ||
        ownership_of_name(circuit, folder, &job->owner))
        return RESULT_OK;
    return failure_set(failure, RESULT_CIRCUIT_NAME_TAKEN,
                       "another's upload is named %s already, though it is not served; choose "
                       "another name (?name=NAME)",
                       circuit->name);
}

/* The artifact as it came is what is kept. A file of owners alone is one of no circuit. */
static enum result write_files(const struct shelf *shelf, struct job *job, struct circuit *circuit)
{
    char folder[PATH_MAX];
    char file[FILE_BYTES];
    CHECK(shelf_folder(folder, shelf));
    name_file(file, circuit);
    enum result result = check_file(job, circuit, folder, file, &job->failure);
    if (result == RESULT_OK)
        result = add_owner(shelf, circuit, job, &job->failure);
    if (result != RESULT_OK)
        return result;
    result = store_write(folder, file, job->text.data, job->text.length, &job->failure);
    if (result != RESULT_OK)
        ownership_remove(circuit, folder);
    return result;
}

static void remove_files(const struct shelf *shelf, const struct circuit *circuit)
{
    char folder[PATH_MAX];
    char file[FILE_BYTES];
    CHECK(shelf_folder(folder, shelf));
    name_file(file, circuit);
    store_discard(folder, file);
    ownership_remove(circuit, folder);
}

/* Whole on the disk before anyone is told of it. */
static enum result keep(const struct shelf *shelf, struct job *job, struct circuit *circuit)
{
    enum result result = registry_check(shelf->registry, circuit, &job->failure);
    if (result == RESULT_OK)
        result = write_files(shelf, job, circuit);
    if (result == RESULT_OK) {
        result = registry_add(shelf->registry, circuit_retain(circuit), &job->failure);
        if (result != RESULT_OK) {
            remove_files(shelf, circuit);
            circuit_release(circuit);
        }
    }
    if (result != RESULT_OK) {
        forget_keys(shelf, circuit);
        return result;
    }
    job->created = true;
    job->circuit = circuit_retain(circuit);
    return RESULT_OK;
}

enum result shelf_join(struct shelf *shelf, struct job *job, const struct circuit *circuit)
{
    shelf_lock(shelf);
    enum result result = join(shelf, job, circuit);
    if (result == RESULT_OK && job->circuit == NULL)
        result = registry_check(shelf->registry, circuit, &job->failure);
    shelf_unlock(shelf);
    return result;
}

enum result shelf_keep(struct shelf *shelf, struct job *job, struct circuit *circuit)
{
    shelf_lock(shelf);
    enum result result = join(shelf, job, circuit);
    if (result == RESULT_OK && job->circuit == NULL)
        result = keep(shelf, job, circuit);
    shelf_unlock(shelf);
    return result;
}

/* The circuit may have gone since the request came, and its name belong to another. */
static enum result check_deletable(const struct shelf *shelf, const struct job *job,
                                   struct failure *failure)
{
    const struct circuit *circuit = job->circuit;
    if (!registry_holds(shelf->registry, circuit))
        return failure_set(failure, RESULT_CIRCUIT_UNKNOWN, "circuit %s has been deleted already",
                           circuit->name);
    if (circuit->origin != CIRCUIT_UPLOADED || shelf->tools->options->data_folder == NULL)
        return failure_set(failure, RESULT_CIRCUIT_NOT_DELETABLE,
                           "circuit %s was given to the server at its start, not uploaded",
                           circuit->name);
    if (!job->is_operator && !owners_have(&circuit->owners, &job->owner))
        return failure_set(failure, RESULT_NOT_THE_OWNER,
                           "circuit %s was not uploaded with a key of this holder; whoever did, or "
                           "an operator, may delete it",
                           circuit->name);
    return RESULT_OK;
}

/* The others keep it. */
static enum result leave(struct job *job, const char *folder)
{
    struct circuit *circuit = job->circuit;
    owners_remove(&circuit->owners, &job->owner);
    enum result result = ownership_write(circuit, folder, &job->failure);
    if (result != RESULT_OK)
        (void)owners_add(&circuit->owners, &job->owner);
    return result;
}

static enum result delete_circuit(const struct shelf *shelf, struct job *job)
{
    char folder[PATH_MAX];
    char file[FILE_BYTES];
    struct circuit *circuit = job->circuit;
    enum result result = check_deletable(shelf, job, &job->failure);
    if (result != RESULT_OK)
        return result;
    CHECK(shelf_folder(folder, shelf));
    if (!job->is_operator && circuit->owners.count > 1)
        return leave(job, folder);
    name_file(file, circuit);
    result = store_remove(folder, file, &job->failure);
    if (result != RESULT_OK)
        return result;
    ownership_remove(circuit, folder);
    registry_remove(shelf->registry, circuit);
    forget_keys(shelf, circuit);
    return RESULT_OK;
}

enum result shelf_delete(struct shelf *shelf, struct job *job)
{
    shelf_lock(shelf);
    enum result result = delete_circuit(shelf, job);
    shelf_unlock(shelf);
    return result;
}
