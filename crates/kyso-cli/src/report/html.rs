//! The page for people: one file with nothing outside it and no script, to read, to print and to keep with the document.

mod evidence;
mod signature;
mod timeline;

use std::io::{self, Write};
use std::path::Path;

use kyso::local_time::in_vietnam;
use kyso::{Language, Severity};
use kyso_words::{Report, Worded};

use super::markup::Markup;
use super::plainly::Plainly;
use super::words::{Mark, Words};
use super::{Basis, FileReport};
use crate::exit::Exit;
use crate::text::{choose, masked, plain};

const CSS: &str = include_str!("html/style.css");

/// Writes the page.
pub(crate) fn write(reports: &[FileReport], basis: Basis<'_>, sink: &mut impl Write) -> io::Result<()> {
    let page = Page { basis, words: Words(basis.language) };
    let language = choose(basis.language, "vi", "en");
    let mut markup = Markup::default();
    markup.literal("<!DOCTYPE html>");
    markup.element("html", &[("lang", language)], |markup| {
        markup.element("head", &[], |markup| page.head(reports, markup));
        markup.element("body", &[], |markup| page.body(reports, markup));
    });
    sink.write_all(markup.finish().as_bytes())
}

#[derive(Clone, Copy)]
struct Page<'p> {
    basis: Basis<'p>,
    words: Words,
}

impl Page<'_> {
    fn say(self, vietnamese: &'static str, english: &'static str) -> &'static str {
        self.words.say(vietnamese, english)
    }

    fn head(self, reports: &[FileReport], markup: &mut Markup) {
        markup.empty("meta", &[("charset", "utf-8")]);
        markup.empty("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
        // What comes from a file is escaped; this holds even where that were forgotten.
        let policy = "default-src 'none'; style-src 'unsafe-inline'";
        markup.empty("meta", &[("http-equiv", "Content-Security-Policy"), ("content", policy)]);
        let title = self.say("Báo cáo kiểm tra chữ ký số", "Signature verification report");
        let title = match reports {
            [only] => format!("{title}: {}", file_name(&only.file)),
            _ => title.to_owned(),
        };
        markup.leaf("title", &[], &title);
        markup.element("style", &[], |markup| markup.literal(CSS));
    }

    fn body(self, reports: &[FileReport], markup: &mut Markup) {
        markup.element("main", &[], |markup| {
            markup.element("header", &[("class", "top")], |markup| {
                markup.leaf("h1", &[], self.say("Báo cáo kiểm tra chữ ký số", "Signature verification report"));
                markup.element("p", &[], |markup| {
                    let text = self.say("Kiểm tra tại thời điểm ", "Judged at ");
                    markup.text(text);
                    markup.leaf("b", &[], &in_vietnam(self.basis.time));
                    markup.text(self.say(" theo ", " by "));
                    let constraints = self.basis.constraints;
                    markup.leaf("b", &[], constraints.title.in_language(self.basis.language));
                    markup.text(&format!(" ({})", constraints.name));
                });
            });
            if reports.len() > 1 {
                self.contents(reports, markup);
            }
            for (number, report) in (1..).zip(reports) {
                self.file(number, report, markup);
            }
            self.foot(markup);
        });
    }

    /// Every file with its verdict, where there are several.
    fn contents(self, reports: &[FileReport], markup: &mut Markup) {
        markup.element("table", &[("class", "contents")], |markup| {
            for (number, report) in (1..).zip(reports) {
                let mark = Mark::of_file(report.exit());
                markup.element("tr", &[("class", class(mark))], |markup| {
                    markup.element("td", &[], |markup| {
                        markup.leaf("a", &[("href", &format!("#f{number}"))], &report.file);
                    });
                    markup.element("td", &[], |markup| {
                        markup.leaf("span", &[("class", "badge")], &report.verdict(self.basis.language));
                        if let Some(cut_off) = report.cut_off(self.basis.language) {
                            markup.text(&format!(" {cut_off}"));
                        }
                        if let Some(unseen) = report.not_seen(self.basis.language) {
                            markup.text(&format!(" {unseen}"));
                        }
                    });
                });
            }
        });
    }

    fn file(self, number: usize, file: &FileReport, markup: &mut Markup) {
        let (exit, id) = (file.of_signatures(), format!("f{number}"));
        let mark = Mark::of_file(file.exit());
        markup.element("section", &[("id", &id), ("class", &format!("file {}", class(mark)))], |markup| {
            markup.element("div", &[("class", "verdict")], |markup| {
                icon(mark, markup);
                markup.element("div", &[], |markup| {
                    markup.leaf("p", &[("class", "words")], &file.verdict(self.basis.language));
                    markup.leaf("h2", &[], file_name(&file.file));
                    let sentence = match &file.outcome {
                        // Of a file that doesn't hold, nothing is complete; of one that isn't decided, nothing for certain.
                        Ok(report) if matches!(exit, Exit::Done | Exit::Unsigned) => {
                            self.words.completeness(report).map(str::to_owned)
                        }
                        Ok(_) => None,
                        Err(unreadable) => Some(plain(&unreadable.error)),
                    };
                    let cut_off = file.cut_off(self.basis.language).map(str::to_owned);
                    let sentences = cut_off.into_iter().chain(file.not_seen(self.basis.language)).chain(sentence);
                    for sentence in sentences {
                        markup.leaf("p", &[], &sentence);
                    }
                    if let Some(plainly) = &file.plainly {
                        self.plainly(plainly, markup);
                    }
                });
            });
            match &file.outcome {
                Ok(report) => self.report(number, file, report, markup),
                Err(unreadable) => {
                    self.facts(unreadable.sha256.as_deref(), unreadable.bytes, None, markup);
                    self.findings(file.findings(), markup);
                }
            }
            file.evidence.iter().for_each(|evidence| self.evidence(evidence, markup));
        });
    }

    /// What is certain, what isn't and why, and the command that gets further.
    fn plainly(self, plainly: &Plainly, markup: &mut Markup) {
        let mut told = |label: &str, text: &str| {
            markup.element("p", &[], |markup| {
                markup.leaf("b", &[], label);
                markup.text(&format!(" {text}."));
            });
        };
        told(self.say("Chắc chắn:", "Certain:"), &plainly.certain);
        if let Some(uncertain) = &plainly.uncertain {
            told(self.say("Chưa chắc:", "Not certain:"), uncertain);
        }
        if let Some(next) = &plainly.next {
            markup.element("p", &[], |markup| {
                markup.text(self.say("Xem tiếp: ", "To get further: "));
                markup.leaf("code", &[], next);
            });
        }
    }

    fn report(self, number: usize, file: &FileReport, report: &Report, markup: &mut Markup) {
        self.facts(Some(&report.sha256), report.bytes, Some(report), markup);
        for root in file.rests_on(self.basis.language) {
            let label = self.say("CA gốc được tin: ", "Trusted root: ");
            markup.leaf("p", &[("class", "root")], &format!("{label}{root}"));
        }
        self.findings(file.findings(), markup);
        timeline::draw(self, report, markup);
        for (index, signature) in (1..).zip(&report.signatures) {
            self.signature(number, index, signature, markup);
        }
    }

    /// What the file is.
    fn facts(self, sha256: Option<&str>, bytes: u64, report: Option<&Report>, markup: &mut Markup) {
        let Some(sha256) = sha256 else { return };
        let mut size = match self.basis.language {
            Language::Vietnamese => format!("{bytes} byte"),
            Language::English => format!("{bytes} bytes"),
        };
        if let Some(report) = report {
            let (revisions, signatures) = (report.revisions, report.signatures.len());
            size += &match self.basis.language {
                Language::Vietnamese => format!(" · {revisions} phiên bản · {signatures} chữ ký, dấu thời gian"),
                Language::English => format!(" · {revisions} revisions · {signatures} signatures, time-stamps"),
            };
            if report.encrypted {
                size += self.say(" · có mã hóa", " · encrypted");
            }
        }
        markup.element("p", &[("class", "facts")], |markup| {
            markup.leaf("span", &[], &size);
            markup.leaf("code", &[], &format!("SHA-256 {sha256}"));
        });
    }

    /// What was noticed, each with where it is and which clause asks for it.
    fn findings<'f>(self, findings: impl IntoIterator<Item = &'f Worded>, markup: &mut Markup) {
        let mut findings = findings.into_iter().peekable();
        if findings.peek().is_none() {
            return;
        }
        markup.element("ul", &[("class", "findings")], |markup| {
            for finding in findings {
                let (class, sign) = match finding.severity {
                    Severity::Error => ("error", "✘"),
                    Severity::Warning => ("warning", "!"),
                    Severity::Info => ("info", "i"),
                };
                markup.element("li", &[("class", class)], |markup| {
                    markup.leaf("span", &[("class", "sign")], sign);
                    markup.element("div", &[], |markup| {
                        markup.text(&masked(&finding.message));
                        self.place(finding, markup);
                    });
                });
            }
        });
    }

    fn place(self, finding: &Worded, markup: &mut Markup) {
        let page = finding.page.map(|page| format!("{} {page}", self.say("trang", "page")));
        let object = finding.object.map(|object| format!("{} {object}", self.say("đối tượng", "object")));
        let clause = Some(finding.clause.to_owned()).filter(|clause| !clause.is_empty());
        let parts: Vec<String> = [page, object, clause, Some(finding.code.to_string())].into_iter().flatten().collect();
        markup.leaf("small", &[], &parts.join(" · "));
    }

    fn foot(self, markup: &mut Markup) {
        markup.element("footer", &[], |markup| {
            markup.leaf(
                "p",
                &[],
                self.say(
                    "Kết luận chỉ dựa trên nội dung tệp, các chứng thư số được tin cậy, danh sách của cơ quan, quy tắc và thời điểm nêu trên; cùng dữ liệu đó luôn cho cùng kết luận. Giờ ghi trong báo cáo là giờ Việt Nam.",
                    "The verdict rests on the file, the trusted certificates, the agency's roster, the rules and the time named above, and on nothing else; the same data give the same verdict. Times are Vietnam's.",
                ),
            );
            markup.leaf(
                "p",
                &[],
                concat!("kyso ", env!("CARGO_PKG_VERSION"), " · ETSI EN 319 102-1 · ETSI EN 319 142-1 · TT 15/2025/TT-BKHCN"),
            );
        });
    }
}

/// A file's name without its directories: whoever keeps the page has the file elsewhere.
fn file_name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

/// The class that gives a verdict its colour.
fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Good => "good",
        Mark::Bad => "bad",
        Mark::Open => "open",
    }
}

/// A verdict's picture: a shape for each, so that no colour has to be seen.
fn icon(mark: Mark, markup: &mut Markup) {
    markup.literal(match mark {
        Mark::Good => {
            "<svg class=\"icon\" viewBox=\"0 0 48 48\" aria-hidden=\"true\"><circle cx=\"24\" cy=\"24\" r=\"22\"/><path d=\"M14 25l7 7 14-15\"/></svg>"
        }
        Mark::Bad => {
            "<svg class=\"icon\" viewBox=\"0 0 48 48\" aria-hidden=\"true\"><path class=\"shape\" d=\"M15 3h18l12 12v18l-12 12h-18l-12-12v-18z\"/><path d=\"M17 17l14 14M31 17l-14 14\"/></svg>"
        }
        Mark::Open => {
            "<svg class=\"icon\" viewBox=\"0 0 48 48\" aria-hidden=\"true\"><path class=\"shape\" d=\"M24 3l21 21-21 21-21-21z\"/><path d=\"M19 20q0-5 5-5t5 5q0 3-5 6v2M24 33v.5\"/></svg>"
        }
    });
}

#[cfg(test)]
mod tests;
