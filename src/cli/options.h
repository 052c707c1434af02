/* SPDX-License-Identifier: Apache-2.0
 *
 * Command-line options by rows: what a command takes, how it is read, and its --help.
 *
 *      struct values { const char *url; int64_t lifetime; bool json; };
 *      static const struct option options[] = {
 *              {"url", OPTION_TEXT, offsetof(struct values, url), "URL", "where to ask"},
 *              {"lifetime", OPTION_DURATION, offsetof(struct values, lifetime), "5m", "how long",
 *               .minimum = 1, .maximum = 3600},
 *              {"json", OPTION_FLAG, offsetof(struct values, json), NULL, "print JSON"},
 *      };
 *
 * What is not given stays as the caller has set it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
        OPTION_TEXT,     /* const char *: as it stands in argv */
        OPTION_FLAG,     /* bool: takes no value */
        OPTION_INTEGER,  /* int64_t, from `minimum` to `maximum` */
        OPTION_DURATION, /* int64_t, seconds, the same; written 90, 90s, 5m, 12h, 30d */
};

struct option {
        const char *name; /* without dashes */
        enum option_kind kind;
        size_t offset;
        const char *value; /* how help shows the value */
        const char *help;
        int64_t minimum, maximum;
};

struct usage {
        const char *command;   /* "client-secret" */
        const char *arguments; /* how help shows what is no option, or NULL: there is none */
        const char *summary;   /* one or more lines for --help */
        const struct option *options;
        size_t n_options;
        size_t n_arguments;  /* at most */
        bool takes_settings; /* --config FILE and --section.key=VALUE too */
};

/* What is left beside the options. */
struct options_rest {
        char **arguments;
        size_t n_arguments;
        char **settings; /* "http.listen=...", for config_load() */
        size_t n_settings;
        const char *config_path; /* NULL if --config was not given */
};

void options_rest_deinit(struct options_rest *rest);

enum options_outcome {
        OPTIONS_READ,
        OPTIONS_HELP,  /* was printed: exit with EXIT_DONE */
        OPTIONS_WRONG, /* was said on standard error: exit with EXIT_USAGE */
};

/* `ret_rest` is to be ended with options_rest_deinit(), whatever the outcome. */
enum options_outcome options_read(const struct usage *usage, int argc, char **argv, void *values,
                                  struct options_rest *ret_rest);

/* The exit status for an outcome that is not OPTIONS_READ. */
int options_exit(enum options_outcome outcome);
