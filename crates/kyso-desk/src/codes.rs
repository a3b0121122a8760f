//! The QR symbols that are seen on a file's pages, and whose they are.
//!
//! A certification result's symbol says which document it was put onto. A valid signature under a page that shows another
//! document's symbol isn't what it seems: who scans it is led to that other document, which is genuine.

use std::collections::BTreeSet;

use kyso::{Document, Rectangle, Report, Severity};
use kyso_certification::qr::QrPayload;
use kyso_certification::whose::Whose;
use kyso_pdf::SignatureField;
use kyso_view::{Apart, Care, Code, Error, Seen};
use kyso_words::QrFinding;
use serde::Serialize;

/// Pages of a file that are drawn, where nobody asked for it and where someone did.
const MOST: usize = 6;
const MOST_ASKED: usize = 200;
/// Pages that get the cheap look, and what reading them may cost all in all, as `Document::limit_work` counts. What is left
/// out may show a symbol.
const MOST_CHEAP: usize = 2_000;
const CHEAP_WORK: u64 = 300_000_000;
/// Characters of a strange symbol that are reported.
const MAX_TEXT: usize = 512;

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
    /// The code isn't a certification result's, or whose it is can't be known: the document was changed.
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
    /// The findings about the codes, for readers of the file.
    pub findings: Vec<QrFinding>,
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
}

impl Codes {
    /// Whether a person has to look before the file is taken for what its signatures say: a page leads its reader to
    /// another document, or somebody asked for a look that wasn't to be had.
    pub fn leave_open(&self) -> bool {
        let mislead = self.findings.iter().any(|finding| finding.severity() == Severity::Error);
        mislead || (self.is_asked && !self.unseen.is_empty())
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
            let findings = vec![not_shown(1, &Error::Unreadable, look.when)];
            return Self { findings, unseen: vec![1], is_asked, ..Self::default() };
        };
        let (pages, left) = pages(&document, look.when);
        let care = if is_asked { Care::Thorough } else { Care::Quick };
        let seen = match &look.apart {
            Ok(apart) => apart.codes(bytes, password, &pages, care),
            Err(error) => pages.iter().map(|page| Seen::failed(*page, error.clone())).collect(),
        };
        let codes = seen.iter().filter_map(|seen| Some((seen.page, seen.codes.as_ref().ok()?)));
        let read: Vec<(usize, &Code)> =
            codes.flat_map(|(page, codes)| codes.iter().map(move |code| (page, code))).collect();
        let (codes, mut findings) = judged(&document, report, &read);
        findings.extend(seen.iter().filter_map(|seen| match (&seen.codes, &seen.missed) {
            (Err(error), _) => Some(not_shown(seen.page, error, look.when)),
            (Ok(_), Some(error)) => Some(QrFinding::PartlyShown { page: seen.page, error: error.clone() }),
            (Ok(_), None) => None,
        }));
        findings.extend((!left.is_empty()).then(|| QrFinding::LeftOut {
            pages: left.clone(),
            drawn: pages.len(),
            look_at_more: look.when == When::Auto,
        }));
        let unseen = seen.iter().filter(|seen| seen.unseen().is_some()).map(|seen| seen.page);
        let unseen = unseen.chain(left).collect::<BTreeSet<_>>().into_iter().collect();
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

/// What was read, and what there is to say of it, the worst first.
fn judged(document: &Document<'_>, report: &Report, read: &[(usize, &Code)]) -> (Vec<CodeReport>, Vec<QrFinding>) {
    let payloads: Vec<Option<QrPayload>> = read.iter().map(|(_, code)| code.text.parse().ok()).collect();
    let known: Vec<&QrPayload> = payloads.iter().flatten().collect();
    let mut whose = Whose::of(document, report, &known).into_iter();
    let (mut codes, mut findings) = (Vec::new(), Vec::new());
    for ((page, code), payload) in read.iter().zip(&payloads) {
        let page = *page;
        let text: String = code.text.chars().take(MAX_TEXT).collect();
        let mut seen = CodeReport {
            page,
            rectangle: code.place.rounded(10.0),
            text: text.clone(),
            belongs_to: Belongs::Unknown,
            revision: None,
            number: None,
            issuer: None,
            look_up_code: None,
        };
        if let (Some(payload), Some(whose)) = (payload, payload.as_ref().and_then(|_| whose.next())) {
            let (number, issuer) = (payload.number().to_string(), payload.issuer().to_owned());
            seen.number = Some(number.clone());
            seen.issuer = Some(issuer.clone());
            seen.look_up_code = Some(payload.code().grouped());
            findings.push(match whose {
                Whose::Own { revision } => {
                    (seen.belongs_to, seen.revision) = (Belongs::ThisDocument, Some(revision));
                    QrFinding::ThisDocument { page, revision, text, number, issuer }
                }
                Whose::Changed => QrFinding::ChangedDocument { page, text, number, issuer },
                Whose::Copied | Whose::Another => {
                    seen.belongs_to = Belongs::AnotherDocument;
                    let is_copied = whose == Whose::Copied;
                    QrFinding::AnotherDocument { page, text, number, issuer, is_copied }
                }
            });
        }
        codes.push(seen);
    }
    findings.sort_by_key(|finding| match finding.severity() {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    });
    (codes, findings)
}

fn not_shown(page: usize, error: &Error, when: When) -> QrFinding {
    let look_closer = when == When::Auto && matches!(error, Error::Died | Error::TooMuchWork);
    QrFinding::NotShown { page, error: error.clone(), look_closer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_seen_leaves_the_file_open_where_it_was_asked_for() {
        let codes = |is_asked| Codes { unseen: vec![4], is_asked, ..Codes::default() };
        assert_eq!((codes(false).leave_open(), codes(true).leave_open()), (false, true));
    }
}
