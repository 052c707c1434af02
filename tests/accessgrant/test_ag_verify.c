/* SPDX-License-Identifier: Apache-2.0
 *
 * What API keys allow, by the rules of a satellite.
 */
#include "ag_made.h"
#include "ag_test.h"

#define BEFORE ((struct ag_time){.seconds = 1767225599, .nanos = 999999999})
#define BEHIND ((struct ag_time){.seconds = 1767225600, .nanos = 1})

/* The unrestricted key with one caveat of this hex; NULL: with none. */
static ag_api_key *key_with(const char *caveat)
{
        struct buf raw CLEANUP(buf_deinit) = BUF_INIT(4096);
        struct buf message CLEANUP(buf_deinit) = from_hex(caveat ? caveat : "");
        ag_api_key *key = NULL;

        buf_put(&raw, SLICE("\x02\x02\x20"));
        for (int i = 0; i < 32; i++)
                buf_put_byte(&raw, 'h');
        buf_put_byte(&raw, 0);
        if (caveat) {
                buf_put_byte(&raw, 2);
                buf_put_byte(&raw, (uint8_t)message.size);
                buf_put(&raw, buf_slice(&message));
                buf_put_byte(&raw, 0);
        }
        buf_put(&raw, SLICE("\x00\x06\x20"));
        for (int i = 0; i < 32; i++)
                buf_put_byte(&raw, 't');
        CHECK_AG_OK(ag_api_key_parse_raw(buf_bytes(&raw), AG_LENIENT, &key));
        return key;
}

/* The action to check, at TIME_1. */
static struct ag_action action_on(int op, const char *bucket, const char *path)
{
        return (struct ag_action){.op = (enum ag_op)op,
                                  .bucket = text_bytes(bucket),
                                  .encrypted = text_bytes(path),
                                  .time = TIME_1};
}

static enum ag_error asked(const char *caveat, uint32_t version, struct ag_action action)
{
        ag_api_key *key CLEANUP(ag_api_key_freep) = key_with(caveat);

        return ag_api_key_check(key, version, &action);
}

/* Of a key of version 0. */
static enum ag_error answer(const char *caveat, int op, const char *bucket, const char *path)
{
        return asked(caveat, 0, action_on(op, bucket, path));
}

static enum ag_error answer_at(const char *caveat, struct ag_time time)
{
        struct ag_action action = action_on(AG_OP_READ, "b", "p");

        action.time = time;
        return asked(caveat, 0, action);
}

TEST(both_ends_are_inclusive_to_the_nanosecond)
{
        const char *not_after = "a201060880f2d6ca06", *not_before = "aa01060880f2d6ca06";

        CHECK_AG_OK(answer_at(not_after, BEFORE));
        CHECK_AG_OK(answer_at(not_after, TIME_1));
        CHECK_AG(answer_at(not_after, BEHIND), AG_ERR_EXPIRED);
        CHECK_AG(answer_at(not_before, BEFORE), AG_ERR_NOT_YET);
        CHECK_AG_OK(answer_at(not_before, TIME_1));
}

TEST(buckets_are_seen_without_the_right_to_read)
{
        const char *caveat = "08011801"; /* neither read nor list */

        CHECK_AG(answer(caveat, AG_OP_READ, "b", "p"), AG_ERR_OP_DENIED);
        CHECK_AG_OK(answer(caveat, AG_OP_READ, "b", ""));
        CHECK_AG_OK(answer(caveat, AG_OP_READ, "", ""));
        CHECK_AG_OK(answer(caveat, AG_OP_PROJECT_INFO, "", ""));
}

TEST(paths_admit_what_begins_with_their_bytes)
{
        const char *caveat = "5208 0a0162 1203782f79"; /* b, x/y */

        CHECK_AG_OK(answer(caveat, AG_OP_READ, "b", ""));
        CHECK_AG(answer(caveat, AG_OP_READ, "c", ""), AG_ERR_PATH_DENIED);
        CHECK_AG_OK(answer(caveat, AG_OP_READ, "", ""));
        CHECK_AG_OK(answer(caveat, AG_OP_READ, "b", "x/y"));
        CHECK_AG_OK(answer(caveat, AG_OP_READ, "b", "x/y/z"));
        CHECK_AG_OK(answer(caveat, AG_OP_READ, "b", "x/yz"));
        CHECK_AG(answer(caveat, AG_OP_READ, "b", "x"), AG_ERR_PATH_DENIED);
        CHECK_AG(answer(caveat, AG_OP_LIST, "b", "x/"), AG_ERR_PATH_DENIED);
        CHECK_AG(answer(caveat, AG_OP_WRITE, "b", ""), AG_ERR_PATH_DENIED);
        CHECK_AG(answer(caveat, AG_OP_DELETE, "b", ""), AG_ERR_PATH_DENIED);
        CHECK_AG_OK(answer(caveat, AG_OP_PROJECT_INFO, "", ""));
}

TEST(a_path_that_names_nothing_admits_nothing)
{
        CHECK_AG(answer("5200", AG_OP_READ, "b", "p"), AG_ERR_PATH_DENIED);
        CHECK_AG(answer("5200", AG_OP_READ, "b", ""), AG_ERR_PATH_DENIED);
}

TEST(who_may_put_a_retention_may_get_it)
{
        CHECK_AG_OK(
                asked("3801", AG_VERSION_OBJECT_LOCK, action_on(AG_OP_GET_RETENTION, "b", "p")));
        CHECK_AG(
                asked("30013801", AG_VERSION_OBJECT_LOCK, action_on(AG_OP_GET_RETENTION, "b", "p")),
                AG_ERR_OP_DENIED);
}

TEST(unknown_operations_are_denied_with_and_without_caveats)
{
        static const int unknown[] = {-1, 0, 16, 1000};

        for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
                CHECK_AG(asked(NULL, 7, action_on(unknown[i], "b", "p")), AG_ERR_OP_DENIED);
                CHECK_AG(asked("", 7, action_on(unknown[i], "b", "p")), AG_ERR_OP_DENIED);
        }
}

TEST(the_version_of_a_key_says_which_operations_there_are)
{
        static const uint32_t versions[] = {0, 1, 2, 4, 7};

        for (size_t i = 0; i < ARRAY_SIZE(versions); i++)
                for (int op = AG_OP_READ; op <= AG_OP_GET_BUCKET_NOTIFICATION; op++) {
                        uint32_t gate = op < AG_OP_LOCK ? 0
                                        : op < AG_OP_PUT_BUCKET_NOTIFICATION
                                                ? AG_VERSION_OBJECT_LOCK
                                                : AG_VERSION_EVENTING;

                        CHECK_AG(asked(NULL, versions[i], action_on(op, "b", "p")),
                                 (versions[i] & gate) == gate ? AG_OK : AG_ERR_OP_DENIED);
                }
}

TEST(each_right_that_is_taken_away_denies_its_own_operations)
{
        static const char *const caveats[] = {
                [AG_OP_READ] = "0801",
                [AG_OP_WRITE] = "1001",
                [AG_OP_LIST] = "1801",
                [AG_OP_DELETE] = "2001",
                [AG_OP_LOCK] = "2801",
                [AG_OP_PUT_RETENTION] = "3001",
                [AG_OP_PUT_LEGAL_HOLD] = "4001",
                [AG_OP_GET_LEGAL_HOLD] = "4801",
                [AG_OP_BYPASS_GOVERNANCE] = "5801",
                [AG_OP_PUT_BUCKET_LOCK] = "6001",
                [AG_OP_GET_BUCKET_LOCK] = "6801",
                [AG_OP_PUT_BUCKET_NOTIFICATION] = "7001",
                [AG_OP_GET_BUCKET_NOTIFICATION] = "7801",
        };

        for (size_t denied = 0; denied < ARRAY_SIZE(caveats); denied++)
                for (int op = AG_OP_READ; caveats[denied] && op < (int)ARRAY_SIZE(caveats); op++)
                        CHECK_AG(asked(caveats[denied], AG_VERSION_ALL, action_on(op, "b", "p")),
                                 op == (int)denied ? AG_ERR_OP_DENIED : AG_OK);
}

TEST(caveats_that_cannot_be_read_or_are_not_known_deny)
{
        CHECK_AG(answer("ff", AG_OP_READ, "b", "p"), AG_ERR_CAVEAT);
        CHECK_AG(answer("c00201", AG_OP_READ, "b", "p"), AG_ERR_CAVEAT); /* field 40 */
}

TEST(the_end_is_told_before_the_operation_and_the_operation_before_the_place)
{
        const char *ended = "0801 5203 0a0163 a201060880f2d6ca06";

        CHECK_AG(answer_at(ended, BEHIND), AG_ERR_EXPIRED);
        CHECK_AG(answer(ended, AG_OP_READ, "b", "p"), AG_ERR_OP_DENIED);
        CHECK_AG(answer(ended, AG_OP_WRITE, "b", "p"), AG_ERR_PATH_DENIED);
        CHECK_AG_OK(answer(ended, AG_OP_WRITE, "c", "p"));
}

TEST(a_key_without_path_encryption_admits_siblings)
{
        const char *photos = "5210 0a066275636b6574 120670686f746f73"; /* bucket, photos */

        CHECK_AG_OK(answer(photos, AG_OP_READ, "bucket", "photos-private/secret.jpg"));
}
