/* SPDX-License-Identifier: Apache-2.0
 *
 * Minting an owner's grant: check the password, derive, mint, record, respond.
 */
#include "core/grants/owner_grant.h"

#include "base/macros.h"
#include "core/grants/mint.h"
#include "core/grants/tail.h"
#include "core/ids.h"
#include "core/people/login/login.h"
#include "core/projects/project.h"
#include "core/upkeep/audit.h"
#include "core/upkeep/quota.h"

static enum err project_load(struct op *op, const struct uuid *id, struct project *ret)
{
        struct project project;

        TRY(project_choose(op, id, &project));
        if (project.key_ends_at.ms && project.key_ends_at.ms <= op->now.ms)
                return ERR_API_KEY_EXPIRED;
        *ret = project;
        return ERR_OK;
}

/* Mints with the root key of the passphrase, or without a key. */
static enum err mint(struct op *op, const struct project *project, struct secret passphrase,
                     const struct uuid *nonce, struct minted *ret)
{
        const struct root_key_port *port = &op->ports->root_key;
        const struct derivation_user user = {.account_id = project->account_id};
        struct mint_source source = {.project = project};
        struct derivation_ticket *ticket;
        struct crypto_key root;
        enum err error;

        TRY(project_open_api_key(op, project, &source.api_key));
        if (secret_is_absent(passphrase))
                return mint_owner_grant(op->arena, &source, nonce, ret);
        TRY(port->reserve(port->context, &user, &ticket));
        TRY(port->derive(port->context, ticket, passphrase, project->salt, &root));
        source.key.root = &root;
        error = mint_owner_grant(op->arena, &source, nonce, ret);
        wipe(&root, sizeof(root));
        return error;
}

/* The scope in its record: everything that the project's key allows. */
static struct slice whole_scope(struct arena *arena, const struct project *project)
{
        struct scope everything = {.rights = RIGHTS_ALL};

        return project->limits.data ? project->limits : scope_text(arena, &everything);
}

enum err owner_grant_make(struct op *op, const struct account *account,
                          const struct owner_grant_form *form, struct secret *ret_grant)
{
        struct grant grant = {.id = uuid_ordered(&op->ports->entropy, op->now),
                              .account_id = account->id,
                              .project_id = form->project_id,
                              .status = GRANT_LIVE,
                              .created_at = op->now};
        struct audit_entry audit = audit_entry_of(op, "owner_grant", &account->id, NULL, &grant.id);
        struct identity proven;
        struct project project;
        struct minted minted;
        enum err error;

        TRY(login_confirm(op, account, audit.action, &form->person, &proven));
        TRY(project_load(op, &form->project_id, &project));
        TRY(quota_spend_change(op));
        TRY(mint(op, &project, form->passphrase, &grant.id, &minted));
        grant.scope = whole_scope(op->arena, &project);
        grant.expires_at = project.key_ends_at;
        TRY(grant_tail_seal(op, &grant.id, minted.tail, &grant.sealed_tail));
        TRY(project_seal_caveat(op, &project, &grant.id, minted.caveat, &grant.sealed_caveat));
        error = store_owner_grant_insert(op, &grant, &audit);
        if (error == ERR_NO_ROW)
                return ERR_NOT_FOUND;
        TRY(error);
        *ret_grant = minted.grant;
        return ERR_OK;
}
