//! The block of signatories, side by side (Phụ lục I, phần I, mục II.7).

use super::finish::ink_resource;
use super::paragraph::{Measure, Span, broken};
use super::sheet::{NamedPlace, Sheet, height};
use super::structure::Kind;
use kyso::appearance::colours::Colours;
use kyso::appearance::{Appearance, InkImage, draw, layout};
use kyso::error::Parameter;
use kyso::{Error, Rectangle};
use kyso_pdf::geometry::POINTS_PER_MM;

/// Size of signers' titles (13 to 14 pt).
const TITLES: f64 = 13.0;
/// Side by side at most: more stand in rows.
const IN_A_ROW: usize = 3;
/// Between rows, in points.
const ROW_GAP: f64 = 12.0;
/// Between neighbours, in points: long titles and names don't touch.
const GUTTER: f64 = 6.0;

/// Someone who signs: title above, name below, room between.
#[derive(Debug, Clone, PartialEq)]
pub struct Signatory<'i> {
    /// Power and title in capitals, e.g. "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"; bold.
    pub titles: Vec<String>,
    /// A hint under the title, e.g. "(Ký, ghi rõ họ tên)"; italic.
    pub hint: Option<String>,
    /// Room for the signature, in millimetres.
    pub room_mm: f64,
    /// A hand signature that is there already.
    pub ink: Option<&'i InkImage>,
    /// The name, bold.
    pub name: String,
    /// A name for the room, if [`Typeset::places`](super::sheet::Typeset::places) shall tell where it is.
    pub place: Option<String>,
}

impl Sheet {
    /// Writes the signatories side by side, three in a row; a single one stands on the right. Each row stays on one
    /// page.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a character without a glyph, a hand signature that is higher than its room, or more room
    /// than a page has.
    pub fn signatures(&mut self, signatories: &[Signatory<'_>]) -> Result<(), Error> {
        // Four stand in two rows of two, not three above one.
        let rows = signatories.len().div_ceil(IN_A_ROW).max(1);
        for (index, row) in signatories.chunks(signatories.len().div_ceil(rows).max(1)).enumerate() {
            if index > 0 {
                self.canvas.y -= ROW_GAP;
            }
            self.signatures_in_a_row(row)?;
        }
        Ok(())
    }

    fn signatures_in_a_row(&mut self, signatories: &[Signatory<'_>]) -> Result<(), Error> {
        let geometry = self.geometry();
        let columns = f64::from(u32::try_from(signatories.len().max(2)).unwrap_or(u32::MAX));
        let column = geometry.width / columns;
        let width = column - GUTTER;
        let (mut titles, mut names) = (0.0_f64, 0.0_f64);
        for signatory in signatories {
            titles = titles.max(self.titles_height(signatory, width)?);
            names = names.max(self.lines_height(Span::bold(&signatory.name), width, self.format.body)?);
        }
        let room = signatories.iter().map(|one| one.room_mm).fold(0.0, f64::max) * POINTS_PER_MM;
        if titles + room + names > geometry.height() {
            return Err(Error::parameters(Parameter::RoomMm, "those who sign need more room than a page has"));
        }
        self.settle(titles + room + names)?;
        self.canvas.make_room(titles + room + names);
        let top = self.canvas.y;
        let first = if signatories.len() == 1 { geometry.left + column } else { geometry.left };
        let mut x = first + GUTTER / 2.0;
        for signatory in signatories {
            self.canvas.y = top;
            for title in &signatory.titles {
                self.centred_in(x, width, Span::bold(title), TITLES)?;
            }
            if let Some(hint) = &signatory.hint {
                self.centred_in(x, width, Span::italic(hint), TITLES)?;
            }
            let name = top - titles - room;
            let gap = Rectangle { x, y: name, width, height: self.canvas.y - name };
            if let Some(ink) = signatory.ink {
                self.ink(ink, gap, &signatory.name)?;
            }
            if let Some(name) = &signatory.place {
                let page = self.canvas.pages.len();
                self.places.push(NamedPlace { name: name.clone(), page, rectangle: gap });
            }
            self.canvas.y = name;
            self.centred_in(x, width, Span::bold(&signatory.name), self.format.body)?;
            x += column;
        }
        self.canvas.y = top - titles - room - names;
        Ok(())
    }

    fn titles_height(&self, signatory: &Signatory<'_>, width: f64) -> Result<f64, Error> {
        let mut height = 0.0;
        for title in &signatory.titles {
            height += self.lines_height(Span::bold(title), width, TITLES)?;
        }
        if let Some(hint) = &signatory.hint {
            height += self.lines_height(Span::italic(hint), width, TITLES)?;
        }
        Ok(height)
    }

    fn lines_height(&self, span: Span, width: f64, size: f64) -> Result<f64, Error> {
        Ok(height(broken(&self.canvas.fonts, &[span], Measure::centred(size, width))?.len(), size))
    }

    /// A hand signature in the middle of its room.
    fn ink(&mut self, ink: &InkImage, room: Rectangle, name: &str) -> Result<(), Error> {
        let appearance = Appearance::Image(ink.clone());
        let place = layout::centred(ink.size(), room);
        if place.height > room.height {
            return Err(Error::parameters(Parameter::Ink, "the hand signature is higher than the room for it"));
        }
        let objects = &mut self.canvas.objects;
        let Some(form) = draw::draw(&appearance, 0, None, Colours::USUAL, &mut |object| objects.add(object))? else {
            return Ok(());
        };
        let owner = self.canvas.begin(Kind::Figure(format!("Chữ ký của {name}"), place));
        let operators = format!("q 1 0 0 1 {:.3} {:.3} cm /{} Do Q\n", place.x, place.y, ink_resource(form.id));
        self.canvas.put(owner, &operators);
        self.canvas.structure.end();
        if let Some(page) = self.canvas.pages.last_mut() {
            page.inks.push(form.id);
        }
        Ok(())
    }
}
