#!/usr/bin/env python3
"""Hold the source tree against the floor plan of docs/architecture.md.

One door a dependency, imports go down only, unsafe code in one file, no file too long, no path of anyone's machine.
usage: doors.py
Prints what is wrong, then `N passed, N failed`, in files; exit status 1 where anything is.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = "crates/kyso/src/"

# A dependency: the rooms that may name it, as path prefixes.
DOORS = {
    "lopdf": [LIBRARY + "pdf/", LIBRARY + "appearance/", LIBRARY + "typeset/"],
    "x509_parser": [LIBRARY + "pki/"],
    # In the command: bundles of trusted certificates, and whether a PKCS#12 file wants a password. In kyso-connect: TLS.
    "openssl": [LIBRARY + "crypto/", "crates/kyso-connect/src/http/tls.rs", "crates/kyso-cli/", "crates/kyso-testpki/", "tests/", "benches/"],
    "sha2": [LIBRARY + "crypto/", "crates/kyso-archive/", "crates/kyso-server/", "benches/"],
    "flate2": [LIBRARY + "pdf/", LIBRARY + "appearance/", LIBRARY + "typeset/", "tests/"],
    "qrcode": [LIBRARY + "appearance/qr.rs"],
    "axum": ["crates/kyso-server/"],
    "ureq": ["crates/kyso-connect/src/http/"],
    "openssl_probe": ["crates/kyso-connect/src/http/tls.rs"],
    "sqlx": ["crates/kyso-archive/"],
    "clap": ["crates/kyso-cli/"],
    "hayro": ["crates/kyso-view/"],
    "rqrr": ["crates/kyso-view/"],
    "rustix": ["crates/kyso-view/"],
    "zune_jpeg": ["crates/kyso-view/"],
    "memmap2": ["crates/kyso-cli/", "benches/"],
}

# Crate kyso, from the top floor down: a room imports only from floors below its own.
FLOORS = [
    {"dangerous"},
    {"check", "result", "own_output"},
    {"sign", "extend", "validate"},
    {"judge"},
    {"certification"},
    {"typeset"},
    # Finding text on a page takes the widths of a font, so it stands above what is drawn.
    {"pdf/text"},
    {"appearance"},
    {"pdf"},
    {"tsp"},
    {"cms"},
    {"pki"},
    {"asn1"},
    {"crypto"},
    {"level", "role", "language", "material", "time", "error"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Plain arithmetic on lengths, which every floor may use: it lies in a room but imports nothing.
ARITHMETIC = re.compile(r"\bcrate::appearance::geometry\b")
# Below it by number, but a PDF is read without knowing what a signature is.
NEVER = {("pdf", room) for room in ("tsp", "cms", "pki", "asn1")}

UNSAFE = {"crates/kyso-cli/src/map.rs", "benches/src/map.rs"}
LONGEST = 800  # lines, tests left out
MACHINE = re.compile(r"(?<![\w.])/(work|root|home|Users|opt)/\w")
REGISTRY = re.compile(r"(crates\.io|pypi\.org|pythonhosted|registry\.npmjs|proxy\.golang)", re.I)


def tracked():
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in listing.decode().split("\0"):
        if name and (ROOT / name).is_file():
            yield name


def code(text):
    """Rust without comments, and without its closing test module."""
    text = re.sub(r"\n#\[cfg\(test\)\]\s*(#!?\[[^\n]*\]\s*)*mod \w+ \{.*", "\n", text, flags=re.S)
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return re.sub(r"(?m)(^|\s)//.*$", " ", text)


def rooms_named(text):
    """Every X of `crate::X`, also inside `use crate::{X, Y::{…}}`."""
    found = set(re.findall(r"\bcrate::(\w+)", text))
    for group in re.finditer(r"\bcrate::\{", text):
        depth, start = 1, group.end()
        word = ""
        for letter in text[start:]:
            depth += {"{": 1, "}": -1}.get(letter, 0)
            if depth == 0:
                break
            word += letter if depth == 1 else ""
        found |= set(re.findall(r"(?:^|,)\s*(\w+)", word))
    return found


def main():
    wrong = []

    def check(holds, message):
        if not holds:
            wrong.append(message)

    files = list(tracked())
    for name in files:
        path = ROOT / name
        if path.suffix in {".png", ".pdf", ".ttf", ".p12", ".der"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if name != "Cargo.lock" and name != "tests/judges/doors.py":
            for pattern, what in ((MACHINE, "a path of someone's machine"), (REGISTRY, "a registry's host")):
                found = pattern.search(text)
                check(not found, f"{name}: {what}: {found.group(0) if found else ''}")
        if path.suffix == ".md" and name.startswith(LIBRARY):
            for named in re.findall(r"`([\w/]+\.rs|[\w/]+/)`", text):
                found = (path.parent / named).exists() or (ROOT / LIBRARY / named).exists()
                check(found, f"{name}: names {named}, which isn't there")
        if path.suffix != ".rs":
            continue

        rust = code(text)
        test_file = "/tests/" in name or path.name == "tests.rs" or path.name.endswith("_tests.rs")
        check(name in UNSAFE or not re.search(r"\bunsafe\s*(\{|fn|impl|trait)", rust), f"{name}: unsafe code")
        check(rust.count("\n") <= LONGEST, f"{name}: {rust.count(chr(10))} lines, split it before {LONGEST}")
        for dependency, doors in DOORS.items():
            named = re.search(rf"(?<![\w:]){dependency}::|\buse {dependency}\b", rust)
            check(
                not named or test_file or any(name.startswith(door) for door in doors),
                f"{name}: names {dependency}, whose door is {', '.join(doors)}",
            )
        if name.startswith(LIBRARY) and name != LIBRARY + "lib.rs" and not test_file:
            inner = name[len(LIBRARY) :]
            room = "pdf/text" if inner.startswith("pdf/text/") else inner.split("/")[0].removesuffix(".rs")
            check(room in FLOOR, f"{name}: room {room} is on no floor")
            check("appearance/geometry.rs" not in name or "crate::" not in rust, f"{name}: must import nothing")
            for other in sorted(rooms_named(ARITHMETIC.sub(" ", rust)) & set(FLOOR) - {room}):
                down = FLOOR[other] > FLOOR.get(room, 0) or FLOOR[room] == FLOOR[other] == len(FLOORS) - 1
                check(down and (room, other) not in NEVER, f"{name}: {room} imports {other}, which isn't below it")

    library = (ROOT / LIBRARY / "lib.rs").read_text()
    check("#![forbid(unsafe_code)]" in library, "crates/kyso/src/lib.rs: must forbid unsafe code")

    for line in wrong:
        print(line)
    bad = {line.split(":")[0] for line in wrong}
    print(f"{len(files) - len(bad)} passed, {len(bad)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
