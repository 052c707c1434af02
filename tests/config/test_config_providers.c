/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings of OpenID Connect providers, which are there once for each.
 */
#include "loaded.h"

#define ISSUER "login.oidc.work.issuer=https://login.example"
#define CLIENT "login.oidc.work.client_id=grantd"

/* A provider that is complete, with these flags too. */
static struct world load_with(const char *first, const char *second)
{
        char *flags[] = {strdup(ISSUER), strdup(CLIENT), strdup(first), strdup(second)};
        struct world world = load(NULL, flags, 4);

        for (size_t i = 0; i < 4; i++)
                free(flags[i]);
        return world;
}

TEST(a_provider_is_a_section_with_a_name)
{
        struct world world CLEANUP(world_end) =
                load_file("[login.oidc.work]\nissuer = https://login.example/realm\nclient_id = a\n"
                          "[login.oidc.a-2]\nissuer = http://127.0.0.1:5556\nclient_id = b\n"
                          "accounts = false\n");
        const struct config_provider *providers = world.config.providers;

        CHECK_TEXT(buf_slice(&world.problems), "");
        CHECK_INT(world.config.n_providers, 2);
        CHECK_STRING(providers[0].name, "work");
        CHECK_STRING(providers[0].issuer, "https://login.example/realm");
        CHECK_STRING(providers[0].scopes, "openid email profile");
        CHECK(providers[0].accounts && !providers[0].trust_email && !providers[1].accounts);
        CHECK_STRING(providers[1].name, "a-2");
        CHECK_INT(providers[1].sources[PROVIDER_accounts], SOURCE_FILE);
        CHECK_INT(providers[1].sources[PROVIDER_scopes], SOURCE_DEFAULT);
}

TEST(a_provider_may_come_from_the_environment_and_a_flag_wins)
{
        char flag[] = "login.oidc.our-own.client_id=b";
        char *flags[] = {flag};

        CHECK(setenv("GRANTD_LOGIN_OIDC_OUR_OWN_ISSUER", "https://login.example", 1) == 0);
        CHECK(setenv("GRANTD_LOGIN_OIDC_OUR_OWN_CLIENT_ID", "a", 1) == 0);
        CHECK(setenv("GRANTD_LOGIN_OIDC_OUR_OWN_CLIENT_SECRET", "hunter2", 1) == 0);
        {
                struct world world CLEANUP(world_end) = load(NULL, flags, 1);
                struct buf text CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

                CHECK_TEXT(buf_slice(&world.problems), "");
                CHECK_INT(world.config.n_providers, 1);
                CHECK_STRING(world.config.providers[0].name, "our-own");
                CHECK_STRING(world.config.providers[0].client_id, "b");
                CHECK_STRING(world.config.providers[0].client_secret, "hunter2");
                config_print(&world.config, &text);
                CHECK(memmem(text.data, text.size, "[login.oidc.our-own]", 20));
                CHECK(!memmem(text.data, text.size, "hunter2", 7));
        }
        (void)unsetenv("GRANTD_LOGIN_OIDC_OUR_OWN_ISSUER");
        (void)unsetenv("GRANTD_LOGIN_OIDC_OUR_OWN_CLIENT_ID");
        (void)unsetenv("GRANTD_LOGIN_OIDC_OUR_OWN_CLIENT_SECRET");
}

TEST(a_setting_that_a_provider_has_not_is_answered_with_those_it_has)
{
        static const char *const flags[] = {"login.oidc.work.isuer=x", "login.oidc.issuer=x",
                                            "login.oidc.work=x", "login.oidc=x"};

        for (size_t i = 0; i < 4; i++) {
                struct world world CLEANUP(world_end) = load_flag(flags[i]);

                CHECK(says(&world, "a provider's are login.oidc.NAME with .issuer, .client_id"));
        }
}

TEST(a_name_is_short_and_plain_and_there_are_eight_at_most)
{
        static const char *const names[] = {"",        "A", "a_b", "a b", "aaaaaaaaaaaaaaaaaaaaa",
                                            "\xc3\xa4"};
        char *flags[9];
        char text[9][40];

        for (size_t i = 0; i < 6; i++) {
                (void)snprintf(text[0], sizeof(text[0]), "login.oidc.%s.label=x", names[i]);
                {
                        struct world world CLEANUP(world_end) = load_flag(text[0]);

                        CHECK(says(&world, "the provider's name has 1 to 20 characters"));
                }
        }
        for (int i = 0; i < 9; i++) {
                (void)snprintf(text[i], sizeof(text[i]), "login.oidc.a%d.label=x", i);
                flags[i] = text[i];
        }
        {
                struct world world CLEANUP(world_end) = load(NULL, flags, 9);

                CHECK(says(&world, "login.oidc.a8.label: there are eight providers already"));
        }
}

TEST(a_provider_is_complete)
{
        static const char *const problems[][2] = {
                {"login.oidc.b.label=x", "login.oidc.b.issuer: needs the provider's https URL"},
                {"login.oidc.b.label=x", "login.oidc.b.client_id: needs the id"},
                {"login.oidc.work.issuer=http://login.example", "login.oidc.work.issuer: needs"},
                {"login.oidc.work.issuer=https://login.example/?a",
                 "login.oidc.work.issuer: needs"},
                {"login.oidc.work.issuer=https://me@login.example",
                 "login.oidc.work.issuer: needs"},
                {"login.oidc.work.scopes=email", "login.oidc.work.scopes: needs openid"},
                {"login.oidc.work.trust_email=yes",
                 "login.oidc.work.trust_email: is true or false"},
        };

        for (size_t i = 0; i < 7; i++) {
                struct world world CLEANUP(world_end) = load_with(problems[i][0], "log.level=info");

                CHECK(says(&world, problems[i][1]));
        }
        {
                struct world both CLEANUP(world_end) = load_with(
                        "login.oidc.work.client_secret=a", "login.oidc.work.client_secret_file=/b");
                struct world twice CLEANUP(world_end) =
                        load_file("[login.oidc.work]\nlabel = a\nlabel = b\n");

                CHECK(says(&both, "the secret has one source"));
                CHECK(says(&twice, "login.oidc.work.label: is set twice in the file"));
        }
}

TEST(whose_addresses_are_trusted_is_alone_in_making_accounts)
{
        char issuer[] = ISSUER, client[] = CLIENT, trust[] = "login.oidc.work.trust_email=true",
             closed[] = "accounts.open_registration=false",
             other[] = "login.oidc.b.issuer=https://b.example", id[] = "login.oidc.b.client_id=b",
             none[] = "login.oidc.b.accounts=false";
        char *flags[] = {issuer, client, trust, closed, other, id, none};
        struct world open CLEANUP(world_end) = load(NULL, flags, 3);
        struct world good CLEANUP(world_end) = load(NULL, flags, 4);
        struct world beside CLEANUP(world_end) = load(NULL, flags, 6);
        struct world without CLEANUP(world_end) = load(NULL, flags, 7);

        CHECK(says(&open, "login.oidc.work.trust_email: needs accounts.open_registration = false"));
        CHECK_OK(good.err);
        CHECK(says(&beside, "login.oidc.b.accounts: another way to log in opens accounts"));
        CHECK_OK(without.err);
}

TEST(passwords_may_be_off_where_a_provider_logs_people_in)
{
        struct world world CLEANUP(world_end) =
                load_with("login.passwords=false", "log.level=info");
        struct world none CLEANUP(world_end) = load_flag("login.passwords=false");

        CHECK_OK(world.err);
        CHECK(says(&none, "login.passwords: nobody could log in"));
}
