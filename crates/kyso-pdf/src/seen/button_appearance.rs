//! Whether the appearance of a checkbox or a radio button shows a mark in its box.

use std::rc::Rc;

use lopdf::{Object, ObjectId};

use super::field_appearance::LEAST_CONTRAST;
use crate::content::colour::{Colour, CurrentColour, Space};
use crate::content::form::FormContent;
use crate::content::operator::{Operator, Painting};
use crate::content::path::Path;
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
    /// What the form of one of a button's states shows.
    ///
    /// # Errors
    /// [`Error::Input`] where it can't be read.
    pub fn of(document: &Document<'_>, form: ObjectId) -> Result<Self, Error> {
        let Ok(Some(form)) = FormContent::read(document, form) else { return Ok(Self::Unclear) };
        let Some(bounds) = document.rectangle(&form.dictionary, b"BBox")? else { return Ok(Self::Unclear) };
        let resources = document.dictionary(&form.dictionary, b"Resources")?;
        for key in [&b"ExtGState"[..], b"XObject"] {
            if !document.dictionary(&resources, key)?.is_empty() {
                return Ok(Self::Unclear);
            }
        }
        shown(document, &form, bounds)
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
            | Operator::BeginMarked(..)
            | Operator::EndMarked
            | Operator::Mark(_) => true,
            Operator::MoveText { sets_leading, .. } => !sets_leading,
            Operator::Show(items) => matches!(items.as_slice(), [Object::String(..)]),
            Operator::Other(operator) => matches!(operator.as_slice(), b"i" | b"J" | b"j" | b"M" | b"ri"),
            // A dash may leave nothing of a line.
            Operator::Dash { is_solid } => *is_solid,
            _ => false,
        };
        Ok(())
    }

    fn path(&mut self, path: &Path, painting: Painting, clips: bool, state: &State) -> Result<(), Error> {
        let points = path.sampled(SAMPLES);
        // Nothing is seen beyond the box's own edge anyway.
        self.is_clear &= !clips || is_frame(&points, self.bounds) && is_whole(&points, self.bounds);
        if painting.fills || painting.strokes {
            self.is_clear &= self.paints(&points, painting, state);
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
    fn paints(&mut self, points: &[Point], painting: Painting, state: &State) -> bool {
        let (near, all) = (self.bounds.grown(FARTHEST * self.least), Bounds::around(points.iter().copied()));
        if all.left < near.left || all.bottom < near.bottom || all.right > near.right || all.top > near.top {
            return false;
        }
        let lightness = |current: CurrentColour| current.colour.and_then(Colour::lightness);
        if is_frame(points, self.bounds) {
            let width = (state.line_width * state.ctm.d).abs();
            if self.marks > 0 || painting.strokes && width > WIDEST_FRAME * self.least {
                return false;
            }
            if painting.fills && is_whole(points, self.bounds) {
                let Some(paper) = lightness(state.filling) else { return false };
                self.paper = paper;
            }
            return true;
        }
        self.marks += 1;
        let mark = lightness(if painting.fills { state.filling } else { state.stroking });
        mark.is_some_and(|mark| (mark - self.paper).abs() >= LEAST_CONTRAST)
            && all.width().max(all.height()) >= LEAST_MARK * self.least
            && self.marks <= MOST_SHAPES
    }

    /// Whether one mark is shown, and seen.
    fn is_mark(&self, text: &Shown<'_>, state: &State) -> bool {
        let (place, least, bounds) = (text.line, LEAST_MARK * self.least, self.bounds);
        let is_one =
            matches!(text.items, [Object::String(text, _)] if matches!(text.as_slice(), [one] if MARKS.contains(one)));
        let is_inside = place.e >= bounds.left - 1.0
            && place.e <= bounds.right - least
            && place.f >= bounds.bottom - 1.0
            && place.f <= bounds.top;
        let lightness = state.filling.colour.and_then(Colour::lightness);
        let is_seen = lightness.is_some_and(|mark| (mark - self.paper).abs() >= LEAST_CONTRAST);
        is_one
            && is_inside
            && is_seen
            && state.text.rendering_mode == 0
            && state.text.font.as_ref().is_some_and(|font| has_marks(font))
            && state.text.size * place.d >= least
            && state.text.size * place.a >= least
    }
}

/// Whether every point lies near an edge of the box.
fn is_frame(points: &[Point], bounds: Bounds) -> bool {
    let near = FRAME * bounds.width().min(bounds.height());
    let Bounds { left, bottom, right, top } = bounds;
    points.iter().all(|(x, y)| (x - left).min(right - x).min(y - bottom).min(top - y) <= near)
}

/// Whether the path goes around most of the box.
fn is_whole(points: &[Point], bounds: Bounds) -> bool {
    let all = Bounds::around(points.iter().copied());
    all.width() >= 0.8 * bounds.width() && all.height() >= 0.8 * bounds.height()
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
        ] {
            assert_eq!(shown(unclear), ButtonAppearance::Unclear, "{unclear}");
        }
        assert_eq!(within(Bounds::new(0.0, 0.0, 300.0, 20.0), ""), ButtonAppearance::Unclear);
    }
}
