/* What a `bb` says it can do. */
#ifndef ENGINE_BB_SCHEMA_H
#define ENGINE_BB_SCHEMA_H

#include <stdbool.h>

#include "engine/bb/request.h"
#include "process/frame.h"

/* The commands that this daemon sends, NULL-terminated: a `bb` without one of them cannot serve it.
 */
extern const char *const schema_needed_commands[];

/* True when the output of `bb msgpack schema` lists the command. Pure; any thread. */
bool schema_has_command(struct bytes schema, const char *command);

/*
 * The frames that such a `bb` reads and writes. The schema of those with bare ones, as 5.0.0, has
 * the root Api; that of what puts an id before each has another. Pure; any thread.
 */
enum frame_layout schema_frames(struct bytes schema);

#endif
