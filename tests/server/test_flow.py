# SPDX-License-Identifier: Apache-2.0
"""The main job: from consent to an access grant."""

import re
import time
import urllib.parse

from grantd import REDIRECT, PASSWORD, Person, inspect, pkce


def test_a_code_buys_a_grant_once(user, app):
    code = user.code(app, ["read", "write"])
    answer = app.exchange(code, passphrase="your-passphrase")
    assert answer.status == 200
    assert answer.json["scopes"] == ["read", "write"]
    assert answer.json["expires_in"] == 30 * 86400
    assert answer.json["access_grant"].startswith("1")
    again = app.exchange(code, passphrase="your-passphrase")
    assert (again.status, again.error) == (400, "invalid_code")


def test_the_caveat_says_what_the_answer_says(user, app):
    before = int(time.time())
    answer = app.exchange(user.code(app, ["read", "list"], expires_in=3600)).json
    grant = inspect(answer["access_grant"])
    caveat = grant["caveats"][-1]
    assert len(grant["caveats"]) == 1
    assert caveat["nonce"] and len(bytes.fromhex(caveat["nonce"])) == 16
    assert before + 3600 <= caveat["not_after_unix"] <= int(time.time()) + 3600
    assert caveat["rights"] == ["read", "list"]
    assert answer["expires_in"] == 3600


def test_the_answer_to_consent_leads_back_with_code_state_and_issuer(server, user, app):
    state = "a state %+&# ~"
    request = user.request(app, ["read"], state=state).json
    answer = user.consent(request["request_id"], ["read"]).json
    url = urllib.parse.urlsplit(answer["redirect_uri"])
    query = urllib.parse.parse_qsl(url.query)
    assert answer["redirect_uri"].startswith(REDIRECT + "?code=")
    assert query == [("code", answer["code"]), ("state", state), ("iss", server.url)]


def test_a_refusal_leads_back_with_access_denied(server, user, app):
    request = user.request(app, ["read"], state="s").json
    answer = user.consent(request["request_id"], ["read"], approve=False)
    assert answer.status == 200 and "code" not in answer.json
    query = urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.json["redirect_uri"]).query)
    assert query == [("error", "access_denied"), ("error_description", "The user has refused."),
                     ("state", "s"), ("iss", server.url)]


def test_a_request_can_be_read_again_by_its_owner_only(user, developer, app):
    first = user.request(app, ["read", "list"]).json
    path = "/api/v0/oauth2/requests/" + first["request_id"]
    assert user.call("GET", path).json == first
    assert developer.call("GET", path).status == 404
    assert user.call("GET", path[:-1] + "x").status == 404


def test_a_request_shows_what_is_required_and_what_is_not(developer, user):
    app = developer.application(scopes=["read"], optional_scopes=["list", "bucket:photos"])
    view = user.request(app, ["list", "read", "bucket:photos;prefix:a/"]).json
    assert view["needed_access"] == ["read", "list", "bucket:photos;prefix:a/"]
    assert view["required_scopes"] == ["read"]
    assert view["optional_scopes"] == ["list", "bucket:photos;prefix:a/"]
    assert view["current_access"] == []
    assert view["client_name"] == "My App" and view["redirect_uri"] == REDIRECT
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", view["consent_expires_at"])


def test_current_access_is_the_union_of_live_grants(user, app):
    app.exchange(user.code(app, ["read", "bucket:photos"]))
    app.exchange(user.code(app, ["list", "bucket:music"]))
    view = user.request(app, ["read"]).json
    assert view["current_access"] == ["read", "list", "bucket:music", "bucket:photos"]


def test_a_request_is_decided_once(user, app):
    request = user.request(app, ["read"]).json["request_id"]
    assert user.consent(request, ["read"]).status == 200
    again = user.consent(request, ["read"])
    assert (again.status, again.error) == (400, "request_not_pending")


def test_another_account_cannot_decide_a_request(user, developer, app):
    request = user.request(app, ["read"]).json["request_id"]
    answer = developer.consent(request, ["read"])
    assert (answer.status, answer.error) == (403, "forbidden")
    assert user.consent(request, ["read"]).status == 200


def test_an_unknown_request_is_refused(user):
    answer = user.consent("e45fa79a-05f5-4f00-bbfe-bd0a14aead0a", ["read"])
    assert (answer.status, answer.error) == (400, "invalid_request_id")


def test_another_accounts_project_is_not_found(user, developer, app):
    project = developer.project()["id"]
    request = user.request(app, ["read"]).json["request_id"]
    answer = user.consent(request, ["read"], project_id=project)
    assert (answer.status, answer.error) == (404, "not_found")
    assert user.consent(request, ["read"]).status == 200


def test_an_expired_request_is_refused(make_server):
    server = make_server(consent__lifetime="1s")
    user = Person(server)
    app = user.application()
    request = user.request(app, ["read"]).json["request_id"]
    time.sleep(1.1)
    answer = user.consent(request, ["read"])
    assert (answer.status, answer.error) == (400, "request_expired")


def test_of_21_pending_requests_the_oldest_falls_out(user, app):
    requests = [user.request(app, ["read"]).json["request_id"] for _ in range(21)]
    oldest = user.consent(requests[0], ["read"])
    assert (oldest.status, oldest.error) == (400, "request_expired")
    assert user.consent(requests[1], ["read"]).status == 200


def test_lifetimes_have_bounds(user, app):
    def consent(**fields):
        return user.consent(user.request(app).json["request_id"], ["read"], **fields)

    assert consent(expires_in=59).error == "invalid_request"
    assert consent(expires_in=60).status == 200
    assert consent(expires_in="60").error == "invalid_request"
    assert consent(expires_in=1.5).error == "invalid_request"
    answer = app.exchange(consent(expires_in=None).json["code"])
    assert "expires_in" not in answer.json
    assert "not_after_unix" not in inspect(answer.json["access_grant"])["caveats"][-1]


def test_a_maximum_shortens_the_default_and_refuses_more(make_server):
    server = make_server(grant__max_lifetime="1h")
    user = Person(server)
    app = user.application()
    assert app.exchange(user.code(app)).json["expires_in"] == 3600
    request = user.request(app).json["request_id"]
    assert user.consent(request, ["read"], expires_in=3601).error == "invalid_request"
    assert user.consent(request, ["read"], expires_in=None).error == "invalid_request"
    assert user.consent(request, ["read"], expires_in=3600).status == 200


def test_rule_10_pkce_takes_s256_only(developer, user, app):
    _, challenge = pkce()

    def error(**fields):
        return user.request(app, ["read"], **fields).error

    assert error(code_challenge=challenge) == "invalid_request"
    assert error(code_challenge=challenge, code_challenge_method="plain") == "invalid_request"
    assert error(code_challenge=challenge[:-1], code_challenge_method="S256") == "invalid_request"
    assert error(code_challenge=challenge + "A", code_challenge_method="S256") == "invalid_request"
    assert error(code_challenge_method="S256") == "invalid_request"
    assert error(code_challenge=challenge, code_challenge_method="S256") is None
    strict = developer.application(require_pkce=True)
    assert user.request(strict, ["read"]).error == "invalid_request"


def test_unknown_clients_and_foreign_redirects_are_refused(user, app):
    def error(**fields):
        return user.request(app, ["read"], **fields).error

    assert error(client_id="e45fa79a-05f5-4f00-bbfe-bd0a14aead0f") == "invalid_client_id"
    assert error(client_id="nonsense") == "invalid_client_id"
    assert error(redirect_uri=REDIRECT + "/") == "invalid_redirect_uri"
    assert error(redirect_uri="https://evil.example/") == "invalid_redirect_uri"
    assert error(state="caf\u00e9") == "invalid_request"
    assert error(state="x" * 2049) == "invalid_request"
    assert error(state="x" * 2048) is None


def test_a_loopback_redirect_may_choose_its_port(developer, user):
    app = developer.application(redirect_uris=["http://127.0.0.1/cb"])
    app.redirect_uri = "http://127.0.0.1:51234/cb"
    code = user.code(app)
    other = app.exchange(code, redirect_uri="http://127.0.0.1:51235/cb")
    assert other.error == "invalid_redirect_uri"
    assert app.exchange(code).status == 200


def test_the_developers_own_words_for_accounts_work(server):
    account = {"email": "Dev.Words@Example.com ", "password": PASSWORD, "name": "Dev"}
    answer = server.call("POST", "/api/v0/developer/auth/register", account)
    assert answer.status == 201
    assert answer.json["email"] == "dev.words@example.com" and answer.json["full_name"] == "Dev"
    again = server.call("POST", "/api/v0/auth/register", {**account, "full_name": "Dev"})
    assert (again.status, again.error) == (409, "email_taken")
    token = server.call("POST", "/api/v0/developer/auth/token",
                        {"email": " DEV.words@example.COM", "password": PASSWORD}).json["token"]
    me = server.call("GET", "/api/v0/auth/account", token=token)
    assert me.json == answer.json


def test_deleting_a_client_ends_its_grants(developer, user):
    app = developer.application()
    app.exchange(user.code(app))
    unspent = user.code(app)
    assert [g["status"] for g in user.grants()] == ["live"]
    path = f"/api/v0/developer/auth/oauth2/clients/{app.id}"
    assert developer.call("DELETE", path).status == 204
    assert [g["status"] for g in user.grants()] == ["revoked"]
    assert app.exchange(unspent).error == "invalid_client"
    assert developer.call("GET", path).status == 404


def test_a_rotated_secret_works_and_the_old_one_ends(developer, user):
    app = developer.application()
    old = app.secret
    path = f"/api/v0/developer/auth/oauth2/clients/{app.id}/regenerate-secret"
    answer = developer.call("POST", path, {"overlap_seconds": 3600})
    assert answer.status == 200 and answer.json["client_id"] == app.client_id
    assert app.exchange(user.code(app)).status == 200  # still the old one
    app.secret = answer.json["client_secret"]
    assert app.exchange(user.code(app)).status == 200
    app.secret = developer.call("POST", path, {}).json["client_secret"]
    assert app.exchange(user.code(app)).status == 200
    app.secret = old
    assert app.exchange(user.code(app)).error == "invalid_client"


def test_strangers_clients_are_not_found(developer, user, app):
    path = f"/api/v0/developer/auth/oauth2/clients/{app.id}"
    assert user.call("GET", path).status == 404
    assert user.call("DELETE", path).status == 404
    assert user.call("POST", path + "/regenerate-secret", {}).status == 404
    shown = developer.call("GET", path).json
    assert "client_secret" not in shown and len(shown["secrets"]) == 1


def test_a_strangers_application_leads_nobody_to_this_server(make_server):
    """It would look as if the server itself asked; its developer may test there."""
    server = make_server(http__public_url="https://id.example.com")
    developer, user = Person(server), Person(server)
    for uri in ("https://id.example.com/test", "https://ID.example.com:443/elsewhere?a=b"):
        app = developer.application(redirect_uris=[uri])
        answer = user.request(app)
        assert (answer.status, answer.error) == (403, "forbidden"), answer
        assert developer.request(app).status == 200
    other = developer.application(redirect_uris=["https://id.example.com:8443/test"])
    assert user.request(other).status == 200
