/* SPDX-License-Identifier: Apache-2.0
 *
 * Daily quotas. One that allows n a day is whole again a day after it was used up, and an n-th part
 * of it after an n-th part of the day; so the instant at which it is whole says how much is used.
 */
#include "base/macros.h"
#include "store/operations.h"

static const int64_t day = 86400 * INT64_C(1000); /* ms */

/* When it will be whole if one more is spent. A clock that was set back costs a day at most. */
static int64_t whole_after(const struct quota *quota, int64_t whole_at, int64_t now)
{
        int64_t begin = whole_at > now ? whole_at : now;

        if (begin > now + day)
                begin = now + day;
        return begin + day / quota->per_day;
}

static enum err quota_read(struct sql *sql, const struct quota *quota, int64_t *ret_whole_at)
{
        int64_t whole_at;

        TRY(SQL_INTEGER_OF(sql, QUOTA_GET, &whole_at, sql_integer(quota->kind),
                           sql_blob(quota->who)));
        *ret_whole_at = whole_after(quota, whole_at, sql->op->now.ms);
        return ERR_OK;
}

enum err quotas_take(struct sql *sql, const struct quota_bill *bill, int64_t *ret_wait)
{
        int64_t *whole_at = arena_array(sql->arena, bill->n, int64_t);

        if (!whole_at)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < bill->n; i++) {
                int64_t late;

                TRY(quota_read(sql, &bill->quotas[i], &whole_at[i]));
                late = whole_at[i] - (sql->op->now.ms + day);
                if (late <= 0)
                        continue;
                *ret_wait = (late + 999) / 1000;
                return bill->quotas[i].refusal;
        }
        for (size_t i = 0; i < bill->n; i++)
                TRY(SQL_RUN(sql, QUOTA_PUT, NULL, sql_integer(bill->quotas[i].kind),
                            sql_blob(bill->quotas[i].who), sql_integer(whole_at[i])));
        return ERR_OK;
}

AUDITED_WRITE_OUT(quota_spend, struct quota_bill, int64_t)
{
        return quotas_take(sql, in, ret);
}
