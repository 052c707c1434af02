/* SPDX-License-Identifier: Apache-2.0
 *
 * The rest of the operators' page: applications that await approval, the audit trail, and what this
 * node has counted (docs/protocol/http.md 10).
 */
#include "api/admin.h"

#include "api/json.h"
#include "api/metrics.h"
#include "api/paging.h"
#include "base/macros.h"
#include "base/metric.h"
#include "core/clients/client.h"
#include "core/clients/client_auth.h"
#include "core/clients/client_review.h"
#include "core/people/session.h"
#include "http/fields.h"
#include "http/respond.h"

struct op admin_op(const struct api *api, struct http_call *call, const struct session *session)
{
        struct op op = api_op(api, call, NULL);

        op.caller.operator_id = session->account.id;
        return op;
}

/* --- applications that await approval --- */

static json_t *base64url_json(struct slice bytes)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(64);

        base64url_encode(&text, bytes);
        return json_from_slice(buf_slice(&text));
}

static enum err waiting_json(const struct waiting_client *waiting, json_t **ret)
{
        const struct client *client = &waiting->client;
        json_t *object = json_object();
        struct digest revision;

        json_put(object, "id", json_from_uuid(&client->id));
        json_put(object, "client_id", json_from_uuid(&client->client_id));
        json_put(object, "name", json_from_slice(client->name));
        json_put(object, "description", json_from_slice(client->description));
        json_put(object, "redirect_uris", json_from_texts(client->redirect_uris));
        json_put(object, "scopes", json_from_scope_text(client->scopes));
        json_put(object, "optional_scopes", json_from_scope_text(client->optional_scopes));
        json_put(object, "application_type", json_string(application_type_text(client->type)));
        json_put(object, "token_endpoint_auth_method",
                 json_string(client_auth_text(client->auth_method)));
        json_put(object, "metadata_document", json_from_slice_or_null(client->document));
        json_put(object, "developer_email", json_from_slice_or_null(waiting->email));
        json_put(object, "developer_name", json_from_slice_or_null(waiting->owner_name));
        json_put(object, "created_at", json_from_instant(client->created_at));
        *ret = object;
        TRY(client_revision(client, &revision));
        json_put(object, "revision", base64url_json(SLICE_ARRAY(revision.bytes)));
        return ERR_OK;
}

enum err admin_clients_get(const struct api *api, struct http_call *call,
                           const struct session *session)
{
        struct op op = admin_op(api, call, session);
        json_t *array CLEANUP(json_decrefp) = NULL;
        struct waiting_client_list list;
        struct list_page page;

        TRY(page_read(call, LIMIT_LIST, &page));
        TRY(store_waiting_client_list(&op, &page, &list));
        array = json_array();
        for (size_t i = 0; i < list.n; i++) {
                json_t *object;
                enum err error = waiting_json(&list.items[i], &object);

                json_append(array, object);
                TRY(error);
        }
        respond_next(call, &list.next);
        respond_json(call, 200, take(&array));
        return ERR_OK;
}

struct review_form {
        enum field_boolean approve;
        struct slice revision;
};

static const struct field review_fields[] = {
        {"approve", FIELD_BOOLEAN, offsetof(struct review_form, approve), .flags = FIELD_REQUIRED},
        {"revision", FIELD_BASE64URL, offsetof(struct review_form, revision),
         .flags = FIELD_REQUIRED, .maximum = SHA256_SIZE},
};

enum err admin_review_post(const struct api *api, struct http_call *call,
                           const struct session *session)
{
        struct op op = admin_op(api, call, session);
        struct client_review review = {0};
        struct review_form form = {0};

        TRY(api_path_id(call, &review.client_row));
        TRY(session_require_proof(&op, &session->authentication));
        TRY(fields_decode_json(call, review_fields, ARRAY_SIZE(review_fields), &form));
        if (form.revision.size != SHA256_SIZE) {
                call->problem_field = "revision";
                return ERR_FIELD_MALFORMED;
        }
        memcpy(review.revision.bytes, form.revision.data, SHA256_SIZE);
        review.is_approved = form.approve == FIELD_TRUE;
        TRY(client_review(&op, &review));
        respond_empty(call, 204);
        return ERR_OK;
}

/* --- the audit trail --- */

static json_t *audit_json(const struct audit_row *row)
{
        json_t *object = json_object();

        json_put(object, "at", json_from_instant(row->at));
        json_put(object, "action", json_from_slice(row->action));
        json_put(object, "outcome", json_from_slice(row->outcome));
        json_put(object, "account_id", json_from_uuid_or_null(&row->account_id));
        json_put(object, "email", json_from_slice_or_null(row->email));
        json_put(object, "operator_id", json_from_uuid_or_null(&row->actor_id));
        json_put(object, "operator_email", json_from_slice_or_null(row->actor_email));
        json_put(object, "client_id", json_from_uuid_or_null(&row->client_id));
        json_put(object, "subject_id", json_from_uuid_or_null(&row->subject_id));
        json_put(object, "address", json_from_slice_or_null(row->address));
        json_put(object, "request_id", json_from_slice(row->request_id));
        return object;
}

enum err admin_audit_get(const struct api *api, struct http_call *call,
                         const struct session *session)
{
        struct op op = admin_op(api, call, session);
        struct audit_list list;
        struct list_page page;
        json_t *array;

        TRY(page_read(call, LIMIT_LIST, &page));
        TRY(store_audit_newest(&op, &page, &list));
        respond_next(call, &list.next);
        array = json_array();
        for (size_t i = 0; i < list.n; i++)
                json_append(array, audit_json(&list.items[i]));
        respond_json(call, 200, array);
        return ERR_OK;
}

/* --- what was counted --- */

static json_t *requests_json(void)
{
        static const char *const classes[STATUS_CLASSES] = {NULL, NULL, "2xx", "3xx", "4xx", "5xx"};
        json_t *object = json_object();

        for (size_t class = 2; class < STATUS_CLASSES; class ++) {
                uint64_t n = 0;

                for (size_t route = 0; route < api_n_routes(); route++)
                        n += metric_read(METRIC_requests_total, route * STATUS_CLASSES + class);
                json_put(object, classes[class], json_integer((json_int_t)n));
        }
        return object;
}

static json_t *exchanges_json(void)
{
        json_t *object = json_object();
        uint64_t n_refused = 0;

        for (int error = ERR_OK + 1; error < ERR_COUNT_; error++)
                n_refused += metric_read(METRIC_exchanges_total, (size_t)error);
        json_put(object, "issued",
                 json_integer((json_int_t)metric_read(METRIC_exchanges_total, ERR_OK)));
        json_put(object, "refused", json_integer((json_int_t)n_refused));
        return object;
}

static json_t *limited_json(void)
{
        json_t *object = json_object();
        const char *name;

        for (size_t i = 0; (name = api_limit_name(i)); i++)
                json_put(object, name,
                         json_integer((json_int_t)metric_read(METRIC_rate_limited_total, i)));
        return object;
}

static json_t *quotas_json(void)
{
        json_t *object = json_object();

        for (int error = ERR_OK; error < ERR_COUNT_; error++) {
                const char *name = api_quota_name((enum err)error);
                uint64_t n = metric_read(METRIC_quota_refusals_total, (size_t)error);

                if (name)
                        json_put(object, name, json_integer((json_int_t)n));
        }
        return object;
}

enum err admin_rates_get(const struct api *api, struct http_call *call,
                         const struct session *session)
{
        struct api_gauges gauges = {0};
        json_t *object = json_object();

        (void)session;
        api->read_gauges(api->context, &gauges);
        json_put(object, "since", json_from_instant((struct instant){gauges.started_at * 1000}));
        json_put(object, "requests", requests_json());
        json_put(object, "exchanges", exchanges_json());
        json_put(object, "rate_limited", limited_json());
        json_put(object, "quota_refusals", quotas_json());
        respond_json(call, 200, object);
        return ERR_OK;
}
