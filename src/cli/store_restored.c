/* SPDX-License-Identifier: Apache-2.0
 *
 * The report of a restore: for people and for programs, with the same numbers.
 */
#include "cli/store_restored.h"

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

static void done_print(const struct restored *restored)
{
        int64_t n = 0;

        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                n += restored->n_done[i];
        print("Ended %lld requests and codes and %lld sessions.\n", (long long)restored->n_requests,
              (long long)restored->n_sessions);
        print(n ? "From revocations.log, which the copy did not know:\n"
                : "revocations.log has nothing that the copy did not know.\n");
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                if (restored->n_done[i] && kinds[i].done)
                        print("  %lld %s\n", (long long)restored->n_done[i], kinds[i].done);
}

static void locked_print(const struct texts *locked)
{
        if (locked->n)
                print_line("Nobody can log in to these accounts until you set a password with "
                           "\"grantd account set-password\":");
        for (size_t i = 0; i < locked->n; i++)
                print("  %.*s\n", (int)locked->items[i].size, (const char *)locked->items[i].data);
}

static json_t *json_from_restored(const struct restored *restored)
{
        json_t *done = json_object(), *locked = json_array();

        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                if (kinds[i].done)
                        json_put(done, kinds[i].name, json_integer(restored->n_done[i]));
        for (size_t i = 0; i < restored->locked_accounts.n; i++)
                json_append(locked, json_from_slice(restored->locked_accounts.items[i]));
        return json_pack("{sI sI so so s{sb sb sI sI sI}}", "requests",
                         (json_int_t)restored->n_requests, "sessions",
                         (json_int_t)restored->n_sessions, "done", done, "locked_accounts", locked,
                         "log", "missing", (int)restored->log_is_missing, "older",
                         (int)restored->log_is_older, "lost", (json_int_t)restored->n_lost,
                         "unreadable", (json_int_t)restored->n_unreadable, "duplicates",
                         (json_int_t)restored->n_duplicates);
}

static void log_complain(const struct restored *restored)
{
        if (restored->log_is_missing)
                complain("revocations.log is missing, and the copy knows that there was one");
        if (restored->log_is_older)
                complain("revocations.log is older than the copy: put the newest one there");
        if (restored->n_lost)
                complain("revocations.log: %lld lines are missing", (long long)restored->n_lost);
        if (restored->n_unreadable)
                complain("revocations.log: %lld lines cannot be read",
                         (long long)restored->n_unreadable);
        if (restored->n_duplicates)
                complain("revocations.log: %lld lines have the number of another line",
                         (long long)restored->n_duplicates);
        complain("what was revoked after the copy was made may be good again; docs/operate.md says "
                 "what to do");
}

int restored_print(const struct restored *restored, bool as_json)
{
        if (as_json) {
                print_json(json_from_restored(restored));
        } else {
                done_print(restored);
                locked_print(&restored->locked_accounts);
        }
        if (restored_is_whole(restored))
                return EXIT_DONE;
        log_complain(restored);
        return EXIT_FAILED;
}
