//! Whether the appearance of a checkbox or a radio button shows a mark in its box.

use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId};

use super::field_appearance::{LEAST_CONTRAST, is_drawn_as_it_says};
use crate::content::colour::{Colour, CurrentColour, Space};
use crate::content::form::{Fitted, FormContent};
use crate::content::operator::{Operator, Painting};
use crate::content::path::{Path, Polygons};
use crate::content::resources::Font;
use crate::content::state::State;
use crate::content::visitor::{Doubt, Shown, Visitor};
use crate::content::walk::walk_form;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::{Bounds, Matrix, Point};

/// A wider or higher button has room to say something, in points.
const LARGEST: f64 = 40.0;
/// A path that stays within this share of the box's lesser side from its edges is the frame; a circle does.
const FRAME: f64 = 0.18;
/// A frame is no wider than this share of the box's lesser side.
const WIDEST_FRAME: f64 = 0.2;
/// A mark takes at least this share of the box's lesser side, one way or the other.
const LEAST_MARK: f64 = 0.25;
/// What is filled of a mark takes at least this share of the box; what takes more than the second is no mark.
const LEAST_AREA: f64 = 0.01;
const MOST_AREA: f64 = 0.75;
/// What fills this share of the box's middle fills it.
const WHOLE: f64 = 0.9;
/// The narrowest line that is seen, and the widest of a mark, as a share of the box's lesser side.
const NARROWEST: f64 = 0.002;
const WIDEST: f64 = 0.5;
/// A character is no larger than so many of the box's lesser sides, and leans no more than this.
const LARGEST_MARK: f64 = 2.0;
const SLOPE: f64 = 0.01;
/// How many rows a shape is cut into.
const ROWS: u32 = 64;
/// Points that are taken of each line and curve.
const SAMPLES: u32 = 16;
/// A path that reaches farther out of the box than this many of its lesser sides isn't a button's drawing.
const FARTHEST: f64 = 2.0;
/// Shapes that make up a mark: a cross has two.
const MOST_SHAPES: usize = 4;
/// The marks of the font that buttons use (ZapfDingbats): checks, crosses, disc, square, diamond, star.
const MARKS: &[u8] = b"345678lnuH";

/// What a button's appearance shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ButtonAppearance {
    /// An empty box.
    Off,
    /// A box with a mark.
    On,
    /// Something else, or the appearance can't be read.
    Unclear,
}

impl ButtonAppearance {
    /// What the form of one of a button's states shows on the button's widget.
    ///
    /// # Errors
    /// [`Error::Input`] where it can't be read.
    pub fn of(document: &Document<'_>, form: ObjectId, widget: &Dictionary) -> Result<Self, Error> {
        let Ok(Some(form)) = FormContent::read(document, form) else { return Ok(Self::Unclear) };
        let Some(fitted) = Fitted::of(document, &form.dictionary, widget)? else { return Ok(Self::Unclear) };
        if form.dictionary.has(b"OC") || !is_drawn_as_it_says(document, &fitted, widget)? {
            return Ok(Self::Unclear);
        }
        let resources = document.dictionary(&form.dictionary, b"Resources")?;
        for key in [&b"ExtGState"[..], b"XObject"] {
            if !document.dictionary(&resources, key)?.is_empty() {
                return Ok(Self::Unclear);
            }
        }
        shown(document, &form, fitted.bounds)
    }
}

/// Whether the marks of a font are those that viewers draw for its codes.
fn has_marks(font: &Font) -> bool {
    let name = |key: &[u8]| font.dictionary.get(key).and_then(Object::as_name);
    matches!(name(b"BaseFont"), Ok(b"ZapfDingbats"))
        && matches!(name(b"Subtype"), Ok(b"Type1"))
        && !font.dictionary.has(b"FontDescriptor")
        && font.dictionary.get(b"Encoding").map_or(true, |encoding| encoding.as_name().is_ok())
}

fn shown(document: &Document<'_>, form: &FormContent, bounds: Bounds) -> Result<ButtonAppearance, Error> {
    let (width, height) = (bounds.width(), bounds.height());
    let (least, most) = (width.min(height), width.max(height));
    if least <= 0.0 || most > LARGEST || most > 3.0 * least {
        return Ok(ButtonAppearance::Unclear);
    }
    let mut button = Button { bounds, least, is_clear: true, marks: 0, paper: 1.0 };
    walk_form(document, form, State::new(Matrix::IDENTITY, bounds), &Rc::default(), &mut button)?;
    Ok(match button.marks {
        _ if !button.is_clear => ButtonAppearance::Unclear,
        // A box that is dark all over looks as if it were chosen.
        _ if button.paper < 0.5 => ButtonAppearance::Unclear,
        0 => ButtonAppearance::Off,
        _ => ButtonAppearance::On,
    })
}

/// What a button's appearance has shown so far.
struct Button {
    bounds: Bounds,
    /// Its lesser side.
    least: f64,
    is_clear: bool,
    marks: usize,
    /// How light its box is.
    paper: f64,
}

impl Visitor for Button {
    fn is_done(&self) -> bool {
        !self.is_clear
    }

    fn doubt(&mut self, _doubt: Doubt) -> Result<(), Error> {
        self.is_clear = false;
        Ok(())
    }

    fn operator(&mut self, operator: &Operator, _state: &State) -> Result<(), Error> {
        self.is_clear &= match operator {
            Operator::DeviceColour(_, colour) | Operator::Colour(_, Some(colour)) => colour.lightness().is_some(),
            Operator::ColourSpace(_, name) => Space::named(name) == Space::Device,
            Operator::Save
            | Operator::Restore
            | Operator::Concatenate(_)
            | Operator::LineWidth(_)
            | Operator::Move(_)
            | Operator::Line(_)
            | Operator::Curve(_)
            | Operator::Close
            | Operator::Rectangle(..)
            | Operator::Clip
            | Operator::Paint(_)
            | Operator::BeginText
            | Operator::EndText
            | Operator::Font(..)
            | Operator::TextMatrix(_)
            | Operator::RenderingMode(_)
            | Operator::Leading(_)
            | Operator::CharacterSpacing(_)
            | Operator::WordSpacing(_)
            | Operator::Dash { .. }
            | Operator::EndMarked => true,
            // What is in a layer may not be seen.
            Operator::BeginMarked(tag, _) | Operator::Mark(tag) => tag != b"OC",
            Operator::MoveText { sets_leading, .. } => !sets_leading,
            Operator::Show(items) => matches!(items.as_slice(), [Object::String(..)]),
            Operator::Other(operator) => matches!(operator.as_slice(), b"i" | b"J" | b"j" | b"M" | b"ri"),
            _ => false,
        };
        Ok(())
    }

    fn path(&mut self, path: &Path, painting: Painting, clips: bool, state: &State) -> Result<(), Error> {
        let shape = path.sampled(SAMPLES);
        // Nothing is seen beyond the box's own edge anyway.
        self.is_clear &= !clips
            || is_frame(&shape, self.bounds) && [false, true].iter().all(|rule| is_whole(&shape, *rule, self.bounds));
        if painting.fills || painting.strokes {
            self.is_clear &= self.paints(&shape, painting, state);
        }
        Ok(())
    }

    fn text(&mut self, text: &Shown<'_>, state: &State) -> Result<(), Error> {
        self.is_clear &= self.is_mark(text, state);
        self.marks += 1;
        self.is_clear &= self.marks <= MOST_SHAPES;
        Ok(())
    }
}

impl Button {
    fn paints(&mut self, shape: &Polygons, painting: Painting, state: &State) -> bool {
        let (near, all) = (self.bounds.grown(FARTHEST * self.least), shape.bounds());
        if all.left < near.left || all.bottom < near.bottom || all.right > near.right || all.top > near.top {
            return false;
        }
        let lightness = |current: CurrentColour| current.colour.and_then(Colour::lightness);
        let (narrow, wide) = widths_of_line(state);
        if is_frame(shape, self.bounds) {
            if self.marks > 0 || painting.strokes && wide > WIDEST_FRAME * self.least {
                return false;
            }
            if painting.fills && is_whole(shape, painting.is_even_odd, self.bounds) {
                let Some(paper) = lightness(state.filling) else { return false };
                self.paper = paper;
            }
            return true;
        }
        self.marks += 1;
        let differs = |current| lightness(current).is_some_and(|mark| (mark - self.paper).abs() >= LEAST_CONTRAST);
        let (box_, least) = (self.bounds.within(state.clip), LEAST_MARK * self.least);
        let is_filled = !painting.fills || {
            let rows: Vec<Bounds> = filled(shape, painting.is_even_odd, box_).collect();
            let share = rows.iter().copied().map(Bounds::area).sum::<f64>() / self.bounds.area();
            let seen = Bounds::around(rows.iter().flat_map(|row| [(row.left, row.bottom), (row.right, row.top)]));
            differs(state.filling)
                && (LEAST_AREA..=MOST_AREA).contains(&share)
                && seen.width().max(seen.height()) >= least
        };
        let is_stroked = !painting.strokes || {
            let is_inside = |point: &Point| Bounds::around([*point]).is_in(box_);
            let seen = shape.lines().filter(|(from, to)| is_inside(from) && is_inside(to));
            let seen = Bounds::around(seen.flat_map(|(from, to)| [from, to]));
            differs(state.stroking)
                && !state.is_dashed
                && narrow >= NARROWEST * self.least
                && wide <= WIDEST * self.least
                && seen.width().max(seen.height()) >= least
        };
        is_filled && is_stroked && self.marks <= MOST_SHAPES
    }

    /// Whether one mark is shown, and seen.
    fn is_mark(&self, text: &Shown<'_>, state: &State) -> bool {
        let (place, least, bounds) = (text.line, LEAST_MARK * self.least, self.bounds);
        let is_one =
            matches!(text.items, [Object::String(text, _)] if matches!(text.as_slice(), [one] if MARKS.contains(one)));
        let is_inside = place.e >= bounds.left - 1.0
            && place.e <= bounds.right - least
            && place.f >= bounds.bottom - 1.0
            && place.f <= bounds.top - least;
        let (across, up) = (state.text.size * place.a, state.text.size * place.d);
        let is_upright = place.b.abs() <= SLOPE * place.a && place.c.abs() <= SLOPE * place.d;
        let lightness = state.filling.colour.and_then(Colour::lightness);
        let is_seen = lightness.is_some_and(|mark| (mark - self.paper).abs() >= LEAST_CONTRAST);
        is_one
            && is_inside
            && is_seen
            && state.text.rendering_mode == 0
            && state.text.font.as_ref().is_some_and(|font| has_marks(font))
            && is_upright
            && [across, up].iter().all(|size| (least..=LARGEST_MARK * self.least).contains(size))
    }
}

/// How narrow and how wide a line is, whichever way it goes.
fn widths_of_line(state: &State) -> (f64, f64) {
    let Matrix { a, b, c, d, .. } = state.ctm;
    // The greatest and the least factor by which the matrix makes a line longer: their product is the determinant.
    let (sum, area) = (a * a + b * b + c * c + d * d, (a * d - b * c).abs());
    let most = ((sum + (sum * sum - 4.0 * area * area).max(0.0).sqrt()) / 2.0).sqrt();
    let least = if most > 0.0 { area / most } else { 0.0 };
    (state.line_width.abs() * least, state.line_width.abs() * most)
}

/// Whether every point lies near an edge of the box.
fn is_frame(shape: &Polygons, bounds: Bounds) -> bool {
    let near = FRAME * bounds.width().min(bounds.height());
    let Bounds { left, bottom, right, top } = bounds;
    shape.corners.iter().flatten().all(|(x, y)| (x - left).min(right - x).min(y - bottom).min(top - y) <= near)
}

/// Whether what goes around the box fills its middle.
fn is_whole(shape: &Polygons, is_even_odd: bool, bounds: Bounds) -> bool {
    let middle = bounds.grown(-FRAME * bounds.width().min(bounds.height()));
    filled(shape, is_even_odd, middle).map(Bounds::area).sum::<f64>() >= WHOLE * middle.area()
}

/// What of a shape is filled within a box, in rows.
fn filled(shape: &Polygons, is_even_odd: bool, within: Bounds) -> impl Iterator<Item = Bounds> {
    shape.rows(ROWS, is_even_odd).into_iter().map(move |row| row.within(within)).filter(|row| row.area() > 0.0)
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    fn shown(content: &str) -> ButtonAppearance {
        within(Bounds::new(0.0, 0.0, 20.0, 20.0), content)
    }

    fn within(bounds: Bounds, content: &str) -> ButtonAppearance {
        let bytes = crate::file::tests::blank();
        let document = Document::parse(&bytes).unwrap();
        let font = |name: &str| dictionary! { "BaseFont" => Object::Name(name.into()), "Subtype" => "Type1" };
        let fonts = dictionary! { "ZaDb" => font("ZapfDingbats"), "Helv" => font("Helvetica") };
        let dictionary = dictionary! { "Resources" => dictionary! { "Font" => fonts } };
        let form = FormContent { id: (9, 0), dictionary, content: content.into() };
        super::shown(&document, &form, bounds).unwrap()
    }

    #[test]
    fn empty_boxes_are_off() {
        for empty in [
            "",
            "q 1 w Q",
            "0.8 0.8 1 rg 0 0 20 20 re f 0 G 1 w 0.5 0.5 19 19 re s",
            // A round one, as iText draws it.
            "0.8 0.8 1 rg 20 10 m 20 15.52 15.52 20 10 20 c 4.48 20 0 15.52 0 10 c 0 4.48 4.48 0 10 0 c \
             15.52 0 20 4.48 20 10 c f 0 G 19.5 10 m 19.5 15.25 15.25 19.5 10 19.5 c 4.75 19.5 0.5 15.25 0.5 10 c \
             0.5 4.75 4.75 0.5 10 0.5 c 15.25 0.5 19.5 4.75 19.5 10 c S",
        ] {
            assert_eq!(shown(empty), ButtonAppearance::Off, "{empty}");
        }
    }

    #[test]
    fn boxes_with_a_mark_are_on() {
        for marked in [
            "BT 0 g /ZaDb 18 Tf 1.8 3.6 Td (3) Tj ET",
            "q 0.8 0.8 1 rg 0 0 20 20 re f Q q 1 1 18 18 re W n 0 g BT /ZaDb 22.5 Tf 1 0 0 1 2.4 2 Tm (8) Tj ET Q",
            "0 0 m 20 20 l S 0 20 m 20 0 l S",
            "-30 10 m 22 10 l S",
            "q [3 3] 0 d 0.5 0.5 19 19 re S Q 3 3 m 17 17 l S",
            "2 2 16 16 re W n 3 3 m 17 17 l S",
            "/Tx BMC BT 0 g /ZaDb 18 Tf 1.8 3.6 Td (3) Tj ET EMC",
            "3 3 m 10 12 l 17 3 l h B",
            "14.75 10 m 14.75 12.62 12.62 14.75 10 14.75 c 7.38 14.75 5.25 12.62 5.25 10 c f",
        ] {
            assert_eq!(shown(marked), ButtonAppearance::On, "{marked}");
        }
    }

    #[test]
    fn what_says_something_else_is_unclear() {
        for unclear in [
            "BT /Helv 18 Tf 2 4 Td (3) Tj ET",
            "BT /ZaDb 18 Tf 2 4 Td (33) Tj ET",
            "BT /ZaDb 18 Tf 2 4 Td (A) Tj ET",
            "BT 1 g /ZaDb 18 Tf 2 4 Td (3) Tj ET",
            "BT 3 Tr /ZaDb 18 Tf 2 4 Td (3) Tj ET",
            "BT /ZaDb 0.1 Tf 2 4 Td (3) Tj ET",
            "BT /ZaDb 18 Tf 200 4 Td (3) Tj ET",
            "0 g 0 0 20 20 re f 8 8 4 4 re f",
            "1 G 0 0 m 20 20 l S",
            "BT /ZaDb 18 Tf 2 4 Td (3) Tj ET 1 g 0 0 20 20 re f",
            "q 0 0 0.1 0.1 re W n Q 0 0 m 20 20 l S /Cover Do",
            "9 9 m 10 10 l S",
            "20 w 0 0 20 20 re S",
            "0 0 20 20 re f",
            "-1000 10 m 20 10 l S",
            "q 0 0 0.1 20 re W n 0 0 m 20 20 l S Q",
            // In a layer, which may be off.
            "/OC /L BDC 3 3 m 17 17 l S EMC",
            "/OC /L BDC /Tx BMC 3 3 m 17 17 l S EMC EMC",
            "/Tx /OC /L BDC 3 3 m 17 17 l S EMC",
            // Of lines of which nothing is there.
            "[1 1000] 500 d 3 3 m 17 17 l S",
            "[0 9] 0 d 3 3 m 17 17 l S",
            "0 w 3 3 m 17 17 l S",
            "40 w 3 3 m 17 17 l S",
            "0 0 0 1 10 0 cm 3 3 m 3 17 l S",
            "1 0 0 0.0001 0 10 cm 3 3 m 17 3 l S",
            // Shapes of which nothing is seen: without area, in one colour with what lies around them, outside of the box.
            "3 3 m 17 17 l f",
            "3 3 m 17 17 l 3 3 l h f",
            "q 0.0001 0 0 1 10 3 cm 0 0 14 14 re f Q",
            "3 10 m 10 10 l 17 10 l 10 10.01 l f",
            "5 5 10 10 re 5 5 10 10 re f*",
            "10 10 m 10.1 10 l 60 -30 l f",
            "1 G 30 w 5 5 10 10 re B",
            "0.6 g 0 0 20 20 re f 1 g 0 0 m 20 0 l 20 20 l 10.1 20 l 10 10 l 9.9 20 l 0 20 l f",
            "0.6 g 0 0 20 20 re 3 3 14 14 re f* 1 g 5 5 10 10 re f",
            // Clipped to the frame.
            "0 0 20 20 re 3 3 14 14 re W* n 4 4 m 16 16 l S",
            "0 0 m 20 0 l 20 20 l 0 20 l 0 0 l 3 3 l 3 17 l 17 17 l 17 3 l 3 3 l h W n 4 4 m 16 16 l S",
            // Dark all over.
            "0 1 -1 0 20 0 cm 20 w 0 0 20 20 re S",
            "3 3 14 14 re f",
            // Characters that lean, that are too large, or that stand above the box.
            "BT /ZaDb 1 Tf 18 0 1000 18 2 4 Tm (3) Tj ET",
            "BT /ZaDb 1 Tf 18 0 0 9000 2 4 Tm (3) Tj ET",
            "BT /ZaDb 18 Tf 2 19 Td (3) Tj ET",
        ] {
            assert_eq!(shown(unclear), ButtonAppearance::Unclear, "{unclear}");
        }
        assert_eq!(within(Bounds::new(0.0, 0.0, 300.0, 20.0), ""), ButtonAppearance::Unclear);
    }
}
