# SPDX-License-Identifier: Apache-2.0
"""grantd on Debian 13, whose compiler and libraries are newer: libmicrohttpd 1.0, OpenSSL 3.5, gcc
14, libpq 17. In a folder with a bare one, from the sources as they are in a clone."""

import pytest

import bare_debian

INSTALL_SECONDS, BUILD_SECONDS, TEST_SECONDS = 900, 1200, 1200

pytestmark = [pytest.mark.soak,
              pytest.mark.skipif(bool(bare_debian.why_not()), reason=str(bare_debian.why_not()))]

# With the sanitizers gcc warns of conversions that it makes itself.
SANITIZED = "build-asan -Db_sanitize=address,undefined -Dwerror=false"


@pytest.fixture(scope="module")
def debian(tmp_path_factory):
    made = bare_debian.BareDebian(tmp_path_factory.mktemp("trixie"), "trixie")
    done(made, """
        apt-get update
        DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \\
            dpkg-dev git
        DEBIAN_FRONTEND=noninteractive apt-get build-dep --yes --no-install-recommends ./
        tools/setup build
        """, INSTALL_SECONDS, network=True)
    return made


def done(debian, script, timeout, network=False):
    """Return: what it printed."""
    ended = debian.run(script, network=network, timeout=timeout)
    assert ended.returncode == 0, ended.stdout[-6000:]
    return ended.stdout


def test_the_demonstration_prints_a_real_access_grant(debian):
    printed = done(debian, "tools/demo --once", BUILD_SECONDS)
    assert "access_grant" in printed and "warning:" not in printed


@pytest.mark.parametrize("build", ("build", SANITIZED))
def test_it_builds_and_passes_its_tests(debian, build):
    """A sample of the faults that tests try one after the other; see TEST_FAULTS in tools/test."""
    folder = build.split()[0]
    printed = done(debian, f"tools/build {build}", BUILD_SECONDS)
    assert "warning:" not in printed or build == SANITIZED
    printed = done(debian, f"""
        export TEST_FAULTS=sample
        meson test -C {folder} --no-rebuild --print-errorlogs --timeout-multiplier 5
        """, TEST_SECONDS)
    assert "\nFail:               0" in printed


def test_its_packages_are_built_and_serve(debian):
    done(debian, "dpkg-buildpackage --build=binary --no-sign", BUILD_SECONDS)
    done(debian, """
        apt-get update
        DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \\
            ../grantd_*.deb ../libaccessgrant0_*.deb ../libaccessgrant-dev_*.deb curl
        """, INSTALL_SECONDS, network=True)
    printed = done(debian, """
        PATH=/usr/local/bin:$PATH  # the stand-in for systemctl
        runuser -u grantd -- grantd config check
        systemctl start grantd
        curl --fail --silent --show-error --retry 10 --retry-connrefused --retry-delay 1 \\
            http://localhost:10100/readyz
        systemctl stop grantd
        echo IT SERVES
        """, TEST_SECONDS)
    assert printed.endswith("IT SERVES\n")
