#!/usr/bin/env python3
"""Hold docs/domain-rows.md and docs/field.md to the tree: every row is there once and in order, with a state that is one of those
explained, and every test that it names is a test.

usage: rows.py
Prints what is wrong, then `N passed, N failed`, in rows; exit status 1 where anything is.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def numbered(letter, most, *besides):
    """The rows of a letter: L1 to L<most>, and those that stand behind another of its number."""
    return sorted([f"{letter}{number}" for number in range(1, most + 1)] + list(besides), key=lambda row: (int(re.findall(r"\d+", row)[0]), row))


# Each table, and the rows that it has.
TABLES = {
    "docs/domain-rows.md": [str(row) for row in range(1, 81)],
    "docs/field.md": ["S0", *numbered("S", 25, "S4b", "S5b", "S9b"), *numbered("V", 18), *numbered("P", 12), *numbered("C", 6),
                      *numbered("E", 26), *numbered("D", 12)],
}
# A state, and whether tests have to show it.
STATES = {"shown": True, "partly": True, "otherwise": True, "caller": False, "open": False}
NAMED = re.compile(r"`([\w/.-]+\.rs)::(\w+)`")
REFERENCE = re.compile(r"\bas rows? \d+")


def places(path):
    """Where a file of the table may lie."""
    crate, _, rest = path.partition("/")
    yield ROOT / "tests/tests" / path
    if rest:
        yield ROOT / "crates" / crate / "src" / rest
        yield ROOT / "crates" / crate / "tests" / rest
        yield ROOT / crate / "tests" / rest


def tests_of(path, known={}):
    """The names of a file's tests; None where there is no such file. A test has its attribute right above it, or is a function of the
    file that a macro runs over each database or pair of stores."""
    if path not in known:
        file = next((place for place in places(path) if place.is_file()), None)
        known[path] = None if file is None else tests_in(file.read_text(encoding="utf-8"))
    return known[path]


def tests_in(text):
    """The names of the tests of a file with this text."""
    own = re.findall(r"#\[(?:\w+::)?test\b[^\n]*\]\s*(?:(?:#\[[^\n]*\]|//[^\n]*)\s*)*(?:async )?fn (\w+)", text)
    defined = set(re.findall(r"^async fn (\w+)", text, re.M))
    listed = {name for names in re.findall(r"^for_each_\w+!\(([^)]*)\)", text, re.M) for name in re.findall(r"\w+", names)}
    return set(own) | (defined & listed)


def wrong_with(state, shown):
    """What is wrong with a row."""
    named = NAMED.findall(shown)
    if state not in STATES:
        yield f"state {state!r} is none of {', '.join(STATES)}"
    elif STATES[state] and not named and not REFERENCE.search(shown):
        yield "no test is named"
    elif not named and not shown.strip():
        yield "it isn't said why"
    for path, test in named:
        tests = tests_of(path)
        if tests is None:
            yield f"there is no file {path}"
        elif test not in tests:
            yield f"{path} has no test {test}"


def main():
    good, bad = 0, 0
    for table, wanted in TABLES.items():
        found = []
        for line in (ROOT / table).read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not line.startswith("|") or len(cells) < 2 or cells[0] == "row" or set(cells[0]) <= {"-", " "}:
                continue
            row = cells[0]
            if row in wanted:
                found.append(row)
            wrong = list(wrong_with(cells[2], cells[3])) if len(cells) == 4 else [f"{len(cells)} cells, not 4"]
            for what in wrong:
                print(f"{table}: row {row}: {what}")
            good, bad = good + (not wrong), bad + bool(wrong)
        if found != wanted:
            missing = sorted(set(wanted) - set(found))
            print(f"{table}: each row once and in order; missing: {missing}")
            bad += 1
    print(f"{good} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
