//! Fonts as far as reading needs them: from the bytes of a string to characters and widths.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::{Dictionary, Object};
use unicode_normalization::UnicodeNormalization;

use super::encoding::{CodeMap, Encoding, ToUnicode, named, of_glyph};
use crate::Document;
use crate::error::Error;
use crate::page::number_of;
use crate::seen::text::Typeface;
use crate::typeface::{Face, Metrics};

/// A code of a string shown.
pub(crate) struct Code {
    /// The text that the code stands for; empty where it isn't known.
    pub(crate) text: String,
    /// How far it moves on, in text space units for a size of 1.
    pub(crate) width: f64,
    /// Whether word spacing applies: the single byte 32 (ISO 32000-2, 9.3.3).
    pub(crate) is_space: bool,
}

impl Code {
    /// A byte of which nobody can tell what it stands for, nor how wide it is.
    pub(super) fn unknown(byte: u8, width: f64) -> Self {
        Self { text: String::new(), width, is_space: byte == b' ' }
    }
}

/// What a font dictionary says.
#[derive(Debug)]
pub(crate) struct Font {
    /// The kind of type, for checks of typography.
    pub(crate) face: Arc<Typeface>,
    to_unicode: Option<ToUnicode>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// One byte a code (9.6).
    Simple { encoding: Encoding, first: i64, widths: Vec<f64>, missing: f64 },
    /// Codes as its CMap says (9.7); of the predefined ones, all are read as Identity-H.
    Composite { codes: CodeMap, widths: Widths, default: f64 },
}

/// First code of a range → last code and width.
type Widths = BTreeMap<u32, (u32, f64)>;

impl Font {
    /// Reads a font dictionary.
    pub(crate) fn read(document: &Document<'_>, font: &Dictionary) -> Result<Self, Error> {
        let to_unicode = match document.get(font, b"ToUnicode")? {
            Object::Stream(mut stream) => document.take_decoded(&mut stream).ok().map(|cmap| ToUnicode::parse(&cmap)),
            _ => None,
        };
        let kind = match name(document, font, b"Subtype")?.as_slice() {
            b"Type0" => composite(document, font)?,
            _ => simple(document, font)?,
        };
        let face = Arc::new(face(document, font, to_unicode.is_some())?);
        Ok(Self { face, to_unicode, kind })
    }

    /// How many entries its tables have.
    pub(super) fn entries(&self) -> usize {
        let codes = match &self.kind {
            Kind::Simple { widths, .. } => widths.len(),
            Kind::Composite { codes, widths, .. } => codes.entries() + widths.len(),
        };
        codes + self.to_unicode.as_ref().map_or(0, ToUnicode::entries)
    }

    /// The codes of a string.
    pub(crate) fn codes<'s>(&'s self, mut string: &'s [u8]) -> impl Iterator<Item = Code> + 's {
        std::iter::from_fn(move || {
            let length = match &self.kind {
                Kind::Simple { .. } => 1,
                Kind::Composite { codes, .. } => codes.length(string),
            };
            let (bytes, rest) = string.split_at_checked(length).filter(|_| length > 0)?;
            string = rest;
            let code = bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
            Some(Code { text: self.text(code), width: self.width(code), is_space: bytes == b" " })
        })
    }

    fn text(&self, code: u32) -> String {
        if let Some(text) = self.to_unicode.as_ref().and_then(|cmap| cmap.text(code)) {
            return text;
        }
        match &self.kind {
            Kind::Simple { encoding, .. } => {
                encoding.get(code as usize).copied().flatten().map(String::from).unwrap_or_default()
            }
            Kind::Composite { .. } => String::new(),
        }
    }

    fn width(&self, code: u32) -> f64 {
        match &self.kind {
            Kind::Simple { first, widths, missing, .. } => usize::try_from(i64::from(code) - first)
                .ok()
                .and_then(|index| widths.get(index))
                .copied()
                .unwrap_or(*missing),
            Kind::Composite { codes, widths, default } => {
                let glyph = codes.glyph(code);
                match widths.range(..=glyph).next_back() {
                    Some((_, (last, width))) if glyph <= *last => *width,
                    _ => *default,
                }
            }
        }
    }
}

/// What kind of type a font is: by its names, and by its descriptor (9.8).
fn face(document: &Document<'_>, font: &Dictionary, has_unicode: bool) -> Result<Typeface, Error> {
    let written = String::from_utf8_lossy(&name(document, font, b"BaseFont")?).into_owned();
    let plain = match written.split_once('+') {
        Some((tag, name)) if tag.len() == 6 && tag.bytes().all(|byte| byte.is_ascii_uppercase()) => name.to_owned(),
        _ => written,
    };
    let is_composite = name(document, font, b"Subtype")? == b"Type0";
    let holder = match document.get(font, b"DescendantFonts")? {
        Object::Array(items) => match items.first().map(|item| document.resolve(item)).transpose()? {
            Some(Object::Dictionary(descendant)) => descendant,
            _ => Dictionary::new(),
        },
        _ => font.clone(),
    };
    let descriptor = document.dictionary(&holder, b"FontDescriptor")?;
    let (flags, weight) = (document.get(&descriptor, b"Flags")?, document.get(&descriptor, b"FontWeight")?);
    let flag = |bit: i64| matches!(flags, Object::Integer(flags) if flags & bit != 0);
    let lower = plain.to_ascii_lowercase();
    Ok(Typeface {
        is_embedded: [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|key| descriptor.has(key))
            || name(document, font, b"Subtype")? == b"Type3",
        // The codes of a simple font mean something by its encoding.
        has_unicode: has_unicode || !is_composite,
        is_bold: ["bold", "black", "heavy"].iter().any(|word| lower.contains(word))
            || flag(1 << 18)
            || number_of(&weight).is_some_and(|weight| weight >= 600.0),
        is_italic: ["italic", "oblique"].iter().any(|word| lower.contains(word)) || flag(1 << 6),
        name: plain,
    })
}

fn simple(document: &Document<'_>, font: &Dictionary) -> Result<Kind, Error> {
    let encoding = encoding(document, font)?;
    // A Type 3 font's widths are in its own glyph space (9.6.4).
    let unit = match numbers(document, &document.get(font, b"FontMatrix")?)?.first() {
        Some(unit) if *unit > 0.0 => *unit,
        _ => 0.001,
    };
    let mut widths = numbers(document, &document.get(font, b"Widths")?)?;
    let first = document.get(font, b"FirstChar")?.as_i64().unwrap_or(0);
    if widths.is_empty() {
        let base = name(document, font, b"BaseFont")?;
        return Ok(Kind::Simple { widths: standard_widths(&base, &encoding)?, encoding, first: 0, missing: 0.5 });
    }
    for width in &mut widths {
        *width *= unit;
    }
    let missing = match document.get(font, b"FontDescriptor")? {
        Object::Dictionary(descriptor) => number_of(&document.get(&descriptor, b"MissingWidth")?).unwrap_or(0.0) * unit,
        _ => 0.0,
    };
    Ok(Kind::Simple { encoding, first, widths, missing })
}

fn encoding(document: &Document<'_>, font: &Dictionary) -> Result<Encoding, Error> {
    let dictionary = match document.get(font, b"Encoding")? {
        Object::Name(name) => return Ok(named(&name)),
        Object::Dictionary(dictionary) => dictionary,
        _ => return Ok(named(b"StandardEncoding")),
    };
    let base = name(document, &dictionary, b"BaseEncoding")?;
    let mut encoding = named(&base);
    if let Object::Array(differences) = document.get(&dictionary, b"Differences")? {
        let mut code = 0;
        for item in differences {
            match document.resolve(&item)? {
                Object::Integer(number) => code = usize::try_from(number).unwrap_or(usize::MAX),
                Object::Name(glyph) => {
                    if let Some(entry) = encoding.get_mut(code) {
                        *entry = of_glyph(&glyph);
                    }
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }
    Ok(encoding)
}

/// Widths of the standard 14 fonts, which need none in the file (9.6.2.2): Courier's are all alike, Times' are those
/// of our own typeface, Helvetica's are near enough to find lines by.
fn standard_widths(base: &[u8], encoding: &Encoding) -> Result<Vec<f64>, Error> {
    let base = String::from_utf8_lossy(base).to_ascii_lowercase();
    if base.contains("courier") {
        return Ok(vec![0.6; encoding.len()]);
    }
    let times = Metrics::of(if base.contains("bold") { Face::Bold } else { Face::Regular })?;
    let stretch = if base.contains("times") { 1.0 } else { 1.12 };
    Ok(encoding
        .iter()
        .map(|letter| {
            let width = letter.and_then(|letter| {
                std::iter::once(letter).nfc().map(|letter| times.glyph(letter).map(|glyph| times.width(glyph))).sum()
            });
            width.map_or(0.5, |thousandths: u32| f64::from(thousandths) / 1000.0) * stretch
        })
        .collect())
}

fn composite(document: &Document<'_>, font: &Dictionary) -> Result<Kind, Error> {
    let (mut widths, mut default) = (Widths::new(), 1.0);
    if let Object::Array(descendants) = document.get(font, b"DescendantFonts")?
        && let Some(descendant) = descendants.first()
        && let Object::Dictionary(descendant) = document.resolve(descendant)?
    {
        if let Some(width) = number_of(&document.get(&descendant, b"DW")?) {
            default = width / 1000.0;
        }
        if let Object::Array(entries) = document.get(&descendant, b"W")? {
            widths = composite_widths(document, &entries)?;
        }
    }
    let codes = match document.get(font, b"Encoding")? {
        Object::Stream(mut cmap) => CodeMap::parse(&document.take_decoded(&mut cmap)?),
        _ => CodeMap::identity(),
    };
    Ok(Kind::Composite { codes, widths, default })
}

/// /W: `first [w w …]` and `first last w` (9.7.4.3).
fn composite_widths(document: &Document<'_>, entries: &[Object]) -> Result<Widths, Error> {
    let mut widths = Widths::new();
    let mut entries = entries.iter();
    let code = |object: &Object| number_of(object).filter(|code| (0.0..=65_535.0).contains(code)).map(truncated);
    while let (Some(first), Some(second)) = (entries.next(), entries.next()) {
        let (first, second) = (code(&document.resolve(first)?), document.resolve(second)?);
        let Some(first) = first else { break };
        if let Object::Array(_) = second {
            for (code, width) in (first..).zip(numbers(document, &second)?) {
                widths.insert(code, (code, width / 1000.0));
            }
        } else if let (Some(last), Some(third)) = (code(&second), entries.next())
            && let Some(width) = number_of(&document.resolve(third)?)
        {
            widths.insert(first, (last, width / 1000.0));
        } else {
            break;
        }
    }
    Ok(widths)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast holds it within the range of the target"
)]
fn truncated(code: f64) -> u32 {
    code as u32
}

/// The numbers of an array; none where it's no array.
pub(super) fn numbers(document: &Document<'_>, array: &Object) -> Result<Vec<f64>, Error> {
    let Object::Array(items) = array else { return Ok(Vec::new()) };
    items.iter().map(|item| Ok(number_of(&document.resolve(item)?).unwrap_or(0.0))).collect()
}

/// A name, resolved; empty where there's none.
pub(super) fn name(document: &Document<'_>, dictionary: &Dictionary, key: &[u8]) -> Result<Vec<u8>, Error> {
    Ok(match document.get(dictionary, key)? {
        Object::Name(name) => name,
        _ => Vec::new(),
    })
}
