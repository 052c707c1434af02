/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings from their four sources, and the messages when they are wrong.
 */
#include "config/command_line.h"
#include "config/policy.h"
#include "loaded.h"

TEST(nothing_set_is_the_documented_default)
{
        struct world world CLEANUP(world_end) = load(NULL, NULL, 0);

        CHECK_OK(world.err);
        CHECK_STRING(world.config.http_listen, "127.0.0.1:10100");
        CHECK_STRING(world.config.http_public_url, "http://localhost:10100");
        CHECK_STRING(world.config.store_url, "sqlite:grantd.db");
        CHECK_STRING(world.config.keys_master, "master.key");
        CHECK_INT(world.config.client_secret_max_lifetime, 300);
        CHECK_INT(world.config.client_secret_leeway, 10);
        CHECK_INT(world.config.code_lifetime, 60);
        CHECK_INT(world.config.grant_default_lifetime, 30 * 86400);
        CHECK_INT(world.config.audit_retention, 400 * 86400);
        CHECK(world.config.mint_slots >= 1 && world.config.mint_slots <= 16);
        CHECK(world.config.accounts_open_registration);
        CHECK_INT(world.problems.size, 0);
}

TEST(the_public_url_follows_the_port_and_the_key_the_database)
{
        char listen[] = "http.listen=[::1]:8080", store[] = "store.url=sqlite:/var/lib/g/x.db";
        char *flags[] = {listen, store};
        struct world world CLEANUP(world_end) = load(NULL, flags, 2);

        CHECK_OK(world.err);
        CHECK_STRING(world.config.http_public_url, "http://localhost:8080");
        CHECK_STRING(world.config.keys_master, "/var/lib/g/master.key");
}

TEST(a_flag_wins_over_the_environment_and_that_over_the_file)
{
        static const char file[] = "; grantd\n[code]\n  lifetime = 1s\n  memory = 2h\n"
                                   "replay_grace = 3s ; short\n";
        char path[] = "/tmp/grantd-test-XXXXXX", flag[] = "code.lifetime=9";
        char *flags[] = {flag};
        int descriptor = mkstemp(path);

        CHECK(write(descriptor, file, strlen(file)) == (ssize_t)strlen(file));
        (void)close(descriptor);
        CHECK(setenv("GRANTD_CODE_LIFETIME", "5", 1) == 0);
        CHECK(setenv("GRANTD_CODE_MEMORY", "7h", 1) == 0);
        CHECK(setenv("GRANTD_CONFIG", path, 1) == 0);
        {
                struct world world CLEANUP(world_end) = load(NULL, flags, 1);

                CHECK_OK(world.err);
                CHECK_INT(world.config.code_lifetime, 9);
                CHECK_INT(world.config.code_memory, 7 * 3600);
                CHECK_INT(world.config.code_replay_grace, 3);
                CHECK_INT(world.config.sources[SETTING_code_lifetime], SOURCE_FLAG);
                CHECK_INT(world.config.sources[SETTING_code_memory], SOURCE_ENVIRONMENT);
                CHECK_INT(world.config.sources[SETTING_code_replay_grace], SOURCE_FILE);
                CHECK_INT(world.config.sources[SETTING_consent_lifetime], SOURCE_DEFAULT);
        }
        (void)unsetenv("GRANTD_CODE_LIFETIME");
        (void)unsetenv("GRANTD_CODE_MEMORY");
        (void)unsetenv("GRANTD_CONFIG");
        (void)unlink(path);
}

TEST(a_mistyped_name_is_answered_with_the_nearest)
{
        struct world flag CLEANUP(world_end) = load_flag("http.listn=127.0.0.1:1");
        struct world file CLEANUP(world_end) = load_file("[codes]\nlifetime = 1\n");

        CHECK_ERR(flag.err, ERR_FIELD_MALFORMED);
        CHECK(says(&flag, "http.listn: there is no such setting; the nearest is http.listen\n"));
        CHECK(says(&file, "codes.lifetime: there is no such setting; the nearest is "
                          "code.lifetime\n"));
        CHECK(setenv("GRANTD_STORE_URI", "x", 1) == 0);
        {
                struct world variable CLEANUP(world_end) = load(NULL, NULL, 0);

                CHECK(says(&variable, "GRANTD_STORE_URI: there is no such setting; the nearest "
                                      "is GRANTD_STORE_URL\n"));
        }
        (void)unsetenv("GRANTD_STORE_URI");
}

TEST(a_value_has_the_form_of_its_kind)
{
        static const char *const bad[] = {
                "http.listen=10100",
                "http.listen=",
                "http.listen=example.com:1",
                "http.listen=127.0.0.1:65536",
                "http.listen=::1:1",
                "http.public_url=localhost:10100",
                "http.public_url=http://a/b",
                "http.public_url=http://A",
                "http.public_url=http://u@a",
                "code.lifetime=",
                "code.lifetime=1w",
                "code.lifetime=1.5m",
                "code.lifetime=-1",
                "code.lifetime=601",
                "code.lifetime=99999999999999999999d",
                "code.lifetime=9223372036854775807d",
                "code.lifetime= 5",
                "mint.slots=17",
                "mint.slots=two",
                "accounts.open_registration=yes",
                "log.level=loud",
                "log.format=xml",
                "store.url=",
                "store.url=sqlite:",
                "store.url=postgresql://x/y",
                "http.tls_key=key.pem",
                "http.trusted_proxies=10.0.0.0/33",
                "http.trusted_proxies=proxy",
                "log.file=a\nb",
                "session.idle=31d",
                "http.listen",
        };

        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                struct world world CLEANUP(world_end) = load_flag(bad[i]);

                if (world.err == ERR_OK)
                        print_error("%s was taken\n", bad[i]);
                CHECK_ERR(world.err, ERR_FIELD_MALFORMED);
        }
}

TEST(good_values_are_taken)
{
        static const char *const good[] = {
                "http.listen=localhost:0",
                "http.public_url=http://[::1]:10100",
                "http.public_url=https://grantd.example.com",
                "code.lifetime=10m",
                "grant.max_lifetime=0",
                "http.trusted_proxies=10.0.0.0/8, fd00::/8,192.168.0.1",
                "satellite.address=",
                "log.level=debug",
        };

        for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
                struct world world CLEANUP(world_end) = load_flag(good[i]);

                CHECK_TEXT(buf_slice(&world.problems), "");
                CHECK_OK(world.err);
        }
}

TEST(all_problems_are_told_at_once)
{
        struct world world CLEANUP(world_end) =
                load_file("[http]\nlisten = nowhere\n[code]\nlifetime = never\nlifetime = 2s\n"
                          "[mint]\nslots\n");

        CHECK(says(&world, "http.listen: needs an address"));
        CHECK(says(&world, "(file)"));
        CHECK(says(&world, "code.lifetime: needs a duration"));
        CHECK(says(&world, "code.lifetime: is set twice in the file"));
        CHECK(says(&world, "line 7 is not of the form key = value"));
}

TEST(a_command_for_the_key_is_cut_into_words_as_a_shell_would)
{
        static const struct {
                const char *text;
                const char *words; /* with a bar after each; NULL: refused */
        } cases[] = {
                {"/bin/cat /a", "/bin/cat|/a|"},
                {"  /bin/cat\t\t/a ", "/bin/cat|/a|"},
                {"/bin/sh -c 'x \"y\" $z; w'", "/bin/sh|-c|x \"y\" $z; w|"},
                {"/a \"it's\" '' b''c", "/a|it's||bc|"},
                {"/a 'b", NULL},
                {"/a \"b'", NULL},
                {" ", NULL},
        };

        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct arena arena CLEANUP(arena_deinit) = ARENA_INIT(1 << 16);
                struct buf joined CLEANUP(buf_deinit) = BUF_INIT(1000);
                char **words = NULL;
                bool good = command_line_split(&arena, slice_from_string(cases[i].text), &words);

                CHECK_INT(good, cases[i].words != NULL);
                for (size_t k = 0; good && words[k]; k++) {
                        buf_put_string(&joined, words[k]);
                        buf_put_byte(&joined, '|');
                }
                if (good)
                        CHECK_TEXT(buf_slice(&joined), cases[i].words);
        }
}

TEST(a_comment_may_follow_a_value)
{
        struct world world CLEANUP(world_end) =
                load_file("# first\n[code] # of exchanges\nlifetime = 40s # short\n"
                          "memory = 1h\t# long\n[log]\nfile = /var/log/a#b.log ; not cut at #\n"
                          "format = json #\n[http]\nlisten = 127.0.0.1:8080 # here # and there\n");

        CHECK_OK(world.err);
        CHECK_INT(world.config.code_lifetime, 40);
        CHECK_INT(world.config.code_memory, 3600);
        CHECK_TEXT(slice_from_string(world.config.log_file), "/var/log/a#b.log");
        CHECK_TEXT(slice_from_string(world.config.http_listen), "127.0.0.1:8080");
}

TEST(a_long_line_and_a_missing_file_are_told)
{
        char line[600] = "[log]\nfile = ";
        struct world missing CLEANUP(world_end) = load("/nonexistent/grantd.ini", NULL, 0);

        memset(line + strlen(line), 'x', sizeof(line) - strlen(line) - 1);
        {
                struct world world CLEANUP(world_end) = load_file(line);

                CHECK(says(&world, "a line is too long"));
        }
        CHECK(says(&missing, "/nonexistent/grantd.ini: the configuration file cannot be read"));
}

TEST(what_is_printed_can_be_read_again_and_hides_passwords)
{
        struct world world CLEANUP(world_end) = load_flag("log.level=debug");
        struct buf text CLEANUP(buf_deinit) = BUF_INIT(1 << 16);

        CHECK_OK(world.err);
        config_print(&world.config, &text);
        CHECK(!text.failed);
        CHECK(memmem(text.data, text.size, "level = debug", 13));
        buf_put_byte(&text, 0);
        {
                struct world again CLEANUP(world_end) = load_file((const char *)text.data);

                CHECK_TEXT(buf_slice(&again.problems), "");
                CHECK_STRING(again.config.log_level, "debug");
                CHECK_STRING(again.config.http_public_url, "http://localhost:10100");
        }
        world.config.texts[SETTING_store_url] = "postgresql://me:hunter2@db.example/grantd?a=b";
        buf_reset(&text);
        config_print(&world.config, &text);
        CHECK(!memmem(text.data, text.size, "hunter2", 7));
        CHECK(memmem(text.data, text.size, "postgresql://(hidden)@db.example/grantd", 39));
}

TEST(the_core_sees_what_the_operator_decided)
{
        struct world world CLEANUP(world_end) = load_flag("client_secret.leeway=3s");
        struct policy policy = config_policy(&world.config);

        CHECK_OK(world.err);
        CHECK_TEXT(policy.issuer, "http://localhost:10100");
        CHECK_INT(policy.client_secret_leeway, 3);
        CHECK_INT(policy.client_secret_max_lifetime, 300);
        CHECK_INT(policy.grant_unrevocable_lifetime, 86400);
        CHECK(policy.open_registration && !policy.require_approval);
        CHECK(!policy.self_made_projects);
        world.config.grant_retention = 7 * 86400;
        CHECK_INT(config_policy(&world.config).refresh_idle, 7 * 86400);
}
