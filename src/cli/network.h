/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that call a satellite and need no server: for anyone who has a grant.
 */
#pragma once

#include "cli/job.h"

/* "grantd grant revoke", "grantd project info". Return: the exit status. */
int grant_revoke_command(int argc, char **argv);
int project_info_command(int argc, char **argv);

/* For a job that has read its options. Asks its satellite whether the access grant in the file
 * (NULL: standard input) is valid now. Each check uses a fresh key derived from the grant's, since
 * a satellite caches its responses for minutes. Return: the exit status. */
int network_check(struct job *job, const char *file);
