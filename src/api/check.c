/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking grants for storage services: docs/protocol/http.md 7.2.
 */
#include "core/grants/check.h"
#include "api/api.h"
#include "api/json.h"
#include "base/macros.h"
#include "http/respond.h"

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

static enum err problem(struct http_call *call, const char *field, enum err error)
{
        call->problem_field = field;
        return error;
}

/* The default of the time is now. */
static enum err form_fill(struct instant now, struct http_call *call, const struct check_body *body,
                          struct grant_check_form *ret)
{
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
        if (!check_op_decode(body->op, &form.op))
                return problem(call, "op", ERR_FIELD_MALFORMED);
        if (body->time.data && !time_decode(body->time, &form.time.seconds, &form.time.nanos))
                return problem(call, "time", ERR_FIELD_MALFORMED);
        *ret = form;
        return ERR_OK;
}

enum err grants_check_post(const struct api *api, struct http_call *call,
                           const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct check_body body = {0};
        struct grant_check_form form;
        struct grant_verdict verdict;

        (void)session;
        call->no_store = true;
        TRY(fields_decode_json(call, check_fields, ARRAY_SIZE(check_fields), &body));
        TRY(form_fill(op.now, call, &body, &form));
        TRY(grant_check(&op, &form, &verdict));
        respond_json(call, 200, json_from_verdict(&verdict));
        return ERR_OK;
}
