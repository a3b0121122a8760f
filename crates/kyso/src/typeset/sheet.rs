//! A paper in the making, from top to bottom; pages break where the next piece doesn't fit. The same calls give the same
//! bytes: there's no clock and no chance in here.

use super::canvas::{Canvas, LEADING};
use super::format::{Format, Geometry};
use super::paragraph::{Alignment, Line, Measure, Span, broken};
use super::structure::{Kind, Owner};
use crate::appearance::geometry::{POINTS_PER_MM, Rectangle};
use crate::error::Error;

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
    /// Its name.
    pub name: String,
    /// The page of this PDF, from 1, whatever number it shows.
    pub page: usize,
    /// In points, as seen.
    pub rectangle: Rectangle,
}

/// A paper that is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Typeset {
    /// The PDF: PDF/A-2b, tagged.
    pub pdf: Vec<u8>,
    /// The places where someone is still to sign.
    pub places: Vec<NamedPlace>,
}

/// A paper in the making.
pub struct Sheet {
    pub(super) format: Format,
    pub(super) canvas: Canvas,
    pub(super) places: Vec<NamedPlace>,
    pub(super) note: Option<String>,
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
        Ok(Self { format, canvas: Canvas::new(format.geometry()?)?, places: Vec::new(), note: None })
    }

    /// A line in small type in the bottom margin of every page.
    pub fn note(&mut self, note: impl Into<String>) {
        self.note = Some(note.into());
    }

    /// How many pages there are so far.
    pub fn pages(&self) -> usize {
        self.canvas.pages.len()
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
        let (geometry, size) = (self.geometry(), self.format.body);
        let lines = broken(&self.canvas.fonts, &[span], Measure::centred(size, geometry.width))?;
        // No title ends a page: three lines follow it there.
        self.canvas.make_room(height(lines.len() + 3, size));
        let owner = self.canvas.begin(kind);
        for line in &lines {
            self.canvas.line(owner, geometry.left, line, size)?;
        }
        self.canvas.structure.end();
        Ok(())
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
        self.canvas.y -= points;
    }

    /// A rule in the middle, `width_mm` millimetres wide.
    pub fn divider(&mut self, width_mm: f64) {
        let geometry = self.geometry();
        let width = width_mm * POINTS_PER_MM;
        self.canvas.rule(geometry.left + (geometry.width - width) / 2.0, self.canvas.y, width, RULE);
    }

    /// What follows stands on a new page.
    pub fn page_break(&mut self) {
        self.canvas.page_break();
    }

    /// Keeps what `pieces` write on one page, where one page holds it: the end of a text and who signs under it.
    /// `pieces` are called again, from the same state of the paper, where they didn't fit.
    ///
    /// # Errors
    /// Theirs.
    pub fn together(&mut self, mut pieces: impl FnMut(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        let (mark, places) = (self.canvas.mark(), self.places.len());
        pieces(self)?;
        if !self.canvas.is_parted_since(&mark) {
            return Ok(());
        }
        self.canvas.back_to(&mark);
        self.places.truncate(places);
        self.canvas.page_break();
        let pages = self.pages();
        pieces(self)?;
        if self.pages() > pages {
            // No page holds them: then none is left half empty before them either.
            self.canvas.back_to(&mark);
            self.places.truncate(places);
            pieces(self)?;
        }
        Ok(())
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

/// Height of some lines in points.
pub(super) fn height(lines: usize, size: f64) -> f64 {
    f64::from(u32::try_from(lines).unwrap_or(u32::MAX)) * size * LEADING
}
