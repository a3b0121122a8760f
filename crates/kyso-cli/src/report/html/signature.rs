//! One signature of the page: who, as what, when, what of it holds, what is missing.

use kyso::SignatureReport;
use kyso::local_time::in_vietnam;
use kyso::validate::{CertificateReport, EvidenceSource, RevocationState, SignatureType, TimestampReport};
use kyso_words as words;
use kyso_words::Worded;

use super::{Page, class};
use crate::report::markup::Markup;
use crate::report::words::Mark;
use crate::text::{masked, name, plain};

impl Page<'_> {
    pub(super) fn signature(
        self,
        file: usize,
        number: usize,
        signature: &SignatureReport<Worded>,
        markup: &mut Markup,
    ) {
        let mark = Mark::of_signature(signature);
        let id = format!("f{file}s{number}");
        markup.element("article", &[("id", &id), ("class", class(mark))], |markup| {
            markup.element("header", &[], |markup| {
                markup.leaf("span", &[("class", "number")], &number.to_string());
                markup.element("div", &[], |markup| {
                    markup.leaf("h3", &[], words::role(signature.role, self.basis.language));
                    markup.leaf("p", &[("class", "conclusion")], &self.words.conclusion(signature));
                });
                if signature.kind == SignatureType::Signature {
                    markup.leaf("span", &[("class", "badge")], &name(&signature.level));
                }
            });
            markup.element("dl", &[], |markup| self.fields(signature, markup));
            self.findings(&signature.findings, markup);
            self.missing(signature, markup);
            self.chain(&signature.chain, markup);
            // A document time-stamp is itself the one that it has.
            if signature.kind == SignatureType::Signature {
                self.time_stamps(&signature.timestamps, markup);
            }
        });
    }

    fn fields(self, signature: &SignatureReport<Worded>, markup: &mut Markup) {
        let mut field = |label: &str, value: &str| {
            markup.leaf("dt", &[], label);
            markup.leaf("dd", &[], value);
        };
        match &signature.signer {
            Some(signer) => {
                let kind = words::signer_kind(signer.kind, self.basis.language);
                let who = self.words.who(signer);
                match signature.kind {
                    SignatureType::Signature => field(self.say("Người ký", "Signer"), &format!("{who} ({kind})")),
                    SignatureType::DocumentTimestamp => field(self.words.authority(), &who),
                }
                if let Some(title) = &signer.title {
                    field(self.say("Chức vụ", "Title"), &masked(title));
                }
                if let Some(organisation) = &signer.organisation {
                    field(self.say("Cơ quan", "Agency"), &masked(organisation));
                }
                field(self.say("CA cấp chứng thư số", "Issued by CA"), &masked(&signer.issuer));
                field(self.say("Hạn chứng thư số", "Certificate valid"), &self.words.validity(signer));
            }
            None => field(self.say("Người ký", "Signer"), self.say("không rõ", "not known")),
        }
        for (label, value) in self.words.times(signature) {
            field(label, &value);
        }
        field(self.say("Tính toàn vẹn", "Integrity"), self.words.integrity(signature));
        field(self.say("Phạm vi được ký", "Coverage"), words::coverage(signature.coverage, self.basis.language));
        field(self.say("Thay đổi sau khi ký", "Changes after signing"), &self.words.later_changes(signature));
        if signature.kind == SignatureType::Signature {
            field(self.say("Căn cứ vai trò", "Role known from"), self.words.role_source(signature.role_source));
        }
        let algorithms: Vec<String> = [
            signature.digest_algorithm.as_ref().map(name),
            signature.signature_algorithm.as_ref().map(name),
            signature.field.as_deref().map(|field| format!("{} {}", self.say("trường", "field"), plain(field))),
        ]
        .into_iter()
        .flatten()
        .collect();
        field(self.say("Thuật toán, vị trí", "Algorithms, place"), &algorithms.join(", "));
    }

    /// What the next level lacks, and the command that adds it.
    fn missing(self, signature: &SignatureReport<Worded>, markup: &mut Markup) {
        let Some((level, command)) = self.words.next_level(signature) else { return };
        markup.element("div", &[("class", "next")], |markup| {
            let heading = format!("{} {level}", self.say("Còn thiếu để đạt mức", "Missing for level"));
            markup.leaf("h4", &[], &heading);
            markup.element("ul", &[], |markup| {
                for finding in &signature.missing {
                    markup.leaf("li", &[], &masked(&finding.message));
                }
            });
            markup.leaf("code", &[], command);
        });
    }

    fn time_stamps(self, stamps: &[TimestampReport<Worded>], markup: &mut Markup) {
        if stamps.is_empty() {
            return;
        }
        markup.leaf("h4", &[], self.say("Dấu thời gian", "Time-stamps"));
        for stamp in stamps {
            let mark = Mark::of_indication(stamp.indication);
            markup.element("div", &[("class", &format!("stamp {}", class(mark)))], |markup| {
                markup.element("p", &[], |markup| {
                    markup.leaf("b", &[], &stamp.time.map_or_else(String::new, in_vietnam));
                    let tsa = stamp.tsa.as_ref().map(|tsa| self.words.who(tsa)).unwrap_or_default();
                    markup.text(&format!(" · {} · {tsa}", self.words.stamp_kind(stamp.kind)));
                });
                markup.leaf("p", &[("class", "conclusion")], &self.words.stamp_conclusion(stamp));
                self.findings(&stamp.findings, markup);
                self.chain(&stamp.chain, markup);
            });
        }
    }

    /// Every certificate up to the anchor, with what is known of its revocation.
    fn chain(self, chain: &[CertificateReport], markup: &mut Markup) {
        if chain.is_empty() {
            return;
        }
        markup.element("table", &[("class", "chain")], |markup| {
            markup.element("tr", &[], |markup| {
                markup.leaf("th", &[], self.say("Đường dẫn chứng thực", "Certification path"));
                markup.leaf("th", &[], self.say("Hạn", "Valid"));
                markup.leaf("th", &[], self.say("Tình trạng thu hồi", "Revocation"));
            });
            for certificate in chain {
                markup.element("tr", &[("class", class_of_revocation(certificate))], |markup| {
                    markup.leaf("td", &[], &masked(&certificate.subject));
                    let (from, to) = (day(certificate.not_before), day(certificate.not_after));
                    markup.leaf("td", &[], &format!("{from} – {to}"));
                    markup.leaf("td", &[], &self.words.revocation(certificate));
                });
            }
        });
    }
}

/// dd/MM/yyyy, in Vietnam.
pub(super) fn day(time: jiff::Timestamp) -> String {
    in_vietnam(time).chars().take(10).collect()
}

fn class_of_revocation(certificate: &CertificateReport) -> &'static str {
    match certificate.revocation.as_ref().map(|revocation| (revocation.status, revocation.source)) {
        None | Some((RevocationState::Good, Some(EvidenceSource::Crl | EvidenceSource::Ocsp))) => "good",
        Some((RevocationState::Revoked | RevocationState::OnHold, _)) => "bad",
        Some(_) => "open",
    }
}
