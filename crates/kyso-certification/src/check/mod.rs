//! A request against the law: everything that speaks against it, each with its article and its field.

mod matter;
mod people;
mod rule;
mod texts;

pub use rule::Rule;

use super::catalogue::{Catalogue, NoTemplate};
use super::deadline::{due, due_extended};
use super::kinds::Kind;
use super::request::{Extension, Request};
use super::statement::draft;
use super::template::{Template, Way};
use kyso::Bilingual;
use kyso::local_time::day;
use kyso_words::{Hint, Words};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The request must not be certified like this.
    Refusal,
    /// The request may be certified after a person has looked at the finding.
    Warning,
}

/// Something that speaks against a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// The rule.
    pub rule: Rule,
    /// The field of the request, e.g. `parties[2].id.number`.
    pub field: String,
    /// What is wrong and what to do; without the last full stop, and without its hint.
    pub text: Bilingual,
}

impl Finding {
    /// For a person: what is wrong, how it's mended in the front that shows it, the article, the field.
    pub fn in_words(&self, words: Words<'_>) -> String {
        let text = self.text.in_language(words.language());
        let hint = self.hint().map(|hint| words.hint(hint)).unwrap_or_default();
        match self.rule.article() {
            "" => format!("{text}{hint}. [{}]", self.field),
            article => format!("{text}{hint} ({article}). [{}]", self.field),
        }
    }

    /// The front's hint how to mend the finding; follows the text.
    fn hint(&self) -> Option<Hint> {
        match self.rule {
            Rule::TemplateDraft => Some(Hint::Drafts),
            Rule::TemplateNone => Some(Hint::NewTemplate),
            Rule::CalendarNoYear => Some(Hint::Calendar),
            _ => None,
        }
    }

    /// Whether the finding forbids the certification.
    pub fn is_refusal(&self) -> bool {
        self.severity == Severity::Refusal
    }
}

/// What is allowed explicitly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Switches {
    /// Templates that weren't compared with the law's text.
    pub drafts: bool,
}

/// What a request comes to: its kind and template, and everything that speaks against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked<'c> {
    /// The kind of certification, if the request names a known one.
    pub kind: Option<&'c Kind>,
    /// The template that fits the request, if there is one.
    pub template: Option<&'c Template>,
    /// Refusals first, then warnings; empty where nothing speaks against it.
    pub findings: Vec<Finding>,
}

impl Checked<'_> {
    /// Whether something forbids the certification.
    pub fn is_refused(&self) -> bool {
        self.findings.iter().any(Finding::is_refusal)
    }
}

/// Holds a request against the rules of its kind and template.
pub fn check<'c>(request: &Request, catalogue: &'c Catalogue, switches: Switches) -> Checked<'c> {
    let mut findings = Findings::default();
    let Some(kind) = catalogue.kinds.kind(&request.kind) else {
        let known = catalogue.kinds.kinds.iter().map(|kind| kind.code.as_str()).collect::<Vec<_>>().join(", ");
        findings.refuse(
            Rule::KindUnknown,
            "kind",
            format!("Không có loại chứng thực “{}”; được dùng: {known}", request.kind),
            format!("There is no kind “{}”; known are: {known}", request.kind),
        );
        return Checked { kind: None, template: None, findings: findings.0 };
    };
    let template = template(&mut findings, request, kind, catalogue, switches);
    texts::check(&mut findings, request);
    people::check(&mut findings, request, kind, template, catalogue);
    matter::check(&mut findings, request, kind, template, catalogue);
    in_time(&mut findings, request, kind, catalogue);
    findings.0.sort_by_key(|finding| finding.severity);
    Checked { kind: Some(kind), template, findings: findings.0 }
}

/// Findings in the making.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn refuse(&mut self, rule: Rule, field: &str, vi: impl Into<String>, en: impl Into<String>) {
        self.add(Severity::Refusal, rule, field, Bilingual::new(vi, en));
    }

    fn warn(&mut self, rule: Rule, field: &str, vi: impl Into<String>, en: impl Into<String>) {
        self.add(Severity::Warning, rule, field, Bilingual::new(vi, en));
    }

    fn add(&mut self, severity: Severity, rule: Rule, field: &str, text: Bilingual) {
        self.0.push(Finding { severity, rule, field: field.to_owned(), text });
    }

    /// A field that has to be there and isn't (Điều 12: a lời chứng has no blanks).
    fn demand(&mut self, present: bool, field: &str) {
        if !present {
            self.refuse(
                Rule::FieldMissing,
                field,
                format!("Thiếu {field}: lời chứng không được để trống"),
                format!("{field} is missing: a lời chứng has no blanks"),
            );
        }
    }
}

fn template<'c>(
    findings: &mut Findings,
    request: &Request,
    kind: &Kind,
    catalogue: &'c Catalogue,
    switches: Switches,
) -> Option<&'c Template> {
    let chosen = catalogue.template(kind, &request.variant, request.date);
    let (rule, field, vi, en) = match chosen {
        Ok(template) => {
            if !template.verified {
                let severity = if switches.drafts { Severity::Warning } else { Severity::Refusal };
                findings.add(severity, Rule::TemplateDraft, "variant", draft(template));
            }
            return Some(template);
        }
        Err(NoTemplate::ForKind) => (
            Rule::TemplateNone,
            "kind",
            format!("Loại {} chưa có mẫu lời chứng", kind.code),
            format!("Kind {} has no template", kind.code),
        ),
        Err(NoTemplate::ForVariant) => {
            let mut variants: Vec<&str> = catalogue
                .templates
                .iter()
                .filter(|one| one.kinds.contains(&kind.code))
                .map(|one| one.variant.as_str())
                .collect();
            variants.dedup();
            let known = variants.join(", ");
            (
                Rule::TemplateVariant,
                "variant",
                format!("Loại {} không có biến thể “{}”; được dùng: {known}", kind.code, request.variant),
                format!("Kind {} has no variant “{}”; known are: {known}", kind.code, request.variant),
            )
        }
        Err(NoTemplate::OnDay) => (
            Rule::TemplateDay,
            "date",
            format!("Không có mẫu lời chứng nào có hiệu lực vào ngày {}", request.date),
            format!("No template is in use on {}", request.date),
        ),
    };
    findings.refuse(rule, field, vi, en);
    None
}

/// Điều 7, 21, 37: until when, and with which days off.
fn in_time(findings: &mut Findings, request: &Request, kind: &Kind, catalogue: &Catalogue) {
    let Some(received) = request.received else { return };
    if request.date < received.date() {
        let (vi, en) = ("Ngày chứng thực trước ngày tiếp nhận yêu cầu", "It's certified before the request came in");
        findings.refuse(Rule::DateBeforeReceipt, "date", vi, en);
    }
    let due = match &request.extension {
        Some(Extension::MuchWork) => due_extended(kind.deadline, received, &catalogue.calendar),
        _ => due(kind.deadline, received, &catalogue.calendar),
    };
    let (extension, agreement) = match kind.deadline {
        super::kinds::DeadlineRule::SameDay { extension, agreement, .. } => (extension > 0, agreement),
        super::kinds::DeadlineRule::WorkingDays { agreement, .. } => (false, agreement),
    };
    let allowed = match &request.extension {
        None => true,
        Some(Extension::MuchWork) => extension,
        Some(Extension::Agreed { .. }) => agreement,
    };
    if !allowed {
        findings.refuse(
            Rule::DeadlineExtension,
            "extension",
            format!("Loại {} không được kéo dài thời hạn như vậy", kind.code),
            format!("The deadline of kind {} can't be extended like this", kind.code),
        );
    }
    match due {
        Err(no_year) => findings.add(Severity::Warning, Rule::CalendarNoYear, "received", no_year.text()),
        Ok(due) => {
            let last = match request.extension {
                Some(Extension::Agreed { until }) if until > due.date => until,
                _ => due.date,
            };
            if request.date > last {
                findings.warn(
                    Rule::DeadlineMissed,
                    "date",
                    format!("Quá hạn: phải xong trong ngày {}", day(last)),
                    format!("It's late: it was due on {last}"),
                );
            }
            // What depends on a table that nobody compared is said, where it made a difference.
            if due.date > received.date() && catalogue.calendar.is_verified(due.date) == Ok(false) {
                findings.warn(
                    Rule::CalendarUnverified,
                    "received",
                    format!(
                        "Hạn {} tính theo lịch nghỉ năm {} chưa đối chiếu với thông báo",
                        day(last),
                        due.date.year()
                    ),
                    format!(
                        "The day {last} comes from a calendar of {} that wasn't compared with the announcement",
                        due.date.year()
                    ),
                );
            }
        }
    }
}

/// How someone signed, in both languages.
fn way(way: Way) -> Bilingual {
    match way {
        Way::Signature => Bilingual::new("ký", "by signature"),
        Way::Fingerprint => Bilingual::new("điểm chỉ", "by fingerprint"),
        Way::Neither => Bilingual::new("không thể ký, điểm chỉ", "neither by signature nor by fingerprint"),
    }
}

#[cfg(test)]
mod tests;
