/* SPDX-License-Identifier: Apache-2.0
 *
 * The database and its key: whether they are there, and what the next start would do to them.
 */
#include "base/files.h"
#include "base/macros.h"
#include "config/policy.h"
#include "node/node.h"
#include "node/precheck.h"
#include "os/key_source.h"
#include "store/migrate.h"
#include "store/open.h"

enum { SENTENCE = 8192 };

static void why_say(const struct precheck *check, const char *setting, const struct buf *why)
{
        precheck_say(check, FINDING_PROBLEM, setting, "%.*s", (int)why->size,
                     (const char *)why->data);
}

/* --- the key --- */

/* A key is made only with a new database. */
static void key_missing(const struct precheck *check, const struct store_location *location)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(SENTENCE);
        const char *path = check->config->keys_master;

        if (*location->path && file_exists(location->path))
                precheck_say(check, FINDING_PROBLEM, "keys.master",
                             "the database %s is there, but not its key %s; restore it from your "
                             "copy",
                             location->name, path);
        else if (file_check_folder(path, &why) != ERR_OK)
                why_say(check, "keys.master", &why);
        else
                precheck_say(check, *location->path ? FINDING_OK : FINDING_WARNING, "keys.master",
                             "%s is not there; it is created with a new database", path);
}

static void key_check(const struct precheck *check, const struct store_location *location)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(SENTENCE);
        struct key_source source = {0};
        struct seal seal = {0};
        enum err error = key_source_open(check->config->keys_master,
                                         check->config->keys_master_command, &source, &why);

        if (error == ERR_OK)
                error = key_source_read(&source, &seal, &why);
        if (error == ERR_OK)
                precheck_say(check, FINDING_OK, "keys.master", "%s has keys",
                             key_source_name(&source));
        else if (error == ERR_NOT_FOUND && !*check->config->keys_master_command)
                key_missing(check, location);
        else
                why_say(check, "keys.master", &why);
        wipe(&seal, sizeof(seal));
        key_source_close(&source);
}

/* --- the database --- */

static void schema_check(const struct precheck *check, const struct store_location *location,
                         const struct migration *found)
{
        if (found->oldest > found->newest)
                precheck_say(check, FINDING_PROBLEM, "store.url", DATABASE_NEWER, location->name);
        else if (found->version >= found->newest)
                precheck_say(check, FINDING_OK, "store.url",
                             "%s can be read and has the schema of this version", location->name);
        else if (!found->is_allowed)
                precheck_say(check, FINDING_PROBLEM, "store.url", DATABASE_OLDER, location->name);
        else
                precheck_say(check, FINDING_OK, "store.url",
                             "%s can be read; the next start brings its schema up to date",
                             location->name);
}

static void database_check(const struct precheck *check, const struct store_location *location)
{
        struct buf why CLEANUP(buf_deinit) = BUF_INIT(SENTENCE);
        struct migration found;

        if (*location->path && file_check_folder(location->path, &why) != ERR_OK)
                why_say(check, "store.url", &why);
        else if (*location->path && !file_exists(location->path))
                precheck_say(check, FINDING_OK, "store.url",
                             "%s is not there; the first start creates it", location->name);
        else if (store_look(location, &found) != ERR_OK)
                precheck_say(check, FINDING_PROBLEM, "store.url",
                             "the database %s cannot be opened; the log says why", location->name);
        else
                schema_check(check, location, &found);
}

void precheck_store(const struct precheck *check)
{
        struct store_location location = {0};

        if (config_store(check->config, &location) != ERR_OK) {
                precheck_say(check, FINDING_PROBLEM, "store.url", "%s", store_url_problem);
                return;
        }
        key_check(check, &location);
        database_check(check, &location);
}
