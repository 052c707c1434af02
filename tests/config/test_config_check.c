/* SPDX-License-Identifier: Apache-2.0
 *
 * How settings fit together.
 */
#include "loaded.h"

TEST(an_open_address_needs_https_and_who_ends_it)
{
        char listen[] = "http.listen=0.0.0.0:443", url[] = "http.public_url=https://a.example",
             proxies[] = "http.trusted_proxies=10.0.0.1";
        char *flags[] = {listen, url, proxies};

        for (size_t n = 1; n <= 3; n++) {
                struct world world CLEANUP(world_end) = load(NULL, flags, n);

                CHECK(says(&world, "http.public_url: http.listen is open") == (n < 2));
                CHECK(says(&world, "http.tls_certificate: http.listen is open") == (n < 3));
                CHECK((world.err == ERR_OK) == (n == 3));
        }
}

TEST(what_travels_is_encrypted_unless_it_stays_on_this_machine)
{
        char public[] = "http.public_url=http://grantd.example",
             edge[] = "edge.auth_url=http://edge.example:8000",
             here[] = "edge.auth_url=http://127.0.0.1:8000";
        char *flags[] = {public, edge}, *good[] = {here};
        struct world world CLEANUP(world_end) = load(NULL, flags, 2);
        struct world other CLEANUP(world_end) = load(NULL, good, 1);

        CHECK(says(&world, "http.public_url: passwords and grants would travel unencrypted"));
        CHECK(says(&world, "edge.auth_url: grants would travel unencrypted"));
        CHECK_OK(other.err);
}

TEST(two_listeners_need_two_ports)
{
        static const struct {
                const char *listen;
                bool collides;
        } cases[] = {{"127.0.0.1:10100", true},
                     {"0.0.0.0:10100", true},
                     {"[::]:10100", true},
                     {"127.0.0.2:10100", false},
                     {"127.0.0.1:10101", false}};

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                char flag[64], *flags[] = {flag};

                (void)snprintf(flag, sizeof(flag), "metrics.listen=%s", cases[i].listen);

                struct world world CLEANUP(world_end) = load(NULL, flags, 1);

                CHECK(says(&world, "metrics.listen: is the port of http.listen") ==
                      cases[i].collides);
        }
}

TEST(satellites_that_may_be_called_have_one_of_three_forms)
{
        struct world good CLEANUP(world_end) =
                load_flag("satellite.allowed=public, 10.0.0.0/8, sat.example:7777");
        struct world bad CLEANUP(world_end) = load_flag("satellite.allowed=private");

        CHECK_OK(good.err);
        CHECK(says(&bad, "satellite.allowed: needs public, networks"));
}

TEST(resources_are_absolute_uris)
{
        struct world good CLEANUP(world_end) =
                load_flag("oauth.resources=https://mcp.example/mcp, urn:example:files,any");
        struct world bad CLEANUP(world_end) = load_flag("oauth.resources=https://a.example/#x");
        struct world relative CLEANUP(world_end) = load_flag("oauth.resources=/mcp");

        CHECK_OK(good.err);
        CHECK(says(&bad, "oauth.resources: needs absolute URIs"));
        CHECK(says(&relative, "oauth.resources: needs absolute URIs"));
}

TEST(a_key_has_one_source_and_a_command_an_absolute_path)
{
        struct world good CLEANUP(world_end) = load_flag("keys.master_command=/bin/cat key");
        struct world bad CLEANUP(world_end) = load_flag("keys.master_command=cat key");
        char file[] = "keys.master=a", command[] = "keys.master_command=/bin/cat key";
        char *both[] = {file, command};
        struct world two CLEANUP(world_end) = load(NULL, both, 2);
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

        CHECK_OK(good.err);
        CHECK_STRING(good.config.keys_master, "");
        CHECK(says(&bad, "absolute path"));
        CHECK(says(&two, "set one of them"));
        config_print(&good.config, &text);
        CHECK(!memmem(text.data, text.size, "/bin/cat", 8));
}

TEST(the_address_of_a_satellite_has_its_form)
{
        static const char *const bad[] = {
                "us1.storj.io:7777",
                "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@us1.storj.io",
                "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@:7777",
                "nonsense@us1.storj.io:7777",
        };
        struct world good CLEANUP(world_end) =
                load_flag("satellite.address=12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@"
                          "us1.storj.io:7777");

        CHECK_OK(good.err);
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                char flag[200];

                (void)snprintf(flag, sizeof(flag), "satellite.address=%s", bad[i]);
                {
                        struct world world CLEANUP(world_end) = load_flag(flag);

                        CHECK(says(&world, "satellite.address: needs the form"));
                }
        }
}

TEST(mail_needs_a_server_of_that_form_and_a_sender)
{
        char url[] = "mail.url=smtp://mail.example.com", from[] = "mail.from=grantd@example.com",
             odd[] = "mail.url=mail.example.com:25", list[] = "mail.from=a@b.example,c@d.example",
             file[] = "mail.password_file=/run/password",
             login[] = "mail.url=smtp://grantd:secret@mail.example.com";
        char *good[] = {url, from}, *alone[] = {url}, *malformed[] = {odd, from};
        char *two[] = {url, list}, *twice[] = {login, from, file}, *nobody[] = {url, from, file};
        struct world fine CLEANUP(world_end) = load(NULL, good, 2);
        struct world unsigned_ CLEANUP(world_end) = load(NULL, alone, 1);
        struct world unknown CLEANUP(world_end) = load(NULL, malformed, 2);
        struct world many CLEANUP(world_end) = load(NULL, two, 2);
        struct world both CLEANUP(world_end) = load(NULL, twice, 3);
        struct world none CLEANUP(world_end) = load(NULL, nobody, 3);

        CHECK_OK(fine.err);
        CHECK(says(&unsigned_, "mail.from: mail.url is set"));
        CHECK(says(&unknown, "mail.url: needs smtp://HOST"));
        CHECK(says(&many, "mail.from: mail.url is set"));
        CHECK(says(&both, "mail.password_file: needs a user in mail.url, and no password"));
        CHECK(says(&none, "mail.password_file: needs a user in mail.url"));
        CHECK(!says(&both, "secret"));
}
