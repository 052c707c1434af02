#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generates manual pages at build time, so that they are never out of date:

    manual.py commands GRANTD   grantd(1), from the program's --help
    manual.py library HEADER    accessgrant(3), from the comments of the header

The page goes to standard output. tools/docs.c generates grantd.ini(5), from settings.def.
"""

import re
import subprocess
import sys

HEAD = '.TH {name} {section} "" "grantd" "grantd manual"\n.SH NAME\n{title} \\- {what}\n'


def roff(text):
    """Text escaped for roff, also as an argument of a macro."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def example(text):
    return f".RS 4\n.EX\n{roff(text.strip(chr(10)))}\n.EE\n.RE\n"


def paragraph(text):
    """An indented paragraph is a drawing or code; a Return: list starts on a new line."""
    if text.startswith("  "):
        return example(text)
    text = roff(re.sub(r"^ +", "", text, flags=re.M))
    return re.sub(r"^(?=Return:)", ".br\n", text, flags=re.M) + "\n"


def paragraphs(text):
    return ".PP\n".join(map(paragraph, text.strip("\n").split("\n\n")))


# --- grantd(1) ---

# Options of most commands, described once.
EVERYWHERE = [
    ("--config FILE", "For commands that work on the database: read settings from this file."),
    ("--SECTION.KEY=VALUE", "The same: any setting of grantd.ini(5)."),
    ("--help", "For every command: print its options."),
]


def help_of(grantd, *words):
    return subprocess.run([grantd, *words, "--help"], capture_output=True, text=True,
                          check=True).stdout


def rows(text):
    """(left, right) of the indented lines."""
    return re.findall(r"^  (\S.*?)  +(\S.*)$", text, re.M)


def subcommands(text):
    """The names in a help text that lists commands; none if it lists options."""
    return [name for name, _ in rows(text)] if "SUBCOMMAND" in text.partition("\n")[0] else []


def option(left, right):
    return f".TP\n.B {roff(left)}\n{roff(right)}\n"


def one_command(text):
    usage, _, rest = text.partition("\n\n")
    summary, _, options = rest.rpartition("\n\n")
    out = f".SS \"{roff(usage.removeprefix('usage: '))}\"\n{paragraphs(summary)}"
    taken = rows(options)
    for left, right in taken:
        if left not in dict(EVERYWHERE):
            out += option(left, right)
    if "--config FILE" in dict(taken):
        out += ".PP\nIt accepts settings as described below.\n"
    return out


def commands_page(grantd):
    top = help_of(grantd)
    out = HEAD.format(name="GRANTD", section=1, title="grantd",
                      what="OAuth 2.0 that gives applications Storj access grants")
    out += ".SH SYNOPSIS\n.B grantd\n.I COMMAND\n.RI [ OPTIONS ]\n.br\n.B grantd \\-\\-version\n"
    out += ".SH DESCRIPTION\n" + paragraphs(
        "grantd is an authorization server: it turns a user's consent into a real Storj access "
        "grant.\nIts commands serve and maintain one database.\n\n"
        "Commands that work on the database can be run while the server runs.\n"
        "Secrets are read from standard input or from a file.")
    out += "".join(option(name, what) for name, what in rows(top))
    out += ".SH COMMANDS\n"
    for name, _ in rows(top):
        if name == "help":
            continue
        text = help_of(grantd, name)
        for words in [[name, sub] for sub in subcommands(text)] or [[name]]:
            out += one_command(help_of(grantd, *words))
    out += ".SH COMMON OPTIONS\n" + "".join(option(*row) for row in EVERYWHERE)
    return out + TAIL


TAIL = (".SH EXIT STATUS\n.TP\n.B 0\nSuccess.\n.TP\n.B 1\nRefused or failed; standard error says why.\n"
        ".TP\n.B 2\nWrong usage.\n"
        ".SH ENVIRONMENT\n.TP\n.B GRANTD_CONFIG\nThe configuration file.\n.TP\n"
        ".B GRANTD_SECTION_KEY\nAny setting, such as\n.BR GRANTD_HTTP_LISTEN .\n"
        ".SH FILES\n.TP\n.I /etc/grantd/grantd.ini\nThe configuration, if no other is named.\n.TP\n"
        ".I grantd.db\nThe database, in the working folder unless \\fBstore.url\\fR says "
        "otherwise.\n.TP\n"
        ".I master.key\nNext to the database: the key that seals its secrets. Keep a copy elsewhere.\n"
        ".TP\n.I revocations.log\nNext to the database: everything that ended access. See\n"
        ".BR \"grantd store recover\" .\n"
        ".SH EXAMPLES\nA demonstration of the whole flow, on this machine only:\n"
        + example("grantd demo --once") +
        "Serve, and create a token for a storage service:\n"
        + example("grantd serve\ngrantd token create --name gateway --role check") +
        "Inspect an access grant, and narrow it:\n"
        + example("grantd grant inspect <grant.txt\n"
                  "grantd grant restrict read 'bucket:photos;prefix:2024/' <grant.txt") +
        ".SH SEE ALSO\n.BR grantd.ini (5),\n.BR accessgrant (3)\n")


# --- accessgrant(3) ---

def comment_text(comment):
    return re.sub(r"^ \* ?|\s*\*/$|^/\* ?", "", comment, flags=re.M).strip("\n")


def library_block(block):
    """A comment above a declaration, or a declaration alone."""
    found = re.match(r"/\*.*?\*/\n?", block, re.S)
    comment, code = (found.group(), block[found.end():]) if found else ("", block)
    code = code.replace("AG_MUST_USE ", "")
    out = ".PP\n" + (example(code) if code.strip() else "")
    return out + (paragraphs(comment_text(comment)) if comment else "")


def library_page(header):
    with open(header, encoding="ascii") as file:
        text = file.read()
    intro = text[text.index(" * libaccessgrant:"):text.index("*/")]
    intro = comment_text(intro).partition(". ")[2]
    out = HEAD.format(name="ACCESSGRANT", section=3, title="accessgrant",
                      what="mint, read, narrow and verify Storj access grants and API keys")
    out += ".SH SYNOPSIS\n" + example("#include <accessgrant.h>\n\n"
                                      "cc program.c $(pkg-config --cflags --libs accessgrant)")
    out += ".SH DESCRIPTION\n" + paragraphs(intro)
    for title, body in re.findall(r"/\* ---- (.*?) ---- \*/\n(.*?)(?=/\* ---- |#if|\Z)", text, re.S):
        out += f".SH \"{roff(title.upper())}\"\n"
        # An indented line belongs to the block above it.
        for block in re.split(r"\n\n(?=\S)", body.strip("\n")):
            out += library_block(block)
    return out + ".SH SEE ALSO\n.BR grantd (1)\n"


def main():
    pages = {"commands": commands_page, "library": library_page}
    sys.stdout.write(pages[sys.argv[1]](sys.argv[2]))


if __name__ == "__main__":
    main()
