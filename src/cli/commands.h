/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands of grantd. Each takes its own argc and argv, with its name in argv[0], and returns
 * the exit status: 0 success, 1 refused or failed, 2 wrong usage.
 */
#pragma once

/* Runs the command that argv[1] names. Return: the exit status. */
int commands_run(int argc, char **argv);

/* Each in a file of its name. */
int account_command(int argc, char **argv);
int audit_command(int argc, char **argv);
int client_command(int argc, char **argv);
int client_secret_command(int argc, char **argv);
int config_command(int argc, char **argv);
int demo_command(int argc, char **argv);
int grant_command(int argc, char **argv);
int keys_command(int argc, char **argv);
int migrate_command(int argc, char **argv);
int project_command(int argc, char **argv);
int session_command(int argc, char **argv);
int serve_command(int argc, char **argv);
int store_command(int argc, char **argv);
int token_command(int argc, char **argv);
