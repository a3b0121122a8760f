//! What `verify` says of files: a text and a page for people, the contract's JSON, and the standard's XML.

mod evidence;
mod html;
mod json;
mod markup;
mod plainly;
#[cfg(test)]
mod samples;
mod text;
mod words;
mod xml;

use std::collections::BTreeMap;

use jiff::Timestamp;
use kyso::local_time::in_vietnam;
use kyso::{Constraints, Language, SignatureReport};
use kyso_desk::codes::Codes;
use kyso_words::{Report, Worded};

pub(crate) use evidence::Evidence;
pub(crate) use html::write as write_html;
pub(crate) use json::write as write_json;
pub(crate) use plainly::Ground;
pub(crate) use text::{Style, write as write_text, write_verdict};
pub(crate) use xml::write as write_xml;

use crate::exit::Exit;
use crate::receipt::ReceiptReport;
use crate::terms::words;
use crate::text::{choose, masked};
use crate::trust::Roots;
use crate::trust::store::Kept;
use plainly::Plainly;
use words::Words;

/// What the files were judged by, and the language to say it in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Basis<'p> {
    pub(crate) time: Timestamp,
    pub(crate) constraints: &'p Constraints,
    pub(crate) language: Language,
}

/// One file, judged or unreadable.
#[derive(Debug)]
pub(crate) struct FileReport {
    /// The file as named by the user.
    pub(crate) file: String,
    /// What was found in it.
    pub(crate) outcome: Result<Report, Unreadable>,
    /// What was seen on its pages.
    pub(crate) codes: Codes,
    /// The findings about the codes, in words.
    seen: Vec<Worded>,
    /// What it comes to, where there was something to judge and somebody has to be told.
    plainly: Option<Plainly>,
    /// The evidence record that it was held against.
    pub(crate) evidence: Option<Evidence>,
    /// Where the roots come from that it was judged by.
    source: Option<&'static str>,
    /// The roots that the user keeps and to which certificates led.
    kept: Vec<Kept>,
    /// What the receipt comes to that it was held against.
    receipt: Option<ReceiptReport>,
}

/// A file in which there is nothing to judge.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// SHA-256 in lower-case hex, where it could be opened at all.
    pub(crate) sha256: Option<String>,
    pub(crate) bytes: u64,
    /// Why, for a person.
    pub(crate) error: String,
}

impl FileReport {
    /// What is said in this language of the file of this name.
    pub(crate) fn new(file: String, outcome: Result<Report, Unreadable>, codes: Codes, language: Language) -> Self {
        let seen = codes.findings.iter().map(|finding| words(language).qr(finding)).collect();
        Self {
            file,
            outcome,
            codes,
            seen,
            plainly: None,
            source: None,
            kept: Vec::new(),
            receipt: None,
            evidence: None,
        }
    }

    /// With what the receipt comes to that it was held against.
    pub(crate) fn receipt(mut self, receipt: Option<ReceiptReport>) -> Self {
        self.receipt = receipt;
        self
    }

    /// With what it comes to, in plain words, and with the kept roots that it rests on.
    pub(crate) fn plainly(mut self, ground: Ground<'_>) -> Self {
        let exit = self.of_signatures();
        if let Ok(report) = &self.outcome {
            self.plainly = Some(Plainly::of(report, &self.codes, exit, ground));
            let stamps = |one: &SignatureReport<Worded>| {
                one.timestamps.iter().flat_map(|stamp| stamp.chain.clone()).collect::<Vec<_>>()
            };
            let chains = report.signatures.iter().flat_map(|one| one.chain.iter().cloned().chain(stamps(one)));
            let anchors = chains.filter(|certificate| certificate.is_anchor);
            let kept = anchors.filter_map(|anchor| ground.roots.kept(&anchor.fingerprint));
            self.kept = kept
                .map(|kept| (kept.sha256.clone(), kept.clone()))
                .collect::<BTreeMap<_, _>>()
                .into_values()
                .collect();
        }
        self.source = Some(match ground.roots {
            Roots::None => "none",
            Roots::Given => "given",
            Roots::Kept(_) => "kept",
        });
        self
    }

    /// The kept roots that it rests on, each with since when and by whose word it's kept.
    fn rests_on(&self, language: Language) -> impl Iterator<Item = String> {
        self.kept.iter().map(move |kept| {
            let identity = kept.certificate.identity();
            let name = masked(identity.common_name.as_deref().unwrap_or(&identity.subject));
            let word = kept.word.text().in_language(language);
            let since = choose(language, "lưu trên máy này từ", "kept here since");
            format!("{name} ({word}, {since} {})", in_vietnam(kept.since))
        })
    }

    /// What the first line says of pages that weren't seen.
    fn not_seen(&self, language: Language) -> Option<String> {
        words(language).pages_not_seen(&self.codes.unseen)
    }

    /// What the first line says of a file that was cut off.
    fn cut_off(&self, language: Language) -> Option<&'static str> {
        let is_cut = self.outcome.as_ref().is_ok_and(|report| report.is_cut_off());
        is_cut.then_some(choose(
            language,
            "TỆP BỊ CẮT CỤT: thiếu phần cuối, chữ ký số nằm trong đó có thể đã mất; hãy lấy lại tệp đầy đủ từ nơi gửi.",
            "THE FILE IS CUT OFF: its end is missing, and signatures may be missing with it; get the whole file from the sender.",
        ))
    }

    /// The verdict's words. Where the receipt fails, the signatures' verdict stands beside it: neither answers for the other.
    fn verdict(&self, language: Language) -> String {
        let of_signatures = Words(language).verdict(self.of_signatures());
        match self.is_receipt_wrong() {
            false => of_signatures.to_owned(),
            true => format!(
                "{}: {of_signatures}",
                choose(language, "BIÊN NHẬN KHÔNG ĐÚNG; CHỮ KÝ", "RECEIPT NOT VALID; SIGNATURES")
            ),
        }
    }

    fn is_receipt_wrong(&self) -> bool {
        self.receipt.as_ref().is_some_and(|receipt| !receipt.holds())
    }

    /// How the command ends for it.
    pub(crate) fn exit(&self) -> Exit {
        let of_receipt = if self.is_receipt_wrong() { Exit::Failed } else { Exit::Done };
        Exit::worst([self.of_signatures(), of_receipt])
    }

    /// How it would end without the receipt.
    fn of_signatures(&self) -> Exit {
        match self.outcome.as_ref().map_or(Exit::Unreadable, Exit::of_report) {
            // The signatures hold, but a page leads its reader elsewhere, or may: a person has to look.
            Exit::Done if self.codes.leave_open() => Exit::Indeterminate,
            exit => exit,
        }
    }

    /// What the file and what it was held against come to, each by itself.
    pub(crate) fn exits(&self) -> impl Iterator<Item = Exit> {
        std::iter::once(self.exit()).chain(self.evidence.as_ref().map(Evidence::exit))
    }

    /// What concerns the file and no one signature.
    pub(crate) fn findings(&self) -> impl Iterator<Item = &Worded> {
        let of_receipt = self.receipt.iter().map(ReceiptReport::finding);
        self.outcome.iter().flat_map(|report| &report.findings).chain(&self.seen).chain(of_receipt)
    }
}
