"""pdfsig, qpdf and openssl as judges. Each function returns what is wrong as a list of sentences; none is good."""
import os
import re
import subprocess
import tempfile
from pathlib import Path

import raw


def run(*command, timeout=120):
    done = subprocess.run(command, capture_output=True, timeout=timeout, env={**os.environ, "LC_ALL": "C.UTF-8"})
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def pdfsig(path, password=None):
    """{byte range: {"validation", "total", "field"}} as pdfsig reports it; {} where it reads no signature."""
    unlock = ["-upw", password] if password else []
    _, out, _ = run("pdfsig", "-nocert", *unlock, str(path))
    answers = {}
    for block in re.split(r"(?m)^Signature #\d+:", out)[1:]:
        ranges = re.search(r"Signed Ranges: \[(\d+) - (\d+)\], \[(\d+) - (\d+)\]", block)
        if not ranges:
            continue
        first, first_end, second, second_end = (int(number) for number in ranges.groups())
        validation = re.search(r"Signature Validation: (.*)", block)
        field = re.search(r"Signature Field Name: (.*)", block)
        answers[(first, first_end - first, second, second_end - second)] = {
            "validation": validation.group(1).strip() if validation else "not validated",
            "total": "- Total document signed" in block,
            "field": field.group(1).strip() if field else None,
        }
    return answers


def qpdf_findings(path, password=None):
    """What `qpdf --check` complains of, without names, offsets and object numbers; and its exit code."""
    code, out, err = run("qpdf", f"--password={password or ''}", "--check", str(path))
    lines = set()
    for line in (out + err).splitlines():
        if "WARNING" in line or "ERROR" in line or "rror:" in line:
            line = line.replace(str(path), "FILE")
            lines.add(re.sub(r"\d+", "N", line))
    return code, lines


def qpdf_reads(path):
    """Whether qpdf can read the file, mending it if it must."""
    code, _, _ = run("qpdf", "--check", str(path))
    return code in (0, 3)


def qpdf(original, signed, password=None):
    before, old = qpdf_findings(original, password)
    after, new = qpdf_findings(signed, password)
    wrong = [f"qpdf: new: {line}" for line in sorted(new - old)]
    if after != before and after != 0 and not wrong:
        wrong.append(f"qpdf: exit code {before} before, {after} after")
    return wrong


def openssl_cms(data, signature, root, at=None):
    """`openssl cms -verify`, detached, over the covered bytes."""
    with tempfile.TemporaryDirectory() as folder:
        cms, content = Path(folder, "cms.der"), Path(folder, "content")
        try:
            cms.write_bytes(raw.der(signature["contents"]))
        except ValueError as error:
            return [f"openssl: {error}"]
        content.write_bytes(raw.covered(data, signature["byte_range"]))
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", str(cms), "-content", str(content)]
        command += ["-CAfile", str(root), "-purpose", "any", "-out", "/dev/null"]
        command += ["-attime", str(at)] if at else []
        code, _, err = run(*command)
        return [] if code == 0 else [f"openssl: {' / '.join(err.split(chr(10)))[:300]}"]
