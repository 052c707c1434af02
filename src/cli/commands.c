/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of commands.
 */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "base/nearest.h"
#include "cli/output.h"

struct command {
        const char *name;
        const char *summary;
        int (*run)(int argc, char **argv);
};

static int help_command(int argc, char **argv);

static const struct command commands[] = {
        {"account", "create, list, disable and delete accounts", account_command},
        {"audit", "read the audit trail", audit_command},
        {"client", "create, import, list and delete applications", client_command},
        {"client-secret", "sign the JWT that an application presents as client_secret",
         client_secret_command},
        {"config", "print or check the configuration", config_command},
        {"demo", "run the whole flow on this machine and print a real access grant", demo_command},
        {"grant", "show, narrow, create, list and revoke access grants", grant_command},
        {"help", "explain a command", help_command},
        {"keys", "rotate the master key", keys_command},
        {"migrate", "update the database to the schema of this version", migrate_command},
        {"project", "list, add and export projects", project_command},
        {"serve", "serve the API", serve_command},
        {"session", "list and end sessions", session_command},
        {"store", "check, copy and recover the database", store_command},
        {"token", "create, list and revoke service tokens", token_command},
};

static const struct command *command_find(const char *name)
{
        for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
                if (strcmp(commands[i].name, name) == 0)
                        return &commands[i];
        return NULL;
}

static void commands_print(FILE *file)
{
        (void)fprintf(file, "usage: grantd COMMAND [OPTIONS]\n\n");
        for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
                (void)fprintf(file, "  %-14s  %s\n", commands[i].name, commands[i].summary);
        (void)fprintf(file, "\n\"grantd COMMAND --help\" lists its options.\n");
}

static int unknown_command(const char *name)
{
        struct nearest nearest = {.word = slice_from_string(name)};

        for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
                nearest_try(&nearest, commands[i].name);
        if (nearest_found(&nearest))
                complain("there is no command \"%s\"; did you mean \"%s\"?", name,
                         nearest_found(&nearest));
        else
                complain("there is no command \"%s\"; \"grantd help\" lists them", name);
        return EXIT_USAGE;
}

static int help_command(int argc, char **argv)
{
        static char flag[] = "--help";
        const struct command *command;

        if (argc < 2) {
                commands_print(stdout);
                return EXIT_DONE;
        }
        command = command_find(argv[1]);
        if (!command || command->run == help_command)
                return unknown_command(argv[1]);
        return command->run(2, (char *[]){argv[1], flag, NULL});
}

int commands_run(int argc, char **argv)
{
        const struct command *command;

        if (argc < 2) {
                commands_print(stderr);
                return EXIT_USAGE;
        }
        if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
                return help_command(1, argv);
        command = command_find(argv[1]);
        return command ? command->run(argc - 1, argv + 1) : unknown_command(argv[1]);
}
