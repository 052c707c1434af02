/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries of the audit trail.
 */
#include "oauth/audit.h"

struct audit_entry audit_entry_of(const struct caller *caller, const char *action,
                                  struct instant at, const struct uuid *account_id,
                                  const struct uuid *client_id, const struct uuid *subject_id)
{
        struct audit_entry entry = {
                .action = action,
                .outcome = "ok",
                .request_id = caller->request_id,
                .address = caller->address,
                .at = at,
        };

        if (account_id)
                entry.account_id = *account_id;
        if (client_id)
                entry.client_id = *client_id;
        if (subject_id)
                entry.subject_id = *subject_id;
        return entry;
}

static struct audit_entry entry_with(struct audit_entry entry, enum err outcome)
{
        if (outcome != ERR_OK)
                entry.outcome = error_info(outcome)->name;
        return entry;
}

/* On a disk that is low a failure is counted and not written down, as strangers can cause it. */
static bool is_left_out(const struct ports *ports, enum err outcome)
{
        if (outcome == ERR_OK || disk_level(&ports->disk) == DISK_PLENTY)
                return false;
        ports->attempt.leave_out(ports->attempt.context);
        return true;
}

void audit_note(const struct ports *ports, struct arena *arena, struct audit_entry entry,
                enum err outcome)
{
        if (is_left_out(ports, outcome))
                return;
        entry = entry_with(entry, outcome);
        (void)!ports->store->verbs->audit_write(ports->store, arena, &entry);
}

void audit_note_then(const struct ports *ports, struct arena *arena, struct audit_entry entry,
                     enum err outcome, struct then then)
{
        if (is_left_out(ports, outcome)) {
                then.run(then.context, ERR_OK);
                return;
        }
        entry = entry_with(entry, outcome);
        ports->store->verbs->audit_write_then(ports->store, arena, &entry, then);
}
