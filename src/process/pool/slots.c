#include "process/pool/slots_internal.h"

#include "base/check.h"

static bool may_change(enum slot_state from, enum slot_state to)
{
    switch (from) {
    case SLOT_ABSENT:
    case SLOT_IDLE:
        return to == SLOT_BUSY;
    case SLOT_BUSY:
        return to == SLOT_IDLE || to == SLOT_ENDING;
    case SLOT_ENDING:
        return to == SLOT_ABSENT;
    }
    return false;
}

void slot_set_state(struct slot *slot, enum slot_state state)
{
    CHECK(may_change(slot->state, state));
    slot->state = state;
    if (state != SLOT_BUSY)
        slot->reserved = 0;
    if (state == SLOT_ABSENT)
        slot->resident = 0;
}

/* The lower, the better; the order of slots_choose. */
enum rank { RANK_FIRST, RANK_SECOND, RANK_THIRD, RANK_NONE };

static enum rank rank(const struct slot *slot, unsigned threads, bool fresh)
{
    if (slot->state == SLOT_ABSENT)
        return fresh ? RANK_FIRST : RANK_SECOND;
    if (slot->state != SLOT_IDLE)
        return RANK_NONE;
    if (threads == 0 || slot->threads == threads)
        return fresh ? RANK_THIRD : RANK_FIRST;
    return fresh ? RANK_SECOND : RANK_THIRD;
}

struct slot *slots_choose(struct slot *slots, unsigned count, unsigned threads, bool fresh)
{
    struct slot *best = NULL;
    for (unsigned i = 0; i < count; i++) {
        struct slot *slot = &slots[i];
        enum rank ranked = rank(slot, threads, fresh);
        if (ranked < (best == NULL ? RANK_NONE : rank(best, threads, fresh)))
            best = slot;
    }
    return best;
}

uint64_t slots_memory(const struct slot *slots, unsigned count)
{
    uint64_t memory = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct slot *slot = &slots[i];
        memory += slot->reserved > slot->resident ? slot->reserved : slot->resident;
    }
    return memory;
}

struct slot *slots_to_retire(struct slot *slots, unsigned count, unsigned threads)
{
    struct slot *best = NULL;
    for (unsigned i = 0; i < count; i++) {
        struct slot *slot = &slots[i];
        if (slot->state != SLOT_IDLE)
            continue;
        bool other = slot->threads != threads;
        bool best_other = best != NULL && best->threads != threads;
        if (best == NULL || (other && !best_other) ||
            (other == best_other && slot->resident > best->resident))
            best = slot;
    }
    return best;
}
