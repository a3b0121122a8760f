//! The typeface of official papers, embedded: Liberation Serif, whose widths are those of Times New Roman
//! (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục I.4 asks for that typeface, in Unicode, black).
//!
//! Vietnamese in NFC has one glyph a letter, so text needs no shaping: a glyph and a width a character.

use std::fmt::Write as _;

use kyso::Error;
use kyso::appearance::draw::compressed;
use kyso::error::{Parameter, Reason};
use kyso_pdf::typeface::{Face, Metrics};
use kyso_pdf::{Dictionary, Object, ObjectId, dictionary};
use subsetter::GlyphRemapper;
use unicode_normalization::UnicodeNormalization;

/// The face's PostScript name.
fn name(face: Face) -> &'static str {
    match face {
        Face::Regular => "LiberationSerif",
        Face::Bold => "LiberationSerif-Bold",
        Face::Italic => "LiberationSerif-Italic",
    }
}

/// Typical stem width in thousandths of an em, for /StemV.
fn stem(face: Face) -> i64 {
    match face {
        Face::Regular | Face::Italic => 80,
        Face::Bold => 140,
    }
}

/// A font that is being used: it knows its widths, and which glyphs to embed in the end.
pub struct Font {
    face: Face,
    metrics: Metrics,
    /// Glyphs in the order of their first use: their number in the subset is their code in the text.
    glyphs: GlyphRemapper,
    /// What each of them stands for, after .notdef.
    letters: Vec<char>,
}

impl Font {
    /// No glyph of it is used yet.
    ///
    /// # Errors
    /// [`Error::Internal`] if the font file in this library is damaged.
    pub fn new(face: Face) -> Result<Self, Error> {
        Ok(Self { face, metrics: Metrics::of(face)?, glyphs: GlyphRemapper::new(), letters: Vec::new() })
    }

    /// Width of a line of text in points, at a size in points.
    ///
    /// # Errors
    /// [`Error::Parameters`] naming the character that has no glyph.
    pub fn width(&self, text: &str, size: f64) -> Result<f64, Error> {
        let mut thousandths = 0;
        for letter in text.nfc() {
            thousandths += self.metrics.width(self.glyph(letter)?);
        }
        Ok(f64::from(thousandths) * size / 1000.0)
    }

    /// The text as codes of two bytes each, for `Tj` and `TJ`; its glyphs will be embedded.
    ///
    /// # Errors
    /// [`Error::Parameters`] naming the character that has no glyph.
    pub fn encode(&mut self, text: &str) -> Result<Vec<u8>, Error> {
        let mut codes = Vec::with_capacity(text.len() * 2);
        for letter in text.nfc() {
            let code = self.glyphs.remap(self.glyph(letter)?);
            if usize::from(code) > self.letters.len() {
                self.letters.push(letter);
            }
            codes.extend(code.to_be_bytes());
        }
        Ok(codes)
    }

    /// Whether any text was encoded.
    pub(crate) fn is_used(&self) -> bool {
        !self.letters.is_empty()
    }

    /// Highest and lowest extent over and under the baseline in points, at a size in points.
    pub fn extent(&self, size: f64) -> (f64, f64) {
        self.metrics.extent(size)
    }

    /// Writes the subset of the glyphs used, as a Type 0 font in Identity-H (ISO 32000-2, 9.7), and gives its object.
    /// The same text gives the same bytes.
    ///
    /// # Errors
    /// [`Error::Internal`] if the font file in this library is damaged.
    pub fn embed(&self, add: &mut dyn FnMut(Object) -> ObjectId) -> Result<ObjectId, Error> {
        let subset = subsetter::subset(self.face.file(), 0, &self.glyphs).map_err(damaged)?;
        let name = format!("{}+{}", tag(&subset), name(self.face));
        let length = i64::try_from(subset.len()).map_err(damaged)?;
        let file = add(compressed(dictionary! { "Length1" => length }, &subset)?.into());
        let glyphs = glyph_count(&subset).ok_or_else(|| damaged("a subset without maxp"))?;
        let cid_set = add(compressed(Dictionary::new(), &cid_set(glyphs))?.into());
        let descriptor = add(self.descriptor(&name, file, cid_set).into());
        let descendant = add(self.cid_font(&name, descriptor).into());
        let to_unicode = add(compressed(Dictionary::new(), self.to_unicode(&name).as_bytes())?.into());
        Ok(add(dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => name.as_str(),
            "Encoding" => "Identity-H",
            "DescendantFonts" => vec![descendant.into()],
            "ToUnicode" => to_unicode,
        }
        .into()))
    }

    fn descriptor(&self, name: &str, file: ObjectId, cid_set: ObjectId) -> Dictionary {
        dictionary! {
            "Type" => "FontDescriptor",
            "FontName" => name,
            // Serif, and symbolic: codes are glyphs of the subset, not letters of a standard set (table 121).
            "Flags" => if self.face == Face::Italic { 2 | 4 | 64 } else { 2 | 4 },
            "FontBBox" => self.metrics.bounds().map(Object::from).to_vec(),
            "ItalicAngle" => self.metrics.italic_angle(),
            "Ascent" => self.metrics.ascent(),
            "Descent" => self.metrics.descent(),
            "CapHeight" => self.metrics.capital_height(),
            "StemV" => stem(self.face),
            "FontFile2" => file,
            // PDF/A-1 wants it of each subset (ISO 19005-1, 6.3.5); the parts after want it to be complete where it is there
            // (ISO 19005-2 and -3, 6.2.11.4.2).
            "CIDSet" => cid_set,
        }
    }

    fn cid_font(&self, name: &str, descriptor: ObjectId) -> Dictionary {
        let widths = self
            .glyphs
            .remapped_gids()
            .map(|glyph| Object::from(i64::from(self.metrics.width(glyph))))
            .collect::<Vec<_>>();
        dictionary! {
            "Type" => "Font",
            "Subtype" => "CIDFontType2",
            "BaseFont" => name,
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "FontDescriptor" => descriptor,
            "W" => vec![Object::from(0), Object::Array(widths)],
            "CIDToGIDMap" => "Identity",
        }
    }

    /// The CMap from codes to Unicode (ISO 32000-2, 9.10.3).
    fn to_unicode(&self, name: &str) -> String {
        let mut cmap = format!(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /{} def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
            name.replace('+', "-")
        );
        // A section holds a hundred entries at most.
        for (chunk, letters) in self.letters.chunks(100).enumerate() {
            let _ = writeln!(cmap, "{} beginbfchar", letters.len());
            for (index, letter) in letters.iter().enumerate() {
                let _ = write!(cmap, "<{:04X}> <", chunk * 100 + index + 1);
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(cmap, "{unit:04X}");
                }
                cmap.push_str(">\n");
            }
            cmap.push_str("endbfchar\n");
        }
        cmap.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        cmap
    }

    fn glyph(&self, letter: char) -> Result<u16, Error> {
        self.metrics
            .glyph(letter)
            .ok_or_else(|| Error::parameters(Parameter::Text, Reason::NoGlyph { letter, typeface: name(self.face) }))
    }
}

/// How many glyphs a font file has (maxp, numGlyphs). A subset has more than were asked for where letters are composed of others.
fn glyph_count(font: &[u8]) -> Option<u16> {
    let table = font.get(12..)?.chunks_exact(16).find(|record| record.starts_with(b"maxp"))?;
    let offset = u32::from_be_bytes(table.get(8..12)?.try_into().ok()?);
    let start = usize::try_from(offset).ok()?.checked_add(4)?;
    Some(u16::from_be_bytes(font.get(start..start.checked_add(2)?)?.try_into().ok()?))
}

/// A bit a CID from 0 on, the highest first (ISO 32000-1, table 124). CIDs are the subset's glyphs, and each is there.
fn cid_set(glyphs: u16) -> Vec<u8> {
    let (whole, rest) = (usize::from(glyphs / 8), glyphs % 8);
    let mut set = vec![0xff; whole];
    if rest > 0 {
        set.push(0xff << (8 - rest));
    }
    set
}

/// Six letters that tell one subset from another (ISO 32000-2, 9.9.2): FNV-1a over the subset's bytes.
fn tag(subset: &[u8]) -> String {
    let mut hash = subset
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    (0..6)
        .map(|_| {
            let letter = b'A' + u8::try_from(hash % 26).unwrap_or(0);
            hash /= 26;
            char::from(letter)
        })
        .collect()
}

fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("embedding a font: {error}"))
}

#[cfg(test)]
mod tests {
    use kyso_pdf::Stream;

    use super::*;

    const LOWER: &str = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ";

    fn embedded(text: &str) -> Vec<Object> {
        let mut font = Font::new(Face::Regular).unwrap();
        font.encode(text).unwrap();
        let mut objects = Vec::new();
        font.embed(&mut |object| {
            objects.push(object);
            (u32::try_from(objects.len()).unwrap(), 0)
        })
        .unwrap();
        objects
    }

    #[test]
    fn every_vietnamese_letter_has_a_glyph() {
        for face in [Face::Regular, Face::Bold, Face::Italic] {
            let mut font = Font::new(face).unwrap();
            let all = format!("{LOWER}{}0123456789 .,;:!?()/–—“”‘’…₫", LOWER.to_uppercase());
            let codes = font.encode(&all).unwrap();
            assert_eq!(codes.len(), all.chars().count() * 2);
            assert_eq!(font.letters.len(), all.chars().count(), "no two letters share a glyph");
        }
    }

    #[test]
    fn decomposed_letters_are_composed() {
        let mut font = Font::new(Face::Bold).unwrap();
        let decomposed = font.encode("U\u{309}y ba\u{300}n").unwrap();
        assert_eq!(decomposed, font.encode("Ủy bàn").unwrap());
        assert_eq!(font.width("U\u{309}", 10.0).unwrap(), font.width("Ủ", 10.0).unwrap());
    }

    #[test]
    fn a_missing_glyph_is_named() {
        let error = Font::new(Face::Regular).unwrap().encode("chữ 印").unwrap_err();
        assert!(error.to_string().contains("'印' (U+5370)"), "{error}");
    }

    #[test]
    fn widths_are_those_of_times() {
        let font = Font::new(Face::Regular).unwrap();
        assert_eq!(font.width("Hamburgefonstiv", 1000.0).unwrap().round(), 6999.0);
    }

    #[test]
    fn its_text_is_read_back_where_it_stands() {
        let mut document = lopdf::Document::with_version("1.7");
        let mut bold = Font::new(Face::Bold).unwrap();
        let hex: String = bold.encode("KT. CHỦ TỊCH").unwrap().iter().map(|byte| format!("{byte:02X}")).collect();
        let content = format!("BT /B 14 Tf 300 300 Td <{hex}> Tj ET").into_bytes();
        let content = document.add_object(Stream::new(Dictionary::new(), content));
        let font = bold.embed(&mut |object| document.add_object(object)).unwrap();
        let pages = document.new_object_id();
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
            "Resources" => dictionary! { "Font" => dictionary! { "B" => font } },
            "MediaBox" => vec![0.into(), 0.into(), 600.into(), 800.into()],
        });
        let tree = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, tree.into());
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        let document = kyso::Document::parse(&bytes).unwrap();
        let lines = kyso_pdf::text::lines(&document, &document.page(1).unwrap()).unwrap();
        assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["KT. CHỦ TỊCH"]);
        assert!((lines[0].rectangle.width - bold.width("KT. CHỦ TỊCH", 14.0).unwrap()).abs() < 0.01);
    }

    #[test]
    fn subsets_are_small_named_and_repeatable() {
        let objects = embedded("Số chứng thực 01");
        assert_eq!(objects, embedded("Số chứng thực 01"));
        assert!(objects[0].as_stream().unwrap().content.len() < 20_000);
        let name = objects[5].as_dict().unwrap().get(b"BaseFont").unwrap().as_name().unwrap().to_vec();
        assert!(name.ends_with(b"+LiberationSerif") && name[..6].iter().all(u8::is_ascii_uppercase), "{name:?}");
        assert_ne!(objects[2], embedded("Số chứng thực 02")[2], "another subset has another tag");
        let cmap = objects[4].as_stream().unwrap().decompressed_content().unwrap();
        assert!(String::from_utf8(cmap).unwrap().contains("<0001> <0053>\n<0002> <1ED1>"));
    }

    /// Letters with marks are composed of others here: those are in the font too, though no text asks for them.
    #[test]
    fn the_set_of_cids_is_that_of_the_glyphs_in_the_file() {
        for text in ["a", "Số chứng thực 01", LOWER] {
            let objects = embedded(text);
            let (file, set) = (objects[0].as_stream().unwrap(), objects[1].as_stream().unwrap());
            let font = file.decompressed_content().unwrap();
            let glyphs = ttf_glyphs(&font);
            let mut font = Font::new(Face::Regular).unwrap();
            let asked = font.encode(text).unwrap().len() / 2;
            assert!(glyphs > font.letters.len() && asked >= font.letters.len(), "{text}");
            let bits = set.decompressed_content().unwrap();
            assert_eq!(bits.len(), glyphs.div_ceil(8), "{text}");
            for cid in 0..bits.len() * 8 {
                let is_set = bits[cid / 8] & (0x80 >> (cid % 8)) != 0;
                assert_eq!(is_set, cid < glyphs, "{text}: CID {cid}");
            }
            assert_eq!(objects[2].as_dict().unwrap().get(b"CIDSet").unwrap().as_reference().unwrap(), (2, 0));
        }
        assert_eq!(cid_set(1), [0x80]);
        assert_eq!(cid_set(8), [0xff]);
        assert_eq!(cid_set(11), [0xff, 0xe0]);
        assert_eq!(glyph_count(b"\0\x01\0\0\0\x01"), None);
    }

    /// By the offsets of glyphs in loca, one more than there are glyphs: maxp isn't asked.
    fn ttf_glyphs(font: &[u8]) -> usize {
        let table = |tag: &[u8]| {
            let record = font[12..].chunks_exact(16).find(|record| record.starts_with(tag)).unwrap();
            let number = |at: usize| u32::from_be_bytes(record[at..at + 4].try_into().unwrap()) as usize;
            &font[number(8)..number(8) + number(12)]
        };
        let is_long = table(b"head")[50..52] == [0, 1];
        table(b"loca").len() / if is_long { 4 } else { 2 } - 1
    }

    #[test]
    fn more_than_a_hundred_letters_take_two_sections() {
        let all = format!("{LOWER}{}", LOWER.to_uppercase());
        let cmap = embedded(&all)[4].as_stream().unwrap().decompressed_content().unwrap();
        let cmap = String::from_utf8(cmap).unwrap();
        assert!(cmap.contains("100 beginbfchar") && cmap.contains("<0065> <"), "{cmap}");
    }
}
