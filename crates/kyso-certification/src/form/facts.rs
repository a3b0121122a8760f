//! The facts that the rows judge, read once.

use super::row::{Marked, Profile};
use crate::typeset::xmp::properties;
use kyso::appearance::ink::{self, InkOnPage};
use kyso::validate::SignatureType;
use kyso::{Bilingual, CERTIFIER_FIELD, Document, Error, Rectangle, Report, Role, SignatureReport, both};
use kyso_pdf::geometry::{Bounds, POINTS_PER_MM};
use kyso_pdf::text::{Style, TextLine, lines, lines_drawn};
use kyso_pdf::{Object, ObjectId, Page, PageDrawings, SignatureField, Unseen, Visibility, is_serious, packet};
use kyso_words::{self as words, Terms};

/// Most pages of a document that is checked.
const MAX_PAGES: usize = 2000;
/// A page of which pictures take this share is a scan.
const SCANNED: f64 = 0.7;

/// A page and what is written on it.
pub(super) struct PageFacts {
    pub(super) page: Page,
    /// The page's lines from top to bottom; none where the text can't be read.
    pub(super) lines: Vec<TextLine>,
    pub(super) is_unreadable: bool,
    /// Whether pictures take most of the page.
    pub(super) is_scan: bool,
    /// Whether the page's own metadata say that a statement begins here: a statement on copies has no heading.
    pub(super) is_statement: bool,
}

impl PageFacts {
    /// The lines that are painted.
    pub(super) fn visible(&self) -> impl Iterator<Item = &TextLine> {
        self.lines.iter().filter(|line| is_visible(line))
    }

    pub(super) fn mark(&self, what: &'static str, rectangle: Rectangle) -> Marked {
        Marked { what, page: self.page.number, rectangle }
    }
}

/// A signature with what is seen of it.
pub(super) struct Signed<'r> {
    pub(super) report: &'r SignatureReport,
    pub(super) field: SignatureField,
    /// The ink of the appearance's pictures; `None` where no picture is visible.
    pub(super) ink: Option<InkOnPage>,
    /// Why what it shows isn't seen.
    pub(super) unseen: Option<Unseen>,
    /// The text in the signature's appearance.
    pub(super) text: Vec<TextLine>,
    /// The index of the field's widget among the page's annotations: later ones are drawn above earlier ones.
    pub(super) layer: Option<usize>,
}

impl Signed<'_> {
    /// The reason why the appearance isn't visible, as an ending for a row's message.
    pub(super) fn why(&self) -> Bilingual {
        let why = self.unseen.map(words::unseen);
        why.map_or_else(Bilingual::default, |why| both(format!(": {}", why.vi), format!(": {}", why.en)))
    }

    /// The box of its ink on its page.
    pub(super) fn marked(&self, what: &'static str) -> Option<Marked> {
        Some(Marked { what, page: self.field.page?, rectangle: self.ink.as_ref()?.rectangle })
    }
}

pub(super) struct Facts<'f> {
    pub(super) document: &'f Document<'f>,
    pub(super) report: &'f Report,
    /// How whoever shows the rows names what its readers can give.
    pub(super) terms: &'f dyn Terms,
    pub(super) pages: Vec<PageFacts>,
    /// The signatures that fields reach, time-stamps aside, in the report's order.
    pub(super) signed: Vec<Signed<'f>>,
    /// Fields kept for signatures that nobody has signed: the name, and where it's seen.
    pub(super) empty: Vec<(String, Option<Marked>)>,
}

impl<'f> Facts<'f> {
    pub(super) fn gather(document: &'f Document<'_>, report: &'f Report, terms: &'f dyn Terms) -> Result<Self, Error> {
        let mut found = Vec::new();
        document.page_where(|page| {
            found.push(page.clone());
            found.len() > MAX_PAGES
        })?;
        if found.len() > MAX_PAGES {
            return Err(Error::Budget { budget: "pages that are checked", limit: MAX_PAGES as u64, offset: None });
        }
        let mut pages = Vec::new();
        for page in found {
            let read = lines(document, &page);
            let drawings = PageDrawings::of(document, &page);
            let is_unreadable = read.is_err() || drawings.is_err();
            let is_scan = drawings.is_ok_and(|drawings| is_scan(&drawings, &page));
            let is_statement = packet(document, &page.dictionary).is_some_and(|xmp| properties(&xmp).is_some());
            pages.push(PageFacts { page, lines: read.unwrap_or_default(), is_unreadable, is_scan, is_statement });
        }
        let fields = SignatureField::all(document)?;
        let visibility = Visibility::of(document, &fields)?;
        let mut signed = Vec::new();
        for one in &report.signatures {
            if one.kind != SignatureType::Signature {
                continue;
            }
            let Some(field) = fields.iter().find(|field| Some(&field.name) == one.field.as_ref()) else { continue };
            let page = field.page.and_then(|number| pages.get(number.checked_sub(1)?));
            let (mut seen, mut unseen, mut text, mut layer) = (None, None, Vec::new(), None);
            if let (Some(page), Some(_)) = (page, field.rectangle) {
                seen = ink::on_page(document, &page.page, field.widget)?;
                text = lines_drawn(document, &page.page, field.widget)?;
                layer = layer_of(document, &page.page, field.widget)?;
                let texts = text.iter().map(|line| line.rectangle);
                let part = seen.iter().map(|ink| ink.rectangle).chain(texts).reduce(|one, other| one.with(&other));
                unseen = visibility.obstacles(field, part)?.into_iter().find(is_serious);
                seen = seen.filter(|_| unseen.is_none());
            }
            signed.push(Signed { report: one, field: field.clone(), ink: seen, unseen, text, layer });
        }
        let empty = fields.iter().filter(|field| field.value.is_none()).map(|field| {
            let seen = field.page.zip(field.rectangle);
            (field.name.clone(), seen.map(|(page, rectangle)| Marked { what: "signature", page, rectangle }))
        });
        let empty = empty.collect();
        Ok(Self { document, report, terms, pages, signed, empty })
    }

    /// The leader's signature: of several, the one in the certifier's field, else the last.
    pub(super) fn leader(&self) -> Option<&Signed<'f>> {
        let leaders = || self.signed.iter().filter(|one| one.report.role == Role::Leader);
        leaders().find(|one| one.field.name == CERTIFIER_FIELD).or_else(|| leaders().next_back())
    }

    /// The agency's seal: of several, the first.
    pub(super) fn seal(&self) -> Option<&Signed<'f>> {
        self.signed.iter().find(|one| one.report.role == Role::Seal)
    }

    /// The agency's signature on a copy or an attachment.
    pub(super) fn agency(&self) -> Option<&Signed<'f>> {
        let of = |role: Role| {
            let all = || self.signed.iter().filter(move |one| one.report.role == role);
            // The one that says something: the same key may have signed with a picture beside it.
            all().rfind(|one| !one.text.is_empty()).or_else(|| all().next_back())
        };
        of(Role::Copy).or_else(|| of(Role::Seal)).or(self.signed.last())
    }

    pub(super) fn page_of(&self, signed: &Signed<'_>) -> Option<&PageFacts> {
        self.pages.get(signed.field.page?.checked_sub(1)?)
    }

    /// What the signatures' roles tell: a leader's makes an issued document; the agency's alone, with text at the top of
    /// the page, a copy or an attachment.
    pub(super) fn profile(&self) -> Profile {
        let is = |role: Role| self.signed.iter().any(|one| one.report.role == role);
        let is_copy = |one: &Signed<'_>| one.text.iter().any(|line| super::copy::form_of_copy(&line.text).is_some());
        let agency = self.agency();
        match agency {
            _ if is(Role::Leader) => Profile::Issued,
            Some(agency) if is_copy(agency) => Profile::Copy,
            Some(agency) if !agency.text.is_empty() => Profile::Attachment,
            Some(_) if is(Role::Copy) => Profile::Copy,
            _ => Profile::Issued,
        }
    }

    /// The agency's own pages: from the lời chứng on, where there is one; the pages before it are the citizen's.
    pub(super) fn own_pages(&self) -> &[PageFacts] {
        let begins =
            |page: &PageFacts| page.is_statement || page.lines.iter().any(|line| line.text.starts_with("LỜI CHỨNG"));
        let first = self.pages.iter().rposition(begins).unwrap_or(0);
        self.pages.get(first..).unwrap_or_default()
    }

    /// The agency's own pages that have text of their own: no pictures of pages. None where the text of one can't be
    /// read: nobody can say then that all of it is right.
    pub(super) fn born_digital(&self) -> Vec<&PageFacts> {
        if self.own_pages().iter().any(|page| page.is_unreadable) {
            return Vec::new();
        }
        self.own_pages().iter().filter(|page| !page.is_scan && page.visible().next().is_some()).collect()
    }
}

/// Millimetres of points.
pub(super) fn mm(points: f64) -> f64 {
    points / POINTS_PER_MM
}

pub(super) fn is_visible(line: &TextLine) -> bool {
    line.runs.iter().any(|run| run.style.is_visible)
}

/// The type that most letters of a line have.
pub(super) fn style_of(line: &TextLine) -> Option<&Style> {
    line.runs
        .iter()
        .max_by_key(|run| run.text.chars().filter(|letter| letter.is_alphanumeric()).count())
        .map(|run| &run.style)
}

fn is_scan(drawings: &PageDrawings, page: &Page) -> bool {
    let (wide, high) = page.size();
    let covered = |corners: Bounds| {
        let seen = page.rectangle_as_seen(corners);
        let width = seen.right().min(wide) - seen.x.max(0.0);
        let height = seen.top().min(high) - seen.y.max(0.0);
        width.max(0.0) * height.max(0.0)
    };
    drawings.pictures.iter().copied().map(covered).sum::<f64>() >= SCANNED * wide * high
}

fn layer_of(document: &Document<'_>, page: &Page, widget: ObjectId) -> Result<Option<usize>, Error> {
    Ok(match document.get(&page.dictionary, b"Annots")? {
        Object::Array(items) => items.iter().position(|item| item.as_reference().is_ok_and(|id| id == widget)),
        _ => None,
    })
}
