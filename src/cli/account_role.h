/* SPDX-License-Identifier: Apache-2.0
 *
 * The command about roles, a subcommand of "grantd account".
 */
#pragma once

int account_role_command(int argc, char **argv);
