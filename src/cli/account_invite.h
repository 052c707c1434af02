/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands about invitations, which are subcommands of "grantd account".
 */
#pragma once

int account_invite_command(int argc, char **argv);
int account_invitations_command(int argc, char **argv);
int account_withdraw_command(int argc, char **argv);
