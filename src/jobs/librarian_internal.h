/*
 * The librarian sees to the circuits while the server runs: takes uploads in and deletes them, on
 * the thread of the worker that asks, and on a thread of its own follows the circuits folder and
 * loads new circuits, so that their first proof finds its key. Private to jobs/.
 */
#ifndef JOBS_LIBRARIAN_INTERNAL_H
#define JOBS_LIBRARIAN_INTERNAL_H

#include "circuits/registry.h"
#include "jobs/run_internal.h"

struct librarian;

/* All borrowed. */
struct librarian_options {
    const struct tools *tools;
    struct registry *registry;
    const char *circuits_folder; /* NULL: none */
    unsigned threads;            /* to load circuits with while there are no jobs */
    /* As service_submit, for the server itself. */
    enum result (*submit)(void *context, struct job *job, struct failure *failure);
    void *context;
};

/* NULL for lack of memory. */
struct librarian *librarian_create(const struct librarian_options *options);
void librarian_destroy(struct librarian *librarian);

/* Removes what a server that was killed had to leave half-written in the folders of uploads and
 * keys. */
void librarian_sweep(struct librarian *librarian);

/*
 * Has bb read each circuit of the registry and make its default key. The first that cannot be
 * served ends it, with the reason and its name.
 */
MUST_USE_RESULT enum result librarian_load_given(struct librarian *librarian,
                                                 struct failure *failure);

/*
 * Adds the circuits of the folder and those uploaded before, and takes away the folder's that are
 * gone. A file that is no circuit is logged and left out; one that has not changed is not read.
 * One thread at a time.
 */
MUST_USE_RESULT enum result librarian_scan(struct librarian *librarian, struct failure *failure);

/* Starts the thread, which first loads what is CIRCUIT_LOADING. */
MUST_USE_RESULT enum result librarian_start(struct librarian *librarian, struct failure *failure);

/*
 * JOB_UPLOAD and JOB_DELETE: fill in the job's results and its failure's message. Any thread; one
 * at a time changes the registry and its folder.
 */
MUST_USE_RESULT enum result librarian_take_upload(struct librarian *librarian, struct job *job);
MUST_USE_RESULT enum result librarian_delete(struct librarian *librarian, struct job *job);

/* Scans again, soon. */
void librarian_rescan(struct librarian *librarian);

/* Ends the thread, after what it is at. */
void librarian_stop(struct librarian *librarian);

#endif
