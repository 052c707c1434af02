# SPDX-License-Identifier: Apache-2.0
"""grantd grant, from a project's secret and with the database."""

import json

import pytest

import storj
from grantd import inspect

SALT = "EBESExQVFhcYGRobHB0eHw=="


def secret_file(folder, secret):
    file = folder / f"secret-{secret[:8]}"
    file.write_text(secret + "\n")
    file.chmod(0o600)
    return str(file)


@pytest.fixture
def given(user):
    """An application with a grant of list and read in photos/."""
    app = user.application(scopes=["read", "list", "bucket:photos"])
    return app.exchange(user.code(app, scope=["read", "list", "bucket:photos"])
                        ).json["access_grant"]


def test_a_grant_verifies_with_the_secret_it_was_made_of(operator, user, given, tmp_path):
    [project] = user.call("GET", "/api/v0/projects").json
    secret = operator.json("project", "satellite-row", project["id"])["secret"]
    right, wrong = secret_file(tmp_path, secret), secret_file(tmp_path, "00" * 32)
    assert "genuine" in operator.do("grant", "verify", "--secret-file", right, stdin=given)
    result = operator.json("grant", "verify", "--secret-file", right, stdin=given)
    assert result == {"genuine": True, "caveats": 1}
    result = operator.run("grant", "verify", "--secret-file", wrong, stdin=given)
    assert result.returncode == 1 and result.stdout.startswith("not genuine")
    narrowed = operator.do("grant", "restrict", "read", stdin=given)
    assert operator.json("grant", "verify", "--secret-file", right, stdin=narrowed)["caveats"] == 2
    for arguments in ([], ["--secret-file", secret_file(tmp_path, "no hex")]):
        operator.refuse("grant", "verify", *arguments, stdin=given, status=1 if arguments else 2)


def test_a_grant_is_checked_as_storage_would(operator, user, given):
    def check(*arguments, grant=given):
        result = operator.run("grant", "check", "--json", *arguments, stdin=grant)
        verdict = json.loads(result.stdout)
        assert result.returncode == (0 if verdict["valid"] else 1)
        return verdict["reason"]

    assert check("--op", "read", "--bucket", "photos") is None
    assert check("--op", "write", "--bucket", "photos") == "op_denied"
    assert check("--op", "list", "--bucket", "music") == "path_denied"
    assert check(grant=storj.access_grant()) == "unknown_key"
    assert check(grant="nonsense") == "malformed"
    assert operator.do("grant", "check", "--bucket", "photos", stdin=given) == "good\n"
    [grant] = user.call("GET", "/api/v0/auth/grants").json
    assert user.call("DELETE", f"/api/v0/auth/grants/{grant['id']}").status == 200
    result = operator.run("grant", "check", "--bucket", "photos", stdin=given)
    assert (result.returncode, result.stdout) == (1, "not good: revoked\n")
    operator.refuse("grant", "check", "--op", "fly", stdin=given, status=2)


def test_a_grant_is_minted_of_an_api_key(operator, tmp_path):
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("open sesame")
    passphrase.chmod(0o600)
    options = ["--satellite", storj.SATELLITE, "--expires-in", "1h"]
    keyed = ["--salt", SALT, "--passphrase-file", str(passphrase)]

    def mint(*arguments):
        return inspect(operator.do("grant", "mint", *options, *arguments,
                                   stdin=storj.api_key()).strip())

    closed = mint("read", "list")
    assert closed["rights"] == ["read", "list"] and closed["opens"] == []
    assert closed["satellite_address"] == storj.SATELLITE and closed["not_after"]
    opened = mint("read", "bucket:photos;prefix:2024/", *keyed)
    assert opened["opens"] == [{"bucket": "photos", "prefix": "2024"}]
    assert not opened["opens_everything"]
    for arguments, status in ((["list"], 2), (["read", "bucket:photos;prefix:a/"], 2),
                              (["fly"], 2), (["read", "--path-cipher", "x"], 2)):
        satellite = [] if arguments == ["list"] else options
        operator.refuse("grant", "mint", *satellite, *arguments, stdin=storj.api_key(),
                        status=status)
    operator.refuse("grant", "mint", *options, "read", stdin="nonsense")
