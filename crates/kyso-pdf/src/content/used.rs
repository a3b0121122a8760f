//! What of a page's resources may be used: whatever the page's content names, and whatever content without resources of
//! its own names, or with resources that lack the name (ISO 32000-2, 7.8.3).
//!
//! The walk tells what is drawn; this takes what may be. Patterns, soft masks and characters that are content count too, and so
//! does what only some viewers draw.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use lopdf::{Dictionary, Object, ObjectId};

use super::balance::Balance;
use crate::error::Error;
use crate::file::document::Document;

/// Most objects that are looked at.
const MAX_OBJECTS: usize = 100_000;
/// What leads from resources to further content.
const LEADING: [&[u8]; 4] = [b"XObject", b"Pattern", b"Font", b"ExtGState"];

/// Of a page's resources, what its content and the content of `appearances` name: a scanner's or an office program's pages
/// share one dictionary, and it holds what other pages show.
///
/// # Errors
/// [`Error::Input`] where the resources can't be read, [`Error::Budget`] where they lead to too much.
pub(crate) fn used(
    document: &Document<'_>,
    resources: &Dictionary,
    content: &Balance,
    appearances: Vec<Object>,
) -> Result<Dictionary, Error> {
    let mut of_page = BTreeMap::new();
    for (category, entries) in resources {
        if let Object::Dictionary(entries) = document.resolve_value(entries)? {
            of_page.insert(category.clone(), entries);
        }
    }
    let (names, seen) = (BTreeSet::new(), HashSet::new());
    let mut search = Search { document, of_page: &of_page, names, seen, waiting: appearances };
    search.content(&content.names, &Dictionary::new())?;
    while let Some(object) = search.waiting.pop() {
        search.object(&object)?;
    }
    let mut pruned = Dictionary::new();
    for (key, category) in resources {
        let Some(entries) = of_page.get(key) else {
            pruned.set(key.clone(), category.clone());
            continue;
        };
        let mut kept = Dictionary::new();
        for (name, value) in entries {
            // Default colour spaces are used without being named (8.6.5.6).
            let is_default = key == b"ColorSpace" && name.starts_with(b"Default");
            if is_default || search.names.contains(&(key.clone(), name.clone())) {
                kept.set(name.clone(), value.clone());
            }
        }
        pruned.set(key.clone(), kept);
    }
    Ok(pruned)
}

struct Search<'s, 'd, 'a> {
    document: &'d Document<'a>,
    /// The page's resources by category.
    of_page: &'s BTreeMap<Vec<u8>, Dictionary>,
    /// Those that may be used, by category and name.
    names: BTreeSet<(Vec<u8>, Vec<u8>)>,
    seen: HashSet<ObjectId>,
    waiting: Vec<Object>,
}

impl Search<'_, '_, '_> {
    /// Content that uses these names, with its own resources.
    fn content(&mut self, names: &BTreeSet<Vec<u8>>, own: &Dictionary) -> Result<(), Error> {
        for (category, entries) in self.of_page {
            let own = self.document.dictionary(own, category)?;
            for (name, value) in entries.iter().filter(|(name, _)| names.contains(*name)) {
                let has_own = match own.get(name) {
                    Ok(value) => !self.document.resolve_value(value)?.is_null(),
                    Err(_) => false,
                };
                if !has_own && self.names.insert((category.clone(), name.clone())) {
                    self.waiting.push(value.clone());
                }
            }
        }
        for category in LEADING {
            self.waiting.extend(self.document.dictionary(own, category)?.into_iter().map(|(_, value)| value));
        }
        Ok(())
    }

    /// A form, a pattern, a font or a graphics state parameter dictionary.
    fn object(&mut self, object: &Object) -> Result<(), Error> {
        if let Object::Reference(id) = object {
            if !self.seen.insert(*id) {
                return Ok(());
            }
            if self.seen.len() > MAX_OBJECTS {
                let budget = "objects that a page's content names";
                return Err(Error::Budget { budget, limit: MAX_OBJECTS as u64, offset: None });
            }
        }
        let Object::Dictionary(dictionary) = self.document.resolve_value(object)? else { return Ok(()) };
        let own = self.document.dictionary(&dictionary, b"Resources")?;
        // The data of a picture may be the largest part of the file.
        if !matches!(self.document.get(&dictionary, b"Subtype")?, Object::Name(kind) if kind == b"Image") {
            self.stream(object, &own)?;
        }
        for (_, character) in self.document.dictionary(&dictionary, b"CharProcs")? {
            self.stream(&character, &own)?;
        }
        if let Object::Dictionary(mask) = self.document.get(&dictionary, b"SMask")? {
            self.waiting.extend(mask.get(b"G").ok().cloned());
        }
        let font = self.document.items(dictionary.get(b"Font").ok())?;
        self.waiting.extend(font.first().cloned());
        Ok(())
    }

    /// Content, if it's a stream. What can't be decoded uses nothing; whether it can be is asked elsewhere.
    fn stream(&mut self, object: &Object, own: &Dictionary) -> Result<(), Error> {
        let Object::Stream(mut stream) = self.document.resolve(object)? else { return Ok(()) };
        match self.document.take_decoded(&mut stream) {
            Ok(content) => self.content(&Balance::of(&content).names, own),
            Err(Error::Input { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
