//! What a person wants to know who has never heard of certificates, in two sentences: what is certain of the file, and what
//! isn't and why; and the one command that gets further.

use kyso::local_time::in_vietnam;
use kyso::validate::{Modifications, SignatureType};
use kyso::{Code, Indication, Language, Role, Severity, SignatureReport, SubIndication};
use kyso_desk::codes::Codes;
use kyso_words as words;
use kyso_words::{Report, Worded};
use serde::Serialize;

use super::words::Words;
use crate::exit::Exit;
use crate::text::masked;
use crate::trust::Roots;

/// The command that says which roots there are.
const TRUST_LIST: &str = "kyso trust list";

/// What a file comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Plainly {
    pub(crate) certain: String,
    pub(crate) uncertain: Option<String>,
    /// A command, as it can be copied.
    pub(crate) next: Option<String>,
}

/// What the summary is made of beside the report.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'g> {
    pub(crate) roots: &'g Roots,
    pub(crate) language: Language,
    /// Whether the network was asked already.
    pub(crate) is_online: bool,
    /// The same command about this file once more, with an option.
    pub(crate) again: &'g dyn Fn(&str) -> String,
}

/// Why a file can't be decided on.
enum Doubt {
    /// Certificates lead to no root that is trusted.
    Root,
    /// The certificate of a CA between them and the root isn't there.
    Link,
    /// Whether certificates are revoked isn't known.
    Revocation,
    /// Something else, by its name.
    Other(SubIndication),
    /// What is on the pages.
    Pages,
}

impl Plainly {
    pub(crate) fn of(report: &Report, codes: &Codes, exit: Exit, ground: Ground<'_>) -> Self {
        let words = Words(ground.language);
        match exit {
            Exit::Done => Self { certain: certain(report, words, true), uncertain: None, next: None },
            Exit::Unsigned => Self {
                certain: words.say("tệp này không có chữ ký số nào", "this file has no digital signature").into(),
                uncertain: Some(
                    words
                        .say(
                            "ai đã lập tệp này và tệp có bị sửa hay không; chỉ bản có chữ ký số mới cho biết",
                            "who made this file, and whether it was changed: only a signed copy could tell",
                        )
                        .into(),
                ),
                next: None,
            },
            Exit::Indeterminate => {
                let (uncertain, next) = doubt(report, codes).told(ground, report);
                Self { certain: certain(report, words, false), uncertain: Some(uncertain), next }
            }
            _ => Self { certain: wrong(report, words), uncertain: None, next: None },
        }
    }
}

fn signatures(report: &Report) -> impl Iterator<Item = &SignatureReport<Worded>> {
    report.signatures.iter().filter(|one| one.kind == SignatureType::Signature)
}

/// That nothing was changed, as far as that's known, and who signed when, by whose word.
fn certain(report: &Report, words: Words, is_valid: bool) -> String {
    let holds = report.signatures.iter().all(|one| one.digest_ok && one.signature_ok && one.modifications_allowed);
    let is_weak = report.signatures.iter().any(|one| {
        matches!(
            one.sub_indication,
            Some(SubIndication::CryptoConstraintsFailure | SubIndication::CryptoConstraintsFailureNoPoe)
        )
    });
    let later = report.signatures.last().map_or(Modifications::None, |one| one.modifications);
    let whole = match (holds, is_weak, later) {
        (true, false, Modifications::None | Modifications::Lta) => words
            .say("nội dung không bị sửa từ khi ký", "the contents weren't changed since they were signed")
            .to_owned(),
        (true, false, later) => {
            let what = words::modifications(later, words.0);
            match words.0 {
                Language::Vietnamese => {
                    format!("nội dung đã ký không bị sửa; sau đó chỉ có thay đổi được phép ({what})")
                }
                Language::English => format!("what was signed wasn't changed; later changes are allowed ones ({what})"),
            }
        }
        _ => words.say("tệp có chữ ký số", "the file has digital signatures").to_owned(),
    };
    let signers = signatures(report).filter_map(|one| signer(one, words)).collect::<Vec<_>>();
    if signers.is_empty() {
        return whole;
    }
    let by = match is_valid {
        true => words.say("đã ký", "signed by"),
        false => words
            .say("theo chứng thư số trong tệp, người ký là", "signed, by what the certificates in the file say, by"),
    };
    format!("{whole}; {by}: {}", signers.join("; "))
}

/// Who signed, and when.
fn signer(signature: &SignatureReport<Worded>, words: Words) -> Option<String> {
    let signer = signature.signer.as_ref()?;
    let who = signer.common_name.as_deref().unwrap_or(&signer.subject);
    let is_agency = matches!(signature.role, Role::Seal | Role::Copy);
    let parts =
        [&signer.title, &signer.organisation].into_iter().flatten().filter(|part| !is_agency && part.as_str() != who);
    let beside = parts.map(|part| masked(part)).collect::<Vec<_>>().join(", ");
    let beside = if beside.is_empty() { beside } else { format!(" ({beside})") };
    let claimed = signature.claimed_time.as_deref().and_then(|claimed| claimed.parse().ok());
    let when = match (signature.best_signature_time, claimed) {
        (Some(proven), _) => Some((proven, words.say("có dấu thời gian", "time-stamped"))),
        (None, Some(claimed)) => Some((claimed, words.say("giờ do người ký khai", "by the signer's word"))),
        (None, None) => None,
    };
    let when = when.map(|(time, word)| {
        let time = in_vietnam(time);
        // Day and minute: 02/03/2026 10:00.
        format!(", {} ({word})", time.get(..16).unwrap_or(&time))
    });
    Some(format!("{}{beside}{}", masked(who), when.unwrap_or_default()))
}

/// What is wrong for certain.
fn wrong(report: &Report, words: Words) -> String {
    let all = &report.signatures;
    let is_changed = |one: &SignatureReport<Worded>| {
        one.sub_indication == Some(SubIndication::HashFailure)
            || (one.signature_ok && one.digest_ok && !one.modifications_allowed)
    };
    let what = if all.iter().any(is_changed) {
        words.say("tài liệu đã bị sửa sau khi ký", "the document was changed after it was signed").to_owned()
    } else {
        let failed = (1..).zip(all).find(|(_, one)| one.indication == Indication::TotalFailed);
        let reason = failed.and_then(|(number, one): (usize, _)| Some((number, one.sub_indication?)));
        match (reason, words.0) {
            (Some((number, reason)), Language::Vietnamese) => {
                format!("chữ ký số thứ {number} không đúng: {}", words::sub_indication(reason, words.0))
            }
            (Some((number, reason)), Language::English) => {
                format!("signature {number} doesn't hold: {}", words::sub_indication(reason, words.0))
            }
            (None, _) => words
                .say(
                    "trong tệp có chỗ giống chữ ký số mà không phải",
                    "something in the file passes for a signature and is none",
                )
                .to_owned(),
        }
    };
    let advice = words.say(
        "đừng dùng tệp này, hãy xin lại bản khác từ nơi cấp",
        "don't use this file, ask its issuer for another copy",
    );
    format!("{what}; {advice}")
}

/// The first thing that has to be known.
fn doubt(report: &Report, codes: &Codes) -> Doubt {
    let open = || report.signatures.iter().filter(|one| one.indication == Indication::Indeterminate);
    let is = |wanted: SubIndication| open().any(|one| one.sub_indication == Some(wanted));
    let says = |code: Code| {
        open().any(|one| one.findings.iter().any(|found| found.severity == Severity::Error && found.code == code))
    };
    match () {
        () if is(SubIndication::NoCertificateChainFound) && says(Code::ChainUntrustedRoot) => Doubt::Root,
        () if is(SubIndication::NoCertificateChainFound) => Doubt::Link,
        () if is(SubIndication::TryLater) => Doubt::Revocation,
        () => match open().find_map(|one| one.sub_indication) {
            Some(other) => Doubt::Other(other),
            None if codes.leave_open() => Doubt::Pages,
            None => Doubt::Other(SubIndication::Custom),
        },
    }
}

impl Doubt {
    /// What isn't certain and why; and the command that gets further.
    fn told(&self, ground: Ground<'_>, report: &Report) -> (String, Option<String>) {
        let words = Words(ground.language);
        let online = (!ground.is_online).then(|| (ground.again)("--online"));
        let genuine = match signatures(report).count() {
            1 => words.say(
                "chứng thư số đó là thật hay do người khác tự tạo",
                "whether that certificate is genuine or somebody's own making",
            ),
            _ => words.say(
                "các chứng thư số đó là thật hay do người khác tự tạo",
                "whether those certificates are genuine or somebody's own making",
            ),
        };
        let because = |vietnamese: &'static str, english: &'static str| match words.0 {
            Language::Vietnamese => format!("{genuine}, vì {vietnamese}"),
            Language::English => format!("{genuine}, because {english}"),
        };
        match (self, ground.roots) {
            (Self::Root | Self::Link, Roots::None) => (
                because(
                    "trên máy này chưa lưu chứng thư gốc (CA gốc) nào của nơi cấp chữ ký số để đối chiếu",
                    "no root certificate of those who issue signatures is kept here to compare with",
                ),
                Some(TRUST_LIST.to_owned()),
            ),
            (Self::Root, Roots::Kept(_)) => (
                because(
                    "chúng không dẫn tới CA gốc nào lưu trên máy này",
                    "they lead to none of the roots that are kept here",
                ),
                Some(TRUST_LIST.to_owned()),
            ),
            (Self::Root, Roots::Given) => (
                because("chúng không dẫn tới CA gốc nào trong --trust", "they lead to none of the roots in --trust"),
                Some(TRUST_LIST.to_owned()),
            ),
            (Self::Link, _) => (
                because(
                    "thiếu chứng thư của CA trung gian để dẫn tới CA gốc",
                    "the certificate of a CA between them and a root is missing",
                ),
                online,
            ),
            (Self::Revocation, _) => (
                words
                    .say(
                        "chứng thư số có bị thu hồi hay không, vì chưa hỏi được nơi cấp qua mạng",
                        "whether a certificate was revoked, because its issuer wasn't asked, which needs the network",
                    )
                    .to_owned(),
                online,
            ),
            (Self::Other(reason), _) => (words::sub_indication(*reason, words.0).to_owned(), None),
            (Self::Pages, _) => (
                words
                    .say(
                        "mã QR trên các trang dẫn đi đâu; hãy xem các lưu ý bên dưới",
                        "where the QR codes on the pages lead; see the notes below",
                    )
                    .to_owned(),
                None,
            ),
        }
    }
}
