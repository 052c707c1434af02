/* SPDX-License-Identifier: Apache-2.0
 *
 * The report of a recovery, for people and for programs, with the same numbers.
 */
#include "cli/store_recover.h"

#include "base/json.h"
#include "base/macros.h"
#include "cli/commands.h"
#include "cli/output.h"

/* By enum log_kind. */
static const struct {
        const char *name, *done;
} kinds[] = {
#define LOG_KIND(name_, done_) {#name_, done_},
#include "core/upkeep/log_kinds.def"
#undef LOG_KIND
};

static void done_print(const struct recovered *recovered)
{
        int64_t n = 0;

        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                n += recovered->n_done[i];
        print("Ended %lld requests and codes and %lld sessions.\n",
              (long long)recovered->n_requests, (long long)recovered->n_sessions);
        print(n ? "From revocations.log, which the copy did not know:\n"
                : "revocations.log has nothing that the copy did not know.\n");
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                if (recovered->n_done[i] && kinds[i].done)
                        print("  %lld %s\n", (long long)recovered->n_done[i], kinds[i].done);
}

static void locked_print(const struct texts *locked)
{
        if (locked->n)
                print_line("Nobody can log in to these accounts until you set a password with "
                           "\"grantd account set-password\":");
        for (size_t i = 0; i < locked->n; i++)
                print("  %.*s\n", (int)locked->items[i].size, (const char *)locked->items[i].data);
}

static json_t *json_from_recovered(const struct recovered *recovered)
{
        json_t *done = json_object(), *locked = json_array();

        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                if (kinds[i].done)
                        json_put(done, kinds[i].name, json_integer(recovered->n_done[i]));
        for (size_t i = 0; i < recovered->locked_accounts.n; i++)
                json_append(locked, json_from_slice(recovered->locked_accounts.items[i]));
        return json_pack("{sI sI so so s{sb sb sI sI sI}}", "requests",
                         (json_int_t)recovered->n_requests, "sessions",
                         (json_int_t)recovered->n_sessions, "done", done, "locked_accounts", locked,
                         "log", "missing", (int)recovered->log_is_missing, "older",
                         (int)recovered->log_is_older, "lost", (json_int_t)recovered->n_lost,
                         "unreadable", (json_int_t)recovered->n_unreadable, "duplicates",
                         (json_int_t)recovered->n_duplicates);
}

static void log_complain(const struct recovered *recovered)
{
        if (recovered->log_is_missing)
                complain("revocations.log is missing, although the copy refers to one");
        if (recovered->log_is_older)
                complain("revocations.log is older than the copy: put the newest one there");
        if (recovered->n_lost)
                complain("revocations.log: %lld lines are missing", (long long)recovered->n_lost);
        if (recovered->n_unreadable)
                complain("revocations.log: %lld lines cannot be read",
                         (long long)recovered->n_unreadable);
        if (recovered->n_duplicates)
                complain("revocations.log: %lld lines have the number of another line",
                         (long long)recovered->n_duplicates);
        complain(
                "access revoked after the copy was made may be valid again; docs/how-to/restore.md "
                "says what to do");
}

int recovered_print(const struct recovered *recovered, bool as_json)
{
        if (as_json) {
                print_json(json_from_recovered(recovered));
        } else {
                done_print(recovered);
                locked_print(&recovered->locked_accounts);
        }
        if (recovered_is_whole(recovered))
                return EXIT_DONE;
        log_complain(recovered);
        return EXIT_FAILED;
}
