//! What a verifier says to people: every finding's code, every verdict and every name of the report, in plain
//! words, in Vietnamese and in English.
//!
//! The wordings that people know from the field's other tools are kept ("Tài liệu đã bị thay đổi.", "Chứng thư số đã
//! hết hạn sử dụng"), and each text of a finding says what it means and what to do about it.

mod errors;
mod findings;
mod names;
mod reasons;
mod refusals;
mod rules;

pub use errors::error;
pub use names::{coverage, indication, modifications, role, severity, signer_kind, sub_indication};
pub use reasons::reason;
pub(crate) use refusals::refusal;

use jiff::Timestamp;

use crate::appearance::text::signing_time;
use crate::language::Language;

/// One text in each language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    vietnamese: &'static str,
    english: &'static str,
}

impl Text {
    const fn new(vietnamese: &'static str, english: &'static str) -> Self {
        Self { vietnamese, english }
    }

    fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::Vietnamese => self.vietnamese,
            Language::English => self.english,
        }
    }
}

/// What is the matter, without a full stop: a detail may follow; and what it means or asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    code: &'static str,
    matter: Text,
    remedy: Text,
}

/// A code with what is the matter and what to do, each in Vietnamese and in English.
const fn entry(code: &'static str, matter: [&'static str; 2], remedy: [&'static str; 2]) -> Entry {
    let ([matter_vi, matter_en], [remedy_vi, remedy_en]) = (matter, remedy);
    Entry { code, matter: Text::new(matter_vi, matter_en), remedy: Text::new(remedy_vi, remedy_en) }
}

/// The text of a finding's code: what is the matter (with the detail, where there is one), what it means, what to do.
/// A code that isn't in the catalogue is named as it is.
pub fn message(code: &str, detail: Option<&str>, language: Language) -> String {
    let Some(entry) = find(findings::all(), code) else {
        return finish(unknown(language), Some(detail.map_or(code.to_owned(), |d| format!("{code}: {d}"))), "");
    };
    finish(entry.matter.in_language(language), detail.map(of_detail), entry.remedy.in_language(language))
}

/// A time among the details is told as the report tells its others: in Vietnam's.
fn of_detail(detail: &str) -> String {
    detail.parse::<Timestamp>().map_or_else(|_| detail.to_owned(), signing_time)
}

/// As [`message`], beginning with the page that it's about, where it's about one.
pub fn message_on(page: Option<usize>, code: &str, detail: Option<&str>, language: Language) -> String {
    let message = message(code, detail, language);
    match (page, language) {
        (Some(page), Language::Vietnamese) => format!("Trang {page}: {message}"),
        (Some(page), Language::English) => format!("Page {page}: {message}"),
        (None, _) => message,
    }
}

/// The text of a rule by which the library refuses ([`Error::Refused`](crate::Error::Refused)); `None` for a rule
/// that isn't in the catalogue, for which the error's own message has to do.
pub fn rule(rule: &str, language: Language) -> Option<String> {
    let entry = find(rules::all(), rule)?;
    Some(finish(entry.matter.in_language(language), None, entry.remedy.in_language(language)))
}

fn find(mut catalogue: impl Iterator<Item = &'static Entry>, code: &str) -> Option<&'static Entry> {
    catalogue.find(|entry| entry.code == code)
}

fn unknown(language: Language) -> &'static str {
    match language {
        Language::Vietnamese => "Có điểm cần xem xét",
        Language::English => "There is something to look at",
    }
}

fn finish(matter: &str, detail: Option<String>, remedy: &str) -> String {
    let mut text = matter.to_owned();
    if let Some(detail) = detail.filter(|detail| !detail.is_empty()) {
        text.push_str(&format!(" ({detail})"));
    }
    text.push('.');
    if !remedy.is_empty() {
        text.push(' ');
        text.push_str(remedy);
    }
    text
}

#[cfg(test)]
mod tests;
