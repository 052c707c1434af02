/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts, for operators: docs/protocol/http.md 10.2. What an account has is not shown: no
 * project, no application's access, nothing that is secret.
 */
#include "api/admin.h"
#include "api/json.h"
#include "api/paging.h"
#include "base/macros.h"
#include "core/people/email.h"
#include "core/people/operator.h"
#include "core/people/session.h"
#include "http/fields.h"
#include "http/respond.h"

/* --- the list --- */

struct accounts_query {
        struct slice email;
};

static const struct field accounts_fields[] = {
        {"email", FIELD_TEXT, offsetof(struct accounts_query, email), .maximum = LIMIT_EMAIL},
};

static json_t *roles_json(unsigned roles)
{
        json_t *array = json_array();

        if (roles & ACCOUNT_DEVELOPER)
                json_append(array, json_string("developer"));
        if (roles & ACCOUNT_OPERATOR)
                json_append(array, json_string("operator"));
        return array;
}

static json_t *overview_json(const struct overview *overview)
{
        const struct account *account = &overview->account;
        json_t *object = json_object();

        json_put(object, "id", json_from_uuid(&account->id));
        json_put(object, "email", json_from_slice(account->email));
        json_put(object, "full_name", json_from_slice(account->full_name));
        json_put(object, "roles", roles_json(account->roles));
        json_put(object, "created_at", json_from_instant(account->created_at));
        json_put(object, "last_login_at", json_from_instant(overview->last_login_at));
        json_put(object, "blocked_at", json_from_instant(account->disabled_at));
        json_put(object, "second_factor", json_boolean(overview->has_factor));
        json_put(object, "passkey", json_boolean(overview->has_passkey));
        return object;
}

enum err admin_accounts_get(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = admin_op(api, call, session);
        struct accounts_query query = {0};
        struct overview_page page = {0};
        struct overview_list list;
        json_t *array;

        TRY(fields_decode_query(call, accounts_fields, ARRAY_SIZE(accounts_fields), &query));
        TRY(page_read(call, LIMIT_LIST, &page.page));
        page.email = email_lower(call->arena, query.email);
        TRY(store_overview_list(&op, &page, &list));
        respond_next(call, &list.next);
        array = json_array();
        for (size_t i = 0; i < list.n; i++)
                json_append(array, overview_json(&list.items[i]));
        respond_json(call, 200, array);
        return ERR_OK;
}

/* --- what is done --- */

/* The account of the path, for an operator who has shown recently who they are. */
static enum err action_begin(struct op *op, struct http_call *call, const struct session *session,
                             struct uuid *ret_id)
{
        TRY(api_path_id(call, ret_id));
        return session_require_proof(op, &session->authentication);
}

struct account_form {
        enum field_boolean blocked;
};

static const struct field account_fields[] = {
        {"blocked", FIELD_BOOLEAN, offsetof(struct account_form, blocked), .flags = FIELD_REQUIRED},
};

enum err admin_account_patch(const struct api *api, struct http_call *call,
                             const struct session *session)
{
        struct op op = admin_op(api, call, session);
        struct account_form form = {0};
        struct uuid id;

        TRY(action_begin(&op, call, session, &id));
        TRY(fields_decode_json(call, account_fields, ARRAY_SIZE(account_fields), &form));
        TRY((form.blocked == FIELD_TRUE ? operator_disable_account : operator_enable_account)(&op,
                                                                                              &id));
        respond_empty(call, 204);
        return ERR_OK;
}

enum err admin_factors_post(const struct api *api, struct http_call *call,
                            const struct session *session)
{
        struct op op = admin_op(api, call, session);
        struct uuid id;

        TRY(action_begin(&op, call, session, &id));
        TRY(operator_reset_factors(&op, &id));
        respond_empty(call, 204);
        return ERR_OK;
}

enum err admin_reset_post(const struct api *api, struct http_call *call,
                          const struct session *session)
{
        struct op op = admin_op(api, call, session);
        struct uuid id;

        TRY(action_begin(&op, call, session, &id));
        TRY(operator_mail_reset(&op, &id));
        respond_empty(call, 202);
        return ERR_OK;
}
