#!/usr/bin/env python3
"""Signings a second of `kyso serve`, P-256, with an archive on the disk.

usage: throughput NAME=KYSO[@files|@grown]... [--connections 1,4,16,64] [--rounds N] [--seconds N] [--bytes N] [--pause N] [--in DIR]
Each NAME is a program and its stores: SQLite and files (the default), or PostgreSQL and S3. Rounds take turns among the names, so
that what else the machine does meets all of them; ratios are of the same run. The first name is what the others are held against.
The client is `load` of benches/, in the same target directory as this repository's release build, or named by KYSO_LOAD.
Prints a line a measurement, then a table, and the same as JSON in DIR/throughput.json where --in is given.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from crash_service import Service, new_folder, run, write_configuration
from stores import Stores

ROOT = Path(__file__).resolve().parents[2]
LOAD = os.environ.get("KYSO_LOAD") or ROOT / "target/release/load"
COUNTERS = ("database_transactions_total", "database_writings_total", "objects_created_total")


class Contender:
    """A program with its stores."""

    def __init__(self, name, kyso, kind, folder, stores):
        self.name, self.rows = name, {}
        place = new_folder(folder, name)
        if kind == "grown":
            self.service = grown(kyso, place, stores)
        else:
            self.service = Service(kyso, place, place / "data", [])

    def measure(self, connections, seconds, size):
        """One round. The service has run for a while: what it does at its start isn't measured, what it does all the time is."""
        self.ask(min(connections, 4), 0.5, size)  # Warm: keys, chains, pages of the database.
        before, used = self.counters(), processor(self.service.process.pid)
        told = self.ask(connections, seconds, size)
        told["processor"] = processor(self.service.process.pid) - used
        told["counters"] = {name: value - before.get(name, 0) for name, value in self.counters().items()}
        told["load"] = os.getloadavg()[0]
        self.rows.setdefault(connections, []).append(told)
        return told

    def ask(self, connections, seconds, size):
        host, port = self.service.address
        return json.loads(run(LOAD, f"{host}:{port}", self.service.secrets["leader"], "leader", connections, seconds, size))

    def counters(self):
        """What the service counts itself, where it does."""
        host, port = self.service.address
        asked = urllib.request.Request(f"http://{host}:{port}/metrics", headers={"Authorization": f"Bearer {self.service.secrets['reader']}"})
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                text = answer.read().decode()
        except OSError:
            return {}
        return {name: float(found[1]) for name in COUNTERS if (found := re.search(rf"^kyso_{name} (\S+)$", text, re.M))}

    def summary(self, connections):
        """Medians over the rounds."""
        rows = self.rows[connections]
        of = lambda take: statistics.median(map(take, rows))
        counted = [row for row in rows if row["counters"].get("database_transactions_total")]
        each = lambda name: statistics.median(row["counters"][name] / row["answers"] for row in counted) if counted else None
        return {
            "rate": of(lambda row: row["answers"] / row["seconds"]), "p50": of(lambda row: row["p50"]), "p99": of(lambda row: row["p99"]),
            "processor_ms": of(lambda row: 1000 * row["processor"] / max(row["answers"], 1)),
            "commits_each": each("database_transactions_total"), "works_each": each("database_writings_total"),
            "objects_each": each("objects_created_total"),
            "refused": sum(row["refused"] for row in rows), "load": of(lambda row: row["load"]),
        }


def grown(kyso, folder, stores):
    """A service on the given servers."""
    service = Service.__new__(Service)
    service.kyso, service.folder, service.data = str(kyso), folder, folder / "data"
    service.secrets = write_configuration(folder, service.data, [])
    configuration = folder / "kyso.toml"
    configuration.write_text(configuration.read_text() + stores.section(folder))
    service.process = service.address = None
    run(kyso, "archive", "init", "--archive", configuration)
    return service


def processor(pid):
    """Seconds of processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table(contenders, connections):
    """The medians, and what they are beside the first contender's."""
    print("\n| stores | connections | signings/s | beside the first | p50 ms | p99 ms | processor ms each | commits each | load |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    told = []
    for count in connections:
        first = contenders[0].summary(count)["rate"]
        for contender in contenders:
            row = contender.summary(count)
            # Rounds of the same turn are held against each other: the machine was the same.
            turns = zip(contender.rows[count], contenders[0].rows[count])
            row["ratio"] = statistics.median((a["answers"] / a["seconds"]) / max(b["answers"] / b["seconds"], 1e-9) for a, b in turns)
            commits = f"{row['commits_each']:.2f}" if row["commits_each"] is not None else ""
            print(f"| {contender.name} | {count} | {row['rate']:.0f} | {row['ratio']:.2f} | {row['p50']:.1f} | {row['p99']:.1f} | "
                  f"{row['processor_ms']:.2f} | {commits} | {row['load']:.1f} |")
            told.append({"name": contender.name, "connections": count, **row, "rounds": contender.rows[count]})
            if row["refused"]:
                print(f"{contender.name}: {row['refused']} requests were refused", file=sys.stderr)
        assert first > 0
    return told


def main():
    parser = argparse.ArgumentParser(usage=__doc__.splitlines()[2].removeprefix("usage: "))
    parser.add_argument("names", nargs="+")
    parser.add_argument("--connections", default="1,4,16,64")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--bytes", type=int, default=100_000)
    # What a service still does about the last round (manifests, places in the log) is to be over before the next one's turn.
    parser.add_argument("--pause", type=float, default=3)
    parser.add_argument("--in", dest="folder", type=Path)
    asked = parser.parse_args()
    connections = [int(count) for count in asked.connections.split(",")]
    parsed = [re.fullmatch(r"([\w+-]+)=(.+?)(?:@(files|grown))?", name) for name in asked.names]
    if not all(parsed) or not Path(LOAD).exists():
        parser.error("NAME=KYSO[@files|@grown], and benches/'s program load has to be built")
    folder = Path(tempfile.mkdtemp(prefix="kyso-throughput-", dir=asked.folder))
    stores, started = None, []
    try:
        if any(found[3] == "grown" for found in parsed):
            newest = next(found[2] for found in parsed if found[3] == "grown")
            stores = Stores(folder, newest)
        contenders = [Contender(found[1], found[2], found[3], folder, stores) for found in parsed]
        for contender in contenders:
            contender.service.start()
            started.append(contender)
        time.sleep(5)
        for number in range(asked.rounds):
            for count in connections:
                for contender in contenders:
                    told = contender.measure(count, asked.seconds, asked.bytes)
                    print(f"round {number + 1}, {count} connections, {contender.name}: {told['answers'] / told['seconds']:.0f}/s, "
                          f"p50 {told['p50']:.1f} ms, p99 {told['p99']:.1f} ms", flush=True)
                    time.sleep(asked.pause)
        told = table(contenders, connections)
        if asked.folder:
            (asked.folder / "throughput.json").write_text(json.dumps(told))
    finally:
        for contender in started:
            contender.service.stop()
        if stores:
            stores.stop()
        subprocess.run(["rm", "-rf", folder], check=False)


if __name__ == "__main__":
    main()
