//! One signature of the text: who, when, what of it holds, and why not.

use std::io::{self, Write};

use kyso::appearance::text::signing_time;
use kyso::language::Language;
use kyso::role::Role;
use kyso::validate::messages;
use kyso::validate::report::{Indication, Modifications, RoleSource, SignatureReport, SignerReport};
use serde::Serialize;

use super::{Mark, Style};
use crate::text::{claimed_time, masked, plain};

impl Style {
    pub(super) fn signature(self, number: usize, signature: &SignatureReport, sink: &mut impl Write) -> io::Result<()> {
        let field = match &signature.field {
            Some(name) => format!("{} {}", self.say("trường", "field"), plain(name)),
            None => self.say("không thuộc trường nào", "in no field").to_owned(),
        };
        writeln!(sink, "  {number}. {} ({field})", messages::role(signature.role, self.language))?;
        writeln!(sink, "     {} {}", self.mark(mark_of(signature)), self.conclusion(signature))?;
        match &signature.signer {
            Some(signer) => self.signer(signer, sink)?,
            None => self.field(sink, "Người ký", "Signer", self.say("không rõ", "not known"))?,
        }
        if signature.role != Role::Timestamp {
            self.field(sink, "Căn cứ vai trò", "Role known from", self.role_source(signature.role_source))?;
        }
        self.times(signature, sink)?;
        self.field(sink, "Tính toàn vẹn", "Integrity", self.integrity(signature))?;
        self.field(sink, "Phạm vi được ký", "Coverage", messages::coverage(signature.coverage, self.language))?;
        self.field(sink, "Thay đổi sau khi ký", "Changes after signing", &self.later_changes(signature))?;
        self.field(sink, "Mức và thuật toán", "Level, algorithms", &algorithms(signature))?;
        self.findings(&signature.findings, sink)
    }

    fn conclusion(self, signature: &SignatureReport) -> String {
        let verdict = match signature.indication {
            Indication::TotalPassed if !signature.modifications_allowed => self.say(
                "Chữ ký đúng, nhưng sau đó tài liệu bị thay đổi không được phép",
                "The signature holds, but the document was then changed as isn't allowed",
            ),
            indication => messages::indication(indication, self.language),
        };
        match signature.sub_indication {
            Some(reason) => {
                let words = messages::sub_indication(reason, self.language);
                format!("{verdict}: {words} ({}, {})", name(&signature.indication), name(&reason))
            }
            None => format!("{verdict} ({})", name(&signature.indication)),
        }
    }

    fn signer(self, signer: &SignerReport, sink: &mut impl Write) -> io::Result<()> {
        let who = signer.common_name.as_deref().unwrap_or(&signer.subject);
        let kind = messages::signer_kind(signer.kind, self.language);
        self.field(sink, "Người ký", "Signer", &format!("{} ({kind})", masked(who)))?;
        if let Some(title) = &signer.title {
            self.field(sink, "Chức vụ", "Title", &masked(title))?;
        }
        if let Some(organisation) = &signer.organisation {
            self.field(sink, "Cơ quan", "Agency", &masked(organisation))?;
        }
        self.field(sink, "CA cấp chứng thư số", "Issued by CA", &masked(&signer.issuer))?;
        let (from, to) = (signing_time(signer.not_before), signing_time(signer.not_after));
        let validity = match self.language {
            Language::Vietnamese => format!("từ {from} đến {to}"),
            Language::English => format!("from {from} to {to}"),
        };
        self.field(sink, "Hạn chứng thư số", "Certificate valid", &validity)?;
        self.field(sink, "Số sê-ri", "Serial number", &plain(&signer.serial))
    }

    fn role_source(self, source: RoleSource) -> &'static str {
        match source {
            RoleSource::Roster => self.say("danh sách chứng thư số của cơ quan", "the agency's roster"),
            RoleSource::Certificate => self.say(
                "tên trong chứng thư số (chỉ là gợi ý, nên dùng --roster)",
                "the certificate's names (a hint only; better use --roster)",
            ),
            RoleSource::None => self.say("không rõ", "not known"),
        }
    }

    fn times(self, signature: &SignatureReport, sink: &mut impl Write) -> io::Result<()> {
        let time = match (signature.best_signature_time, &signature.claimed_time) {
            (Some(proven), _) => format!("{} ({})", signing_time(proven), self.say("có bằng chứng", "proven")),
            (None, Some(claimed)) => format!(
                "{} ({})",
                claimed_time(claimed),
                self.say("do người ký khai, chưa có dấu thời gian chứng minh", "claimed by the signer, not proven")
            ),
            (None, None) => self.say("không ghi", "not stated").to_owned(),
        };
        self.field(sink, "Thời điểm ký", "Time of signing", &time)?;
        let claimed = signature.claimed_time.as_deref().and_then(|claimed| claimed.parse().ok());
        let (Some(signer), Some(at)) = (&signature.signer, signature.best_signature_time.or(claimed)) else {
            return Ok(());
        };
        let state = if at < signer.not_before {
            self.say("chứng thư số chưa có hiệu lực", "the certificate wasn't valid yet")
        } else if at > signer.not_after {
            self.say("chứng thư số đã hết hạn", "the certificate had expired")
        } else {
            self.say("chứng thư số còn hạn", "the certificate was in its time")
        };
        self.field(sink, "Tại thời điểm đó", "At that time", state)
    }

    fn integrity(self, signature: &SignatureReport) -> &'static str {
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

    fn later_changes(self, signature: &SignatureReport) -> String {
        let what = messages::modifications(signature.modifications, self.language);
        match (signature.modifications, signature.modifications_allowed) {
            // Where nothing came later, what isn't allowed lies in what was signed: the findings say what.
            (Modifications::None, _) => what.to_owned(),
            (_, true) => format!("{what} ({})", self.say("được phép", "allowed")),
            (_, false) => format!("{what} ({})", self.say("KHÔNG được phép", "NOT allowed")),
        }
    }
}

fn mark_of(signature: &SignatureReport) -> Mark {
    match signature.indication {
        Indication::TotalFailed => Mark::Bad,
        _ if !signature.modifications_allowed => Mark::Bad,
        Indication::TotalPassed => Mark::Good,
        Indication::Indeterminate => Mark::Open,
    }
}

fn algorithms(signature: &SignatureReport) -> String {
    let mut parts = vec![name(&signature.level)];
    parts.extend(signature.digest_algorithm.as_ref().map(name));
    parts.extend(signature.signature_algorithm.as_ref().map(name));
    parts.join(", ")
}

/// The name that the JSON has.
fn name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
