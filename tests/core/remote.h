/* SPDX-License-Identifier: Apache-2.0
 *
 * The core on a real store, with a satellite double and the key of a project there.
 */
#pragma once

#include <accessgrant.h>

#include "core.h"
#include "core/grants/delivery_desk.h"
#include "core/projects/project.h"
#include "satellite_double.h"

/* A core with a satellite, and the key of a project there. */
struct remote {
        struct core core;
        struct satellite_double satellite;
        struct secret api_key; /* text */
        struct project project;
        struct delivery_desk desk;
};

static inline void remote_end(struct remote *remote)
{
        core_end(&remote->core);
}

static inline struct secret api_key_text(struct core *core)
{
        struct slice secret = SLICE("a secret of exactly 32 bytes....");
        struct slice head = SLICE("a head of exactly 32 bytes......");
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK(ag_api_key_new(ag_bytes_new(secret.data, secret.size),
                             ag_bytes_new(head.data, head.size), &key) == AG_OK);
        CHECK(ag_api_key_text(key, &text) == AG_OK);
        return secret_copy(&core->world.arena, slice_from_string(text));
}

static inline void remote_begin(struct remote *remote)
{
        remote->desk = (struct delivery_desk){0};
        core_begin(&remote->core);
        remote->core.ports.satellite = double_port(&remote->satellite, &remote->core.world.arena);
        remote->api_key = api_key_text(&remote->core);
}

#define REMOTE(name)                                                                               \
        struct remote name CLEANUP(remote_end);                                                    \
        remote_begin(&name)

static inline enum err import(struct remote *remote, struct slice salt)
{
        struct project_form form = {.name = SLICE("Mine"),
                                    .api_key = remote->api_key,
                                    .satellite_address = remote->core.policy.satellite_address,
                                    .path_cipher = PATH_CIPHER_AESGCM,
                                    .salt = salt};

        return project_create(core_op(&remote->core), &form, &remote->project);
}

static inline struct project stored(struct remote *remote)
{
        struct project project;

        CHECK_OK(STORE(&remote->core.world, project_get, &remote->project.id, &project));
        return project;
}

static inline size_t n_projects(struct remote *remote)
{
        struct project_list projects;

        CHECK_OK(STORE_AS(&remote->core.world, &remote->core.account.id, NOW, project_list,
                          &projects));
        return projects.n;
}
