/*
 * The circuits that were uploaded, in the registry and in their folder: both change together, with
 * the shelf's lock held, so that what is there is what is kept. Any thread. Private to jobs/.
 */
#ifndef JOBS_SHELF_INTERNAL_H
#define JOBS_SHELF_INTERNAL_H

#include <limits.h>

#include "circuits/registry.h"
#include "jobs/run_internal.h"

struct shelf {
    const struct tools *tools;
    struct registry *registry;
    pthread_mutex_t lock;
};

void shelf_init(struct shelf *shelf, const struct tools *tools, struct registry *registry);
void shelf_destroy(struct shelf *shelf);

/* The folder; false when nothing is kept. */
bool shelf_folder(char folder[PATH_MAX], const struct shelf *shelf);

/* For who changes the registry after the folder, as a scan does. */
void shelf_lock(struct shelf *shelf);
void shelf_unlock(struct shelf *shelf);

/*
 * JOB_UPLOAD of a circuit that may be there already: job->circuit is the one that is there, NULL
 * when there is none. It is then the asker's, too. The circuit stays the caller's. One that the
 * registry would not take is refused here, before bb has worked on it.
 */
MUST_USE_RESULT enum result shelf_join(struct shelf *shelf, struct job *job,
                                       const struct circuit *circuit);

/* JOB_UPLOAD: as shelf_join, but keeps the circuit when there is none. */
MUST_USE_RESULT enum result shelf_keep(struct shelf *shelf, struct job *job,
                                       struct circuit *circuit);

/*
 * JOB_DELETE: it is the asker's no more, and gone with its last owner, or at once when an operator
 * asks. RESULT_CIRCUIT_UNKNOWN, RESULT_CIRCUIT_NOT_DELETABLE, RESULT_NOT_THE_OWNER, or what storing
 * gives.
 */
MUST_USE_RESULT enum result shelf_delete(struct shelf *shelf, struct job *job);

#endif
