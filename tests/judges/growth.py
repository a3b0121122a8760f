#!/usr/bin/env python3
"""How an archive of SQLite and files behaves as it grows.

usage: growth DIR [--sizes 1000,10000,100000,1000000] [--samples N] [--kyso KYSO] [--plot FILE.svg] [--only-plot]
DIR/SIZE is filled by the example `growth` of kyso-archive (built for release, or named by KYSO_GROWTH; what `rows` leaves out stands in
its first lines), and measured: look-up, fetch, receipt, opening, scrub; with --kyso also the start of `kyso serve` and an audit. What
comes out is added to DIR/growth.json, which --plot draws. What is there already isn't done again.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from crash_service import Service, write_configuration

ROOT = Path(__file__).resolve().parents[2]
GROWTH = os.environ.get("KYSO_GROWTH") or ROOT / "target/release/examples/growth"
LINES = (("id", "by id"), ("digest", "by digest"), ("dossier", "by dossier"), ("number", "by number"), ("name", "by name"),
         ("fetch", "fetch"), ("receipt", "receipt"))
COLOURS = ("#1b6ca8", "#d1495b", "#2e933c", "#8f5db7", "#e08e0b", "#0f8b8d", "#5c4742")


def one(*command):
    """A line of JSON that a program prints, and how long it took."""
    begun = time.monotonic()
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1]), time.monotonic() - begun


def used(directory):
    """Bytes on the disk: (rows, objects, the log)."""
    def of(*paths):
        told = subprocess.run(["du", "-s", "-B1", "-c", *[str(path) for path in paths if path.exists()]], capture_output=True, text=True, check=True)
        return int(told.stdout.splitlines()[-1].split()[0])
    return {"rows": of(*directory.glob("archive.sqlite3*")), "objects": of(directory / "o"), "log": of(directory / "log")}


def measured(directory, row, asked):
    """Adds what isn't measured yet of an archive of this size."""
    size = row["count"]
    if "fill" not in row:
        row["fill"], row["fill_seconds"] = one(GROWTH, "rows", directory, size)
        row["bytes"] = used(directory)
        yield
    if "measure" not in row:
        row["load"] = os.getloadavg()[0]
        row["measure"], _ = one(GROWTH, "measure", directory, asked.samples)
        yield
    if "scrub" not in row:
        row["scrub"], _ = one(GROWTH, "scrub", directory, asked.scrub_seconds)
        yield
    if asked.kyso and "serve_seconds" not in row:
        row["serve_seconds"] = start_of_service(asked.kyso, directory)
        yield
    if asked.kyso and "audit" not in row:
        begun, load = time.monotonic(), os.getloadavg()[0]
        done = subprocess.run([asked.kyso, "archive", "audit", "--archive", directory], capture_output=True, text=True, check=False)
        row["audit"] = {"seconds": time.monotonic() - begun, "exit": done.returncode, "load": load, "said": (done.stdout + done.stderr)[-800:]}
        yield


def start_of_service(kyso, directory):
    """Seconds until `kyso serve` listens on the archive; three times."""
    folder = directory.parent / f"service-{directory.name}"
    if not folder.exists():
        folder.mkdir(mode=0o700)
        write_configuration(folder, directory.resolve(), [])
    told = []
    for _ in range(3):
        service = Service.__new__(Service)
        service.kyso, service.folder = str(kyso), folder
        begun = time.monotonic()
        service.process, service.address = service.launch()
        told.append(time.monotonic() - begun)
        # Its jobs are for another time: nothing that was acknowledged is lost by this.
        service.kill()
    return told


def plot(rows, path):
    """p99 by size, both on logarithmic scales, as SVG."""
    import math
    wide, high, left, right, top, bottom = 760, 420, 64, 130, 34, 46
    counts = [row["count"] for row in rows]
    values = [row["measure"]["what"][name]["p99"] for row in rows for name, _ in LINES]
    low, most = 10 ** math.floor(math.log10(min(values))), max(40, max(values) * 1.2)
    across = lambda count: left + (wide - left - right) * (math.log10(count / counts[0]) / max(math.log10(counts[-1] / counts[0]), 1e-9))
    up = lambda value: high - bottom - (high - top - bottom) * math.log10(value / low) / math.log10(most / low)
    text = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="12">',
            f'<rect width="{wide}" height="{high}" fill="#fff"/>',
            f'<text x="{left}" y="20" font-size="14">p99 in milliseconds by the number of artifacts (SQLite and files)</text>']
    tick = low
    while tick <= most:
        text.append(f'<line x1="{left}" x2="{wide - right}" y1="{up(tick):.1f}" y2="{up(tick):.1f}" stroke="#ddd"/>'
                    f'<text x="{left - 6}" y="{up(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
        tick *= 10
    text.append(f'<line x1="{left}" x2="{wide - right}" y1="{up(20):.1f}" y2="{up(20):.1f}" stroke="#c00" stroke-dasharray="6 4"/>'
                f'<text x="{wide - right + 6}" y="{up(20) + 4:.1f}" fill="#c00">20 ms</text>')
    for count in counts:
        text.append(f'<text x="{across(count):.1f}" y="{high - bottom + 20}" text-anchor="middle">{count:,}</text>')
    ends = []
    for (name, label), colour in zip(LINES, COLOURS):
        points = [(across(row["count"]), up(row["measure"]["what"][name]["p99"])) for row in rows]
        text.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>')
        text += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        ends.append([points[-1][1], label, colour])
    # Names beside the ends of their lines, none over another.
    ends.sort()
    at = top
    for y, label, colour in ends:
        at = max(y, at + 14)
        text.append(f'<text x="{wide - right + 8}" y="{at + 4:.1f}" fill="{colour}">{label}</text>')
    text.append("</svg>")
    path.write_text("\n".join(text) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--scrub-seconds", type=int, default=20)
    parser.add_argument("--kyso", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--only-plot", action="store_true")
    asked = parser.parse_args()
    asked.directory.mkdir(exist_ok=True)
    told = asked.directory / "growth.json"
    rows = json.loads(told.read_text()) if told.exists() else []
    for size in [] if asked.only_plot else map(int, asked.sizes.split(",")):
        row = next((row for row in rows if row["count"] == size), None)
        if row is None:
            row = {"count": size}
            rows.append(row)
            rows.sort(key=lambda row: row["count"])
        for _ in measured(asked.directory / str(size), row, asked):
            told.write_text(json.dumps(rows, indent=1))
        print(json.dumps(row), flush=True)
    if asked.plot:
        plot(rows, asked.plot)


if __name__ == "__main__":
    sys.exit(main())
