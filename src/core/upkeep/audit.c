/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries of the audit trail.
 */
#include "core/upkeep/audit.h"

struct audit_entry audit_entry_of(const struct op *op, const char *action,
                                  const struct uuid *account_id, const struct uuid *client_id,
                                  const struct uuid *subject_id)
{
        struct audit_entry entry = {
                .action = action,
                .outcome = "ok",
                .actor_id = op->caller.operator_id,
                .request_id = op->caller.request_id,
                .address = op->caller.address,
                .at = op->now,
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
        if (outcome != ERR_OK) {
                entry.outcome = error_info(outcome)->name;
                entry.notice = NULL; /* it tells what was done */
        }
        return entry;
}

/* While the disk is low failures are counted but not written, since strangers can cause them. */
static bool is_left_out(struct op *op, enum err outcome)
{
        if (outcome == ERR_OK || disk_level(&op->ports->disk) == DISK_PLENTY)
                return false;
        op->ports->rate_limit.leave_out(op->ports->rate_limit.context);
        return true;
}

void audit_note(struct op *op, struct audit_entry entry, enum err outcome)
{
        if (is_left_out(op, outcome))
                return;
        entry = entry_with(entry, outcome);
        (void)!store_audit_write(op, &entry);
}

void audit_note_then(struct op *op, struct audit_entry entry, enum err outcome,
                     struct completion completion)
{
        if (is_left_out(op, outcome)) {
                completion.run(completion.context, ERR_OK);
                return;
        }
        entry = entry_with(entry, outcome);
        store_audit_write_then(op, &entry, completion);
}
