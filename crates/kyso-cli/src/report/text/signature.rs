//! One signature of the text: who, when, what of it holds, why not, and what the next level lacks.

use std::io::{self, Write};

use kyso::local_time::in_vietnam;
use kyso::validate::{CertificateReport, SignatureType, SignerReport, TimestampReport};
use kyso::{Role, SignatureReport};
use kyso_words as words;
use kyso_words::Worded;

use super::Style;
use crate::report::words::Mark;
use crate::text::{masked, name, plain};

impl Style {
    pub(super) fn signature(
        self,
        number: usize,
        signature: &SignatureReport<Worded>,
        sink: &mut impl Write,
    ) -> io::Result<()> {
        let words = self.words();
        let field = match &signature.field {
            Some(name) => format!("{} {}", self.say("trường", "field"), plain(name)),
            None => self.say("không thuộc trường nào", "in no field").to_owned(),
        };
        writeln!(sink, "  {number}. {} ({field})", words::role(signature.role, self.language))?;
        writeln!(sink, "     {} {}", self.mark(Mark::of_signature(signature)), words.conclusion(signature))?;
        match &signature.signer {
            Some(signer) => self.signer(signer, signature.kind, sink)?,
            None => self.field(sink, "Người ký", "Signer", self.say("không rõ", "not known"))?,
        }
        if signature.role != Role::Timestamp {
            self.field(sink, "Căn cứ vai trò", "Role known from", words.role_source(signature.role_source))?;
        }
        for (label, value) in words.times(signature) {
            self.field(sink, label, label, &value)?;
        }
        self.field(sink, "Tính toàn vẹn", "Integrity", words.integrity(signature))?;
        self.field(sink, "Phạm vi được ký", "Coverage", words::coverage(signature.coverage, self.language))?;
        self.field(sink, "Thay đổi sau khi ký", "Changes after signing", &words.later_changes(signature))?;
        self.field(sink, "Mức và thuật toán", "Level, algorithms", &algorithms(signature))?;
        self.chain(&signature.chain, sink)?;
        self.findings(&signature.findings, sink)?;
        if signature.role != Role::Timestamp {
            for stamp in &signature.timestamps {
                self.time_stamp(stamp, sink)?;
            }
        }
        self.missing(signature, sink)
    }

    fn signer(self, signer: &SignerReport, of: SignatureType, sink: &mut impl Write) -> io::Result<()> {
        let kind = words::signer_kind(signer.kind, self.language);
        let (who, authority) = (self.words().who(signer), self.words().authority());
        match of {
            SignatureType::Signature => self.field(sink, "Người ký", "Signer", &format!("{who} ({kind})"))?,
            SignatureType::DocumentTimestamp => self.field(sink, authority, authority, &who)?,
        }
        if let Some(title) = &signer.title {
            self.field(sink, "Chức vụ", "Title", &masked(title))?;
        }
        if let Some(organisation) = &signer.organisation {
            self.field(sink, "Cơ quan", "Agency", &masked(organisation))?;
        }
        self.field(sink, "CA cấp chứng thư số", "Issued by CA", &masked(&signer.issuer))?;
        self.field(sink, "Hạn chứng thư số", "Certificate valid", &self.words().validity(signer))?;
        self.field(sink, "Số sê-ri", "Serial number", &plain(&signer.serial))
    }

    /// Every certificate up to the anchor, with what is known of its revocation.
    fn chain(self, chain: &[CertificateReport], sink: &mut impl Write) -> io::Result<()> {
        for (depth, certificate) in chain.iter().enumerate() {
            let label = if depth == 0 { ("Đường dẫn chứng thực", "Certification path") } else { ("", "") };
            let status = self.words().revocation(certificate);
            self.field(sink, label.0, label.1, &format!("{}: {status}", masked(&certificate.subject)))?;
        }
        Ok(())
    }

    fn time_stamp(self, stamp: &TimestampReport<Worded>, sink: &mut impl Write) -> io::Result<()> {
        let words = self.words();
        let time = stamp.time.map_or_else(|| self.say("không rõ", "not known").to_owned(), in_vietnam);
        let authority = stamp.tsa.as_ref().map(|tsa| words.who(tsa)).unwrap_or_default();
        let text = format!("{time}, {}, {authority}", words.stamp_kind(stamp.kind));
        self.field(sink, "Dấu thời gian", "Time-stamp", &text)?;
        let mark = self.mark(Mark::of_indication(stamp.indication));
        writeln!(sink, "     {mark} {}", words.stamp_conclusion(stamp))?;
        self.findings(&stamp.findings, sink)
    }

    /// What the next level lacks, and the command that adds it.
    fn missing(self, signature: &SignatureReport<Worded>, sink: &mut impl Write) -> io::Result<()> {
        let Some((level, command)) = self.words().next_level(signature) else { return Ok(()) };
        writeln!(sink, "     {} {level} ({command}):", self.say("Còn thiếu để đạt mức", "Missing for level"))?;
        for finding in &signature.missing {
            writeln!(sink, "       - {}", masked(&finding.message))?;
        }
        Ok(())
    }
}

fn algorithms(signature: &SignatureReport<Worded>) -> String {
    let mut parts = vec![name(&signature.level)];
    parts.extend(signature.digest_algorithm.as_ref().map(name));
    parts.extend(signature.signature_algorithm.as_ref().map(name));
    parts.join(", ")
}
