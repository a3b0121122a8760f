//! Typefaces for text whose own isn't in the file.

use std::sync::Arc;

use hayro::hayro_interpret::FontResolverFn;
use hayro::hayro_interpret::font::{FontData, FontQuery, StandardFont};
use kyso_pdf::typeface::Face;

/// The official papers' typeface where the file asks for one like Times: it has all Vietnamese letters. Else what the
/// renderer brings.
pub(crate) fn resolver() -> FontResolverFn {
    Arc::new(|query| {
        let font = match query {
            FontQuery::Standard(font) => *font,
            FontQuery::Fallback(wanted) => wanted.pick_standard_font(),
        };
        let face = match font {
            StandardFont::TimesRoman => Face::Regular,
            StandardFont::TimesBold => Face::Bold,
            StandardFont::TimesItalic => Face::Italic,
            other => return Some(other.get_font_data()),
        };
        let data: FontData = Arc::new(face.file());
        Some((data, 0))
    })
}
