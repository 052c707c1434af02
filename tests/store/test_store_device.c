/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices without a browser: how they are found, how often they may ask, and who decides.
 */
#include "fixture.h"

static struct device_request device_of(int64_t number)
{
        return (struct device_request){.digest = digest_of(number),
                                       .user_code = digest_of(number + 10000),
                                       .client_row = id_of(20),
                                       .public_key = SLICE("a public key"),
                                       .scope = SLICE("read"),
                                       .protocol_scopes = 1,
                                       .asked = SLICE("read  offline_access"),
                                       .expires_at = after(900)};
}

static enum err insert(struct world *world, const struct device_request *device, struct instant now)
{
        return STORE_AS(world, NULL, now, device_insert, device);
}

static struct device_request device_new(struct world *world, int64_t number)
{
        struct device_request device = device_of(number);

        CHECK_OK(insert(world, &device, NOW));
        return device;
}

static struct device_request found(struct world *world, int64_t number)
{
        struct digest digest = digest_of(number);
        struct device_request device;

        CHECK_OK(STORE(world, device_find, &digest, &device));
        return device;
}

static enum err enter(struct world *world, int64_t number, struct instant now)
{
        struct digest user_code = digest_of(number + 10000);
        struct device_request device;

        return STORE_AS(world, NULL, now, device_by_user_code, &user_code, &device);
}

/* What a person is asked who has entered the code. */
static struct request asked(struct world *world, int64_t request_number, int64_t device_number)
{
        struct request request = request_of(request_number);

        request.redirect_uri = SLICE("");
        request.device = digest_of(device_number);
        CHECK_OK(STORE(world, request_insert, &request, &audit, &request.no));
        return request;
}

static enum err decide(struct world *world, const struct request *request,
                       enum request_status status, struct instant at)
{
        struct request decided = approval_of(request, 1);

        decided.status = status;
        decided.decided_at = at;
        return STORE(world, request_decide, &decided, &audit);
}

TEST(a_device_is_found_as_it_was_kept)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct device_request device = device_new(&world, 1), kept;
        struct digest nobody = digest_of(2);

        CHECK_OK(insert(&world, &device, NOW)); /* repeated */
        kept = found(&world, 1);
        CHECK(digest_equal(&kept.user_code, &device.user_code));
        CHECK(uuid_equal(&kept.client_row, &device.client_row));
        CHECK_TEXT(kept.public_key, "a public key");
        CHECK_TEXT(kept.scope, "read");
        CHECK_INT(kept.protocol_scopes, 1);
        CHECK_TEXT(kept.asked, "read  offline_access");
        CHECK_INT(kept.expires_at.ms, after(900).ms);
        CHECK_INT(kept.request_no, 0);
        CHECK_ERR(STORE(&world, device_find, &nobody, &kept), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, device_by_user_code, &device.digest, &kept), ERR_NO_ROW);
}

TEST(a_user_code_is_of_one_device_and_only_until_it_expires)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct device_request device = device_new(&world, 1), other = device_of(2);

        other.user_code = device.user_code;
        CHECK_ERR(insert(&world, &other, NOW), ERR_CONFLICT);
        CHECK_OK(enter(&world, 1, after(899)));
        CHECK_ERR(enter(&world, 1, after(900)), ERR_NO_ROW);
        CHECK_ERR(enter(&world, 2, NOW), ERR_NO_ROW);
}

TEST(a_client_has_a_bounded_number_of_devices_that_wait)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct device_request one, other = device_of(LIMIT_DEVICE_REQUESTS + 1);

        for (int64_t i = 1; i <= LIMIT_DEVICE_REQUESTS; i++)
                one = device_new(&world, i);
        CHECK_ERR(insert(&world, &other, NOW), ERR_TOO_MANY);
        CHECK_OK(insert(&world, &one, NOW)); /* it is there */
        other.client_row = id_of(21);
        CHECK_OK(insert(&world, &other, NOW));
        other = device_of(LIMIT_DEVICE_REQUESTS + 2);
        other.expires_at = after(1800);
        CHECK_OK(insert(&world, &other, after(900)));
}

TEST(whoever_polls_too_soon_waits_longer_each_time)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct digest digest = device_new(&world, 1).digest;
        int64_t at = 0;

        CHECK_OK(STORE_AS(&world, NULL, NOW, device_poll, &digest));
        CHECK_OK(STORE_AS(&world, NULL, after(5), device_poll, &digest));
        CHECK_ERR(STORE_AS(&world, NULL, after(9), device_poll, &digest), ERR_TOO_MANY);
        CHECK_ERR(STORE_AS(&world, NULL, after(18), device_poll, &digest), ERR_TOO_MANY);
        CHECK_OK(STORE_AS(&world, NULL, after(33), device_poll, &digest));
        for (at = 34; at < 64; at++)
                CHECK_ERR(STORE_AS(&world, NULL, after(at), device_poll, &digest), ERR_TOO_MANY);
        CHECK_OK(STORE_AS(&world, NULL, after(33 + 9 + 60), device_poll, &digest)); /* at most */
}

TEST(half_a_second_early_is_in_time)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct digest digest = device_new(&world, 1).digest;
        struct instant early = {NOW.ms + 4500}, earlier = {NOW.ms + 4499};

        CHECK_OK(STORE_AS(&world, NULL, NOW, device_poll, &digest));
        CHECK_ERR(STORE_AS(&world, NULL, earlier, device_poll, &digest), ERR_TOO_MANY);
        digest = device_new(&world, 2).digest;
        CHECK_OK(STORE_AS(&world, NULL, NOW, device_poll, &digest));
        CHECK_OK(STORE_AS(&world, NULL, early, device_poll, &digest));
}

TEST(who_decides_first_decides)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct digest digest = device_new(&world, 1).digest;
        struct request first = asked(&world, 30, 1), second = asked(&world, 31, 1), kept;

        CHECK_OK(STORE(&world, request_get, &first.id, &kept));
        CHECK(digest_equal(&kept.device, &digest));
        CHECK_INT(kept.redirect_uri.size, 0);
        CHECK_OK(decide(&world, &second, REQUEST_APPROVED, after(1)));
        CHECK_INT(found(&world, 1).request_no, second.no);
        CHECK_ERR(enter(&world, 1, after(1)), ERR_NO_ROW);
        CHECK_ERR(decide(&world, &second, REQUEST_APPROVED, after(1)), ERR_REQUEST_NOT_PENDING);
        CHECK_ERR(decide(&world, &first, REQUEST_REJECTED, after(1)), ERR_REQUEST_EXPIRED);
        CHECK_INT(found(&world, 1).request_no, second.no);
        CHECK_OK(STORE(&world, request_get, &first.id, &kept));
        CHECK_INT(kept.status, REQUEST_PENDING);
        CHECK_OK(STORE(&world, request_get, &second.id, &kept));
        CHECK_INT(kept.status, REQUEST_APPROVED);
}

TEST(a_refusal_decides_too)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request;

        device_new(&world, 1);
        request = asked(&world, 30, 1);
        CHECK_OK(decide(&world, &request, REQUEST_REJECTED, after(1)));
        CHECK_INT(found(&world, 1).request_no, request.no);
}

TEST(nothing_is_decided_for_a_device_that_expired_or_is_none)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct device_request device = device_of(1);
        struct request expired, unknown;

        device.expires_at = after(1);
        CHECK_OK(insert(&world, &device, NOW));
        expired = asked(&world, 30, 1);
        unknown = asked(&world, 31, 2);
        CHECK_ERR(decide(&world, &expired, REQUEST_APPROVED, after(1)), ERR_REQUEST_EXPIRED);
        CHECK_ERR(decide(&world, &unknown, REQUEST_APPROVED, after(1)), ERR_REQUEST_EXPIRED);
        CHECK_INT(found(&world, 1).request_no, 0);
}

TEST(a_device_is_remembered_for_an_hour_after_it_expired)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct digest digest = device_new(&world, 1).digest;
        struct instant end = after(900 + 3600), before = {end.ms - 1};
        struct cleanup_limits limits = {0};
        struct device_request device;
        int64_t n;

        CHECK_OK(STORE_AS(&world, NULL, before, cleanup, &limits, &n));
        CHECK_INT(n, 0);
        CHECK_OK(STORE_AS(&world, NULL, end, cleanup_waiting, &limits, &n));
        CHECK_INT(n, 1);
        CHECK_OK(STORE_AS(&world, NULL, end, cleanup, &limits, &n));
        CHECK_INT(n, 1);
        CHECK_ERR(STORE(&world, device_find, &digest, &device), ERR_NO_ROW);
}
