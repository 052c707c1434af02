/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding a subcommand.
 */
#include "cli/subcommands.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "cli/commands.h"
#include "cli/output.h"

static void subcommands_print(FILE *file, const char *command, const struct subcommand *subcommands,
                              size_t n)
{
        (void)fprintf(file, "usage: grantd %s SUBCOMMAND [OPTIONS]\n\n", command);
        for (size_t i = 0; i < n; i++)
                (void)fprintf(file, "  %-14s  %s\n", subcommands[i].name, subcommands[i].summary);
        (void)fprintf(file, "\n\"grantd %s SUBCOMMAND --help\" lists its options.\n", command);
}

static int unknown_subcommand(const char *command, const struct subcommand *subcommands, size_t n,
                              const char *name)
{
        struct nearest nearest = {.word = slice_from_string(name)};

        for (size_t i = 0; i < n; i++)
                nearest_try(&nearest, subcommands[i].name);
        if (nearest_found(&nearest))
                complain("there is no command \"%s %s\"; did you mean \"%s %s\"?", command, name,
                         command, nearest_found(&nearest));
        else
                complain("there is no command \"%s %s\"; \"grantd %s --help\" lists them", command,
                         name, command);
        return EXIT_USAGE;
}

int subcommands_run(const char *command, const struct subcommand *subcommands, size_t n, int argc,
                    char **argv)
{
        if (argc < 2) {
                subcommands_print(stderr, command, subcommands, n);
                return EXIT_USAGE;
        }
        if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
                subcommands_print(stdout, command, subcommands, n);
                return EXIT_DONE;
        }
        for (size_t i = 0; i < n; i++)
                if (strcmp(subcommands[i].name, argv[1]) == 0)
                        return subcommands[i].run(argc - 1, argv + 1);
        return unknown_subcommand(command, subcommands, n, argv[1]);
}
