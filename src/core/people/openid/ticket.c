/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealed lines, of which the first says what they are and the second when they end.
 */
#include "core/people/openid/ticket.h"

#include "base/macros.h"
#include "base/number.h"
#include "core/upkeep/seal.h"

enum {
        PLAIN_SIZE = 600, /* bytes: more than a subject, or than three tokens and a name, needs */
        SEALED_SIZE = PLAIN_SIZE + 64,
};

static const char begun[] = "begun";
static const char *const kinds[] = {[PROOF_HALF] = "half", [PROOF_WHOLE] = "whole"};

static void head_put(struct buf *plain, const struct op *op, const char *kind)
{
        buf_put_string(plain, kind);
        buf_put_byte(plain, '\n');
        buf_put_int64(plain, instant_seconds(op->now) + TICKET_LIFETIME);
        buf_put_byte(plain, '\n');
}

static enum err ticket_close(struct op *op, const struct buf *plain, struct secret *ret)
{
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * SEALED_SIZE);
        struct slice sealed;

        if (plain->failed)
                return ERR_INTERNAL;
        TRY(seal_close(op, SEAL_LOGIN, &seal_no_row, (struct secret){.hidden = buf_slice(plain)},
                       &sealed));
        base64url_encode(&text, sealed);
        *ret = (struct secret){.hidden = arena_copy_buf(op->arena, &text)};
        return arena_check(op->arena);
}

/* The lines after the head. */
static enum err ticket_open(struct op *op, struct secret text, const char *kind, struct slice *ret)
{
        struct buf sealed CLEANUP(buf_deinit) = BUF_LOCAL(SEALED_SIZE);
        struct secret plain;
        struct slice rest, line;
        int64_t end;
        enum err error;

        if (secret_is_absent(text) || !base64url_decode(secret_reveal(text), &sealed))
                return ERR_PROVIDER_STATE;
        error = seal_open(op, SEAL_LOGIN, &seal_no_row, buf_slice(&sealed), &plain);
        if (error == ERR_NOT_AUTHENTIC)
                return ERR_PROVIDER_STATE;
        TRY(error);
        rest = secret_reveal(plain);
        (void)slice_cut(&rest, '\n', &line);
        if (!slice_equal(line, slice_from_string(kind)))
                return ERR_PROVIDER_STATE;
        (void)slice_cut(&rest, '\n', &line);
        if (!int64_parse(line, &end) || end < instant_seconds(op->now))
                return ERR_PROVIDER_STATE;
        *ret = rest;
        return ERR_OK;
}

enum err ticket_begin(struct op *op, const struct login_ticket *ticket, struct secret *ret_text)
{
        struct buf plain CLEANUP(buf_deinit) = BUF_LOCAL(PLAIN_SIZE);
        const struct slice lines[] = {ticket->provider, ticket->state, ticket->nonce,
                                      ticket->verifier};

        head_put(&plain, op, begun);
        for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
                buf_put(&plain, lines[i]);
                buf_put_byte(&plain, '\n');
        }
        return ticket_close(op, &plain, ret_text);
}

enum err ticket_read(struct op *op, struct secret text, struct login_ticket *ret)
{
        struct slice rest;

        TRY(ticket_open(op, text, begun, &rest));
        (void)slice_cut(&rest, '\n', &ret->provider);
        (void)slice_cut(&rest, '\n', &ret->state);
        (void)slice_cut(&rest, '\n', &ret->nonce);
        (void)slice_cut(&rest, '\n', &ret->verifier);
        return ERR_OK;
}

enum err ticket_prove(struct op *op, enum login_proof proof, struct slice subject,
                      struct secret *ret_text)
{
        struct buf plain CLEANUP(buf_deinit) = BUF_LOCAL(PLAIN_SIZE);

        head_put(&plain, op, kinds[proof]);
        buf_put(&plain, subject);
        return ticket_close(op, &plain, ret_text);
}

enum err ticket_proven(struct op *op, enum login_proof proof, struct secret text,
                       struct slice *ret_subject)
{
        return ticket_open(op, text, kinds[proof], ret_subject);
}
