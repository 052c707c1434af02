# SPDX-License-Identifier: Apache-2.0
"""Accounts, applications and projects on the command line, while a server runs."""

import concurrent.futures
import contextlib
import datetime
import hmac
import json
import sqlite3
import time
import urllib.parse

import pytest

import storj
from conftest import Place, at_terminal
from grantd import PASSWORD, REDIRECT, Application, Person, Server, grant_id_of, inspect
from test_commands import CLIENT, SECRET

SALT = "EBESExQVFhcYGRobHB0eHw=="


def log_in(server, email, password=PASSWORD):
    return server.call("POST", "/api/v0/auth/token", {"email": email, "password": password})


# --- accounts ---


def test_an_account_is_made_and_can_log_in_at_once(server, operator):
    [made] = operator.json("account", "create", "Ada@Example.com", "--name", "Ada", stdin=PASSWORD)
    assert (made["email"], made["full_name"], made["status"]) == ("ada@example.com", "Ada", "active")
    token = log_in(server, "ada@example.com").json["token"]
    assert server.call("GET", "/api/v0/auth/account", token=token).json["id"] == made["id"]
    assert server.call("GET", "/api/v0/projects", token=token).json == []
    taken = operator.refuse("account", "create", "Ada@example.com", stdin=PASSWORD)
    assert '"Ada@example.com"' in taken and "account set-password" in taken
    assert operator.trail()[-2:] == ["register", "register"]


def test_a_password_comes_from_a_file_too(server, operator, tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    file.chmod(0o600)
    operator.do("account", "create", "bob@example.com", "--password-file", str(file))
    assert log_in(server, "bob@example.com").status == 200


@pytest.mark.parametrize("arguments, stdin, status", [
    (["account", "create", "no-address"], PASSWORD, 1),
    (["account", "create", "x@example.com"], "short", 1),
    (["account", "create", "x@example.com"], "", 1),
    (["account", "create", "x@example.com", "--name", "x" * 201], PASSWORD, 2),
    (["account", "create", "x@example.com", "--name", "a\nb"], PASSWORD, 2),
    (["account", "create"], PASSWORD, 2),
    (["account", "disable"], "", 2),
    (["account", "disable", "x@example.com"], "", 1),
    (["account", "enable", "x@example.com"], "", 1),
    (["account", "delete", "x@example.com"], "", 1),
    (["account", "set-password", "x@example.com"], PASSWORD, 1),
    (["account", "reset-link", "x@example.com"], "", 1),
    (["account", "set-email", "x@example.com", "y@example.com"], "", 1),
    (["account", "nonsense"], "", 2),
    (["account", "invite"], "", 2),
    (["account", "invite", "no-address"], "", 1),
    (["account", "invite", "x@example.com", "--for", "1s"], "", 2),
    (["account", "invite", "x@example.com", "--for", "91d"], "", 2),
    (["account", "withdraw", "x@example.com"], "", 1),
    (["account", "role", "x@example.com"], "", 2),
    (["account", "role", "x@example.com", "--developer", "--no-developer"], "", 2),
    (["account", "role", "x@example.com", "--developer"], "", 1),
    (["account", "role", "x@example.com", "--developer", "--operator", "--no-operator"], "", 2),
    (["account", "role", "x@example.com", "--operator"], "", 1),
    (["client", "list", "x@example.com"], "", 1),
    (["client", "disable", CLIENT[:-1] + "f"], "", 1),
    (["client", "rotate", "nonsense"], "", 1),
    (["client", "import", REDIRECT], SECRET, 2),
    (["project", "satellite-row", "nonsense"], "", 1),
    (["project", "add", "x@example.com", "--name", "P"], "", 1),
])
def test_wrong_use_is_told_in_one_sentence_and_changes_nothing(operator, arguments, stdin, status):
    before = operator.do("account", "list")
    assert "x@example.com" not in before
    operator.refuse(*arguments, stdin=stdin, status=status)
    assert operator.do("account", "list") == before


def test_accounts_are_listed_as_table_and_as_json(operator, user):
    table = operator.do("account", "list").splitlines()
    assert table[0].split()[:2] == ["E-MAIL", "NAME"]
    rows = operator.json("account", "list")
    assert len(rows) == len(table) - 1
    [row] = [r for r in rows if r["email"] == user.email]
    assert row["id"] == user.id and set(row) == {"id", "email", "full_name", "status",
                                                 "role", "created_at"}
    [line] = [line for line in table if user.email in line]
    assert row["created_at"] in line and row["id"] in line and "active" in line


def test_people_are_invited_listed_and_uninvited(operator, user):
    made = operator.json("account", "invite", "Guest@example.com", "--for", "2d")
    assert set(made) == {"email", "role", "created_at", "expires_at", "link"}
    lasts = [datetime.datetime.fromisoformat(made[name]) for name in ("created_at", "expires_at")]
    assert made["email"] == "guest@example.com" and (lasts[1] - lasts[0]).days == 2
    [listed] = operator.json("account", "invitations")
    assert listed == {name: made[name] for name in ("email", "role", "created_at", "expires_at")}
    assert "guest@example.com" in operator.do("account", "invitations").splitlines()[1]
    taken = operator.refuse("account", "invite", user.email)
    assert user.email in taken and "account set-password" in taken
    operator.do("account", "withdraw", "GUEST@example.com")
    assert operator.json("account", "invitations") == []
    assert operator.trail()[-2:] == ["invite", "invite_withdraw"]


def test_a_new_password_ends_the_sessions(server, operator, user):
    operator.do("account", "set-password", user.email, stdin="a brand new password")
    assert user.call("GET", "/api/v0/auth/account").error == "unauthenticated"
    assert log_in(server, user.email).error == "invalid_credentials"
    assert log_in(server, user.email, "a brand new password").status == 200
    assert "10 characters" in operator.refuse("account", "set-password", user.email, stdin="short")
    assert "easy to guess" in operator.refuse("account", "set-password", user.email,
                                              stdin="password123")
    assert "its owner" in operator.refuse("account", "set-password", user.email, stdin=user.email)
    assert operator.trail()[-1] == "password_set"


def test_a_disabled_account_cannot_log_in_and_its_data_stays(server, operator, user):
    operator.do("account", "disable", user.email.upper())
    assert user.call("GET", "/api/v0/auth/account").error == "unauthenticated"
    answer = log_in(server, user.email)
    assert (answer.status, answer.error) == (403, "forbidden")
    assert log_in(server, user.email, "wrong password").error == "invalid_credentials"
    [row] = [r for r in operator.json("account", "list") if r["email"] == user.email]
    assert row["status"] == "disabled"
    assert operator.trail()[-1] == "account_disable"


def test_an_account_is_enabled_again_without_what_it_had(server, operator, user):
    """As a user and as a developer: what was granted stays revoked, what is granted since lives."""
    reader, other = server.service_token("revocations"), Person(server)
    mine, theirs = user.application(refresh_tokens=True), other.application(refresh_tokens=True)

    def issue(person, app):
        answer = app.redeem(person.code(app, ["read", "offline_access"], expires_in=7200)).json
        return grant_id_of(answer["access_token"]), answer["refresh_token"]

    def status(person, grant):
        return [g["status"] for g in person.grants() if g["id"] == grant]

    def revoked():
        answer = server.call("GET", "/api/v0/revocations", token=reader)
        return [item["tail"] for item in answer.json["revocations"]]

    of_user, of_other = issue(user, theirs), issue(other, mine)
    [project] = user.call("GET", "/api/v0/projects").json
    own = user.call("POST", f"/api/v0/projects/{project['id']}/owner-grant",
                    {"password": PASSWORD}).json
    operator.do("account", "enable", user.email)  # it is enabled: nothing to do
    before = len(revoked())
    operator.do("account", "disable", user.email)
    assert len(revoked()) == before + 3
    assert "in a minute" in operator.refuse("account", "enable", user.email)
    with contextlib.closing(sqlite3.connect(operator.folder / "grantd.db")) as database, database:
        database.execute("UPDATE account SET disabled_at = disabled_at - 61000 "
                         "WHERE disabled_at IS NOT NULL")
    operator.do("account", "enable", user.email)
    user.log_in()
    assert len(set(revoked())) == before + 3
    assert status(user, grant_id_of(own["access_grant"])) == ["revoked"]
    assert status(user, of_user[0]) == status(other, of_other[0]) == ["revoked"]
    assert theirs.refresh(of_user[1]).error == mine.refresh(of_other[1]).error == "invalid_grant"
    for person, app in ((user, theirs), (other, mine)):
        assert status(person, issue(person, app)[0]) == ["live"]
    assert len(set(revoked())) == before + 3
    assert operator.trail()[-1] == "account_enable"


def test_a_deleted_account_is_gone_and_its_address_free(server, operator, user):
    operator.do("account", "delete", user.email, "--yes")
    assert user.call("GET", "/api/v0/auth/account").error == "unauthenticated"
    assert log_in(server, user.email).error == "invalid_credentials"
    assert user.email not in operator.do("account", "list")
    assert Person(server, user.email).id != user.id
    assert operator.trail()[-1] == "account_delete"


def test_a_deletion_without_a_terminal_needs_to_be_meant(server, operator, user):
    told = operator.refuse("account", "delete", user.email, stdin="yes\n", status=2)
    assert "--yes" in told and "no terminal" in told
    assert log_in(server, user.email).status == 200


def test_a_deletion_at_a_terminal_says_what_goes_and_asks(server, operator, user):
    app = user.application()
    assert app.exchange(user.code(app)).status == 200
    status, shown = at_terminal(operator, ["account", "delete", user.email], [("go on: ", "y")])
    assert status == 1 and "1 applications, 1 projects and 1 grants" in shown
    assert user.email in shown and "nothing was changed" in shown
    assert log_in(server, user.email).status == 200
    status, _ = at_terminal(operator, ["account", "delete", user.email], [("go on: ", "yes")])
    assert status == 0 and log_in(server, user.email).error == "invalid_credentials"


def test_a_new_password_is_typed_twice(server, operator):
    command = ["account", "create", "twice@example.com"]
    status, shown = at_terminal(operator, command, [("password: ", PASSWORD),
                                                    ("password again: ", PASSWORD + "x")])
    assert status == 1 and "differ" in shown and PASSWORD not in shown
    assert log_in(server, "twice@example.com").error == "invalid_credentials"
    status, _ = at_terminal(operator, command, [("password: ", PASSWORD),
                                                ("password again: ", PASSWORD)])
    assert status == 0 and log_in(server, "twice@example.com").status == 200


def test_commands_and_a_busy_server_do_not_hinder_each_other(server, operator, user):
    app = user.application()
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        exchanges = [pool.submit(lambda: app.exchange(user.code(app)).status) for _ in range(200)]
        commands = [pool.submit(operator.do, "account", "create", f"busy{i}@example.com",
                                stdin=PASSWORD) for i in range(10)]
    assert [e.result() for e in exchanges] == [200] * 200
    assert all("busy" in c.result() for c in commands)


def test_a_command_that_looks_makes_no_database(tmp_path):
    operator = Place(tmp_path)
    assert "no database" in operator.refuse("account", "list")
    assert list(tmp_path.iterdir()) == []


def test_the_first_account_is_made_before_the_first_start(tmp_path):
    operator = Place(tmp_path)
    operator.json("account", "create", "first@example.com", "--store.url=sqlite:mine.db",
                  stdin=PASSWORD)
    assert {"mine.db", "master.key"} <= {p.name for p in tmp_path.iterdir()}


# --- applications ---


def test_an_application_is_imported_with_its_known_secret(server, operator, user):
    [row] = operator.json("client", "import", REDIRECT, "https://myapp.com/2", "--account",
                          user.email, "--client-id", CLIENT, "--name", "Known", "--scopes",
                          "read list", "--optional-scopes", "write", "--jwt-lifetime", "30m",
                          stdin=SECRET + "\n")
    assert row["status"] == "active" and row["redirect_uris"] == [REDIRECT, "https://myapp.com/2"]
    app = Application(server, {**row, "client_secret": SECRET})
    assert user.request(app, ["delete"]).error == "invalid_scope"
    code = user.code(app, ["read", "list"])
    assert app.exchange(code, client_secret=app.jwt(exp=int(time.time()) + 1800)).status == 200
    assert "already an application" in operator.refuse(
        "client", "import", REDIRECT, "--account", user.email, "--client-id", CLIENT, "--name",
        "Again", stdin=SECRET)
    assert "64" in operator.refuse(
        "client", "import", REDIRECT, "--account", user.email, "--client-id",
        CLIENT[:-1] + "b", "--name", "Again", stdin=SECRET[:-1])
    assert operator.trail().count("client_create") == 2


def test_an_application_of_the_legacy_flow_is_imported_with_the_secret_that_it_has(server, operator,
                                                                                   user):
    foreign = "$2a$10$" + "N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
    arguments = ["client", "import", REDIRECT, "--account", user.email, "--client-id",
                 CLIENT[:-1] + "d", "--name", "Older", "--legacy-redirect", "--jwt-lifetime", "30m"]
    assert "--foreign-secret" in operator.refuse(*arguments, stdin=foreign)
    for bad in ("$2a$10$short", foreign + " with spaces", "é" * 40):
        operator.refuse(*arguments, "--foreign-secret", stdin=bad)
    told = operator.run(*arguments, "--foreign-secret", "--json", stdin=foreign)
    assert "warning" in told.stderr and foreign not in told.stdout + told.stderr
    app = Application(server, {**json.loads(told.stdout)[0], "client_secret": foreign})
    assert app.exchange(user.code(app)).status == 200
    link = "/oauth2-integration?" + urllib.parse.urlencode({
        "client_id": app.client_id, "client_secret": app.jwt(), "redirect_uri": REDIRECT,
        "scope": "read"})
    assert server.call("GET", link).status == 200

    clients = "/api/v0/developer/auth/oauth2/clients"
    one = next(c for c in user.call("GET", clients).json if c["client_id"] == app.client_id)
    assert [secret.get("is_foreign") for secret in one["secrets"]] == [True]
    user.call("POST", f"{clients}/{one['id']}/regenerate-secret", {})
    one = user.call("GET", f"{clients}/{one['id']}").json
    assert [secret.get("is_foreign") for secret in one["secrets"]] == [None]


def test_an_imported_application_may_run_on_a_device(operator, user):
    arguments = ["client", "import", "myapp://callback", "--account", user.email, "--client-id",
                 CLIENT[:-1] + "c", "--name", "Known"]
    operator.refuse(*arguments, stdin=SECRET)
    [row] = operator.json(*arguments, "--native", stdin=SECRET)
    assert row["application_type"] == "native"
    assert operator.json("client", "list", user.email)[0]["application_type"] == "native"


def test_applications_are_listed_for_one_account_or_all(server, operator, user):
    app = user.application(name="Mine")
    other = Person(server).application()
    [row] = operator.json("client", "list", user.email)
    assert (row["id"], row["client_id"], row["name"]) == (app.id, app.client_id, "Mine")
    assert row["account"] == user.email and app.secret not in json.dumps(row)
    assert {app.client_id, other.client_id} <= {r["client_id"]
                                               for r in operator.json("client", "list")}
    assert app.client_id in operator.do("client", "list", user.email)


def test_what_an_operator_disables_only_an_operator_enables(operator, user):
    app = user.application()
    path = f"/api/v0/developer/auth/oauth2/clients/{app.id}/status"
    operator.do("client", "disable", app.client_id)
    assert user.request(app).error == "client_inactive"
    answer = user.call("PATCH", path, {"status": 1})
    assert answer.error == "forbidden" and "disabled" in answer.json["error_description"]
    assert user.call("PUT", path.removesuffix("/status"), {"name": "Other"}).json["status"] == 3
    assert operator.json("client", "list", user.email)[0]["status"] == "blocked"
    operator.do("client", "enable", app.client_id)
    assert user.request(app).status == 200
    assert user.call("PATCH", path, {"status": 0}).json["status"] == 0
    assert operator.trail()[-2:] == ["client_disable", "client_enable"]


def test_an_operator_approves(tmp_path):
    server = Server(tmp_path, **{"clients.require_approval": "true"}).start()
    try:
        user, operator = Person(server), Place(tmp_path)
        app = user.application()
        assert user.request(app).error == "client_inactive"
        operator.do("client", "enable", app.client_id)
        assert app.exchange(user.code(app)).status == 200
        [imported] = operator.json("client", "import", REDIRECT, "--account", user.email,
                                   "--client-id", CLIENT, "--name", "Known", stdin=SECRET)
        assert imported["status"] == "active"
    finally:
        server.stop()


def test_a_rotated_secret_is_printed_once(operator, user):
    app = user.application()
    old = app.secret
    app.secret = operator.do("client", "rotate", app.client_id, "--overlap", "1h").strip()
    assert app.exchange(user.code(app)).status == 200
    made = operator.json("client", "rotate", app.client_id)
    assert made["client_id"] == app.client_id
    for secret, error in ((old, "invalid_client"), (app.secret, "invalid_client"),
                          (made["client_secret"], None)):
        app.secret = secret
        assert app.exchange(user.code(app)).error == error
    assert operator.trail()[-1] == "client_rotate"


# --- projects ---


def test_projects_are_listed_and_the_list_says_when_grants_point_nowhere(operator, user):
    [own] = user.call("GET", "/api/v0/projects").json
    [row] = operator.json("project", "list", user.email)
    assert (row["id"], row["enforced_by"], row["account"]) == (own["id"], "check", user.email)
    result = operator.run("project", "list", user.email)
    assert own["id"] in result.stdout and "lead nowhere yet" in result.stderr
    result = operator.run("project", "list", f"--satellite.address={storj.SATELLITE}")
    assert own["id"] in result.stdout and result.stderr == ""


def test_projects_are_added_new_or_brought_in(operator, user):
    [new] = operator.json("project", "add", user.email, "--name", "New")
    assert new["enforced_by"] == "check"
    [grant] = operator.json("project", "add", user.email, "--name", "By grant",
                            "--access-grant-file", "-", "--salt", SALT,
                            stdin=storj.access_grant(storj.caveat([2])))
    [key] = operator.json("project", "add", user.email, "--name", "By key", "--api-key-file", "-",
                          "--satellite", storj.SATELLITE, "--salt", SALT, "--path-cipher", "none",
                          stdin=storj.api_key())
    assert {grant["enforced_by"], key["enforced_by"]} == {"expiry"}
    shown = {p["id"]: p for p in user.call("GET", "/api/v0/projects").json}
    assert {new["id"], grant["id"], key["id"]} <= set(shown)
    assert shown[grant["id"]]["limits"]["scopes"] == ["read", "list", "delete", "lock"]
    assert operator.trail()[-3:] == ["project_create"] * 3


@pytest.mark.parametrize("options, stdin, status", [
    ([], "", 2),
    (["--name", "P", "--satellite", storj.SATELLITE], "", 2),
    (["--name", "P", "--access-grant-file", "-", "--satellite", "x"], storj.access_grant(), 2),
    (["--name", "P", "--access-grant-file", "-", "--salt", "?"], storj.access_grant(), 2),
    (["--name", "P", "--access-grant-file", "-"], storj.access_grant(), 1),
    (["--name", "P", "--api-key-file", "-", "--salt", SALT], storj.api_key(), 1),
    (["--name", "P", "--access-grant-file", "-", "--salt", SALT], "nonsense", 1),
])
def test_a_project_that_cannot_be_added_is_refused(operator, user, options, stdin, status):
    result = operator.run("project", "add", user.email, *options, stdin=stdin)
    assert (result.returncode, result.stdout) == (status, ""), result
    assert len(operator.json("project", "list", user.email)) == 1


def test_the_satellites_row_verifies_the_projects_grants(server, operator, user):
    [project] = user.call("GET", "/api/v0/projects").json
    row = operator.json("project", "satellite-row", project["id"])
    app = user.application()
    values = inspect(app.exchange(user.code(app)).json["access_grant"])
    assert row["head"] == values["api_key_head"]
    assert row["version"] == 1 and len(bytes.fromhex(row["salt"])) == 16
    assert project["id"] in row["name"] and row["id"] == project["id"].replace("-", "")
    grant = user.call("POST", f"/api/v0/projects/{project['id']}/owner-grant",
                      {"password": PASSWORD}).json["access_grant"]
    nonce = bytes.fromhex(inspect(grant)["caveats"][0]["nonce"])
    tail = hmac.digest(bytes.fromhex(row["secret"]), bytes.fromhex(row["head"]), "sha256")
    tail = hmac.digest(tail, storj.field(30, nonce), "sha256")
    assert tail in storj.base58decode(grant)
    statement = operator.do("project", "satellite-row", project["id"])
    for name in ("id", "head", "secret", "salt"):
        assert "\\x" + row[name] in statement
    assert "INSERT INTO api_keys" in statement
    assert operator.trail()[-2:] == ["project_secret_shown"] * 2


def test_a_project_that_was_brought_in_has_no_row(operator, user):
    [project] = operator.json("project", "add", user.email, "--name", "P", "--access-grant-file",
                              "-", "--salt", SALT, stdin=storj.access_grant())
    assert "imported" in operator.refuse("project", "satellite-row", project["id"])
