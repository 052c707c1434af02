/* SPDX-License-Identifier: Apache-2.0
 *
 * Request heads: a first line as sent, then "Name: value" lines; and the readers of the fields of
 * an accepted head.
 */
#include "api/vocabulary.h"
#include "base/macros.h"
#include "fuzz.h"
#include "http/auth_header.h"
#include "http/cookie.h"
#include "http/head.h"
#include "http/origin.h"
#include "http/router.h"

static const struct http_site site = {
        .public_url = {(const uint8_t *)"http://localhost:10100", 22},
        .port = 10100,
        .loopback = true,
};

static bool is_visible(struct slice text)
{
        for (size_t i = 0; i < text.size; i++)
                if ((text.data[i] < 0x20 && text.data[i] != '\t') || text.data[i] == 0x7f)
                        return false;
        return true;
}

static void check_request(const struct http_request *request)
{
        REQUIRE(request->path.size && is_visible(request->path));
        REQUIRE(!slice_contains_byte(request->path, '?') &&
                !slice_contains_byte(request->path, ' '));
        REQUIRE(is_visible(request->query) && is_visible(request->headers.host));
        REQUIRE(request->headers.host.size || !request->headers.host.data);
        REQUIRE(is_visible(request->headers.cookie));
        REQUIRE(is_visible(request->headers.authorization));
        REQUIRE(is_visible(request->headers.origin) && is_visible(request->headers.forwarded_for));
}

static void read_fields(struct http_call *call)
{
        struct secret token = {0};
        struct http_params params = {0};

        if (!bearer_read(call, &token))
                REQUIRE(secret_reveal(token).size <= BEARER_MAXIMUM);
        (void)!cookie_read(call, (struct cookie){COOKIE_SESSION, false}, &token);
        (void)!cookie_read(call, (struct cookie){COOKIE_BROWSER, true}, &token);
        if (!host_check(&site, &call->request))
                (void)!cross_site_check(&site, &call->request);
        if (path_match(SLICE("/a/{x}/b/{y}"), call->request.path, &params)) {
                REQUIRE(params.n_values == 2);
                REQUIRE(params.values[0].size && !slice_contains_byte(params.values[0], '/'));
                REQUIRE(params.values[1].size && !slice_contains_byte(params.values[1], '/'));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(16 << 20);
        struct http_call call = {.arena = &arena, .vocabulary = &vocabulary_grantd};
        struct http_head head = {
                .arena = &arena, .request = &call.request, .person_field = SLICE("X-Person")};
        struct slice rest = slice_new(data, size);
        struct slice version = next_line(&rest), method, target, name;

        /* As the server splits it: at the first and the last space. */
        (void)slice_cut(&version, ' ', &method);
        (void)slice_cut(&version, ' ', &target);
        head_take_target(&head, target);
        while (rest.data) {
                struct slice value = next_line(&rest);

                (void)slice_cut(&value, ':', &name);
                head_take_field(&head, name, value);
        }
        if (head_finish(&head, method, version))
                return 0;
        check_request(&call.request);
        read_fields(&call);
        return 0;
}
