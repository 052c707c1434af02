# SPDX-License-Identifier: Apache-2.0
"""A folder with a bare Debian, in which tests are root.

The folder is created once, under .cache, and copied for each use. Downloaded packages are kept next
to it. The script systemctl replaces systemd, which cannot run in a folder.
"""

import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "first-hour"
SUITE = "bookworm"  # this machine's, mostly; another takes its packages from Debian's own place
STAND_IN = pathlib.Path(__file__).with_name("systemctl")


def why_not():
    """Why this machine cannot do it, or None."""
    if os.geteuid() != 0:
        return "a bare Debian folder takes root"
    if not shutil.which("debootstrap"):
        return "a bare Debian folder takes debootstrap"
    if subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "true"],
                      capture_output=True, check=False).returncode:
        return "this machine gives no namespaces"
    return None


def base(suite):
    """Created under another name first, so that an incomplete one is never used."""
    name = "base" if suite == SUITE else f"base-{suite}"
    made, unfinished = CACHE / name, CACHE / "unfinished"
    if made.exists():
        return made
    shutil.rmtree(unfinished, ignore_errors=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    debootstrap = ["debootstrap", "--foreign", "--variant=minbase", suite, str(unfinished)]
    subprocess.run(debootstrap, check=True, stdout=subprocess.DEVNULL)
    # Nobody needs the folder after a power failure, and dpkg would wait for the disk after each file.
    (unfinished / "etc/dpkg/dpkg.cfg.d/unsafe-io").write_text("force-unsafe-io\n")
    subprocess.run(["chroot", str(unfinished), "/debootstrap/debootstrap", "--second-stage"],
                   check=True, stdout=subprocess.DEVNULL, env={"PATH": os.environ["PATH"]})
    unfinished.rename(made)
    return made


def copy_apt_sources(folder, suite):
    """This machine's configuration, with its mirror and settings; but packages are kept."""
    for name in ("sources.list", "sources.list.d", "trusted.gpg.d") if suite == SUITE else ():
        source, target = pathlib.Path("/etc/apt") / name, folder / "etc/apt" / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            shutil.copy2(source, target)
    for path in pathlib.Path("/etc/apt/apt.conf.d").iterdir():
        if "archives" not in path.read_text():
            shutil.copy2(path, folder / "etc/apt/apt.conf.d")


def copy_sources(folder):
    """The files that git tracks, as in a clone."""
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                           cwd=ROOT, capture_output=True, check=True).stdout
    folder.mkdir(parents=True)
    tar = subprocess.run(["tar", "--create", "--null", "--files-from=-", "--ignore-failed-read"],
                         cwd=ROOT, input=names, capture_output=True, check=True).stdout
    subprocess.run(["tar", "--extract", "--directory", str(folder)], input=tar, check=True)


class BareDebian:
    """A copy of the folder, with the sources in /root/grantd."""

    def __init__(self, folder, suite=SUITE):
        self.folder = folder
        subprocess.run(["cp", "-a", "--reflink=auto", f"{base(suite)}/.", str(folder)], check=True)
        copy_apt_sources(folder, suite)
        copy_sources(folder / "root/grantd")
        shutil.copy2(STAND_IN, folder / "usr/local/bin/systemctl")
        shutil.copy2("/etc/resolv.conf", folder / "etc/resolv.conf")
        (folder / "etc/hosts").write_text("127.0.0.1 localhost\n")
        (CACHE / "archives").mkdir(exist_ok=True)

    def run(self, script, network, timeout):
        """Runs a shell script in it. Everything it starts ends with it."""
        inside = f"""
            mount --make-rprivate /
            mount --bind {CACHE}/archives {self.folder}/var/cache/apt/archives
            mount -t proc proc {self.folder}/proc
            mount --rbind /dev {self.folder}/dev
            {'' if network else 'ip link set lo up'}
            exec chroot {self.folder} env -i HOME=/root PATH={os.defpath}:/usr/local/bin:/usr/sbin \
                LC_ALL=C.UTF-8 sh -eux -c 'cd /root/grantd && . /root/script'"""
        (self.folder / "root/script").write_text(script)
        return subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child",
             *([] if network else ["--net"]), "sh", "-eu", "-c", inside],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
            timeout=timeout, check=False)
