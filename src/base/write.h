/* Writing to a descriptor that blocks. */
#ifndef BASE_WRITE_H
#define BASE_WRITE_H

#include <stdbool.h>
#include <stddef.h>

/* Writes all the bytes, however many calls it takes. False with errno when one fails; some of the
 * bytes may be written then. Any thread. */
bool write_all(int descriptor, const void *bytes, size_t length);

#endif
