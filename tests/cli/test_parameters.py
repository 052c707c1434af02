# SPDX-License-Identifier: Apache-2.0
"""tools/check-parameters: what it counts, in a small tree of its own."""

import pathlib
import subprocess

import pytest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check-parameters"

FINE = """
enum err five(int a, int b, struct s *c, void (*d)(int, int, int), int e);
static int one(int a) /* not (a, b, c, d, e, f) */
{
        return call(a, "b, c", ',', 1, 2, 3, 4);
}
"""

TOO_MANY = {
    "a declaration": "void six(int a, int b, int c, int d, int e, int f);",
    "a definition": "static struct s *six(int a, int b,\n        int c, int d, int e, int f)\n{\n}",
    "a pointer in a struct": "struct s {\n        int (*six)(int, int, int, int, int, int);\n};",
}


def check(tree, text):
    (tree / "src").mkdir()
    (tree / "src" / "a.h").write_text(text)
    return subprocess.run([str(TOOL), str(tree)], text=True, capture_output=True, check=False)


def test_five_parameters_are_fine_and_calls_are_not_counted(tmp_path):
    done = check(tmp_path, FINE)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("text", TOO_MANY.values(), ids=TOO_MANY)
def test_six_are_found_in(tmp_path, text):
    done = check(tmp_path, text)
    assert done.returncode == 1 and "src/a.h" in done.stdout and "six() has 6" in done.stdout
