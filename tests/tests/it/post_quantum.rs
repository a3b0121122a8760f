//! Time-stamps by ML-DSA and SLH-DSA (FIPS 204, FIPS 205): what OpenSSL made of them (tests/post_quantum) verifies where the OpenSSL that
//! is linked has them, and is left open, never failed, where it hasn't. Each test holds under either: `tests/judges/post_quantum` runs
//! them under a newer one than Debian's.

use kyso::crypto::{DigestAlgorithm, SignatureAlgorithm, openssl_version};
use kyso::validate::SignatureType;
use kyso::{Anchors, Constraints, Indication, Policy, Severity, SignatureReport, TimeStampToken};
use kyso_archive::evidence::{DataObject, EvidenceRecord, Report, Stamp, verify};

const OBJECT: &[u8] = include_bytes!("../../post_quantum/object.txt");
const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;

/// A root, the token of an authority below it, and a file with a document time-stamp by that authority.
struct Made {
    name: &'static str,
    root: &'static [u8],
    token: &'static [u8],
    pdf: &'static [u8],
    algorithm: SignatureAlgorithm,
    set: &'static str,
}

const MADE: [Made; 2] = [
    Made {
        name: "ml-dsa",
        root: include_bytes!("../../post_quantum/ml-dsa-root.pem"),
        token: include_bytes!("../../post_quantum/ml-dsa.tst"),
        pdf: include_bytes!("../../post_quantum/ml-dsa.pdf"),
        algorithm: SignatureAlgorithm::MlDsa,
        set: "ML-DSA-65",
    },
    Made {
        name: "slh-dsa",
        root: include_bytes!("../../post_quantum/slh-dsa-root.pem"),
        token: include_bytes!("../../post_quantum/slh-dsa.tst"),
        pdf: include_bytes!("../../post_quantum/slh-dsa.pdf"),
        algorithm: SignatureAlgorithm::SlhDsa,
        set: "SLH-DSA-SHA2-128s",
    },
];
/// ML-DSA-44 under a root of P-256, which every OpenSSL reads.
const MIXED_ROOT: &[u8] = include_bytes!("../../post_quantum/mixed-root.pem");
const MIXED_TOKEN: &[u8] = include_bytes!("../../post_quantum/mixed.tst");

/// OpenSSL has them from 3.5.0 on. Where a newer one is asked for, no other is judged by.
fn is_there() -> bool {
    let is_there = openssl::version::number() >= 0x3050_0000;
    assert!(is_there || std::env::var_os("KYSO_NEWER_OPENSSL").is_none(), "{} isn't a newer one", openssl_version());
    is_there
}

fn policy(root: &[u8]) -> Policy {
    let mut policy = Policy::at("2026-12-01T00:00:00Z".parse().unwrap());
    policy.anchors = Anchors::read(root).unwrap();
    policy
}

fn stamp(made: &Made, policy: &Policy) -> SignatureReport {
    let report = kyso::verify(made.pdf, policy).unwrap();
    let [signature] = report.signatures.try_into().unwrap();
    assert_eq!(signature.kind, SignatureType::DocumentTimestamp);
    signature
}

fn wrong(signature: &SignatureReport) -> Vec<&'static str> {
    let wrong = signature.findings.iter().filter(|finding| finding.severity == Severity::Error);
    wrong.map(|finding| finding.code.name()).collect()
}

fn record(token: &[u8], object: &[u8], policy: &Policy) -> (Report, Vec<&'static str>) {
    let stamp = Stamp::new(SHA256, vec![SHA256.digest(OBJECT)], token.to_vec()).unwrap();
    let record = EvidenceRecord::first(&stamp, &[SHA256.digest(OBJECT)]).unwrap().to_der();
    let report = verify(&record, DataObject::One(object), policy);
    let all = report.findings.iter().chain(report.steps.iter().flat_map(|step| &step.findings));
    let wrong = all.filter(|finding| finding.severity == Severity::Error).map(|finding| finding.code.name()).collect();
    (report, wrong)
}

#[test]
fn a_document_time_stamp_verifies_where_the_algorithm_is_there() {
    for made in &MADE {
        let signature = stamp(made, &policy(made.root));
        let codes = wrong(&signature);
        assert_eq!(signature.signature_algorithm, Some(made.algorithm), "{}", made.name);
        assert!(signature.digest_ok, "{}: digests are compared in any case", made.name);
        if is_there() {
            assert_eq!((signature.indication, codes), (Indication::TotalPassed, vec![]), "{}", made.name);
        } else {
            assert_eq!(signature.indication, Indication::Indeterminate, "{}: {codes:?}", made.name);
            // Of the token itself, and of the path above it.
            assert_eq!(codes, ["algorithm.unavailable", "algorithm.unavailable"], "{}", made.name);
            let of = signature.findings.iter().find(|finding| finding.code.name() == "algorithm.unavailable").unwrap();
            let detail = of.detail.as_deref().unwrap();
            assert!(detail.contains(made.set) && detail.contains(openssl_version()), "{detail}");
        }
    }
}

#[test]
fn an_evidence_record_verifies_where_the_algorithm_is_there() {
    let mixed = (MIXED_ROOT, MIXED_TOKEN);
    for (root, token) in MADE.iter().map(|made| (made.root, made.token)).chain([mixed]) {
        let (report, codes) = record(token, OBJECT, &policy(root));
        if is_there() {
            assert_eq!((report.indication, codes), (Indication::TotalPassed, vec![]));
            assert_eq!(report.proven_since, Some("2026-03-02T03:00:00Z".parse().unwrap()));
        } else {
            assert_eq!(report.indication, Indication::Indeterminate, "{codes:?}");
            assert!(codes.iter().all(|code| *code == "algorithm.unavailable") && !codes.is_empty(), "{codes:?}");
            assert_eq!(report.proven_since, None);
        }
    }
}

/// What isn't about the signature value is judged under either OpenSSL.
#[test]
fn another_object_fails_whatever_openssl_has() {
    for made in &MADE {
        let (report, codes) = record(made.token, b"another object", &policy(made.root));
        assert_eq!(report.indication, Indication::TotalFailed, "{}", made.name);
        assert!(codes.contains(&"evidence.other-object"), "{codes:?}");
        let changed = String::from_utf8_lossy(made.pdf).contains("/MediaBox[0 0 595 842]");
        assert!(changed);
        let mut pdf = made.pdf.to_vec();
        let at = pdf.windows(7).position(|window| window == b"595 842").unwrap();
        pdf[at] = b'6';
        let report = kyso::verify(&pdf, &policy(made.root)).unwrap();
        assert_eq!(report.signatures[0].indication, Indication::TotalFailed);
        assert!(wrong(&report.signatures[0]).contains(&"digest.mismatch"));
    }
}

/// A changed signature value has failed where it can be looked at, and is no more than unknown where it can't.
#[test]
fn a_changed_value_fails_where_the_algorithm_is_there() {
    for (root, token) in MADE.iter().map(|made| (made.root, made.token)).chain([(MIXED_ROOT, MIXED_TOKEN)]) {
        // The value comes last.
        let mut changed = token.to_vec();
        *changed.last_mut().unwrap() ^= 1;
        assert!(TimeStampToken::parse(&changed).is_ok());
        let (report, codes) = record(&changed, OBJECT, &policy(root));
        let (indication, code) = match is_there() {
            true => (Indication::TotalFailed, "signature.mismatch"),
            false => (Indication::Indeterminate, "algorithm.unavailable"),
        };
        assert_eq!(report.indication, indication, "{codes:?}");
        assert!(codes.contains(&code), "{codes:?}");
    }
}

/// Other roots don't trust it, and its path isn't called wrongly signed.
#[test]
fn a_path_that_cant_be_judged_isnt_a_wrong_one() {
    for made in &MADE {
        let (report, codes) = record(made.token, OBJECT, &policy(MIXED_ROOT));
        assert_eq!(report.indication, Indication::Indeterminate);
        assert!(!codes.contains(&"chain.bad-signature"), "{codes:?}");
        assert!(codes.contains(&"chain.none"), "{codes:?}");
    }
}

/// The algorithms are data: with an end, without a line, or in a policy from before they were known.
#[test]
fn policies_say_until_when_they_are_relied_on() {
    let text = Constraints::built_in_text("default").unwrap();
    let of = |text: &str| {
        let mut policy = policy(MADE[0].root);
        policy.constraints = Constraints::from_toml(text).unwrap();
        record(MADE[0].token, OBJECT, &policy)
    };
    let at = text.find("\n# By the number in its name").unwrap();
    for (changed, is_relied_on) in [
        (text.to_owned(), true),
        (text.replace("44 = \"always\"", "44 = \"2030-01-01\""), true),
        (text.replace("44 = \"always\"", "44 = \"2026-01-01\""), false),
        (text.replace("44 = \"always\"", "87 = \"always\""), false),
        (text[..at].to_owned(), false),
    ] {
        let (report, codes) = of(&changed);
        if is_there() {
            assert_eq!(codes.contains(&"key.weak"), !is_relied_on, "{codes:?}");
        }
        let expected = if is_relied_on && is_there() { Indication::TotalPassed } else { Indication::Indeterminate };
        assert_eq!(report.indication, expected, "{codes:?}");
    }
}
