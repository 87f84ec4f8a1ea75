/*
 * Files that must survive: written whole or not at all (a temporary file, fsync, rename, fsync of
 * the folder), read whole with a limit. Thread-safe as far as no two threads write one name.
 */
#ifndef BASE_STORE_H
#define BASE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "base/buffer.h"
#include "base/failure.h"

/* Makes the folder and its parents if need be, mode 0700. RESULT_STORAGE_FAILED with the reason. */
MUST_USE_RESULT enum result store_make_folder(const char *folder, struct failure *failure);

/*
 * Writes folder/name. RESULT_STORAGE_FULL when the disk is, RESULT_STORAGE_FAILED for anything
 * else; a file of that name is then as it was and no other is left. But when it is a disk that
 * fails to make the new name last, the file is there, whole, and may not be there after a power
 * cut.
 */
MUST_USE_RESULT enum result store_write(const char *folder, const char *name, const void *bytes,
                                        size_t length, struct failure *failure);

/*
 * Appends a file's bytes to the buffer. Waits for nobody: RESULT_NOT_FOUND when it cannot be read
 * or is no file, but a folder, pipe, socket or device. RESULT_BODY_TOO_LARGE past `most` bytes,
 * RESULT_INTERNAL for lack of memory.
 */
MUST_USE_RESULT enum result store_read(struct buffer *bytes, const char *path, size_t most,
                                       struct failure *failure);

/*
 * Removes what a killed store_write had to leave in the folder, and nothing else. Before anyone
 * writes there.
 */
void store_sweep(const char *folder);

/*
 * Makes the folder this process's alone, until it closes *lock or ends. RESULT_STORAGE_FAILED when
 * another has it, or it cannot be locked.
 */
MUST_USE_RESULT enum result store_lock(int *lock, const char *folder, struct failure *failure);

bool store_exists(const char *path);

/* Which state of which file it is. */
struct store_stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
    struct timespec changed;
    bool settled; /* it had been so for a while: within a tick of its clock a file can change twice
                   */
};

/* Of the file that the path leads to. All zero when it cannot be had. */
struct store_stamp store_stamp(const char *path);

/* Whether a file is now, by its stamp, as it was when it had settled. */
bool store_unchanged(const struct store_stamp *then, const struct store_stamp *now);

/* Removes folder/name and makes that last; one that is not there is fine. */
MUST_USE_RESULT enum result store_remove(const char *folder, const char *name,
                                         struct failure *failure);

/* Likewise, for what nobody needs any more: where it cannot be removed, the log says so. */
void store_discard(const char *folder, const char *name);

/*
 * Calls `each` for every file of the folder whose name ends with the suffix and does not begin with
 * a dot, in alphabetical order. A folder that cannot be read is RESULT_STORAGE_FAILED.
 */
MUST_USE_RESULT enum result store_list(const char *folder, const char *suffix,
                                       void (*each)(void *context, const char *name), void *context,
                                       struct failure *failure);

#endif
