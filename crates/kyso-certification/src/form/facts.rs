//! The facts that the rows judge, read once.

use super::row::{Marked, Profile};
use crate::on_a4;
use crate::typeset::xmp::properties;
use kyso::appearance::ink::{self, InkOnPage};
use kyso::validate::SignatureType;
use kyso::{Bilingual, CERTIFIER_FIELD, Document, Error, Rectangle, Report, Role, SignatureReport, both};
use kyso::{is_kept, is_kept_for};
use kyso_pdf::geometry::{Bounds, POINTS_PER_MM};
use kyso_pdf::text::{Style, TextLine, lines, lines_drawn};
use kyso_pdf::{Object, ObjectId, Page, PageDrawings, SignatureField, Unseen, Visibility, is_serious, packet};
use kyso_words::{self as words, Terms};

/// Most pages of a document that is checked.
const MAX_PAGES: usize = 2000;
/// How many revisions are looked at for the one without a statement.
const MAX_REVISIONS: usize = 20;
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
    is_statement: bool,
    /// Of a page that was the citizen's before the statement was put onto it: the lines that stood there then.
    theirs: Option<Vec<TextLine>>,
    /// What sizes on it are multiplied by when it's printed on A4. Those of its lines are as printed.
    pub(super) on_a4: f64,
}

impl PageFacts {
    /// The lines that the agency put there: on a page of the citizen's, those that weren't there before.
    pub(super) fn own(&self) -> impl Iterator<Item = &TextLine> {
        let theirs = self.theirs.as_deref().unwrap_or_default();
        self.lines.iter().filter(move |line| !theirs.iter().any(|other| is_same(line, other)))
    }

    /// Whether the page was the citizen's before the agency's text was put onto it: paper and margins are his.
    pub(super) fn is_shared(&self) -> bool {
        self.theirs.is_some()
    }

    /// Whether the agency's statement begins here.
    fn begins_statement(&self) -> bool {
        self.is_statement || self.lines.iter().any(|line| line.text.starts_with("LỜI CHỨNG"))
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
    /// Fields kept for signatures that nobody has signed: the name, and where it's seen. Those that came with the citizen's
    /// paper are none of them.
    pub(super) empty: Vec<(String, Option<Marked>)>,
    /// The names of those that came with the paper.
    pub(super) empty_of_paper: Vec<String>,
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
            pages.push(page_facts(document, page));
        }
        let before = Before::of(document, &mut pages)?;
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
                printed(&mut text, page.on_a4);
                layer = layer_of(document, &page.page, field.widget)?;
                let texts = text.iter().map(|line| line.rectangle);
                let part = seen.iter().map(|ink| ink.rectangle).chain(texts).reduce(|one, other| one.with(&other));
                unseen = visibility.obstacles(field, part)?.into_iter().find(is_serious);
                seen = seen.filter(|_| unseen.is_none());
            }
            signed.push(Signed { report: one, field: field.clone(), ink: seen, unseen, text, layer });
        }
        // A time-stamp in a field that is kept for a signature is nobody's.
        let is_nobodys = |field: &SignatureField| {
            field.value.as_ref().is_none_or(|value| value.is_time_stamp() && is_kept(&field.name))
        };
        let empty = fields.iter().filter(|field| is_nobodys(field));
        let (of_paper, kept): (Vec<_>, Vec<_>) = empty.partition(|field| before.fields.contains(&field.name));
        let empty = kept.into_iter().map(|field| {
            let seen = field.page.zip(field.rectangle);
            (field.name.clone(), seen.map(|(page, rectangle)| Marked { what: "signature", page, rectangle }))
        });
        let empty = empty.collect();
        let empty_of_paper = of_paper.into_iter().map(|field| field.name.clone()).collect();
        Ok(Self { document, report, terms, pages, signed, empty, empty_of_paper })
    }

    /// The leader's signature: of several, the one in the certifier's field, else the last.
    pub(super) fn leader(&self) -> Option<&Signed<'f>> {
        let leaders = || self.signed.iter().filter(|one| one.report.role == Role::Leader);
        leaders().find(|one| is_kept_for(&one.field.name, CERTIFIER_FIELD)).or_else(|| leaders().next_back())
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
        let first = self.pages.iter().rposition(PageFacts::begins_statement).unwrap_or(0);
        self.pages.get(first..).unwrap_or_default()
    }

    /// The agency's own pages that have text of their own: no pictures of pages. None where the text of one can't be
    /// read: nobody can say then that all of it is right.
    pub(super) fn born_digital(&self) -> Vec<&PageFacts> {
        if self.own_pages().iter().any(|page| page.is_unreadable) {
            return Vec::new();
        }
        let has_text = |page: &&PageFacts| (page.is_shared() || !page.is_scan) && page.own().any(TextLine::is_visible);
        self.own_pages().iter().filter(has_text).collect()
    }
}

/// What is known of a page by itself.
fn page_facts(document: &Document<'_>, page: Page) -> PageFacts {
    let read = lines(document, &page);
    let drawings = PageDrawings::of(document, &page);
    let is_unreadable = read.is_err() || drawings.is_err();
    let is_scan = drawings.is_ok_and(|drawings| is_scan(&drawings, &page));
    let is_statement = packet(document, &page.dictionary).is_some_and(|xmp| properties(&xmp).is_some());
    let on_a4 = on_a4::scale(page.size());
    let mut lines = read.unwrap_or_default();
    printed(&mut lines, on_a4);
    PageFacts { page, lines, is_unreadable, is_scan, is_statement, theirs: None, on_a4 }
}

/// Sizes of type as they're printed.
fn printed(lines: &mut [TextLine], on_a4: f64) {
    let runs = lines.iter_mut().flat_map(|line| &mut line.runs);
    runs.for_each(|run| run.style.size *= on_a4);
}

/// The citizen's paper, before the statement was put behind it or onto its last page.
#[derive(Default)]
struct Before {
    /// The names of the signature fields that the paper has of its own and nobody has signed.
    fields: Vec<String>,
}

impl Before {
    /// Looks for the newest revision that had no statement, and says of the page on which it begins what stood there then.
    /// Where there's none, all is the agency's.
    fn of(document: &Document<'_>, pages: &mut [PageFacts]) -> Result<Self, Error> {
        let Some(first) = pages.iter_mut().rfind(|page| page.begins_statement()) else { return Ok(Self::default()) };
        for revision in document.revisions().iter().rev().skip(1).take(MAX_REVISIONS) {
            let bytes = usize::try_from(revision.end).ok().and_then(|end| document.bytes().get(..end));
            let Some(Ok(earlier)) = bytes.map(|bytes| document.earlier(bytes)) else { continue };
            let same = earlier.page_where(|page| page.id == first.page.id)?.map(|page| page_facts(&earlier, page));
            match same {
                Some(page) if page.begins_statement() || page.is_unreadable => {}
                same => {
                    first.theirs = same.map(|page| page.lines);
                    let fields = SignatureField::all(&earlier)?.into_iter().filter(|field| field.value.is_none());
                    return Ok(Self { fields: fields.map(|field| field.name).collect() });
                }
            }
        }
        Ok(Self::default())
    }
}

/// Whether a line stood there before: the same text at the same place.
fn is_same(one: &TextLine, other: &TextLine) -> bool {
    let near = |one: f64, other: f64| (one - other).abs() < 0.5;
    let (a, b) = (&one.rectangle, &other.rectangle);
    one.text == other.text && near(a.x, b.x) && near(a.right(), b.right()) && near(one.baseline, other.baseline)
}

/// Millimetres of points.
pub(super) fn mm(points: f64) -> f64 {
    points / POINTS_PER_MM
}

pub(super) fn is_visible(line: &TextLine) -> bool {
    line.is_visible()
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
