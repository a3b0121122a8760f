#!/usr/bin/env python3
"""What `page` (page-validation) says of PDFs as PDF/A: an implementation of ISO 19005 that shares nothing with ours.

usage: pdfa_judge.py PROFILE FILE...
PROFILE is 2b, 2u, 2a and so on; ua1 is PDF/UA-1.
Prints one JSON array, one element a file; exit status 1 where any file doesn't conform.
"""
import json
import sys

import page


def judge(path, profile):
    """{"file", "rules": how many were checked, "wrong": [sentence, …]}; none wrong is good."""
    try:
        report = page.validate_pdf(path, profile=profile)
    except page.PageError as error:
        return {"file": path, "rules": 0, "wrong": [f"{type(error).__name__}: {error}"]}
    wrong = []
    for failure in report.failures:
        where = f" (object {failure.object_id.object_number})" if failure.object_id else ""
        wrong.append(f"{failure.rule_id}{where}: {failure.message}")
    if not report.is_compliant and not wrong:
        wrong.append("doesn't conform, and no rule is named")
    return {"file": path, "rules": report.rules.total, "wrong": wrong}


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    answers = [judge(path, sys.argv[1]) for path in sys.argv[2:]]
    json.dump(answers, sys.stdout, indent=1, ensure_ascii=False)
    print()
    return 1 if any(answer["wrong"] for answer in answers) else 0


if __name__ == "__main__":
    sys.exit(main())
