//! The entries that programs write into a field that they fill in, beside its value.

use super::Comparison;
use crate::error::Error;
use crate::pdf::geometry::Bounds;
use crate::pdf::{Dictionary, Object, READ_ONLY, reads_well};

/// The print, read-only, locked and locked-contents flags of annotations: none hides anything on the screen.
const MAY_BE_SET: i64 = 4 | 64 | 128 | 512;
/// A border as wide as this, in points, hides nothing.
const WIDEST_BORDER: f64 = 3.0;
/// A box whose edges moved by less, in points, was rounded.
const ROUNDING: f64 = 0.01;

impl Comparison<'_, '_, '_> {
    /// Whether a program that fills in a field changes this entry of the widget: the field's value and appearance, the flags
    /// that lock the field, and entries that the widget lacked.
    pub(super) fn is_filling(
        &self,
        key: &[u8],
        before: &Dictionary,
        now: &Dictionary,
        page: Option<usize>,
    ) -> Result<bool, Error> {
        let (was, is) = (before.get(key).ok(), now.get(key).ok());
        let value = is.map(|is| self.now.resolve_value(is)).transpose()?;
        let integer = |value: Option<&Object>| value.map_or(Some(0), |value| value.as_i64().ok());
        let set = |may: i64| match (integer(was), integer(is)) {
            (Some(was), Some(is)) => was & !is == 0 && (is & !was) & !may == 0,
            _ => false,
        };
        Ok(match key {
            b"V" | b"AP" | b"AS" | b"I" | b"RV" | b"TI" | b"M" => true,
            b"Ff" => set(READ_ONLY),
            b"F" => set(MAY_BE_SET),
            b"Q" => matches!(is, None | Some(Object::Integer(0..=2))),
            // Programs that draw a value say how they did.
            b"DA" => match is.map(|is| self.now.resolve(is)).transpose()? {
                Some(Object::String(appearance, _)) => {
                    let place = self.now.rectangle(now, b"Rect")?;
                    reads_well(&appearance, place.map(Bounds::height))
                }
                _ => false,
            },
            b"BS" => match value {
                Some(Object::Dictionary(style)) => match style.get(b"W") {
                    Ok(width) => width.as_float().is_ok_and(|width| f64::from(width) <= WIDEST_BORDER),
                    Err(_) => true,
                },
                _ => false,
            },
            b"MK" => was.is_none() && matches!(value, Some(Object::Dictionary(appearance)) if appearance.is_empty()),
            b"Type" => was.is_none() && matches!(value, Some(Object::Name(kind)) if kind == b"Annot"),
            b"NM" => was.is_none() && matches!(value, Some(Object::String(..))),
            b"P" => {
                let page = page.and_then(|number| self.signed.lists.get(&number));
                was.is_none() && page.is_some_and(|(page, _)| matches!(is, Some(Object::Reference(is)) if is == page))
            }
            // The highlighting mode, unless it's another appearance.
            b"H" => match value {
                None => true,
                Some(Object::Name(mode)) => matches!(mode.as_slice(), b"N" | b"I" | b"O"),
                _ => false,
            },
            b"Rect" => match (self.before.rectangle(before, key)?, self.now.rectangle(now, key)?) {
                (Some(was), Some(is)) => {
                    was.edges().iter().zip(is.edges()).all(|(was, is)| (was - is).abs() < ROUNDING)
                }
                _ => false,
            },
            _ => false,
        })
    }
}
