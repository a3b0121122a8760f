#!/usr/bin/env python3
"""The validator of E-ARK information packages (PyPI: eark-validator, the E-ARK project's own) judges the folder of a package.

usage: package_judge.py FOLDER        The folder that has METS.xml. Prints what is wrong; exit status 1 where anything is.

It fetches four vocabularies when it's loaded. Their terms stand below as far as packages here use them, so that nothing is fetched, and
another term is wrong. Beside what it judges of the package, METS of the representation is held against the schema and against the rules that are about
it too, fields.xml against its schema, each file against size and digest in its METS, and each file has to stand in one.
"""
import hashlib
import io
import sys
import urllib.request
from pathlib import Path

from lxml import etree

VOCABULARIES = {
    "CSIPVocabularyContentCategory.xml": ["Textual works – Digital"],
    "CSIPVocabularyContentInformationType.xml": ["MIXED", "OTHER"],
    "CSIPVocabularyOAISPackageType.xml": ["SIP", "AIP", "DIP"],
    "CSIPVocabularyStatus.xml": ["CURRENT", "SUPERSEDED"],
}
# Of a representation's METS the rules about the package's documentation, schemas and representations aren't asked.
OF_THE_PACKAGE = {"CSIP60", "CSIP113", "CSIP114", "CSIP95", "CSIP99", "CSIP103"}


def opened(address, *_, **__):
    terms = VOCABULARIES[address.rsplit("/", 1)[1]]
    return io.BytesIO("".join(f"<Term>{term}</Term>\n" for term in terms).encode())


urllib.request.urlopen = opened
from eark_validator.mets import MetsFiles, MetsValidator  # noqa: E402
from eark_validator.model import Severity  # noqa: E402
from eark_validator.packages import PackageValidator  # noqa: E402
from eark_validator.rules import ValidationProfile  # noqa: E402
from eark_validator.specifications.specification import SpecificationType, SpecificationVersion  # noqa: E402


def told(result):
    return f"{result.rule_id}: {result.message} ({result.location})"


def listed(folder, wrong):
    """The files that a METS lists, each held against size and digest."""
    files = set()
    try:
        entries = MetsFiles.from_file(folder / "METS.xml").file_entries
    except (ValueError, AttributeError, KeyError) as error:
        wrong.append(f"{folder.name}/METS.xml can't be read: {error}")
        entries = []
    for entry in entries:
        path = folder / entry.path
        files.add(path)
        if not path.is_file():
            wrong.append(f"{entry.path} is listed and isn't there")
            continue
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if len(content) != entry.size or digest != entry.checksum.value.lower():
            wrong.append(f"{entry.path} isn't what METS says")
    return files


def main(folder):
    wrong = []
    report = PackageValidator(folder, SpecificationVersion.V2_1_0).validation_report
    results = list(report.structure.messages)
    if report.metadata is None:
        wrong.append("the package can't be read")
    else:
        results += report.metadata.schema_results.messages + report.metadata.schematron_results.messages
    wrong += [told(result) for result in results if result.severity == Severity.ERROR]
    rep = folder / "representations" / "rep1"
    validator = MetsValidator(str(rep))
    try:
        validator.validate_mets("METS.xml")
    except (AttributeError, KeyError) as error:
        wrong.append(f"rep1/METS.xml can't be read: {error}")
    wrong += [f"rep1: {told(result)}" for result in validator.validation_errors]
    profile = ValidationProfile(SpecificationType.CSIP, SpecificationVersion.V2_1_0)
    profile.validate(str(rep / "METS.xml"))
    errors = [result for result in profile.get_all_results() if result.severity == Severity.ERROR]
    wrong += [f"rep1: {told(result)}" for result in errors if result.rule_id not in OF_THE_PACKAGE]
    fields = folder / "metadata" / "descriptive" / "fields.xml"
    if fields.is_file():
        schema = etree.XMLSchema(etree.parse(folder / "schemas" / "fields.xsd"))
        if not schema.validate(etree.parse(fields)):
            wrong += [f"fields.xml: {error.message}" for error in schema.error_log]
    files = listed(folder, wrong) | listed(rep, wrong) | {folder / "METS.xml"}
    wrong += [f"{path} is in no METS" for path in folder.rglob("*") if path.is_file() and path not in files]
    for result in results:
        if result.severity != Severity.ERROR:
            print(f"{result.severity.name}: {told(result)}")
    print("\n".join(wrong) if wrong else f"valid: {len(files)} files")
    return 1 if wrong else 0


sys.exit(main(Path(sys.argv[1]).resolve()))
