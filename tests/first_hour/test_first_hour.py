# SPDX-License-Identifier: Apache-2.0
"""A stranger's first hour: the commands of the handbook, run in a bare Debian."""

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
# What certbot leaves behind. The old certificate is what curl trusts so far.
CERTBOT = """
live=/etc/letsencrypt/live/grants.example.com
mkdir -p $live /etc/letsencrypt/renewal-hooks/deploy
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 \
    -subj /CN=grants.example.com -addext subjectAltName=DNS:grants.example.com \
    -keyout $live/privkey.pem -out $live/fullchain.pem
chmod 600 $live/*
"""
CHECK_RENEWED = """
cmp $live/fullchain.pem /etc/grantd/cert.pem
wait_ready
"""
CHECK_NEW_PASSWORD = """
never call "$api/auth/account"
curl --fail-with-body --silent --show-error "$api/auth/token" --json \
    '{"email": "ann@example.com", "password": "another long password"}' | grep -q token
"""
THE_END = """
echo THE WHOLE HOUR IS OVER
"""


def joined(*blocks):
    return "".join("".join(block) for block in blocks)


A_GRANT = "$(grantd grant list ann@example.com --json | first id)"


def filled_in(blocks, words):
    text = joined(blocks)
    for word, value in words.items():
        assert word in text
        text = text.replace(word, value)
    return text


def lost_password():
    return "echo another long password >/root/password\n" + filled_in(
        page_blocks("docs/how-to/lost-password.md", "A lost password"),
        {"EMAIL": "ann@example.com", "GRANT_ID": A_GRANT})


def operators_commands():
    """Bob's account and his application come and go; the grant is Ann's."""
    return filled_in(page_blocks("docs/operate.md", "Accounts and applications"), {
        "EMAIL": "bob@example.com", "NAME": "Prints", "REDIRECT_URI": "https://prints.example/",
        "CLIENT_ID": "$(grantd client list bob@example.com --json | first client_id)",
        "GRANT_ID": A_GRANT,
        "grantd account enable": "never grantd account enable"})  # a minute later


def test_the_first_hour_goes_as_the_handbook_tells(tmp_path):
    folder = tmp_path / "debian"
    folder.mkdir()
    debian = bare_debian.BareDebian(folder)
    install = joined(page_blocks("docs/first-hour.md", "Install"),
                     "apt-get install --yes --no-install-recommends sqlite3\n")
    result = debian.run(install, network=True, timeout=INSTALL_SECONDS)
    assert result.returncode == 0, result.stdout[-4000:]
    exchange = page_blocks("docs/first-hour.md", "An exchange")
    script = joined(
        HELPERS,
        page_blocks("docs/first-hour.md", "Configure"),
        page_blocks("docs/first-hour.md", "Serve"),
        page_blocks("docs/first-hour.md", "An account with a project"),
        page_blocks("docs/first-hour.md", "Without one"),
        page_blocks("docs/first-hour.md", "An application"),
        exchange, CHECK_GRANT,
        page_blocks("docs/how-to/restore.md", "Back up"), AFTER_BACK_UP,
        page_blocks("docs/how-to/restore.md", "Restore"), CHECK_RESTORED,
        page_blocks("docs/how-to/keys.md", "The master key"), CHECK_ROTATED,
        exchange, CHECK_GRANT, AS_THE_OPERATOR,
        page_blocks("docs/how-to/keys.md", "The keys of ID tokens"),
        page_blocks("docs/operate.md", "Storage services"),
        page_blocks("docs/how-to/upgrade.md", "One server"), CHECK_UPGRADED,
        page_blocks("docs/how-to/upgrade.md", "Several nodes"), CHECK_UPGRADED,
        CERTBOT, page_blocks("docs/how-to/certificates.md", "Renew by itself"), CHECK_RENEWED,
        lost_password(), CHECK_NEW_PASSWORD,
        operators_commands(),
        page_blocks("docs/how-to/disk-low.md", "When the disk is low"), THE_END)
    result = debian.run(script, network=False, timeout=WALK_SECONDS)
    assert result.returncode == 0, result.stdout[-6000:]
    assert result.stdout.endswith("THE WHOLE HOUR IS OVER\n")
    shutil.rmtree(folder)  # half a gigabyte
