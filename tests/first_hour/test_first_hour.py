# SPDX-License-Identifier: Apache-2.0
"""A stranger's first hour: the commands of docs/operate.md, run in a bare Debian."""

import re
import shutil

import pytest

import bare_debian

HANDBOOK = bare_debian.ROOT / "docs" / "operate.md"
INSTALL_SECONDS = 500
WALK_SECONDS = 100

pytestmark = pytest.mark.skipif(bare_debian.why_not() is not None,
                                reason=bare_debian.why_not() or "")


def blocks(title):
    """The shell blocks under a heading, up to the next."""
    text = HANDBOOK.read_text()
    section = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#)", strip_code_comments(text),
                        re.M | re.S)
    assert section, f"there is no \"{title}\" in {HANDBOOK.name}"
    found = re.findall(r"^```sh\n(.*?)^```", section.group(1), re.M | re.S)
    assert found, f"there is nothing to type under \"{title}\""
    return "".join(found)


def strip_code_comments(text):
    """A line of code that starts with "#" is not a heading."""
    return re.sub(r"^#(?!#* [A-Z])", " #", text, flags=re.M)


SETUP = ["Configure", "Serve"]
USE = ["An account and an application", "An exchange"]

# Checks that the page does not have: the script fails if one does not hold.
HELPERS = """
never() { if "$@"; then echo "this should have failed: $*"; exit 1; fi; }
wait_ready() {
    curl --fail --silent --retry 10 --retry-connrefused --retry-delay 1 \
        https://grants.example.com/readyz
}
"""
CHECK_GRANT = """
grantd grant inspect <grant.txt | grep -q 'read, list'
test "$(stat -c %a /var/lib/grantd/master.key)" = 600
grep -q 'Serving on' /var/log/grantd.log
"""
AFTER_BACK_UP = """
call --request DELETE "$api/auth/developer-access/$client_id/revoke" | grep -q '"status":"revoked"'
"""
CHECK_RESTORED = """
wait_ready
never call "$api/auth/account"
token=$(curl --fail-with-body --silent --show-error "$api/auth/token" --json \
    '{"email": "ann@example.com", "password": "a long enough password"}' | field token)
call "$api/auth/grants" >grants.json
grep -q '"status":"revoked"' grants.json
never grep -q '"status":"live"' grants.json
"""
CHECK_ROTATED = """
test "$(grep -c '^[0-9a-f]' /var/lib/grantd/master.key)" = 2
cmp /var/lib/grantd/master.key /backup/master.key
systemctl reload grantd
call "$api/auth/account" | grep -q ann@example.com
systemctl stop grantd
runuser -u grantd -- grantd store check
systemctl start grantd
wait_ready
"""
THE_END = """
echo THE WHOLE HOUR IS OVER
"""


def test_the_first_hour_goes_as_the_handbook_tells(tmp_path):
    folder = tmp_path / "debian"
    folder.mkdir()
    debian = bare_debian.BareDebian(folder)
    result = debian.run(blocks("Install"), network=True, timeout=INSTALL_SECONDS)
    assert result.returncode == 0, result.stdout[-4000:]
    script = "".join([
        HELPERS, *map(blocks, SETUP), *map(blocks, USE), CHECK_GRANT,
        blocks("Back up"), AFTER_BACK_UP, blocks("Restore"), CHECK_RESTORED,
        blocks("Changing the key"), CHECK_ROTATED, blocks("An exchange"), CHECK_GRANT, THE_END])
    result = debian.run(script, network=False, timeout=WALK_SECONDS)
    assert result.returncode == 0, result.stdout[-6000:]
    assert result.stdout.endswith("THE WHOLE HOUR IS OVER\n")
    shutil.rmtree(folder)  # half a gigabyte
