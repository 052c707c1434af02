# SPDX-License-Identifier: Apache-2.0
"""tools/check-citations: what it accepts and what it finds, in a small tree of its own."""

import pathlib
import subprocess

import pytest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check-citations"

TREE = {
    "docs/README.md": "# Index\n\n[HTTP](protocol/http.md#5-the-flow)\n",
    "docs/protocol/http.md": "# HTTP\n\n## 5. The flow\n\nSee 5.4 (5.4) and section 5.\n\n"
                             "### 5.4 Token\n\n[back](#5-the-flow) [rules](rules.md)\n",
    "docs/protocol/rules.md": "| rule | | what | source | test |\n|---|---|---|---|---|\n"
                              "| 36 | W | order | 5.4 | `rule_36_comes_first`, `test_rule_36_too` |\n"
                              "| 51 | M | refresh | | not in force: there is none |\n",
    "src/a.c": "/* The order of docs/protocol/http.md 5.4, and\n * RFC 6749 section 4.1.2; see rule 36. */\n"
               "double half = f(0.5);\n",
    "tests/test_a.c": "TEST(rule_36_comes_first)\n{\n}\n",
    "tests/test_a.py": "def test_rule_36_too():\n    pass\n",
}

# What is added to which file, and the expected complaint with its line.
FOUND = {
    "a section that is not there": ("src/a.c", "/* docs/protocol/http.md 5.5 */", 4, "no section 5.5"),
    "the second of two": ("src/a.c", "/* docs/protocol/http.md 5.4 and 6.1 */", 4, "no section 6.1"),
    "a wrapped citation": ("src/a.c", "/* as in docs/protocol/http.md\n * 9 */", 4, "no section 9"),
    "a page that is not there": ("src/a.c", "/* docs/protocol/ftp.md 1 */", 4, "no page"),
    "a rule that is not there": ("src/a.c", "/* rules 36 and 37 */", 4, "no rule 37"),
    "a test of no rule": ("tests/test_a.c", "TEST(rule_37_x)", 4, "no rule 37"),
    "a test of two rules": ("tests/test_a.py", "def test_rules_36_and_52_x():", 3, "no rule 52"),
    "a section of nothing": ("src/a.c", "/* see section 3 */", 4, "of what?"),
    "a bare number": ("src/a.c", "/* no component (6.3) */", 4, "of what?"),
    "an old form": ("src/a.c", "/* contract 5.4 */", 4, "a number of a contract"),
    "a rule without a test": ("docs/protocol/rules.md", "| 37 | M | x | | |", 5, "names no test"),
    "a rule's test that is gone": ("docs/protocol/rules.md", "| 37 | M | x | | `rule_37_x` |", 5,
                                   "no test rule_37_x"),
    "a rule twice": ("docs/protocol/rules.md", "| 36 | M | x | | `rule_36_comes_first` |", 5, "twice"),
    "a section of the own page": ("docs/protocol/http.md", "See (5.6).", 10, "no section 5.6"),
    "a page without a link to it": ("docs/alone.md", "# Alone [index](README.md)", 1, "no link leads here"),
    "a link": ("docs/protocol/http.md", "[x](gone.md)", 10, "leads nowhere"),
    "an anchor": ("docs/protocol/http.md", "[x](#55-gone)", 10, "no heading"),
}


def check(folder):
    return subprocess.run([str(TOOL), str(folder)], text=True, capture_output=True, check=False)


@pytest.fixture(name="tree")
def a_tree(tmp_path):
    for name, text in TREE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_is_cited_and_there_is_let_pass(tree):
    result = check(tree)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("name, more, line, problem", FOUND.values(), ids=FOUND.keys())
def test_what_is_wrong_is_found_with_file_and_line(tree, name, more, line, problem):
    with (tree / name).open("a") as file:
        file.write(more + "\n")
    result = check(tree)
    assert result.returncode == 1 and result.stderr == ""
    assert result.stdout.startswith(f"{name}:{line}: ") and problem in result.stdout
    assert result.stdout.count("\n") == 1
