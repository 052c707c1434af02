/* SPDX-License-Identifier: Apache-2.0
 *
 * Links of /oauth2-integration, remembered by their pages.
 */
#include "core/authorize/legacy_link.h"

#include "base/macros.h"
#include "core/policy.h"
#include "core/upkeep/seal.h"

enum {
        PLAIN_SIZE = UUID_SIZE + INT64_SIZE, /* client_id || end in ms */
        SEALED_MAXIMUM = 128,
};

enum err legacy_link_remember(struct op *op, const struct uuid *browser,
                              const struct client_identity *identity, struct slice *ret_text)
{
        struct buf plain CLEANUP(buf_deinit) = BUF_LOCAL(PLAIN_SIZE);
        struct buf text CLEANUP(buf_deinit) = BUF_LOCAL(2 * SEALED_MAXIMUM);
        int64_t consent = op->now.ms + op->ports->policy->consent_lifetime * 1000;
        int64_t jwt = identity->assertion.exp * 1000;
        struct slice sealed;

        buf_put(&plain, SLICE_ARRAY(identity->client.client_id.bytes));
        int64_encode(&plain, jwt > consent ? jwt : consent);
        TRY(seal_close(op, SEAL_LINK, browser, (struct secret){.hidden = buf_slice(&plain)},
                       &sealed));
        base64url_encode(&text, sealed);
        *ret_text = arena_copy_buf(op->arena, &text);
        return arena_check(op->arena);
}

static enum err link_open(struct op *op, const struct uuid *browser, struct slice text,
                          struct legacy_link *ret)
{
        struct buf sealed CLEANUP(buf_deinit) = BUF_LOCAL(SEALED_MAXIMUM);
        struct secret plain;
        struct slice bytes;
        enum err error;

        if (!base64url_decode(text, &sealed))
                return ERR_LINK_UNKNOWN;
        error = seal_open(op, SEAL_LINK, browser, buf_slice(&sealed), &plain);
        if (error == ERR_NOT_AUTHENTIC)
                return ERR_LINK_UNKNOWN;
        TRY(error);
        bytes = secret_reveal(plain);
        if (bytes.size != PLAIN_SIZE || !int64_decode(bytes.data + UUID_SIZE, &ret->ends_at.ms))
                return ERR_LINK_UNKNOWN;
        memcpy(ret->client_id.bytes, bytes.data, UUID_SIZE);
        return ERR_OK;
}

enum err legacy_link_recall(struct op *op, const struct uuid *browser, struct slice text,
                            struct client *ret)
{
        struct legacy_link link;
        enum err error;

        TRY(link_open(op, browser, text, &link));
        if (op->now.ms >= link.ends_at.ms)
                return ERR_LINK_EXPIRED;
        error = store_client_find(op, &link.client_id, ret);
        if (error == ERR_NO_ROW)
                return ERR_LINK_UNKNOWN;
        TRY(error);
        if (ret->status != CLIENT_ACTIVE)
                return ERR_CLIENT_DISABLED;
        return ret->legacy_redirect ? ERR_OK : ERR_LEGACY_OFF;
}
