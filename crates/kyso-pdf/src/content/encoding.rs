//! What the codes of a font mean (ISO 32000-2, 9.6.5 and 9.10): encodings of simple fonts, and ToUnicode CMaps.

use std::collections::BTreeMap;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, dictionary};

/// Entries that a CMap may have: all of Unicode's first plane.
const MAX_ENTRIES: usize = 65_536;
/// Code spaces that a CMap may have.
const MAX_SPACES: usize = 100;
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
pub(crate) struct ToUnicode {
    /// First code of a range → last code, text of the first.
    ranges: BTreeMap<u32, (u32, Vec<u16>)>,
}

impl ToUnicode {
    /// Reads the bfchar and bfrange sections; what's broken is passed over.
    pub(crate) fn parse(cmap: &[u8]) -> Self {
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

    pub(super) fn entries(&self) -> usize {
        self.ranges.len()
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

/// An embedded CMap of a composite font: how long codes are, and which glyph each one means (9.7.5).
#[derive(Debug, Default)]
pub(super) struct CodeMap {
    /// Length in bytes, first and last code.
    spaces: Vec<(usize, u32, u32)>,
    /// First code of a range → last code, CID of the first.
    glyphs: BTreeMap<u32, (u32, u32)>,
}

impl CodeMap {
    /// Identity-H: two bytes a code, which is the CID.
    pub(super) fn identity() -> Self {
        Self { spaces: vec![(2, 0, 0xFFFF)], glyphs: BTreeMap::from([(0, (0xFFFF, 0))]) }
    }

    /// Reads the code spaces and the CID sections; what's broken is passed over.
    pub(super) fn parse(cmap: &[u8]) -> Self {
        let mut this = Self::default();
        let mut range = |first: &Object, last: &Object, cid: &Object| {
            let cid = cid.as_i64().ok().and_then(|cid| u32::try_from(cid).ok());
            if let (Some(first), Some(last), Some(cid)) = (number(first), number(last), cid)
                && this.glyphs.len() < MAX_ENTRIES
            {
                this.glyphs.insert(first, (last, cid));
            }
        };
        for operation in Content::<Vec<Operation>>::decode_iter(cmap).map_while(Result::ok) {
            match operation.operator.as_str() {
                "endcodespacerange" => {
                    for [first, last] in operation.operands.as_chunks::<2>().0 {
                        if let (Object::String(bytes, _), Some(first), Some(last)) =
                            (first, number(first), number(last))
                            && this.spaces.len() < MAX_SPACES
                        {
                            this.spaces.push((bytes.len(), first, last));
                        }
                    }
                }
                "endcidchar" => {
                    operation.operands.as_chunks::<2>().0.iter().for_each(|[code, cid]| range(code, code, cid))
                }
                "endcidrange" => {
                    operation.operands.as_chunks::<3>().0.iter().for_each(|[first, last, cid]| range(first, last, cid));
                }
                _ => {}
            }
        }
        if this.spaces.is_empty() { Self { spaces: Self::identity().spaces, ..this } } else { this }
    }

    pub(super) fn entries(&self) -> usize {
        self.glyphs.len()
    }

    /// How many bytes the next code has.
    pub(crate) fn length(&self, bytes: &[u8]) -> usize {
        let mut code = 0_u32;
        for (index, byte) in bytes.iter().take(4).enumerate() {
            code = code << 8 | u32::from(*byte);
            if self.spaces.iter().any(|(length, first, last)| *length == index + 1 && (first..=last).contains(&&code)) {
                return index + 1;
            }
        }
        self.spaces.iter().map(|(length, ..)| *length).min().unwrap_or(2)
    }

    /// The CID of a code; 0 where there's none.
    pub(super) fn glyph(&self, code: u32) -> u32 {
        match self.glyphs.range(..=code).next_back() {
            Some((first, (last, cid))) if code <= *last => cid.saturating_add(code - first),
            _ => 0,
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
    use super::*;

    #[test]
    fn glyph_names_are_known() {
        assert_eq!(of_glyph(b"A"), Some('A'));
        assert_eq!(of_glyph(b"dcroat"), Some('\u{111}'));
        assert_eq!(of_glyph(b"uni1EA4"), Some('\u{1ea4}'));
        assert_eq!(of_glyph(b"u1EF9"), Some('\u{1ef9}'));
        assert_eq!(of_glyph(b"a.sc"), Some('a'));
        assert_eq!(of_glyph(b"ugrave"), Some('ù'));
        assert_eq!(of_glyph(b"g123"), None);
        assert_eq!(of_glyph(b".notdef"), None);
    }

    #[test]
    fn encodings_of_simple_fonts() {
        assert_eq!(named(b"WinAnsiEncoding")[0xE2], Some('\u{e2}'));
        assert_eq!(named(b"MacRomanEncoding")[0x89], Some('\u{e2}'));
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
        assert_eq!(cmap.text(1).unwrap(), "\u{1ee6}");
        assert_eq!(cmap.text(2).unwrap(), "fi");
        assert_eq!(cmap.text(0x12).unwrap(), "c");
        assert_eq!(cmap.text(0x21).unwrap(), "\u{111}");
        assert_eq!(cmap.text(0x22), None);
        assert_eq!(cmap.text(0), None);
    }

    #[test]
    fn embedded_cmaps_say_how_long_codes_are() {
        let map = CodeMap::parse(
            b"2 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange \
              1 begincidchar <20> 3 endcidchar 1 begincidrange <8001> <8010> 40 endcidrange",
        );
        assert_eq!((map.length(b" A"), map.length(b"\x80\x02")), (1, 2));
        assert_eq!((map.glyph(0x20), map.glyph(0x8002), map.glyph(0x21)), (3, 41, 0));
        assert_eq!(CodeMap::parse(b"").length(b"AB"), 2);
        assert_eq!(CodeMap::identity().glyph(0x1234), 0x1234);
    }

    #[test]
    fn a_range_over_everything_is_one_entry() {
        let cmap = ToUnicode::parse(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");
        assert_eq!(cmap.ranges.len(), 1);
        assert_eq!(cmap.text(1).unwrap(), "B");
    }
}
