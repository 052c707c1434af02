#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns a YAML file into JSON at build time, for browsers, which read no YAML:

    yaml-to-json.py FILE
"""

import json
import pathlib
import sys

import yaml

document = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
json.dump(document, sys.stdout, ensure_ascii=False, separators=(",", ":"))
