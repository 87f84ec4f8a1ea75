/* What has to be done before a black box is used where no file can be opened. */
#ifndef BLACKBOX_START_H
#define BLACKBOX_START_H

/*
 * Has libcrypto start without its configuration file, which it would read at its first use. Once,
 * before threads.
 */
void blackbox_start(void);

#endif
