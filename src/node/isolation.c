/* SPDX-License-Identifier: Apache-2.0
 *
 * The files that a configuration needs: the folder of the database; those of the master key, the
 * certificate and its key, to reread them when they are replaced; that of the leaked passwords;
 * that of the log.
 */
#include "node/isolation.h"

#include <stdlib.h>
#include <string.h>

#include "base/event.h"
#include "base/macros.h"
#include "config/address.h"
#include "os/complain.h"
#include "os/sandbox.h"
#include "store/open.h"

struct planning {
        struct arena *arena;
        struct sandbox_plan plan;
};

static void folder_add(struct planning *planning, const char *file, enum path_access access)
{
        const char *slash = strrchr(file, '/');
        struct sandbox_plan *plan = &planning->plan;

        plan->paths[plan->n_paths++] = (struct path_rule){
                .path = slash ? arena_string(planning->arena,
                                             slice_new(file, (size_t)(slash - file) + 1))
                              : ".",
                .access = access,
        };
}

static void string_free(char **string)
{
        free(*string);
}

/* A file may be a symbolic link, and its target may be replaced as well. */
static void folders_add(struct planning *planning, const char *file, enum path_access access)
{
        char *target CLEANUP(string_free) = *file ? realpath(file, NULL) : NULL;

        if (*file)
                folder_add(planning, file, access);
        if (target)
                folder_add(planning, target, access);
}

/* A file's folder, in which SQLite makes others; or what connecting to a server reads. Of
 * somebody's home not the whole, but a hidden file of libpq's alone. */
static void database_add(struct planning *planning, const struct store_location *location)
{
        struct sandbox_plan *plan = &planning->plan;

        folders_add(planning, location->path, PATH_CHANGE);
        folders_add(planning, location->revocation_copy, PATH_CHANGE);
        for (size_t i = 0; i < STORE_FILES && *location->files[i]; i++) {
                const char *slash = strrchr(location->files[i], '/');

                if (slash && slash[1] == '.')
                        plan->paths[plan->n_paths++] = (struct path_rule){
                                .path = arena_string(planning->arena,
                                                     slice_from_string(location->files[i])),
                                .access = PATH_READ,
                        };
                else
                        folders_add(planning, location->files[i], PATH_READ);
        }
}

static void port_add(struct planning *planning, const char *address)
{
        struct sandbox_plan *plan = &planning->plan;

        if (address_parse(slice_from_string(address), &plan->ports[plan->n_ports]))
                plan->n_ports++;
}

static void plan_make(struct planning *planning, const struct node *node)
{
        const struct config *config = node->config;

        database_add(planning, &node->location);
        folders_add(planning, config->keys_master, PATH_READ);
        folders_add(planning, config->http_tls_certificate, PATH_READ);
        folders_add(planning, config->http_tls_key, PATH_READ);
        folders_add(planning, config->clients_metadata_ca, PATH_READ);
        folders_add(planning, config->accounts_leaked_passwords, PATH_READ);
        folders_add(planning, config->mail_password_file, PATH_READ);
        for (size_t i = 0; i < config->n_providers; i++)
                folders_add(planning, config->providers[i].client_secret_file, PATH_READ);
        folders_add(planning, config->mail_ca, PATH_READ);
        folders_add(planning, config->log_file, PATH_APPEND);
        port_add(planning, config->http_listen);
        port_add(planning, config->metrics_listen);
}

/* Return: whether this part is in force, or not required. */
static bool part_tell(const char *part, const char *problem, bool is_required)
{
        if (!problem)
                return true;
        if (is_required)
                complain("process.sandbox: %s cannot be used: %s", part, problem);
        else
                EVENT(EVENT_WARNING, "sandbox incomplete", EVENT_TEXT("part", part),
                      EVENT_TEXT("why", problem));
        return !is_required;
}

enum err isolation_enter(const struct node *node)
{
        const char *mode = node->config->process_sandbox;
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct planning planning = {.arena = &arena};
        bool is_required = strcmp(mode, "require") == 0, is_whole;
        struct sandbox_state state;

        if (strcmp(mode, "off") == 0) {
                EVENT(EVENT_WARNING, "sandbox off", EVENT_TEXT("by", "process.sandbox"));
                return ERR_OK;
        }
        plan_make(&planning, node);
        TRY(arena_check(&arena));
        sandbox_enter(&planning.plan, &state);
        is_whole = part_tell("Landlock", state.no_landlock, is_required);
        is_whole = part_tell("seccomp", state.no_seccomp, is_required) && is_whole;
        if (!is_whole)
                return ERR_FORBIDDEN;
        EVENT(EVENT_INFO, "sandbox", EVENT_INTEGER("landlock", state.landlock),
              EVENT_TEXT("seccomp", state.no_seccomp ? "no" : "yes"));
        return ERR_OK;
}
