# SPDX-License-Identifier: Apache-2.0
"""tools/check-blocks: what it lets pass and what it finds, in a small tree of its own."""

import pathlib
import subprocess

import pytest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check-blocks"

RUN = "# Page\n\n## Serve\n\n```sh\ngrantd serve\n```\n\n```ini\n[http]\n```\n"
CALL = 'def test_a():\n    page_blocks("README.md", "Serve")\n'


def check(root, page, test=CALL):
    for name, text in {"README.md": page, "tests/test_a.py": test, "tests/a.sh": "true\n"}.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    done = subprocess.run([str(TOOL), str(root)], text=True, capture_output=True, check=False)
    assert done.stderr == "" and bool(done.stdout) == bool(done.returncode)
    return done.stdout


@pytest.mark.parametrize("more", [
    "", "## Stop\n\n<!-- not run: needs systemd -->\n```sh\nsystemctl stop\n```\n",
    "1. Indented:\n\n   <!-- not run: needs systemd -->\n   ```sh\n   systemctl stop\n   ```\n",
    "## Copy\n\n<!-- run: tests/a.sh -->\n```sh\ntrue\n```\n"])
def test_a_block_that_is_run_or_says_why_not_is_right(tmp_path, more):
    assert check(tmp_path, RUN + more) == ""


@pytest.mark.parametrize("more, words", [
    ("## Stop\n\n```sh\n# Not a heading\nstop\n```\n", "14: no test runs this block"),
    ("- Indented:\n\n  ```sh\n  stop\n  ```\n## Stop\n```sh\nstop\n```\n", "18: no test runs this block"),
    ("## Stop\n\n<!-- not run: x -->\nBut a word is between.\n```sh\nstop\n```\n", "16: no test runs"),
    ("## Stop\n\n<!-- not run: -->\n```sh\nstop\n```\n", "15: no test runs"),
    ("## Stop\n\n```bash\nstop\n```\n", 'write "sh", not "bash"'),
    ("## Copy\n\n<!-- run: tests/a.sh -->\n```sh\nfalse\n```\n", "no copy of tests/a.sh"),
    ("## Copy\n\n<!-- run: tests/b.sh -->\n```sh\ntrue\n```\n", "no copy of tests/b.sh")])
def test_one_that_is_neither_is_found(tmp_path, more, words):
    found = check(tmp_path, RUN + more)
    assert found.startswith("README.md:") and words in found and found.count("\n") == 1


@pytest.mark.parametrize("test", [
    CALL.replace("Serve", "Gone"), CALL.replace('"Serve"', '"Serve", "ini"'),
    CALL.replace("page_blocks", "other_blocks"), "# " + CALL.replace("\n", "\n# ")])
def test_a_test_that_does_not_run_it_does_not_count(tmp_path, test):
    assert "5: no test runs this block" in check(tmp_path, RUN, test)


def test_a_test_of_a_block_that_is_gone_is_found(tmp_path):
    assert 'a test runs "Serve", where there is no shell block' in check(tmp_path, "# Page\n")
