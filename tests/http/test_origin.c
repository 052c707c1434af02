/* SPDX-License-Identifier: Apache-2.0
 *
 * Which sites may send requests that change something.
 */
#include "http/origin.h"

#include "test.h"

static enum err check(const char *public_url, const char *host, const char *origin)
{
        struct http_site site = {
                .public_url = slice_from_string(public_url), .port = 10100, .loopback = true};
        struct http_request request = {
                .method = HTTP_POST,
                .headers = {.host = slice_from_string(host), .origin = slice_from_string(origin)}};

        return cross_site_check(&site, &request);
}

TEST(the_public_urls_origin_is_ours)
{
        CHECK_OK(check("https://id.example", "id.example", "https://id.example"));
        CHECK_OK(check("https://id.example", "id.example", "https://id.example:443"));
        CHECK_ERR(check("https://id.example", "id.example", "https://evil.example"),
                  ERR_CSRF_REFUSED);
}

/* We listen on a loopback address, as behind a proxy. */
TEST(http_is_not_the_origin_of_an_https_site_behind_a_proxy)
{
        CHECK_ERR(check("https://id.example", "id.example", "http://id.example"), ERR_CSRF_REFUSED);
        CHECK_ERR(check("https://id.example", "id.example:80", "http://id.example"),
                  ERR_CSRF_REFUSED);
        CHECK_ERR(check("https://id.example:10100", "id.example:10100", "http://id.example:10100"),
                  ERR_CSRF_REFUSED);
}

TEST(loopback_names_with_our_port_may_use_http)
{
        CHECK_OK(check("https://id.example", "localhost:10100", "http://localhost:10100"));
        CHECK_OK(check("https://id.example", "127.0.0.1:10100", "http://127.0.0.1:10100"));
        CHECK_OK(check("http://localhost:10100", "[::1]:10100", "http://[::1]:10100"));
        CHECK_ERR(check("https://id.example", "localhost:10100", "http://127.0.0.1:10100"),
                  ERR_CSRF_REFUSED);
        CHECK_ERR(check("https://id.example", "localhost:1", "http://localhost:1"),
                  ERR_CSRF_REFUSED);
}
