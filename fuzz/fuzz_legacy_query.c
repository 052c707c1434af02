/* SPDX-License-Identifier: Apache-2.0
 *
 * The query of /oauth2-integration.
 */
#include "api/legacy_query.h"
#include "api/vocabulary.h"

#include "base/macros.h"
#include "core/grants/scope.h"
#include "fuzz.h"

static void check_query(struct slice text, const struct legacy_query *query)
{
        const uint8_t *raw = query->redirect_uri_raw.data;

        REQUIRE(query->client_id.data && query->redirect_uri.data);
        REQUIRE(!secret_is_absent(query->client_secret) || query->client_secret.hidden.data);
        REQUIRE(raw >= text.data && raw + query->redirect_uri_raw.size <= text.data + text.size);
        REQUIRE(query->scope.n <= LIMIT_SCOPES);
        for (size_t i = 0; i < query->scope.n; i++)
                REQUIRE(query->scope.items[i].size > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct http_call call = {.arena = &arena,
                                 .vocabulary = &vocabulary_grantd,
                                 .request.query = slice_new(data, size)};
        struct legacy_query query;
        struct scope scope;

        if (size > LIMIT_BODY || legacy_query_read(&call, &query) != ERR_OK)
                return 0;
        check_query(call.request.query, &query);
        (void)!scope_parse_request(&arena, query.scope, &scope);
        return 0;
}
