/* SPDX-License-Identifier: Apache-2.0
 *
 * The store of core.h: it holds one of each kind, notes what it is asked, and fails on command.
 */
#pragma once

#include "core/policy.h"
#include "core/ports.h"
#include "core/store.h"
#include "core/upkeep/seal.h"
#include "satellite_double.h"
#include "test.h"

/* A verb of the double looks at little of what it is given. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

enum { SEALED_TAIL_SIZE = 4 + 12 + 32 + 16 }; /* key id, nonce, tail, tag */

struct core {
        struct store store; /* first: a verb's store is the core */
        struct arena arena;
        struct policy policy;
        struct seal seal;
        struct ports ports;
        struct caller caller;
        struct instant now;
        uint8_t random; /* the next byte of randomness */

        char calls[2048]; /* the names of verbs and of the ports that cost something */
        const char *failing;
        enum err failure;
        unsigned n_failures;

        struct account account;
        struct session session;
        struct client client;
        struct secret client_secret;
        struct project project;
        bool has_project;
        struct request request;
        struct claim claim;
        struct slice grant_scope; /* what a live grant gives already; absent: none */
        char noted_outcome[64];
        struct satellite_double satellite;
};

/* --- failing, and what was called --- */

static inline void core_fail(struct core *core, const char *name, enum err failure, unsigned times)
{
        core->failing = name;
        core->failure = failure;
        core->n_failures = times;
}

static inline enum err called(struct core *core, const char *name)
{
        size_t size = strlen(core->calls);

        (void)snprintf(core->calls + size, sizeof(core->calls) - size, "%s%s", size ? " " : "",
                       name);
        if (!core->failing || strcmp(core->failing, name) != 0 || core->n_failures == 0)
                return ERR_OK;
        core->n_failures--;
        return core->failure;
}

static inline bool was_called(const struct core *core, const char *name)
{
        return strstr(core->calls, name) != NULL;
}

/* --- the store --- */

#define CORE(store_) ((struct core *)(void *)(store_))

static inline enum err core_account_insert(struct store *store, struct arena *arena,
                                           const struct account *account,
                                           const struct project *project,
                                           const struct audit_entry *audit)
{
        TRY(called(CORE(store), "account_insert"));
        CORE(store)->account = *account;
        CORE(store)->project = *project;
        CORE(store)->has_project = true;
        return ERR_OK;
}

static inline enum err core_account_find(struct store *store, struct arena *arena,
                                         struct slice email, struct account *ret)
{
        TRY(called(CORE(store), "account_find"));
        *ret = CORE(store)->account;
        return slice_equal(email, ret->email) ? ERR_OK : ERR_NO_ROW;
}

static inline enum err core_session_insert(struct store *store, struct arena *arena,
                                           const struct session *session,
                                           const struct audit_entry *audit)
{
        TRY(called(CORE(store), "session_insert"));
        CORE(store)->session = *session;
        return ERR_OK;
}

static inline enum err core_session_find(struct store *store, struct arena *arena,
                                         const struct digest *token, struct instant now,
                                         int64_t idle, struct session *ret)
{
        TRY(called(CORE(store), "session_find"));
        *ret = CORE(store)->session;
        return digest_equal(token, &ret->token) ? ERR_OK : ERR_NO_ROW;
}

static inline enum err core_session_seen(struct store *store, struct arena *arena,
                                         const struct digest *token, struct instant now)
{
        return called(CORE(store), "session_seen");
}

static inline enum err core_session_delete(struct store *store, struct arena *arena,
                                           const struct digest *token,
                                           const struct audit_entry *audit)
{
        return called(CORE(store), "session_delete");
}

static inline enum err core_client_insert(struct store *store, struct arena *arena,
                                          const struct client *client,
                                          const struct audit_entry *audit)
{
        TRY(called(CORE(store), "client_insert"));
        CORE(store)->client = *client;
        return ERR_OK;
}

static inline enum err core_client_get(struct store *store, struct arena *arena,
                                       const struct uuid *account_id, const struct uuid *id,
                                       struct instant now, struct client *ret)
{
        TRY(called(CORE(store), "client_get"));
        *ret = CORE(store)->client;
        return uuid_equal(id, &ret->id) ? ERR_OK : ERR_NO_ROW;
}

static inline enum err core_client_find(struct store *store, struct arena *arena,
                                        const struct uuid *client_id, struct instant now,
                                        struct client *ret)
{
        TRY(called(CORE(store), "client_find"));
        if (!uuid_equal(client_id, &CORE(store)->client.client_id))
                return ERR_NO_ROW;
        *ret = CORE(store)->client;
        return ERR_OK;
}

static inline enum err core_client_by_row(struct store *store, struct arena *arena,
                                          const struct uuid *id, struct instant now,
                                          struct client *ret)
{
        TRY(called(CORE(store), "client_by_row"));
        *ret = CORE(store)->client;
        return uuid_equal(id, &ret->id) ? ERR_OK : ERR_NO_ROW;
}

static inline enum err core_client_delete(struct store *store, struct arena *arena,
                                          const struct uuid *account_id, const struct uuid *id,
                                          struct instant now, const struct audit_entry *audit)
{
        return called(CORE(store), "client_delete");
}

static inline enum err core_secret_add(struct store *store, struct arena *arena,
                                       const struct uuid *account_id, const struct uuid *id,
                                       const struct client_secret_row *row,
                                       struct instant others_end, const struct audit_entry *audit)
{
        return called(CORE(store), "client_secret_add");
}

static inline enum err core_project_insert(struct store *store, struct arena *arena,
                                           const struct project *project,
                                           const struct audit_entry *audit)
{
        TRY(called(CORE(store), "project_insert"));
        CORE(store)->project = *project;
        CORE(store)->has_project = true;
        return ERR_OK;
}

static inline enum err core_project_list(struct store *store, struct arena *arena,
                                         const struct uuid *account_id, struct project **ret,
                                         size_t *ret_n)
{
        TRY(called(CORE(store), "project_list"));
        *ret = &CORE(store)->project;
        *ret_n = CORE(store)->has_project;
        return ERR_OK;
}

static inline enum err core_project_get(struct store *store, struct arena *arena,
                                        const struct uuid *id, struct project *ret)
{
        TRY(called(CORE(store), "project_get"));
        *ret = CORE(store)->project;
        return CORE(store)->has_project && uuid_equal(id, &ret->id) ? ERR_OK : ERR_NO_ROW;
}

static inline enum err core_request_insert(struct store *store, struct arena *arena,
                                           const struct request *request,
                                           const struct audit_entry *audit, int64_t *ret_no)
{
        TRY(called(CORE(store), "request_insert"));
        CORE(store)->request = *request;
        CORE(store)->request.no = 7;
        *ret_no = 7;
        return ERR_OK;
}

static inline enum err core_request_get(struct store *store, struct arena *arena,
                                        const struct uuid *id, struct request *ret)
{
        TRY(called(CORE(store), "request_get"));
        *ret = CORE(store)->request;
        return uuid_equal(id, &ret->id) ? ERR_OK : ERR_NO_ROW;
}

static inline enum err core_request_decide(struct store *store, struct arena *arena,
                                           const struct request *request,
                                           const struct audit_entry *audit)
{
        TRY(called(CORE(store), "request_decide"));
        CORE(store)->request = *request;
        return ERR_OK;
}

static inline enum err core_code_find(struct store *store, struct arena *arena, int64_t no,
                                      struct request *ret)
{
        TRY(called(CORE(store), "code_find"));
        *ret = CORE(store)->request;
        return no == ret->no ? ERR_OK : ERR_NO_ROW;
}

static inline enum err core_code_claim(struct store *store, struct arena *arena,
                                       const struct claim *claim, struct grant *ret)
{
        TRY(called(CORE(store), "code_claim"));
        CORE(store)->claim = *claim;
        *ret = (struct grant){.id = claim->grant_id};
        return ERR_OK;
}

static inline void core_code_claim_then(struct store *store, struct arena *arena,
                                        const struct claim *claim, struct grant *ret,
                                        struct then then)
{
        then.run(then.context, core_code_claim(store, arena, claim, ret));
}

static inline enum err core_grant_issued(struct store *store, struct arena *arena,
                                         const struct uuid *grant_id, const struct uuid *attempt,
                                         const struct grant_key *key, struct instant now)
{
        CHECK_INT(key->sealed_tail.size, SEALED_TAIL_SIZE);
        CHECK(uuid_equal(attempt, &CORE(store)->claim.attempt));
        return called(CORE(store), "grant_issued");
}

static inline enum err core_grant_scopes(struct store *store, struct arena *arena,
                                         const struct uuid *account_id,
                                         const struct uuid *client_row, struct instant now,
                                         struct slice **ret, size_t *ret_n, bool *ret_is_cut)
{
        TRY(called(CORE(store), "grant_scopes"));
        *ret_is_cut = false;
        *ret = &CORE(store)->grant_scope;
        *ret_n = CORE(store)->grant_scope.data != NULL;
        return ERR_OK;
}

static inline enum err core_access_revoke(struct store *store, struct arena *arena,
                                          const struct uuid *account_id,
                                          const struct uuid *client_row, struct instant now,
                                          const struct audit_entry *audit, struct grant **ret,
                                          size_t *ret_n, bool *ret_is_cut)
{
        *ret_n = 0;
        *ret_is_cut = false;
        return called(CORE(store), "access_revoke");
}

static inline enum err core_audit_write(struct store *store, struct arena *arena,
                                        const struct audit_entry *audit)
{
        (void)snprintf(CORE(store)->noted_outcome, sizeof(CORE(store)->noted_outcome), "%s",
                       audit->outcome);
        return called(CORE(store), "audit_write");
}

static inline void core_audit_write_then(struct store *store, struct arena *arena,
                                         const struct audit_entry *audit, struct then then)
{
        then.run(then.context, core_audit_write(store, arena, audit));
}

static const struct store_verbs core_verbs = {
        .account_insert = core_account_insert,
        .account_find = core_account_find,
        .session_insert = core_session_insert,
        .session_find = core_session_find,
        .session_seen = core_session_seen,
        .session_delete = core_session_delete,
        .client_insert = core_client_insert,
        .client_get = core_client_get,
        .client_find = core_client_find,
        .client_by_row = core_client_by_row,
        .client_delete = core_client_delete,
        .client_secret_add = core_secret_add,
        .project_insert = core_project_insert,
        .project_list = core_project_list,
        .project_get = core_project_get,
        .request_insert = core_request_insert,
        .request_get = core_request_get,
        .request_decide = core_request_decide,
        .code_find = core_code_find,
        .code_claim = core_code_claim,
        .code_claim_then = core_code_claim_then,
        .grant_issued = core_grant_issued,
        .grant_scopes = core_grant_scopes,
        .access_revoke = core_access_revoke,
        .audit_write = core_audit_write,
        .audit_write_then = core_audit_write_then,
};
