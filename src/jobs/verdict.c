#include "jobs/verdict_internal.h"

#include <stdio.h>
#include <string.h>
#include <ultrahonk.h>

#include "base/check.h"

/* Of the key's first word, a number below 256 in every key that can be read. */
enum { LOG_ROWS_AT = 31 };

enum { TARGET_NAMES_BYTES = 128 };

static size_t length_for(enum ultrahonk_target target, enum ultrahonk_reason reason,
                         struct bytes key)
{
    return reason == ULTRAHONK_KEY_LENGTH ? ultrahonk_key_length(target)
                                          : ultrahonk_proof_length(target, key.data[LOG_ROWS_AT]);
}

/* The targets whose keys or proofs have that length. */
static void list_targets(char names[TARGET_NAMES_BYTES], size_t length,
                         enum ultrahonk_reason reason, struct bytes key)
{
    names[0] = '\0';
    for (int i = 0; i < ULTRAHONK_TARGET_COUNT; i++) {
        size_t used = strlen(names);
        if (length_for((enum ultrahonk_target)i, reason, key) == length)
            (void)snprintf(names + used, TARGET_NAMES_BYTES - used, "%s%s", used == 0 ? "" : " or ",
                           ultrahonk_target_name((enum ultrahonk_target)i));
    }
}

/* A wrong length is mostly that of another target. */
static void explain_length(struct job *job, struct bytes key, enum ultrahonk_target target,
                           enum ultrahonk_reason reason)
{
    char names[TARGET_NAMES_BYTES];
    bool is_key = reason == ULTRAHONK_KEY_LENGTH;
    size_t length = is_key ? key.length : job->proof.proof.length;
    list_targets(names, length, reason, key);
    (void)snprintf(job->reason, sizeof(job->reason), "%s has %zu bytes, and one for %s %zu%s%s",
                   is_key ? "the verification key" : "the proof", length,
                   ultrahonk_target_name(target), length_for(target, reason, key),
                   names[0] == '\0' ? "" : "; it is as long as one for ", names);
}

static void explain(struct job *job, struct bytes key, enum ultrahonk_target target,
                    const struct ultrahonk_verdict *verdict)
{
    static const char *const places[] = {
        [ULTRAHONK_NOWHERE] = "", [ULTRAHONK_WORD] = "word", [ULTRAHONK_ROUND] = "round"};
    enum ultrahonk_place place = ultrahonk_reason_place(verdict->reason);
    const char *text = ultrahonk_reason_text(verdict->reason);
    if (verdict->reason == ULTRAHONK_KEY_LENGTH || verdict->reason == ULTRAHONK_PROOF_LENGTH)
        explain_length(job, key, target, verdict->reason);
    else if (place == ULTRAHONK_NOWHERE)
        (void)snprintf(job->reason, sizeof(job->reason), "%s", text);
    else
        (void)snprintf(job->reason, sizeof(job->reason), "%s (%s %zu)", text, places[place],
                       verdict->at);
}

bool verdict_is_ours(enum verifier_target target)
{
    enum ultrahonk_target ours;
    return ultrahonk_target_parse(&ours, target_name(target));
}

enum result verdict_check_target(const struct tools *tools, enum verifier_target target,
                                 struct failure *failure)
{
    if (engine_check_target(tools->options->bb, target, failure) != RESULT_OK)
        return failure->result;
    if (!tools->options->crs->development || verdict_is_ours(target))
        return RESULT_OK;
    return failure_set(
        failure, RESULT_TARGET_UNSUPPORTED,
        "this server works over a development CRS, over which no proof for %s can be "
        "verified; use evm or noir-recursive, or their -no-zk",
        target_name(target));
}

enum result verdict_give(struct job *job, struct bytes key, const struct tools *tools)
{
    enum ultrahonk_target target;
    struct ultrahonk_verdict verdict;
    const struct proof *proof = &job->proof;
    CHECK(ultrahonk_target_parse(&target, target_name(job->target)));
    job->verified = false;
    job->reason[0] = '\0';
    if (ultrahonk_verify(tools->options->crs->verifier, &verdict, target, key.data, key.length,
                         proof->proof.data, proof->proof.length, proof->public_inputs.data,
                         proof->public_inputs.length) != ULTRAHONK_OK)
        return failure_set(&job->failure, RESULT_INTERNAL, "no memory to verify a proof");
    job->verified = verdict.verified;
    if (!verdict.verified)
        explain(job, key, target, &verdict);
    return RESULT_OK;
}
