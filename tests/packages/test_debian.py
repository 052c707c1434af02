# SPDX-License-Identifier: Apache-2.0
"""The Debian packages: built from the sources as they are in a clone, without the tests, clean for
lintian, and installed in a bare Debian, where the service starts and a C program links."""

import json
import re
import shlex
import shutil
import subprocess

import pytest

import bare_debian
from pages import page_blocks

INSTALL_SECONDS, WALK_SECONDS = 600, 120

CONTAINERFILE = bare_debian.ROOT / "packaging" / "Containerfile"

WALK = """
PATH=/usr/local/bin:$PATH  # the stand-in for systemctl
runuser -u grantd -- grantd config check
systemctl start grantd
curl --fail --silent --show-error --retry 10 --retry-connrefused --retry-delay 1 \
    http://localhost:10100/readyz
runuser -u grantd -- grantd account list --json
test "$(stat -c %U:%a /var/lib/grantd)" = grantd:700
systemctl stop grantd

cat >/root/program.c <<'END'
#include <accessgrant.h>
#include <stdio.h>

int main(void)
{
        ag_api_key *key;

        return ag_api_key_parse(ag_bytes_new("x", 1), AG_LENIENT, &key) == AG_OK;
}
END
cc -Werror /root/program.c -o /root/program $(pkg-config --cflags --libs accessgrant)
/root/program

@ASK@
dpkg --purge grantd
test -e /var/lib/grantd/grantd.db
test -e /var/lib/grantd/master.key
test ! -e /etc/grantd/grantd.ini
echo THE PACKAGES WORK
"""


def stages():
    """Of the Containerfile: what stands behind each word."""
    found = []
    for line in CONTAINERFILE.read_text(encoding="utf-8").splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append({})
        if word and word != "#":
            found[-1].setdefault(word, []).append(rest)
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the packages, and what building them printed."""
    folder = tmp_path_factory.mktemp("packages")
    bare_debian.copy_sources(folder / "grantd")
    command = shlex.split(stages()[0]["RUN"][-1])
    assert command[0] == "dpkg-buildpackage"
    done = subprocess.run(command, cwd=folder / "grantd", text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    return folder, done.stdout


def test_the_packages_are_built_without_the_tests_and_without_a_warning(built):
    folder, printed = built
    assert {path.name.split("_")[0] for path in folder.glob("*.deb")} >= {
        "grantd", "libaccessgrant0", "libaccessgrant-dev"}
    assert not re.search(r"Compiling.* (tests|bench|fuzz)/", printed)
    assert "warning:" not in printed.split("dh_install")[0]


def test_the_handbook_builds_them_as_the_container_does():
    block, = page_blocks("docs/operate.md", "Packages of Debian")
    commands = [command.replace(" --no-install-recommends", "") for command in stages()[0]["RUN"]]
    assert block.splitlines()[:2] == commands[-2:]


def test_lintian_has_nothing_to_say(built):
    folder, _ = built
    changes, = folder.glob("*.changes")
    done = subprocess.run(["lintian", "--allow-root", "--info", "--display-info",
                           "--fail-on=error,warning,info", changes], text=True, capture_output=True,
                          check=False, timeout=300)
    assert (done.returncode, done.stdout) == (0, "")


def test_an_upgrade_restarts_a_running_server_and_a_removal_stops_it(built):
    folder, _ = built
    scripts = {path.name: path.read_text()
               for path in (folder / "grantd" / "debian" / "grantd" / "DEBIAN").glob("p*")}
    assert "deb-systemd-invoke try-restart 'grantd.service'" in scripts["postinst"]
    assert "deb-systemd-invoke stop grantd.service" in scripts["prerm"]
    assert "stop" not in scripts.get("preinst", "")


def test_the_unit_leaves_little_open(built):
    folder, _ = built
    unit, = (folder / "grantd" / "debian" / "grantd").glob("**/grantd.service")
    done = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=20", unit],
                          text=True, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.skipif(bool(bare_debian.why_not()), reason=str(bare_debian.why_not()))
def test_they_work_on_a_bare_debian(built, tmp_path):
    debian = bare_debian.BareDebian(tmp_path)
    packages = tmp_path / "root" / "packages"
    packages.mkdir()
    for path in built[0].glob("*.deb"):
        if "dbgsym" not in path.name:
            shutil.copy2(path, packages)
    done = debian.run("""
        apt-get update
        DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
            /root/packages/*.deb curl gcc libc6-dev pkg-config
        """, network=True, timeout=INSTALL_SECONDS)
    assert done.returncode == 0, done.stdout[-4000:]
    ask, = page_blocks("docs/how-to/upgrade.md", "A Debian package")
    walk = WALK.replace("@ASK@", ask.replace("../", "/root/packages/"))
    done = debian.run(walk, network=False, timeout=WALK_SECONDS)
    assert done.stdout.endswith("THE PACKAGES WORK\n"), done.stdout[-4000:]


# No engine runs containers here, so a folder takes its place: the same Debian, the same commands.
@pytest.mark.skipif(bool(bare_debian.why_not()), reason=str(bare_debian.why_not()))
def test_the_last_stage_of_the_container_serves(built, tmp_path):
    debian = bare_debian.BareDebian(tmp_path)
    package, = built[0].glob("grantd_*.deb")
    last = stages()[-1]
    shutil.copy2(package, tmp_path / "tmp")
    done = debian.run("\n".join([*last["RUN"], "apt-get update",
                                 "apt-get install --yes --no-install-recommends curl"]),
                      network=True, timeout=INSTALL_SECONDS)
    assert done.returncode == 0, done.stdout[-4000:]
    program = shlex.join(json.loads(last["ENTRYPOINT"][0]) + json.loads(last["CMD"][0]))
    done = debian.run(f"""
        setpriv --reuid {last["USER"][0]} --regid {last["USER"][0]} --init-groups --no-new-privs \
            env {" ".join(last["ENV"])} {program} &
        curl --fail --silent --show-error --retry 10 --retry-connrefused --retry-delay 1 \
            http://localhost:{last["EXPOSE"][0]}/readyz
        test -e {last["VOLUME"][0]}/grantd.db
        echo THE CONTAINER WORKS
        """, network=False, timeout=WALK_SECONDS)
    assert done.stdout.endswith("THE CONTAINER WORKS\n"), done.stdout[-4000:]
