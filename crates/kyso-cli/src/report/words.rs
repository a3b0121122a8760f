//! What the reports for people say, in sentences and labels; how it's laid out, each report decides.

use kyso::local_time::in_vietnam;
use kyso::validate::{
    CertificateReport, EvidenceSource, Level, Modifications, RevocationReport, RevocationState, RoleSource,
    SignatureType, SignerReport, TimestampKind, TimestampReport,
};
use kyso::{Indication, Language, Role, SignatureReport, SubIndication};
use kyso_words as words;
use kyso_words::{Report, Worded};

use crate::exit::Exit;
use crate::text::{choose, claimed_time, masked, name, plain};

/// ✔, ✘ or ?.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Good,
    Bad,
    Open,
}

impl Mark {
    pub(super) fn of_file(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::Good,
            Exit::Indeterminate | Exit::Unsigned => Self::Open,
            _ => Self::Bad,
        }
    }

    pub(super) fn of_signature(signature: &SignatureReport<Worded>) -> Self {
        match signature.indication {
            _ if !signature.modifications_allowed => Self::Bad,
            indication => Self::of_indication(indication),
        }
    }

    pub(super) fn of_indication(indication: Indication) -> Self {
        match indication {
            Indication::TotalPassed => Self::Good,
            Indication::Indeterminate => Self::Open,
            Indication::TotalFailed => Self::Bad,
        }
    }
}

/// The words of a language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) Language);

impl Words {
    pub(super) fn say(self, vietnamese: &'static str, english: &'static str) -> &'static str {
        choose(self.0, vietnamese, english)
    }

    pub(super) fn verdict(self, exit: Exit) -> &'static str {
        match exit {
            Exit::Done => self.say("HỢP LỆ", "VALID"),
            Exit::Indeterminate => self.say("CHƯA ĐỦ CƠ SỞ KẾT LUẬN", "UNDECIDED"),
            Exit::Unsigned => self.say("CHƯA ĐƯỢC KÝ SỐ", "NOT SIGNED"),
            Exit::Unreadable => self.say("KHÔNG ĐỌC ĐƯỢC", "UNREADABLE"),
            _ => self.say("KHÔNG HỢP LỆ", "NOT VALID"),
        }
    }

    /// Whether both signatures that an electronic document needs are there (Nghị định 30/2020/NĐ-CP, Điều 5).
    pub(super) fn completeness(self, report: &Report) -> Option<&'static str> {
        let has = |role: Role| report.signatures.iter().any(|signature| signature.role == role);
        match (has(Role::Leader), has(Role::Seal), has(Role::Copy)) {
            (true, true, _) => Some(self.say(
                "Có đủ chữ ký của người có thẩm quyền và chữ ký số của cơ quan.",
                "Both the leader's signature and the agency's seal are there.",
            )),
            (true, false, _) => Some(self.say(
                "Văn bản chưa hoàn chỉnh: đã có chữ ký của người có thẩm quyền, chờ cơ quan đóng dấu số.",
                "The document isn't complete: the leader has signed, the agency's seal is awaited.",
            )),
            (false, true, _) => Some(self.say(
                "Chỉ có chữ ký số của cơ quan, không có chữ ký của người có thẩm quyền.",
                "Only the agency's seal is there, no leader's signature.",
            )),
            (false, false, true) => Some(self.say(
                "Bản sao hoặc phụ lục có chữ ký số của cơ quan.",
                "A copy or an attachment with the agency's signature.",
            )),
            (false, false, false) => None,
        }
    }

    pub(super) fn conclusion(self, signature: &SignatureReport<Worded>) -> String {
        let verdict = match (signature.indication, signature.kind) {
            (Indication::TotalPassed, _) if !signature.modifications_allowed => self.say(
                "Chữ ký đúng, nhưng sau đó tài liệu bị thay đổi không được phép",
                "The signature holds, but the document was then changed as isn't allowed",
            ),
            (indication, SignatureType::DocumentTimestamp) => self.of_stamp(indication),
            (indication, SignatureType::Signature) => words::indication(indication, self.0),
        };
        self.with_reason(verdict, signature.indication, signature.sub_indication)
    }

    pub(super) fn stamp_conclusion(self, stamp: &TimestampReport<Worded>) -> String {
        self.with_reason(self.of_stamp(stamp.indication), stamp.indication, stamp.sub_indication)
    }

    fn of_stamp(self, indication: Indication) -> &'static str {
        match indication {
            Indication::TotalPassed => self.say("Dấu thời gian hợp lệ", "The time-stamp is valid"),
            Indication::TotalFailed => self.say("Dấu thời gian không hợp lệ", "The time-stamp is not valid"),
            Indication::Indeterminate => words::indication(indication, self.0),
        }
    }

    fn with_reason(self, verdict: &str, indication: Indication, sub_indication: Option<SubIndication>) -> String {
        match sub_indication {
            Some(reason) => {
                let words = words::sub_indication(reason, self.0);
                format!("{verdict}: {words} ({}, {})", name(&indication), name(&reason))
            }
            None => format!("{verdict} ({})", name(&indication)),
        }
    }

    pub(super) fn validity(self, signer: &SignerReport) -> String {
        let (from, to) = (in_vietnam(signer.not_before), in_vietnam(signer.not_after));
        match self.0 {
            Language::Vietnamese => format!("từ {from} đến {to}"),
            Language::English => format!("from {from} to {to}"),
        }
    }

    pub(super) fn role_source(self, source: RoleSource) -> &'static str {
        match source {
            RoleSource::Roster | RoleSource::RosterOutsideDates => {
                self.say("danh sách chứng thư số của cơ quan", "the agency's roster")
            }
            RoleSource::Certificate => self.say(
                "tên trong chứng thư số (chỉ là gợi ý, nên dùng --roster)",
                "the certificate's names (a hint only; better use --roster)",
            ),
            RoleSource::NotInRoster | RoleSource::None => self.say("không rõ", "not known"),
        }
    }

    /// Labels and values: when it was signed, by whose word, and whether the certificate was in its time.
    pub(super) fn times(self, signature: &SignatureReport<Worded>) -> Vec<(&'static str, String)> {
        let label = self.say("Thời điểm ký", "Time of signing");
        let is_stamp = signature.kind == SignatureType::DocumentTimestamp;
        let stated = signature.timestamps.first().and_then(|stamp| stamp.time).filter(|_| is_stamp);
        let claimed = match (&signature.claimed_time, signature.best_signature_time) {
            (Some(claimed), None) => format!(
                "{} ({})",
                claimed_time(claimed),
                self.say("do người ký khai, chưa có dấu thời gian chứng minh", "claimed by the signer, not proven")
            ),
            (Some(claimed), Some(_)) => {
                format!("{} ({})", claimed_time(claimed), self.say("do người ký khai", "claimed by the signer"))
            }
            (None, _) => self.say("không ghi", "not stated").to_owned(),
        };
        let mut times = match stated {
            Some(time) => vec![(self.say("Thời gian của dấu", "Time that it states"), in_vietnam(time))],
            None => vec![(label, claimed)],
        };
        if let Some(best) = signature.best_signature_time.filter(|_| !is_stamp) {
            let label = self.say("Chắc chắn đã có vào", "Provably there at");
            times.push((label, format!("{} ({})", in_vietnam(best), self.say("dấu thời gian", "time-stamp"))));
        }
        let claimed = signature.claimed_time.as_deref().and_then(|claimed| claimed.parse().ok());
        let at = signature.best_signature_time.or(stated).or(claimed);
        if let (Some(signer), Some(at)) = (&signature.signer, at) {
            let state = if at < signer.not_before {
                self.say("chứng thư số chưa có hiệu lực", "the certificate wasn't valid yet")
            } else if at > signer.not_after {
                self.say("chứng thư số đã hết hạn", "the certificate had expired")
            } else {
                self.say("chứng thư số còn hạn", "the certificate was in its time")
            };
            times.push((self.say("Tại thời điểm đó", "At that time"), state.to_owned()));
        }
        times
    }

    pub(super) fn integrity(self, signature: &SignatureReport<Worded>) -> &'static str {
        match (signature.digest_ok, signature.signature_ok, signature.modifications_allowed) {
            (false, _, _) if signature.digest_algorithm.is_none() => {
                self.say("không kiểm tra được", "can't be checked")
            }
            (false, _, _) => self.say("tài liệu đã bị thay đổi", "the document has been changed"),
            (true, false, _) => self.say("giá trị chữ ký không đúng", "the signature value doesn't verify"),
            (true, true, allowed) if allowed || signature.modifications == Modifications::None => {
                self.say("nội dung đã ký chưa bị thay đổi", "what was signed hasn't been changed")
            }
            (true, true, _) => self.say(
                "nội dung đã ký số chưa bị thay đổi; tuy nhiên, tài liệu đã có những thay đổi không được phép",
                "what was signed hasn't been changed, but the document has changes that aren't allowed",
            ),
        }
    }

    pub(super) fn later_changes(self, signature: &SignatureReport<Worded>) -> String {
        let what = words::modifications(signature.modifications, self.0);
        match (signature.modifications, signature.modifications_allowed) {
            // Where nothing came later, what isn't allowed lies in what was signed: the findings say what.
            (Modifications::None, _) => what.to_owned(),
            (_, true) => format!("{what} ({})", self.say("được phép", "allowed")),
            (_, false) => format!("{what} ({})", self.say("KHÔNG được phép", "NOT allowed")),
        }
    }

    pub(super) fn stamp_kind(self, kind: TimestampKind) -> &'static str {
        match kind {
            TimestampKind::Signature => self.say("trên chữ ký", "on the signature"),
            TimestampKind::Content => self.say("trên nội dung, trước khi ký", "on the content, before signing"),
            TimestampKind::Document => self.say("trên toàn bộ tài liệu", "on the whole document"),
        }
    }

    /// What is known of a certificate's revocation, and from where.
    pub(super) fn revocation(self, certificate: &CertificateReport) -> String {
        let Some(revocation) = &certificate.revocation else {
            let trusted = self.say("được tin cậy trực tiếp", "trusted as it stands");
            return if certificate.is_anchor { trusted } else { self.say("chưa kiểm tra", "not checked") }.to_owned();
        };
        let state = match revocation.status {
            RevocationState::Good => self.say("không bị thu hồi", "not revoked").to_owned(),
            RevocationState::Revoked => self.revoked(self.say("ĐÃ BỊ THU HỒI", "REVOKED"), revocation),
            RevocationState::OnHold => self.revoked(self.say("ĐANG BỊ TẠM DỪNG", "ON HOLD"), revocation),
            RevocationState::NotPublished => {
                self.say("CA không công bố nơi tra cứu", "the CA names nowhere to ask").to_owned()
            }
            RevocationState::Missing => {
                self.say("chưa biết, thiếu CRL/OCSP", "not known: no CRL or OCSP answer").to_owned()
            }
        };
        let source = revocation.source.map(|source| match source {
            EvidenceSource::Crl => "CRL",
            EvidenceSource::Ocsp => "OCSP",
        });
        match (source, revocation.this_update) {
            (Some(source), Some(at)) => format!("{state} ({source} {})", in_vietnam(at)),
            _ => state,
        }
    }

    fn revoked(self, state: &str, revocation: &RevocationReport) -> String {
        let since = revocation.revoked_at.map(|at| format!("{} {}", self.say("từ", "since"), in_vietnam(at)));
        let parts: Vec<String> =
            [Some(state.to_owned()), since, revocation.reason.map(plain)].into_iter().flatten().collect();
        parts.join(", ")
    }

    /// The level after the one that the bytes satisfy, and the command that gets there. Nothing is worth adding to a
    /// signature that is wrong.
    pub(super) fn next_level(self, signature: &SignatureReport<Worded>) -> Option<(&'static str, &'static str)> {
        if signature.missing.is_empty() || Mark::of_signature(signature) == Mark::Bad {
            return None;
        }
        match signature.level {
            Level::B => Some(("PAdES-B-T", "kyso extend --to lt")),
            Level::T => Some(("PAdES-B-LT", "kyso extend --to lt")),
            Level::Lt => Some(("PAdES-B-LTA", "kyso extend --to lta")),
            Level::Lta | Level::Pkcs7 | Level::Other => None,
        }
    }

    /// Who made a time-stamp.
    pub(super) fn authority(self) -> &'static str {
        self.say("Nơi cấp dấu thời gian", "Time-stamping by")
    }

    /// Who, by the certificate.
    pub(super) fn who(self, signer: &SignerReport) -> String {
        masked(signer.common_name.as_deref().unwrap_or(&signer.subject))
    }
}
