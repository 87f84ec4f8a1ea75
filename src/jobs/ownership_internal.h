/*
 * Who uploaded a circuit, kept beside its file: NAME.owners, JSON with the circuit's id and the
 * owners' hashes. A file of another circuit says nothing. Private to jobs/.
 */
#ifndef JOBS_OWNERSHIP_INTERNAL_H
#define JOBS_OWNERSHIP_INTERNAL_H

#include "circuits/circuit.h"

/*
 * Fills in the owners of a circuit of the folder. Where nothing legible says whose it is, as in the
 * folder of a server that did not keep it, it is nobody's.
 */
void ownership_read(struct circuit *circuit, const char *folder);

/* Whether the file that has the circuit's name, whatever circuit it was of, was the owner's. */
bool ownership_of_name(const struct circuit *circuit, const char *folder,
                       const struct owner *owner);

/* RESULT_STORAGE_FULL, RESULT_STORAGE_FAILED, or RESULT_INTERNAL for lack of memory. */
MUST_USE_RESULT enum result ownership_write(const struct circuit *circuit, const char *folder,
                                            struct failure *failure);

void ownership_remove(const struct circuit *circuit, const char *folder);

#endif
