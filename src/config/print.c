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

static void setting_put(struct buf *out, const struct config *config, enum setting_id id)
{
        const struct setting_info *info = setting_info(id);
        size_t before = out->size;

        buf_put_string(out, info->name + section_length(id) + 1);
        buf_put_string(out, " = ");
        if (info->is_secret && *config->texts[id])
                secret_put(out, config->texts[id]);
        else
                buf_put_string(out, config->texts[id]);
        while (out->size - before < 44 && !out->failed)
                buf_put_byte(out, ' ');
        buf_put_string(out, " ; ");
        buf_put_string(out, setting_source_text(config->sources[id]));
        buf_put_byte(out, '\n');
}

void config_print(const struct config *config, struct buf *out)
{
        for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
                if (begins_section(id)) {
                        buf_put_string(out, id ? "\n[" : "[");
                        buf_put(out, slice_new(setting_info(id)->name, section_length(id)));
                        buf_put_string(out, "]\n");
                }
                setting_put(out, config, id);
        }
}
