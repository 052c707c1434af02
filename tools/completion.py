#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generates what a shell completes grantd's command lines from, at build time:

    completion.py bash|zsh|fish GRANTD

The commands and their options are those of the program's --help.
"""

import re
import sys

from manual import help_of, rows, subcommands

TOP_OPTIONS = [("--help", "print the commands"), ("--version", "print version and build")]


class Command:
    """A command line that takes options: its words, such as ["account", "create"]."""

    def __init__(self, grantd, words):
        self.words = words
        text = help_of(grantd, *words)
        self.options = []  # (name, whether a value follows, help)
        for left, right in rows(text):
            name, _, value = left.removeprefix("--").partition(" ")
            if left.startswith("--") and "SECTION" not in name:
                self.options.append((name, value, right))


def read(grantd):
    """(name, help, [(subcommand, help)]) of the commands, and every Command."""
    tree, commands = [], []
    for name, what in rows(help_of(grantd)):
        text = help_of(grantd, name) if name != "help" else ""
        inner = [row for row in rows(text) if row[0] in subcommands(text)]
        tree.append((name, what, inner))
        if name != "help":
            commands += [Command(grantd, [name, sub]) for sub, _ in inner] or [
                Command(grantd, [name])]
    return tree, commands


def is_file(value):
    return "FILE" in value or "PATH" in value


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


# --- bash ---

BASH = """\
# bash completion for grantd; generated.
_grantd() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words
    local line="${{COMP_WORDS[1]}} ${{COMP_WORDS[2]}}"

    COMPREPLY=()
    if (( COMP_CWORD == 1 )); then
        COMPREPLY=($(compgen -W "{top}" -- "$word"))
        return
    fi
    if (( COMP_CWORD == 2 )); then
        case ${{COMP_WORDS[1]}} in
{inner}
        esac
    fi
    case $before in
        {files})
            compopt -o default
            return
            ;;
    esac
    if [[ $word != -* ]]; then
        compopt -o default
        return
    fi
    case $line in
{options}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -F _grantd grantd
"""


def bash(tree, commands):
    files = sorted({f"--{name}" for command in commands for name, value, _ in command.options
                    if is_file(value)})
    inner = [(name, " ".join(sub for sub, _ in subs)) for name, _, subs in tree if subs]
    inner.append(("help", " ".join(name for name, _, _ in tree if name != "help")))
    return BASH.format(
        top=" ".join([name for name, _, _ in tree] + [name for name, _ in TOP_OPTIONS]),
        files="|".join(files),
        inner="\n".join(f'            {name}) COMPREPLY=($(compgen -W "{subs}" -- "$word")); return ;;'
                        for name, subs in inner),
        options="\n".join(
            '        {}) words="{}" ;;'.format(
                quoted(" ".join(command.words)) + (" *" if len(command.words) == 1 else "").replace(
                    " *", "' '*"),
                " ".join(f"--{name}" for name, _, _ in command.options))
            for command in commands))


# --- zsh ---

def zsh_text(text):
    return re.sub(r"([\[\]:\\])", r"\\\1", text)


def zsh_list(items):
    return " ".join(quoted(f"{name}:{zsh_text(what)}") for name, what in items)


def zsh_option(name, value, what):
    after = (":" + zsh_text(value) + ":" + ("_files" if is_file(value) else " ")) if value else ""
    return quoted(f"--{name}{'=' if value else ''}[{zsh_text(what)}]{after}")


def zsh(tree, commands):
    out = ["#compdef grantd", "# Generated.", "local -a names", "if (( CURRENT == 2 )); then",
           "    names=(" + zsh_list([row[:2] for row in tree] + TOP_OPTIONS) + ")",
           "    _describe command names", "    return", "fi", "if (( CURRENT == 3 )); then",
           "    case ${words[2]} in"]
    everything = [row[:2] for row in tree if row[0] != "help"]
    for name, _, subs in tree:
        if subs or name == "help":
            out.append(f"        {name}) names=({zsh_list(subs or everything)})"
                       "; _describe subcommand names; return ;;")
    out += ["    esac", "fi", 'case "${words[2]} ${words[3]}" in']
    for command in commands:
        pattern = quoted(" ".join(command.words)) + ("" if len(command.words) == 2 else "' '*")
        options = " ".join(zsh_option(*option) for option in command.options)
        out.append(f"    {pattern}) _arguments -S {options} '*:argument:_files' ;;")
    return "\n".join([*out, "esac", ""])


# --- fish ---

def fish(tree, commands):
    out = ["# fish completion for grantd; generated.", "complete -c grantd -f"]
    for name, what, subs in tree:
        out.append(f"complete -c grantd -n __fish_use_subcommand -a {name} -d {quoted(what)}")
        names = " ".join(sub for sub, _ in subs)
        for sub, does in subs:
            out.append(f"complete -c grantd -n '__fish_seen_subcommand_from {name}; and not "
                       f"__fish_seen_subcommand_from {names}' -a {sub} -d {quoted(does)}")
    for name, what in TOP_OPTIONS:
        out.append(f"complete -c grantd -n __fish_use_subcommand -l {name[2:]} -d {quoted(what)}")
    for command in commands:
        when = "; and ".join(f"__fish_seen_subcommand_from {word}" for word in command.words)
        for name, value, what in command.options:
            needs = (" -r -F" if is_file(value) else " -x") if value else ""
            out.append(f"complete -c grantd -n '{when}' -l {name}{needs} -d {quoted(what)}")
    return "\n".join([*out, ""])


if __name__ == "__main__":
    sys.stdout.write({"bash": bash, "zsh": zsh, "fish": fish}[sys.argv[1]](*read(sys.argv[2])))
