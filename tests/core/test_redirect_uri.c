/* SPDX-License-Identifier: Apache-2.0
 *
 * Redirect URIs: rules 1 to 3, 6 and 9.
 */
#include "core/clients/redirect_uri.h"

#include "base/limits.h"
#include "test.h"

static bool matches(const char *registered, const char *requested)
{
        return redirect_uri_matches(slice_from_string(registered), slice_from_string(requested),
                                    APPLICATION_WEB);
}

static bool matches_native(const char *registered, const char *requested)
{
        return redirect_uri_matches(slice_from_string(registered), slice_from_string(requested),
                                    APPLICATION_NATIVE);
}

static enum err check_of(struct slice uri, enum application_type type)
{
        return redirect_uri_problem(uri, type) ? ERR_REDIRECT_URI_MALFORMED : ERR_OK;
}

static enum err check(const char *uri)
{
        return check_of(slice_from_string(uri), APPLICATION_WEB);
}

static enum err check_native(const char *uri)
{
        return check_of(slice_from_string(uri), APPLICATION_NATIVE);
}

TEST(rule_1_redirect_uris_are_compared_byte_for_byte)
{
        const char *registered = "https://myapp.com/callback";

        CHECK(matches(registered, "https://myapp.com/callback"));
        CHECK(!matches(registered, "https://myapp.com/callback/"));
        CHECK(!matches(registered, "https://myapp.com/Callback"));
        CHECK(!matches(registered, "https://MYAPP.com/callback"));
        CHECK(!matches(registered, "https://myapp.com:443/callback"));
        CHECK(!matches(registered, "https://myapp.com/callback?x=1"));
        CHECK(!matches(registered, "https://myapp.com/%63allback"));
        CHECK(!matches(registered, "https://myapp.com/x/%2e%2e/callback"));
        CHECK(!matches(registered, "https://a@myapp.com/callback"));
        CHECK(!matches(registered, "http://myapp.com/callback"));
        CHECK(!matches(registered, ""));
}

TEST(rule_2_loopback_addresses_match_on_any_port)
{
        CHECK(matches("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb"));
        CHECK(matches("http://127.0.0.1:3000/cb", "http://127.0.0.1:51234/cb"));
        CHECK(matches("http://[::1]/cb?x=1", "http://[::1]:8/cb?x=1"));
        CHECK(!matches("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb2"));
        CHECK(!matches("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb?x"));
        CHECK(!matches("http://127.0.0.1/cb", "http://[::1]:1/cb"));
        CHECK(!matches("http://127.0.0.1/cb", "https://127.0.0.1:1/cb"));
        CHECK(!matches("http://127.0.0.1/cb", "http://u@127.0.0.1:1/cb"));
        CHECK(!matches("http://127.0.0.1/cb", "http://127.0.0.1:0/cb"));
        CHECK(!matches("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb"));
        CHECK(!matches("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb"));
        CHECK(!matches("http://localhost/cb", "http://localhost:51234/cb"));
        CHECK(!matches("https://127.0.0.1/cb", "https://127.0.0.1:1/cb"));
}

TEST(rule_2_a_native_application_may_listen_on_any_port_of_localhost)
{
        CHECK(matches_native("http://localhost/cb", "http://localhost:51234/cb"));
        CHECK(matches_native("http://localhost", "http://localhost:51234"));
        CHECK(matches_native("http://localhost:1/", "http://localhost:51234/"));
        CHECK(matches_native("http://127.0.0.1", "http://127.0.0.1:51234"));
        CHECK(matches_native("http://[::1]/cb?x=1", "http://[::1]:8/cb?x=1"));
        CHECK(!matches_native("http://localhost/cb", "http://localhost:51234/"));
        CHECK(!matches_native("http://localhost/cb", "http://localhost:51234"));
        CHECK(!matches_native("http://localhost", "http://localhost:51234/cb"));
        CHECK(!matches_native("http://localhost/cb", "http://localhost:51234/cb?x"));
        CHECK(!matches_native("http://localhost/cb", "http://LOCALHOST:51234/cb"));
        CHECK(!matches_native("http://localhost/cb", "http://localhost.:51234/cb"));
        CHECK(!matches_native("http://localhost/cb", "http://localhost.evil.example:1/cb"));
        CHECK(!matches_native("http://localhost/cb", "http://u@localhost:1/cb"));
        CHECK(!matches_native("http://localhost/cb", "http://localhost:0/cb"));
        CHECK(!matches_native("http://localhost/cb", "http://127.0.0.1:1/cb"));
        CHECK(!matches_native("http://127.0.0.1/cb", "http://[::1]:1/cb"));
        CHECK(!matches_native("http://localhost/cb", "https://localhost:1/cb"));
        CHECK(!matches_native("https://localhost/cb", "https://localhost:1/cb"));
        CHECK(!matches_native("https://myapp.com/cb", "https://myapp.com:444/cb"));
        CHECK(!matches_native("cursor://cb", "cursor://cb:1"));
}

TEST(rule_3_only_a_native_application_has_a_scheme_without_a_dot)
{
        static const char *const good[] = {"cursor://anysphere.cursor/cb", "vscode:/cb",
                                           "myapp:cb"};

        for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
                CHECK_OK(check_native(good[i]));
                CHECK_ERR(check(good[i]), ERR_REDIRECT_URI_MALFORMED);
                CHECK(redirect_uri_is_anybodys(slice_from_string(good[i])));
        }
        CHECK(!redirect_uri_is_anybodys(SLICE("com.example.app:/cb")));
        CHECK(!redirect_uri_is_anybodys(SLICE("https://myapp.com/cb")));
        CHECK(!redirect_uri_is_anybodys(SLICE("http://localhost/cb")));
        CHECK(!redirect_uri_is_anybodys(SLICE("nonsense")));
}

TEST(rule_3_no_scheme_that_a_browser_or_a_system_uses_can_be_registered)
{
        static const char *const bad[] = {
                "http://myapp.com/cb",
                "javascript:alert(1)",
                "JavaScript:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "blob:x",
                "about:blank",
                "view-source:x",
                "ws://myapp.com/",
                "wss://myapp.com/",
                "ftp://myapp.com/",
                "mailto:a@b.c",
                "vbscript:x",
                "ms-msdt:/id",
                "microsoft-edge:https://a.b/",
                "search-ms:query=x",
                "chrome-extension:x",
                "Cursor://cb",
                "cursor://u@cb",
                "cursor://cb#x",
                "cursor://cb?code=1",
                "intent:x",
        };

        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                CHECK_ERR(check_native(bad[i]), ERR_REDIRECT_URI_MALFORMED);
}

TEST(rule_3_only_safe_redirect_uris_can_be_registered)
{
        static const char *const good[] = {
                "https://myapp.com/callback",   "https://myapp.com",
                "https://myapp.com:8443/a?b=c", "http://localhost:3000/cb",
                "http://127.0.0.1/cb",          "http://[::1]:9/cb",
                "com.example.app:/oauth",       "com.example.app://oauth/x",
                "https://[2001:db8::1]/cb",     "https://a.b/?codex=1&mystate=2",
                "https://myapp.com?a=/b",
        };
        static const char *const bad[] = {
                "",
                "myapp.com/callback",
                "/callback",
                "http://myapp.com/callback",
                "http://localhost.evil.example/cb",
                "http://127.0.0.2/cb",
                "https://myapp.com/#x",
                "https://myapp.com/cb#",
                "https://user@myapp.com/cb",
                "https://user:pw@myapp.com/cb",
                "https://*.myapp.com/cb",
                "https://myapp.com/*",
                "https://",
                "https:///cb",
                "https:/cb",
                "https:cb",
                "https://myapp.com:0/cb",
                "https://myapp.com:99999/cb",
                "https://myapp.com:/cb",
                "https://my app.com/cb",
                "https://myapp.com/c b",
                "https://myapp.com/\x01",
                "https://myapp.com\\@evil.example/",
                "https://m%79app.com/",
                "https://myapp.com/?code=1",
                "https://myapp.com/?a=b&state=1",
                "https://myapp.com/?c%6Fde=1",
                "https://myapp.com/?iss",
                "https://myapp.com/?error=x",
                "https://myapp.com/?access_grant=x",
                "https://myapp.com/?scope=x",
                "https://myapp.com/?%",
                "javascript:alert(1)",
                "data:text/html,x",
                "vbscript:x",
                "myapp:/cb",
                "ftp://myapp.com/cb",
                "1a.b:/cb",
        };

        for (size_t i = 0; i < ARRAY_SIZE(good); i++)
                CHECK_OK(check(good[i]));
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                CHECK_ERR(check(bad[i]), ERR_REDIRECT_URI_MALFORMED);
}

static void check_answer(const char *uri, const char *state, const char *expected)
{
        struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 20);
        struct redirect_parameter parameters[] = {
                {"code", SLICE("c-1")},
                {"state", slice_from_string(state)},
                {"iss", SLICE("http://localhost:10100")},
        };

        CHECK_TEXT(redirect_uri_answer(&arena, slice_from_string(uri), parameters,
                                       ARRAY_SIZE(parameters)),
                   expected);
}

TEST(rule_3_schemes_hosts_and_ports_are_well_formed)
{
        static const char *const bad[] = {
                ":/cb",
                "com.example_app:/cb",
                "com.example/app:/cb",
                "https://[::1/cb",
                "https://[::1]x/cb",
                "https://[::1]:/cb",
                "https://[::g]/cb",
                "https://[]/cb",
                "https://[/cb",
                "https://my[app].com/cb",
                "https://my+app.com/cb",
                "https:",
                "https://",
                "https://myapp.com:-1/cb",
                "https://myapp.com:8a/cb",
                "http://user@127.0.0.1/cb",
                "https://myapp.com/{}",
        };

        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                CHECK_ERR(check(bad[i]), ERR_REDIRECT_URI_MALFORMED);
}

TEST(a_nul_and_a_uri_over_its_size_are_refused)
{
        char text[LIMIT_REDIRECT_URI + 2] = "https://myapp.com/";

        memset(text + strlen(text), 'a', sizeof(text) - 1 - strlen("https://myapp.com/"));
        CHECK_INT(strlen(text), LIMIT_REDIRECT_URI + 1);
        CHECK_ERR(check(text), ERR_REDIRECT_URI_MALFORMED);
        CHECK_OK(check_of(slice_new(text, LIMIT_REDIRECT_URI), APPLICATION_WEB));
        text[30] = '\0';
        CHECK_ERR(check_of(slice_new(text, LIMIT_REDIRECT_URI), APPLICATION_WEB),
                  ERR_REDIRECT_URI_MALFORMED);
}

TEST(rule_2_userinfo_and_odd_ports_match_no_other_port)
{
        const char *registered = "http://127.0.0.1/cb";

        CHECK(matches(registered, "http://127.0.0.1:65535/cb"));
        CHECK(!matches(registered, "http://127.0.0.1:65536/cb"));
        CHECK(!matches(registered, "http://127.0.0.1:/cb"));
        CHECK(!matches(registered, "http://x@127.0.0.1:1/cb"));
        CHECK(!matches(registered, "http://127.0.0.1:1/cb?x"));
        CHECK(!matches(registered, "http://[::1]:1/cb"));
        CHECK(!matches(registered, "nonsense"));
        CHECK(!matches("nonsense", registered));
}

TEST(a_uri_at_this_server_is_known_by_whatever_name_and_path)
{
        static const char *const at[] = {
                "https://id.example.com/test",      "https://ID.example.com./",
                "https://id.example.com:443/x?a=b", "https://id.example.com:/",
                "HTTPS://id.example.com",           "http://id.example.com:443/",
        };
        static const char *const elsewhere[] = {
                "https://id.example.com:8443/test",
                "https://id.example.com.evil.example/",
                "https://evil.example/id.example.com/",
                "com.example.id:/test",
                "https://xid.example.com/",
                "http://id.example.com/",
                "nonsense",
        };

        for (size_t i = 0; i < ARRAY_SIZE(at); i++)
                CHECK(redirect_uri_is_at(slice_from_string(at[i]),
                                         SLICE("https://id.example.com")));
        for (size_t i = 0; i < ARRAY_SIZE(elsewhere); i++)
                CHECK(!redirect_uri_is_at(slice_from_string(elsewhere[i]),
                                          SLICE("https://id.example.com")));
        CHECK(redirect_uri_is_at(SLICE("http://127.0.0.1:10100/test"),
                                 SLICE("http://localhost:10100")));
        CHECK(redirect_uri_is_at(SLICE("http://localhost:10100/"), SLICE("http://[::1]:10100")));
        CHECK(!redirect_uri_is_at(SLICE("http://127.0.0.1:3000/test"),
                                  SLICE("http://localhost:10100")));
}

TEST(rule_6_the_state_comes_back_byte_for_byte)
{
        check_answer("https://a.b/", "a%+&#=\"",
                     "https://a.b/?code=c-1&state=a%25%2B%26%23%3D%22&iss=http%3A%2F%2Flocalhost%"
                     "3A10100");
}

TEST(rule_9_the_issuer_is_in_every_answer_and_an_absent_state_in_none)
{
        check_answer("https://a.b/cb", NULL,
                     "https://a.b/cb?code=c-1&iss=http%3A%2F%2Flocalhost%3A10100");
}

TEST(the_query_of_a_redirect_uri_is_kept)
{
        check_answer("https://a.b/cb?x=1", NULL,
                     "https://a.b/cb?x=1&code=c-1&iss=http%3A%2F%2Flocalhost%3A10100");
        check_answer("https://a.b/cb?", NULL,
                     "https://a.b/cb?code=c-1&iss=http%3A%2F%2Flocalhost%3A10100");
}
