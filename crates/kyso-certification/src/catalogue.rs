//! Everything that the room reads from data: kinds, calendar, templates. What comes with the library, and what a directory
//! of one's own replaces or adds.

use jiff::civil::Date;

use super::calendar::Calendar;
use super::data::{Flaw, Source};
use super::kinds::{Kind, Kinds, folded};
use super::template::{self, Template};
use kyso::Bilingual;

/// The file of kinds and registers.
pub(crate) const KINDS: &str = "kinds.toml";
/// The file of working days.
pub(crate) const CALENDAR: &str = "calendar.toml";

const KINDS_TEXT: &str = include_str!("../data/kinds.toml");
const CALENDAR_TEXT: &str = include_str!("../data/calendar.toml");

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        /// The templates that come with the library, by their file's name.
        const TEMPLATES: &[(&str, &str)] =
            &[$((concat!($name, ".toml"), include_str!(concat!("../data/templates/", $name, ".toml")))),*];
    };
}

templates![
    "bs",
    "bsdt",
    "ck-mot-nguoi",
    "ck-mot-nguoi-mot-cua-2020",
    "ck-mot-nguoi-mot-cua",
    "ck-nhieu-nguoi",
    "ck-nhieu-nguoi-mot-cua",
    "ck-diem-chi",
    "ck-diem-chi-nhieu-nguoi",
    "ck-khong-ky-diem-chi",
    "cknd",
    "gd",
    "gd-mot-cua",
    "gd-di-chuc",
    "gd-tu-choi",
    "gd-phan-chia",
    "gd-sua-doi",
];

/// Kinds, calendar and templates, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// Kinds and registers.
    pub kinds: Kinds,
    /// Working days.
    pub calendar: Calendar,
    /// Templates, those of the library first.
    pub templates: Vec<Template>,
}

/// Why there is no template for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTemplate {
    /// The kind has none at all.
    ForKind,
    /// The kind has none of this variant.
    ForVariant,
    /// The kind has templates of this variant, but none in use on this day.
    OnDay,
}

impl Catalogue {
    /// What comes with the library.
    ///
    /// # Errors
    /// None, but for a defect of this library.
    pub fn embedded() -> Result<Self, Vec<Flaw>> {
        Self::with_files(&[])
    }

    /// What comes with the library, with files of one's own (name, text): `kinds.toml` and `calendar.toml` replace the
    /// library's, every other file is a template, which replaces the one of the same id or is added. Files whose names
    /// don't end in `.toml` are passed over.
    ///
    /// # Errors
    /// Every [`Flaw`] of every file.
    pub fn with_files(files: &[(String, String)]) -> Result<Self, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let given = |name: &str| files.iter().find(|(file, _)| file == name).map(|(_, text)| text.as_str());
        let mut kept = |result: Result<_, Vec<Flaw>>| result.map_err(|found| flaws.extend(found)).ok();
        let kinds = Source { file: KINDS, text: given(KINDS).unwrap_or(KINDS_TEXT) };
        let kinds = kept(Kinds::read(&kinds).map(Read::Kinds));
        let calendar = Source { file: CALENDAR, text: given(CALENDAR).unwrap_or(CALENDAR_TEXT) };
        let calendar = kept(Calendar::read(&calendar).map(Read::Calendar));

        let mut templates: Vec<Template> = Vec::new();
        for (file, text) in TEMPLATES {
            match template::read(&Source { file, text }) {
                Ok(template) => templates.push(template),
                Err(found) => flaws.extend(found),
            }
        }
        let mut own: Vec<(Template, &str)> = Vec::new();
        for (file, text) in
            files.iter().filter(|(file, _)| file.ends_with(".toml") && file != KINDS && file != CALENDAR)
        {
            match template::read(&Source { file, text }) {
                Ok(template) => match own.iter().find(|(other, _)| other.id == template.id) {
                    Some((other, _)) => flaws.push(same_id(file, text, &template, other)),
                    None => own.push((template, text)),
                },
                Err(found) => flaws.extend(found),
            }
        }
        for (template, _) in &own {
            match templates.iter_mut().find(|known| known.id == template.id) {
                Some(known) => *known = template.clone(),
                None => templates.push(template.clone()),
            }
        }
        let (Some(Read::Kinds(kinds)), Some(Read::Calendar(calendar))) = (kinds, calendar) else { return Err(flaws) };
        let text_of = |template: &Template| {
            let embedded = || TEMPLATES.iter().find(|(file, _)| *file == template.file).map(|(_, text)| *text);
            own.iter()
                .find(|(own, _)| own.id == template.id)
                .map(|(_, text)| *text)
                .or_else(embedded)
                .unwrap_or_default()
        };
        for (index, template) in templates.iter().enumerate() {
            let source = Source { file: &template.file, text: text_of(template) };
            for kind in template.kinds.iter().filter(|kind| kinds.kind(kind).is_none()) {
                let known = kinds.kinds.iter().map(|kind| kind.code.as_str()).collect::<Vec<_>>().join(", ");
                let text = Bilingual::new(
                    format!("không có loại chứng thực “{kind}”; được dùng: {known}"),
                    format!("there is no kind “{kind}”; known are: {known}"),
                );
                flaws.push(source.flaw(key_at(source.text, "kinds"), "kinds", text));
            }
            for other in templates.iter().take(index).filter(|other| clash(template, other)) {
                // The mistake is in the file that someone wrote himself.
                let is_own = |template: &Template| own.iter().any(|(own, _)| own.id == template.id);
                let (wrong, other) =
                    if is_own(other) && !is_own(template) { (other, template) } else { (template, other) };
                let source = Source { file: &wrong.file, text: text_of(wrong) };
                let name = format!("{} ({})", other.id, other.file);
                let text = Bilingual::new(
                    format!("trùng loại, biến thể và thời gian áp dụng với mẫu {name}"),
                    format!("has the kind, variant and time of template {name}"),
                );
                flaws.push(source.flaw(key_at(source.text, "variant"), "variant", text));
            }
        }
        if flaws.is_empty() { Ok(Self { kinds, calendar, templates }) } else { Err(flaws) }
    }

    /// The text of a template that comes with the library: to be read, and copied.
    pub fn embedded_text(id: &str) -> Option<&'static str> {
        let (_, text) = TEMPLATES
            .iter()
            .find(|(file, text)| template::read(&Source { file, text }).is_ok_and(|template| template.id == id))?;
        Some(text)
    }

    /// The template for a kind and variant on a day.
    ///
    /// # Errors
    /// [`NoTemplate`].
    pub fn template(&self, kind: &Kind, variant: &str, date: Date) -> Result<&Template, NoTemplate> {
        let mut none = NoTemplate::ForKind;
        for template in self.templates.iter().filter(|template| is_for(template, &kind.code)) {
            if template.variant != variant {
                none = if none == NoTemplate::ForKind { NoTemplate::ForVariant } else { none };
            } else if template.is_effective(date) {
                return Ok(template);
            } else {
                none = NoTemplate::OnDay;
            }
        }
        Err(none)
    }

    /// A template by its id.
    pub fn template_by_id(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }
}

enum Read {
    Kinds(Kinds),
    Calendar(Calendar),
}

fn is_for(template: &Template, kind: &str) -> bool {
    template.kinds.iter().any(|known| folded(known) == folded(kind))
}

/// Whether two templates are for the same kind and variant on some day.
fn clash(one: &Template, other: &Template) -> bool {
    let begins_in_time = |a: &Template, b: &Template| b.effective_until.is_none_or(|until| a.effective_from <= until);
    one.variant == other.variant
        && one.kinds.iter().any(|kind| is_for(other, kind))
        && begins_in_time(one, other)
        && begins_in_time(other, one)
}

fn same_id(file: &str, text: &str, template: &Template, other: &Template) -> Flaw {
    let (id, other) = (&template.id, &other.file);
    let message = Bilingual::new(format!("id “{id}” đã có trong {other}"), format!("id “{id}” is in {other} already"));
    Source { file, text }.flaw(key_at(text, "id"), "id", message)
}

/// Where a key of the file's first table stands.
fn key_at(text: &str, key: &str) -> Option<std::ops::Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.split_once('=').is_some_and(|(found, _)| found.trim() == key) {
            return Some(start..start + line.len());
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn with(files: &[(&str, &str)]) -> Result<Catalogue, Vec<Flaw>> {
        let files = files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect::<Vec<_>>();
        Catalogue::with_files(&files)
    }

    const OWN: &str = include_str!("../data/templates/ck-mot-nguoi.toml");

    #[test]
    fn what_comes_with_the_library_is_right() {
        let catalogue = Catalogue::embedded().unwrap_or_else(|flaws| panic!("{flaws:#?}"));
        assert_eq!(catalogue.templates.len(), TEMPLATES.len());
        for (file, text) in TEMPLATES {
            let template = catalogue.templates.iter().find(|template| template.file == *file).unwrap();
            assert_eq!(format!("{}.toml", template.id), *file, "a template's id is its file's name");
            assert_eq!(Catalogue::embedded_text(&template.id), Some(*text));
        }
    }

    #[test]
    fn templates_are_chosen_by_kind_variant_and_day() {
        let catalogue = Catalogue::embedded().unwrap();
        let kind = |code: &str| catalogue.kinds.kind(code).unwrap();
        let chosen = |code: &str, variant: &str, date| {
            catalogue.template(kind(code), variant, date).map(|template| template.id.as_str())
        };
        assert_eq!(chosen("CK", "one-person-one-stop", date(2025, 6, 30)), Ok("ck-mot-nguoi-mot-cua-2020"));
        assert_eq!(chosen("CK", "one-person-one-stop", date(2025, 7, 1)), Ok("ck-mot-nguoi-mot-cua"));
        assert_eq!(chosen("CK", "one-person-one-stop", date(2019, 1, 1)), Err(NoTemplate::OnDay));
        assert_eq!(chosen("CK", "nonsense", date(2026, 1, 1)), Err(NoTemplate::ForVariant));
        assert_eq!(chosen("GD-SUALOI", "standard", date(2026, 1, 1)), Err(NoTemplate::ForKind));
    }

    #[test]
    fn files_replace_and_add() {
        let other = OWN.replace("LỜI CHỨNG", "LỜI CHỨNG KHÁC");
        let added = OWN
            .replace("id = \"ck-mot-nguoi\"", "id = \"rieng\"")
            .replace("variant = \"one-person\"", "variant = \"rieng\"");
        let catalogue = with(&[("mot.toml", &other), ("hai.toml", &added), ("README.md", "not read")]).unwrap();
        assert_eq!(catalogue.templates.len(), TEMPLATES.len() + 1);
        assert_eq!(catalogue.template_by_id("ck-mot-nguoi").unwrap().file, "mot.toml");
        let kind = catalogue.kinds.kind("CK").unwrap();
        assert_eq!(catalogue.template(kind, "rieng", date(2026, 3, 5)).unwrap().file, "hai.toml");
        let years =
            include_str!("../data/calendar.toml").replace("year = 2027", "year = 2030").replace("2027-", "2030-");
        let catalogue = with(&[(CALENDAR, &years)]).unwrap();
        assert!(catalogue.calendar.is_working(date(2030, 3, 6)).is_ok());
    }

    /// Each of these is a mistake that someone will make; what is said names file, line and key.
    #[test]
    fn mistakes_name_file_line_and_key() {
        let line = |text: &str, part: &str| text.split(part).next().unwrap().matches('\n').count() + 1;
        for (from, to, key) in [
            ("verified", "verifed", "verifed"),
            ("source = ", "sauce = ", "sauce"),
            ("{{certifier.name}}", "{{certifier.nam}}", "part.text"),
            ("{{certifier.name}}", "{{party.index}}", "part.text"),
            ("effective-from = \"", "effective-from = \"x", "effective-from"),
            ("variant = \"one-person\"", "variant = \"One Person\"", "variant"),
            ("kinds = [\"CK\"]", "kinds = [\"CX\"]", "kinds"),
            ("kinds = [\"CK\"]", "kinds = []", "kinds"),
            ("role = \"certifier\"", "role = \"leader\"", "signatures"),
            ("sealed = true", "sealed = false", "part.signatures"),
            ("{{number.book}}", "", "part"),
            ("parties = \"one\"", "parties = \"none\"", "ways"),
        ] {
            assert!(OWN.contains(from), "{from}");
            let text = OWN.replacen(from, to, 1);
            let flaws = with(&[("ck.toml", &text)]).unwrap_err();
            assert_eq!(flaws[0].file, "ck.toml");
            assert_eq!(flaws[0].key.as_deref(), Some(key), "{to}: {flaws:#?}");
            assert!(flaws[0].line.is_some_and(|line| line >= 1), "{flaws:?}");
            if !["part", "part.signatures", "ways"].contains(&key) {
                assert_eq!(flaws[0].line, Some(line(OWN, from)), "{to}: {flaws:?}");
            }
        }
        let until = OWN.replacen("effective-from", "effective-until = \"2001-01-01\"\neffective-from", 1);
        let flaws = with(&[("ck.toml", &until)]).unwrap_err();
        assert_eq!(flaws[0].key.as_deref(), Some("effective-until"), "{flaws:?}");
    }

    #[test]
    fn two_templates_for_the_same_are_refused() {
        let twin = OWN.replace("id = \"ck-mot-nguoi\"", "id = \"twin\"");
        let flaws = with(&[("twin.toml", &twin)]).unwrap_err();
        assert_eq!((flaws.len(), flaws[0].key.as_deref()), (1, Some("variant")), "{flaws:?}");
        assert!(flaws[0].text.en.contains("ck-mot-nguoi (ck-mot-nguoi.toml)"), "{flaws:?}");
        let flaws = with(&[("a.toml", OWN), ("b.toml", OWN)]).unwrap_err();
        assert_eq!((flaws[0].file.as_str(), flaws[0].key.as_deref()), ("b.toml", Some("id")), "{flaws:?}");
    }
}
