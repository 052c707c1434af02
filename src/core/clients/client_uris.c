/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking the URIs of a client, and naming the one that cannot be registered.
 */
#include "core/clients/client_uris.h"

#include "base/encode.h"
#include "base/limits.h"
#include "base/macros.h"
#include "core/clients/redirect_uri.h"

enum { LIMIT_URI_SHOWN = 200 }; /* bytes of a bad redirect URI that a refusal repeats */

/* Says which URI cannot be registered, and why. */
static enum err uri_refuse(const struct op *op, struct slice uri, const char *field,
                           const char *problem, enum err refusal)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(5 * LIMIT_URI_SHOWN);

        buf_put_string(&text, field);
        buf_put_string(&text, ": ");
        percent_encode(&text, slice_to(uri, LIMIT_URI_SHOWN), ":/?[]@!$&'()+,;=%#*");
        buf_put_string(&text, uri.size > LIMIT_URI_SHOWN ? "... cannot be registered: "
                                                         : " cannot be registered: ");
        buf_put_string(&text, problem);
        buf_put_byte(&text, '.');
        return op_explain(op, refusal, arena_copy_buf(op->arena, &text));
}

static enum err uris_check(const struct op *op, struct texts uris, const char *field,
                           enum application_type type, enum err refusal)
{
        if (uris.n > LIMIT_REDIRECT_URIS)
                return ERR_TOO_MANY;
        for (size_t i = 0; i < uris.n; i++) {
                const char *problem = redirect_uri_problem(uris.items[i], type);

                if (problem)
                        return uri_refuse(op, uris.items[i], field, problem, refusal);
        }
        return ERR_OK;
}

enum err client_redirect_uris_check(const struct op *op, struct texts uris,
                                    enum application_type type)
{
        return uris.n ? uris_check(op, uris, "redirect_uris", type, ERR_REDIRECT_URI_MALFORMED)
                      : ERR_FIELD_MISSING;
}

enum err client_logout_uris_check(const struct op *op, struct texts uris,
                                  enum application_type type)
{
        return uris_check(op, uris, "post_logout_redirect_uris", type, ERR_LOGOUT_URI_MALFORMED);
}
