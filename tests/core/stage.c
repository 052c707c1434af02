/* SPDX-License-Identifier: Apache-2.0
 *
 * The stage, made with the core itself.
 */
#include "stage.h"

#include "core/grants/connected.h"
#include "core/grants/owner_grant.h"
#include "store/crash_vfs.h"
#include "store/snapshot.h"

static struct s3_credentials credentials_of_edge(void)
{
        return (struct s3_credentials){.access_key_id = {SLICE("id")},
                                       .secret_key = {SLICE("secret")},
                                       .endpoint = SLICE("https://edge.example.com")};
}

static enum err edge_register(void *context, struct arena *arena, struct secret grant,
                              struct s3_credentials *ret)
{
        (void)context;
        (void)arena;
        (void)grant;
        *ret = credentials_of_edge();
        return ERR_OK;
}

/* --- people --- */

static void people_begin(struct stage *stage)
{
        struct core *core = &stage->net.core;
        struct slice value;

        CHECK_OK(seal_close(core_op(core), SEAL_KNOWN_VALUE, &seal_no_row,
                            (struct secret){SLICE("grantd")}, &value));
        CHECK_OK(VERB(&core->world, meta_put, &(struct named_value){SEAL_KNOWN_NAME, value},
                      &value));
        CHECK_OK(session_log_in(core_op(core), BY_PASSWORD(SLICE("user@example.com"), PASSWORD),
                                &stage->session, &stage->token));
        service_token_make(core_op(core), SLICE("a service"), TOKEN_CHECK, &stage->service,
                           &stage->service_text);
        CHECK_OK(service_token_add(core_op(core), &stage->service));
}

/* --- projects and grants --- */

static void projects_begin(struct stage *stage)
{
        struct net *net = &stage->net;

        CHECK_OK(project_choose(core_op(&net->core), NULL, &stage->project));
        net->core.now.ms++; /* the oldest one is chosen where none is named */
        CHECK_OK(bring_in(net, (struct slice){0}));
        stage->brought_in = net->project;
        double_say(&net->satellite, ERR_SATELLITE_UNAVAILABLE, ERR_OK);
        CHECK_OK(bring_in(net, net->satellite.salt));
}

#define READ_OF(place) TEXTS(SLICE("read"), slice_from_string(place))

static struct secret code_of(struct core *core, const char *place, struct secret passphrase)
{
        return core_consent(
                core, (struct consent_form){.approved = READ_OF(place), .passphrase = passphrase});
}

/* The API key of a grant, as text. */
static struct secret key_of(struct core *core, struct secret text)
{
        struct slice bytes = secret_reveal(text);
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        char *key CLEANUP(ag_text_freep) = NULL;

        CHECK(ag_grant_parse(ag_bytes_new(bytes.data, bytes.size), AG_STRICT, &grant) == AG_OK);
        CHECK(ag_api_key_text(ag_grant_api_key(grant), &key) == AG_OK);
        return secret_copy(&core->world.arena, slice_from_string(key));
}

static void codes_begin(struct stage *stage)
{
        struct core *core = &stage->net.core;
        const char *prefix = "bucket:photos;prefix:2024/";
        struct exchange_form form = core_form(core, core_code(core));

        CHECK_OK(core_exchange(core, &form));
        stage->grant = core->result.access_grant;
        stage->grant_key = key_of(core, stage->grant);
        CHECK_OK(core_request(core, READ_OF(prefix), &stage->pending));
        stage->code = code_of(core, "bucket:photos", (struct secret){0});
        stage->sealed_code = code_of(core, prefix, PASSPHRASE);
        stage->prefix_code = code_of(core, prefix, (struct secret){0});
}

/* The owner's own grant of the project brought in. Return: its id. */
static struct uuid own_grant_new(struct stage *stage)
{
        struct core *core = &stage->net.core;
        struct owner_grant_form form = {.project_id = stage->brought_in.id, .password = PASSWORD};

        core->now.ms++; /* grants of one millisecond have no order */
        CHECK_OK(owner_grant_make(core_op(core), &core->account, &form, &stage->own_grant));
        return core_grant(core).id;
}

static void grants_begin(struct stage *stage)
{
        struct core *core = &stage->net.core;
        struct uuid revoked = own_grant_new(stage);
        struct grant grant;

        CHECK_OK(connected_revoke_grant(core_op(core), &revoked, &grant));
        stage->own_id = own_grant_new(stage);
}

/* --- all of it --- */

/* From here on what is sealed is sealed under another key, so that there is something to rekey. */
static void key_add(struct core *core)
{
        static const uint8_t id[SEAL_KEY_ID_SIZE] = {2};
        struct seal more = {0};

        CHECK(seal_add(&more, id, (struct secret){SLICE("another key of 32 bytes.........")}));
        more.keys[more.n_keys++] = core->seal.keys[0];
        CHECK(seal_adopt(&core->seal, &more));
}

void stage_begin(struct stage *stage)
{
        struct core *core = &stage->net.core;

        *stage = (struct stage){.arena = ARENA_INIT(64 << 20)};
        crash_vfs_arm(0); /* the power stays on, and syncs cost no time */
        net_begin(&stage->net);
        core->ports.edge = (struct edge_port){.is_there = true, .register_grant = edge_register};
        people_begin(stage);
        projects_begin(stage);
        codes_begin(stage);
        grants_begin(stage);
        key_add(core);
        stage->now = instant_add_seconds(core->now, 120);
        stage->database = snapshot_take(&core->world);
        stage_reset(stage);
}

void stage_reset(struct stage *stage)
{
        struct core *core = &stage->net.core;

        world_close(&core->world);
        snapshot_put(&core->world, stage->database);
        fault_open(&core->world);
        core->ports.store = core->world.store;
        core->now = stage->now;
        double_say(&stage->net.satellite, ERR_OK, ERR_OK);
        arena_reset(&stage->arena);
}

void stage_end(struct stage *stage)
{
        net_end(&stage->net);
        arena_deinit(&stage->arena);
}
