//! Pages in the making: what's written goes to the page that's open, owned by a part of the paper or by none.

use std::fmt::Write as _;

use lopdf::ObjectId;

use super::file::Objects;
use super::format::Geometry;
use super::paragraph::{Fonts, Line};
use super::structure::{Artifact, ElementId, Kind, Owner, Structure, StructureMark};
use kyso::Error;
use kyso_pdf::typeface::Face;

/// From baseline to baseline, in ems: a little more than single.
pub(super) const LEADING: f64 = 1.17;

/// One page.
#[derive(Default)]
pub(super) struct PageContent {
    pub(super) operators: String,
    /// Whose marked content is open.
    open: Option<Owner>,
    /// The parts that own the page's pieces, in their order.
    pub(super) marks: Vec<ElementId>,
    /// Form XObjects drawn here.
    pub(super) inks: Vec<ObjectId>,
}

/// The pages, and all that they share.
pub(super) struct Canvas {
    pub(super) geometry: Geometry,
    pub(super) fonts: Fonts,
    pub(super) objects: Objects,
    pub(super) pages: Vec<PageContent>,
    pub(super) structure: Structure,
    /// Upper edge of what comes next, from the page's lower edge.
    pub(super) y: f64,
}

/// A state of the canvas to go back to.
pub(super) struct CanvasMark {
    objects: usize,
    pages: usize,
    /// Of the page that was open: bytes of operators, whose content was open, pieces, pictures.
    page: (usize, Option<Owner>, usize, usize),
    structure: StructureMark,
    y: f64,
}

impl Canvas {
    pub(super) fn new(geometry: Geometry) -> Result<Self, Error> {
        Ok(Self {
            geometry,
            fonts: Fonts::new()?,
            objects: Objects::default(),
            pages: vec![PageContent::default()],
            structure: Structure::new(),
            y: geometry.top,
        })
    }

    /// What follows stands on a new page.
    pub(super) fn page_break(&mut self) {
        self.pages.push(PageContent::default());
        self.y = self.geometry.top;
    }

    /// Whether `height` points are left on the page.
    pub(super) fn has_room(&self, height: f64) -> bool {
        self.y - height >= self.geometry.bottom - 0.01
    }

    /// Breaks the page if less than `height` points are left on it and something is on it already.
    pub(super) fn make_room(&mut self, height: f64) {
        if !self.has_room(height) && self.y < self.geometry.top {
            self.page_break();
        }
    }

    /// Writes operators to the page that's open.
    pub(super) fn put(&mut self, owner: Owner, operators: &str) {
        self.put_on(self.pages.len().saturating_sub(1), owner, operators);
    }

    /// Writes operators to a page, from 0. Neighbours of one owner share their marked content.
    pub(super) fn put_on(&mut self, index: usize, owner: Owner, operators: &str) {
        let Some(page) = self.pages.get_mut(index) else { return };
        if page.open != Some(owner) {
            page.close();
            match owner {
                Owner::Element(element) => {
                    let number = page.marks.len();
                    let name = self.structure.name(element);
                    let _ = writeln!(page.operators, "/{name} <</MCID {number}>> BDC");
                    page.marks.push(element);
                    self.structure.content(element, index, number);
                }
                Owner::Artifact(Artifact::Layout) => page.operators.push_str("/Artifact <</Type /Layout>> BDC\n"),
                Owner::Artifact(Artifact::Pagination) => {
                    page.operators.push_str("/Artifact <</Type /Pagination>> BDC\n");
                }
            }
            page.open = Some(owner);
        }
        page.operators.push_str(operators);
    }

    /// Ends every page's marked content.
    pub(super) fn close(&mut self) {
        self.pages.iter_mut().for_each(PageContent::close);
    }

    /// Sets a line under what is there, and moves on by its height.
    pub(super) fn line(&mut self, owner: Owner, x: f64, line: &Line, size: f64) -> Result<(), Error> {
        let operators = self.line_operators(x, self.y, line, size)?;
        self.put(owner, &operators);
        self.y -= size * LEADING;
        Ok(())
    }

    /// The operators of a line whose upper edge is `y`.
    pub(super) fn line_operators(&mut self, x: f64, y: f64, line: &Line, size: f64) -> Result<String, Error> {
        let (above, below) = self.fonts.get(Face::Regular).extent(size);
        let baseline = y - (size * LEADING + above + below) / 2.0;
        let mut operators = format!("BT {:.3} {baseline:.3} Td", x + line.x);
        for (index, span) in line.spans.iter().enumerate() {
            let _ = write!(operators, " /{} {size} Tf [", resource(span.face));
            for part in span.text.split_inclusive(' ') {
                self.codes(&mut operators, span.face, part)?;
                if part.ends_with(' ') && line.stretch > 0.0 {
                    let _ = write!(operators, "{:.2}", -line.stretch * 1000.0 / size);
                }
            }
            if line.parted && index + 1 == line.spans.len() {
                self.codes(&mut operators, span.face, " ")?;
            }
            operators.push_str("] TJ");
        }
        operators.push_str(" ET\n");
        Ok(operators)
    }

    fn codes(&mut self, operators: &mut String, face: Face, text: &str) -> Result<(), Error> {
        operators.push('<');
        for byte in self.fonts.get_mut(face).encode(text)? {
            let _ = write!(operators, "{byte:02X}");
        }
        operators.push('>');
        Ok(())
    }

    /// A rule from (`x`, `y`), `width` wide and `height` high.
    pub(super) fn rule(&mut self, x: f64, y: f64, width: f64, height: f64) {
        let operators = format!("{x:.3} {y:.3} {width:.3} {height:.3} re f\n");
        self.put(Owner::Artifact(Artifact::Layout), &operators);
    }

    /// Begins a part of the paper and names it as an owner.
    pub(super) fn begin(&mut self, kind: Kind) -> Owner {
        Owner::Element(self.structure.begin(kind))
    }

    pub(super) fn mark(&self) -> CanvasMark {
        let page = self.pages.last();
        CanvasMark {
            objects: self.objects.len(),
            pages: self.pages.len(),
            page: page
                .map_or((0, None, 0, 0), |page| (page.operators.len(), page.open, page.marks.len(), page.inks.len())),
            structure: self.structure.mark(),
            y: self.y,
        }
    }

    /// Forgets what was written after the mark.
    pub(super) fn back_to(&mut self, mark: &CanvasMark) {
        self.objects.truncate(mark.objects);
        self.pages.truncate(mark.pages);
        if let Some(page) = self.pages.last_mut() {
            let (operators, open, marks, inks) = mark.page;
            page.operators.truncate(operators);
            page.open = open;
            page.marks.truncate(marks);
            page.inks.truncate(inks);
        }
        self.structure.back_to(&mark.structure);
        self.y = mark.y;
    }

    /// Whether pages were broken since the mark although they could have been broken before it.
    pub(super) fn is_parted_since(&self, mark: &CanvasMark) -> bool {
        self.pages.len() > mark.pages && mark.y < self.geometry.top
    }
}

impl PageContent {
    fn close(&mut self) {
        if self.open.take().is_some() {
            self.operators.push_str("EMC\n");
        }
    }
}

/// A face's name among a page's resources.
pub(super) fn resource(face: Face) -> &'static str {
    match face {
        Face::Regular => "Regular",
        Face::Bold => "Bold",
        Face::Italic => "Italic",
    }
}
