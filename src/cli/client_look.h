/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands about applications share.
 */
#pragma once

#include "cli/job.h"
#include "cli/rows.h"
#include "core/store.h"

enum { CLIENT_COLUMNS_N = 5 };
extern const struct column client_columns[CLIENT_COLUMNS_N];

/* An application as a row of those columns. */
json_t *client_row(const struct client *client, struct slice account);

/* "read write" as a list, in the arena. */
struct texts client_words(struct arena *arena, const char *text);

/* The application that the first argument names; complains if there is none. Return: whether there
 * is one. */
bool client_load(struct job *job, struct client *ret);

/* In files of their own. */
int client_show_command(int argc, char **argv);
int client_delete_command(int argc, char **argv);
