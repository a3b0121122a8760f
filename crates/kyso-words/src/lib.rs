//! What the library finds, refuses and names, for people: in plain words, in Vietnamese and in English, and in the terms
//! of whatever they have before them ([`Terms`]).
//!
//! The wordings that people know from the field's other tools are kept ("Tài liệu đã bị thay đổi.", "Chứng thư số đã
//! hết hạn sử dụng"), and each text of a finding says what it means and what to do about it.

#![forbid(unsafe_code)]

mod errors;
mod evidence;
mod findings;
mod names;
mod outside;
mod qr;
mod reasons;
mod report;
mod rules;
mod system;
mod terms;
#[cfg(test)]
mod tests;

pub use names::{coverage, indication, modifications, role, severity, signer_kind, sub_indication};
pub use qr::{QrFinding, not_shown, not_whole};
pub use reasons::unseen;
pub use report::{Report, Worded};
pub use system::system;
pub use terms::{Hint, Neutral, Terms};

use jiff::Timestamp;

use kyso::local_time::in_vietnam;
use kyso::{Bilingual, Code, Finding, Language, both};

/// A language, and the terms of a front.
#[derive(Debug, Clone, Copy)]
pub struct Words<'t> {
    language: Language,
    terms: &'t dyn Terms,
}

impl<'t> Words<'t> {
    /// In a language, in the terms of a front.
    pub fn new(language: Language, terms: &'t dyn Terms) -> Self {
        Self { language, terms }
    }

    /// In a language, where no front is known.
    pub fn neutral(language: Language) -> Self {
        Self { language, terms: &Neutral }
    }

    /// In which language.
    pub fn language(self) -> Language {
        self.language
    }

    /// What a code says as a finding: what is the matter (with the detail, where there is one), what it means, what to do.
    pub fn message(self, code: Code, detail: Option<&str>) -> String {
        self.entry(findings::texts(code).found(), self.detail(code, detail).as_deref().map(of_detail))
    }

    /// The message like [`Self::message`], beginning with the page if the finding is about one.
    pub fn message_on(self, page: Option<usize>, code: Code, detail: Option<&str>) -> String {
        let message = self.message(code, detail);
        match (page, self.language) {
            (Some(page), Language::Vietnamese) => format!("Trang {page}: {message}"),
            (Some(page), Language::English) => format!("Page {page}: {message}"),
            (None, _) => message,
        }
    }

    /// What a finding says, and where.
    pub fn finding(self, finding: &Finding) -> String {
        self.message_on(finding.page, finding.code, finding.detail.as_deref())
    }

    /// What a code says as a refusal ([`Error::Refused`](kyso::Error::Refused)).
    pub fn refusal(self, code: Code) -> String {
        self.entry(findings::texts(code).refused(), None)
    }

    /// What findings say, one after another, without their places and without the last full stop.
    fn all<'f>(self, findings: impl IntoIterator<Item = &'f Finding>) -> String {
        let texts = findings.into_iter().map(|finding| self.message(finding.code, finding.detail.as_deref()));
        without_stop(&texts.collect::<Vec<_>>().join(" "))
    }

    /// A finding's detail. What a rule of the policy forbids names no permission of the document: the rule is named.
    fn detail(self, code: Code, detail: Option<&str>) -> Option<String> {
        match (code, detail) {
            (Code::DocmdpViolated, None) => {
                let name = self.hint(Hint::StrictChanges);
                (!name.is_empty()).then(|| name.to_owned())
            }
            (Code::ChainConstraint, Some(detail)) if self.language == Language::Vietnamese => {
                Some(constraint(detail).to_owned())
            }
            (_, detail) => detail.map(str::to_owned),
        }
    }

    /// How something is done in the front, as it stands in a text.
    pub fn hint(self, hint: Hint) -> &'static str {
        self.terms.hint(hint).in_language(self.language)
    }

    fn entry(self, entry: Entry, detail: Option<String>) -> String {
        let mut hints = entry.hints.iter().map(|hint| self.hint(*hint));
        let mut text = fill(entry.matter.in_language(self.language), &mut hints);
        if let Some(detail) = detail.filter(|detail| !detail.is_empty()) {
            text.push_str(&format!(" ({detail})"));
        }
        text.push('.');
        let remedy = fill(entry.remedy.in_language(self.language), &mut hints);
        if !remedy.is_empty() {
            text.push(' ');
            text.push_str(&remedy);
        }
        text
    }
}

/// What is the matter, without a full stop: a detail may follow; and what it means or asks for. `{}` in either stands for
/// the next of the hints.
#[derive(Debug, Clone, Copy)]
struct Entry {
    matter: Bilingual<&'static str>,
    remedy: Bilingual<&'static str>,
    hints: &'static [Hint],
}

impl Entry {
    const fn hints(self, hints: &'static [Hint]) -> Self {
        Self { hints, ..self }
    }
}

/// What is the matter and what to do, each in Vietnamese and in English.
const fn entry(
    matter: &'static str,
    matter_in_english: &'static str,
    remedy: &'static str,
    remedy_in_english: &'static str,
) -> Entry {
    Entry { matter: both(matter, matter_in_english), remedy: both(remedy, remedy_in_english), hints: &[] }
}

fn fill(text: &str, hints: &mut impl Iterator<Item = &'static str>) -> String {
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        filled.push_str(hints.next().unwrap_or_default());
        filled.push_str(part);
    }
    filled
}

/// What OpenSSL says of a constraint, in Vietnamese where it's one that is met.
fn constraint(english: &str) -> &str {
    match english {
        "unhandled critical extension" => "có phần mở rộng quan trọng không hiểu được",
        "unsuitable certificate purpose" => "mục đích sử dụng không phù hợp",
        "permitted subtree violation" => "tên nằm ngoài phạm vi CA được phép cấp",
        "excluded subtree violation" => "tên thuộc phạm vi CA không được cấp",
        other => other,
    }
}

/// Times among the details are shown as the report shows its others: in Vietnam's.
fn of_detail(detail: &str) -> String {
    let of_time = |c: char| c.is_ascii_digit() || matches!(c, 'T' | 'Z' | ':' | '.' | '+' | '-');
    let (mut text, mut rest) = (String::with_capacity(detail.len()), detail);
    while let Some(start) = rest.find(of_time) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !of_time(c)).unwrap_or(from.len()));
        text.push_str(before);
        // RFC 3339 is never shorter.
        match word.parse::<Timestamp>() {
            Ok(time) if word.len() >= "2026-03-02T10:00:00Z".len() => text.push_str(&in_vietnam(time)),
            _ => text.push_str(word),
        }
        rest = after;
    }
    text + rest
}

fn without_stop(text: &str) -> String {
    text.trim_end_matches('.').to_owned()
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).chain(['.']).collect(),
        None => String::new(),
    }
}
