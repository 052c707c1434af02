/* SPDX-License-Identifier: Apache-2.0
 *
 * The URLs that name clients: docs/protocol/oauth.md 8.
 */
#include "core/clients/client_ref.h"

#include "base/macros.h"
#include "test.h"

static bool is_good(const char *url)
{
        return !client_url_problem(slice_from_string(url));
}

TEST(a_client_url_is_https_with_a_name_and_a_path)
{
        static const char *const good[] = {
                "https://app.example.com/client.json",
                "https://app.example.com/",
                "https://app.example.com:8443/a/b",
                "https://app.example.com:443/a",
                "https://localhost/a",
                "https://xn--bcher-kva.example/a",
                "https://a.example/client?version=1",
                "https://a.example/%C3%A4/...",
                "https://1st.example/a",
        };

        for (size_t i = 0; i < ARRAY_SIZE(good); i++)
                CHECK(is_good(good[i]));
}

TEST(whatever_else_a_url_may_have_is_refused)
{
        static const char *const wrong[] = {
                "",
                "https://",
                "https://a.example",
                "https://a.example?x",
                "http://a.example/a",
                "HTTPS://a.example/a",
                "https:a.example/a",
                "https:/a.example/a",
                "https:///a",
                "https://A.example/a",
                "https://a..example/a",
                "https://.example/a",
                "https://a.example./a",
                "https://-a.example/a",
                "https://a-.example/a",
                "https://a_b.example/a",
                "https://a%2eexample/a",
                "https://127.0.0.1/a",
                "https://127.1/a",
                "https://2130706433/a",
                "https://0x7f.1/a",
                "https://10.0.0.0x1/a",
                "https://[::1]/a",
                "https://[::ffff:127.0.0.1]/a",
                "https://user@a.example/a",
                "https://user:word@a.example/a",
                "https://@a.example/a",
                "https://a.example:/a",
                "https://a.example:0/a",
                "https://a.example:65536/a",
                "https://a.example:08443/a",
                "https://a.example/a#b",
                "https://a.example/a#",
                "https://a.example/./a",
                "https://a.example/a/..",
                "https://a.example/a/../b",
                "https://a.example/%2e/a",
                "https://a.example/%2E%2e/a",
                "https://a.example/.%2e",
                "https://a.example/%",
                "https://a.example/%zz",
                "https://a.example/a?%2",
                "https://a.example/a b",
                "https://a.example/a\n",
                "https://a.example/\xc3\xa4",
                "https://a.example\\@b.example/a",
        };

        for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
                CHECK(!is_good(wrong[i]));
}

TEST(a_client_url_has_512_bytes_at_most)
{
        char url[LIMIT_CLIENT_URL + 2] = "https://a.example/";

        memset(url + strlen(url), 'a', LIMIT_CLIENT_URL - strlen(url));
        CHECK(is_good(url));
        url[LIMIT_CLIENT_URL] = 'a';
        CHECK(!is_good(url));
}

TEST(a_url_has_a_uuid_of_its_own)
{
        struct client_ref one, other, again;

        CHECK(client_ref_parse(SLICE("https://a.example/a"), &one));
        CHECK(client_ref_parse(SLICE("https://a.example:443/a"), &other));
        CHECK(client_ref_parse(SLICE("https://a.example/a"), &again));
        CHECK(uuid_equal(&one.id, &again.id) && !uuid_equal(&one.id, &other.id));
        CHECK_TEXT(one.url, "https://a.example/a");
        CHECK(client_id_is_of_url(&one.id));
}

TEST(a_client_is_named_by_a_uuid_or_a_url)
{
        struct client_ref ref;

        CHECK(client_ref_parse(SLICE("2d0a9e0c-4a5b-4c3d-8e1f-000102030405"), &ref));
        CHECK(!ref.url.data && !client_id_is_of_url(&ref.id));
        CHECK(!client_ref_parse(SLICE("2D0A9E0C-4a5b-4c3d-8e1f-000102030405"), &ref));
        CHECK(!client_ref_parse(SLICE("https://a.example"), &ref));
        CHECK(!client_ref_parse(SLICE(""), &ref));
}
