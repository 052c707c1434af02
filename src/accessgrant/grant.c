/* SPDX-License-Identifier: Apache-2.0
 *
 * Grants: built from their parts, read from text, written as text (docs/protocol/access-grant.md
 * 1).
 */
#include "accessgrant/grant.h"

#include "accessgrant/access.h"
#include "accessgrant/api_key.h"
#include "accessgrant/base58.h"
#include "accessgrant/limit.h"
#include "accessgrant/memory.h"
#include "accessgrant/protowire.h"
#include "accessgrant/words.h"
#include "base/macros.h"

enum {
        VERSION = 0, /* of the text form */

        SCOPE_SATELLITE = 1,
        SCOPE_API_KEY = 2,
        SCOPE_ACCESS = 3,
};

void ag_grant_free(ag_grant *grant)
{
        if (!grant)
                return;
        buf_deinit(&grant->satellite);
        ag_api_key_free(grant->key);
        ag_access_free(grant->access);
        ag_access_free(grant->source);
        ag_free(grant);
}

/* --- from parts --- */

enum ag_error ag_grant_make(struct slice satellite, ag_api_key **key, ag_access **access,
                            ag_grant **ret_grant)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = ag_memory_new(sizeof(*grant));

        if (!grant)
                return AG_ERR_MEMORY;
        grant->satellite.maximum = AG_MAX_PATH;
        buf_put(&grant->satellite, satellite);
        TRY(ag_buf_check(&grant->satellite));
        grant->key = take(key);
        grant->access = take(access);
        *ret_grant = take(&grant);
        return AG_OK;
}

enum ag_error ag_grant_new(struct ag_bytes satellite, const ag_api_key *key,
                           const ag_access *access, ag_grant **ret_grant)
{
        ag_api_key *own_key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *limited CLEANUP(ag_access_freep) = NULL;
        ag_access *source CLEANUP(ag_access_freep) = NULL;
        ag_grant *grant;

        if (satellite.size == 0)
                return AG_ERR_SATELLITE;
        TRY(ag_api_key_copy(key, &own_key));
        TRY(ag_limit(access, key, AG_UNOPENED_SKIP, &limited));
        TRY(ag_access_copy(access, &source));
        TRY(ag_grant_make(slice_of(satellite), &own_key, &limited, &grant));
        grant->source = take(&source);
        *ret_grant = grant;
        return AG_OK;
}

/* --- from text --- */

/* The fields of the message. As in protobuf, repeated accesses are merged into one message. */
struct scope {
        struct slice satellite;
        struct slice api_key;
        struct buf access;
        bool has_access;
};

static void scope_deinit(struct scope *scope)
{
        buf_deinit(&scope->access);
}

/* Return: AG_OK; AG_ERR_MESSAGE; AG_ERR_MEMORY. */
static enum ag_error scope_read(struct slice message, struct scope *scope)
{
        struct ag_wire wire = {.left = message};
        struct ag_field field;

        scope->access.maximum = message.size;
        while (ag_wire_next(&wire, &field)) {
                if (field.number == SCOPE_SATELLITE)
                        scope->satellite = ag_wire_bytes(&wire, &field);
                else if (field.number == SCOPE_API_KEY)
                        scope->api_key = ag_wire_bytes(&wire, &field);
                else if (field.number == SCOPE_ACCESS) {
                        scope->has_access = true;
                        buf_put(&scope->access, ag_wire_bytes(&wire, &field));
                }
        }
        return wire.is_malformed ? AG_ERR_MESSAGE : ag_buf_check(&scope->access);
}

static void scope_write(struct buf *buf, struct slice satellite, struct slice api_key,
                        struct slice access)
{
        ag_put_bytes(buf, SCOPE_SATELLITE, satellite);
        ag_put_bytes(buf, SCOPE_API_KEY, api_key);
        ag_put_message(buf, SCOPE_ACCESS, access);
}

/* A grant is canonical if writing it again gives the same bytes; its parts were checked before. */
static enum ag_error canonical_check(const struct scope *scope, struct slice message)
{
        struct buf again CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

        scope_write(&again, scope->satellite, scope->api_key, buf_slice(&scope->access));
        TRY(ag_buf_check(&again));
        return slice_equal(buf_slice(&again), message) ? AG_OK : AG_ERR_NOT_CANONICAL;
}

/* Parses the parts of a grant; the first bad one decides the error (docs/protocol/access-grant.md
 * 1.4). */
static enum ag_error scope_parse(const struct scope *scope, enum ag_mode mode, ag_grant **ret_grant)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;
        ag_access *limited CLEANUP(ag_access_freep) = NULL;
        bool leaked_root_key;

        if (scope->satellite.size == 0)
                return AG_ERR_SATELLITE;
        TRY(ag_api_key_parse_raw(ag_of(scope->api_key), mode, &key));
        if (!scope->has_access)
                return AG_ERR_ACCESS;
        TRY(ag_access_parse(ag_of(buf_slice(&scope->access)), mode, &access));
        TRY(ag_limit(access, key, AG_UNOPENED_SKIP, &limited));
        leaked_root_key = access->has_root_key && !limited->has_root_key;
        TRY(ag_grant_make(scope->satellite, &key, &limited, ret_grant));
        (*ret_grant)->leaked_root_key = leaked_root_key;
        return AG_OK;
}

enum ag_error ag_grant_parse(struct ag_bytes text, enum ag_mode mode, ag_grant **ret_grant)
{
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        struct scope scope CLEANUP(scope_deinit) = {0};
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;

        TRY(ag_base58check_decode(VERSION, slice_of(text), &message));
        TRY(scope_read(buf_slice(&message), &scope));
        TRY(scope_parse(&scope, mode, &grant));
        if (mode == AG_STRICT)
                TRY(canonical_check(&scope, buf_slice(&message)));
        *ret_grant = take(&grant);
        return AG_OK;
}

/* --- to text --- */

enum ag_error ag_grant_text(const ag_grant *grant, char **ret_text)
{
        struct buf access CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);
        struct buf message CLEANUP(buf_deinit) = BUF_INIT(AG_MAX_TEXT);

        TRY(ag_access_write(grant->access, &access));
        scope_write(&message, buf_slice(&grant->satellite), slice_of(ag_api_key_raw(grant->key)),
                    buf_slice(&access));
        TRY(ag_buf_check(&message));
        return ag_base58check_text(VERSION, buf_slice(&message), ret_text);
}

/* --- looking --- */

struct ag_bytes ag_grant_satellite(const ag_grant *grant)
{
        return ag_of(buf_slice(&grant->satellite));
}

const ag_api_key *ag_grant_api_key(const ag_grant *grant)
{
        return grant->key;
}

const ag_access *ag_grant_access(const ag_grant *grant)
{
        return grant->access;
}

bool ag_grant_leaked_root_key(const ag_grant *grant)
{
        return grant->leaked_root_key;
}
