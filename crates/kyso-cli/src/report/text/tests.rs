//! Golden reports: tests/golden/*.txt. `UPDATE_GOLDEN=1 cargo test` rewrites them; read the difference.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;

use kyso::crypto::{DigestAlgorithm, SignatureAlgorithm};
use kyso::validate::report::{
    Coverage, Indication, Level, Modifications, Process, RoleSource, SignatureReport, SignatureType, SignerKind,
    SignerReport, SubIndication,
};

use super::*;
use crate::report::Unreadable;

fn golden(name: &str, mut reports: Vec<FileReport>) {
    for (language, suffix) in [(Language::Vietnamese, "vi"), (Language::English, "en")] {
        reports.iter_mut().for_each(|report| report.localise(language));
        let mut text = Vec::new();
        write(&reports, Style { language, colour: false }, &mut text).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.{suffix}.txt"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        let text = String::from_utf8(text).unwrap();
        let differing = text.lines().zip(expected.lines()).find(|(is, expected)| is != expected);
        assert!(text == expected, "{} differs: {differing:#?}", path.display());
    }
}

fn leader() -> SignatureReport {
    SignatureReport {
        field: Some("Signature1".into()),
        kind: SignatureType::Signature,
        subfilter: Some("ETSI.CAdES.detached".into()),
        role: Role::Leader,
        role_source: RoleSource::Roster,
        signer: Some(SignerReport {
            subject: "CN=Nguyễn Văn Mẫu,T=Chủ tịch,O=UBND PHƯỜNG THỬ NGHIỆM,C=VN".into(),
            common_name: Some("Nguyễn Văn Mẫu".into()),
            organisation: Some("UBND PHƯỜNG THỬ NGHIỆM".into()),
            title: Some("Chủ tịch".into()),
            serial: "0a1b2c".into(),
            kind: SignerKind::Person,
            issuer: "CN=CA CẤP PHÁT THỬ NGHIỆM,O=KYSO THỬ NGHIỆM,C=VN".into(),
            not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2028-12-31T00:00:00Z".parse().unwrap(),
            fingerprint: "ab".repeat(32),
        }),
        claimed_time: Some("2026-03-02T10:00:00+07:00".into()),
        best_signature_time: None,
        level: Level::B,
        digest_algorithm: Some(DigestAlgorithm::Sha256),
        signature_algorithm: Some(SignatureAlgorithm::RsaPkcs1v15),
        byte_range: vec![0, 100, 200, 300],
        coverage: Coverage::WholeRevision,
        digest_ok: true,
        signature_ok: true,
        modifications: Modifications::FormFill,
        modifications_allowed: true,
        docmdp: None,
        indication: Indication::TotalPassed,
        sub_indication: None,
        findings: vec![finding(Severity::Warning, "time.not-proven", "EN 319 102-1, 5.5", None)],
        process: Process::Basic,
        chain: Vec::new(),
        timestamps: Vec::new(),
        missing: Vec::new(),
        document_digest: vec![1; 32],
        signature_value: vec![2; 64],
    }
}

fn seal() -> SignatureReport {
    let mut seal = SignatureReport {
        field: Some("Signature2".into()),
        role: Role::Seal,
        coverage: Coverage::WholeFile,
        modifications: Modifications::None,
        docmdp: Some(1),
        ..leader()
    };
    let signer = seal.signer.as_mut().unwrap();
    (signer.common_name, signer.title) = (signer.organisation.clone(), None);
    signer.kind = SignerKind::Organisation;
    seal
}

fn finding(severity: Severity, code: &'static str, clause: &'static str, detail: Option<&str>) -> Finding {
    Finding { severity, code, clause, message: String::new(), object: None, page: None, detail: detail.map(Into::into) }
}

fn file(name: &str, signatures: Vec<SignatureReport>) -> FileReport {
    let outcome = Report {
        sha256: "cd".repeat(32),
        bytes: 123_456,
        revisions: signatures.len() + 1,
        encrypted: false,
        signatures,
        findings: Vec::new(),
    };
    FileReport { file: name.into(), outcome: Ok(outcome) }
}

#[test]
fn signed_and_sealed() {
    golden("sealed", vec![file("ket-qua.pdf", vec![leader(), seal()])]);
}

#[test]
fn awaiting_the_seal() {
    let mut signature = leader();
    (signature.coverage, signature.modifications) = (Coverage::WholeFile, Modifications::None);
    let mut file = file("ket-qua.pdf", vec![signature]);
    let awaiting = finding(Severity::Info, "role.awaiting-seal", "Nghị định 30/2020/NĐ-CP, Điều 5", None);
    file.outcome.as_mut().unwrap().findings.push(awaiting);
    golden("awaiting-seal", vec![file]);
}

#[test]
fn changed_after_signing() {
    let failed = SignatureReport {
        digest_ok: false,
        modifications: Modifications::None,
        indication: Indication::TotalFailed,
        sub_indication: Some(SubIndication::HashFailure),
        findings: vec![finding(Severity::Error, "digest.mismatch", "EN 319 102-1, 5.2.7", None)],
        ..leader()
    };
    let changed = SignatureReport {
        modifications: Modifications::Other,
        modifications_allowed: false,
        findings: vec![
            finding(Severity::Error, "modifications.other", "ISO 32000-2, 12.8.2.2", Some("7 0")),
            finding(Severity::Warning, "coverage.later-bytes", "EN 319 142-1, 5.4", None),
        ],
        ..leader()
    };
    golden("changed", vec![file("hash.pdf", vec![failed]), file("shadow.pdf", vec![changed])]);
}

#[test]
fn undecided_unsigned_unreadable() {
    let untrusted = SignatureReport {
        role_source: RoleSource::Certificate,
        indication: Indication::Indeterminate,
        sub_indication: Some(SubIndication::NoCertificateChainFound),
        findings: vec![finding(Severity::Error, "chain.untrusted-root", "EN 319 102-1, 5.2.6", Some("CN=CA GỐC"))],
        ..leader()
    };
    let stranger = SignatureReport {
        field: None,
        role: Role::Other,
        role_source: RoleSource::None,
        signer: None,
        digest_ok: false,
        signature_ok: false,
        claimed_time: None,
        level: Level::Other,
        digest_algorithm: None,
        signature_algorithm: None,
        indication: Indication::TotalFailed,
        sub_indication: Some(SubIndication::FormatFailure),
        findings: vec![finding(Severity::Error, "cms.unreadable", "EN 319 142-1, 4.1", Some("tại byte 12"))],
        ..leader()
    };
    let unreadable = FileReport {
        file: "x\u{1b}[31m.pdf".into(),
        outcome: Err(Unreadable { sha256: None, bytes: 0, error: "not a PDF".into() }),
    };
    golden(
        "others",
        vec![file("a.pdf", vec![untrusted]), file("b.pdf", vec![stranger]), file("c.pdf", vec![]), unreadable],
    );
}

#[test]
fn times_before_and_after_the_certificate() {
    let at = |time: &str| SignatureReport { claimed_time: Some(time.into()), ..leader() };
    let proven = SignatureReport { best_signature_time: Some("2026-03-02T03:00:09Z".parse().unwrap()), ..leader() };
    let early = at("2025-12-31T10:00:00+07:00");
    let late = at("2029-01-01T10:00:00+07:00");
    golden("times", vec![file("times.pdf", vec![early, late, proven])]);
}

#[test]
fn colour_only_when_asked_for() {
    let mut text = Vec::new();
    write(&[file("a.pdf", vec![seal()])], Style { language: Language::Vietnamese, colour: true }, &mut text).unwrap();
    assert!(String::from_utf8(text).unwrap().starts_with("\u{1b}[32m✔\u{1b}[0m a.pdf: HỢP LỆ."));
}
