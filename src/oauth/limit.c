/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting by what and from where.
 */
#include "oauth/limit.h"

#include "base/macros.h"

enum { AUDITED_FAILURES = 10, LIMIT_SUBJECT = 512 }; /* a minute; bytes of a subject that count */

bool limit_lets_audit(const struct ports *ports, const struct caller *caller, const char *action,
                      struct slice subject)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(4096);
        struct digest what;

        buf_put_string(&text, action);
        buf_put_byte(&text, 0);
        buf_put(&text, slice_to(caller->address, LIMIT_SUBJECT));
        buf_put_byte(&text, 0);
        buf_put(&text, slice_to(subject, LIMIT_SUBJECT));
        crypto_sha256(buf_slice(&text), &what);
        if (ports->counter.count(ports->counter.context, &what,
                                 ports->clock.now(ports->clock.context)) <= AUDITED_FAILURES)
                return true;
        ports->counter.leave_out(ports->counter.context);
        return false;
}
