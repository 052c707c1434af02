/* SPDX-License-Identifier: Apache-2.0
 *
 * Single settings: finding them by name, reading them by kind.
 */
#include "config/settings.h"

#include <string.h>

#include "base/macros.h"
#include "base/nearest.h"
#include "base/number.h"
#include "config/address.h"
#include "config/duration.h"

enum setting_kind {
        KIND_TEXT,
        KIND_ADDRESS,
        KIND_URL,
        KIND_FILE,
        KIND_CHOICE,
        KIND_DURATION,
        KIND_INTEGER,
        KIND_BOOLEAN,
};

enum { VISIBILITY_PLAIN = false, VISIBILITY_SECRET = true };

#define INFO(name_, default_, minimum_, maximum_, visibility, manual_)                             \
        {                                                                                          \
                .name = (name_), .default_text = (default_), .manual = (manual_),                  \
                .minimum = (minimum_), .maximum = (maximum_), .is_secret = VISIBILITY_##visibility \
        }

/* clang-format off */
static const struct setting_info infos[] = {
#define SETTING(section, key, kind, ...) INFO(#section "." #key, __VA_ARGS__),
#include "config/settings.def"
#undef SETTING
};

static const struct setting_info provider_infos[] = {
#define PROVIDER_SETTING(key, kind, ...) INFO(#key, __VA_ARGS__),
#include "config/settings.def"
#undef PROVIDER_SETTING
};

struct place {
        enum setting_kind kind;
        size_t offset;
};

static const struct place places[] = {
#define SETTING(section, key, kind, ...) {KIND_##kind, offsetof(struct config, section##_##key)},
#include "config/settings.def"
#undef SETTING
};

static const struct place provider_places[] = {
#define PROVIDER_SETTING(key, kind, ...) {KIND_##kind, offsetof(struct config_provider, key)},
#include "config/settings.def"
#undef PROVIDER_SETTING
};
/* clang-format on */

static const struct {
        enum setting_id id;
        const char *words[5];
} choices[] = {
        {SETTING_accounts_developers, {"everybody", "invited"}},
        {SETTING_accounts_require_factor, {"nobody", "operators", "developers", "everybody"}},
        {SETTING_store_pooler, {"none", "session", "transaction"}},
        {SETTING_process_sandbox, {"auto", "require", "off"}},
        {SETTING_log_level, {"debug", "info", "warning", "error"}},
        {SETTING_log_format, {"text", "json"}},
};

/* --- names --- */

const struct setting_info *setting_info(enum setting_id id)
{
        return &infos[id];
}

const struct setting_info *provider_setting_info(enum provider_setting key)
{
        return &provider_infos[key];
}

const char *setting_source_text(enum setting_source source)
{
        switch (source) {
        case SOURCE_DEFAULT:
                return "default";
        case SOURCE_FILE:
                return "file";
        case SOURCE_ENVIRONMENT:
                return "environment";
        case SOURCE_FLAG:
                return "flag";
        }
        return "";
}

void setting_environment(struct buf *out, enum setting_id id)
{
        buf_put_string(out, "GRANTD_");
        for (const char *at = infos[id].name; *at; at++)
                buf_put_byte(out, (uint8_t)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A'
                                            : *at == '.'             ? '_'
                                                                     : *at));
}

bool setting_find(struct slice name, enum setting_id *ret_id)
{
        for (enum setting_id id = 0; id < SETTING_COUNT; id++)
                if (slice_equal(slice_from_string(infos[id].name), name)) {
                        *ret_id = id;
                        return true;
                }
        return false;
}

enum setting_id setting_nearest(struct slice name)
{
        struct nearest nearest = {.word = name};
        enum setting_id id = 0;

        for (enum setting_id each = 0; each < SETTING_COUNT; each++) {
                nearest_try(&nearest, infos[each].name);
                if (nearest.name == infos[each].name)
                        id = each;
        }
        return id;
}

/* --- values --- */

struct value {
        const struct setting_info *info;
        const char *text;
};

static void bounds_put(struct buf *problem, const char *what, const struct setting_info *info,
                       const char *unit)
{
        buf_put_string(problem, what);
        buf_put_int64(problem, info->minimum);
        buf_put_string(problem, " to ");
        buf_put_int64(problem, info->maximum);
        buf_put_string(problem, unit);
}

static bool number_set(void *place, const struct value *value, bool is_duration,
                       struct buf *problem)
{
        const struct setting_info *info = value->info;
        struct slice text = slice_from_string(value->text);
        int64_t number;

        if ((is_duration ? duration_parse(text, &number) : int64_parse(text, &number)) &&
            number >= info->minimum && number <= info->maximum) {
                memcpy(place, &number, sizeof(number));
                return true;
        }
        if (is_duration)
                bounds_put(problem, "needs a duration such as 10s, 5m, 12h or 30d, from ", info,
                           " seconds");
        else
                bounds_put(problem, "needs a whole number from ", info, "");
        return false;
}

static bool boolean_set(void *place, struct slice text, struct buf *problem)
{
        bool value = slice_equal(text, SLICE("true"));

        if (!value && !slice_equal(text, SLICE("false"))) {
                buf_put_string(problem, "is true or false");
                return false;
        }
        memcpy(place, &value, sizeof(value));
        return true;
}

static bool choice_is_valid(const struct setting_info *info, const char *text, struct buf *problem)
{
        for (size_t i = 0; i < ARRAY_SIZE(choices); i++) {
                if (&infos[choices[i].id] != info)
                        continue;
                for (size_t k = 0; choices[i].words[k]; k++)
                        if (strcmp(choices[i].words[k], text) == 0)
                                return true;
                buf_put_string(problem, "is one of");
                for (size_t k = 0; choices[i].words[k]; k++) {
                        buf_put_string(problem, k ? ", " : " ");
                        buf_put_string(problem, choices[i].words[k]);
                }
        }
        return false;
}

/* Whether a text has the form that its kind requires. An empty one means "not set". */
static bool text_is_valid(const struct value *value, enum setting_kind kind, struct buf *problem)
{
        const struct setting_info *info = value->info;
        struct slice slice = slice_from_string(value->text);
        uint16_t port;

        if (slice.size > LIMIT_SETTING || !slice_is_utf8(slice) || !slice_is_plain_text(slice)) {
                buf_put_string(problem, "is too long or contains control characters");
                return false;
        }
        if (kind == KIND_CHOICE)
                return choice_is_valid(info, value->text, problem);
        if (!slice.size && !*info->default_text)
                return true;
        if (!slice.size) {
                buf_put_string(problem, "is empty");
                return false;
        }
        if (kind == KIND_ADDRESS && !address_parse(slice, &port)) {
                buf_put_string(problem, "needs an address and a port, such as 127.0.0.1:10100 or "
                                        "[::1]:10100");
                return false;
        }
        if (kind == KIND_URL && !origin_url_is_valid(slice)) {
                buf_put_string(problem, "needs the form https://host or https://host:port, in "
                                        "lower case, with nothing after it");
                return false;
        }
        return true;
}

static bool value_set(void *settings, const struct place *where, const struct value *value,
                      struct buf *problem)
{
        void *place = (char *)settings + where->offset;

        switch (where->kind) {
        case KIND_DURATION:
        case KIND_INTEGER:
                return number_set(place, value, where->kind == KIND_DURATION, problem);
        case KIND_BOOLEAN:
                return boolean_set(place, slice_from_string(value->text), problem);
        case KIND_TEXT:
        case KIND_ADDRESS:
        case KIND_URL:
        case KIND_FILE:
        case KIND_CHOICE:
                if (!text_is_valid(value, where->kind, problem))
                        return false;
                memcpy(place, &value->text, sizeof(value->text));
                return true;
        }
        return false;
}

bool setting_set(struct config *config, enum setting_id id, const char *text,
                 enum setting_source source, struct buf *problem)
{
        if (!value_set(config, &places[id], &(struct value){&infos[id], text}, problem))
                return false;
        config->texts[id] = text;
        config->sources[id] = source;
        return true;
}

bool provider_set(struct config_provider *provider, enum provider_setting key, const char *text,
                  enum setting_source source, struct buf *problem)
{
        const struct value value = {&provider_infos[key], text};

        if (!value_set(provider, &provider_places[key], &value, problem))
                return false;
        provider->texts[key] = text;
        provider->sources[key] = source;
        return true;
}
