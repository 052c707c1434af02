/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that ask a satellite and need no server: for anyone who has a grant.
 */
#pragma once

/* "grantd grant check", "grantd grant revoke", "grantd project info". Return: the exit status. */
int grant_check_command(int argc, char **argv);
int grant_revoke_command(int argc, char **argv);
int project_info_command(int argc, char **argv);
