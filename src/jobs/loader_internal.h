/*
 * The loader sees to the circuits while the server runs: takes uploads in and deletes them, on
 * the thread of the worker that asks, and on a thread of its own follows the circuits folder and
 * loads new circuits, so that their first proof finds its key. Private to jobs/.
 */
#ifndef JOBS_LOADER_INTERNAL_H
#define JOBS_LOADER_INTERNAL_H

#include "circuits/registry.h"
#include "jobs/run_internal.h"

struct loader;

/* All borrowed. */
struct loader_options {
    const struct tools *tools;
    struct registry *registry;
    const char *circuits_folder; /* NULL: none */
    unsigned threads;            /* to load circuits with while there are no jobs */
    /* As service_submit, for the server itself. */
    enum result (*submit)(void *context, struct job *job, struct failure *failure);
    void *context;
};

/* NULL for lack of memory. */
struct loader *loader_create(const struct loader_options *options);
void loader_destroy(struct loader *loader);

/* Removes what a server that was killed had to leave half-written in the folders of uploads and
 * keys. */
void loader_sweep(struct loader *loader);

/*
 * Has bb read each circuit of the registry and make its default key. The first that cannot be
 * served ends it, with the reason and its name.
 */
MUST_USE_RESULT enum result loader_load_given(struct loader *loader, struct failure *failure);

/*
 * Adds the circuits of the folder and those uploaded before, and takes away the folder's that are
 * gone. A file that is no circuit is logged and left out; one that has not changed is not read.
 * One thread at a time.
 */
MUST_USE_RESULT enum result loader_scan(struct loader *loader, struct failure *failure);

/* Starts the thread, which first loads what is CIRCUIT_LOADING. */
MUST_USE_RESULT enum result loader_start(struct loader *loader, struct failure *failure);

/*
 * JOB_UPLOAD and JOB_DELETE: fill in the job's results and its failure's message. Any thread; one
 * at a time changes the registry and its folder.
 */
MUST_USE_RESULT enum result loader_take_upload(struct loader *loader, struct job *job);
MUST_USE_RESULT enum result loader_delete(struct loader *loader, struct job *job);

/* Scans again, soon. */
void loader_rescan(struct loader *loader);

/* Ends the thread, after what it is at. */
void loader_stop(struct loader *loader);

#endif
