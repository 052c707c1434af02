/* SPDX-License-Identifier: Apache-2.0
 *
 * A layer over SQLite's own way to files that writes a transaction's pages to the log in one go.
 */
#pragma once

/* What sqlite3_open_v2() is to be given. Needs synchronous=FULL: the log is written when it is
 * synced, and only what was synced may be shown to other connections.
 * Return: the name of the layer; NULL, which means SQLite's own, if there is none to build on. */
const char *sqlite_log_vfs(void);
