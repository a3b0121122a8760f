//! What the codes of a font mean (ISO 32000-2, 9.6.5 and 9.10): encodings of simple fonts, and ToUnicode CMaps.

use std::collections::BTreeMap;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, dictionary};

/// Entries that a CMap may have: all of Unicode's first plane.
const MAX_ENTRIES: usize = 65_536;
/// Longest text that one code may stand for, in UTF-16 units: ligatures need three.
const MAX_UNITS: usize = 16;

/// A simple font's encoding: the character of each code.
pub(super) type Encoding = Vec<Option<char>>;

/// One of the encodings of annex D by its name; StandardEncoding where there's no such name.
pub(super) fn named(name: &[u8]) -> Encoding {
    decode_all(Object::Name(name.to_vec()))
        .or_else(|| decode_all("StandardEncoding".into()))
        .unwrap_or_else(|| vec![None; 256])
}

/// The character of a glyph's name: the Adobe Glyph List's, `uni1EA4`, `u1EA4`, and what stands before a dot.
pub(super) fn of_glyph(name: &[u8]) -> Option<char> {
    let base = name.split(|byte| *byte == b'.').next().filter(|base| !base.is_empty())?;
    let hexadecimal = |digits: &[u8]| {
        std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32)
    };
    match base {
        [b'u', b'n', b'i', digits @ ..] if digits.len() == 4 => hexadecimal(digits),
        [b'u', digits @ ..] if (4..=6).contains(&digits.len()) => hexadecimal(digits).or_else(|| listed(base)),
        _ => listed(base),
    }
}

fn listed(name: &[u8]) -> Option<char> {
    let differences = vec![Object::from(0), Object::Name(name.to_vec())];
    let font = dictionary! { "Type" => "Font", "Encoding" => dictionary! { "Differences" => differences } };
    match font.get_font_encoding(&lopdf::Document::new()) {
        Ok(encoding @ lopdf::Encoding::Differences(_)) => encoding.bytes_to_string(&[0]).ok()?.chars().next(),
        _ => None,
    }
}

fn decode_all(encoding: Object) -> Option<Encoding> {
    let font: Dictionary = dictionary! { "Type" => "Font", "Encoding" => encoding };
    let document = lopdf::Document::new();
    let encoding = font.get_font_encoding(&document).ok()?;
    (0..=u8::MAX).map(|code| encoding.bytes_to_string(&[code]).ok().map(|text| text.chars().next())).collect()
}

/// A ToUnicode CMap: what text each code stands for.
#[derive(Debug, Default)]
pub(super) struct ToUnicode {
    /// First code of a range → last code, text of the first.
    ranges: BTreeMap<u32, (u32, Vec<u16>)>,
}

impl ToUnicode {
    /// Reads the bfchar and bfrange sections; what's broken is passed over.
    pub(super) fn parse(cmap: &[u8]) -> Self {
        let mut this = Self::default();
        for operation in Content::<Vec<Operation>>::decode_iter(cmap).map_while(Result::ok) {
            match operation.operator.as_str() {
                "endbfchar" => {
                    for [code, text] in operation.operands.as_chunks::<2>().0 {
                        if let Some(code) = number(code) {
                            this.insert(code, code, text);
                        }
                    }
                }
                "endbfrange" => {
                    for [first, last, text] in operation.operands.as_chunks::<3>().0 {
                        if let (Some(first), Some(last)) = (number(first), number(last)) {
                            this.insert(first, last, text);
                        }
                    }
                }
                _ => {}
            }
        }
        this
    }

    /// The text of a code.
    pub(super) fn text(&self, code: u32) -> Option<String> {
        let (first, (last, units)) = self.ranges.range(..=code).next_back()?;
        if code > *last {
            return None;
        }
        let mut units = units.clone();
        if let Some(unit) = units.last_mut() {
            *unit = unit.wrapping_add(u16::try_from(code - first).ok()?);
        }
        String::from_utf16(&units).ok()
    }

    fn insert(&mut self, first: u32, last: u32, text: &Object) {
        match text {
            Object::String(bytes, _) if first <= last && self.ranges.len() < MAX_ENTRIES => {
                let units = bytes.as_chunks::<2>().0.iter().take(MAX_UNITS).map(|pair| u16::from_be_bytes(*pair));
                self.ranges.insert(first, (last, units.collect()));
            }
            Object::Array(texts) => {
                for (code, text) in (first..=last).zip(texts) {
                    if matches!(text, Object::String(..)) {
                        self.insert(code, code, text);
                    }
                }
            }
            _ => {}
        }
    }
}

fn number(code: &Object) -> Option<u32> {
    match code {
        Object::String(bytes, _) if (1..=4).contains(&bytes.len()) => {
            Some(bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn glyph_names_are_known() {
        assert_eq!(of_glyph(b"A"), Some('A'));
        assert_eq!(of_glyph(b"dcroat"), Some('đ'));
        assert_eq!(of_glyph(b"uni1EA4"), Some('Ấ'));
        assert_eq!(of_glyph(b"u1EF9"), Some('ỹ'));
        assert_eq!(of_glyph(b"a.sc"), Some('a'));
        assert_eq!(of_glyph(b"ugrave"), Some('ù'));
        assert_eq!(of_glyph(b"g123"), None);
        assert_eq!(of_glyph(b".notdef"), None);
    }

    #[test]
    fn encodings_of_simple_fonts() {
        assert_eq!(named(b"WinAnsiEncoding")[0xE2], Some('â'));
        assert_eq!(named(b"MacRomanEncoding")[0x89], Some('â'));
        assert_eq!(named(b"StandardEncoding")[0x27], Some('’'));
        assert_eq!(named(b"Nonsense")[0x41], Some('A'));
    }

    #[test]
    fn cmaps_have_characters_ranges_and_lists() {
        let cmap = ToUnicode::parse(
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n\
              2 beginbfchar <0001> <1EE6> <0002> <00660069> endbfchar\n\
              2 beginbfrange <0010> <0012> <0061> <0020> <0021> [<0110> <0111>] endbfrange endcmap",
        );
        assert_eq!(cmap.text(1).unwrap(), "Ủ");
        assert_eq!(cmap.text(2).unwrap(), "fi");
        assert_eq!(cmap.text(0x12).unwrap(), "c");
        assert_eq!(cmap.text(0x21).unwrap(), "đ");
        assert_eq!(cmap.text(0x22), None);
        assert_eq!(cmap.text(0), None);
    }

    #[test]
    fn a_range_over_everything_is_one_entry() {
        let cmap = ToUnicode::parse(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");
        assert_eq!(cmap.ranges.len(), 1);
        assert_eq!(cmap.text(1).unwrap(), "B");
    }
}
