/* SPDX-License-Identifier: Apache-2.0
 *
 * Making and checking the tokens of services.
 */
#include "oauth/service_token.h"

#include "base/macros.h"
#include "oauth/audit.h"
#include "oauth/ids.h"

/* So that a token that leaked into a log or a repository can be told for what it is. */
#define PREFIX SLICE("gst_")

static struct secret text_make(const struct ports *ports, struct arena *arena)
{
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(128);

        buf_put(&text, PREFIX);
        buf_put(&text, secret_reveal(token_random(&ports->entropy, arena)));
        return secret_copy(arena, buf_slice(&text));
}

void service_token_make(const struct ports *ports, struct arena *arena, struct slice name,
                        unsigned roles, struct service_token *ret, struct secret *ret_text)
{
        struct instant now = ports->clock.now(ports->clock.context);

        *ret_text = text_make(ports, arena);
        *ret = (struct service_token){
                .id = uuid_ordered(&ports->entropy, now),
                .name = name,
                .roles = roles,
                .token = token_digest(secret_reveal(*ret_text)),
                .created_at = now,
        };
}

enum err service_token_add(const struct ports *ports, struct arena *arena,
                           const struct caller *caller, const struct service_token *token)
{
        struct audit_entry audit =
                audit_entry_of(caller, "token_create", token->created_at, NULL, NULL, &token->id);

        return ports->store->verbs->token_insert(ports->store, arena, token, &audit);
}

enum err service_token_check(const struct ports *ports, struct arena *arena, struct secret text,
                             enum token_role role)
{
        struct service_token token;
        struct digest digest;
        enum err error;

        if (!slice_starts_with(secret_reveal(text), PREFIX))
                return ERR_TOKEN_UNKNOWN;
        digest = token_digest(secret_reveal(text));
        error = ports->store->verbs->token_find(ports->store, arena, &digest, &token);
        if (error == ERR_NO_ROW)
                return ERR_TOKEN_UNKNOWN;
        TRY(error);
        return token.roles & role ? ERR_OK : ERR_TOKEN_ROLE;
}

enum err service_token_revoke(const struct ports *ports, struct arena *arena,
                              const struct caller *caller, const struct uuid *id)
{
        struct instant now = ports->clock.now(ports->clock.context);
        struct audit_entry audit = audit_entry_of(caller, "token_revoke", now, NULL, NULL, id);
        enum err error = ports->store->verbs->token_delete(ports->store, arena, id, &audit);

        return error == ERR_NO_ROW ? ERR_NOT_FOUND : error;
}
