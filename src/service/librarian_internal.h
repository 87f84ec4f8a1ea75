/*
 * The librarian: the one thread that changes the registry while the server runs. It takes uploads
 * in, deletes them, follows the circuits folder, and loads new circuits in the background, so that
 * their first proof finds its key. Private to service/.
 */
#ifndef SERVICE_LIBRARIAN_INTERNAL_H
#define SERVICE_LIBRARIAN_INTERNAL_H

#include "registry/registry.h"
#include "service/run_internal.h"

struct librarian;

/* All borrowed. */
struct librarian_options {
    const struct tools *tools;
    struct registry *registry;
    const char *circuits_folder; /* NULL: none */
};

/* NULL for lack of memory. */
struct librarian *librarian_create(const struct librarian_options *options);
void librarian_destroy(struct librarian *librarian);

/*
 * Adds the circuits of the folder and those uploaded before, and takes away the folder's that are
 * gone. A file that is no circuit is logged and left out.
 */
enum result librarian_scan(struct librarian *librarian, struct failure *failure);

/* Starts the thread, which first loads what is CIRCUIT_LOADING. */
enum result librarian_start(struct librarian *librarian, struct failure *failure);

/* As service_submit, for JOB_UPLOAD and JOB_DELETE. */
enum result librarian_submit(struct librarian *librarian, struct job *job, struct failure *failure);

/* Scans again, soon. */
void librarian_rescan(struct librarian *librarian);

/* Takes no more jobs, and ends the thread when it has done those it has. */
void librarian_stop(struct librarian *librarian);

#endif
