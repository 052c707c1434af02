# SPDX-License-Identifier: Apache-2.0
"""tools/demo --network, without installing and building."""

import pathlib
import subprocess
import sys


def test_the_demonstration_ends_with_a_file_stored_and_the_access_taken_back():
    program = pathlib.Path(__file__).with_name("demo.py")
    result = subprocess.run([sys.executable, str(program)], text=True, capture_output=True,
                            check=False, timeout=1600)
    assert result.returncode == 0, result
    assert 'get      sj://holidays/2026/note.txt      ok  "The sea was warm."' in result.stdout
    assert "get      sj://holidays/2026/note.txt      denied" in result.stdout
