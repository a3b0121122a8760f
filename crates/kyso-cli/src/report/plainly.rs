//! What a person wants to know who has never heard of certificates, in two sentences: what is certain of the file, and what
//! isn't and why; and the one command that gets further.

use kyso::crypto::DigestAlgorithm;
use kyso::local_time::in_vietnam;
use kyso::validate::{Coverage, Modifications, RoleSource, SignatureType};
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
    /// Certificates lead to nobody who is here: their root is another, or a CA's certificate in between is missing.
    Link,
    /// Whether certificates are revoked isn't known.
    Revocation,
    /// Something else, by its name.
    Other(SubIndication),
    /// What is on the pages.
    Pages,
    /// Whether the file is whole: its end is missing.
    End,
}

impl Plainly {
    pub(crate) fn of(report: &Report, codes: &Codes, exit: Exit, ground: Ground<'_>) -> Self {
        let words = Words(ground.language);
        match exit {
            Exit::Done => Self {
                certain: certain(report, words, true),
                uncertain: proves_nothing(report, words).map(str::to_owned),
                next: None,
            },
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
            // Nothing else is undecided without a signature.
            Exit::Indeterminate if report.signatures.is_empty() && report.is_cut_off() => Self {
                certain: words
                    .say(
                        "tệp bị thiếu phần cuối, đây không phải là tệp đầy đủ",
                        "the file's end is missing, this isn't the whole file",
                    )
                    .into(),
                uncertain: Some(
                    words
                        .say(
                            "tệp đầy đủ có chữ ký số hay không, ai đã lập và có bị sửa hay không; hãy lấy lại tệp đầy đủ từ nơi \
                             gửi",
                            "whether the whole file is signed, who made it, and whether it was changed; get the whole file from \
                             the sender",
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

/// That a document time-stamp says nothing of time, where one can't be relied on: the signatures hold without it now, and may not
/// once a certificate is over.
fn proves_nothing(report: &Report, words: Words) -> Option<&'static str> {
    let is_told = report.findings.iter().any(|finding| finding.code == Code::TimestampNoProof);
    is_told.then(|| {
        words.say(
            "văn bản có từ lúc nào, vì có dấu thời gian của tài liệu chưa đủ cơ sở để tin cậy; các chữ ký số có hiệu lực mà không cần \
             dấu đó",
            "since when the document was there, for a document time-stamp can't be relied on; the signatures hold without it",
        )
    })
}

/// Whether what was signed is whole, and signed by the keys of the certificates in the file.
fn is_whole(report: &Report) -> bool {
    let holds = report.signatures.iter().all(|one| {
        let is_whole = matches!(one.coverage, Coverage::WholeFile | Coverage::WholeRevision);
        one.digest_ok && one.signature_ok && one.modifications_allowed && is_whole
    });
    // By these anybody makes another document with the same digest: nothing is certain of what they cover.
    let is_weak = report.signatures.iter().any(|one| {
        matches!(one.digest_algorithm, None | Some(DigestAlgorithm::Md5 | DigestAlgorithm::Sha1))
            || matches!(
                one.sub_indication,
                Some(SubIndication::CryptoConstraintsFailure | SubIndication::CryptoConstraintsFailureNoPoe)
            )
    });
    holds && !is_weak
}

/// Whether the roster names the certificate, byte for byte, and for the time of the signature.
fn is_pinned(signature: &SignatureReport<Worded>) -> bool {
    signature.role_source == RoleSource::Roster
}

/// That nothing was changed, as far as that's known, and who signed when, by whose word.
fn certain(report: &Report, words: Words, is_valid: bool) -> String {
    let is_whole = is_whole(report);
    let later =
        signatures(report).filter(|one| one.is_filled_in()).map(|one| filled_in(one, words)).collect::<Vec<_>>();
    let whole = match (is_whole, later.is_empty(), words.0) {
        (true, true, _) => words
            .say("nội dung không bị sửa từ khi ký", "the contents weren't changed since they were signed")
            .to_owned(),
        (true, false, Language::Vietnamese) => {
            format!("phần đã ký không bị sửa, NHƯNG văn bản còn được thêm vào {}", later.join("; "))
        }
        (true, false, Language::English) => {
            format!("what was signed wasn't changed, BUT the document was added to {}", later.join("; "))
        }
        _ => words.say("tệp có chữ ký số", "the file has digital signatures").to_owned(),
    };
    // By the roster's word only where the certificate's key has signed.
    let is_by_roster = |one: &SignatureReport<Worded>| !is_valid && is_whole && is_pinned(one);
    let named = |by_roster: bool| {
        let of_kind = signatures(report).filter(|one| is_by_roster(one) == by_roster);
        of_kind.filter_map(|one| signer(one, words)).collect::<Vec<_>>().join("; ")
    };
    let by = match is_valid {
        true => words.say("đã ký", "signed by"),
        false => words
            .say("theo chứng thư số trong tệp, người ký là", "signed, by what the certificates in the file say, by"),
    };
    let by_roster = words.say(
        "theo danh sách chứng thư số đã cho (--roster), người ký là",
        "signed, by the roster that is given (--roster), by",
    );
    let mut told = whole;
    for (by, signers) in [(by_roster, named(true)), (by, named(false))] {
        if !signers.is_empty() {
            told.push_str(&format!("; {by}: {signers}"));
        }
    }
    told
}

/// After whose signature something was added that isn't a signature, and what. That signature doesn't answer for it.
fn filled_in(signature: &SignatureReport<Worded>, words: Words) -> String {
    let what = match signature.modifications {
        // Its name speaks of signatures too, and they aren't meant.
        Modifications::FormFill => words.say("điền biểu mẫu", "form filling"),
        other => words::modifications(other, words.0),
    };
    let signer = signature.signer.as_ref();
    let who = signer.map(|signer| masked(signer.common_name.as_deref().unwrap_or(&signer.subject)));
    match (who, words.0) {
        (Some(who), Language::Vietnamese) => format!("sau chữ ký của {who} ({what}), người đó không ký phần này"),
        (None, Language::Vietnamese) => format!("sau một chữ ký ({what}), người đó không ký phần này"),
        (Some(who), Language::English) => format!("after {who} signed ({what}), who didn't sign that"),
        (None, Language::English) => format!("after somebody signed ({what}), who didn't sign that"),
    }
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

fn fails(signature: &SignatureReport<Worded>) -> bool {
    signature.indication == Indication::TotalFailed || !signature.modifications_allowed
}

/// Whether a signature fails because the end of the file is missing: what it covers, or the rest of an update after it.
fn is_for_the_cut(signature: &SignatureReport<Worded>) -> bool {
    let says = |code: Code| signature.findings.iter().any(|found| found.code == code);
    says(Code::ByteRangeBeyond) || (signature.indication != Indication::TotalFailed && says(Code::CoverageLaterBytes))
}

/// What is wrong for certain.
fn wrong(report: &Report, words: Words) -> String {
    let all = &report.signatures;
    let is_changed = |one: &SignatureReport<Worded>| {
        one.sub_indication == Some(SubIndication::HashFailure)
            || (one.signature_ok && one.digest_ok && !one.modifications_allowed)
    };
    if report.is_cut_off() && all.iter().filter(|one| fails(one)).all(is_for_the_cut) {
        return words
            .say(
                "tệp bị thiếu phần cuối, nên không kiểm tra được đầy đủ chữ ký số; đừng dùng tệp này, hãy lấy lại tệp đầy đủ từ \
                 nơi gửi",
                "the file's end is missing, so its signatures can't be verified in full; don't use this file, get the whole file \
                 from the sender",
            )
            .to_owned();
    }
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
            None if report.is_cut_off() => Doubt::End,
            None => Doubt::Other(SubIndication::Custom),
        },
    }
}

impl Doubt {
    /// What isn't certain and why; and the command that gets further.
    fn told(&self, ground: Ground<'_>, report: &Report) -> (String, Option<String>) {
        let words = Words(ground.language);
        let online = (!ground.is_online).then(|| (ground.again)("--online"));
        let pinned = signatures(report).filter(|one| is_whole(report) && is_pinned(one)).count();
        let genuine = match signatures(report).count() {
            // The roster says whose they are; that is all that it says.
            all if all > 0 && pinned == all => words.say(
                "chứng thư số có còn hiệu lực khi ký hay đã bị thu hồi (danh sách chỉ cho biết của ai, giữ vai trò gì)",
                "whether a certificate was in force or revoked when it signed (the roster says whose it is and in which role, \
                 and no more)",
            ),
            _ if pinned > 0 => words.say(
                "các chứng thư số không có trong danh sách là thật hay do người khác tự tạo",
                "whether the certificates that aren't in the roster are genuine or somebody's own making",
            ),
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
                    "không tìm được đường từ chúng tới CA gốc nào được tin ở đây: hoặc là CA gốc khác, hoặc thiếu chứng thư của \
                     CA trung gian",
                    "no way was found from them to a root that is trusted here: it's another root, or the certificate of a CA \
                     in between is missing",
                ),
                online.or_else(|| Some(TRUST_LIST.to_owned())),
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
            (Self::Other(reason), _) => (
                words::sub_indication(*reason, words.0).to_owned(),
                // Evidence by another signer may be had.
                online.filter(|_| *reason == SubIndication::RevocationOutOfBoundsNoPoe),
            ),
            (Self::End, _) => (
                words
                    .say(
                        "tệp có đủ hay không, vì thiếu phần cuối; chữ ký số hoặc bằng chứng thêm sau đó có thể đã mất theo, hãy \
                         lấy lại tệp đầy đủ",
                        "whether the file is whole, because its end is missing, and with it perhaps signatures or evidence; get \
                         the whole file again",
                    )
                    .to_owned(),
                None,
            ),
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

#[cfg(test)]
mod tests {
    use kyso::Finding;

    use super::*;
    use crate::report::samples::{file, leader, seal};

    fn told(signatures: Vec<SignatureReport>, exit: Exit, roots: &Roots) -> Plainly {
        let report = crate::terms::words(Language::English).report(file("a.pdf", signatures).outcome.unwrap());
        let again = |option: &str| format!("kyso verify {option} a.pdf");
        let ground = Ground { roots, language: Language::English, is_online: false, again: &again };
        Plainly::of(&report, &Codes::default(), exit, ground)
    }

    fn open(reason: SubIndication) -> SignatureReport {
        let mut one = leader();
        (one.indication, one.sub_indication) = (Indication::Indeterminate, Some(reason));
        one
    }

    #[test]
    fn each_doubt_has_its_reason_and_its_command() {
        let link = || vec![open(SubIndication::NoCertificateChainFound)];
        let next = |signatures, roots: &Roots| told(signatures, Exit::Indeterminate, roots).next;
        assert_eq!(next(link(), &Roots::None).as_deref(), Some("kyso trust list"));
        assert_eq!(next(link(), &Roots::Given).as_deref(), Some("kyso verify --online a.pdf"));
        assert_eq!(
            next(vec![open(SubIndication::TryLater)], &Roots::Given).as_deref(),
            Some("kyso verify --online a.pdf")
        );
        assert_eq!(
            next(vec![open(SubIndication::RevocationOutOfBoundsNoPoe)], &Roots::Given).as_deref(),
            Some("kyso verify --online a.pdf")
        );
        assert_eq!(next(vec![open(SubIndication::OutOfBoundsNoPoe)], &Roots::Given), None);
        let late = told(vec![open(SubIndication::OutOfBoundsNoPoe)], Exit::Indeterminate, &Roots::Given);
        assert!(late.uncertain.is_some_and(|text| text.contains("out of its time")));
    }

    /// Signatures and evidence that followed are the course of a result; what was filled in is said first, whoever signed last.
    #[test]
    fn what_came_after_a_signature_is_told_with_whose_it_was() {
        let certain = |one: SignatureReport| told(vec![one, seal()], Exit::Done, &Roots::Given).certain;
        assert!(certain(leader()).starts_with("the contents weren't changed"));
        for (level, name) in
            [(Modifications::FormFill, "(form filling)"), (Modifications::Annotations, "(annotations)")]
        {
            let mut one = leader();
            (one.modifications, one.only_signatures_later) = (level, false);
            let said = certain(one);
            assert!(said.starts_with("what was signed wasn't changed, BUT"), "{said}");
            assert!(said.contains("after Nguyễn Văn Mẫu signed") && said.contains(name), "{said}");
        }
    }

    /// A valid file says at once that one of its time-stamps proves nothing.
    #[test]
    fn a_time_stamp_that_proves_nothing_is_said_at_once() {
        let with = |findings: Vec<Finding>| {
            let mut report = file("a.pdf", vec![leader(), seal()]).outcome.unwrap();
            report.findings = findings;
            let report = crate::terms::words(Language::English).report(report);
            let ground = Ground {
                roots: &Roots::Given,
                language: Language::English,
                is_online: false,
                again: &|_: &str| String::new(),
            };
            Plainly::of(&report, &Codes::default(), Exit::Done, ground).uncertain
        };
        let told = with(vec![Finding::new(Severity::Warning, Code::TimestampNoProof, None)]);
        assert!(told.is_some_and(|text| text.contains("can't be relied on")));
        assert_eq!(with(Vec::new()), None);
    }

    /// Being cut off explains bytes behind a signature and a range beyond the end, and neither a digest that differs nor a
    /// change before the cut.
    #[test]
    fn of_a_file_that_was_cut_off_only_that_is_certain() {
        use crate::report::samples::finding;
        let certain = |signatures: Vec<SignatureReport>, exit: Exit| {
            let mut sample = file("a.pdf", signatures).outcome.unwrap();
            sample.findings.push(finding(Severity::Warning, Code::DocumentUnfinishedUpdate, "ISO 32000-2 7.5.6", None));
            let report = crate::terms::words(Language::English).report(sample);
            let again = |option: &str| format!("kyso verify {option} a.pdf");
            let ground = Ground { roots: &Roots::Given, language: Language::English, is_online: false, again: &again };
            assert_eq!(Exit::of_report(&report), exit);
            Plainly::of(&report, &Codes::default(), exit, ground)
        };
        let none = certain(Vec::new(), Exit::Indeterminate);
        assert!(none.certain.contains("end is missing"), "{}", none.certain);
        assert!(none.uncertain.is_some_and(|text| text.contains("whether the whole file is signed")));
        let failed = |code: Code, change: fn(&mut SignatureReport)| {
            let mut one = leader();
            one.findings = vec![finding(Severity::Error, code, "ISO 32000-2 12.8.2.2", None)];
            change(&mut one);
            certain(vec![one], Exit::Failed).certain
        };
        let changed_later: fn(&mut SignatureReport) = |one| {
            one.indication = Indication::Indeterminate;
            (one.sub_indication, one.modifications_allowed) = (Some(SubIndication::SigConstraintsFailure), false);
        };
        let no_digest: fn(&mut SignatureReport) = |one| {
            (one.indication, one.digest_ok) = (Indication::TotalFailed, false);
            one.sub_indication = Some(SubIndication::HashFailure);
        };
        let no_form: fn(&mut SignatureReport) = |one| {
            (one.indication, one.digest_ok) = (Indication::TotalFailed, false);
            one.sub_indication = Some(SubIndication::FormatFailure);
        };
        for said in [failed(Code::CoverageLaterBytes, changed_later), failed(Code::ByteRangeBeyond, no_form)] {
            assert!(said.starts_with("the file's end is missing") && said.contains("get the whole file"), "{said}");
        }
        for said in [
            failed(Code::DigestMismatch, no_digest),
            failed(Code::ModificationsPage, changed_later),
            failed(Code::CoverageLaterBytes, no_digest),
        ] {
            assert!(said.starts_with("the document was changed after it was signed"), "{said}");
        }
    }

    /// What isn't proven isn't called certain.
    #[test]
    fn nothing_is_certain_of_what_weak_digests_or_half_ranges_cover() {
        let unchanged = |one: SignatureReport| {
            told(vec![one], Exit::Indeterminate, &Roots::None).certain.contains("weren't changed")
        };
        let sure = || {
            let mut one = open(SubIndication::NoCertificateChainFound);
            (one.coverage, one.modifications) = (Coverage::WholeFile, Modifications::None);
            one
        };
        assert!(unchanged(sure()));
        let cases: [fn(&mut SignatureReport); 6] = [
            |one| one.digest_algorithm = Some(DigestAlgorithm::Sha1),
            |one| one.digest_algorithm = None,
            |one| one.coverage = Coverage::Partial,
            |one| one.digest_ok = false,
            |one| one.modifications_allowed = false,
            |one| one.sub_indication = Some(SubIndication::CryptoConstraintsFailure),
        ];
        for (number, change) in cases.into_iter().enumerate() {
            let mut one = sure();
            change(&mut one);
            assert!(!unchanged(one), "case {number}");
        }
    }

    #[test]
    fn whoever_signed_is_named_by_whose_word() {
        let valid = told(vec![leader(), seal()], Exit::Done, &Roots::Given);
        assert!(
            valid.certain.contains("signed by: Nguyễn Văn Mẫu (Chủ tịch, UBND PHƯỜNG THỬ NGHIỆM), 02/03/2026 10:00"),
            "{}",
            valid.certain
        );
        let told_of = |signatures| told(signatures, Exit::Indeterminate, &Roots::None);
        let by_names = || {
            let mut one = open(SubIndication::NoCertificateChainFound);
            one.role_source = RoleSource::Certificate;
            one
        };
        let open = told_of(vec![by_names()]);
        assert!(open.certain.contains("by what the certificates in the file say, by: Nguyễn"), "{}", open.certain);
        assert!(open.uncertain.unwrap().starts_with("whether that certificate is genuine"));
    }

    /// A roster says whose certificates are, and neither that they were in force nor anything of others.
    #[test]
    fn whoever_the_roster_names_is_named_by_its_word() {
        let told_of = |signatures| told(signatures, Exit::Indeterminate, &Roots::None);
        let pinned = || open(SubIndication::NoCertificateChainFound);
        let other = |source: RoleSource| {
            let mut one = pinned();
            one.role_source = source;
            one
        };
        let all = told_of(vec![pinned(), pinned()]);
        assert!(all.certain.contains("signed, by the roster that is given (--roster), by: Nguyễn"), "{}", all.certain);
        assert!(!all.certain.contains("by what the certificates in the file say"), "{}", all.certain);
        assert!(all.uncertain.unwrap().starts_with("whether a certificate was in force or revoked"));
        let mixed = told_of(vec![pinned(), other(RoleSource::Certificate)]);
        assert!(mixed.certain.contains("by the roster") && mixed.certain.contains("by what the certificates"));
        assert!(mixed.uncertain.unwrap().starts_with("whether the certificates that aren't in the roster"));
        for source in [RoleSource::RosterOutsideDates, RoleSource::NotInRoster, RoleSource::None] {
            assert!(!told_of(vec![other(source)]).certain.contains("by the roster"), "{source:?}");
        }
        // Whose signature doesn't verify is nobody's, whatever certificate lies beside it.
        let mut broken = pinned();
        broken.signature_ok = false;
        assert!(!told_of(vec![broken]).certain.contains("by the roster"));
    }
}
