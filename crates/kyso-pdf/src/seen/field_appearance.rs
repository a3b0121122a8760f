//! Whether a field's appearance shows its text as people read text: in a colour that differs from what lies under it,
//! large enough, upright, within its box, with nothing drawn over it.

use lopdf::{Dictionary, Object, ObjectId};

use super::field_text::is_plain;
use crate::content::form::{Fitted, FormContent};
use crate::content::operation::Operations;
use crate::content::operator::{Of, Operator};
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::Matrix;

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

/// How a field sets its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting {
    /// In lines, of which those that don't fit are cut off.
    pub(crate) multiline: bool,
    /// In cells, a letter in each.
    pub(crate) comb: bool,
}

impl Setting {
    /// Whether the widget's form draws text, a background, a border, and no more.
    ///
    /// # Errors
    /// [`Error::Input`] and [`Error::Budget`] where the form can't be read.
    pub fn shows_plainly(self, document: &Document<'_>, form: ObjectId, widget: &Dictionary) -> Result<bool, Error> {
        if !document.is_stream(form)? {
            return Ok(true);
        }
        // Nothing is seen of a field without area, and nothing is said.
        if document.rectangle(widget, b"Rect")?.is_none() {
            return Ok(true);
        }
        let Ok(Some(form)) = FormContent::read(document, form) else { return Ok(false) };
        let Some(fitted) = Fitted::of(document, &form.dictionary, widget)? else { return Ok(false) };
        if form.dictionary.has(b"OC") || !is_drawn_as_it_says(document, &fitted, widget)? {
            return Ok(false);
        }
        let resources = document.dictionary(&form.dictionary, b"Resources")?;
        let states = document.get(&resources, b"ExtGState")?;
        if matches!(states, Object::Dictionary(states) if !states.is_empty()) {
            return Ok(false);
        }
        if let Object::Dictionary(fonts) = document.get(&resources, b"Font")? {
            for (_, font) in &fonts {
                if matches!(document.resolve(font)?, Object::Dictionary(font) if lies(document, &font)?) {
                    return Ok(false);
                }
            }
        }
        is_plain(document, &form, fitted.bounds, self)
    }
}

/// Whether the form comes to the page about as large as it is, upright but for the turn that the widget asks for.
pub(super) fn is_drawn_as_it_says(
    document: &Document<'_>,
    fitted: &Fitted,
    widget: &Dictionary,
) -> Result<bool, Error> {
    let Matrix { a, b, c, d, .. } = fitted.state().ctm;
    let (across, up) = (a.hypot(b), c.hypot(d));
    let fits = |scale: f64| (1.0 / MOST_SCALE..=MOST_SCALE).contains(&scale);
    let turn = match document.get(widget, b"MK")? {
        Object::Dictionary(style) => document.get(&style, b"R")?.as_i64().unwrap_or(0).rem_euclid(360),
        _ => 0,
    };
    let square = (a * c + b * d).abs() <= 0.01 * across * up && a * d - b * c > 0.0;
    let headlong = a < -0.01 * across;
    Ok(fitted.is_sure && fits(across) && fits(up) && square && (!headlong || turn == 180))
}

/// A font that brings no glyphs is drawn by its encoding: a /ToUnicode beside that can only say something else.
fn lies(document: &Document<'_>, font: &Dictionary) -> Result<bool, Error> {
    let simple = !matches!(font.get(b"Subtype").and_then(Object::as_name), Ok(b"Type0" | b"Type3"));
    let embedded = match document.get(font, b"FontDescriptor")? {
        Object::Dictionary(descriptor) => {
            [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|key| descriptor.has(key))
        }
        _ => false,
    };
    Ok(simple && !embedded && font.has(b"ToUnicode"))
}

/// Whether what a viewer draws by this default appearance can be read: dark enough on paper, large enough, and not too
/// large for a field of this height.
pub fn reads_well(default: &[u8], height: Option<f64>) -> bool {
    let largest = height.filter(|height| *height > 0.0).map_or(LARGEST, |height| LARGEST_SIZE * height);
    let fits = |size: f64| size == 0.0 || (LEAST_SIZE..=largest.max(LEAST_SIZE)).contains(&size);
    Operations::of(default).map(Operator::of).all(|(operator, is_doubtful)| match operator {
        Operator::Font(_, size) => !is_doubtful && fits(size),
        Operator::DeviceColour(Of::Filling, colour) => {
            !is_doubtful && colour.lightness().is_some_and(|light| light <= 1.0 - LEAST_CONTRAST)
        }
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
