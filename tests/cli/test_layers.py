# SPDX-License-Identifier: Apache-2.0
"""tools/check-layers: what it accepts and what it finds, in a small tree of its own."""

import pathlib
import subprocess

import pytest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check-layers"

TREE = {
    "src/main.c": '#include "cli/run.h"\n',
    "src/cli/run.h": '#include "config.h"\n',
    "src/http/server.c": '#include "http/server.h"\n#include <string.h>\n',
    "src/http/server.h": '#include "base/slice.h"\n',
    "src/base/slice.h": "",
    "src/base/deep/list.c": '#include "base/deep/list.h"\n#include "base/slice.h"\n',
    "src/base/deep/list.h": "",
    "src/remote/peer/call.c": '#include "base/deep/list.h"\n',
    "src/core/rules.c": "store_row_put(op);\nstore_row_claim(op);\n",
    "src/store/rows.c": "READ(row_get, struct row)\n{\n}\n\nAUDITED_WRITE_OUT(row_put, struct row)\n"
                        "{\n}\n\nenum err store_row_claim(struct op *op)\n{\n"
                        "        return sql_write(op);\n}\n",
    "src/api/rows.c": "store_row_get(op);\n",
}

# What is added to which file, and the expected complaint with its line.
FOUND = {
    "a folder below": ("src/http/server.c", '#include "cli/run.h"', "src/http/server.c:3: http may "),
    "below, from a subfolder": ("src/base/deep/list.h", '#include "http/server.h"',
                                "src/base/deep/list.h:1: base/deep may not include http"),
    "below, into a subfolder": ("src/http/server.h", '#include "remote/peer/call.h"',
                                "src/http/server.h:2: http may not include remote/peer"),
    "a folder without a place": ("src/attic/old.c", '#include "base/slice.h"',
                                 "src/attic/old.c:1: the folder attic has no place"),
    "of such a folder": ("src/http/server.c", '#include "attic/old.h"',
                         "src/http/server.c:3: includes attic/old.h"),
    "a library elsewhere": ("src/http/server.c", "#include <curl/curl.h>",
                            "src/http/server.c:3: curl/ has another place"),
    "a write": ("src/api/rows.c", "store_row_put(op);",
                "src/api/rows.c:2: store_row_put() writes"),
    "a write defined by hand": ("src/api/rows.c", "store_row_claim(op);",
                                "src/api/rows.c:2: store_row_claim() writes"),
    "a circle": ("src/base/slice.h", '#include "base/deep/list.h"',
                 "src/base/deep/list: includes in a circle: base/deep/list, base/slice"),
}


def check(folder):
    return subprocess.run([str(TOOL), str(folder)], text=True, capture_output=True, check=False)


def write(tree, name, text):
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    with (tree / name).open("a") as file:
        file.write(text)


@pytest.fixture(name="tree")
def a_tree(tmp_path):
    for name, text in TREE.items():
        write(tmp_path, name, text)
    return tmp_path


def test_what_keeps_to_the_order_is_let_pass(tree):
    result = check(tree)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("name, more, problem", FOUND.values(), ids=FOUND.keys())
def test_what_is_wrong_is_found(tree, name, more, problem):
    write(tree, name, more + "\n")
    result = check(tree)
    assert result.returncode == 1 and result.stderr == ""
    assert result.stdout.startswith(problem)
    assert result.stdout.count("\n") == 1


def test_a_header_and_its_source_are_one_in_a_circle(tree):
    write(tree, "src/http/a.h", "")
    write(tree, "src/http/b.h", '#include "http/a.h"\n')
    write(tree, "src/http/a.c", '#include "http/b.h"\n')
    result = check(tree)
    assert result.stdout == "src/http/a: includes in a circle: http/a, http/b\n"
