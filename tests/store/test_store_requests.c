/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests for access, from asking to deciding.
 */
#include "snapshot.h"

TEST(a_request_is_read_back_by_its_id_and_by_its_number)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_of(30), found[2];

        request.state = SLICE("state");
        request.challenge = SLICE("challenge");
        CHECK_OK(STORE(&world, request_insert, &request, &audit, &request.no));
        CHECK_OK(STORE(&world, request_get, id(&world, 30), &found[0]));
        CHECK_OK(STORE(&world, code_find, &request.no, &found[1]));
        for (size_t i = 0; i < ARRAY_SIZE(found); i++) {
                CHECK_INT(found[i].no, request.no);
                CHECK_ID(found[i].id, 30);
                CHECK_ID(found[i].account_id, 1);
                CHECK_ID(found[i].client_row, 20);
                CHECK_TEXT(found[i].redirect_uri, "https://app.example.com/cb");
                CHECK_TEXT(found[i].scope, "list read bucket:photos");
                CHECK_TEXT(found[i].state, "state");
                CHECK_TEXT(found[i].challenge, "challenge");
                CHECK_INT(found[i].status, REQUEST_PENDING);
                CHECK_INT(found[i].created_at.ms, NOW.ms);
                CHECK_INT(found[i].expires_at.ms, after(600).ms);
                CHECK_INT(found[i].decided_at.ms, 0);
        }
}

TEST(what_a_request_does_not_have_stays_absent)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30), found;

        CHECK_OK(STORE(&world, code_find, &request.no, &found));
        CHECK(!found.state.data && !found.challenge.data && !found.authorization.scope.data);
        CHECK(!found.code.sealed_access.data);
        CHECK_INT(found.code.expires_at.ms, 0);
        CHECK_INT(found.code.used_at.ms, 0);
}

TEST(an_empty_state_is_told_apart_from_none)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_of(30), found;

        request.state = SLICE("");
        CHECK_OK(STORE(&world, request_insert, &request, &audit, &request.no));
        CHECK_OK(STORE(&world, request_get, id(&world, 30), &found));
        CHECK(found.state.data && found.state.size == 0);
}

TEST(an_unknown_request_is_no_row)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30), found;

        CHECK_ERR(STORE(&world, request_get, id(&world, 31), &found), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, code_find, &(int64_t){request.no + 1}, &found), ERR_NO_ROW);
        CHECK_ERR(STORE(&world, code_find, &(int64_t){-1}, &found), ERR_NO_ROW);
}

TEST(numbers_of_requests_grow)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = request_new(&world, 30);

        CHECK(request_new(&world, 31).no > first.no);
}

static enum err decide_as(struct world *world, const struct request *request,
                          enum request_status status, struct instant at)
{
        struct request decided = approval_of(request, 30);

        decided.status = status;
        decided.decided_at = at;
        return STORE(world, request_decide, &decided, &audit);
}

TEST(of_twenty_one_pending_requests_the_oldest_falls_out)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request requests[LIMIT_PENDING_REQUESTS + 1];

        for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
                requests[i] = request_new(&world, 100 + (int64_t)i);
        CHECK_ERR(decide_as(&world, &requests[0], REQUEST_REJECTED, after(1)), ERR_REQUEST_EXPIRED);
        for (size_t i = 1; i < ARRAY_SIZE(requests); i++)
                CHECK_OK(decide_as(&world, &requests[i], REQUEST_REJECTED, after(1)));
}

TEST(pending_requests_of_other_clients_and_decided_ones_do_not_count)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request first = request_new(&world, 30), decided, other = request_of(31);

        other.client_row = id_of(21);
        CHECK_OK(STORE(&world, request_insert, &other, &audit, &other.no));
        for (int64_t i = 0; i < LIMIT_PENDING_REQUESTS; i++) {
                decided = request_new(&world, 100 + i);
                CHECK_OK(decide_as(&world, &decided, REQUEST_REJECTED, after(1)));
        }
        CHECK_OK(decide_as(&world, &first, REQUEST_REJECTED, after(1)));
        CHECK_OK(decide_as(&world, &other, REQUEST_REJECTED, after(1)));
}

TEST(an_approval_keeps_all_that_consent_adds)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request pending = request_new(&world, 30), found;
        struct request approved = approval_of(&pending, 77);
        struct digest code = digest_of(77);

        approved.code.needs_passphrase = true;
        CHECK_OK(STORE(&world, request_decide, &approved, &audit));
        CHECK_OK(STORE(&world, code_find, &pending.no, &found));
        CHECK_INT(found.status, REQUEST_APPROVED);
        CHECK_INT(found.decided_at.ms, after(1).ms);
        CHECK_ID(found.authorization.project_id, 10);
        CHECK_TEXT(found.authorization.scope, "read bucket:photos");
        CHECK_INT(found.authorization.lifetime, 3600);
        CHECK(found.code.needs_passphrase);
        CHECK_TEXT(found.code.sealed_access, "sealed access");
        CHECK(digest_equal(&found.code.digest, &code));
        CHECK_INT(found.code.expires_at.ms, after(61).ms);
}

TEST(a_rejection_has_no_code_and_no_key)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30), found;

        request.status = REQUEST_REJECTED;
        request.decided_at = after(1);
        CHECK_OK(STORE(&world, request_decide, &request, &audit));
        CHECK_OK(STORE(&world, code_find, &request.no, &found));
        CHECK_INT(found.status, REQUEST_REJECTED);
        CHECK(!found.authorization.scope.data && !found.code.sealed_access.data);
        CHECK_INT(found.code.expires_at.ms, 0);
}

TEST(a_request_is_decided_once)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30), found;

        CHECK_OK(decide_as(&world, &request, REQUEST_APPROVED, after(1)));
        CHECK_ERR(decide_as(&world, &request, REQUEST_REJECTED, after(2)), ERR_REQUEST_NOT_PENDING);
        CHECK_ERR(decide_as(&world, &request, REQUEST_APPROVED, after(2)), ERR_REQUEST_NOT_PENDING);
        CHECK_OK(STORE(&world, code_find, &request.no, &found));
        CHECK_INT(found.decided_at.ms, after(1).ms);
}

TEST(a_request_is_not_decided_from_its_end_on)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30);

        CHECK_ERR(decide_as(&world, &request, REQUEST_APPROVED, after(600)), ERR_REQUEST_EXPIRED);
        CHECK_OK(
                decide_as(&world, &request, REQUEST_APPROVED, (struct instant){after(600).ms - 1}));
        CHECK_ERR(decide_as(&world, &request, REQUEST_APPROVED, after(601)),
                  ERR_REQUEST_NOT_PENDING);
}

TEST(a_refused_decision_is_audited)
{
        struct world world CLEANUP(world_end) = world_with_client();
        struct request request = request_new(&world, 30);

        (void)audit_take(&world);
        CHECK_ERR(decide_as(&world, &request, REQUEST_APPROVED, after(600)), ERR_REQUEST_EXPIRED);
        CHECK_INT(audit_take(&world), 1);
}
