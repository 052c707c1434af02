/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading argv by rows.
 */
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/number.h"
#include "cli/output.h"
#include "config/duration.h"

/* One run over argv. */
struct reading {
        const struct usage *usage;
        char **argv;
        int argc;
        int at;
        void *values;
        struct options_rest *rest;
        bool only_arguments; /* after "--" */
};

void options_rest_deinit(struct options_rest *rest)
{
        free(rest->arguments);
        free(rest->sources.flags);
        *rest = (struct options_rest){0};
}

int options_exit(enum options_outcome outcome)
{
        return outcome == OPTIONS_WRONG ? EXIT_USAGE : EXIT_DONE;
}

/* --- help --- */

static void option_print(const char *name, const char *value, const char *help)
{
        char left[64];

        (void)snprintf(left, sizeof(left), "--%s%s%s", name, value ? " " : "", value ? value : "");
        print("  %-27s  %s\n", left, help);
}

static void help_print(const struct usage *usage)
{
        print("usage: grantd %s [OPTIONS]%s%s\n\n%s\n\n", usage->command,
              usage->arguments ? " " : "", usage->arguments ? usage->arguments : "",
              usage->summary);
        for (size_t i = 0; i < usage->n_options; i++)
                option_print(usage->options[i].name, usage->options[i].value,
                             usage->options[i].help);
        if (usage->takes_settings) {
                option_print("config", "FILE", "read settings from this file");
                option_print("SECTION.KEY=VALUE", NULL,
                             "any setting; \"grantd config print\" lists them");
        }
        option_print("help", NULL, "print this");
}

/* --- values --- */

static enum options_outcome wrong(const struct usage *usage, const char *what, const char *name)
{
        complain("%s: %s%s; see \"grantd %s --help\"", usage->command, what, name, usage->command);
        return OPTIONS_WRONG;
}

static enum options_outcome number_read(const struct reading *reading, const struct option *option,
                                        const char *text)
{
        struct slice slice = slice_from_string(text);
        int64_t number;

        if (!(option->kind == OPTION_DURATION ? duration_parse(slice, &number)
                                              : int64_parse(slice, &number)) ||
            number < option->minimum || number > option->maximum) {
                complain("%s: --%s needs a %s from %lld to %lld%s", reading->usage->command,
                         option->name,
                         option->kind == OPTION_DURATION ? "duration such as 90s, 5m or 12h,"
                                                         : "whole number",
                         (long long)option->minimum, (long long)option->maximum,
                         option->kind == OPTION_DURATION ? " seconds" : "");
                return OPTIONS_WRONG;
        }
        memcpy((char *)reading->values + option->offset, &number, sizeof(number));
        return OPTIONS_READ;
}

/* `value` is what follows '='; NULL: the value is the next argument. */
static enum options_outcome option_read(struct reading *reading, const struct option *option,
                                        const char *value)
{
        char *place = (char *)reading->values + option->offset;

        if (option->kind == OPTION_FLAG) {
                if (value)
                        return wrong(reading->usage, "no value is allowed with --", option->name);
                *(bool *)(void *)place = true;
                return OPTIONS_READ;
        }
        if (!value && reading->at + 1 < reading->argc)
                value = reading->argv[++reading->at];
        if (!value)
                return wrong(reading->usage, "a value is missing after --", option->name);
        if (option->kind != OPTION_TEXT)
                return number_read(reading, option, value);
        memcpy(place, &value, sizeof(value));
        return OPTIONS_READ;
}

/* --- names --- */

static const struct option *option_find(const struct usage *usage, const char *name, size_t size)
{
        for (size_t i = 0; i < usage->n_options; i++)
                if (strlen(usage->options[i].name) == size &&
                    memcmp(usage->options[i].name, name, size) == 0)
                        return &usage->options[i];
        return NULL;
}

static enum options_outcome option_unknown(const struct usage *usage, struct slice name)
{
        struct nearest nearest = {.word = name};
        int size = (int)name.size;

        for (size_t i = 0; i < usage->n_options; i++)
                nearest_try(&nearest, usage->options[i].name);
        if (usage->takes_settings)
                nearest_try(&nearest, "config");
        if (nearest_found(&nearest))
                complain("%s: there is no option --%.*s; did you mean --%s?", usage->command, size,
                         (const char *)name.data, nearest_found(&nearest));
        else
                complain("%s: there is no option --%.*s; see \"grantd %s --help\"", usage->command,
                         size, (const char *)name.data, usage->command);
        return OPTIONS_WRONG;
}

static enum options_outcome dashed_read(struct reading *reading, char *name)
{
        static const struct option config = {
                "config", OPTION_TEXT, offsetof(struct options_rest, sources.path), "FILE", NULL, 0,
                0};
        size_t size = strcspn(name, "=");
        const char *value = name[size] ? name + size + 1 : NULL;
        const struct option *option = option_find(reading->usage, name, size);

        if (option)
                return option_read(reading, option, value);
        if (strcmp(name, "help") == 0) {
                help_print(reading->usage);
                return OPTIONS_HELP;
        }
        if (reading->usage->takes_settings && size == strlen("config") &&
            memcmp(name, "config", size) == 0) {
                struct reading inner = *reading;
                enum options_outcome outcome;

                inner.values = reading->rest;
                outcome = option_read(&inner, &config, value);
                reading->at = inner.at;
                return outcome;
        }
        if (reading->usage->takes_settings && memchr(name, '.', size)) {
                reading->rest->sources.flags[reading->rest->sources.n_flags++] = name;
                return OPTIONS_READ;
        }
        return option_unknown(reading->usage, slice_new((const uint8_t *)name, size));
}

static enum options_outcome argument_read(struct reading *reading, char *argument)
{
        struct options_rest *rest = reading->rest;

        if (rest->n_arguments == reading->usage->n_arguments)
                return wrong(reading->usage, "unexpected argument ", argument);
        rest->arguments[rest->n_arguments++] = argument;
        return OPTIONS_READ;
}

static enum options_outcome word_read(struct reading *reading, char *word)
{
        if (reading->only_arguments || word[0] != '-' || !word[1])
                return argument_read(reading, word);
        if (strcmp(word, "--") == 0) {
                reading->only_arguments = true;
                return OPTIONS_READ;
        }
        if (strcmp(word, "-h") == 0) {
                help_print(reading->usage);
                return OPTIONS_HELP;
        }
        if (word[1] != '-')
                return wrong(reading->usage, "there is no option ", word);
        return dashed_read(reading, word + 2);
}

enum options_outcome options_read(const struct usage *usage, int argc, char **argv, void *values,
                                  struct options_rest *ret_rest)
{
        struct reading reading = {
                .usage = usage, .argv = argv, .argc = argc, .values = values, .rest = ret_rest};
        size_t most = argc > 0 ? (size_t)argc : 1;

        *ret_rest = (struct options_rest){
                .arguments = calloc(most, sizeof(char *)),
                .sources.flags = calloc(most, sizeof(char *)),
        };
        if (!ret_rest->arguments || !ret_rest->sources.flags)
                abort();
        for (reading.at = 1; reading.at < argc; reading.at++) {
                enum options_outcome outcome = word_read(&reading, argv[reading.at]);

                if (outcome != OPTIONS_READ)
                        return outcome;
        }
        return OPTIONS_READ;
}
