/* SPDX-License-Identifier: Apache-2.0
 *
 * The grants that the database knows: listing and revoking them.
 */
#pragma once

#include "base/slice.h"

int grant_list_command(int argc, char **argv);

struct job;

/* Revokes a grant by its id, as its user does by removing it. Return: the exit status. */
int grant_record_revoke(struct job *job, struct slice id);
