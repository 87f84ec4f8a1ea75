/*
 * Bytes that several have to share: what clients send while it is on its way (passing), and what is
 * kept of it. What is kept may be half of them at most, and however much it is, the other half is
 * for what passes. Any thread.
 */
#ifndef BASE_BUDGET_H
#define BASE_BUDGET_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum budget_use { BUDGET_PASSING, BUDGET_KEPT, BUDGET_USES };

struct budget {
    size_t most;
    pthread_mutex_t lock;
    size_t taken[BUDGET_USES];
};

/* What somebody has of a budget. Zero it: without a budget there is room for anything. */
struct budget_share {
    struct budget *budget; /* borrowed */
    enum budget_use use;
    size_t bytes;
};

void budget_init(struct budget *budget, size_t most);
void budget_destroy(struct budget *budget);

/* The most that there may be of a use. */
size_t budget_most(const struct budget *budget, enum budget_use use);

/* What is taken just now, by a use and by all. */
size_t budget_taken(struct budget *budget, enum budget_use use);
size_t budget_taken_in_all(struct budget *budget);

/* How much more may pass just now. */
size_t budget_room(struct budget *budget);

/* The share has so many bytes from here on. False when there is no room: it is as it was. */
bool budget_set(struct budget_share *share, size_t bytes);

/* The same of what is there already, whether there is room or not. */
void budget_force(struct budget_share *share, size_t bytes);

#endif
