//! The QR symbols that are seen on a file's pages, and whose they are.
//!
//! A certification result's symbol says which document it was put onto. A valid signature under a page that shows another
//! document's symbol isn't what it seems: who scans it is led to that other document, which is genuine.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::ValueEnum;
use kyso::certification::qr::QrPayload;
use kyso::certification::stamp::QrMatch;
use kyso::language::Language;
use kyso::pdf::Document;
use kyso::role::Role;
use kyso::validate::report::{Finding, Indication, Report, RoleSource, Severity, SignatureReport};
use kyso_view::{Care, Code, Error, Seen};
use serde::Serialize;

use crate::commands::draw_pages;
use crate::text::{choose, plain};

/// Pages of a file that are looked at.
const MAX_PAGES: usize = 6;
/// How long they may take together where nobody asked for it, and where someone did.
const QUICK: Duration = Duration::from_secs(2);
const THOROUGH: Duration = Duration::from_secs(20);
/// Characters of a strange symbol that are reported.
const MAX_TEXT: usize = 512;

/// When pages are looked at for QR symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// Where a file is signed, and a cheap look at a page says that there may be one.
    Auto,
    Always,
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
pub(crate) struct CodeReport {
    page: usize,
    /// Left, bottom, width, height in points, from the lower left of the page as seen.
    rectangle: [f64; 4],
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
pub(crate) struct Codes {
    pub(crate) codes: Vec<CodeReport>,
    /// What it means for whoever reads the file.
    pub(crate) findings: Vec<Finding>,
}

impl Codes {
    /// Whether a page leads its reader to another document.
    pub(crate) fn mislead(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Looks at the pages of a file that was judged.
    pub(crate) fn of(bytes: &[u8], password: Option<&str>, report: &Report, when: When, language: Language) -> Self {
        let is_wanted = match when {
            When::Auto => !report.signatures.is_empty(),
            When::Always => true,
            When::Never => false,
        };
        if !is_wanted {
            return Self::default();
        }
        let Ok(document) = Document::parse_with_password(bytes, password) else { return Self::default() };
        let pages = pages(&document, when);
        if pages.is_empty() {
            return Self::default();
        }
        let (time, care) = if when == When::Always { (THOROUGH, Care::Thorough) } else { (QUICK, Care::Quick) };
        let seen = match draw_pages::apart() {
            Ok(apart) => apart.within(time).codes(bytes, password, &pages, care),
            Err(error) => {
                let error = Error::Apart(error.to_string());
                pages.iter().map(|page| Seen { page: *page, codes: Err(error.clone()) }).collect()
            }
        };
        let codes = seen.iter().filter_map(|seen| Some((seen.page, seen.codes.as_ref().ok()?)));
        let codes: Vec<CodeReport> = codes
            .flat_map(|(page, codes)| codes.iter().map(move |code| (page, code)))
            .map(|(page, code)| judged(&document, page, code))
            .collect();
        let mut findings = findings(&codes, report, language);
        let unseen = seen.iter().filter_map(|seen| Some((seen.page, seen.codes.as_ref().err()?)));
        findings.extend(unseen.map(|(page, error)| unseen_page(page, error, when, language)));
        Self { codes, findings }
    }
}

/// Page 1, the pages that signatures are on, those that an update has written, the last one: where results have their symbols
/// and statements.
fn pages(document: &Document<'_>, when: When) -> Vec<usize> {
    let Ok(count) = document.page_count() else { return Vec::new() };
    let fields = document.signature_fields().unwrap_or_default();
    let signed = fields.iter().filter(|field| field.rectangle.is_some()).filter_map(|field| field.page);
    // A symbol stands on page 1 or the last, or else on one that the revision with it has written.
    let updated = document.updated_pages().unwrap_or_default();
    let all = [1, count]
        .into_iter()
        .chain(signed)
        .chain(updated)
        .filter(|page| (1..=count).contains(page))
        .collect::<BTreeSet<_>>();
    let may =
        |page: &usize| when == When::Always || document.page(*page).map_or(true, |page| document.may_show_code(&page));
    all.into_iter().take(MAX_PAGES).filter(may).collect()
}

fn judged(document: &Document<'_>, page: usize, code: &Code) -> CodeReport {
    let place = code.place;
    let rectangle = [place.x, place.y, place.width, place.height].map(|length| (length * 10.0).round() / 10.0);
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
fn findings(codes: &[CodeReport], report: &Report, language: Language) -> Vec<Finding> {
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
        let (page, number) = (code.page, plain(code.number.as_deref().unwrap_or_default()));
        let issuer = plain(code.issuer.as_deref().unwrap_or_default());
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
                (Severity::Info, "qr.this-document", message)
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
                (Severity::Warning, "qr.another-document", message)
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
                (Severity::Error, "qr.another-document", message)
            }
        };
        Some(finding(severity, name, message, page, Some(code.text.clone())))
    };
    let mut findings: Vec<Finding> = codes.iter().filter_map(of).collect();
    findings.sort_by_key(|finding| match finding.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    });
    findings
}

fn unseen_page(page: usize, error: &Error, when: When, language: Language) -> Finding {
    let cause = error.in_language(language);
    let told =
        choose(language, "nên chưa biết trên trang có mã QR hay không", "so whether it has a QR code isn't known");
    let advice = match (when, error) {
        (When::Auto, Error::Died | Error::TimedOut) => choose(
            language,
            " Muốn xem kỹ hơn, với nhiều bộ nhớ và thời gian hơn: --qr always.",
            " To look with more memory and time: --qr always.",
        ),
        _ => "",
    };
    let message = match language {
        Language::Vietnamese => {
            format!(
                "Không hiển thị được trang {page} ({cause}), {told}; kết luận về chữ ký không bị ảnh hưởng.{advice}"
            )
        }
        Language::English => {
            format!(
                "Page {page} can't be shown ({cause}), {told}; the verdict on signatures isn't touched by this.{advice}"
            )
        }
    };
    finding(Severity::Info, "qr.not-seen", message, page, None)
}

fn finding(severity: Severity, code: &'static str, message: String, page: usize, detail: Option<String>) -> Finding {
    Finding { severity, code, clause: "", message, object: None, page: Some(page), detail }
}
