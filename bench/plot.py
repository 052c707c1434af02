#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what "make bench" printed: a bar for each comparison with a peer of the same run.

    plot.py FILE [PICTURE]

FILE is what bench/run printed. PICTURE is an SVG, light or dark as who looks at it prefers. With
--page the table and the picture of docs/performance.md are replaced.
"""

import html
import math
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
PAGES_PICTURE = ROOT / "docs" / "pictures" / "performance.svg"
BEGIN, END = "<!-- the latest run -->\n", "<!-- to here -->\n"

# Of the picture, in pixels.
WIDTH, NAMES, FIGURES, ROW, BAR = 960, 380, 240, 28, 14
HEAD, FOOT = 46, 34


class Line:
    """One comparison: how many times its peer, and both figures as they were printed."""

    def __init__(self, name, times, ours, theirs):
        self.name, self.times, self.ours, self.theirs = name, times, ours, theirs


def figure(text):
    return float(text.replace(",", ""))


def root_keys(text):
    """The less time the better."""
    found = dict(re.findall(r"^root key +(.+?) +([\d.]+) ms", text, re.MULTILINE))
    ours = next((ms for name, ms in found.items() if name.startswith("ag_root_key")), None)
    peers = {"libargon2": "libargon2", "golang.org/x/crypto": "x/crypto"}
    for start, name in peers.items():
        theirs = next((ms for key, ms in found.items() if key.startswith(start)), None)
        if ours and theirs:
            yield Line(f"Root key, to {name}", figure(theirs) / figure(ours), f"{ours} ms",
                       f"{theirs} ms")


def a_second(text):
    return f"{figure(text):,.0f}/s"


def jwt_checks(text):
    ours = re.search(r"^JWT checks +(\d+) a second", text, re.MULTILINE)
    theirs = re.search(r"^JWT checks +golang-jwt +(\d+) a second", text, re.MULTILINE)
    if ours and theirs:
        yield Line("JWT check, to golang-jwt", figure(ours[1]) / figure(theirs[1]),
                   a_second(ours[1]), a_second(theirs[1]))


def rates(text, name, pattern):
    """The comparisons of figures a second, a line each, at `n` at once."""
    for found in re.finditer(pattern, text, re.MULTILINE):
        yield Line(name(found["n"]), figure(found["times"]), a_second(found["ours"]),
                   a_second(found["theirs"]))


def by_connections(name):
    return lambda n: f"{name}, {n} connection{'' if n == '1' else 's'}"


def chains(text):
    return rates(text, by_connections("Whole chain, to oidc-provider"),
                 r"^chains +(?P<ours>[\d.]+) a second at +(?P<n>\d+) .* (?P<times>[\d.]+) times "
                 r"(?P<theirs>[\d.]+) of")


def claims(text):
    part = text.partition("claims on PostgreSQL")[2].partition("deadlocks")[0]
    return rates(part, "Claim, to pgbench's statement, {} in flight".format,
                 r"^ +(?P<n>\d+) +(?P<ours>[\d,]+) +(?P<theirs>[\d,]+) +(?P<times>[\d.]+) ")


def passphrases(text):
    return rates(text, by_connections("With passphrase, of bare derivations"),
                 r"^passphrases +(?P<ours>[\d.]+) exchanges a second at +(?P<n>\d+) +"
                 r"(?P<times>[\d.]+) of (?P<theirs>[\d.]+) bare")


def exchanges(text):
    part = text.partition("exchanges, durable")[2].partition("(in brackets")[0]
    return rates(part, by_connections("Exchange, of the durable floor"),
                 r"^ +(?P<n>\d+) +(?P<ours>\d+) +(?P<times>[\d.]+) of +(?P<theirs>\d+) ")


KINDS = (root_keys, jwt_checks, chains, claims, passphrases, exchanges)


def lines_of(text):
    return [line for kind in KINDS for line in kind(text)]


def machine_of(text):
    """The three lines at the head: system, processor, cores."""
    system, processor, cores = text.splitlines()[:3]
    return f"{processor}, {cores.split(';')[0]}, {system.split()[0]}"


# --- the picture ---

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #161a22 }
.soft { fill: #566072 }
.bar { fill: #2f4bce }
.less { fill: #858f9f }
line { stroke: #e0e4ec }
.one { stroke: #566072 }
.back { fill: #fff }
@media (prefers-color-scheme: dark) {
  text { fill: #e9ecf2 } .soft { fill: #a3adbc } .bar { fill: #9db0ff } .less { fill: #7b8697 }
  line { stroke: #2a303b } .one { stroke: #a3adbc } .back { fill: #171b22 }
}
"""


def picture(lines, machine):
    room = WIDTH - NAMES - FIGURES
    low = min(0.1, *(line.times for line in lines))
    high = max(10, *(line.times for line in lines))
    height = HEAD + ROW * len(lines) + FOOT

    def across(times):
        return NAMES + room * math.log(times / low) / math.log(high / low)

    def text(x, y, words, kind="", anchor="start"):
        return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">' \
               f"{html.escape(words)}</text>"

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
           f"<title>grantd beside its peers: {html.escape(machine)}</title>", f"<style>{STYLE}</style>",
           f'<rect class="back" width="{WIDTH}" height="{height}" rx="12"/>']
    ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if low <= tick <= high]
    for tick in ticks:
        x = across(tick)
        out += [f'<line class="{"one" if tick == 1 else ""}" x1="{x:.1f}" x2="{x:.1f}" y1="{HEAD - 8}" '
                f'y2="{height - FOOT}"/>', text(x, HEAD - 16, f"{tick:g}×", "soft", "middle")]
    for i, line in enumerate(lines):
        middle = HEAD + ROW * i + ROW / 2
        begin, end = sorted((across(1), across(line.times)))
        out += [text(16, middle + 4, line.name),
                f'<rect class="{"bar" if line.times >= 1 else "less"}" x="{begin:.1f}" '
                f'y="{middle - BAR / 2:.1f}" width="{max(1, end - begin):.1f}" height="{BAR}" rx="2"/>',
                text(WIDTH - FIGURES + 16, middle + 4, f"{line.times:.2f}"),
                text(WIDTH - 16, middle + 4, f"{line.ours} : {line.theirs}", "soft", "end")]
    out += [text(16, height - 12, machine, "soft"), "</svg>"]
    return "\n".join(out) + "\n"


def table(lines):
    rows = ["| what | times the peer | grantd | peer |", "|---|---|---|---|"]
    rows += [f"| {line.name} | {line.times:.2f} | {line.ours} | {line.theirs} |" for line in lines]
    return "\n".join(rows) + "\n"


def page_with(page, text, lines):
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    assert rest and END in rest, "docs/performance.md has lost its marks"
    words = "![Bars of how many times its peer grantd is; the table below has the same figures]" \
            "(pictures/performance.svg)"
    return f"{before}{BEGIN}\n{words}\n\n{machine_of(text)}:\n\n{table(lines)}\n{END}{after}"


def main(arguments):
    is_page = "--page" in arguments
    [source, *target] = [one for one in arguments if one != "--page"]
    text = pathlib.Path(source).read_text(encoding="utf-8")
    lines = lines_of(text)
    if not lines:
        sys.exit(f"plot.py: {source}: there is no comparison in it; make bench says what it skipped")
    drawn = picture(lines, machine_of(text))
    if is_page:
        PAGES_PICTURE.write_text(drawn, encoding="utf-8")
        PAGE.write_text(page_with(PAGE.read_text(encoding="utf-8"), text, lines), encoding="utf-8")
    if target:
        pathlib.Path(target[0]).write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
