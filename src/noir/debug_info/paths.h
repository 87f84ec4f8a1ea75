/*
 * The paths of a program's source files, without what is of the machine that compiled it: from the
 * package's src on, and for another package than the program's own from its name on, as
 * "ec/v0.1.2/src/lib.nr". So the same program is the same wherever it was compiled, and nobody's
 * folders are kept. Pure; thread-safe.
 */
#ifndef NOIR_DEBUG_INFO_PATHS_H
#define NOIR_DEBUG_INFO_PATHS_H

#include <jansson.h>

/*
 * A compiler's file_map, of which each file has a `path`, with such paths; one that has them
 * already is as it was. What is no file_map is an empty one. A new reference; NULL for lack of
 * memory.
 */
json_t *debug_short_file_map(json_t *file_map);

#endif
