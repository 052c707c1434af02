/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether an API key allows an action, in the satellite's order (docs/protocol/access-grant.md
 * 9.4).
 */
#include "accessgrant/words.h"
#include "base/macros.h"

/* The right that each operation needs; project info needs none. */
static const uint32_t rights[] = {
        [AG_OP_READ] = AG_RIGHT_READ,
        [AG_OP_WRITE] = AG_RIGHT_WRITE,
        [AG_OP_LIST] = AG_RIGHT_LIST,
        [AG_OP_DELETE] = AG_RIGHT_DELETE,
        [AG_OP_PROJECT_INFO] = 0,
        [AG_OP_LOCK] = AG_RIGHT_LOCK,
        [AG_OP_PUT_RETENTION] = AG_RIGHT_PUT_RETENTION,
        [AG_OP_GET_RETENTION] = AG_RIGHT_GET_RETENTION,
        [AG_OP_PUT_LEGAL_HOLD] = AG_RIGHT_PUT_LEGAL_HOLD,
        [AG_OP_GET_LEGAL_HOLD] = AG_RIGHT_GET_LEGAL_HOLD,
        [AG_OP_BYPASS_GOVERNANCE] = AG_RIGHT_BYPASS_GOVERNANCE,
        [AG_OP_PUT_BUCKET_LOCK] = AG_RIGHT_PUT_BUCKET_LOCK,
        [AG_OP_GET_BUCKET_LOCK] = AG_RIGHT_GET_BUCKET_LOCK,
        [AG_OP_PUT_BUCKET_NOTIFICATION] = AG_RIGHT_PUT_BUCKET_NOTIFICATION,
        [AG_OP_GET_BUCKET_NOTIFICATION] = AG_RIGHT_GET_BUCKET_NOTIFICATION,
};

/* Which of several reasons is returned. */
static int weight_of(enum ag_error error)
{
        static const enum ag_error order[] = {AG_ERR_CAVEAT, AG_ERR_EXPIRED, AG_ERR_NOT_YET,
                                              AG_ERR_OP_DENIED, AG_ERR_PATH_DENIED};
        size_t n = sizeof(order) / sizeof(order[0]);

        for (size_t i = 0; i < n; i++)
                if (order[i] == error)
                        return (int)(n - i);
        return 0;
}

static void reason_add(enum ag_error *reason, enum ag_error more)
{
        if (weight_of(more) > weight_of(*reason))
                *reason = more;
}

/* Whether the key's version supports the operation at all. */
static bool op_is_known(uint32_t version, int op)
{
        if (op < AG_OP_READ || op > AG_OP_GET_BUCKET_NOTIFICATION)
                return false;
        if (op >= AG_OP_PUT_BUCKET_NOTIFICATION)
                return version & AG_VERSION_EVENTING;
        return op < AG_OP_LOCK || version & AG_VERSION_OBJECT_LOCK;
}

static bool time_is_before(struct ag_time a, struct ag_time b)
{
        return a.seconds != b.seconds ? a.seconds < b.seconds : a.nanos < b.nanos;
}

/* A right to put a retention includes the right to get it. */
static bool op_is_allowed(const struct ag_caveat *caveat, enum ag_op op)
{
        uint32_t needed = rights[op];

        if (op == AG_OP_GET_RETENTION)
                return (caveat->disallowed & needed) == 0 ||
                       (caveat->disallowed & AG_RIGHT_PUT_RETENTION) == 0;
        return (caveat->disallowed & needed) == 0;
}

/* By bytes: the entry x/y also admits x/yz, as it does on a satellite. */
static bool path_is_allowed(const struct ag_caveat *caveat, const struct ag_action *action,
                            bool is_bucket_only)
{
        struct ag_path path;
        size_t position = 0;

        while (ag_caveat_next_path(caveat, &position, &path))
                if (slice_equal(slice_of(path.bucket), slice_of(action->bucket)) &&
                    (is_bucket_only ||
                     slice_starts_with(slice_of(action->encrypted), slice_of(path.encrypted))))
                        return true;
        return caveat->n_paths == 0;
}

static enum ag_error caveat_check(const struct ag_caveat *caveat, const struct ag_action *action)
{
        /* Reading a bucket's attributes or listing the buckets: only places limit that, no right.
         */
        bool is_bucket_read = action->op == AG_OP_READ && action->encrypted.size == 0;

        if (caveat->has_unknown_fields)
                return AG_ERR_CAVEAT;
        if (caveat->has_not_after && time_is_before(caveat->not_after, action->time))
                return AG_ERR_EXPIRED;
        if (caveat->has_not_before && time_is_before(action->time, caveat->not_before))
                return AG_ERR_NOT_YET;
        if (is_bucket_read)
                return action->bucket.size == 0 || path_is_allowed(caveat, action, true)
                               ? AG_OK
                               : AG_ERR_PATH_DENIED;
        if (!op_is_allowed(caveat, action->op))
                return AG_ERR_OP_DENIED;
        if (action->op == AG_OP_PROJECT_INFO || path_is_allowed(caveat, action, false))
                return AG_OK;
        return AG_ERR_PATH_DENIED;
}

enum ag_error ag_api_key_check(const ag_api_key *key, uint32_t version,
                               const struct ag_action *action)
{
        bool is_known = op_is_known(version, (int)action->op);
        enum ag_error reason = is_known ? AG_OK : AG_ERR_OP_DENIED;
        /* The time limits are checked even for an unknown operation. */
        struct ag_action asked = *action;
        struct ag_caveat caveat;

        if (!is_known)
                asked.op = AG_OP_PROJECT_INFO;
        for (size_t i = 0; i < ag_api_key_n_caveats(key); i++) {
                if (ag_api_key_caveat(key, i, &caveat) != AG_OK)
                        return AG_ERR_CAVEAT;
                reason_add(&reason, caveat_check(&caveat, &asked));
        }
        return reason;
}
