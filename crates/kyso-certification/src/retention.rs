//! How long what is kept is kept (thời hạn lưu trữ): classes of documents, by their kind. Data, read from TOML and checked: the law
//! changes, and what was kept under an earlier text says so.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use kyso::Bilingual;

use super::data::{Flaw, Source};
use super::kinds::folded;

const FILE: &str = "retention.toml";
const TEXT: &str = include_str!("../data/retention.toml");
/// More years than any rule has.
const MOST_YEARS: u16 = 200;
/// Characters of a version's name and of a class's code.
const LONGEST: usize = 64;
/// How long before its end a document time-stamp is renewed, where the rules don't say, and at most, in days.
const RENEWED_BEFORE: u16 = 90;
const MOST_DAYS: u16 = 3650;

/// How long a document is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// For full years after the date of certification.
    Years(u16),
    /// For ever.
    Permanent,
}

/// What a document has to have inside while it's kept, beside the evidence records of the archive (PAdES baseline levels, ETSI EN 319
/// 142-1, 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Inside {
    /// What it came with: the archive's evidence alone makes it last.
    #[default]
    #[serde(rename = "evidence")]
    Evidence,
    /// The evidence that the validation of its signatures needs.
    #[serde(rename = "PAdES-B-LT")]
    Lt,
    /// That, under document time-stamps, which are renewed.
    #[serde(rename = "PAdES-B-LTA")]
    Lta,
}

impl Inside {
    /// The word for it in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Lt => "PAdES-B-LT",
            Self::Lta => "PAdES-B-LTA",
        }
    }
}

/// Until when a document is kept. The later end is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Up to the end of this day, in Vietnam.
    On(Date),
    /// For ever.
    Never,
}

impl Term {
    /// Until when a document of this date of certification is kept: the same day so many years later, the 28th of February where
    /// that year has no 29th.
    pub fn end(self, from: Date) -> End {
        match self {
            Self::Permanent => End::Never,
            // Beyond the calendar's end, nobody destroys anything.
            Self::Years(years) => from.checked_add(i32::from(years).years()).map_or(End::Never, End::On),
        }
    }
}

impl End {
    /// Whether the day is after it: from then on the document may be destroyed.
    pub fn is_over(self, today: Date) -> bool {
        matches!(self, Self::On(last) if last < today)
    }

    /// The last day, where there is one.
    pub fn day(self) -> Option<Date> {
        match self {
            Self::On(day) => Some(day),
            Self::Never => None,
        }
    }
}

/// A class of documents that are kept equally long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The class's name in data, e.g. `transactions`.
    pub code: String,
    /// The class's name for people.
    pub name: Bilingual,
    /// The kinds of certification in it, by their codes.
    pub kinds: Vec<String>,
    /// How long.
    pub term: Term,
    /// What a document has to have inside meanwhile.
    pub inside: Inside,
    /// A document time-stamp is renewed so many days before it can't be relied on any more.
    pub renew_days_before: u16,
    /// The rule that says so.
    pub source: String,
}

/// The classes of one text of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The text's name: what is kept under it states it.
    pub version: String,
    /// Where the rules stand.
    pub source: String,
    /// Whether somebody read them there.
    pub verified: bool,
    /// Documents of which no kind is known: for ever.
    others: Class,
    classes: Vec<Class>,
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Read {
    version: toml::Spanned<String>,
    source: String,
    verified: bool,
    #[serde(rename = "class")]
    classes: Vec<toml::Spanned<ReadClass>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ReadClass {
    code: String,
    name: Bilingual,
    kinds: Vec<String>,
    #[serde(default)]
    years: Option<u16>,
    #[serde(default)]
    permanent: bool,
    // Rules that were written before levels were asked for say nothing of them.
    #[serde(default)]
    level: Inside,
    #[serde(default)]
    renew_days_before: Option<u16>,
    source: String,
}

impl Rules {
    /// The rules that come with the library.
    ///
    /// # Errors
    /// What is wrong in the file, which tests rule out.
    pub fn built_in() -> Result<Self, Flaw> {
        Self::read(FILE, TEXT)
    }

    /// Reads rules from a file's text; `file` is its name, for messages.
    ///
    /// # Errors
    /// The first thing that is wrong: no class for documents without a kind, or one that isn't for ever; a kind or a code that
    /// stands twice; a class of no term, or of two.
    pub fn read(file: &str, text: &str) -> Result<Self, Flaw> {
        let source = Source { file, text };
        let read: Read = source.read()?;
        let wrong = |span: std::ops::Range<usize>, key: &str, vi: &str, en: &str| {
            Err(source.flaw(Some(span), key, Bilingual::new(vi, en)))
        };
        if !is_name(read.version.get_ref()) {
            let (vi, en) = ("phải là chữ không dấu, số, dấu - . _ /", "must be of letters, digits, - . _ and /");
            return wrong(read.version.span(), "version", vi, en);
        }
        let (mut classes, mut others) = (Vec::new(), None);
        let (mut codes, mut kinds) = (BTreeSet::new(), BTreeSet::new());
        for class in read.classes {
            let span = class.span();
            let ReadClass { code, name, kinds: own, years, permanent, level, renew_days_before, source: rule } =
                class.into_inner();
            if !is_name(&code) || !codes.insert(code.clone()) {
                return wrong(
                    span,
                    "code",
                    "trống, trùng hoặc có ký tự lạ",
                    "is empty, stands twice or has strange letters",
                );
            }
            let term = match (years, permanent) {
                (Some(years), false) if years <= MOST_YEARS => Term::Years(years),
                (None, true) => Term::Permanent,
                _ => {
                    return wrong(
                        span,
                        "years",
                        "phải có years (tối đa 200) hoặc permanent = true",
                        "needs years (200 at most) or permanent = true",
                    );
                }
            };
            if renew_days_before.is_some_and(|days| level != Inside::Lta || !(1..=MOST_DAYS).contains(&days)) {
                return wrong(
                    span,
                    "renew-days-before",
                    "từ 1 đến 3650 ngày, và chỉ đi với level = \"PAdES-B-LTA\"",
                    "is 1 to 3650 days, and goes with level = \"PAdES-B-LTA\" alone",
                );
            }
            let renew_days_before = renew_days_before.unwrap_or(RENEWED_BEFORE);
            if let Some(twice) = own.iter().find(|kind| !kinds.insert(folded(kind))) {
                let text = Bilingual::new(format!("loại {twice} có hai lần"), format!("kind {twice} stands twice"));
                return Err(source.flaw(Some(span), "kinds", text));
            }
            let is_others = own.is_empty();
            let class = Class { code, name, kinds: own, term, inside: level, renew_days_before, source: rule };
            if !is_others {
                classes.push(class);
            } else if others.is_some() || class.term != Term::Permanent {
                let (vi, en) = (
                    "chỉ một nhóm được để trống kinds, và phải giữ vĩnh viễn",
                    "one class alone may be without kinds, and it has to be permanent",
                );
                return wrong(span, "kinds", vi, en);
            } else {
                others = Some(class);
            }
        }
        let Some(others) = others else {
            let (vi, en) =
                ("thiếu nhóm không có kinds (giữ vĩnh viễn)", "lacks the class without kinds, which is permanent");
            return wrong(0..0, "class", vi, en);
        };
        Ok(Self { version: read.version.into_inner(), source: read.source, verified: read.verified, others, classes })
    }

    /// The class of a document: by its kind, or that of documents of which no kind is known.
    pub fn class_of(&self, kind: Option<&str>) -> &Class {
        self.known(kind).unwrap_or(&self.others)
    }

    /// The class that a rule about this kind puts it in; none where no rule speaks of it.
    pub fn known(&self, kind: Option<&str>) -> Option<&Class> {
        let kind = folded(kind?);
        self.classes.iter().find(|class| class.kinds.iter().any(|own| folded(own) == kind))
    }

    /// A class by its code.
    pub fn class(&self, code: &str) -> Option<&Class> {
        self.all().find(|class| class.code == code)
    }

    /// Every class, that of documents without a kind last.
    pub fn all(&self) -> impl Iterator<Item = &Class> {
        self.classes.iter().chain([&self.others])
    }
}

fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'/');
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::kinds::Retention;

    #[test]
    fn the_classes_are_those_of_the_kinds() {
        let (rules, catalogue) = (Rules::built_in().unwrap(), Catalogue::embedded().unwrap());
        for kind in &catalogue.kinds.kinds {
            let class = rules.known(Some(&kind.code)).unwrap_or_else(|| panic!("{} has no class", kind.code));
            let expected = match kind.retention {
                Retention::NotKept => Term::Years(0),
                Retention::Years { years, .. } => Term::Years(years),
                Retention::Permanent => Term::Permanent,
            };
            assert_eq!(class.term, expected, "{}", kind.code);
        }
        assert_eq!(rules.class_of(None).term, Term::Permanent);
        assert_eq!(rules.class_of(Some("XX")).term, Term::Permanent);
        assert_eq!(rules.class_of(Some("bsdt")).code, "copies", "case and Đ don't matter");
    }

    #[test]
    fn what_is_kept_longer_has_more_inside() {
        let rules = Rules::built_in().unwrap();
        let of = |kind| (rules.class_of(kind).inside, rules.class_of(kind).renew_days_before);
        assert_eq!(of(Some("BS")).0, Inside::Evidence);
        assert_eq!(of(Some("CK")).0, Inside::Lt);
        assert_eq!((of(Some("GD")), of(None)), ((Inside::Lta, 180), (Inside::Lta, 180)));
        // Rules of before know no levels.
        let old: String = TEXT
            .lines()
            .filter(|line| !line.starts_with("level") && !line.starts_with("renew"))
            .collect::<Vec<_>>()
            .join("\n");
        let old = Rules::read("x.toml", &old).unwrap();
        assert!(old.all().all(|class| class.inside == Inside::Evidence && class.renew_days_before == RENEWED_BEFORE));
        for inside in [Inside::Evidence, Inside::Lt, Inside::Lta] {
            let text = TEXT.replacen("level = \"PAdES-B-LT\"", &format!("level = \"{}\"", inside.name()), 1);
            assert_eq!(Rules::read("x.toml", &text).unwrap().class_of(Some("CK")).inside, inside);
        }
    }

    #[test]
    fn an_end_is_the_last_day() {
        let end = Term::Years(2).end(date(2024, 2, 29));
        assert_eq!(end, End::On(date(2026, 2, 28)));
        assert!(!end.is_over(date(2026, 2, 28)) && end.is_over(date(2026, 3, 1)));
        assert_eq!(Term::Years(0).end(date(2026, 3, 1)), End::On(date(2026, 3, 1)));
        assert_eq!(Term::Years(200).end(date(9990, 1, 1)), End::Never);
        assert!(End::Never > end && !End::Never.is_over(date(9999, 12, 31)));
    }

    #[test]
    fn what_would_destroy_by_mistake_is_refused() {
        let own = TEXT.replace("years = 20", "years = 30");
        assert_eq!(Rules::read("x.toml", &own).unwrap().class_of(Some("GD")).term, Term::Years(30));
        for (from, to, key) in [
            ("permanent = true", "years = 5", "kinds"),
            ("permanent = true\n", "", "years"),
            ("years = 20", "years = 201", "years"),
            ("years = 20", "years = 20\npermanent = true", "years"),
            ("\"CKND\"", "\"CK\"", "kinds"),
            ("code = \"copies\"", "code = \"signatures\"", "code"),
            ("kinds = []", "kinds = [\"XX\"]", "class"),
            ("kinds = [\"CK\", \"CKND\"]\nyears = 2", "kinds = []\npermanent = true", "kinds"),
            ("version = \"ND", "version = \"ND 23", "version"),
            ("years = 20", "year = 20", "year"),
            ("renew-days-before = 180", "renew-days-before = 0", "renew-days-before"),
            ("renew-days-before = 180", "renew-days-before = 3651", "renew-days-before"),
            ("level = \"PAdES-B-LT\"", "level = \"PAdES-B-LT\"\nrenew-days-before = 9", "renew-days-before"),
            ("level = \"PAdES-B-LT\"", "level = \"B-LT\"", "level"),
        ] {
            assert!(TEXT.contains(from), "{from}");
            let flaw = Rules::read("x.toml", &TEXT.replacen(from, to, 1)).unwrap_err();
            assert_eq!(flaw.key.as_deref(), Some(key), "{from}: {flaw}");
        }
    }
}
