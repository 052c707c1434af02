/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking grants for storage services: contract section 7.
 */
#include "api/api.h"
#include "api/json.h"
#include "base/macros.h"
#include "http/respond.h"
#include "oauth/grant_check.h"

enum { LIMIT_CHECK_BUCKET = 256, LIMIT_CHECK_PATH = AG_MAX_PATH, LIMIT_TIME = 64 };

struct check_body {
        struct secret api_key;
        struct secret access_grant;
        struct slice op;
        struct slice bucket;
        struct slice encrypted_path;
        struct slice time;
};

static const struct field check_fields[] = {
        {"api_key", FIELD_SECRET, offsetof(struct check_body, api_key), .maximum = LIMIT_API_KEY},
        {"access_grant", FIELD_SECRET, offsetof(struct check_body, access_grant),
         .maximum = LIMIT_API_KEY},
        {"op", FIELD_ASCII, offsetof(struct check_body, op), .flags = FIELD_REQUIRED,
         .maximum = 64},
        {"bucket", FIELD_TEXT, offsetof(struct check_body, bucket), .maximum = LIMIT_CHECK_BUCKET},
        {"encrypted_path", FIELD_BASE64, offsetof(struct check_body, encrypted_path),
         .maximum = LIMIT_CHECK_PATH},
        {"time", FIELD_ASCII, offsetof(struct check_body, time), .maximum = LIMIT_TIME},
};

static const struct {
        const char *name;
        enum ag_op op;
} ops[] = {
        {"read", AG_OP_READ},
        {"write", AG_OP_WRITE},
        {"list", AG_OP_LIST},
        {"delete", AG_OP_DELETE},
        {"project_info", AG_OP_PROJECT_INFO},
        {"lock", AG_OP_LOCK},
        {"put_object_retention", AG_OP_PUT_RETENTION},
        {"get_object_retention", AG_OP_GET_RETENTION},
        {"put_legal_hold", AG_OP_PUT_LEGAL_HOLD},
        {"get_legal_hold", AG_OP_GET_LEGAL_HOLD},
        {"bypass_governance", AG_OP_BYPASS_GOVERNANCE},
        {"put_bucket_lock", AG_OP_PUT_BUCKET_LOCK},
        {"get_bucket_lock", AG_OP_GET_BUCKET_LOCK},
        {"put_bucket_notification", AG_OP_PUT_BUCKET_NOTIFICATION},
        {"get_bucket_notification", AG_OP_GET_BUCKET_NOTIFICATION},
};

static enum err problem(struct http_call *call, const char *field, enum err error)
{
        call->problem_field = field;
        return error;
}

static bool op_read(struct slice name, enum ag_op *ret)
{
        for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
                if (slice_equal(name, slice_from_string(ops[i].name))) {
                        *ret = ops[i].op;
                        return true;
                }
        return false;
}

/* Without a time: now. */
static enum err form_fill(const struct api *api, struct http_call *call,
                          const struct check_body *body, struct grant_check_form *ret)
{
        struct instant now = api->ports->clock.now(api->ports->clock.context);
        struct grant_check_form form = {
                .api_key = body->api_key,
                .access_grant = body->access_grant,
                .bucket = body->bucket,
                .encrypted_path = body->encrypted_path,
                .time = {.seconds = instant_seconds(now),
                         .nanos = (int32_t)(now.ms % 1000) * 1000000},
        };

        if (secret_is_absent(body->api_key) && secret_is_absent(body->access_grant))
                return problem(call, "api_key", ERR_FIELD_MISSING);
        if (!op_read(body->op, &form.op))
                return problem(call, "op", ERR_FIELD_MALFORMED);
        if (body->time.data && !time_decode(body->time, &form.time.seconds, &form.time.nanos))
                return problem(call, "time", ERR_FIELD_MALFORMED);
        *ret = form;
        return ERR_OK;
}

static json_t *verdict_json(const struct grant_verdict *verdict)
{
        const char *reason = check_reason_text(verdict->reason);
        json_t *object = json_object();

        json_put(object, "valid", json_boolean(verdict->reason == CHECK_GOOD));
        json_put(object, "reason", reason ? json_string(reason) : json_null());
        if (verdict->has_grant)
                json_put(object, "grant_id", json_from_uuid(&verdict->grant_id));
        json_put(object, "until", json_from_instant(verdict->until));
        json_put(object, "checked",
                 json_string(verdict->is_whole ? "everything" : "revocation_and_end"));
        return object;
}

enum err grants_check_post(const struct api *api, struct http_call *call,
                           const struct session *session)
{
        struct check_body body = {0};
        struct grant_check_form form;
        struct grant_verdict verdict;

        (void)session;
        call->no_store = true;
        TRY(fields_decode_json(call, check_fields, ARRAY_SIZE(check_fields), &body));
        TRY(form_fill(api, call, &body, &form));
        TRY(grant_check(api->ports, call->arena, &form, &verdict));
        respond_json(call, 200, verdict_json(&verdict));
        return ERR_OK;
}
