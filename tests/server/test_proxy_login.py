# SPDX-License-Identifier: Apache-2.0
"""Log-in by a proxy (docs/protocol/http.md 2.2): whom it names is logged in, if it is one of
http.trusted_proxies and names them in each request."""

import base64
import concurrent.futures

import pytest

import oathtool
from grantd import PASSWORD, Person
from oathtool import FACTOR, code_of
from pages import page_blocks
from proxies import Nginx

LOG_IN = "/api/v0/auth/proxy-login"
ACCOUNT = "/api/v0/auth/account"
FIELD = "X-Remote-User"
ADA = "ada@example.com"


@pytest.fixture
def make_proxied(make_server):
    def make(**settings):
        return make_server(**{"http__trusted_proxies": "127.0.0.7", "login__proxy_header": FIELD,
                              "accounts__open_registration": "false", **settings})
    return make


def call(server, method, path, body=None, person=None, source="127.0.0.7", **more):
    headers = {FIELD: person} if person is not None else {}
    return server.call(method, path, body, headers=headers, source=source, **more)


def log_in(server, person=ADA, **more):
    return call(server, "POST", LOG_IN, {}, person, **more)


def account(server, token, person=ADA, **more):
    return call(server, "GET", ACCOUNT, person=person, token=token, **more)


def test_whom_the_proxy_names_has_an_account_from_the_first_log_in_on(make_proxied):
    server = make_proxied()
    first, second = log_in(server), log_in(server, " Ada@Example.COM ")
    assert first.status == second.status == 200
    found = account(server, first.json["token"]).json
    assert (found["email"], found["full_name"]) == (ADA, "ada")
    assert account(server, second.json["token"]).json == found
    other = account(server, log_in(server, "eve@example.com").json["token"], "eve@example.com")
    assert other.json["id"] != found["id"]
    assert server.run("account", "list", "--json").stdout.count('"email"') == 2
    actions = [item["action"] for item in call(server, "GET", "/api/v0/auth/activity", person=ADA,
                                               token=first.json["token"]).json]
    assert actions == ["login", "login", "register"]


def test_whoever_is_invited_as_a_developer_is_one_also_by_the_proxy(make_proxied):
    server = make_proxied(accounts__developers="invited")
    server.run("account", "invite", ADA, "--developer")
    for person, is_developer in ((ADA, True), ("eve@example.com", False)):
        token = log_in(server, person).json["token"]
        assert account(server, token, person).json["developer"] is is_developer
    assert server.run("account", "invitations", "--json").stdout.strip() == "[]"


def test_the_proxy_does_not_stand_in_for_a_second_factor(make_proxied):
    server = make_proxied()
    server.run("account", "create", ADA, "--name", "Ada", stdin=PASSWORD)
    token = log_in(server).json["token"]
    secret = call(server, "POST", FACTOR, {"password": PASSWORD}, ADA, token=token).json["secret"]
    made = call(server, "POST", FACTOR + "/confirm", {"code": code_of(secret)}, ADA, token=token)
    assert log_in(server).error == "second_factor_required"
    code = {"code": made.json["recovery_codes"][0]}
    assert call(server, "POST", LOG_IN, code, ADA).status == 200
    assert call(server, "POST", LOG_IN, code, ADA).error == "second_factor_wrong"


def test_the_field_of_anybody_else_says_nothing(make_proxied):
    server = make_proxied()
    token = log_in(server).json["token"]
    assert log_in(server, source="127.0.0.8").error == "person_unknown"
    assert account(server, token, source="127.0.0.8").error == "unauthenticated"
    assert log_in(server, person=None).error == "person_unknown"
    for text in ("", "ada", "a@b@c", "ada@example.com, eve@example.com", "a" * 300 + "@example.com"):
        assert log_in(server, text).error == "person_unknown", text


def test_two_fields_are_refused(make_proxied):
    server = make_proxied()
    fields = f"{FIELD}: {ADA}\r\n{FIELD.lower()}: eve@example.com\r\n"
    answer = server.raw(f"GET {ACCOUNT} HTTP/1.1\r\nHost: localhost:{server.port}\r\n{fields}\r\n"
                        .encode())
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_session_is_valid_while_the_proxy_names_the_same_person(make_proxied):
    server = make_proxied()
    token = log_in(server).json["token"]
    assert account(server, token, "ADA@example.com").status == 200
    for person in (None, "", "eve@example.com", "ada@example.com.example"):
        assert account(server, token, person).error == "unauthenticated", person
    assert account(server, token).status == 200


def test_without_the_setting_there_is_no_such_log_in_and_its_sessions_have_ended(make_proxied):
    server = make_proxied()
    token = log_in(server).json["token"]
    assert server.stop() == 0
    del server.settings["login.proxy_header"]
    server.start()
    assert log_in(server).error == "not_found"
    assert account(server, token).error == "unauthenticated"


def test_an_account_of_the_operator_s_is_entered_by_its_owner_alone(make_proxied):
    server = make_proxied(login__proxy_accounts="false")
    answer = log_in(server)
    assert (answer.status, answer.error) == (403, "account_missing")
    server.run("account", "create", ADA, "--name", "Ada Lovelace", stdin=PASSWORD)
    token = log_in(server).json["token"]
    assert account(server, token).json["full_name"] == "Ada Lovelace"
    assert log_in(server, "eve@example.com").error == "account_missing"
    actions = [item["action"] for item in call(server, "GET", "/api/v0/auth/activity", person=ADA,
                                               token=token).json]
    assert actions == ["login", "login_added", "register"]
    # The password stays.
    answer = server.call("POST", "/api/v0/auth/token", {"email": ADA, "password": PASSWORD})
    assert answer.status == 200
    assert server.call("GET", ACCOUNT, token=answer.json["token"]).status == 200


def test_a_disabled_account_stays_so(make_proxied):
    server = make_proxied()
    token = log_in(server).json["token"]
    server.run("account", "disable", ADA)
    assert account(server, token).error == "unauthenticated"
    answer = log_in(server)
    assert (answer.status, answer.error) == (403, "forbidden")
    assert b"disabled" in answer.body


def test_passwords_can_be_switched_off(make_proxied):
    server = make_proxied()
    server.run("account", "create", ADA, "--name", "Ada", stdin=PASSWORD)
    right = {"email": ADA, "password": PASSWORD}
    by_password = server.call("POST", "/api/v0/auth/token", right).json["token"]
    link = server.reset_link(ADA).rpartition("#")[2]
    invited = server.run("account", "invite", "eve@example.com").stdout.strip().rpartition("=")[2]
    by_proxy = log_in(server).json["token"]
    assert server.stop() == 0
    server.settings["login.passwords"] = "false"
    server.start()
    for body in (right, {**right, "password": "wrong"}, {**right, "email": "nobody@example.com"}):
        answer = server.call("POST", "/api/v0/auth/token", body)
        assert (answer.status, answer.error) == (403, "passwords_off")
    off = ["--login.passwords=false", f"--login.proxy_header={FIELD}",
           "--http.trusted_proxies=127.0.0.1", "--accounts.open_registration=false"]
    answer = server.call("POST", "/api/v0/auth/register", {
        "email": "eve@example.com", "password": PASSWORD, "full_name": "Eve", "invitation": invited})
    assert (answer.status, answer.error) == (403, "passwords_off")
    answer = server.call("POST", "/api/v0/auth/password-reset/complete",
                         {"token": link, "new_password": "another long password"})
    assert (answer.status, answer.error) == (403, "passwords_off")
    for command in (["reset-link", ADA], ["invite", "eve@example.com"]):
        assert "with a password" in server.run("account", *command, *off, check=False).stderr
    assert server.call("GET", ACCOUNT, token=by_password).error == "unauthenticated"
    assert account(server, by_proxy).status == 200


def test_whom_the_proxy_names_confirms_without_a_password_but_with_the_second_factor(make_proxied):
    server = make_proxied(login__passwords="false")
    token = log_in(server).json["token"]

    def ada(method, path, body=None, person=ADA):
        return call(server, method, path, body, person, token=token)

    assert ada("GET", ACCOUNT).json["login_method"] == "proxy"
    project = ada("POST", "/api/v0/projects", {"name": "Mine"}).json["id"]
    grant = f"/api/v0/projects/{project}/owner-grant"
    assert ada("POST", grant, {}).status == 200
    assert ada("POST", grant, {"password": PASSWORD}).error == "passwords_off"
    for person in (None, "eve@example.com"):
        assert ada("DELETE", ACCOUNT, {}, person).error == "unauthenticated"
    setup = ada("POST", ACCOUNT + "/factor", {}).json
    oathtool.settle()
    codes = ada("POST", ACCOUNT + "/factor/confirm", {"code": oathtool.code_of(setup["secret"], -1)}).json
    assert ada("POST", grant, {}).error == "second_factor_required"
    assert ada("DELETE", ACCOUNT, {}).error == "second_factor_required"
    assert ada("DELETE", ACCOUNT, {"code": codes["recovery_codes"][0]}).status == 204
    assert ada("GET", ACCOUNT).error == "unauthenticated"


def test_where_no_proxy_names_people_a_password_is_needed(user):
    for method, path in (("DELETE", ACCOUNT), ("POST", ACCOUNT + "/factor")):
        answer = user.call(method, path, {}, headers={FIELD: user.email})
        assert (answer.status, answer.error) == (400, "invalid_request") and b"password" in answer.body
    assert user.call("GET", ACCOUNT).json["login_method"] == "password"


def test_a_session_by_password_is_confirmed_by_the_proxy_only_for_its_owner(make_proxied):
    server = make_proxied()
    server.run("account", "create", ADA, "--name", "Ada", stdin=PASSWORD)
    token = server.call("POST", "/api/v0/auth/token",
                        {"email": ADA, "password": PASSWORD}).json["token"]
    for person in (None, "eve@example.com", ADA):  # who has not logged in by it yet
        assert call(server, "DELETE", ACCOUNT, {}, person, token=token).error == "invalid_credentials"
    assert log_in(server).status == 200
    assert call(server, "DELETE", ACCOUNT, {}, "eve@example.com",
                token=token).error == "invalid_credentials"
    assert call(server, "DELETE", ACCOUNT, {}, ADA, token=token).status == 204


def test_many_first_log_ins_at_once_make_one_account(make_proxied):
    server = make_proxied()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: log_in(server), range(24)))
    assert {answer.status for answer in answers} == {200}
    assert server.run("account", "list", "--json").stdout.count('"email"') == 1


def test_another_site_logs_nobody_in(make_proxied):
    server = make_proxied()
    answer = server.call("POST", LOG_IN, {}, source="127.0.0.7",
                         headers={FIELD: ADA, "Origin": "https://evil.example"})
    assert answer.error == "csrf_refused"


# --- the how-to ---


class Asking(Nginx):
    """nginx with the configuration of the page. `behind` is the server."""

    behind = None

    def template(self):
        block, = page_blocks("docs/how-to/proxy-login.md", "nginx", "nginx")
        return block.replace("127.0.0.1:10100", f"127.0.0.1:{self.behind.port}")

    def changes(self):
        return {**super().changes(), "/etc/nginx/people": str(self.folder / "people")}


def test_people_log_in_at_the_nginx_of_the_page_and_programs_need_not(make_server, tmp_path):
    folder = tmp_path / "proxy"
    folder.mkdir()
    (folder / "people").write_text(f"{ADA}:{{PLAIN}}open sesame\n")
    (folder / "people").chmod(0o644)
    proxy = Asking(folder)
    proxy.behind = make_server(http__public_url=proxy.url, http__trusted_proxies="127.0.0.1",
                               accounts__open_registration="false", login__proxy_header=FIELD,
                               login__passwords="false")
    proxy.check_answer = lambda *_: None  # nginx has words of its own
    proxy.start()
    try:
        basic = {"Authorization": "Basic " + base64.b64encode(f"{ADA}:open sesame".encode()).decode()}
        assert proxy.call("GET", "/login").status == 401
        assert proxy.call("POST", LOG_IN, {}, headers={FIELD: ADA}).status == 401
        answer = proxy.call("POST", LOG_IN, {"cookie_only": True}, headers=basic)
        assert answer.status == 200, answer
        cookie = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
        assert proxy.call("GET", ACCOUNT, headers={**basic, **cookie}).json["email"] == ADA
        # A client cannot say who it is, neither here nor where nobody is asked.
        claimed = {**basic, **cookie, FIELD: "eve@example.com"}
        assert proxy.call("GET", ACCOUNT, headers=claimed).json["email"] == ADA
        for path in ("/oauth2/token", "/api/v0/oauth2/token"):
            answer = proxy.call("POST", path, {}, headers={FIELD: ADA})
            assert answer.status in (400, 401) and b"nginx" not in answer.body
        assert proxy.call("GET", "/.well-known/openid-configuration").status == 200
    finally:
        proxy.stop()
