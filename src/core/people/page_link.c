/* SPDX-License-Identifier: Apache-2.0
 *
 * A link is the server's URL, a path and a token.
 */
#include "core/people/page_link.h"

#include "base/buf.h"
#include "base/macros.h"
#include "core/policy.h"

enum { LIMIT_LINK = 2048 }; /* bytes */

struct secret page_link(const struct op *op, const char *page, struct secret token)
{
        struct buf link CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_LINK);

        buf_put(&link, op->ports->policy->issuer);
        buf_put_string(&link, page);
        buf_put(&link, secret_reveal(token));
        return (struct secret){arena_copy_buf(op->arena, &link)};
}
