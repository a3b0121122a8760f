"""Sign and seal every PDF of a folder that is unencrypted and that qpdf can read, then ask the outside judges.

usage: corpus.py KYSO CORPUS KEYS
KEYS is what make_pki wrote. Prints a line for each file that was refused or that a judge found fault with, and the counts.
"""
import os
import re
import subprocess
import sys
import tempfile
from multiprocessing import Pool
from pathlib import Path

import judge
import tools

SECONDS = 60
# Rules that may refuse a file: what it says of itself forbids a further signature, or readers show other objects or pages of it.
# Where the file as it was found is one that `kyso verify` calls wrong (exit 1), it may be refused too: it would never verify.
# Any other refusal is a failure.
MAY_REFUSE = re.compile(r"DocMDP|FieldMDP|XFA|encrypted|cross-reference doesn't list|page tree is wrong|doesn't hold the objects")


def kyso(binary, verb, source, target, keys, who, image, rectangle, width):
    command = [binary, verb, str(source), "-o", str(target), "--p12", f"{keys}/{who}.p12", "--pass-file"]
    command += [f"{keys}/password.txt", "--page", "1", "--rect", rectangle, "--image", f"{keys}/{image}.png"]
    command += ["--image-width-mm", width, "--lang", "en"]
    # The files bring signatures of strangers, whom nobody here trusts.
    command += ["--allow-untrusted"] if verb == "seal" else []
    return subprocess.run(command, capture_output=True, timeout=SECONDS)


def is_wrong(binary, path):
    return subprocess.run([binary, "verify", str(path)], capture_output=True, timeout=SECONDS).returncode == 1


def sign_and_seal(job):
    """(name, state, detail): signed | refused | failed, with the signed file's path or the reason."""
    binary, corpus, keys, folder, number, path = job
    name = str(path.relative_to(corpus))
    signed, sealed = Path(folder, f"{number}-signed.pdf"), Path(folder, f"{number}.pdf")
    try:
        steps = (
            ("sign", path, signed, "leader", "signature", "60,20,90,40", "25"),
            ("seal", signed, sealed, "seal", "seal", "20,20,80,60", "20"),
        )
        for verb, source, target, who, image, rectangle, width in steps:
            done = kyso(binary, verb, source, target, keys, who, image, rectangle, width)
            said = done.stderr.decode("utf-8", "replace").strip().replace("\n", " / ")[:700]
            if done.returncode != 0:
                refused = done.returncode == 5 and MAY_REFUSE.search(said)
                # qpdf mends what it can and says so; a signer may decline to build on damage.
                refused = refused or done.returncode == 4 and tools.qpdf_findings(path)[0] == 3
                refused = refused or done.returncode == 5 and is_wrong(binary, path)
                return name, "refused" if refused else "failed", f"{verb}: exit {done.returncode}: {said}"
            if not target.exists():
                return name, "failed", f"{verb}: exit 0 and no file"
    except subprocess.TimeoutExpired:
        return name, "failed", f"no answer in {SECONDS} s"
    return name, "signed", str(sealed)


def eligible(path):
    encrypted, _, _ = tools.run("qpdf", "--is-encrypted", str(path))
    return encrypted == 2 and tools.qpdf_reads(path)


def main():
    binary, corpus, keys = os.path.abspath(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    files = sorted(corpus.rglob("*.pdf"))
    with tempfile.TemporaryDirectory() as folder, Pool(initializer=judge.start, initargs=(f"{keys}/root.pem",)) as pool:
        able = [path for path, yes in zip(files, pool.map(eligible, files)) if yes]
        jobs = [(binary, corpus, keys, folder, number, path) for number, path in enumerate(able)]
        rows = pool.map(sign_and_seal, jobs, chunksize=1)
        cases = [
            {"name": name, "original": str(corpus / name), "signed": detail}
            for name, state, detail in rows
            if state == "signed"
        ]
        verdicts = pool.map(judge.safely, cases, chunksize=1)

    failed = 0
    for name, state, detail in rows:
        if state != "signed":
            print(f"{state}: {name}: {detail}")
            failed += state == "failed"
    by_all = 0
    for verdict in verdicts:
        for line in verdict["wrong"]:
            print(f"wrong: {verdict['name']}: {line}")
        for line in verdict["abstained"]:
            print(f"abstained: {verdict['name']}: {line}")
        failed += bool(verdict["wrong"])
        by_all += not verdict["wrong"] and not verdict["abstained"]
    good = sum(not verdict["wrong"] for verdict in verdicts)
    refused = sum(state == "refused" for _, state, _ in rows)
    print(f"{len(files)} files; {len(able)} unencrypted and read by qpdf; {len(cases)} signed and sealed; {refused} refused")
    print(f"{good} held before the judges, {by_all} of them before all four")
    print(f"{good} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
