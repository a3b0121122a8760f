#!/usr/bin/env python3
"""What pyHanko says of the signatures in PDFs.

usage: pyhanko_judge.py --root ROOT.pem [--at RFC3339] FILE...
Prints one JSON array, one element a file; exit status 1 where any signature isn't intact, valid, trusted and allowed.
"""
import argparse
import functools
import io
import json
import logging
import sys
from datetime import datetime, timedelta, timezone

from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import CertificateBuilder, NameAttribute
from cryptography.x509 import Name as x509_name
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

logging.disable(logging.CRITICAL)


def certificates(path):
    with open(path, "rb") as file:
        return [x509.Certificate.load(der) for _, _, der in pem.unarmor(file.read(), multiple=True)]


def opened(data, password=None):
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    if password is not None:
        reader.decrypt(password)
    return reader


def readable(data, password=None):
    """None, or why pyHanko can't read the bytes at all."""
    try:
        reader = opened(data, password)
        reader.root["/Pages"]
        reader.embedded_signatures  # noqa: B018 - reading the form is the question
        return None
    except Exception as error:  # noqa: BLE001 - whatever it raises, it can't read them
        return f"{type(error).__name__}: {error}"


def judge(data, roots, at=None, only=None, password=None):
    """One dictionary a signature; `only` is the set of byte ranges to look at, as tuples."""
    reader = opened(data, password)
    said = []
    for signature in reader.embedded_signatures:
        byte_range = [int(number) for number in signature.byte_range]
        if only is not None and tuple(byte_range) not in only:
            continue
        context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail", moment=at)
        row = {"field": signature.field_name, "byte_range": byte_range}
        try:
            try:
                status = validate_pdf_signature(signature, signer_validation_context=context)
            except Exception as error:  # noqa: BLE001 - comparing revisions may trip over what was there before
                row["objection"] = f"{type(error).__name__}: {error}"
                status = validate_pdf_signature(signature, signer_validation_context=context, skip_diff=True)
            row |= {
                "intact": bool(status.intact),
                "valid": bool(status.valid),
                "trusted": bool(status.trusted),
                "coverage": status.coverage.name,
                "modification": getattr(status.modification_level, "name", None),
                "docmdp_ok": bool(status.docmdp_ok) and "objection" not in row,
                "bottom_line": bool(status.bottom_line),
            }
        except Exception as error:  # noqa: BLE001 - a judge that breaks has said no
            row["error"] = f"{type(error).__name__}: {error}"
        said.append(row)
    return said


def good(row):
    return bool(row.get("bottom_line") and row["intact"] and row["valid"] and row["docmdp_ok"])


def sound(row):
    """Good but for what pyHanko thinks of the changes that came later."""
    return bool(row.get("intact") and row["valid"] and row["trusted"])


def objects_to_its_own(data, password=None):
    """None, or what pyHanko says against the first of two signatures that it makes itself on these bytes."""
    try:
        signer = throwaway_signer()
        for name, box in (("ControlOne", (60, 20, 180, 60)), ("ControlTwo", (20, 20, 130, 130))):
            writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
            if password is not None:
                writer.encrypt(password)
            writer._update_meta = lambda: None  # rewriting the metadata would mend what it objects to
            fields.append_signature_field(writer, fields.SigFieldSpec(name, on_page=0, box=box))
            metadata = signers.PdfSignatureMetadata(field_name=name, subfilter=fields.SigSeedSubFilter.PADES)
            data = signers.sign_pdf(writer, metadata, signer=signer).getvalue()
        reader = opened(data, password)
        first = next(s for s in reader.embedded_signatures if s.field_name == "ControlOne")
        first.compute_integrity_info()
        return str(first.diff_result) if isinstance(first.diff_result, SuspiciousModification) else None
    except Exception as error:  # noqa: BLE001 - whatever it is, it's about the original
        return f"{type(error).__name__}: {error}"


@functools.cache
def throwaway_signer():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509_name([NameAttribute(NameOID.COMMON_NAME, "control")])
    now = datetime.now(timezone.utc)
    certificate = (
        CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(der),
        cert_registry=SimpleCertificateStore(),
    )


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
