/* What has to be done before a black box is used where no file can be opened. */
#ifndef NOIR_BLACKBOX_START_H
#define NOIR_BLACKBOX_START_H

/*
 * Has libcrypto start without its configuration file, which it would read at its first use. Once,
 * before threads.
 */
void blackbox_start(void);

#endif
