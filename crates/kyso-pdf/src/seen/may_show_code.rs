//! Whether a page may show a QR symbol, without drawing the page: that takes a hundred times as long.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId};

use crate::content::form::Appearance;
use crate::file::document::Document;
use crate::file::stream::take_decoded_within;
use crate::page::Page;

/// Sides of the smallest symbol, in modules (ISO/IEC 18004, 6.3.1): no picture of one has fewer pixels.
const LEAST_SIDE: i64 = 21;
/// The smallest symbol has more dark runs than this; a page with fewer boxes has none that is drawn by boxes.
const BOXES: usize = 60;
/// Decoded bytes and forms that are searched. A page with more may have a symbol.
const MAX_BYTES: usize = 4 << 20;
const MAX_FORMS: usize = 200;
/// Most annotations that are searched.
const MAX_ANNOTATIONS: usize = 500;

impl Page {
    /// Whether a page, or an annotation on it, may show a QR symbol: it has a picture, many boxes, or a pattern. `false` is
    /// sure but for symbols made of characters, in a font whose characters are modules; what can't be read counts as
    /// `true`.
    pub fn may_show_code(&self, document: &Document<'_>) -> bool {
        let mut search = Search { document, seen: HashSet::new(), bytes: 0, boxes: 0 };
        search.page(self).unwrap_or(true)
    }
}

struct Search<'d, 'a> {
    document: &'d Document<'a>,
    seen: HashSet<ObjectId>,
    bytes: usize,
    boxes: usize,
}

/// Whether there may be a symbol; `None` where the page can't be read.
type Answer = Option<bool>;

impl Search<'_, '_> {
    fn page(&mut self, page: &Page) -> Answer {
        let content = page.content_within(self.document, MAX_BYTES).ok()?;
        if self.content(&content, &page.resources)? {
            return Some(true);
        }
        let Object::Array(annotations) = self.document.get(&page.dictionary, b"Annots").ok()? else {
            return Some(false);
        };
        if annotations.len() > MAX_ANNOTATIONS {
            return Some(true);
        }
        for annotation in &annotations {
            let Object::Dictionary(annotation) = self.document.resolve_value(annotation).ok()? else { continue };
            for form in Appearance::all_forms(self.document, &annotation).ok()? {
                let Some(dictionary) = self.document.dictionary_at(form).ok()? else { continue };
                if dictionary.has(b"BBox") && self.drawn(form, &dictionary)? {
                    return Some(true);
                }
            }
        }
        Some(false)
    }

    fn content(&mut self, content: &[u8], resources: &Dictionary) -> Answer {
        self.bytes += content.len();
        self.boxes += boxes(content);
        if self.bytes > MAX_BYTES || self.boxes > BOXES || self.seen.len() > MAX_FORMS || has_inline_picture(content) {
            return Some(true);
        }
        if self.entries(resources, b"Pattern")?.iter().any(|(_, pattern)| !pattern.is_null()) {
            return Some(true);
        }
        for (_, font) in &self.entries(resources, b"Font")? {
            let font = self.document.resolve_value(font).ok()?;
            if matches!(&font, Object::Dictionary(font) if font.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Type3"))
            {
                return Some(true);
            }
        }
        for (_, object) in &self.entries(resources, b"XObject")? {
            let Object::Reference(id) = object else { continue };
            let Some(Object::Dictionary(dictionary)) = self.document.value(*id).ok()? else { continue };
            if self.drawn(*id, &dictionary)? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// A picture or a form.
    fn drawn(&mut self, id: ObjectId, dictionary: &Dictionary) -> Answer {
        if !self.seen.insert(id) {
            return Some(false);
        }
        if dictionary.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Image") {
            let side = |key: &[u8]| match self.document.get(dictionary, key) {
                Ok(Object::Integer(side)) => Some(side),
                _ => None,
            };
            return Some(side(b"Width")? >= LEAST_SIDE && side(b"Height")? >= LEAST_SIDE);
        }
        let Object::Stream(mut form) = self.document.object(id).ok()? else { return Some(false) };
        let content = take_decoded_within(self.document, &mut form, MAX_BYTES).ok()?;
        let resources = self.document.dictionary(&form.dict, b"Resources").ok()?;
        self.content(&content, &resources)
    }

    fn entries(&self, resources: &Dictionary, kind: &[u8]) -> Option<Dictionary> {
        match self.document.get(resources, kind).ok()? {
            Object::Dictionary(entries) => Some(entries),
            _ => Some(Dictionary::new()),
        }
    }
}

/// Rectangles and closed paths of a content stream. Those in a string count too, which does no harm.
fn boxes(content: &[u8]) -> usize {
    let words = content.split(|byte| byte.is_ascii_whitespace());
    words.filter(|word| matches!(*word, b"re" | b"h" | b"s" | b"b" | b"b*")).count()
}

fn has_inline_picture(content: &[u8]) -> bool {
    content.split(|byte| byte.is_ascii_whitespace()).any(|word| word == b"BI")
}
