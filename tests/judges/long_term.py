#!/usr/bin/env python3
"""What pyHanko's AdES validation (EN 319 102-1) says of signatures with time-stamps and evidence, offline, at any time.

usage: long_term.py MANIFEST.json
The manifest: {"root": ROOT.pem, "cases": [{"name", "file", "at": RFC3339, "level": "b" | "t" | "lt" | "lta" | "lta-later",
"crls": [DER file, …],
"ocsp_responses": [DER file, …]}]}. The level says which process is asked: 5.3, 5.5 or 5.6;
"lta-later" lets pyHanko suppose that the file was renewed in time until then.
Prints {"cases": [{"name", "signatures": [{"field", "indication", "sub_indication", "best_signature_time"}]}]}.
"""
import asyncio
import json
import logging
import sys
from datetime import datetime

from asn1crypto import crl, ocsp
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    CRLContainer,
    LocalKnowledge,
    OCSPContainer,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager

import pyhanko_judge

logging.disable(logging.CRITICAL)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def knowledge(reader, case):
    """The evidence: given for a signature that has none of its own, else the document's DSS."""
    lists = [read(path) for path in case.get("crls", [])]
    answers = [read(path) for path in case.get("ocsp_responses", [])]
    certificates = []
    if case["level"] == "lt":
        dss = DocumentSecurityStore.read_dss(reader)
        lists += [reference.get_object().data for reference in dss.crls]
        answers += [reference.get_object().data for reference in dss.ocsps]
        certificates = list(dss.load_certs())
    return LocalKnowledge(
        known_crls=[CRLContainer(crl.CertificateList.load(der)) for der in lists],
        known_ocsps=[OCSPContainer(ocsp.OCSPResponse.load(der)) for der in answers],
        known_certs=certificates,
    )


def specification(roots, known):
    rule = RevocationCheckingRule.CHECK_IF_DECLARED
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule)),
    )
    gathering = RevocationInfoGatheringSpec(
        online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
        certificate_fetching_rule=CertificateFetchingRule.FOLLOW_ONLINE_RULE,
    )
    return SignatureValidationSpec(
        cert_validation_policy=policy, revinfo_gathering_policy=gathering, local_knowledge=known
    )


async def ask(signature, level, at, specification):
    timing = ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=True)
    signature.compute_integrity_info()
    digest = signature.compute_digest()
    if level == "b":
        return await ades.ades_basic_validation(
            signature.signed_data, specification, timing_info=timing, raw_digest=digest
        )
    # 5.5 is for signatures with time and for those with long-term validation material.
    if level in ("t", "lt"):
        return await ades.ades_with_time_validation(
            signature.signed_data, specification, timing_info=timing, raw_digest=digest
        )
    whole = PdfSignatureValidationSpec(signature_validation_spec=specification)
    if level == "lta-later":
        return await ades.simulate_future_ades_lta_validation(signature, whole, at)
    # At the current time: pyHanko's own.
    return await ades.ades_lta_validation(signature, whole)


def judge(case, roots):
    with open(case["file"], "rb") as file:
        reader = PdfFileReader(file, strict=False)
        said = []
        moment = datetime.fromisoformat(case["at"].replace("Z", "+00:00"))
        for signature in reader.embedded_regular_signatures:
            row = {"field": signature.field_name}
            try:
                known = specification(roots, knowledge(reader, case))
                result = asyncio.run(ask(signature, case["level"], moment, known))
                best = getattr(result, "best_signature_time", None)
                row |= {
                    "indication": result.ades_subindic.status.name,
                    "sub_indication": getattr(result.ades_subindic, "name", None),
                    "best_signature_time": best.isoformat() if best else None,
                    "why": getattr(result, "failure_msg", None),
                }
            except Exception as error:  # noqa: BLE001 - a judge that breaks has said no
                row |= {"indication": "ERROR", "sub_indication": f"{type(error).__name__}: {error}"}
            said.append(row)
    return {"name": case["name"], "signatures": said}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        manifest = json.load(file)
    roots = pyhanko_judge.certificates(manifest["root"])
    json.dump({"cases": [judge(case, roots) for case in manifest["cases"]]}, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
