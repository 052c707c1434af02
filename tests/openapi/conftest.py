# SPDX-License-Identifier: Apache-2.0
"""The tests of the server bring what starts it."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "server"))
