#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_wasm.py ROOT JUDGE: builds the WebAssembly module and runs it in Node. Prints TAP."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

root, judge = pathlib.Path(sys.argv[1]), sys.argv[2]
os.environ["PATH"] += f":{root}/.cache/venv/bin"  # Node, where the machine has none
for program in ("clang-14", "wasm-ld-14", "node"):
    if not shutil.which(program):
        print(f"1..1\nok 1 - the_module_derives_as_libargon2_does # SKIP there is no {program}")
        sys.exit()
with tempfile.TemporaryDirectory() as folder:
    module = f"{folder}/argon2.wasm"
    subprocess.run([root / "tools/wasm", module], check=True)
    subprocess.run(["node", root / "tests/accessgrant/argon2_wasm.mjs", module, judge], check=True)
