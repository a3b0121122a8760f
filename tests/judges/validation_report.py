#!/usr/bin/env python3
"""Hold validation reports against the structure that ETSI TS 119 102-2 V1.4.1 gives them: which elements stand in which,
in which order and how often; types of values; identifiers and what refers to them; the standard's URIs.

usage: validation_report.py REPORT.xml...
Prints what is wrong, then `N passed, N failed`, in reports; exit status 1 where anything is.
"""
import base64
import re
import sys
from datetime import datetime

from lxml import etree

VR = "http://uri.etsi.org/19102/v1.4.1#"
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
TSL = "http://uri.etsi.org/02231/v2#"
PREFIX = {VR: "", DS: "ds:", XADES: "XAdES:", TSL: "tsl:"}

# Clause: what an element holds, as a regular expression over the names of its children, each followed by a space.
DIGEST = "ds:DigestMethod ds:DigestValue "
STATUS = "MainIndication (SubIndication )*(AssociatedValidationReportData )*"
MODELS = {
    # 4.2
    "ValidationReport": "(SignatureValidationReport )+(SignatureValidationObjects )?(SignatureValidator )?",
    # 4.3
    "SignatureValidationReport": "(SignatureIdentifier )?(ValidationConstraintsEvaluationReport )?(ValidationTimeInfo )?"
    "(SignersDocument )?(SignatureAttributes )?(SignerInformation )?(SignatureQuality )?(SignatureValidationProcess )?"
    "SignatureValidationStatus (OtherInformation )?",
    "SignatureIdentifier": "(DigestAlgAndValue )?(ds:SignatureValue )?HashOnly DocHashOnly (DAIdentifier )?"
    "(OtherInformation )?",
    "DigestAlgAndValue": DIGEST,
    "ValidationConstraintsEvaluationReport": "(SignatureValidationPolicy )?(ValidationConstraint )*",
    "SignatureValidationPolicy": "SignaturePolicyIdentifier (PolicyName )?(FormalPolicyURI )?(ReadablePolicyURI )?"
    "(FormalPolicyObject )?",
    "SignaturePolicyIdentifier": "XAdES:SignaturePolicyId |XAdES:SignaturePolicyImplied ",
    "XAdES:SignaturePolicyId": "XAdES:SigPolicyId (ds:Transforms )?XAdES:SigPolicyHash (XAdES:SigPolicyQualifiers )?",
    "XAdES:SigPolicyId": "XAdES:Identifier (XAdES:Description )?(XAdES:DocumentationReferences )?",
    "XAdES:SigPolicyHash": DIGEST,
    "ValidationConstraint": "ValidationConstraintIdentifier (ValidationConstraintParameter )*ConstraintStatus "
    "(ValidationStatus )?(Indications )?",
    "ConstraintStatus": "Status (OverriddenBy )?",
    "ValidationStatus": STATUS,
    "SignatureValidationStatus": STATUS,
    "ValidationTimeInfo": "ValidationTime BestSignatureTime ",
    "BestSignatureTime": "POETime TypeOfProof (POEObject )?",
    "SignersDocument": "(DigestAlgAndValue (SignersDocumentRepresentation )?|SignersDocumentRepresentation )"
    "(SignersDocumentRef )?",
    "SignerInformation": "SignerCertificate (Signer )?(OtherInformation )?",
    "SignatureValidationProcess": "(SignatureValidationProcessID )?(SignatureValidationServicePolicy )?"
    "(SignatureValidationPracticeStatement )?(OtherInformation )?",
    "AssociatedValidationReportData": "(TrustAnchor )?(CertificateChain )?(RelatedValidationObject )*"
    "(RevocationStatusInformation )?(CryptoInformation )?(AdditionalValidationReportData )?",
    "CertificateChain": "SigningCertificate (IntermediateCertificate )*(TrustAnchor )?(OtherInformation )?",
    "RevocationStatusInformation": "ValidationObjectId RevocationTime (RevocationReason )?(RevocationObject )?"
    "(OtherInformation )?",
    "CryptoInformation": "ValidationObjectId Algorithm (AlgorithmParameters )?SecureAlgorithm (NotAfter )?"
    "(OtherInformation )?",
    # 4.4
    "SignatureValidationObjects": "(ValidationObject )+",
    "ValidationObject": "ObjectType ValidationObjectRepresentation (POE )?(POEProvisioning )?(ValidationReport )?",
    "ValidationObjectRepresentation": "(direct |base64 |DigestAlgAndValue |URI )+",
    "POE": "POETime TypeOfProof (POEObject )?",
    "POEProvisioning": "POETime (ValidationObject )*(SignatureReference )*",
    # 4.5
    "SignatureValidator": "(DigitalId )+(TSPInformation )?(OtherInformation )?",
    "DigitalId": "tsl:X509Certificate |tsl:X509SubjectName |ds:KeyValue |tsl:X509SKI |tsl:Other ",
    # Annex A
    "SignatureAttributes": "(SigningTime |SigningCertificate |MessageDigest |SignatureTimeStamp |DocTimeStamp |SubFilter |"
    "ByteRange |Reason |DSS )+",
    "SigningTime": "(AttributeObject )*Time ",
    "SignatureAttributes/SigningCertificate": "(AttributeObject )*(CertID )*",
    "MessageDigest": "(AttributeObject )*Digest ",
    "SignatureTimeStamp": "(AttributeObject )*TimeStampValue ",
    "DocTimeStamp": "(AttributeObject )*TimeStampValue ",
    "SubFilter": "(AttributeObject )*SubFilterElement ",
}
# A time-stamp's own report has the type of a signature's.
MODELS["ValidationObject/ValidationReport"] = MODELS["SignatureValidationReport"]

REFERENCES = {
    "POEObject", "SignersDocumentRepresentation", "SignersDocumentRef", "AttributeObject", "SignerCertificate",
    "SigningCertificate", "IntermediateCertificate", "TrustAnchor", "RelatedValidationObject", "ValidationObjectId",
    "RevocationObject", "FormalPolicyObject",
}  # fmt: skip
NCNAME = re.compile(r"[A-Za-z_][\w.-]*")
URIS = {
    "MainIndication": r"urn:etsi:019102:mainindication:(total-passed|total-failed|indeterminate|passed|failed)",
    "SubIndication": r"urn:etsi:019102:subindication:[A-Z_]+|urn:kyso:subindication:[A-Z_]+",
    "TypeOfProof": r"urn:etsi:019102:poetype:(validation|provided|policy)",
    "Status": r"urn:etsi:019102:constraintStatus:(applied|disabled|overridden)",
    "SignatureValidationProcessID": r"urn:etsi:019102:validationprocess:(Basic|LTVM|LTA)",
    "ObjectType": r"urn:etsi:019102:validationObject:(certificate|CRL|OCSPResponse|timestamp|evidencerecord|publicKey|"
    r"signedData|other)",
}


def is_base64(text):
    return bool(base64.b64decode(text, validate=True))


def is_time(text):
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).tzinfo is not None


VALUES = {
    "POETime": is_time, "ValidationTime": is_time, "Time": is_time, "TimeStampValue": is_time, "RevocationTime": is_time,
    "NotAfter": is_time, "base64": is_base64, "Digest": is_base64, "ds:DigestValue": is_base64,
    "ds:SignatureValue": is_base64, "HashOnly": {"true", "false"}.__contains__,
    "DocHashOnly": {"true", "false"}.__contains__, "SecureAlgorithm": {"true", "false"}.__contains__,
    "ByteRange": lambda text: all(re.fullmatch(r"-?\d+", part) for part in text.split()),
}  # fmt: skip
LEAVES = set(VALUES) | set(URIS) | {
    "DAIdentifier", "XAdES:Identifier", "PolicyName", "ValidationConstraintIdentifier", "Indications", "Signer",
    "SignatureValidationServicePolicy", "Algorithm", "RevocationReason", "URI", "SubFilterElement", "tsl:Other",
    "OtherInformation", "ds:DigestMethod",
}  # fmt: skip


def name(element):
    qualified = etree.QName(element)
    return PREFIX.get(qualified.namespace, "?") + qualified.localname


def judge(path):
    wrong = []
    root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    if root.tag != f"{{{VR}}}ValidationReport":
        return [f"the root is {root.tag}"]
    ids, references = [], []
    for element in root.iter():
        own = name(element)
        inside = f"{name(element.getparent())}/{own}" if element.getparent() is not None else own
        where = f"line {element.sourceline}: {inside}"
        children = "".join(f"{name(child)} " for child in element)
        text = (element.text or "").strip()
        if "id" in element.attrib:
            ids.append(element.get("id"))
        model = MODELS.get(inside, MODELS.get(own))
        if own in REFERENCES and inside not in MODELS:
            references += [(where, one) for one in element.get("VOReference", "").split()]
            if not element.get("VOReference") or children or text:
                wrong.append(f"{where}: a reference, and nothing else, is expected")
        elif model is not None:
            if not re.fullmatch(model, children) or text:
                wrong.append(f"{where}: holds {children or text!r}")
        elif own in LEAVES:
            if children:
                wrong.append(f"{where}: holds {children}")
            try:
                if own in VALUES and not VALUES[own](text):
                    wrong.append(f"{where}: is {text!r}")
            except ValueError as error:
                wrong.append(f"{where}: is {text!r}: {error}")
            if own in URIS and not re.fullmatch(URIS[own], text):
                wrong.append(f"{where}: is {text!r}")
        else:
            wrong.append(f"{where}: isn't in the standard")
    wrong += [f"id {one} isn't a name, or is there twice" for one in ids if not NCNAME.fullmatch(one) or ids.count(one) > 1]
    wrong += [f"{where}: {one} isn't there" for where, one in references if one not in ids]
    return wrong


def main():
    bad = 0
    for path in sys.argv[1:]:
        wrong = judge(path)
        bad += bool(wrong)
        for line in wrong:
            print(f"{path}: {line}")
    print(f"{len(sys.argv) - 1 - bad} passed, {bad} failed")
    return 1 if bad or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
