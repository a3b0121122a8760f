//! Whether a field's appearance shows its text as people read text: in a colour that differs from what lies under it,
//! large enough, upright, within its box, with nothing drawn over it.

use std::collections::HashSet;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};

use super::field_text::is_plain;
use crate::content::matrix::{through, times};
use crate::error::Error;
use crate::file::document::Document;
use crate::page::{number_of, rectangle};

/// Operations of one default appearance.
const MAX_OPERATIONS: usize = 20_000;
/// Smaller text isn't read, in points.
pub(super) const LEAST_SIZE: f64 = 3.0;
/// Text of more than this many times its field's height isn't seen whole.
pub(super) const LARGEST_SIZE: f64 = 1.5;
/// Larger text fills no form, in points, where the field's height isn't known.
const LARGEST: f64 = 144.0;
/// Text that is as light or dark as this as what lies under it isn't seen (0 black, 1 white).
pub(super) const LEAST_CONTRAST: f64 = 0.15;
/// An appearance that is drawn larger or smaller than it says by more than this isn't seen as it says.
const MOST_SCALE: f64 = 2.0;

/// Left, bottom, right, top.
pub(super) type Box4 = [f64; 4];

/// How a field sets its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting {
    /// In lines, of which those that don't fit are cut off.
    pub(crate) multiline: bool,
    /// In cells, a letter in each.
    pub(crate) comb: bool,
}

impl Document<'_> {
    /// Whether the widget's form draws text, a background, a border, and no more.
    pub fn shows_plainly(&self, form: ObjectId, widget: &Dictionary, setting: Setting) -> Result<bool, Error> {
        let Object::Stream(mut stream) = self.object(form)? else { return Ok(true) };
        // Nothing is seen of a field without area, and nothing is said.
        let Some(place) = rectangle(self, widget, b"Rect")? else { return Ok(true) };
        let Some(bounds) = rectangle(self, &stream.dict, b"BBox")? else { return Ok(false) };
        if stream.dict.has(b"OC") || !self.is_drawn_as_it_says(&stream.dict, bounds, widget, place)? {
            return Ok(false);
        }
        let Ok(content) = self.decode(&mut stream) else { return Ok(false) };
        let resources = match self.get(&stream.dict, b"Resources")? {
            Object::Dictionary(resources) => resources,
            _ => Dictionary::new(),
        };
        let states = self.get(&resources, b"ExtGState")?;
        if matches!(states, Object::Dictionary(states) if !states.is_empty()) {
            return Ok(false);
        }
        let mut composite = HashSet::new();
        if let Object::Dictionary(fonts) = self.get(&resources, b"Font")? {
            for (name, font) in fonts.iter() {
                if let Object::Dictionary(font) = self.resolve(font)? {
                    if self.lies(&font)? {
                        return Ok(false);
                    }
                    if matches!(font.get(b"Subtype").and_then(Object::as_name), Ok(b"Type0")) {
                        composite.insert(name.clone());
                    }
                }
            }
        }
        Ok(is_plain(&content, bounds, setting, &|font| composite.contains(font)))
    }

    /// Whether the form comes to the page about as large as it is, upright but for the turn that the widget asks for.
    fn is_drawn_as_it_says(
        &self,
        form: &Dictionary,
        [left, bottom, right, top]: Box4,
        widget: &Dictionary,
        [x0, y0, x1, y1]: Box4,
    ) -> Result<bool, Error> {
        let own = self.matrix_of(form)?;
        let corners = [(left, bottom), (right, bottom), (right, top), (left, top)].map(|(x, y)| through(own, x, y));
        let least = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::INFINITY, f64::min);
        let most = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
        let (wide, high) = (most(|c| c.0) - least(|c| c.0), most(|c| c.1) - least(|c| c.1));
        if wide <= 0.0 || high <= 0.0 {
            return Ok(false);
        }
        let [a, b, c, d, ..] = times(own, [(x1 - x0) / wide, 0.0, 0.0, (y1 - y0) / high, 0.0, 0.0]);
        let (across, up) = (a.hypot(b), c.hypot(d));
        let fits = |scale: f64| (1.0 / MOST_SCALE..=MOST_SCALE).contains(&scale);
        let turn = match self.get(widget, b"MK")? {
            Object::Dictionary(look) => self.get(&look, b"R")?.as_i64().unwrap_or(0).rem_euclid(360),
            _ => 0,
        };
        let square = (a * c + b * d).abs() <= 0.01 * across * up && a * d - b * c > 0.0;
        let headlong = a < -0.01 * across;
        Ok(fits(across) && fits(up) && square && (!headlong || turn == 180))
    }

    /// A font that brings no glyphs is drawn by its encoding: a /ToUnicode beside that can only say something else.
    fn lies(&self, font: &Dictionary) -> Result<bool, Error> {
        let simple = !matches!(font.get(b"Subtype").and_then(Object::as_name), Ok(b"Type0" | b"Type3"));
        let embedded = match self.get(font, b"FontDescriptor")? {
            Object::Dictionary(descriptor) => {
                [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|key| descriptor.has(key))
            }
            _ => false,
        };
        Ok(simple && !embedded && font.has(b"ToUnicode"))
    }
}

/// How light the colour of these components is; `None` for a pattern, or a count that no device has.
pub(super) fn lightness(operands: &[Object]) -> Option<f64> {
    let components: Option<Vec<f64>> = operands.iter().map(number_of).collect();
    match components?.as_slice() {
        [gray] => Some(*gray),
        [red, green, blue] => Some(0.3 * red + 0.59 * green + 0.11 * blue),
        [cyan, magenta, yellow, black] => Some((1.0 - black) * (1.0 - (cyan + magenta + yellow) / 3.0)),
        _ => None,
    }
}

/// Whether the colour space is one whose components say how light a colour is.
pub(super) fn is_of_a_device(operands: &[Object]) -> bool {
    matches!(operands, [Object::Name(name)] if [&b"DeviceGray"[..], b"DeviceRGB", b"DeviceCMYK"].contains(&&**name))
}

/// Whether what a viewer draws by this default appearance can be read: dark enough on paper, large enough, and not too
/// large for a field of this height.
pub fn reads_well(look: &[u8], height: Option<f64>) -> bool {
    let largest = height.filter(|height| *height > 0.0).map_or(LARGEST, |height| LARGEST_SIZE * height);
    let fits = |size: f64| size == 0.0 || (LEAST_SIZE..=largest.max(LEAST_SIZE)).contains(&size);
    let mut operations = Content::<Vec<Operation>>::decode_iter(look).map_while(Result::ok).take(MAX_OPERATIONS);
    operations.all(|operation| match operation.operator.as_str() {
        "Tf" => operation.operands.get(1).and_then(number_of).is_some_and(fits),
        "g" | "rg" | "k" => lightness(&operation.operands).is_some_and(|light| light <= 1.0 - LEAST_CONTRAST),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_appearance_must_be_read() {
        for fine in ["/Helv 0 Tf 0 g", "0 0 0 rg /Helvetica 12 Tf", "/F 9 Tf", "0 0 0 1 k /F 12 Tf"] {
            assert!(reads_well(fine.as_bytes(), Some(20.0)), "{fine}");
        }
        for bad in
            ["/Helv 0 Tf 1 g", "/Helv 1 Tf 0 g", "3 Tr /Helv 12 Tf 0 g", "/F 12 Tf /Pattern cs /P scn", "/F 300 Tf 0 g"]
        {
            assert!(!reads_well(bad.as_bytes(), Some(20.0)), "{bad}");
            assert!(!reads_well(bad.as_bytes(), None), "{bad}");
        }
    }
}
