/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands of commands: "grantd grant inspect".
 */
#pragma once

#include <stddef.h>

struct subcommand {
        const char *name;
        const char *summary;
        int (*run)(int argc, char **argv); /* argv[0] is its name */
};

/* Runs the subcommand that argv[1] names; --help lists them. Return: the exit status. */
int subcommands_run(const char *command, const struct subcommand *subcommands, size_t n, int argc,
                    char **argv);
