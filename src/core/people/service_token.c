/* SPDX-License-Identifier: Apache-2.0
 *
 * Creating and checking the tokens of services.
 */
#include "core/people/service_token.h"

#include "base/macros.h"
#include "core/ids.h"
#include "core/upkeep/audit.h"

/* So that a token that leaked into a log or a repository can be recognized. */
#define PREFIX SLICE("gst_")

static struct secret text_make(struct op *op)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(128);

        buf_put(&text, PREFIX);
        buf_put(&text, secret_reveal(token_random(&op->ports->entropy, op->arena)));
        return secret_copy(op->arena, buf_slice(&text));
}

void service_token_make(struct op *op, struct slice name, unsigned roles, struct service_token *ret,
                        struct secret *ret_text)
{
        *ret_text = text_make(op);
        *ret = (struct service_token){
                .id = uuid_ordered(&op->ports->entropy, op->now),
                .name = name,
                .roles = roles,
                .token = token_digest(secret_reveal(*ret_text)),
                .created_at = op->now,
        };
}

enum err service_token_add(struct op *op, const struct service_token *token)
{
        struct audit_entry audit = audit_entry_of(op, "token_create", NULL, NULL, &token->id);

        return store_token_insert(op, token, &audit);
}

enum err service_token_check(struct op *op, struct secret text, enum token_role role)
{
        struct service_token token;
        struct digest digest;
        enum err error;

        if (!slice_starts_with(secret_reveal(text), PREFIX))
                return ERR_TOKEN_UNKNOWN;
        digest = token_digest(secret_reveal(text));
        error = store_token_find(op, &digest, &token);
        if (error == ERR_NO_ROW)
                return ERR_TOKEN_UNKNOWN;
        TRY(error);
        return token.roles & role ? ERR_OK : ERR_TOKEN_ROLE;
}

enum err service_token_revoke(struct op *op, const struct uuid *id)
{
        struct audit_entry audit = audit_entry_of(op, "token_revoke", NULL, NULL, id);
        enum err error = store_token_delete(op, id, &audit);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
