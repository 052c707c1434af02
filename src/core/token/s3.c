/* SPDX-License-Identifier: Apache-2.0
 *
 * Registering a grant with the edge auth service.
 */
#include "core/token/s3.h"

#include "core/upkeep/audit.h"

/* The service accepts bodies of 4 KiB, and every issued grant fits. */
_Static_assert(LIMIT_GRANT + sizeof("{\"access_grant\": \"\", \"public\": false}") <= 4096,
               "a grant and what is around it fit into the body");

enum err s3_check(struct op *op, struct slice credentials)
{
        bool can_be_had = slice_equal(credentials, SLICE("s3")) && op->ports->edge.is_there;

        return !credentials.data || can_be_had ? ERR_OK : ERR_CREDENTIALS_UNKNOWN;
}

enum err s3_register(struct op *op, struct secret access_grant, struct audit_entry audit,
                     struct s3_credentials *ret)
{
        const struct edge_port *edge = &op->ports->edge;
        enum err error = edge->register_grant(edge->context, op->arena, access_grant, ret);

        audit_note(op, audit, error);
        return error;
}
