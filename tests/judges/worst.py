#!/usr/bin/env python3
"""Time and memory of `kyso verify` over files, the worst first: worst.py KYSO FILE-OR-FOLDER... [-- OPTION...]

Memory is the largest that the process, or the one that it starts to draw pages, had at a time, as the system counts it; and what is
left of it without the file's own bytes. Figures for docs/benchmarks.md; machines are noisy, so nothing is judged by them.
"""
import os
import sys
import time
from pathlib import Path

MB = 1 << 20
SHOWN = 10


def files(places):
    for place in map(Path, places):
        yield from sorted(place.rglob("*.pdf")) if place.is_dir() else [place]


def measured(kyso, file, options):
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.execv(kyso, [kyso, "verify", "--format", "json", *options, str(file)])
    _, _, usage = os.wait4(child, 0)
    resident = usage.ru_maxrss * 1024
    return time.monotonic() - started, resident / MB, (resident - file.stat().st_size) / MB, file.name


def main():
    arguments = sys.argv[1:]
    options = arguments[arguments.index("--") + 1:] if "--" in arguments else []
    kyso, *places = arguments[: arguments.index("--")] if "--" in arguments else arguments
    rows = [measured(kyso, file, options) for file in files(places)]
    for name, key in (("most memory", 2), ("slowest", 0)):
        print(f"{name}:")
        for seconds, resident, beyond, file in sorted(rows, key=lambda row: -row[key])[:SHOWN]:
            print(f"  {seconds:6.2f} s  {resident:7.1f} MB resident  {beyond:7.1f} MB beyond the file  {file}")
    print(f"{len(rows)} files")


main()
