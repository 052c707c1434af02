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

enum provider_setting {
#define PROVIDER_SETTING(key, ...) PROVIDER_##key,
#include "config/settings.def"
#undef PROVIDER_SETTING
        PROVIDER_SETTINGS
};

enum {
        LIMIT_PROVIDERS = 8,
        LIMIT_PROVIDER_NAME = 20, /* bytes */
};

#define SETTING_TYPE_TEXT     const char *
#define SETTING_TYPE_ADDRESS  const char *
#define SETTING_TYPE_URL      const char *
#define SETTING_TYPE_FILE     const char *
#define SETTING_TYPE_CHOICE   const char *
#define SETTING_TYPE_DURATION int64_t
#define SETTING_TYPE_INTEGER  int64_t
#define SETTING_TYPE_BOOLEAN  bool

/* An OpenID Connect provider, whose settings are login.oidc.NAME.KEY. */
struct config_provider {
        char name[LIMIT_PROVIDER_NAME + 1];
#define PROVIDER_SETTING(key, kind, ...) SETTING_TYPE_##kind key;
#include "config/settings.def"
#undef PROVIDER_SETTING
        const char *texts[PROVIDER_SETTINGS]; /* as they were written */
        enum setting_source sources[PROVIDER_SETTINGS];
};

/* One member for each setting, named section_key: config.http_listen. Texts are never NULL;
 * durations are seconds. */
struct config {
#define SETTING(section, key, kind, ...) SETTING_TYPE_##kind section##_##key;
#include "config/settings.def"
#undef SETTING
        const char *texts[SETTING_COUNT]; /* as they were written */
        enum setting_source sources[SETTING_COUNT];
        struct config_provider providers[LIMIT_PROVIDERS];
        size_t n_providers;
};

struct setting_info {
        const char *name; /* "http.listen" */
        const char *default_text;
        const char *manual;
        int64_t minimum, maximum;
        bool is_secret;
};

const struct setting_info *setting_info(enum setting_id id);

/* `name` is the key alone. */
const struct setting_info *provider_setting_info(enum provider_setting key);

/* "GRANTD_HTTP_LISTEN". */
void setting_environment(struct buf *out, enum setting_id id);

const char *setting_source_text(enum setting_source source);

/* Return: whether there is a setting of this name ("http.listen"). */
bool setting_find(struct slice name, enum setting_id *ret_id);

/* The same for login.oidc.NAME.KEY, in its parts. */
bool provider_setting_find(struct slice name, struct slice *ret_provider,
                           enum provider_setting *ret_key);

/* The same for the name of a variable after its GRANTD_LOGIN_OIDC_: a hyphen of NAME is written as
 * "_" there. `ret_provider` is as it was written. */
bool provider_variable_find(struct slice name, struct slice *ret_provider,
                            enum provider_setting *ret_key);

/* The setting whose name is most similar. */
enum setting_id setting_nearest(struct slice name);

/* Sets a setting from its text. The text must live as long as `config`.
 * Return: false, with what is wrong in `problem`, and the setting unchanged. */
bool setting_set(struct config *config, enum setting_id id, const char *text,
                 enum setting_source source, struct buf *problem);

/* The same for a setting of a provider. */
bool provider_set(struct config_provider *provider, enum provider_setting key, const char *text,
                  enum setting_source source, struct buf *problem);

/* The provider of this name, added with its defaults if there is none yet. Return: NULL, with what
 * is wrong in `problem`: that is no name, or there are too many. */
struct config_provider *provider_named(struct config *config, struct slice name,
                                       struct buf *problem);
