/* SPDX-License-Identifier: Apache-2.0
 *
 * Creating and importing projects.
 */
#include "core/projects/project.h"

#include "base/macros.h"
#include "core/grants/mint.h"
#include "core/ids.h"
#include "core/policy.h"
#include "core/projects/proof.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"
#include "core/upkeep/seal.h"

enum { SECRET_SIZE = 32, HEAD_SIZE = 32, SALT_SIZE = 16 };

const char *enforced_by_text(enum enforced_by enforced_by)
{
        switch (enforced_by) {
        case ENFORCED_BY_CHECK:
                return "check";
        case ENFORCED_BY_SATELLITE:
                return "satellite";
        case ENFORCED_BY_EXPIRY:
                return "expiry";
        }
        return "expiry";
}

enum enforced_by project_enforced_by(const struct project *project)
{
        if (project_is_self_issued(project))
                return ENFORCED_BY_CHECK;
        return project->prove_at.ms ? ENFORCED_BY_EXPIRY : ENFORCED_BY_SATELLITE;
}

bool project_is_honoured(const struct project *project)
{
        const struct slice nowhere = SLICE(PROJECT_NOWHERE), address = project->satellite_address;

        return !project->prove_at.ms &&
               (address.size < nowhere.size ||
                !slice_equal(slice_from(address, address.size - nowhere.size), nowhere));
}

int64_t project_key_rest(const struct policy *policy, const struct project *project,
                         struct instant now)
{
        return instant_seconds(project->key_ends_at) - instant_seconds(now) - policy->code_lifetime;
}

int64_t project_lifetime_most(const struct policy *policy, const struct project *project,
                              struct instant now)
{
        int64_t most = policy->grant_max_lifetime;

        if (project_enforced_by(project) == ENFORCED_BY_EXPIRY &&
            (most == 0 || most > policy->grant_unrevocable_lifetime))
                most = policy->grant_unrevocable_lifetime;
        if (project->key_ends_at.ms && (most == 0 || most > project_key_rest(policy, project, now)))
                most = project_key_rest(policy, project, now);
        return most;
}

/* Return: absent without memory. */
static struct slice random_bytes(struct op *op, size_t size)
{
        void *bytes = arena_alloc(op->arena, size);

        if (!bytes)
                return (struct slice){0};
        op->ports->entropy.fill(op->ports->entropy.context, bytes, size);
        return slice_new(bytes, size);
}

enum err project_make_self_issued(struct op *op, const struct uuid *account_id, struct slice name,
                                  struct project *ret)
{
        struct secret secret = {.hidden = random_bytes(op, SECRET_SIZE)};
        struct secret api_key;
        struct project project = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .account_id = *account_id,
                .name = name,
                .satellite_address = op->ports->policy->satellite_address,
                .head = random_bytes(op, HEAD_SIZE),
                .salt = random_bytes(op, SALT_SIZE),
                .path_cipher = PATH_CIPHER_AESGCM,
                .created_at = op->now,
        };

        TRY(arena_check(op->arena));
        TRY(mint_root_api_key(op->arena, secret_reveal(secret), project.head, &api_key));
        TRY(seal_close(op, SEAL_API_KEY, &project.id, api_key, &project.sealed_api_key));
        TRY(seal_close(op, SEAL_PROJECT_SECRET, &project.id, secret, &project.sealed_secret));
        *ret = project;
        return ERR_OK;
}

static enum err facts_check(const struct api_key_facts *facts, struct instant now)
{
        if (facts->has_prefix)
                return ERR_API_KEY_PREFIX;
        return facts->ends_at.ms && facts->ends_at.ms <= now.ms ? ERR_API_KEY_EXPIRED : ERR_OK;
}

static enum err grant_inspect(const struct op *op, struct slice text,
                              struct access_grant_facts *ret)
{
        enum err error = mint_inspect_grant(op->arena, text, ret);
        struct api_key_facts facts;
        struct secret key;

        if (error == ERR_ACCESS_GRANT_MALFORMED &&
            mint_inspect_api_key(op->arena, text, &key, &facts) == ERR_OK)
                return op_explain(op, error, SLICE("This is an API key; send it as api_key."));
        return error;
}

static enum err api_key_inspect(const struct op *op, struct slice text,
                                struct access_grant_facts *ret)
{
        enum err error = mint_inspect_api_key(op->arena, text, &ret->api_key, &ret->api_key_facts);
        struct access_grant_facts facts;

        if (error == ERR_API_KEY_MALFORMED && mint_inspect_grant(op->arena, text, &facts) == ERR_OK)
                return op_explain(op, error,
                                  SLICE("This is an access grant; send it as access_grant."));
        return error;
}

/* Inspects what is imported, an API key or an access grant. */
static enum err form_inspect(const struct op *op, const struct project_form *form,
                             struct access_grant_facts *ret)
{
        if (!secret_is_absent(form->access_grant))
                return grant_inspect(op, secret_reveal(form->access_grant), ret);
        ret->satellite_address = form->satellite_address;
        ret->path_cipher = form->path_cipher;
        return api_key_inspect(op, secret_reveal(form->api_key), ret);
}

/* Stores the key unchanged, and discards an encryption key that came with it. */
static enum err project_bring_in(struct op *op, const struct project_form *form,
                                 struct project *ret)
{
        struct access_grant_facts facts = {0};
        struct project project = {
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .account_id = op->account_id,
                .name = form->name,
                .created_at = op->now,
        };

        TRY(form_inspect(op, form, &facts));
        TRY(facts_check(&facts.api_key_facts, op->now));
        if (slice_is_empty(facts.satellite_address))
                return ERR_FIELD_MISSING;
        TRY(mint_check_satellite(facts.satellite_address));
        project.satellite_address = facts.satellite_address;
        TRY(project_prove_new(op, &(struct new_proof){.api_key = facts.api_key, .salt = form->salt},
                              &project));
        project.path_cipher = facts.path_cipher;
        project.head = facts.api_key_facts.head;
        project.limits = facts.api_key_facts.limits;
        project.key_begins_at = facts.api_key_facts.begins_at;
        project.key_ends_at = facts.api_key_facts.ends_at;
        TRY(seal_close(op, SEAL_API_KEY, &project.id, facts.api_key, &project.sealed_api_key));
        *ret = project;
        return ERR_OK;
}

enum err project_create(struct op *op, const struct project_form *form, struct project *ret)
{
        struct audit_entry audit;
        struct project project;

        TRY(quota_spend_change(op));
        if (secret_is_absent(form->api_key) && secret_is_absent(form->access_grant))
                TRY(project_make_self_issued(op, &op->account_id, form->name, &project));
        else
                TRY(project_bring_in(op, form, &project));
        audit = audit_entry_of(op, "project_create", &op->account_id, NULL, &project.id);
        TRY(store_project_insert(op, &project, &audit));
        *ret = project;
        return ERR_OK;
}

enum err project_choose(struct op *op, const struct uuid *id, struct project *ret)
{
        struct project_list projects;
        struct project project;
        enum err error;

        if (!id) {
                TRY(store_project_list(op, &projects));
                if (projects.n == 0)
                        return ERR_NOT_FOUND;
                *ret = projects.items[0];
                return ERR_OK;
        }
        error = store_project_get(op, id, &project);
        if (error == ERR_NO_ROW ||
            (error == ERR_OK && !uuid_equal(&project.account_id, &op->account_id)))
                return ERR_NOT_FOUND;
        TRY(error);
        *ret = project;
        return ERR_OK;
}

enum err project_show_secret(struct op *op, const struct project *project, struct secret *ret)
{
        struct audit_entry audit =
                audit_entry_of(op, "project_secret_shown", NULL, NULL, &project->id);
        struct secret secret;

        TRY(seal_open(op, SEAL_PROJECT_SECRET, &project->id, project->sealed_secret, &secret));
        TRY(store_audit_write(op, &audit));
        *ret = secret;
        return ERR_OK;
}

enum err project_remove(struct op *op, const struct uuid *id)
{
        struct audit_entry audit = audit_entry_of(op, "project_delete", &op->account_id, NULL, id);
        enum err error = store_project_delete(op, id, &audit);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
