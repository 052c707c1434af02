/* SPDX-License-Identifier: Apache-2.0
 *
 * Command-line options as rows: what a command accepts, how it is read, and its --help.
 *
 *      struct values { const char *url; int64_t lifetime; bool json; };
 *      static const struct option options[] = {
 *              TEXT_OPTION("url", url, "URL", "where to ask"),
 *              DURATION_OPTION("lifetime", lifetime, "5m", "how long", 1, 3600),
 *              JSON_OPTION,
 *      };
 *      static const struct usage usage = {.command = "ask", OPTIONS(options)};
 *
 * Options that are not given keep the caller's values. The rows write to the file's
 * `struct values`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "config/config.h"

enum option_kind {
        OPTION_TEXT,     /* const char *: as in argv */
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

/* A row: the name, the member of `struct values`, how help shows the value, and the help. */
#define TEXT_OPTION(name_, member_, value_, help_)                                                 \
        {                                                                                          \
                .name = (name_), .kind = OPTION_TEXT, .offset = offsetof(struct values, member_),  \
                .value = (value_), .help = (help_)                                                 \
        }
#define FLAG_OPTION(name_, member_, help_)                                                         \
        {                                                                                          \
                .name = (name_), .kind = OPTION_FLAG, .offset = offsetof(struct values, member_),  \
                .help = (help_)                                                                    \
        }
#define NUMBER_OPTION(kind_, name_, member_, value_, help_, minimum_, maximum_)                    \
        {                                                                                          \
                .name = (name_), .kind = (kind_), .offset = offsetof(struct values, member_),      \
                .value = (value_), .help = (help_), .minimum = (minimum_), .maximum = (maximum_)   \
        }
#define DURATION_OPTION(...) NUMBER_OPTION(OPTION_DURATION, __VA_ARGS__)
#define INTEGER_OPTION(...)  NUMBER_OPTION(OPTION_INTEGER, __VA_ARGS__)

#define JSON_OPTION          FLAG_OPTION("json", json, "print JSON")

/* An array of rows, for a usage. */
#define OPTIONS(array_)      .options = (array_), .n_options = ARRAY_SIZE(array_)

struct usage {
        const char *command;   /* "client-secret" */
        const char *arguments; /* how help shows the arguments; NULL: there are none */
        const char *summary;   /* one or more lines for --help */
        const struct option *options;
        size_t n_options;
        size_t n_arguments;    /* at most */
        size_t n_needed;       /* arguments at least */
        bool takes_settings;   /* --config FILE and --section.key=VALUE too */
        bool creates_database; /* if there is none yet */
};

/* What remains besides the options. */
struct options_rest {
        char **arguments;
        size_t n_arguments;
        struct config_sources sources;
};

void options_rest_deinit(struct options_rest *rest);

enum options_outcome {
        OPTIONS_READ,
        OPTIONS_HELP,  /* help was printed: exit with EXIT_DONE */
        OPTIONS_WRONG, /* the problem was reported: exit with EXIT_USAGE */
};

/* Call options_rest_deinit() on `ret_rest`, whatever the outcome. */
enum options_outcome options_read(const struct usage *usage, int argc, char **argv, void *values,
                                  struct options_rest *ret_rest);

/* The exit status for an outcome that is not OPTIONS_READ. */
int options_exit(enum options_outcome outcome);
