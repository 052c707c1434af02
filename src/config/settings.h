/* SPDX-License-Identifier: Apache-2.0
 *
 * The settings of settings.def: their names, their kinds, and the struct that holds them.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum { LIMIT_SETTING = 4000 /* bytes of a value */ };

enum setting_source { SOURCE_DEFAULT, SOURCE_FILE, SOURCE_ENVIRONMENT, SOURCE_FLAG };

enum setting_id {
#define SETTING(section, key, ...) SETTING_##section##_##key,
#include "config/settings.def"
#undef SETTING
        SETTING_COUNT
};

#define SETTING_TYPE_TEXT     const char *
#define SETTING_TYPE_ADDRESS  const char *
#define SETTING_TYPE_URL      const char *
#define SETTING_TYPE_FILE     const char *
#define SETTING_TYPE_CHOICE   const char *
#define SETTING_TYPE_DURATION int64_t
#define SETTING_TYPE_INTEGER  int64_t
#define SETTING_TYPE_BOOLEAN  bool

/* One member for each setting, named section_key: config.http_listen. Texts are never NULL;
 * durations are seconds. */
struct config {
#define SETTING(section, key, kind, ...) SETTING_TYPE_##kind section##_##key;
#include "config/settings.def"
#undef SETTING
        const char *texts[SETTING_COUNT]; /* as they were written */
        enum setting_source sources[SETTING_COUNT];
};

struct setting_info {
        const char *name; /* "http.listen" */
        const char *default_text;
        const char *manual;
        int64_t minimum, maximum;
        bool is_secret;
};

const struct setting_info *setting_info(enum setting_id id);

/* "GRANTD_HTTP_LISTEN". */
void setting_environment(struct buf *out, enum setting_id id);

const char *setting_source_text(enum setting_source source);

/* Return: whether there is a setting of this name ("http.listen"). */
bool setting_find(struct slice name, enum setting_id *ret_id);

/* The setting whose name is most similar. */
enum setting_id setting_nearest(struct slice name);

/* Sets a setting from its text. The text must live as long as `config`.
 * Return: false, with what is wrong in `problem`, and the setting unchanged. */
bool setting_set(struct config *config, enum setting_id id, const char *text,
                 enum setting_source source, struct buf *problem);
