/* SPDX-License-Identifier: Apache-2.0
 *
 * Filling the core with its own operations.
 */
#include "full_core.h"

#include "core/grants/connected.h"
#include "core/grants/owner_grant.h"
#include "core/people/email_change.h"
#include "core/people/invitation.h"
#include "core/people/reset.h"
#include "documents_double.h"
#include "factor_setup.h"
#include "passkey_setup.h"
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

static enum err on_mail(void *context, const struct mail_message *message)
{
        (void)context;
        CHECK(message->subject.size && !secret_is_absent(message->html));
        return ERR_OK;
}

/* --- people --- */

/* Somebody else with a second factor; the account's own waits for its first code. */
static void guarded_begin(struct full_core *full)
{
        struct core *core = &full->remote.core;
        struct registration form = {.email = SLICE("guarded@example.com"),
                                    .password = PASSWORD,
                                    .full_name = SLICE("A Guarded User")};
        struct op *op = core_op(core);
        struct factor_setup setup;
        struct account account;
        struct secret token;

        CHECK_OK(factor_begin(op, &full->session, &(struct confirmation){PASSWORD}, &setup));
        full->factor_key = factor_key(op, &core->account.id);
        CHECK_OK(account_create(op, &form, &account));
        CHECK_OK(session_log_in(op, BY_PASSWORD(form.email, PASSWORD), &full->guarded, &token));
        op->account_id = account.id;
        factor_set_up(op, &full->guarded, full->recovery_codes);
        full->guarded_key = factor_key(op, &account.id);
}

/* The account has a passkey, and its person has confirmed that they add another. */
static void passkey_begin_in(struct full_core *full)
{
        struct core *core = &full->remote.core;

        passkey_set_up(core_op(core), &full->session, &full->passkey);
        core->now.ms++;
        CHECK_OK(challenge_make(core_op(core), CHALLENGE_ADD, &core->account.id,
                                &full->passkey_challenge));
}

static struct secret token_in(struct secret link)
{
        return (struct secret){slice_from(link.hidden, link.hidden.size - 43)};
}

/* Somebody whose address was changed, and who has asked for another. */
static void moved_begin(struct full_core *full)
{
        struct registration form = {.email = SLICE("moved@example.com"),
                                    .password = PASSWORD,
                                    .full_name = SLICE("A Third User")};
        struct op *op = core_op(&full->remote.core);
        struct instant end = instant_add_seconds(op->now, EMAIL_UNDO_LIFETIME);
        struct mail undo = {.id = id_of(900),
                            .kind = MAIL_EMAIL_CHANGED,
                            .recipient = form.email,
                            .made_at = end}; /* not before the other that waits */
        struct mail wish = {.id = id_of(901),
                            .kind = MAIL_EMAIL_WISH,
                            .recipient = SLICE("third@example.com"),
                            .made_at = end};
        struct email_change change = {.email = SLICE("second@example.com")};

        CHECK_OK(account_create(op, &form, &change.account));
        op->account_id = change.account.id;
        CHECK_OK(store_email_set(op, &(struct new_email){&change, NULL, &undo, end}, NULL));
        CHECK_OK(email_undo_link(op, &undo, &full->undo_token));
        CHECK_OK(store_email_change_put(op, &(struct email_wish){&wish, end}, NULL));
        CHECK_OK(email_change_link(op, &wish, &full->confirm_token));
        full->undo_token = token_in(full->undo_token);
        full->confirm_token = token_in(full->confirm_token);
}

static void people_begin(struct full_core *full)
{
        struct core *core = &full->remote.core;
        struct invitation_form guest = {SLICE("guest@example.com"), INVITATION_LIFETIME, 0};
        struct invitation invitation;
        struct slice value;

        CHECK_OK(seal_close(core_op(core), SEAL_KNOWN_VALUE, &seal_no_row,
                            (struct secret){SLICE("grantd")}, &value));
        CHECK_OK(STORE(&core->world, meta_put, &(struct named_value){SEAL_KNOWN_NAME, value},
                       &value));
        CHECK_OK(session_log_in(core_op(core), BY_PASSWORD(SLICE("user@example.com"), PASSWORD),
                                &full->session, &full->token));
        core->ports.mail.send = on_mail;
        CHECK_OK(reset_request(core_op(core), SLICE("user@example.com")));
        CHECK_OK(reset_link_make(core_op(core), &full->session.account, &full->reset_token));
        full->reset_token = token_in(full->reset_token);
        guarded_begin(full);
        passkey_begin_in(full);
        moved_begin(full);
        service_token_make(core_op(core), SLICE("a service"), TOKEN_CHECK, &full->service,
                           &full->service_text);
        CHECK_OK(service_token_add(core_op(core), &full->service));
        CHECK_OK(invitation_make(core_op(core), &guest, &invitation, &full->invitation));
}

/* --- projects and grants --- */

static void projects_begin(struct full_core *full)
{
        struct remote *remote = &full->remote;

        CHECK_OK(project_choose(core_op(&remote->core), NULL, &full->project));
        remote->core.now.ms++; /* the oldest one is chosen where none is named */
        CHECK_OK(import(remote, (struct slice){0}));
        full->imported = remote->project;
        double_say(&remote->satellite, ERR_SATELLITE_UNAVAILABLE, ERR_OK);
        CHECK_OK(import(remote, remote->satellite.salt));
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

static void codes_begin(struct full_core *full)
{
        struct core *core = &full->remote.core;
        const char *prefix = "bucket:photos;prefix:2024/";
        struct exchange_form form = core_form(core, core_code(core));

        CHECK_OK(core_exchange(core, &form));
        full->grant = core->result.access_grant;
        full->grant_key = key_of(core, full->grant);
        CHECK_OK(core_request(core, READ_OF(prefix), &full->pending));
        full->code = code_of(core, "bucket:photos", (struct secret){0});
        full->sealed_code = code_of(core, prefix, PASSPHRASE);
        full->prefix_code = code_of(core, prefix, (struct secret){0});
        full->device = core_device(core, READ_OF(prefix));
        full->device_code = core_device_allowed(core, READ_OF(prefix), PASSPHRASE);
}

static void family_begin(struct full_core *full)
{
        struct core *core = &full->remote.core;
        struct slice place = SLICE("bucket:photos;prefix:2024/");
        struct exchange_form form = core_form(core, core_offline_code(core, place, PASSPHRASE));
        struct refresh_form refresh;

        form.may_refresh = true;
        CHECK_OK(core_exchange(core, &form));
        full->used_token = core->result.refresh_token;
        core->policy.refresh_grace = 1000000; /* it can be used again in every run */
        refresh = core_refresh_form(core, full->used_token);
        CHECK_OK(core_refresh(core, &refresh));
        full->refresh_token = core->result.refresh_token;
        full->offline_code = core_offline_code(core, place, PASSPHRASE);
}

/* Issues an owner's grant of the imported project. Return: its id. */
static struct uuid own_grant_new(struct full_core *full)
{
        struct core *core = &full->remote.core;
        struct owner_grant_form form = {.project_id = full->imported.id, .person = {PASSWORD}};

        core->now.ms++; /* grants of one millisecond have no order */
        CHECK_OK(owner_grant_make(core_op(core), &core->account, &form, &full->own_grant));
        return core_grant(core).id;
}

static void grants_begin(struct full_core *full)
{
        struct core *core = &full->remote.core;
        struct uuid revoked = own_grant_new(full);
        struct grant grant;

        CHECK_OK(connected_revoke_grant(core_op(core), &revoked, &grant));
        full->own_id = own_grant_new(full);
}

/* --- all of it --- */

/* Values are sealed under another key from here on, so that there is something to rekey. */
static void key_add(struct core *core)
{
        static const uint8_t id[SEAL_KEY_ID_SIZE] = {2};
        struct seal more = {0};

        CHECK(seal_add(&more, id, (struct secret){SLICE("another key of 32 bytes.........")}));
        more.keys[more.n_keys++] = core->seal.keys[0];
        CHECK(seal_adopt(&core->seal, &more));
}

/* A client that is known by its metadata document may be found and admitted. */
static void documents_offer(struct core *core)
{
        static struct documents_double documents;

        documents = documents_begin(&core->ports);
        documents.text = "{\"client_id\":\"https://app.example.com/client.json\","
                         "\"redirect_uris\":[\"https://app.example.com/cb\"],"
                         "\"token_endpoint_auth_method\":\"private_key_jwt\","
                         "\"jwks\":{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
                         "\"x\":\"bm7yZh4WIEDByU8z1zOKWx3pwy-cN4RvzVSurM5IUhI\"}]}}";
        core->ports.documents.context = &documents;
        core->policy.metadata_documents = true;
}

void full_core_begin(struct full_core *full)
{
        struct core *core = &full->remote.core;

        *full = (struct full_core){.arena = ARENA_INIT(64 << 20)};
        crash_vfs_arm(0); /* the power stays on, and syncs cost no time */
        remote_begin(&full->remote);
        core->ports.edge = (struct edge_port){.is_there = true, .register_grant = edge_register};
        documents_offer(core);
        people_begin(full);
        projects_begin(full);
        codes_begin(full);
        family_begin(full);
        grants_begin(full);
        key_add(core);
        full->now = instant_add_seconds(core->now, 120);
        full->database = snapshot_take(&core->world);
        full_core_reset(full);
}

void full_core_reset(struct full_core *full)
{
        struct core *core = &full->remote.core;

        world_close(&core->world);
        snapshot_put(&core->world, full->database);
        fault_open(&core->world);
        core->ports.store = core->world.store;
        core->now = full->now;
        double_say(&full->remote.satellite, ERR_OK, ERR_OK);
        arena_reset(&full->arena);
}

void full_core_end(struct full_core *full)
{
        remote_end(&full->remote);
        arena_deinit(&full->arena);
}
