#!/usr/bin/env python3
"""Four outside judges on signed PDFs: pyHanko, pdfsig, qpdf and openssl; and that the original is an exact prefix.

usage: judge.py MANIFEST.json
The manifest: {"root": ROOT.pem, "cases": [{"name", "original", "signed", "signatures": N, "without": ["pdfsig", …],
"password": P}]}.
Only signatures written after the original's last byte are judged, and there must be N of them (2 where not said).
`without` names judges that are known not to speak the algorithm. `password` opens a file that is encrypted. A judge that can't read the original abstains.
Prints {"cases": [{"name", "wrong": [...], "abstained": [...], "judged": [...]}]}; exit status 1 where anything is wrong.
"""
import json
import sys
from multiprocessing import Pool

import pyhanko_judge
import raw
import tools

roots = None
root_path = None


def start(path):
    global roots, root_path
    root_path = path
    roots = pyhanko_judge.certificates(path)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def by_pyhanko(original, signed, ours, password):
    """(what is wrong, what it abstains from)"""
    said = pyhanko_judge.judge(signed, roots, only=ours, password=password)
    rows = {tuple(row["byte_range"]): row for row in said}
    wrong, abstained = [], []
    for byte_range in ours:
        row = rows.get(byte_range)
        if row is None:
            wrong.append(f"pyhanko: doesn't see the signature over {byte_range}")
        elif not pyhanko_judge.good(row):
            # Sound, but for the changes that came later. Something in the original may make pyHanko object to any.
            control = pyhanko_judge.objects_to_its_own(original, password) if pyhanko_judge.sound(row) else None
            if control:
                abstained.append(f"pyhanko: later changes: it objects to its own signatures on this file too: {control}")
            else:
                wrong.append(f"pyhanko: {json.dumps(row)}")
    return wrong, abstained


def by_pdfsig(path, signed, ours, password):
    rows = tools.pdfsig(path, password)
    wrong = []
    for byte_range in ours:
        row = rows.get(byte_range)
        if row is None:
            wrong.append(f"pdfsig: doesn't see the signature over {byte_range}; it sees {sorted(rows)}")
            continue
        if row["validation"] != "Signature is Valid.":
            wrong.append(f"pdfsig: {row['field']}: {row['validation']}")
        if row["total"] != (sum(byte_range[2:]) == len(signed)):
            wrong.append(f"pdfsig: {row['field']}: total document signed: {row['total']}")
    return wrong


def judge(case):
    without = set(case.get("without", []))
    password = case.get("password")
    wrong, abstained, judged = [], [], []
    original, signed = read(case["original"]), read(case["signed"])
    if not signed.startswith(original):
        return {"name": case["name"], "wrong": ["the original is no prefix of the signed file"], "abstained": [], "judged": []}
    try:
        signatures = raw.signatures(signed, len(original))
    except ValueError as error:
        return {"name": case["name"], "wrong": [str(error)], "abstained": [], "judged": []}
    if len(signatures) != case.get("signatures", 2):
        wrong.append(f"{len(signatures)} new signatures, not {case.get('signatures', 2)}")
    if signatures and sum(signatures[-1]["byte_range"][2:]) != len(signed):
        wrong.append("the last signature doesn't reach the end of the file")
    ours = [tuple(signature["byte_range"]) for signature in signatures]

    if "openssl" not in without:
        judged.append("openssl")
        for signature in signatures:
            wrong += tools.openssl_cms(signed, signature, root_path)
    if "qpdf" not in without:
        judged.append("qpdf")
        wrong += tools.qpdf(case["original"], case["signed"], password)
    if "pdfsig" not in without:
        said = by_pdfsig(case["signed"], signed, ours, password)
        if said and tools.run("pdfinfo", case["original"])[0] != 0:
            abstained.append(f"pdfsig: poppler can't read the original ({said[0]})")
        else:
            judged.append("pdfsig")
            wrong += said
    if "pyhanko" not in without:
        why = pyhanko_judge.readable(signed, password)
        if why and pyhanko_judge.readable(original, password):
            abstained.append(f"pyhanko can't read the original: {why}")
        else:
            judged.append("pyhanko")
            more, doubts = ([f"pyhanko: {why}"], []) if why else by_pyhanko(original, signed, ours, password)
            wrong += more
            abstained += doubts
    return {"name": case["name"], "wrong": wrong, "abstained": abstained, "judged": judged}


def safely(case):
    try:
        return judge(case)
    except Exception as error:  # noqa: BLE001 - one bad file must not silence the rest
        return {"name": case["name"], "wrong": [f"{type(error).__name__}: {error}"], "abstained": [], "judged": []}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        manifest = json.load(file)
    with Pool(initializer=start, initargs=(manifest["root"],)) as pool:
        answers = pool.map(safely, manifest["cases"], chunksize=1)
    json.dump({"cases": answers}, sys.stdout, indent=1, ensure_ascii=False)
    print()
    return 1 if any(answer["wrong"] for answer in answers) else 0


if __name__ == "__main__":
    sys.exit(main())
