//! Reports to write in tests, and golden files to hold them against.

use std::path::Path;

use jiff::Timestamp;
use kyso::crypto::{DigestAlgorithm, SignatureAlgorithm};
use kyso::validate::{
    CertificateReport, Coverage, EvidenceSource, Level, Modifications, Process, RevocationReport, RevocationState,
    RoleSource, SignatureType, SignerKind, SignerReport, TimestampKind, TimestampReport,
};
use kyso::{Code, Finding, Indication, Language, Report, Role, Severity, SignatureReport, SubIndication};

use super::{Codes, FileReport, Ground, Unreadable};
use crate::terms::words;
use crate::trust::Roots;

const NOT_BEFORE: &str = "2026-01-01T00:00:00Z";
const NOT_AFTER: &str = "2028-12-31T00:00:00Z";

/// Holds a text against tests/golden; `UPDATE_GOLDEN=1` rewrites it, and the difference is to be read.
pub(super) fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differing = text.lines().zip(expected.lines()).find(|(is, expected)| is != expected);
    assert!(text == expected, "{} differs: {differing:#?}", path.display());
}

pub(super) fn leader() -> SignatureReport {
    let mut leader = SignatureReport::new(Some("Signature1".into()), SignatureType::Signature);
    leader.subfilter = Some("ETSI.CAdES.detached".into());
    leader.role = Role::Leader;
    leader.role_source = RoleSource::Roster;
    let subject = "CN=Nguyễn Văn Mẫu,T=Chủ tịch,O=UBND PHƯỜNG THỬ NGHIỆM,C=VN";
    let mut signer = SignerReport::new(subject, time(NOT_BEFORE), time(NOT_AFTER));
    signer.common_name = Some("Nguyễn Văn Mẫu".into());
    signer.organisation = Some("UBND PHƯỜNG THỬ NGHIỆM".into());
    signer.title = Some("Chủ tịch".into());
    signer.serial = "0a1b2c".into();
    signer.kind = SignerKind::Person;
    signer.issuer = "CN=CA CẤP PHÁT THỬ NGHIỆM,O=KYSO THỬ NGHIỆM,C=VN".into();
    signer.fingerprint = "ab".repeat(32);
    leader.signer = Some(signer);
    leader.claimed_time = Some("2026-03-02T10:00:00+07:00".into());
    leader.level = Level::B;
    leader.digest_algorithm = Some(DigestAlgorithm::Sha256);
    leader.signature_algorithm = Some(SignatureAlgorithm::RsaPkcs1v15);
    leader.byte_range = vec![0, 100, 200, 300];
    leader.coverage = Coverage::WholeRevision;
    leader.digest_ok = true;
    leader.signature_ok = true;
    leader.modifications = Modifications::FormFill;
    leader.only_signatures_later = true;
    leader.modifications_allowed = true;
    leader.indication = Indication::TotalPassed;
    leader.sub_indication = None;
    leader.findings = vec![finding(Severity::Warning, Code::TimeNotProven, "EN 319 102-1, 5.5", None)];
    leader.process = Process::Basic;
    leader.document_digest = vec![1; 32];
    leader.signature_value = vec![2; 64];
    leader
}

pub(super) fn seal() -> SignatureReport {
    let mut seal = leader();
    seal.field = Some("Signature2".into());
    seal.role = Role::Seal;
    seal.coverage = Coverage::WholeFile;
    seal.modifications = Modifications::None;
    seal.docmdp = Some(1);
    let signer = seal.signer.as_mut().unwrap();
    (signer.common_name, signer.title) = (signer.organisation.clone(), None);
    signer.kind = SignerKind::Organisation;
    seal
}

pub(super) fn finding(severity: Severity, code: Code, clause: &'static str, detail: Option<&str>) -> Finding {
    let own = code.severities().first().copied().unwrap_or(severity);
    let mut finding = Finding::new(own, code, detail.map(Into::into));
    (finding.severity, finding.clause) = (severity, clause);
    finding
}

/// One file, judged or unreadable, in no language yet.
pub(super) struct Sample {
    pub(super) file: String,
    pub(super) outcome: Result<Report, String>,
}

impl Sample {
    pub(super) fn in_language(&self, language: Language) -> FileReport {
        let outcome = match self.outcome.clone() {
            Ok(report) => Ok(words(language).report(report)),
            Err(error) => Err(Unreadable { sha256: None, bytes: 0, error }),
        };
        let again = |option: &str| format!("kyso verify {option} {}", self.file);
        let ground = Ground { roots: &Roots::None, language, is_online: false, again: &again };
        FileReport::new(self.file.clone(), outcome, Codes::default(), language).plainly(ground)
    }
}

pub(super) fn file(name: &str, signatures: Vec<SignatureReport>) -> Sample {
    let revisions = signatures.len() + 1;
    let mut outcome = Report::new(signatures, Vec::new());
    outcome.sha256 = "cd".repeat(32);
    outcome.bytes = 123_456;
    outcome.revisions = revisions;
    Sample { file: name.into(), outcome: Ok(outcome) }
}

/// Reports with an undecided signature, of an unreadable file, without a signature, and of a file that is no PDF.
pub(super) fn others() -> Vec<Sample> {
    let mut untrusted = leader();
    untrusted.role_source = RoleSource::Certificate;
    untrusted.indication = Indication::Indeterminate;
    untrusted.sub_indication = Some(SubIndication::NoCertificateChainFound);
    untrusted.findings =
        vec![finding(Severity::Error, Code::ChainUntrustedRoot, "EN 319 102-1, 5.2.6", Some("CN=CA GỐC"))];
    let mut stranger = leader();
    stranger.field = None;
    stranger.role = Role::Other;
    stranger.role_source = RoleSource::None;
    stranger.signer = None;
    stranger.digest_ok = false;
    stranger.signature_ok = false;
    stranger.claimed_time = None;
    stranger.level = Level::Other;
    stranger.digest_algorithm = None;
    stranger.signature_algorithm = None;
    stranger.indication = Indication::TotalFailed;
    stranger.sub_indication = Some(SubIndication::FormatFailure);
    stranger.findings = vec![finding(Severity::Error, Code::CmsUnreadable, "EN 319 142-1, 4.1", Some("tại byte 12"))];
    let unreadable = Sample { file: "x\u{1b}[31m.pdf".into(), outcome: Err("not a PDF".into()) };
    vec![file("a.pdf", vec![untrusted]), file("b.pdf", vec![stranger]), file("c.pdf", vec![]), unreadable]
}

/// A leader's signature at B-LT, its time-stamp and evidence, and an older certificate of the seal, revoked.
pub(super) fn long_term() -> Sample {
    let mut stamp = TimestampReport::new(TimestampKind::Signature);
    stamp.time = Some(time("2026-03-02T03:00:09Z"));
    stamp.policy = Some("1.2.3.4".into());
    stamp.tsa = Some(authority());
    stamp.imprint_ok = true;
    stamp.signature_ok = true;
    stamp.digest_algorithm = Some(DigestAlgorithm::Sha256);
    stamp.signature_algorithm = Some(SignatureAlgorithm::RsaPkcs1v15);
    stamp.indication = Indication::TotalPassed;
    stamp.sub_indication = None;
    stamp.process = Process::LongTerm;
    stamp.chain = vec![certificate("CN=TSA THỬ NGHIỆM,C=VN", "d1", Some(good())), anchor()];
    stamp.token = vec![3; 8];
    let mut signed = leader();
    signed.best_signature_time = stamp.time;
    signed.level = Level::Lt;
    signed.process = Process::Time;
    signed.chain = vec![certificate("CN=Nguyễn Văn Mẫu,C=VN", "ab", Some(good())), anchor()];
    signed.timestamps = vec![stamp];
    signed.missing = vec![finding(Severity::Info, Code::MissingDocumentTimeStamp, "EN 319 142-1 6.3", None)];
    signed.findings = Vec::new();
    let mut revoked = good();
    revoked.status = RevocationState::Revoked;
    revoked.source = Some(EvidenceSource::Ocsp);
    revoked.revoked_at = Some(time("2026-03-01T03:00:00Z"));
    revoked.reason = Some("keyCompromise");
    revoked.evidence = Some([5; 8].into());
    let detail = Some("2026-03-01T03:00:00Z");
    let mut sealed = seal();
    sealed.indication = Indication::TotalFailed;
    sealed.sub_indication = Some(SubIndication::Revoked);
    sealed.chain = vec![certificate("CN=UBND PHƯỜNG THỬ NGHIỆM,C=VN", "ac", Some(revoked)), anchor()];
    sealed.missing = vec![finding(Severity::Info, Code::MissingTimeStamp, "EN 319 142-1 6.3", None)];
    let mut found = finding(Severity::Error, Code::RevocationRevoked, "EN 319 102-1 5.2.6", detail).on_page(Some(2));
    found.object = Some(12);
    sealed.findings = vec![found];
    file("hồ sơ <&> 1.pdf", vec![signed, sealed])
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn authority() -> SignerReport {
    let mut authority = leader().signer.unwrap();
    authority.subject = "CN=TSA THỬ NGHIỆM,C=VN".into();
    authority.common_name = Some("TSA THỬ NGHIỆM".into());
    authority.kind = SignerKind::Unknown;
    authority.title = None;
    authority.fingerprint = "d1".repeat(32);
    authority
}

fn certificate(subject: &str, mark: &str, revocation: Option<RevocationReport>) -> CertificateReport {
    let mut certificate = CertificateReport::new(subject, time(NOT_BEFORE), time(NOT_AFTER));
    certificate.fingerprint = mark.repeat(32);
    certificate.revocation = revocation;
    certificate.der = mark.as_bytes().to_vec();
    certificate
}

fn anchor() -> CertificateReport {
    let mut anchor = certificate("CN=CA GỐC THỬ NGHIỆM,C=VN", "f0", None);
    anchor.is_anchor = true;
    anchor
}

fn good() -> RevocationReport {
    let mut good = RevocationReport::new(RevocationState::Good);
    good.source = Some(EvidenceSource::Crl);
    good.this_update = Some(time("2026-03-03T03:00:00Z"));
    good.next_update = Some(time("2026-03-10T03:00:00Z"));
    good.produced_at = good.this_update;
    good.signer = Some("CN=CA GỐC THỬ NGHIỆM,C=VN".into());
    good.evidence = Some([4; 8].into());
    good
}
