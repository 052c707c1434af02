#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# check_exports.py LIBRARY HEADER: holds what the shared library exports to the functions that its
# header declares.
import re
import subprocess
import sys


def declared(header):
    text = re.sub(r'/\*.*?\*/', '', open(header).read(), flags=re.S)
    inline = re.findall(r'static inline[^(]*\b(ag_\w+)\(', text)
    return set(re.findall(r'\b(ag_\w+)\(', text)) - set(inline)


def exported(library):
    lines = subprocess.run(['nm', '-D', '--defined-only', library], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    return {line.split()[2].split('@')[0] for line in lines if line.split()[1] != 'A'}


def main():
    library, header = sys.argv[1:]
    missing, surplus = declared(header) - exported(library), exported(library) - declared(header)
    print('1..1')
    print(f'{"not ok" if missing or surplus else "ok"} 1 - the_library_exports_its_header')
    if missing or surplus:
        print(f'# missing: {sorted(missing)}, surplus: {sorted(surplus)}')


main()
