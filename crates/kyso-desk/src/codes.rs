//! The QR symbols that are seen on a file's pages, and whose they are.
//!
//! A certification result's symbol says which document it was put onto. A valid signature under a page that shows another
//! document's symbol isn't what it seems: who scans it is led to that other document, which is genuine.

use std::collections::BTreeSet;

use kyso::validate::RoleSource;
use kyso::{Code as Name, Document, Finding, Indication, Language, Rectangle, Report, Role, Severity, SignatureReport};
use kyso_certification::qr::QrPayload;
use kyso_certification::stamp::QrMatch;
use kyso_pdf::SignatureField;
use kyso_view::{Apart, Care, Code, Error, Seen};
use kyso_words::{Hint, Worded, Words};
use serde::Serialize;

use crate::unseen::why_unseen;

/// Pages of a file that are drawn, where nobody asked for it and where someone did.
const MOST: usize = 6;
const MOST_ASKED: usize = 200;
/// Pages that get the cheap look, and what reading them may cost all in all, as `Document::limit_work` counts. What is left
/// out may show a symbol.
const MOST_CHEAP: usize = 2_000;
const CHEAP_WORK: u64 = 300_000_000;
/// Characters of a strange symbol that are reported.
const MAX_TEXT: usize = 512;
/// Groups of page numbers that are written out; a reader of more has `unseen`.
const MOST_RANGES: usize = 8;

/// When pages are looked at for QR symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Where a file is signed, and a cheap look at a page says that there may be one.
    Auto,
    /// Whatever the file.
    Always,
    /// Not at all.
    Never,
}

/// Whose a QR symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Belongs {
    ThisDocument,
    AnotherDocument,
    /// It isn't a certification result's.
    Unknown,
}

/// A QR symbol that was read.
#[derive(Debug, Serialize)]
pub struct CodeReport {
    page: usize,
    /// On the page as seen, to a tenth of a point.
    rectangle: Rectangle,
    text: String,
    belongs_to: Belongs,
    /// Which revision it was put onto.
    revision: Option<usize>,
    number: Option<String>,
    issuer: Option<String>,
    look_up_code: Option<String>,
}

/// What was seen on a file's pages.
#[derive(Debug, Default)]
pub struct Codes {
    /// The symbols that were read.
    pub codes: Vec<CodeReport>,
    /// What it means for whoever reads the file.
    pub findings: Vec<Worded>,
    /// Pages (from 1) that weren't looked at, or couldn't be, and on which there may be a symbol; in their order.
    pub unseen: Vec<usize>,
    is_asked: bool,
}

/// How pages are looked at.
#[derive(Debug)]
pub struct Look<'a> {
    /// What draws them, or why nothing does: then they're all unseen.
    pub apart: Result<&'a Apart, Error>,
    /// When.
    pub when: When,
    /// The language of what is said about it, and the terms of whoever shows it.
    pub words: Words<'a>,
}

impl Codes {
    /// Whether a person has to look before the file is taken for what its signatures say: a page leads its reader to
    /// another document, or somebody asked for a look that wasn't to be had.
    pub fn leave_open(&self) -> bool {
        let mislead = self.findings.iter().any(|finding| finding.severity == Severity::Error);
        mislead || (self.is_asked && !self.unseen.is_empty())
    }

    /// What a verdict's first line has to say: the pages that weren't seen.
    pub fn headline(&self, language: Language) -> Option<String> {
        let pages = ranges(&self.unseen);
        (!self.unseen.is_empty()).then(|| match language {
            Language::Vietnamese => format!("Chưa xem được mã QR ở trang {pages}."),
            Language::English => format!("QR codes on page {pages} weren't looked at."),
        })
    }

    /// Looks at the pages of a file that was judged.
    pub fn of(bytes: &[u8], password: Option<&str>, report: &Report, look: &Look<'_>) -> Self {
        let is_wanted = match look.when {
            When::Auto => !report.signatures.is_empty(),
            When::Always => true,
            When::Never => false,
        };
        if !is_wanted {
            return Self::default();
        }
        let is_asked = look.when == When::Always;
        let Ok(document) = Document::parse_with_password(bytes, password) else {
            // It was judged, so it could be read.
            let findings = vec![unseen_page(1, &Error::Unreadable, look)];
            return Self { findings, unseen: vec![1], is_asked, ..Self::default() };
        };
        let (pages, left) = pages(&document, look.when);
        let care = if is_asked { Care::Thorough } else { Care::Quick };
        let seen = match &look.apart {
            Ok(apart) => apart.codes(bytes, password, &pages, care),
            Err(error) => pages.iter().map(|page| Seen { page: *page, codes: Err(error.clone()) }).collect(),
        };
        let codes = seen.iter().filter_map(|seen| Some((seen.page, seen.codes.as_ref().ok()?)));
        let codes: Vec<CodeReport> = codes
            .flat_map(|(page, codes)| codes.iter().map(move |code| (page, code)))
            .map(|(page, code)| judged(&document, page, code))
            .collect();
        let mut findings = findings(&codes, report, look.words.language());
        let failed = || seen.iter().filter_map(|seen| Some((seen.page, seen.codes.as_ref().err()?)));
        findings.extend(failed().map(|(page, error)| unseen_page(page, error, look)));
        findings.extend((!left.is_empty()).then(|| left_pages(&left, pages.len(), look)));
        let unseen = failed().map(|(page, _)| page).chain(left).collect::<BTreeSet<_>>().into_iter().collect();
        Self { codes, findings, unseen, is_asked }
    }
}

/// The pages to draw, and those that are left though they may show a symbol. First come page 1, the last one, and those that
/// signatures are on or that an update has written, where results have their symbols and statements; then the others in
/// their order.
fn pages(document: &Document<'_>, when: When) -> (Vec<usize>, Vec<usize>) {
    // Where the pages can't be counted, whoever draws page 1 says why.
    let count = document.page_count().unwrap_or(1).max(1);
    let fields = SignatureField::all(document).unwrap_or_default();
    let signed = fields.iter().filter(|field| field.rectangle.is_some()).filter_map(|field| field.page);
    // A symbol stands on page 1 or the last, or else on one that the revision with it has written.
    let updated = document.updated_pages().unwrap_or_default();
    let first = [1, count].into_iter().chain(signed).chain(updated).filter(|page| (1..=count).contains(page));
    let mut known = BTreeSet::new();
    let ordered = first.chain(1..=count).filter(|page| known.insert(*page));
    let (mut wanted, most) = match when {
        When::Always => (ordered.collect::<Vec<_>>(), MOST_ASKED),
        When::Auto | When::Never => {
            document.limit_work(CHEAP_WORK);
            let may = |page: usize| document.page(page).map_or(true, |page| page.may_show_code(document));
            let wanted =
                ordered.enumerate().filter(|(number, page)| *number >= MOST_CHEAP || may(*page)).map(|(_, page)| page);
            let wanted = wanted.collect();
            document.limit_work(u64::MAX);
            (wanted, MOST)
        }
    };
    let left = wanted.split_off(wanted.len().min(most));
    (wanted, left)
}

fn judged(document: &Document<'_>, page: usize, code: &Code) -> CodeReport {
    let rectangle = code.place.rounded(10.0);
    let text: String = code.text.chars().take(MAX_TEXT).collect();
    let Ok(payload) = code.text.parse::<QrPayload>() else {
        let belongs_to = Belongs::Unknown;
        let (revision, number, issuer, look_up_code) = (None, None, None, None);
        return CodeReport { page, rectangle, text, belongs_to, revision, number, issuer, look_up_code };
    };
    let (belongs_to, revision) = match QrMatch::of(document, &payload) {
        QrMatch::SameDocument { revision } => (Belongs::ThisDocument, Some(revision)),
        QrMatch::OtherDocument => (Belongs::AnotherDocument, None),
    };
    CodeReport {
        page,
        rectangle,
        text,
        belongs_to,
        revision,
        number: Some(payload.number().to_string()),
        issuer: Some(payload.issuer().to_owned()),
        look_up_code: Some(payload.code().grouped()),
    }
}

/// Another document's symbol is an error where it stands for this one: where this one's own isn't there too, as on the
/// certified copy of a result, and where nobody says that it's a copy.
fn findings(codes: &[CodeReport], report: &Report, language: Language) -> Vec<Worded> {
    let has_own = codes.iter().any(|code| code.belongs_to == Belongs::ThisDocument);
    // The roster's agency alone, without a leader, has copied a result: its key seals and copies.
    let has = |role: Role| report.signatures.iter().any(|signature| signature.role == role);
    let vouched = |signature: &SignatureReport| {
        signature.role == Role::Seal
            && signature.role_source == RoleSource::Roster
            && signature.indication == Indication::TotalPassed
    };
    let is_copy = has(Role::Copy) || !has(Role::Leader) && report.signatures.iter().any(vouched);
    let of = |code: &CodeReport| {
        let (page, number) = (code.page, code.number.as_deref().unwrap_or_default());
        let issuer = code.issuer.as_deref().unwrap_or_default();
        let (severity, name, message) = match (code.belongs_to, language) {
            (Belongs::Unknown, _) => return None,
            (Belongs::ThisDocument, language) => {
                let revision = code.revision.unwrap_or_default();
                let message = match language {
                    Language::Vietnamese => {
                        format!(
                            "Mã QR ở trang {page} là của chính tài liệu này (đặt lên phiên bản {revision}; số {number}, {issuer})."
                        )
                    }
                    Language::English => {
                        format!(
                            "The QR code on page {page} is this document's own (put onto revision {revision}; number {number}, {issuer})."
                        )
                    }
                };
                (Severity::Info, Name::QrThisDocument, message)
            }
            (Belongs::AnotherDocument, language) if has_own || is_copy => {
                let message = match language {
                    Language::Vietnamese => format!(
                        "Mã QR ở trang {page} là của một tài liệu khác (số {number}, {issuer}), như khi trang này là bản \
                         sao của tài liệu đó: tra cứu mã này không cho biết gì về tài liệu đang xem."
                    ),
                    Language::English => format!(
                        "The QR code on page {page} is another document's (number {number}, {issuer}), as where the page is \
                         a copy of it: looking it up tells nothing about this document."
                    ),
                };
                (Severity::Warning, Name::QrAnotherDocument, message)
            }
            (Belongs::AnotherDocument, language) => {
                let message = match language {
                    Language::Vietnamese => format!(
                        "Mã QR ở trang {page} là của một tài liệu KHÁC (số {number}, {issuer}), không phải của tài liệu \
                         này: có thể mã đã bị chép từ một kết quả thật. Đừng tin kết quả tra cứu bằng mã này; hãy hỏi cơ \
                         quan đã cấp."
                    ),
                    Language::English => format!(
                        "The QR code on page {page} is ANOTHER document's (number {number}, {issuer}), not this one's: it \
                         may have been copied from a genuine result. Don't trust what looking it up says; ask the agency \
                         that issued it."
                    ),
                };
                (Severity::Error, Name::QrAnotherDocument, message)
            }
        };
        Some(finding(severity, name, message, Some(page), Some(code.text.clone())))
    };
    let mut findings: Vec<Worded> = codes.iter().filter_map(of).collect();
    findings.sort_by_key(|finding| match finding.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    });
    findings
}

fn unseen_page(page: usize, error: &Error, look: &Look<'_>) -> Worded {
    let language = look.words.language();
    let cause = why_unseen(error, language);
    let told =
        choose(language, "nên chưa biết trên trang có mã QR hay không", "so whether it has a QR code isn't known");
    let advice = match (look.when, error) {
        (When::Auto, Error::Died | Error::TooMuchWork) => look.words.hint(Hint::LookCloser),
        _ => "",
    };
    let message = match language {
        Language::Vietnamese => {
            format!(
                "Không hiển thị được trang {page} ({cause}), {told}; kết luận về chữ ký không xét đến điều này.{advice}"
            )
        }
        Language::English => {
            format!(
                "Page {page} can't be shown ({cause}), {told}; the verdict on signatures isn't touched by this.{advice}"
            )
        }
    };
    finding(Severity::Warning, Name::QrNotSeen, message, Some(page), None)
}

/// Pages that weren't drawn because there are too many.
fn left_pages(left: &[usize], drawn: usize, look: &Look<'_>) -> Worded {
    let pages = ranges(left);
    let advice = match look.when {
        When::Auto => look.words.hint(Hint::LookAtMore),
        When::Always | When::Never => "",
    };
    let message = match look.words.language() {
        Language::Vietnamese => {
            format!("Chưa xem trang {pages}: trên đó có thể có mã QR, mà chỉ xem {drawn} trang của mỗi tệp.{advice}")
        }
        Language::English => format!(
            "Pages {pages} weren't looked at: there may be QR codes on them, and only {drawn} pages of a file are.{advice}"
        ),
    };
    finding(Severity::Warning, Name::QrNotSeen, message, None, None)
}

/// Page numbers, those that follow each other put together: `2, 5–9`.
fn ranges(pages: &[usize]) -> String {
    let mut pages = pages.to_vec();
    pages.sort_unstable();
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for page in pages {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == page => *last = page,
            _ => ranges.push((page, page)),
        }
    }
    let more = if ranges.len() > MOST_RANGES { ", …" } else { "" };
    let text = |(first, last): &(usize, usize)| match first == last {
        true => first.to_string(),
        false => format!("{first}–{last}"),
    };
    ranges.iter().take(MOST_RANGES).map(text).collect::<Vec<_>>().join(", ") + more
}

fn choose<'a>(language: Language, vietnamese: &'a str, english: &'a str) -> &'a str {
    match language {
        Language::Vietnamese => vietnamese,
        Language::English => english,
    }
}

fn finding(severity: Severity, code: Name, message: String, page: Option<usize>, detail: Option<String>) -> Worded {
    Worded { finding: Finding { severity, code, clause: "", object: None, page, detail }, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_follow_each_other_are_put_together() {
        for (pages, told) in [(vec![3], "3"), (vec![9, 2, 5, 6, 7], "2, 5–7, 9"), (vec![1, 2], "1–2")] {
            assert_eq!(ranges(&pages), told);
        }
        assert_eq!(ranges(&(1..50).step_by(2).collect::<Vec<_>>()), "1, 3, 5, 7, 9, 11, 13, 15, …");
    }

    #[test]
    fn what_was_not_seen_is_told_and_leaves_the_file_open_where_it_was_asked_for() {
        let codes = |is_asked| Codes { unseen: vec![4], is_asked, ..Codes::default() };
        assert_eq!((codes(false).leave_open(), codes(true).leave_open()), (false, true));
        assert_eq!(codes(false).headline(Language::Vietnamese).as_deref(), Some("Chưa xem được mã QR ở trang 4."));
        assert_eq!(Codes::default().headline(Language::English), None);
    }
}
