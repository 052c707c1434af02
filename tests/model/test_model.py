# SPDX-License-Identifier: Apache-2.0
"""docs/model/exchange.pml: it holds, it finds each fault, and it speaks of functions that exist."""

import os
import pathlib
import re
import resource
import subprocess

import pytest

from pages import page_blocks

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "docs" / "model" / "exchange.pml"
FAULTS = sorted((MODEL.parent / "faults").glob("*.diff"))
MEMORY = 2 << 30

# How much happens, and how many states there must be, or the model has become too small to show
# anything.
SEARCHES = {
    "three_requests": (("-DREQUESTS=3",), 10_000_000),
    "two_of_everything": (("-DREQUESTS=2", "-DREVOCATIONS=2", "-DCUTS=2", "-DDEATHS=2"), 1_000_000),
}
SMALL = ("-DREQUESTS=2",)

# What stands for it: "name() in src/file.c", several with "and"; or nothing of grantd does it.
TRANSITION = re.compile(r"^\t:: (?:atomic|d_step) \{\n", re.MULTILINE)
COMMENT = re.compile(r"\t/\* ((?:(?!\*/).)*) \*/\n\Z", re.DOTALL)
NAMED = re.compile(r"(\w+)\(\) in (src/[\w/.]+\.c)")
PROMISE = re.compile(r"/\* PROMISE: (.*) \*/")


def run(folder, *command):
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, timeout=300,
                          check=True).stdout


def search(folder, text, bounds):
    """What spin's search of all states says of a model. A state is kept as a hash of 64 bits."""
    (folder / "exchange.pml").write_text(text)
    run(folder, "spin", "-a", *bounds, "exchange.pml")
    run(folder, "gcc", "-w", "-O2", "-DSAFETY", "-DHC4", "-DNOBOUNDCHECK",
        f"-DMEMLIM={MEMORY >> 20}", "-o", "pan", "pan.c")
    return run(folder, "./pan", "-m10000", "-w25")


def n_states(report):
    return int(re.search(r"^\s*(\d+) states, stored", report, re.MULTILINE)[1])


@pytest.mark.parametrize("name", SEARCHES)
def test_every_promise_holds_in_every_state(tmp_path, name):
    bounds, least = SEARCHES[name]
    report = search(tmp_path, MODEL.read_text(), bounds)
    assert "errors: 0" in report, report
    assert "Search not completed" not in report and "max search depth too small" not in report
    assert n_states(report) > least, report
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
    assert used < MEMORY, f"{used >> 20} MiB"


def test_every_transition_is_reached(tmp_path):
    """Or a promise holds because nothing happens."""
    report = search(tmp_path, MODEL.read_text(), SMALL)
    text = MODEL.read_text().splitlines()
    dead = [int(n) for n in re.findall(r"^\s+exchange\.pml:(\d+), state", report, re.MULTILINE)]
    # The processes never end; and spin counts what is behind the last `od`.
    assert [text[n - 1] for n in dead if text[n - 1] != "}"] == [], report


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.stem)
def test_a_fault_is_found(tmp_path, fault):
    (tmp_path / "exchange.pml").write_text(MODEL.read_text())
    run(tmp_path, "git", "apply", "--unsafe-paths", str(fault))
    text = (tmp_path / "exchange.pml").read_text()
    assert text != MODEL.read_text()
    report = search(tmp_path, text, SMALL)
    assert "errors: 1" in report, report
    replay = run(tmp_path, "spin", *SMALL, "-t", "exchange.pml")
    line = int(re.search(r"exchange\.pml:(\d+), Error: assertion violated", replay)[1])
    above = "\n".join(text.splitlines()[:line])
    broken = PROMISE.findall(above)[-1]
    assert broken == re.search(r"^Breaks: (.*)$", fault.read_text(), re.MULTILINE)[1], replay


def test_a_fault_is_found_and_replayed_as_the_page_says(tmp_path):
    by_hand, = page_blocks("docs/model/README.md", "Run it")
    faulty, = page_blocks("docs/model/README.md", "Read a counterexample")
    assert by_hand.endswith("\n./pan -m10000 -w25\n")  # test_every_promise_holds does the same
    script = by_hand.removesuffix("./pan -m10000 -w25\n") + faulty
    done = subprocess.run(["bash", "-euc", script], cwd=ROOT, text=True, capture_output=True,
                          timeout=300, check=True, env={**os.environ, "TMPDIR": str(tmp_path)}).stdout
    assert "errors: 1" in done and "assertion violated" in done


def test_each_promise_of_the_protocol_is_broken_by_a_fault():
    """All but the one about the model itself."""
    promised = set(PROMISE.findall(MODEL.read_text()))
    broken = {re.search(r"^Breaks: (.*)$", fault.read_text(), re.MULTILINE)[1] for fault in FAULTS}
    assert promised - broken == {"a code that was not there to be looked at is not claimed"}
    assert broken <= promised


def has_function(path, name):
    """Defined in the file: C, or one of the macros that name an operation of the store."""
    text = path.read_text()
    return bool(re.search(rf"^(?:\w[\w *]*\b{name}\(|[A-Z_]+\({name}, )", text, re.MULTILINE))


def test_each_transition_names_a_function_that_exists():
    text = MODEL.read_text()
    found = list(TRANSITION.finditer(text))
    assert len(found) > 15
    for transition in found:
        line = text.count("\n", 0, transition.start()) + 1
        comment = COMMENT.search(text[:transition.start()])
        assert comment, f"exchange.pml:{line}: a transition without a comment"
        if comment[1].startswith("The world: "):
            continue
        named = NAMED.findall(comment[1])
        assert named, f"exchange.pml:{line}: names no function"
        for name, path in named:
            assert has_function(ROOT / path, name), f"exchange.pml:{line}: {name}() in {path}"
