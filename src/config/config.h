/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration: flags override the environment, which overrides the file, which overrides the
 * defaults. All use the names in settings.def.
 *
 *      --http.listen=127.0.0.1:8080      GRANTD_HTTP_LISTEN=...      [http] listen = ...
 *
 * All problems are reported at once, each as a line that says what to do.
 */
#pragma once

#include "base/error.h"
#include "config/settings.h"

/* The configuration sources given on the command line. */
struct config_sources {
        const char
                *path; /* of --config; NULL: GRANTD_CONFIG, else /etc/grantd/grantd.ini, if there */
        char **flags;  /* NAME=VALUE, without the leading dashes */
        size_t n_flags;
};

/* Reads everything and checks it. Texts live in the arena. Problems, one a line, go to `problems`.
 * Return: ERR_OK; ERR_FIELD_MALFORMED if there are problems. */
enum err config_load(struct arena *arena, const struct config_sources *sources, struct config *ret,
                     struct buf *problems);

/* The same from flags and defaults only, ignoring file and environment. */
enum err config_of_flags(struct arena *arena, const char *const *flags, size_t n_flags,
                         struct config *ret, struct buf *problems);

/* All settings as a configuration file, each with the source of its value. Secrets are omitted, so
 * the output can be shared. */
void config_print(const struct config *config, struct buf *out);
