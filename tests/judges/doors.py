#!/usr/bin/env python3
"""Hold the source tree against the floor plan of docs/architecture.md.

One door a dependency, one path a public name, imports go down only, unsafe code in one file, no file too long, no path of anyone's machine.
usage: doors.py
Prints what is wrong, then `N passed, N failed`, in files; exit status 1 where anything is.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = "crates/kyso/src/"
PDF = "crates/kyso-pdf/src/"
LAW = "crates/kyso-certification/src/"
DESK = "crates/kyso-desk/src/"
WORDS = "crates/kyso-words/src/"

# A dependency: the rooms that may name it, as path prefixes.
DOORS = {
    # In typeset: papers from nothing. In font: a test's page.
    "lopdf": [PDF, LAW + "typeset/", LAW + "font.rs"],
    "x509_parser": [LIBRARY + "pki/"],
    # In kyso-connect: TLS. In tests: another judge of what the library made, and servers to connect to.
    "openssl": [
        LIBRARY + "crypto/",
        "crates/kyso/tests/it/cms_openssl.rs",
        "crates/kyso-connect/src/http/tls.rs",
        "crates/kyso-connect/tests/",
        "crates/kyso-server/tests/it/signing.rs",
        "crates/kyso-testpki/",
        "tests/",
        "benches/",
    ],
    "sha2": [LIBRARY + "crypto/", "crates/kyso-server/", "benches/"],
    # In kyso-connect: content that came packed.
    "flate2": [PDF, LIBRARY + "appearance/draw.rs", "crates/kyso-connect/src/http/content.rs", "tests/"],
    "qrcode": [LAW + "symbol.rs"],
    "axum": ["crates/kyso-server/"],
    "ureq": ["crates/kyso-connect/src/http/", "examples/"],
    "roxmltree": ["crates/kyso-connect/src/s3/"],
    "openssl_probe": ["crates/kyso-connect/src/http/tls.rs"],
    # In tests: what is kept is changed behind its back.
    "sqlx": ["crates/kyso-rows/", "crates/kyso-archive/src/tests/", "crates/kyso-archive/tests/",
             "crates/kyso-register/src/tests"],
    "clap": ["crates/kyso-cli/"],
    "hayro": ["crates/kyso-view/"],
    "rqrr": ["crates/kyso-view/"],
    "rustix": ["crates/kyso-view/", "crates/kyso-cli/src/draft.rs", "crates/kyso-cli/src/private.rs",
               # - how much room a disk has, and what kind it is; whether a database's directory can be written to
               "crates/kyso-archive/src/store/opened.rs",
               "crates/kyso-archive/src/store/space.rs", "crates/kyso-rows/src/sqlite.rs",
               # - a closed standard output; whose the kept roots are
               "crates/kyso-cli/src/context.rs", "crates/kyso-cli/src/trust/store.rs"],
    "zune_jpeg": ["crates/kyso-view/"],
    "memmap2": ["crates/kyso-cli/", "benches/"],
}

# Crate kyso, from the top floor down: a room imports only from floors below its own.
FLOORS = [
    {"lib"},
    {"dangerous"},
    {"steps"},
    {"verbs"},
    {"own_output"},
    {"sign", "extend", "validate"},
    {"judge"},
    {"appearance"},
    {"tsp"},
    {"cms"},
    {"pki"},
    {"asn1"},
    {"crypto"},
    {"level", "role", "language", "local_time", "error", "code", "finding"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Who sees PDFs as bytes alone: these rooms never name kyso-pdf.
WITHOUT_PDF = {"tsp", "cms", "pki", "asn1", "crypto"}
# Neither law nor words for people belong into these crates: they're told by letters that only Vietnamese has.
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
# How a front names things is the front's to say (`kyso_words::Terms`): no text of these crates names an option, a
# subcommand or a variable of the command.
FRONTLESS = tuple(f"crates/kyso{crate}/src/" for crate in ("", "-pdf", "-words", "-connect", "-view", "-certification", "-register", "-desk", "-archive", "-rows"))
FRONT = re.compile(
    r"(?<![\w-])--[a-z][a-z-]+|\bKYSO_[A-Z]+|\bkyso (demo|sign|seal|copy|attach|verify|check|extend|renew|inspect|reserve"
    r"|revision|certify|image|templates|register|roster|token|trust|serve)\b"
)

# The law's own words that go into a result's record and are read off a paper.
OF_THE_LAW = {DESK + "certify/record.rs", DESK + "look_up.rs"}
WORDLESS = (PDF, "crates/kyso-connect/src/", DESK, "crates/kyso-view/src/", "crates/kyso-archive/src/", "crates/kyso-rows/src/")
# The order of steps is the desk's: a front neither signs, numbers, tells the register nor keeps by itself. What the register
# alone decides it asks of it directly.
FRONTS = ("crates/kyso-cli/src/", "crates/kyso-server/src/")
STEP = re.compile(
    r"\bkyso::(sign|seal)\(|\bdangerous::seal\w*\(|\b(copy_lines|attachment_lines)\b|\barchive\s*\.keep\("
    r"|\.(allot|allot_all|rendered|claim|claim_draft|keep_draft)\(|\bregister\s*\.(issue|cancel)\("
)
STEPS_OF_THE_REGISTER = {"crates/kyso-cli/src/commands/register/allot.rs"}

UNSAFE = {"crates/kyso-cli/src/map.rs", "benches/src/map.rs"}
LONGEST = 800  # lines, tests left out
MACHINE = re.compile(r"(?<![\w.])/(work|root|home|Users|opt)/\w")
# A name has one path: what a module exports, its parent doesn't export again; only the library's front door has names of
# another crate of ours.
PUBLIC_MODULE = re.compile(r"^pub mod (\w+)", re.M)
EXPORTED_FROM = re.compile(r"^pub use (?:self::)?(\w+)::(?:\w+;|\{)", re.M)
EXPORTED_OF_OURS = re.compile(r"^pub use (kyso\w*)::", re.M)
REGISTRY = re.compile(r"(crates\.io|pypi\.org|pythonhosted|registry\.npmjs|proxy\.golang)", re.I)


def tracked():
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in listing.decode().split("\0"):
        if name and (ROOT / name).is_file():
            yield name


def code(text):
    """Rust without comments."""
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
        if path.suffix == ".md" and name.startswith((LIBRARY, PDF, LAW)):
            for named in re.findall(r"`([\w/-]+\.rs|[\w/-]+/)`", text):
                places = (path.parent, ROOT / LIBRARY, ROOT / "crates")
                found = any((place / named).exists() for place in places)
                check(found, f"{name}: names {named}, which isn't there")
        if path.suffix == ".toml" and name.startswith(tuple(crate.removesuffix("src/") for crate in FRONTLESS)):
            found = FRONT.search(re.sub(r"(?m)(^|\s)#.*$", " ", text))
            check(not found, f"{name}: names what only the command has: {found.group(0) if found else ''}")
        if path.suffix != ".rs":
            continue

        rust = code(text)
        check(name in UNSAFE or not re.search(r"\bunsafe\s*(\{|fn|impl|trait)", rust), f"{name}: unsafe code")
        untested = re.sub(r"\n#\[cfg\(test\)\]\s*(#!?\[[^\n]*\]\s*)*mod \w+ \{.*", "\n", rust, flags=re.S)
        lines = untested.count("\n")
        check(lines <= LONGEST, f"{name}: {lines} lines, split it before {LONGEST}")
        twice = set(EXPORTED_FROM.findall(rust)) & set(PUBLIC_MODULE.findall(rust))
        check(not twice, f"{name}: exports names of its public {', '.join(twice)} by a second path")
        ours = EXPORTED_OF_OURS.search(rust)
        check(not ours or name == LIBRARY + "lib.rs", f"{name}: exports names of {ours.group(1) if ours else ''} again")
        for dependency, doors in DOORS.items():
            named = re.search(rf"(?<![\w:]){dependency}::|\buse {dependency}\b", rust)
            check(
                not named or any(name.startswith(door) for door in doors),
                f"{name}: names {dependency}, whose door is {', '.join(doors)}",
            )
        if name.startswith(LIBRARY):
            inner = name[len(LIBRARY) :]
            room = inner.split("/")[0].removesuffix(".rs")
            check(room in FLOOR, f"{name}: room {room} is on no floor")
            for other in sorted(rooms_named(rust) & set(FLOOR) - {room}):
                down = FLOOR[other] > FLOOR.get(room, 0) or FLOOR[room] == FLOOR[other] == len(FLOORS) - 1
                check(down, f"{name}: {room} imports {other}, which isn't below it")
            names_pdf = re.search(r"\bkyso_pdf\b|\bcrate::pdf\b", rust)
            check(room not in WITHOUT_PDF or not names_pdf, f"{name}: {room} knows no PDF")
        if name.startswith(DESK):
            front = re.search(r"\b(clap|axum|http|tower|tracing|kyso_cli|kyso_server)::|/api/", rust)
            check(not front, f"{name}: a use case knows no front: {front.group(0) if front else ''}")
        if name.startswith(FRONTLESS):
            found = FRONT.search(rust)
            check(not found, f"{name}: names what only the command has: {found.group(0) if found else ''}")
        if name.startswith(FRONTS) and name not in STEPS_OF_THE_REGISTER:
            found = STEP.search(untested)
            check(not found, f"{name}: a step that the desk takes: {found.group(0) if found else ''}")
        is_test = "/src/tests/" in name or name.endswith("/src/tests.rs")
        if name.startswith(WORDLESS) and name not in OF_THE_LAW and not is_test:
            found = VIETNAMESE.search(untested)
            check(not found, f"{name}: law, or words for people: {found.group(0) if found else ''}")

    for crate in (LIBRARY, PDF, DESK, WORDS):
        library = (ROOT / crate / "lib.rs").read_text()
        check("#![forbid(unsafe_code)]" in library, f"{crate}lib.rs: must forbid unsafe code")

    for line in wrong:
        print(line)
    bad = {line.split(":")[0] for line in wrong}
    print(f"{len(files) - len(bad)} passed, {len(bad)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
