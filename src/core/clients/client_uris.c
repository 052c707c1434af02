/* SPDX-License-Identifier: Apache-2.0
 *
 * Checking the URIs of a client, and naming those that cannot be registered.
 */
#include "core/clients/client_uris.h"

#include "base/encode.h"
#include "base/limits.h"
#include "base/macros.h"
#include "core/clients/redirect_uri.h"

enum {
        LIMIT_URI_SHOWN = 200, /* bytes of a bad redirect URI that a refusal repeats */
        LIMIT_PROBLEMS = 1000, /* bytes of all that a refusal says about them */
};

static void problem_put(struct buf *out, struct slice uri, const char *problem)
{
        percent_encode(out, slice_to(uri, LIMIT_URI_SHOWN), ":/?[]@!$&'()+,;=%#*");
        buf_put_string(out, uri.size > LIMIT_URI_SHOWN ? "... cannot be registered: "
                                                       : " cannot be registered: ");
        buf_put_string(out, problem);
        buf_put_byte(out, '.');
}

/* Puts what is wrong with one URI, unless the refusal would become too long. Return: whether it
 * has. */
static bool problem_add(struct buf *text, struct slice uri, const char *problem)
{
        struct buf more CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_PROBLEMS);

        problem_put(&more, uri, problem);
        if (more.failed || text->size + more.size >= LIMIT_PROBLEMS)
                return false;
        buf_put_byte(text, ' ');
        buf_put(text, buf_slice(&more));
        return true;
}

static void rest_put(struct buf *text, int64_t n_left)
{
        if (!n_left)
                return;
        buf_put_string(text, " So it is with ");
        buf_put_int64(text, n_left);
        buf_put_string(text, " more.");
}

/* Says which URIs cannot be registered, and why. */
static enum err uris_check(const struct op *op, struct texts uris, const char *field,
                           enum application_type type, enum err refusal)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(LIMIT_SENTENCE);
        int64_t n_bad = 0, n_left = 0;

        if (uris.n > LIMIT_REDIRECT_URIS)
                return ERR_TOO_MANY;
        buf_put_string(&text, field);
        buf_put_byte(&text, ':');
        for (size_t i = 0; i < uris.n; i++) {
                const char *problem = redirect_uri_problem(uris.items[i], type);

                n_bad += problem != NULL;
                n_left += problem && !problem_add(&text, uris.items[i], problem);
        }
        if (!n_bad)
                return ERR_OK;
        rest_put(&text, n_left);
        return op_explain(op, refusal, arena_copy_buf(op->arena, &text));
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
