# SPDX-License-Identifier: Apache-2.0
"""A stranger's first hour: the commands of docs/operate.md, run in a bare Debian."""

import shutil

import pytest

import bare_debian
from pages import page_blocks

INSTALL_SECONDS = 500
WALK_SECONDS = 100

pytestmark = pytest.mark.skipif(bare_debian.why_not() is not None,
                                reason=bare_debian.why_not() or "")

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
# Operators' commands run as the user grantd, who types the password and says yes.
AS_THE_OPERATOR = """
grantd() {
    case "$*" in *" delete "*) set -- "$@" --yes ;; esac
    runuser -u grantd -- /usr/local/bin/grantd "$@" </root/password
}
first() { tr ',{' '\\n\\n' | sed -n "s/^ *\\"$1\\": *\\"\\([^\\"]*\\).*/\\1/p" | head -n 1; }
"""
CHECK_UPGRADED = """
wait_ready
call "$api/auth/account" | grep -q ann@example.com
"""
THE_END = """
echo THE WHOLE HOUR IS OVER
"""


def joined(*blocks):
    return "".join("".join(block) for block in blocks)


def operators_commands():
    """Bob's account and his application come and go; the grant is Ann's."""
    block, = page_blocks("docs/operate.md", "Accounts and applications")
    for word, value in {
            "EMAIL": "bob@example.com", "NAME": "Prints", "REDIRECT_URI": "https://prints.example/",
            "CLIENT_ID": "$(grantd client list bob@example.com --json | first client_id)",
            "GRANT_ID": "$(grantd grant list ann@example.com --json | first id)",
            "grantd account enable": "never grantd account enable"}.items():  # a minute later
        assert word in block
        block = block.replace(word, value)
    return block


def test_the_first_hour_goes_as_the_handbook_tells(tmp_path):
    folder = tmp_path / "debian"
    folder.mkdir()
    debian = bare_debian.BareDebian(folder)
    install = joined(page_blocks("docs/operate.md", "Install"),
                     "apt-get install --yes --no-install-recommends sqlite3\n")
    result = debian.run(install, network=True, timeout=INSTALL_SECONDS)
    assert result.returncode == 0, result.stdout[-4000:]
    exchange = page_blocks("docs/operate.md", "An exchange")
    script = joined(
        HELPERS,
        page_blocks("docs/operate.md", "Configure"),
        page_blocks("docs/operate.md", "Serve"),
        page_blocks("docs/operate.md", "An account and an application"),
        exchange, CHECK_GRANT,
        page_blocks("docs/operate.md", "Back up"), AFTER_BACK_UP,
        page_blocks("docs/operate.md", "Restore"), CHECK_RESTORED,
        page_blocks("docs/operate.md", "Changing the key"), CHECK_ROTATED,
        exchange, CHECK_GRANT, AS_THE_OPERATOR,
        page_blocks("docs/operate.md", "The keys of ID tokens"),
        page_blocks("docs/operate.md", "Storage services"),
        page_blocks("docs/operate.md", "Upgrading"), CHECK_UPGRADED,
        operators_commands(),
        page_blocks("docs/operate.md", "When the disk is low"), THE_END)
    result = debian.run(script, network=False, timeout=WALK_SECONDS)
    assert result.returncode == 0, result.stdout[-6000:]
    assert result.stdout.endswith("THE WHOLE HOUR IS OVER\n")
    shutil.rmtree(folder)  # half a gigabyte
