/* Whether a proof is right, by libultrahonk, and why it is not. Private to jobs/. */
#ifndef JOBS_VERDICT_INTERNAL_H
#define JOBS_VERDICT_INTERNAL_H

#include "jobs/run_internal.h"

/* Whether libultrahonk checks the proofs for that target. The engine checks the others. */
bool verdict_is_ours(enum verifier_target target);

/*
 * RESULT_TARGET_UNSUPPORTED, in words for a client, for a target that bb lacks, and over a
 * development CRS for one that libultrahonk does not check: bb has the ceremony's G2 built in.
 */
MUST_USE_RESULT enum result verdict_check_target(const struct tools *tools,
                                                 enum verifier_target target,
                                                 struct failure *failure);

/*
 * Fills in `verified` of a job for such a target, and the reason if the proof is not right: some
 * milliseconds on the caller's thread. The key and the proof may be any bytes: a length that is not
 * the target's, or the key's, is a reason before a word is looked at. RESULT_INTERNAL when there is
 * no memory; the proof is not verified then.
 */
MUST_USE_RESULT enum result verdict_give(struct job *job, struct bytes key,
                                         const struct tools *tools);

#endif
