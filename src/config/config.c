/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading settings from their four sources.
 */
#include "config/config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "config/check.h"

static const char default_path[] = "/etc/grantd/grantd.ini";
static const char prefix[] = "GRANTD_";

struct loading {
        struct arena *arena;
        struct config *config;
        struct buf *problems;
        enum setting_source source;
        bool is_in_file[SETTING_COUNT];
        bool has_long_line;
};

static void problem(struct loading *loading, const char *name, const char *what)
{
        buf_put_string(loading->problems, name);
        buf_put_string(loading->problems, ": ");
        buf_put_string(loading->problems, what);
        buf_put_byte(loading->problems, '\n');
}

static void setting_read(struct loading *loading, enum setting_id id, const char *text)
{
        struct buf what CLEANUP(buf_deinit) = BUF_INIT(1000);
        const char *kept = arena_string(loading->arena, slice_from_string(text));

        if (!kept)
                problem(loading, setting_info(id)->name, "there is no memory for it");
        if (!kept || setting_set(loading->config, id, kept, loading->source, &what))
                return;
        buf_put_string(&what, " (");
        buf_put_string(&what, setting_source_text(loading->source));
        buf_put_byte(&what, ')');
        problem(loading, setting_info(id)->name, arena_string(loading->arena, buf_slice(&what)));
}

/* `shown` is how the setting was written. */
static void provider_read(struct loading *loading, const char *shown, struct slice name,
                          enum provider_setting key, const char *text)
{
        struct buf what CLEANUP(buf_deinit) = BUF_INIT(1000);
        struct config_provider *provider = provider_named(loading->config, name, &what);
        const char *kept = arena_string(loading->arena, slice_from_string(text));

        if (provider && loading->source == SOURCE_FILE && provider->sources[key] == SOURCE_FILE)
                problem(loading, shown, "is set twice in the file");
        if (provider && kept && provider_set(provider, key, kept, loading->source, &what))
                return;
        problem(loading, shown, arena_string(loading->arena, buf_slice(&what)));
}

/* Return: whether it is a setting of a provider. */
static bool provider_is_read(struct loading *loading, struct slice name, const char *text)
{
        struct slice provider;
        enum provider_setting key;

        if (!provider_setting_find(name, &provider, &key))
                return false;
        provider_read(loading, arena_string(loading->arena, name), provider, key, text);
        return true;
}

/* `shown` is how it was written; `name` is its form as a setting's name. */
static void unknown(struct loading *loading, const char *shown, struct slice name)
{
        enum setting_id nearest = setting_nearest(name);
        struct buf what CLEANUP(buf_deinit) = BUF_INIT(1000);

        if (slice_starts_with(name, SLICE("login.oidc"))) {
                buf_put_string(&what, "there is no such setting; a provider's are login.oidc.NAME "
                                      "with");
                for (enum provider_setting key = 0; key < PROVIDER_SETTINGS; key++) {
                        buf_put_string(&what, key ? ", ." : " .");
                        buf_put_string(&what, provider_setting_info(key)->name);
                }
                problem(loading, shown, arena_string(loading->arena, buf_slice(&what)));
                return;
        }
        buf_put_string(&what, "there is no such setting; the nearest is ");
        if (loading->source == SOURCE_ENVIRONMENT)
                setting_environment(&what, nearest);
        else
                buf_put_string(&what, setting_info(nearest)->name);
        problem(loading, shown, arena_string(loading->arena, buf_slice(&what)));
}

static void defaults_read(struct loading *loading)
{
        loading->source = SOURCE_DEFAULT;
        for (enum setting_id id = 0; id < SETTING_COUNT; id++)
                setting_read(loading, id, setting_info(id)->default_text);
}

/* --- file --- */

static int file_line(void *context, const char *section, const char *key, const char *value)
{
        struct loading *loading = context;
        struct buf name CLEANUP(buf_deinit) = BUF_INIT(1000);
        enum setting_id id;

        buf_put_string(&name, section);
        if (*section)
                buf_put_byte(&name, '.');
        buf_put_string(&name, key);
        if (provider_is_read(loading, buf_slice(&name), value))
                return 1;
        if (!setting_find(buf_slice(&name), &id)) {
                unknown(loading, arena_string(loading->arena, buf_slice(&name)), buf_slice(&name));
                return 1;
        }
        if (loading->is_in_file[id])
                problem(loading, setting_info(id)->name, "is set twice in the file");
        loading->is_in_file[id] = true;
        setting_read(loading, id, value);
        return 1;
}

struct file_reader {
        FILE *file;
        bool has_long_line;
};

/* After a blank, '#' starts a comment, like ';', which inih removes itself. */
static void comment_cut(char *line)
{
        for (char *at = line; (at = strchr(at, '#')); at++)
                if (at > line && (at[-1] == ' ' || at[-1] == '\t')) {
                        memcpy(at, "\n", sizeof("\n"));
                        return;
                }
}

/* inih would silently truncate a long line, and treat an indented one as a continuation. */
static char *reader_line(char *line, int size, void *context)
{
        struct file_reader *reader = context;
        size_t indent;

        if (!fgets(line, size, reader->file))
                return NULL;
        if (!strchr(line, '\n') && !feof(reader->file))
                reader->has_long_line = true;
        indent = strspn(line, " \t");
        memmove(line, line + indent, strlen(line + indent) + 1);
        comment_cut(line);
        return line;
}

static void file_close(FILE **file)
{
        if (*file)
                (void)fclose(*file);
}

static void named_file_read(struct loading *loading, const char *path)
{
        FILE *file CLEANUP(file_close) = fopen(path, "re");
        struct file_reader reader = {.file = file};
        char what[200];
        int line;

        if (!file) {
                (void)snprintf(what, sizeof(what), "the configuration file cannot be read: %s",
                               strerrordesc_np(errno));
                problem(loading, path, what);
                return;
        }
        line = ini_parse_stream(reader_line, &reader, file_line, loading);
        if (line) {
                (void)snprintf(what, sizeof(what), "line %d is not of the form key = value", line);
                problem(loading, path, what);
        }
        if (reader.has_long_line)
                problem(loading, path, "a line is too long; put such a value into the environment");
}

static void file_read(struct loading *loading, const char *path)
{
        loading->source = SOURCE_FILE;
        if (!path)
                path = getenv("GRANTD_CONFIG");
        if (!path && access(default_path, F_OK) != 0)
                return;
        named_file_read(loading, path ? path : default_path);
}

/* --- environment --- */

/* Converts HTTP_LISTN to http.listn, to find the setting that was meant. */
static struct slice setting_like(struct arena *arena, struct slice name)
{
        char *text = arena_string(arena, name);
        char *underscore = text ? strchr(text, '_') : NULL;

        for (char *at = text; at && *at; at++)
                if (*at >= 'A' && *at <= 'Z')
                        *at = (char)(*at - 'A' + 'a');
        if (underscore)
                *underscore = '.';
        return slice_from_string(text);
}

/* Return: whether it is a setting of a provider. */
static bool provider_variable_is_read(struct loading *loading, struct slice name,
                                      struct slice value)
{
        struct slice start = SLICE("GRANTD_LOGIN_OIDC_"), provider;
        enum provider_setting key;
        char *text;

        if (!slice_starts_with(name, start) ||
            !provider_variable_find(slice_from(name, start.size), &provider, &key))
                return false;
        text = arena_string(loading->arena, provider);
        for (char *at = text; at && *at; at++)
                *at = (char)(*at == '_' ? '-' : *at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
        provider_read(loading, arena_string(loading->arena, name), slice_from_string(text), key,
                      arena_string(loading->arena, value));
        return true;
}

static void environment_entry_read(struct loading *loading, const char *entry)
{
        struct slice value = slice_from_string(entry), name;

        (void)slice_cut(&value, '=', &name);
        if (provider_variable_is_read(loading, name, value))
                return;
        for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
                struct buf known CLEANUP(buf_deinit) = BUF_INIT(1000);

                setting_environment(&known, id);
                if (slice_equal(buf_slice(&known), name)) {
                        setting_read(loading, id, arena_string(loading->arena, value));
                        return;
                }
        }
        if (!slice_equal(name, SLICE("GRANTD_CONFIG")))
                unknown(loading, arena_string(loading->arena, name),
                        setting_like(loading->arena, slice_from(name, sizeof(prefix) - 1)));
}

static void environment_read(struct loading *loading)
{
        loading->source = SOURCE_ENVIRONMENT;
        for (char **entry = environ; entry && *entry; entry++)
                if (strncmp(*entry, prefix, sizeof(prefix) - 1) == 0)
                        environment_entry_read(loading, *entry);
}

/* --- flags --- */

static void flag_read(struct loading *loading, const char *flag)
{
        struct slice value = slice_from_string(flag), name;
        enum setting_id id;

        if (!slice_cut(&value, '=', &name))
                problem(loading, flag, "is written --name=value");
        else if (provider_is_read(loading, name, arena_string(loading->arena, value)))
                return;
        else if (setting_find(name, &id))
                setting_read(loading, id, arena_string(loading->arena, value));
        else
                unknown(loading, arena_string(loading->arena, name), name);
}

static void flags_read(struct loading *loading, const char *const *flags, size_t n_flags)
{
        loading->source = SOURCE_FLAG;
        for (size_t i = 0; i < n_flags; i++)
                flag_read(loading, flags[i]);
}

static enum err config_finish(struct loading *loading, struct config *ret)
{
        TRY(arena_check(loading->arena)); /* a problem was recorded for each missing setting */
        config_complete(loading->arena, loading->config);
        TRY(arena_check(loading->arena));
        config_check(loading->config, loading->problems);
        *ret = *loading->config;
        return loading->problems->size ? ERR_FIELD_MALFORMED : ERR_OK;
}

enum err config_load(struct arena *arena, const struct config_sources *sources, struct config *ret,
                     struct buf *problems)
{
        struct config config = {0};
        struct loading loading = {.arena = arena, .config = &config, .problems = problems};

        defaults_read(&loading);
        file_read(&loading, sources->path);
        environment_read(&loading);
        flags_read(&loading, (const char *const *)sources->flags, sources->n_flags);
        return config_finish(&loading, ret);
}

enum err config_of_flags(struct arena *arena, const char *const *flags, size_t n_flags,
                         struct config *ret, struct buf *problems)
{
        struct config config = {0};
        struct loading loading = {.arena = arena, .config = &config, .problems = problems};

        defaults_read(&loading);
        flags_read(&loading, flags, n_flags);
        return config_finish(&loading, ret);
}
