//! A paper in the making, from top to bottom; pages break where the next piece doesn't fit. The same calls give the same
//! bytes: there's no clock and no chance in here.

use super::canvas::{Canvas, CanvasMark, LEADING};
use super::format::{Format, Geometry};
use super::paragraph::{Alignment, Line, Measure, Span, broken};
use super::structure::{Kind, Owner};
use kyso::{Error, FieldToReserve, Place, Rectangle};
use kyso_pdf::geometry::POINTS_PER_MM;

pub use super::head::Header;
pub use super::signatures::Signatory;

/// Before a paragraph: 6 pt at least (mục II.5d).
pub(super) const PARAGRAPH_GAP: f64 = 6.0;
/// First line of a paragraph: 1 cm or 1.27 cm (mục II.5d).
const INDENT: f64 = 12.7 * POINTS_PER_MM;
/// Thickness of rules.
pub(super) const RULE: f64 = 0.7;

/// A named place on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPlace {
    /// The name of the place.
    pub name: String,
    /// The page of this PDF, from 1, whatever number it shows.
    pub page: usize,
    /// In points, as seen.
    pub rectangle: Rectangle,
}

impl From<&NamedPlace> for FieldToReserve {
    /// The field that the paper keeps this place for.
    fn from(place: &NamedPlace) -> Self {
        let NamedPlace { name, page, rectangle } = place;
        Self::new(name, Place::Rectangle { page: *page, rectangle: *rectangle })
    }
}

/// A paper that is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Typeset {
    /// The PDF: PDF/A-2b, tagged.
    pub pdf: Vec<u8>,
    /// The places where someone is still to sign.
    pub places: Vec<NamedPlace>,
    /// What the last page has between its margins: from its upper edge down to the last line.
    pub written: Rectangle,
}

/// A paper in the making.
pub struct Sheet {
    pub(super) format: Format,
    pub(super) canvas: Canvas,
    pub(super) places: Vec<NamedPlace>,
    pub(super) note: Option<String>,
    /// Headings that wait for what follows them, to stand on its page.
    waiting: Vec<Waiting>,
}

#[derive(Clone)]
enum Waiting {
    Text(Kind, Vec<Line>),
    Space(f64),
    /// A rule of this width in points.
    Rule(f64),
    PageBreak,
}

impl Sheet {
    /// An upright page for running text of `body` points: 13 to 14.
    ///
    /// # Errors
    /// [`Error::Parameters`] for another size; [`Error::Internal`] if a font file in this library is damaged.
    pub fn new(body: f64) -> Result<Self, Error> {
        Self::with_format(Format::portrait(body))
    }

    /// An empty page of this format.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a format that the decree doesn't know; [`Error::Internal`] if a font file in this
    /// library is damaged.
    pub fn with_format(format: Format) -> Result<Self, Error> {
        let canvas = Canvas::new(format.geometry()?)?;
        Ok(Self { format, canvas, places: Vec::new(), note: None, waiting: Vec::new() })
    }

    /// A line in small type in the bottom margin of every page.
    pub fn note(&mut self, note: impl Into<String>) {
        self.note = Some(note.into());
    }

    /// How many pages there are so far.
    pub fn pages(&self) -> usize {
        let to_come = self.waiting.iter().filter(|one| matches!(one, Waiting::PageBreak)).count();
        self.canvas.pages.len() + to_come
    }

    /// Width between the margins, in points.
    pub fn width(&self) -> f64 {
        self.geometry().width
    }

    /// A heading in the middle, bold, on the page of what follows.
    ///
    /// # Errors
    /// As [`Sheet::paragraph`].
    pub fn heading(&mut self, text: &str) -> Result<(), Error> {
        self.in_the_middle(Kind::Heading, Span::bold(text))
    }

    /// A line in the middle, on the page of what follows.
    ///
    /// # Errors
    /// As [`Sheet::paragraph`].
    pub fn centred(&mut self, span: Span) -> Result<(), Error> {
        self.in_the_middle(Kind::Paragraph, span)
    }

    fn in_the_middle(&mut self, kind: Kind, span: Span) -> Result<(), Error> {
        let measure = Measure::centred(self.format.body, self.geometry().width);
        self.waiting.push(Waiting::Text(kind, broken(&self.canvas.fonts, &[span], measure)?));
        Ok(())
    }

    /// Sets the headings that wait, on a page that has `next` points left for what follows them.
    pub(super) fn settle(&mut self, next: f64) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut pages = waiting.split(|one| matches!(one, Waiting::PageBreak)).peekable();
        while let Some(page) = pages.next() {
            let is_last = pages.peek().is_none();
            self.settle_page(page, if is_last { next } else { 0.0 })?;
            if !is_last {
                self.canvas.page_break();
            }
        }
        Ok(())
    }

    fn settle_page(&mut self, waiting: &[Waiting], next: f64) -> Result<(), Error> {
        if waiting.is_empty() {
            return Ok(());
        }
        let (left, size) = (self.geometry().left, self.format.body);
        let heights = waiting.iter().map(|one| match one {
            Waiting::Text(_, lines) => height(lines.len(), size),
            Waiting::Space(points) => *points,
            Waiting::Rule(_) | Waiting::PageBreak => 0.0,
        });
        self.canvas.make_room(heights.sum::<f64>() + next);
        for one in waiting {
            match one {
                Waiting::Text(kind, lines) => {
                    let owner = self.canvas.begin(kind.clone());
                    for line in lines {
                        self.canvas.line(owner, left, line, size)?;
                    }
                    self.canvas.structure.end();
                }
                Waiting::Space(points) => self.canvas.y -= points,
                Waiting::Rule(width) => self.rule_in_the_middle(*width),
                Waiting::PageBreak => {}
            }
        }
        Ok(())
    }

    fn rule_in_the_middle(&mut self, width: f64) {
        let geometry = self.geometry();
        self.canvas.rule(geometry.left + (geometry.width - width) / 2.0, self.canvas.y, width, RULE);
    }

    /// A paragraph: justified and indented, or as `alignment` says without an indent. A page neither ends with its first
    /// line alone nor begins with its last.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a character without a glyph.
    pub fn paragraph(&mut self, spans: &[Span], alignment: Alignment) -> Result<(), Error> {
        let geometry = self.geometry();
        let indent = if alignment == Alignment::Justified { INDENT } else { 0.0 };
        let measure = Measure { size: self.format.body, width: geometry.width, alignment, indent };
        let lines = broken(&self.canvas.fonts, spans, measure)?;
        // Two lines at least, and never all but one: see `flow`.
        let first = if lines.len() > 3 { 2 } else { lines.len() };
        self.settle(PARAGRAPH_GAP + height(first, self.format.body))?;
        self.canvas.y -= PARAGRAPH_GAP;
        let owner = self.canvas.begin(Kind::Paragraph);
        self.flow(owner, &lines, self.format.body)?;
        self.canvas.structure.end();
        Ok(())
    }

    /// Sets lines over as many pages as they need, never one alone.
    fn flow(&mut self, owner: Owner, lines: &[Line], size: f64) -> Result<(), Error> {
        let left = self.geometry().left;
        let mut rest = lines;
        while !rest.is_empty() {
            let mut fitting =
                (0..=rest.len()).rev().find(|count| self.canvas.has_room(height(*count, size))).unwrap_or(0);
            if rest.len() - fitting == 1 {
                fitting -= usize::from(fitting > 0);
            }
            if rest.len() == lines.len() && fitting < rest.len().min(2) {
                fitting = 0;
            }
            let (here, there) = rest.split_at(fitting);
            for line in here {
                self.canvas.line(owner, left, line, size)?;
            }
            if !there.is_empty() {
                self.canvas.page_break();
            }
            rest = there;
        }
        Ok(())
    }

    /// Empty room of some points.
    pub fn space(&mut self, points: f64) {
        let points = if points.is_finite() { points } else { 0.0 };
        if self.waiting.is_empty() {
            self.canvas.y -= points;
        } else {
            self.waiting.push(Waiting::Space(points));
        }
    }

    /// A rule in the middle, `width_mm` millimetres wide, but no wider than the text.
    pub fn divider(&mut self, width_mm: f64) {
        // `max` first: it turns what is no number into none.
        let width = (width_mm * POINTS_PER_MM).max(0.0).min(self.geometry().width);
        if self.waiting.is_empty() {
            self.rule_in_the_middle(width);
        } else {
            self.waiting.push(Waiting::Rule(width));
        }
    }

    /// What follows stands on a new page.
    pub fn page_break(&mut self) {
        if self.waiting.is_empty() {
            self.canvas.page_break();
        } else {
            self.waiting.push(Waiting::PageBreak);
        }
    }

    /// Keeps what `pieces` write on one page, where one page holds it: the end of a text and who signs under it.
    /// `pieces` are called again, from the same state of the paper, where they didn't fit.
    ///
    /// # Errors
    /// Theirs.
    pub fn together(&mut self, mut pieces: impl FnMut(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        let mark = SheetMark { canvas: self.canvas.mark(), places: self.places.len(), waiting: self.waiting.clone() };
        pieces(self)?;
        if !self.canvas.is_parted_since(&mark.canvas) {
            return Ok(());
        }
        self.back_to(&mark);
        self.canvas.page_break();
        let pages = self.canvas.pages.len();
        pieces(self)?;
        if self.canvas.pages.len() > pages {
            // No page holds them: then none is left half empty before them either.
            self.back_to(&mark);
            pieces(self)?;
        }
        Ok(())
    }

    fn back_to(&mut self, mark: &SheetMark) {
        self.canvas.back_to(&mark.canvas);
        self.places.truncate(mark.places);
        self.waiting.clone_from(&mark.waiting);
    }

    pub(super) fn geometry(&self) -> Geometry {
        self.canvas.geometry
    }

    /// A text of its own in the middle of a column.
    pub(super) fn centred_in(&mut self, x: f64, width: f64, span: Span, size: f64) -> Result<(), Error> {
        let owner = self.canvas.begin(Kind::Paragraph);
        for line in broken(&self.canvas.fonts, &[span], Measure::centred(size, width))? {
            self.canvas.line(owner, x, &line, size)?;
        }
        self.canvas.structure.end();
        Ok(())
    }
}

/// A state of the sheet that [`Sheet::back_to`] restores.
struct SheetMark {
    canvas: CanvasMark,
    /// How many places were named.
    places: usize,
    waiting: Vec<Waiting>,
}

/// Height of some lines in points.
pub(super) fn height(lines: usize, size: f64) -> f64 {
    f64::from(u32::try_from(lines).unwrap_or(u32::MAX)) * size * LEADING
}
