/* SPDX-License-Identifier: Apache-2.0
 *
 * The feed of revocations, for satellites, gateways and cron jobs: docs/protocol/http.md 7.3.
 */
#include "api/api.h"
#include "api/json.h"
#include "base/macros.h"
#include "base/number.h"
#include "core/grants/tail.h"
#include "http/respond.h"

enum { LIMIT_CURSOR = 64 };

struct revocations_query {
        struct slice after;
        struct field_integer limit;
};

static const struct field revocations_fields[] = {
        {"after", FIELD_ASCII, offsetof(struct revocations_query, after), .maximum = LIMIT_CURSOR},
        {"limit", FIELD_INTEGER, offsetof(struct revocations_query, limit), .minimum = 1,
         .maximum = LIMIT_LIST},
};

/* --- the cursor: "17", or "17.<32 hex digits>" in the middle of a row --- */

static bool cursor_parse(struct slice text, struct revocation_cursor *ret)
{
        struct buf grant CLEANUP(buf_deinit) = BUF_LOCAL(UUID_SIZE);
        struct revocation_cursor cursor = {0};
        struct slice seq;

        if (!text.data) {
                *ret = cursor;
                return true;
        }
        if (slice_cut(&text, '.', &seq)) {
                if (!hex_decode(text, &grant) || grant.size != UUID_SIZE)
                        return false;
                memcpy(cursor.grant.bytes, grant.data, UUID_SIZE);
        }
        if (!int64_parse(seq, &cursor.seq) || cursor.seq < 0)
                return false;
        *ret = cursor;
        return true;
}

static json_t *cursor_json(const struct revocation_cursor *cursor)
{
        static const struct uuid whole;
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_CURSOR);

        buf_put_int64(&text, cursor->seq);
        if (!uuid_equal(&cursor->grant, &whole)) {
                buf_put_byte(&text, '.');
                hex_encode(&text, uuid_slice(&cursor->grant));
        }
        return json_from_slice(buf_slice(&text));
}

/* --- the response --- */

static json_t *revocation_json(const struct revocation *revocation, struct secret tail)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(128);
        json_t *object = json_object();

        hex_encode(&text, secret_reveal(tail));
        json_put(object, "tail", json_from_slice(buf_slice(&text)));
        json_put(object, "revoked_at", json_from_instant(revocation->revoked_at));
        json_put(object, "until", json_from_instant(revocation->until));
        json_put(object, "delivery", json_from_delivery(&revocation->delivery));
        return object;
}

static enum err revocations_json(struct op *op, const struct revocation_list *list, json_t *array)
{
        for (size_t i = 0; i < list->n; i++) {
                const struct revocation *revocation = &list->items[i];
                struct secret tail;

                TRY(grant_tail_open(op, &revocation->grant_id, revocation->sealed_tail, &tail));
                json_append(array, revocation_json(revocation, tail));
        }
        return ERR_OK;
}

enum err revocations_get(const struct api *api, struct http_call *call,
                         const struct session *session)
{
        struct op op = api_op(api, call, session);
        struct revocations_query query = {0};
        struct revocation_page page;
        struct revocation_list list;
        json_t *array CLEANUP(json_decrefp) = json_array();

        call->no_store = true; /* a tail is half of a key */
        TRY(fields_decode_query(call, revocations_fields, ARRAY_SIZE(revocations_fields), &query));
        if (!cursor_parse(query.after, &page.after)) {
                call->problem_field = "after";
                return ERR_FIELD_MALFORMED;
        }
        page.limit = query.limit.present ? query.limit.value : LIMIT_LIST;
        TRY(store_revocation_list(&op, &page, &list));
        TRY(revocations_json(&op, &list, array));
        respond_json(
                call, 200,
                json_pack("{s:O, s:o}", "revocations", array, "next", cursor_json(&list.next)));
        return ERR_OK;
}
