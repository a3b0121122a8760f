#!/usr/bin/env python3
"""Hold the dependencies against deny.toml: licences, bans with their wrappers, sources; and what crate kyso may need,
and kyso-pdf below it.

usage: dependencies.py
Prints what is wrong, then `N passed, N failed`, in rules; exit status 1 where anything is.
"""
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Crate kyso reads no clock, no disk and no network: none of these may be anywhere below it.
NOT_BELOW_KYSO = re.compile(
    r"^(tokio.*|async-.*|futures-(executor|util)|mio|socket2|hyper.*|reqwest|ureq|axum.*|tower.*|sqlx.*|rusqlite|libsqlite3-sys"
    r"|native-tls|openssl-probe|rustls.*|object_store|tempfile|memmap2|rayon|chrono"
    # Who signs and verifies builds no writer of QR codes and no subsetter of fonts.
    r"|qrcode|subsetter)$"
)
# A PDF is read and appended to without knowing what a signature is.
NOT_BELOW_KYSO_PDF = re.compile(r"^(kyso(-.*)?|openssl.*|x509-parser|qrcode|subsetter|toml|png)$")


def tokens(expression):
    return re.findall(r"\(|\)|[^\s()/]+|/", expression)


def allowed(expression, allow):
    """Whether an SPDX expression can be met with the allowed licences. `/` is the old way to write OR."""
    words = tokens(expression)
    at = 0

    def peek():
        return words[at] if at < len(words) else None

    def either():
        nonlocal at
        value = both()
        while peek() in ("OR", "/"):
            at += 1
            other = both()
            value = value or other
        return value

    def both():
        nonlocal at
        value = one()
        while peek() == "AND":
            at += 1
            other = one()
            value = value and other
        return value

    def one():
        nonlocal at
        if peek() is None:
            raise ValueError(f"licence expression {expression!r} ends too early")
        if peek() == "(":
            at += 1
            value = either()
            if peek() != ")":
                raise ValueError(f"licence expression {expression!r} lacks a bracket")
            at += 1
            return value
        name = words[at]
        at += 1
        if peek() == "WITH":
            name = f"{name} WITH {words[at + 1]}"
            at += 2
        return name in allow

    value = either()
    if at != len(words):
        raise ValueError(f"licence expression {expression!r} isn't one")
    return value


def below(name, metadata):
    """Names of every package that `name` needs to be built and to run, tests left out."""
    by_id = {package["id"]: package["name"] for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    todo = [identity for identity, package in by_id.items() if package == name]
    seen = set(todo)
    while todo:
        for dependency in nodes[todo.pop()]["deps"]:
            if all(kind["kind"] == "dev" for kind in dependency["dep_kinds"]):
                continue
            if dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                todo.append(dependency["pkg"])
    return {by_id[identity] for identity in seen}


def main():
    rules = tomllib.loads((ROOT / "deny.toml").read_text())
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--all-features"]
    for target in rules["graph"]["targets"]:
        command += ["--filter-platform", target]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    names = {package["id"]: package["name"] for package in metadata["packages"]}
    allow = set(rules["licenses"]["allow"])
    wrong = []

    for package in metadata["packages"]:
        licence = package["license"]
        if not licence or not allowed(licence, allow):
            wrong.append(f"licence: {package['name']} {package['version']} is {licence or 'without a licence'}")

    users = {}
    for node in metadata["resolve"]["nodes"]:
        for dependency in node["deps"]:
            users.setdefault(names[dependency["pkg"]], set()).add(names[node["id"]])
    for ban in rules["bans"]["deny"]:
        for user in users.get(ban["crate"], set()) - set(ban.get("wrappers", [])):
            wrong.append(f"ban: {user} must not use {ban['crate']}")

    sources = {package["source"] for package in metadata["packages"]}
    if len(sources - {None}) > 1 or any(source and not source.startswith("registry+") for source in sources):
        wrong.append(f"source: more than the one registry: {sorted(source for source in sources if source)}")

    for name in sorted(name for name in below("kyso", metadata) if NOT_BELOW_KYSO.match(name)):
        wrong.append(f"kyso: {name} is below crate kyso, which takes bytes and gives bytes")

    for name in sorted(below("kyso-pdf", metadata) - {"kyso-pdf"}):
        if NOT_BELOW_KYSO_PDF.match(name):
            wrong.append(f"kyso-pdf: {name} is below crate kyso-pdf, which knows no CMS, no law and no paper")

    for line in wrong:
        print(line)
    kinds = {"licence", "ban", "source", "kyso", "kyso-pdf"}
    broken = {line.split(":")[0] for line in wrong}
    print(f"{len(kinds - broken)} passed, {len(broken)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
