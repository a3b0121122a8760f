#!/usr/bin/env python3
"""Makes the certificates, time-stamp tokens and PDF files of this folder, by the command `openssl` with an OpenSSL from 3.5 on.

usage: make.py        (README.md says which OpenSSL they were made with)

Nothing here is kyso's: the keys, the certificates and the CMS are OpenSSL's, TSTInfo and PDF are written below. Keys aren't kept.
"""
import hashlib
import os
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# Name: the root's key, the authority's key, the digest algorithm that goes with it (RFC 9882, 3.3; RFC 9814, 4).
AUTHORITIES = {
    "ml-dsa": ("ML-DSA-65", "ML-DSA-65", "sha512"),
    "slh-dsa": ("SLH-DSA-SHA2-128s", "SLH-DSA-SHA2-128s", "sha256"),
    # The root is one that every OpenSSL reads: only the token itself needs a newer one.
    "mixed": ("EC", "ML-DSA-44", "sha256"),
}
CONFIG = """
[ca]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[authority]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def run(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"openssl {arguments[0]}: {done.stderr.decode()}")
    return done.stdout


def tlv(tag, *contents):
    content = b"".join(contents)
    size = len(content)
    octets = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + octets + content


def tst_info(digest, serial):
    """RFC 3161, 2.4.2, over a SHA-256 digest."""
    sha256 = tlv(0x30, tlv(0x06, bytes.fromhex("608648016503040201")))
    policy = tlv(0x06, bytes.fromhex("2a0304"))  # 1.2.3.4
    imprint = tlv(0x30, sha256, tlv(0x04, digest))
    return tlv(0x30, tlv(2, b"\1"), policy, imprint, tlv(2, bytes([serial])), tlv(0x18, b"20260302030000Z"))


def key(algorithm, path):
    more = ("-pkeyopt", "ec_paramgen_curve:P-256") if algorithm == "EC" else ()
    run("genpkey", "-algorithm", algorithm, *more, "-out", path)


def certificate(folder, section, subject, subject_key, out, *issuer):
    request = folder / "request.pem"
    run("req", "-new", "-config", folder / "conf", "-key", subject_key, "-subj", f"/CN={subject}", "-out", request)
    run("ca", "-name", "ca", "-batch", "-notext", "-config", folder / "conf", "-extensions", section, *issuer, "-in", request, "-out", out,
        "-startdate", "20260101000000Z", "-enddate", "20560101000000Z")


def token(folder, name, digest, serial):
    content = folder / "content"
    content.write_bytes(tst_info(digest, serial))
    return run("cms", "-sign", "-binary", "-nodetach", "-cades", "-nosmimecap", "-md", AUTHORITIES[name][2], "-in", content,
               "-signer", folder / f"{name}.pem", "-inkey", folder / f"{name}.key", "-outform", "DER",
               "-econtent_type", "1.2.840.113549.1.9.16.1.4")


def pdf(stamp):
    """A page with a document time-stamp (ISO 32000-2, 12.8.5), by `stamp` over the SHA-256 of the byte range."""
    room = 20000
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[4 0 R]>>",
        b"<</FT/Sig/T(Stamp)/Type/Annot/Subtype/Widget/F 132/Rect[0 0 0 0]/P 3 0 R/V 5 0 R>>",
        b"<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161/ByteRange[0 %s %s %s]/Contents<" + b"0" * 2 * room + b">>>",
    ]
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    # The three numbers have ten digits each: places behind them don't move.
    moved = 3 * (10 - 2)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (start + moved)
    hole = out.index(b"/Contents<") + len("/Contents") + moved
    behind = hole + 2 * room + 2
    numbers = (b"%-10d" % hole, b"%-10d" % behind, b"%-10d" % (len(out) + moved - behind))
    out = re.sub(rb"\[0 %s %s %s\]", lambda _: b"[0 %s %s %s]" % numbers, out)
    value = stamp(hashlib.sha256(out[:hole] + out[behind:]).digest()).hex().encode()
    return out[:hole + 1] + value.ljust(2 * room, b"0") + out[behind - 1:]


def main():
    version = run("version").decode()
    library = re.search(r"Library: OpenSSL (\d+)\.(\d+)", version) or re.search(r"OpenSSL (\d+)\.(\d+)", version)
    if not library or tuple(map(int, library.groups())) < (3, 5):
        raise SystemExit(f"an OpenSSL from 3.5 on is needed: {version}")
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        (folder / "conf").write_text(CONFIG.format(folder=folder))
        (folder / "index").write_text("")
        (folder / "serial").write_text("01\n")
        for number, (name, (of_root, own, _)) in enumerate(AUTHORITIES.items()):
            root_key, own_key = folder / f"{name}-root.key", folder / f"{name}.key"
            key(of_root, root_key)
            key(own, own_key)
            root, authority = HERE / f"{name}-root.pem", folder / f"{name}.pem"
            certificate(folder, "root", f"Test root {name}", root_key, root, "-selfsign", "-keyfile", root_key)
            certificate(folder, "authority", f"Test TSA {name}", own_key, authority, "-keyfile", root_key, "-cert", root)
            object_digest = hashlib.sha256((HERE / "object.txt").read_bytes()).digest()
            (HERE / f"{name}.tst").write_bytes(token(folder, name, object_digest, 2 * number + 1))
            if name != "mixed":
                (HERE / f"{name}.pdf").write_bytes(pdf(lambda digest: token(folder, name, digest, 2 * number + 2)))


main()
