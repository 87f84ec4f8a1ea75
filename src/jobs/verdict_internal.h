/* Why a proof is not right, for whoever asked. Private to jobs/. */
#ifndef JOBS_VERDICT_INTERNAL_H
#define JOBS_VERDICT_INTERNAL_H

#include "jobs/run_internal.h"

/*
 * Fills in the reason of a JOB_VERIFY that the engine has found wrong, by a second look of
 * libultrahonk's, some milliseconds on the caller's thread. It stays empty for targets that
 * libultrahonk does not know, for lack of memory, and for a pairing with a development CRS, whose
 * points are not the ceremony's. A proof that libultrahonk finds right is logged as
 * an error, and the engine's word stands.
 */
void verdict_explain(struct job *job, struct bytes key, const struct tools *tools);

#endif
