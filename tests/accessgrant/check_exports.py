#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# check_exports.py HEADER SHARED STATIC: compares the symbols that each form of the library exports
# with the functions in its header.
import re
import subprocess
import sys


def declared(header):
    text = re.sub(r'/\*.*?\*/', '', open(header).read(), flags=re.S)
    inline = re.findall(r'static inline[^(]*\b(ag_\w+)\(', text)
    return set(re.findall(r'\b(ag_\w+)\(', text)) - set(inline)


def exported(*options):
    lines = subprocess.run(['nm', '--defined-only', *options], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    symbols = [line.split() for line in lines if len(line.split()) == 3]
    return {name.split('@')[0] for _, kind, name in symbols if kind != 'A'}


def main():
    header, shared, static = sys.argv[1:]
    functions = declared(header)
    forms = {'shared': exported('-D', shared), 'static': exported('-g', static)}
    print('1..2')
    for number, (form, symbols) in enumerate(forms.items(), 1):
        print(f'{"ok" if symbols == functions else "not ok"} {number} - the_{form}_library_shows_its_header')
        if symbols != functions:
            print(f'# missing: {sorted(functions - symbols)}, surplus: {sorted(symbols - functions)}')


main()
