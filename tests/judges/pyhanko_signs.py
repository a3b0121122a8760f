#!/usr/bin/env python3
"""Signs PDFs with pyHanko at PAdES levels, by services on the loopback interface.

usage: pyhanko_signs.py MANIFEST.json
The manifest: {"root": ROOT.pem, "key": KEY.pem, "cert": CERT.pem, "chain": CHAIN.pem, "tsa": URL,
"prefer_pss": bool, "cases": [{"in": FILE, "out": FILE, "level": "b" | "t" | "lt" | "lta"}]}. Fetches what the certificates name.
"""
import asyncio
import json
import sys

import aiohttp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps.aiohttp_client import AIOHttpTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

import pyhanko_judge


async def sign(case, manifest, session):
    signer = signers.SimpleSigner.load(
        manifest["key"],
        manifest["cert"],
        ca_chain_files=(manifest["chain"], manifest["root"]),
        prefer_pss=manifest["prefer_pss"],
    )
    level = case["level"]
    context = ValidationContext(
        trust_roots=pyhanko_judge.certificates(manifest["root"]),
        allow_fetching=True,
        revocation_mode="require",
        fetcher_backend=AIOHttpFetcherBackend(session),
    )
    metadata = signers.PdfSignatureMetadata(
        field_name="Signature1",
        subfilter=fields.SigSeedSubFilter.PADES,
        embed_validation_info=level in ("lt", "lta"),
        use_pades_lta=level == "lta",
        validation_context=context if level in ("lt", "lta") else None,
    )
    stamper = AIOHttpTimeStamper(manifest["tsa"], session) if level != "b" else None
    with open(case["in"], "rb") as file, open(case["out"], "wb") as out:
        writer = IncrementalPdfFileWriter(file, strict=False)
        await signers.PdfSigner(metadata, signer, timestamper=stamper).async_sign_pdf(writer, output=out)


async def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        manifest = json.load(file)
    async with aiohttp.ClientSession() as session:
        for case in manifest["cases"]:
            await sign(case, manifest, session)


if __name__ == "__main__":
    asyncio.run(main())
