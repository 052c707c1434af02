/* SPDX-License-Identifier: Apache-2.0
 *
 * How a client authenticates: the first line is the Authorization header, the rest a form.
 */
#include "api/client_credentials.h"

#include "api/vocabulary.h"
#include "base/macros.h"
#include "fuzz.h"
#include "http/auth_header.h"
#include "http/fields.h"

struct form {
        struct client_credentials credentials;
};

static const struct field fields[] = {CLIENT_CREDENTIALS_FIELDS(struct form, credentials)};

/* One way only, and all that it needs. */
static void check_proof(const struct http_call *call, const struct client_credentials *body,
                        const struct client_proof *proof)
{
        bool has_jwt = !secret_is_absent(proof->jwt);

        REQUIRE(has_jwt == (proof->method == CLIENT_AUTH_SECRET_JWT));
        REQUIRE(proof->client_id.data || (has_jwt && proof->audiences.n));
        REQUIRE(proof->method != CLIENT_AUTH_NONE || secret_is_absent(proof->secret));
        REQUIRE(proof->method != CLIENT_AUTH_SECRET_BASIC || secret_is_absent(body->secret));
        REQUIRE(!call->request.headers.authorization.data ||
                proof->method == CLIENT_AUTH_SECRET_BASIC);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(LIMIT_ARENA);
        struct slice rest = slice_new(data, size), header = next_line(&rest);
        struct http_call call = {.arena = &arena, .vocabulary = &vocabulary_rfc6749};
        struct client_proof proof = {0};
        struct form form = {0};

        if (size > LIMIT_BODY)
                return 0;
        if (header.size)
                call.request.headers.authorization = header;
        call.request.path = SLICE("/oauth2/token");
        if (fields_decode_pairs(&call, rest, fields, ARRAY_SIZE(fields), &form) == ERR_OK &&
            client_credentials_read(&call, SLICE("https://grants.example.com"), &form.credentials,
                                    &proof) == ERR_OK)
                check_proof(&call, &form.credentials, &proof);
        return 0;
}
