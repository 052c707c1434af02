/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration as a file that can be read again.
 */
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "store/open.h"

static size_t section_length(enum setting_id id)
{
        return strcspn(setting_info(id)->name, ".");
}

static bool begins_section(enum setting_id id)
{
        return id == 0 || section_length(id) != section_length(id - 1) ||
               strncmp(setting_info(id)->name, setting_info(id - 1)->name, section_length(id)) != 0;
}

/* Hides the password of a URL, or all of a secret that is not a URL. */
static void secret_put(struct buf *out, const char *text)
{
        const char *scheme = strstr(text, "://");
        const char *at = memrchr(text, '@', strcspn(text, "?"));
        struct store_location location;

        if (!scheme && store_locate(slice_from_string(text), &location) == ERR_OK) {
                buf_put_string(out, text);
                return;
        }
        if (scheme)
                buf_put(out, slice_new(text, (size_t)(scheme - text) + strlen("://")));
        buf_put_string(out, "(hidden)");
        if (scheme && at)
                buf_put(out, slice_to(slice_from_string(at), strcspn(at, "?")));
}

/* `text` is how it was written; `name` has no section. */
static void setting_put(struct buf *out, const char *name, bool is_secret, const char *text,
                        enum setting_source source)
{
        size_t before = out->size;

        buf_put_string(out, name);
        buf_put_string(out, " = ");
        if (is_secret && *text)
                secret_put(out, text);
        else
                buf_put_string(out, text);
        while (out->size - before < 44 && !out->failed)
                buf_put_byte(out, ' ');
        buf_put_string(out, " ; ");
        buf_put_string(out, setting_source_text(source));
        buf_put_byte(out, '\n');
}

static void provider_put(struct buf *out, const struct config_provider *provider)
{
        buf_put_string(out, "\n[login.oidc.");
        buf_put_string(out, provider->name);
        buf_put_string(out, "]\n");
        for (enum provider_setting key = 0; key < PROVIDER_SETTINGS; key++) {
                const struct setting_info *info = provider_setting_info(key);

                setting_put(out, info->name, info->is_secret, provider->texts[key],
                            provider->sources[key]);
        }
}

void config_print(const struct config *config, struct buf *out)
{
        for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
                if (begins_section(id)) {
                        buf_put_string(out, id ? "\n[" : "[");
                        buf_put(out, slice_new(setting_info(id)->name, section_length(id)));
                        buf_put_string(out, "]\n");
                }
                setting_put(out, setting_info(id)->name + section_length(id) + 1,
                            setting_info(id)->is_secret, config->texts[id], config->sources[id]);
        }
        for (size_t i = 0; i < config->n_providers; i++)
                provider_put(out, &config->providers[i]);
}
