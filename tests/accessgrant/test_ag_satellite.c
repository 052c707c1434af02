/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses of satellites: only one spelling is valid.
 */
#include "ag_test.h"

#include "accessgrant/base58.h"

#define N "12vha9oTFnerxYRgeQ2BZqoFrLrnmmf5UWTCY2jA77dF3YvWew7"

static enum ag_error check(const char *address)
{
        return ag_satellite_check(text_bytes(address));
}

TEST(known_node_ids_are_good)
{
        static const char *const ids[] = {
                "12vha9oTFnerxYRgeQ2BZqoFrLrnmmf5UWTCY2jA77dBZN6Lg2T",
                "12vha9oTFnerxYRgeQ2BZqoFrLrnmmf5UWTCY2jA77dG3JN2sdZ",
                "12vha9oTFnerxYRgeQ2BZqoFrLrnmmf5UWTCY2jA77dF3YvWew7",
                "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S",
                "12L9ZFwhzVpuEKMUNUqkaTLGzwY9G24tbiigLiXpmZWKwmcNDDs",
                "121RTSDpyNZVcEU84Ticf2L1ntiuUimbWgfATz21tuvgk3vzoA6",
                "1wFTAgs9DP5RSnCqKV1eLf6N9wtk4EAtmN5DpSxcs8EjT69tGE",
                "12rfG3sh9NCWiX3ivPjq2HtdLmbqCrvHVEzJubnzFzosMuawymB",
                "12tRQrMTWUWwzwGh18i7Fqs67kmdhH9t6aToeiwbo5mfS2rUmo",
                "118UWpMCHzs6CvSgWd9BfFVjw5K9pZbJjkfZJexMtSkmKxvvAW",
                "1SYXsAycDPUu4z2ZksJD5fh5nTDcH3vCFHnpcVye5XuL1NrYV",
                "12m535MGGhhNNGNXQTf96fmbg1JxDXMHPbrBozwJbmwQhxb6m3w",
        };

        for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
                char address[100];

                (void)snprintf(address, sizeof(address), "%s@example.com:7777", ids[i]);
                CHECK_AG_OK(check(address));
        }
}

TEST(hosts_are_names_and_addresses)
{
        CHECK_AG_OK(check(N "@33.20.0.1:7777"));
        CHECK_AG_OK(check(N "@[2001:db8:1f70::999:de8:7648:6e8]:7777"));
        CHECK_AG_OK(check(N "@localhost:1"));
        CHECK_AG_OK(check(N "@us1.storj.io:65535"));
        CHECK_AG_OK(check(N "@a_b-c.d:10000"));
}

TEST(a_name_has_253_characters_at_most)
{
        char address[sizeof(N) + 320];

        for (int size = 253; size <= 254; size++) {
                char name[300] = "";

                memset(name, 'a', (size_t)size);
                (void)snprintf(address, sizeof(address), "%s@%s:7777", N, name);
                CHECK_AG(check(address), size == 253 ? AG_OK : AG_ERR_SATELLITE);
        }
}

TEST(a_node_id_has_32_bytes_and_version_0)
{
        uint8_t id[33] = {1};
        char *text CLEANUP(ag_text_freep) = NULL;

        CHECK_AG(ag_node_id_text(ag_bytes_new(id, 31), &text), AG_ERR_SATELLITE);
        CHECK_AG(ag_node_id_text(ag_bytes_new(id, 33), &text), AG_ERR_SATELLITE);
        id[31] = 1;
        CHECK_AG(ag_node_id_text(ag_bytes_new(id, 32), &text), AG_ERR_SATELLITE);
        CHECK(!text);
        id[31] = 0;
        CHECK_AG_OK(ag_node_id_text(ag_bytes_new(id, 32), &text));
}

TEST(an_address_has_a_node_id_of_version_0)
{
        uint8_t id[32] = {1};

        for (uint8_t version = 0; version < 2; version++) {
                char *text CLEANUP(ag_text_freep) = NULL;
                char address[100];

                id[31] = version;
                CHECK_AG_OK(ag_base58check_text(0, SLICE_ARRAY(id), &text));
                (void)snprintf(address, sizeof(address), "%s@example.com:7777", text);
                CHECK_AG(check(address), version ? AG_ERR_SATELLITE : AG_OK);
        }
}

TEST(an_address_has_no_nul_and_a_size)
{
        static const char nul[] = N "@[::1\0]:7777";
        char large[AG_MAX_PATH + 1];

        CHECK_AG(ag_satellite_check(ag_bytes_new(nul, sizeof(nul) - 1)), AG_ERR_SATELLITE);
        memset(large, 'a', sizeof(large));
        CHECK_AG(ag_satellite_check(ag_bytes_new(large, sizeof(large))), AG_ERR_SATELLITE);
}

TEST(everything_else_is_refused)
{
        static const char *const rows[] = {
                "",
                "@",
                ":",
                "a",
                N,
                N "@",
                N "@:7777",
                N "@example.com",
                N "@example.com:",
                N "@example.com:0",
                N "@example.com:07777",
                N "@example.com:65536",
                N "@example.com:100000",
                N "@example.com:77a7",
                N "@example.com:+777",
                N "@example.com:7777 ",
                N "@example.com:7777/",
                N "@example.com:7777?debounce=3",
                N "@exampl e.com:7777",
                N "@a@b:7777",
                N "@[::1]",
                N "@[::1]7777",
                N "@[]:7777",
                N "@[1.2.3.4]:7777",
                N "@[fe80::1%eth0]:7777",
                N "@2001:db8::1:7777",
                N "@?f=ff",
                "storj://" N "@example.com:7777",
                "example.com:7777",
                "@example.com:7777",
                " " N "@example.com:7777",
                "12vha9oTFnerxgeQ2BZqoFrLrnmmf5UWTCY2jA77dF3YvWew7@example.com:7777",
                "1112vha9oTFnerxYRgeQ2BZqoFrLrnmmf5UWTCY2jA77dF3YvWew7@example.com:7777",
                "12vha9oTFnerxYRgeQ2BZqoFrLrn_5UWTCY2jA77dF3YvWew7@example.com:7777",
                "12vha9oTFnerx YRgeQ2BZqoFrLrnmmf5UWTCY2jA77dF3YvWew7@example.com:7777",
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa@example.com:7777",
                N N "@example.com:7777",
                N "@[::1:7777",
                N "@[0000:0000:0000:0000:0000:0000:0000:00000001]:7777",
                N "@[:7777",
                N "@[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:7777",
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
                CHECK_AG(check(rows[i]), AG_ERR_SATELLITE);
        CHECK_AG(ag_satellite_check((struct ag_bytes){0}), AG_ERR_SATELLITE);
        CHECK_AG(ag_satellite_check(ag_bytes_new(N "@example.com:7777\0", sizeof(N) + 18)),
                 AG_ERR_SATELLITE);
}

TEST(every_error_has_a_sentence)
{
        for (int error = AG_OK; error <= AG_ERR_PATH_DENIED; error++) {
                const char *text = ag_error_text((enum ag_error)error);

                CHECK(strlen(text) > 10 && text[strlen(text) - 1] == '.');
                CHECK(strcmp(text, ag_error_text((enum ag_error)1000)) != 0);
        }
}
