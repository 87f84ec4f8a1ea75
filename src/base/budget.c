#include "base/budget.h"

#include "base/check.h"

enum { KEPT_PART = 2 };

void budget_init(struct budget *budget, size_t most)
{
    *budget = (struct budget){.most = most};
    CHECK_ZERO(pthread_mutex_init(&budget->lock, NULL));
}

void budget_destroy(struct budget *budget)
{
    CHECK_ZERO(pthread_mutex_destroy(&budget->lock));
}

size_t budget_most(const struct budget *budget, enum budget_use use)
{
    return use == BUDGET_KEPT ? budget->most / KEPT_PART : budget->most;
}

static void lock(struct budget *budget)
{
    CHECK_ZERO(pthread_mutex_lock(&budget->lock));
}

static void unlock(struct budget *budget)
{
    CHECK_ZERO(pthread_mutex_unlock(&budget->lock));
}

size_t budget_taken(struct budget *budget, enum budget_use use)
{
    lock(budget);
    size_t taken = budget->taken[use];
    unlock(budget);
    return taken;
}

size_t budget_taken_in_all(struct budget *budget)
{
    lock(budget);
    size_t taken = budget->taken[BUDGET_PASSING] + budget->taken[BUDGET_KEPT];
    unlock(budget);
    return taken;
}

/* What was forced may be more than its part, and does not count then. With the lock held. */
static size_t room(const struct budget *budget)
{
    const size_t most_kept = budget_most(budget, BUDGET_KEPT);
    size_t kept = budget->taken[BUDGET_KEPT];
    size_t passes = budget->taken[BUDGET_PASSING];
    size_t left = budget->most - (kept < most_kept ? kept : most_kept);
    return left < passes ? 0 : left - passes;
}

size_t budget_room(struct budget *budget)
{
    lock(budget);
    size_t left = room(budget);
    unlock(budget);
    return left;
}

/* With the lock held. */
static bool has_room(const struct budget *budget, enum budget_use use, size_t more)
{
    const size_t most_kept = budget_most(budget, BUDGET_KEPT);
    size_t kept = budget->taken[BUDGET_KEPT];
    if (use == BUDGET_KEPT && (kept > most_kept || more > most_kept - kept))
        return false;
    return more <= room(budget);
}

static bool set(struct budget_share *share, size_t bytes, bool forced)
{
    struct budget *budget = share->budget;
    if (budget == NULL)
        return true;
    lock(budget);
    size_t *taken = &budget->taken[share->use];
    CHECK(*taken >= share->bytes);
    bool fits =
        forced || bytes <= share->bytes || has_room(budget, share->use, bytes - share->bytes);
    if (fits) {
        *taken = *taken - share->bytes + bytes;
        share->bytes = bytes;
    }
    unlock(budget);
    return fits;
}

bool budget_set(struct budget_share *share, size_t bytes)
{
    return set(share, bytes, false);
}

void budget_force(struct budget_share *share, size_t bytes)
{
    (void)set(share, bytes, true);
}
