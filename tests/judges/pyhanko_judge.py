#!/usr/bin/env python3
"""What pyHanko says of the signatures in PDFs.

usage: pyhanko_judge.py --root ROOT.pem [--at RFC3339] FILE...
Prints one JSON array, one element a file; exit status 1 where any signature isn't intact, valid, trusted and allowed.
"""
import argparse
import io
import json
import logging
import sys
from datetime import datetime

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

logging.disable(logging.CRITICAL)


def certificates(path):
    with open(path, "rb") as file:
        return [x509.Certificate.load(der) for _, _, der in pem.unarmor(file.read(), multiple=True)]


def readable(data):
    """None, or why pyHanko can't read the bytes at all."""
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        reader.root["/Pages"]
        reader.embedded_signatures  # noqa: B018 - reading the form is the question
        return None
    except Exception as error:  # noqa: BLE001 - whatever it raises, it can't read them
        return f"{type(error).__name__}: {error}"


def judge(data, roots, at=None, only=None):
    """One dictionary a signature; `only` is the set of byte ranges to look at, as tuples."""
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    said = []
    for signature in reader.embedded_signatures:
        byte_range = [int(number) for number in signature.byte_range]
        if only is not None and tuple(byte_range) not in only:
            continue
        context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail", moment=at)
        row = {"field": signature.field_name, "byte_range": byte_range}
        try:
            status = validate_pdf_signature(signature, signer_validation_context=context)
            row |= {
                "intact": bool(status.intact),
                "valid": bool(status.valid),
                "trusted": bool(status.trusted),
                "coverage": status.coverage.name,
                "modification": getattr(status.modification_level, "name", None),
                "docmdp_ok": bool(status.docmdp_ok),
                "bottom_line": bool(status.bottom_line),
            }
        except Exception as error:  # noqa: BLE001 - a judge that breaks has said no
            row["error"] = f"{type(error).__name__}: {error}"
        said.append(row)
    return said


def good(row):
    return bool(row.get("bottom_line") and row["intact"] and row["valid"] and row["docmdp_ok"])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--root", required=True)
    arguments.add_argument("--at", type=datetime.fromisoformat)
    arguments.add_argument("files", nargs="+")
    options = arguments.parse_args()
    roots = certificates(options.root)
    answers = []
    for name in options.files:
        with open(name, "rb") as file:
            data = file.read()
        try:
            answers.append({"file": name, "signatures": judge(data, roots, options.at)})
        except Exception as error:  # noqa: BLE001
            answers.append({"file": name, "error": f"{type(error).__name__}: {error}", "signatures": []})
    json.dump(answers, sys.stdout, indent=1)
    print()
    return 0 if all(a["signatures"] and all(map(good, a["signatures"])) for a in answers) else 1


if __name__ == "__main__":
    sys.exit(main())
