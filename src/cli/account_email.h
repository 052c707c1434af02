/* SPDX-License-Identifier: Apache-2.0
 *
 * grantd account set-email, a subcommand of account.c.
 */
#pragma once

int account_set_email_command(int argc, char **argv);
