# SPDX-License-Identifier: Apache-2.0
import pathlib
import sys

sys.path += [str(pathlib.Path(__file__).resolve().parents[1] / name)
             for name in ("fixtures", "first_hour")]
