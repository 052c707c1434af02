/* SPDX-License-Identifier: Apache-2.0
 *
 * Minting access grants and inspecting API keys, with libaccessgrant.
 */
#include "core/grants/mint.h"

#include "base/macros.h"
#include "core/ag_words.h"

/* Our rights as Storj's. Bits 11 to 15 are never granted. */
static const struct {
        enum right right;
        uint32_t allows;
} rights[] = {
        {RIGHT_READ, AG_RIGHT_READ},
        {RIGHT_WRITE, AG_RIGHT_WRITE},
        {RIGHT_LIST, AG_RIGHT_LIST},
        {RIGHT_DELETE, AG_RIGHT_DELETE},
        {RIGHT_LOCK, AG_RIGHT_LOCK | AG_RIGHT_PUT_RETENTION | AG_RIGHT_GET_RETENTION |
                             AG_RIGHT_PUT_LEGAL_HOLD | AG_RIGHT_GET_LEGAL_HOLD},
};

/* Our input was checked before, so any failure is a fault. */
static enum err fault_unless(enum ag_error error)
{
        return error == AG_OK ? ERR_OK : ERR_INTERNAL;
}

static uint32_t ag_rights_of(unsigned scope_rights)
{
        uint32_t allows = 0;

        for (size_t i = 0; i < ARRAY_SIZE(rights); i++)
                if (scope_rights & rights[i].right)
                        allows |= rights[i].allows;
        return allows;
}

/* Return: NULL without memory. */
static struct ag_place *ag_places_of(struct arena *arena, const struct scope *scope)
{
        struct ag_place *places = arena_array(arena, scope->n_places, struct ag_place);

        for (size_t i = 0; places && i < scope->n_places; i++)
                places[i] = (struct ag_place){.bucket = ag_of(scope->places[i].bucket),
                                              .prefix = ag_of(scope->places[i].path)};
        return places;
}

/* --- API keys --- */

enum err mint_root_api_key(struct arena *arena, struct slice secret, struct slice head,
                           struct secret *ret_raw)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;

        TRY(fault_unless(ag_api_key_new(ag_of(secret), ag_of(head), &key)));
        *ret_raw = secret_copy(arena, slice_of(ag_api_key_raw(key)));
        return arena_check(arena);
}

/* The buckets that the caveats so far allow. */
struct buckets {
        struct slice *names;
        size_t n;
        bool limited; /* a caveat names buckets */
};

static bool bucket_is_among(struct slice name, const struct slice *names, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (slice_equal(name, names[i]))
                        return true;
        return false;
}

/* The buckets in one caveat; a path below a bucket is a prefix. */
static struct buckets buckets_of(struct arena *arena, const struct ag_caveat *caveat,
                                 bool *has_prefix)
{
        struct buckets buckets = {.names = arena_array(arena, caveat->n_paths, struct slice),
                                  .limited = true};
        struct ag_path path;
        size_t position = 0;

        while (buckets.names && ag_caveat_next_path(caveat, &position, &path)) {
                struct slice name = slice_of(path.bucket);

                if (path.encrypted.size)
                        *has_prefix = true;
                if (!bucket_is_among(name, buckets.names, buckets.n))
                        buckets.names[buckets.n++] = arena_copy(arena, name);
        }
        return buckets;
}

/* Caveats intersect. */
static void buckets_narrow(struct buckets *buckets, struct buckets more)
{
        size_t n = 0;

        if (!buckets->limited) {
                *buckets = more;
                return;
        }
        for (size_t i = 0; i < buckets->n; i++)
                if (bucket_is_among(buckets->names[i], more.names, more.n))
                        buckets->names[n++] = buckets->names[i];
        buckets->n = n;
}

static unsigned rights_left(uint32_t disallowed)
{
        unsigned left = 0;

        for (size_t i = 0; i < ARRAY_SIZE(rights); i++)
                if (!(rights[i].allows & disallowed))
                        left |= rights[i].right;
        return left;
}

/* The stored scope that a key allows; absent if it allows everything. Bucket names come from
 * others: a name that is not valid in a scope makes the key unusable here. */
static enum err limits_text(struct arena *arena, uint32_t disallowed, const struct buckets *buckets,
                            struct slice *ret)
{
        struct scope scope = {.rights = rights_left(disallowed)}, checked;

        *ret = (struct slice){0};
        if (scope.rights == RIGHTS_ALL && !buckets->limited)
                return ERR_OK;
        /* A scope without places would mean "everywhere". */
        if (!scope.rights || (buckets->limited && buckets->n == 0))
                return ERR_API_KEY_EMPTY;
        scope.places = arena_array(arena, buckets->n, struct place);
        if (!scope.places)
                return ERR_OUT_OF_MEMORY;
        for (size_t i = 0; i < buckets->n; i++)
                scope.places[scope.n_places++] = (struct place){.bucket = buckets->names[i]};
        *ret = scope_text(arena, &scope);
        if (scope_parse_stored(arena, *ret, &checked) != ERR_OK)
                return arena_failed_or(arena, ERR_API_KEY_BUCKET);
        if (checked.n_places != scope.n_places)
                return ERR_API_KEY_BUCKET;
        *ret = scope_text(arena, &checked);
        return ERR_OK;
}

/* Times beyond the range of an instant are clamped. */
static struct instant instant_of(struct ag_time time)
{
        if (time.seconds > INT64_MAX / 2000)
                return (struct instant){.ms = INT64_MAX / 2};
        if (time.seconds <= 0)
                return (struct instant){.ms = 1}; /* long past, and zero means never */
        return (struct instant){.ms = time.seconds * 1000};
}

static void times_narrow(struct api_key_facts *facts, const struct ag_caveat *caveat)
{
        if (caveat->has_not_before) {
                struct instant begins = instant_of(caveat->not_before);

                if (begins.ms > facts->begins_at.ms)
                        facts->begins_at = begins;
        }
        if (caveat->has_not_after) {
                struct instant ends = instant_of(caveat->not_after);

                if (!facts->ends_at.ms || ends.ms < facts->ends_at.ms)
                        facts->ends_at = ends;
        }
}

static enum err facts_of(struct arena *arena, const ag_api_key *key, struct api_key_facts *ret)
{
        struct api_key_facts facts = {
                .head = arena_copy(arena, slice_of(ag_api_key_head(key))),
        };
        struct buckets buckets = {0};
        uint32_t disallowed = 0;

        for (size_t i = 0; i < ag_api_key_n_caveats(key); i++) {
                struct ag_caveat caveat;

                if (ag_api_key_caveat(key, i, &caveat) != AG_OK)
                        return ERR_API_KEY_MALFORMED;
                if (caveat.has_unknown_fields)
                        return ERR_API_KEY_NEWER;
                disallowed |= caveat.disallowed;
                times_narrow(&facts, &caveat);
                if (caveat.n_paths)
                        buckets_narrow(&buckets, buckets_of(arena, &caveat, &facts.has_prefix));
        }
        TRY(arena_check(arena)); /* a missing name would widen the result */
        TRY(limits_text(arena, disallowed, &buckets, &facts.limits));
        *ret = facts;
        return ERR_OK;
}

enum err mint_inspect_api_key(struct arena *arena, struct slice text, struct secret *ret_raw,
                              struct api_key_facts *ret)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = NULL;
        enum ag_error error = ag_api_key_parse(ag_of(text), AG_STRICT, &key);

        if (ag_is_fault(error))
                return ERR_INTERNAL;
        if (error != AG_OK)
                return ERR_API_KEY_MALFORMED;
        TRY(facts_of(arena, key, ret));
        *ret_raw = secret_copy(arena, slice_of(ag_api_key_raw(key)));
        return arena_check(arena);
}

static enum err path_cipher_of(enum ag_cipher cipher, enum path_cipher *ret)
{
        if (cipher != AG_CIPHER_NULL && cipher != AG_CIPHER_AES_GCM)
                return ERR_PATH_CIPHER;
        *ret = cipher == AG_CIPHER_NULL ? PATH_CIPHER_NONE : PATH_CIPHER_AESGCM;
        return ERR_OK;
}

static bool is_clear(enum ag_cipher cipher)
{
        return cipher == AG_CIPHER_NULL || cipher == AG_CIPHER_NULL_BASE64URL;
}

bool mint_has_clear_paths(const ag_grant *grant)
{
        const ag_access *access = ag_grant_access(grant);
        bool has_clear = is_clear(ag_access_path_cipher(access));

        for (size_t i = 0; i < ag_access_n_entries(access); i++)
                has_clear |= is_clear(ag_access_entry(access, i).cipher);
        return has_clear;
}

enum err mint_inspect_grant(struct arena *arena, struct slice text, struct access_grant_facts *ret)
{
        ag_grant *grant CLEANUP(ag_grant_freep) = NULL;
        struct access_grant_facts facts;
        enum ag_error error = ag_grant_parse(ag_of(text), AG_LENIENT, &grant);

        if (ag_is_fault(error))
                return ERR_INTERNAL;
        if (error == AG_ERR_CIPHER)
                return ERR_PATH_CIPHER;
        if (error != AG_OK)
                return ERR_ACCESS_GRANT_MALFORMED;
        TRY(facts_of(arena, ag_grant_api_key(grant), &facts.api_key_facts));
        TRY(path_cipher_of(ag_access_path_cipher(ag_grant_access(grant)), &facts.path_cipher));
        if (mint_has_clear_paths(grant))
                facts.path_cipher = PATH_CIPHER_NONE;
        facts.api_key = secret_copy(arena, slice_of(ag_api_key_raw(ag_grant_api_key(grant))));
        facts.satellite_address = arena_copy(arena, slice_of(ag_grant_satellite(grant)));
        TRY(arena_check(arena));
        *ret = facts;
        return ERR_OK;
}

enum err mint_check_satellite(struct slice address)
{
        enum ag_error error = ag_satellite_check(ag_of(address));

        if (ag_is_fault(error))
                return ERR_INTERNAL;
        return error == AG_OK ? ERR_OK : ERR_SATELLITE_ADDRESS;
}

/* --- encryption access --- */

enum err mint_access(struct arena *arena, const struct project *project, const struct scope *scope,
                     const struct crypto_key *root, struct secret *ret_message)
{
        ag_access *whole CLEANUP(ag_access_freep) = NULL;
        ag_access *limited CLEANUP(ag_access_freep) = NULL;
        uint8_t *message CLEANUP(ag_message_freep) = NULL;
        const struct ag_place *places = ag_places_of(arena, scope);
        size_t size = 0;

        if (!places)
                return ERR_OUT_OF_MEMORY;
        TRY(fault_unless(ag_access_new(root->bytes, (enum ag_cipher)project->path_cipher, &whole)));
        TRY(fault_unless(ag_access_limit(whole, places, scope->n_places, &limited)));
        TRY(fault_unless(ag_access_serialize(limited, &message, &size)));
        *ret_message = secret_copy(arena, slice_new(message, size));
        return arena_check(arena);
}

static enum err access_of(const struct project *project, const struct mint_key *key,
                          ag_access **ret)
{
        if (!secret_is_absent(key->access))
                return fault_unless(
                        ag_access_parse(ag_of(secret_reveal(key->access)), AG_STRICT, ret));
        return fault_unless(ag_access_new(key->root ? key->root->bytes : NULL,
                                          (enum ag_cipher)project->path_cipher, ret));
}

/* --- grants --- */

enum ag_error mint_narrow(struct arena *arena, const ag_grant *whole,
                          const struct mint_terms *terms, ag_grant **ret)
{
        struct ag_time not_after = {.seconds = instant_seconds(terms->ends_at)};
        struct ag_restriction restriction = {
                .rights = ag_rights_of(terms->scope->rights),
                .places = ag_places_of(arena, terms->scope),
                .n_places = terms->scope->n_places,
                .not_after = terms->ends_at.ms ? &not_after : NULL,
                .nonce = ag_of(uuid_slice(terms->nonce)),
        };

        return restriction.places ? ag_grant_restrict(whole, &restriction, ret) : AG_ERR_MEMORY;
}

/* A grant of all that the project's key allows. An imported key may have been read leniently. */
static enum err whole_grant(const struct mint_source *source, ag_grant **ret)
{
        ag_api_key *root CLEANUP(ag_api_key_freep) = NULL;
        ag_access *access CLEANUP(ag_access_freep) = NULL;

        TRY(fault_unless(
                ag_api_key_parse_raw(ag_of(secret_reveal(source->api_key)), AG_LENIENT, &root)));
        TRY(access_of(source->project, &source->key, &access));
        return fault_unless(
                ag_grant_new(ag_of(source->project->satellite_address), root, access, ret));
}

static enum err minted_of(struct arena *arena, const ag_grant *grant, struct minted *ret)
{
        const ag_api_key *key = ag_grant_api_key(grant);
        char *text CLEANUP(ag_text_freep) = NULL;
        struct ag_caveat caveat;

        TRY(fault_unless(ag_grant_text(grant, &text)));
        if (strlen(text) > LIMIT_GRANT)
                return ERR_GRANT_TOO_LONG;
        TRY(fault_unless(ag_api_key_caveat(key, ag_api_key_n_caveats(key) - 1, &caveat)));
        *ret = (struct minted){
                .grant = secret_copy(arena, slice_from_string(text)),
                .tail = arena_copy(arena, slice_of(ag_api_key_tail(key))),
                .caveat = arena_copy(arena, slice_of(caveat.message)),
        };
        return arena_check(arena);
}

enum err mint_grant(struct arena *arena, const struct mint_source *source,
                    const struct mint_terms *terms, struct minted *ret)
{
        ag_grant *whole CLEANUP(ag_grant_freep) = NULL;
        ag_grant *narrow CLEANUP(ag_grant_freep) = NULL;
        enum ag_error error;

        TRY(whole_grant(source, &whole));
        error = mint_narrow(arena, whole, terms, &narrow);
        TRY(arena_check(arena));
        TRY(fault_unless(error));
        return minted_of(arena, narrow, ret);
}

enum err mint_owner_grant(struct arena *arena, const struct mint_source *source,
                          const struct uuid *nonce, struct minted *ret)
{
        struct ag_restriction nothing = {.rights = AG_RIGHTS_ALL,
                                         .nonce = ag_of(uuid_slice(nonce))};
        ag_grant *whole CLEANUP(ag_grant_freep) = NULL;
        ag_grant *own CLEANUP(ag_grant_freep) = NULL;

        TRY(whole_grant(source, &whole));
        TRY(fault_unless(ag_grant_restrict(whole, &nothing, &own)));
        return minted_of(arena, own, ret);
}
