//! The objects of a document (ISO 32000-2, 7.3), parsed when they are asked for: where they stand, plain or in an object
//! stream.

use std::collections::HashSet;
use std::ops::Range;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::document::Document;
use super::parse::{Indirect, Parser};
use super::security::document::{decrypt_strings, plain_text};
use super::shared::Place;
use super::stream::{compressed, extent};
use super::xref::{Location, Section};
use crate::error::Error;

/// Longest chain of references to references.
pub(crate) const MAX_REFERENCES: usize = 32;

/// The text of an object's value as written, wherever it stands.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// The bytes of the value.
    pub(crate) text: Vec<u8>,
    /// Where they stand in the file; `None` in an object stream.
    pub(crate) span: Option<Range<usize>>,
    /// The object whose key encrypts its strings; `None` in an object stream, which is encrypted as a whole.
    pub(crate) encrypted_as: Option<ObjectId>,
}

impl Document<'_> {
    /// Where the object is, by the newest section that speaks of it.
    pub fn locate(&self, number: u32) -> Location {
        self.sections.iter().find_map(|section| section.locate(self.bytes, number)).unwrap_or(Location::Free)
    }

    /// The object that has the number. Some readers (MuPDF, PDFium) come to it by a reference of any generation, others by
    /// its own alone (ISO 32000-2, 7.3.10): who asks what any reader may see follows the number.
    pub fn in_use(&self, number: u32) -> Option<ObjectId> {
        match self.locate(number) {
            Location::Free => None,
            Location::Offset { generation, .. } => Some((number, generation)),
            Location::Compressed { .. } => Some((number, 0)),
        }
    }

    /// Every object number that some section speaks of.
    pub fn numbers(&self) -> HashSet<u32> {
        self.sections.iter().flat_map(Section::numbers).collect()
    }

    /// The object, or null where the cross-reference has none (ISO 32000-2, 7.3.10).
    ///
    /// # Errors
    /// [`Error::Input`] when the cross-reference points at something else than this object.
    pub fn object(&self, id: ObjectId) -> Result<Object, Error> {
        match self.locate(id.0) {
            Location::Free => Ok(Object::Null),
            Location::Offset { generation, .. } if generation != id.1 => Ok(Object::Null),
            Location::Offset { offset, .. } => {
                let indirect = indirect_at(self, id, offset)?;
                let mut object = match (indirect.object, indirect.stream_start) {
                    (Object::Dictionary(dictionary), Some(start)) => {
                        let content = extent(self, id, &dictionary, start)?.to_vec();
                        let mut stream = Stream::new(dictionary, content);
                        stream.start_position = Some(start);
                        Object::Stream(stream)
                    }
                    (object, _) => object,
                };
                if let Some(security) = self.security() {
                    security.decrypt(id, &mut object)?;
                }
                Ok(object)
            }
            Location::Compressed { .. } => {
                let Some((stream, at)) = compressed(self, id)? else { return Ok(Object::Null) };
                let mut parser = Parser::new(&stream.data, at);
                let object = parser.object(0)?;
                self.shared.spend_on_object(parser.position().saturating_sub(at), parser.memory())?;
                Ok(object)
            }
        }
    }

    /// The object as written, without a stream's data; `None` where there is none.
    pub(crate) fn source(&self, id: ObjectId) -> Result<Option<Source>, Error> {
        match self.locate(id.0) {
            Location::Offset { offset, generation } if generation == id.1 => {
                let span = indirect_at(self, id, offset)?.span;
                let text = self.bytes.get(span.clone()).unwrap_or_default().to_vec();
                Ok(Some(Source { text, span: Some(span), encrypted_as: Some(id) }))
            }
            Location::Compressed { .. } => {
                let Some((stream, at)) = compressed(self, id)? else { return Ok(None) };
                let mut parser = Parser::new(&stream.data, at);
                parser.skip_space();
                let start = parser.position();
                parser.object(0)?;
                let text = stream.data.get(start..parser.position()).unwrap_or_default().to_vec();
                self.shared.spend_on_object(text.len(), parser.memory())?;
                Ok(Some(Source { text, span: None, encrypted_as: None }))
            }
            _ => Ok(None),
        }
    }

    /// The object without a stream's data: of a stream, its dictionary.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn value(&self, id: ObjectId) -> Result<Option<Object>, Error> {
        let Some(source) = self.source(id)? else { return Ok(None) };
        let mut parser = Parser::new(&source.text, 0);
        let mut object = parser.object(0)?;
        self.shared.spend_on_object(source.text.len(), parser.memory())?;
        decrypt_strings(self, &source, &mut object);
        Ok(Some(object))
    }

    /// Every reference in an object, of a stream in its dictionary.
    ///
    /// # Errors
    /// [`Error::Input`] where the object can't be read, [`Error::Budget`] where a bound is reached.
    pub fn references(&self, id: ObjectId, each: &mut dyn FnMut(ObjectId)) -> Result<(), Error> {
        let place = match self.locate(id.0) {
            Location::Free => return Ok(()),
            Location::Offset { generation, .. } if generation != id.1 => return Ok(()),
            Location::Offset { offset, .. } => {
                let at = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(self.base));
                at.map(|at| Place::Plain(id, at))
            }
            Location::Compressed { stream, index } => {
                let key = self.streams.borrow().get(&stream).copied();
                key.map(|key| Place::Packed(id, key, index))
            }
        };
        if let Some(place) = &place
            && self.shared.references(place, self.bytes.len(), each)
        {
            return Ok(());
        }
        let Some(source) = self.source(id)? else { return Ok(()) };
        let mut all = Vec::new();
        references_in(&Parser::new(&source.text, 0).object(0)?, &mut |id| all.push(id));
        if let Some(place) = place {
            // What lies in an object stream is there where the stream is.
            self.shared.keep_references(place, source.span.map_or(0, |span| span.end), &all);
        }
        all.into_iter().for_each(each);
        Ok(())
    }

    /// Follows references until a direct object.
    ///
    /// # Errors
    /// [`Error::Input`] when they go in a circle.
    pub fn resolve(&self, object: &Object) -> Result<Object, Error> {
        let mut object = object.clone();
        for _ in 0..MAX_REFERENCES {
            match object {
                Object::Reference(id) => object = self.object(id)?,
                direct => return Ok(direct),
            }
        }
        Err(Error::input("reference", None, "references lead in a circle"))
    }

    /// The value of a key, resolved; null where there is none.
    ///
    /// # Errors
    /// Those of [`resolve`](Self::resolve).
    pub fn get(&self, dictionary: &Dictionary, key: &[u8]) -> Result<Object, Error> {
        dictionary.get(key).map_or(Ok(Object::Null), |value| self.resolve(value))
    }

    /// The dictionary under a key, direct or referred to; empty where there is none.
    ///
    /// # Errors
    /// Those of [`resolve`](Self::resolve).
    pub fn dictionary(&self, holder: &Dictionary, key: &[u8]) -> Result<Dictionary, Error> {
        Ok(match self.get(holder, key)? {
            Object::Dictionary(dictionary) => dictionary,
            _ => Dictionary::new(),
        })
    }

    /// The items of an array, direct or referred to.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn items(&self, array: Option<&Object>) -> Result<Vec<Object>, Error> {
        Ok(match array.map(|array| self.resolve(array)).transpose()? {
            Some(Object::Array(items)) => items,
            _ => Vec::new(),
        })
    }

    /// The dictionary that is the object, or of the stream that is.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn dictionary_at(&self, id: ObjectId) -> Result<Option<Dictionary>, Error> {
        Ok(match self.value(id)? {
            Some(Object::Dictionary(dictionary)) => Some(dictionary),
            _ => None,
        })
    }

    /// As [`resolve`](Self::resolve), but of a stream only the dictionary.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn resolve_value(&self, object: &Object) -> Result<Object, Error> {
        let mut object = object.clone();
        for _ in 0..MAX_REFERENCES {
            match object {
                Object::Reference(id) => object = self.value(id)?.unwrap_or(Object::Null),
                direct => return Ok(direct),
            }
        }
        Err(Error::input("reference", None, "references lead in a circle"))
    }

    /// Whether the object is the same as in `other`, to the letter or as it's read.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn same_text(&self, other: &Document<'_>, id: ObjectId) -> Result<bool, Error> {
        Ok(match (plain_text(self, id)?, plain_text(other, id)?) {
            (Some(mine), Some(theirs)) => mine == theirs && self.same_stream(other, id)?,
            (None, None) => true,
            _ => false,
        })
    }

    /// The catalog's reference.
    ///
    /// # Errors
    /// [`Error::Input`] where the trailer names no catalog.
    pub fn catalog_id(&self) -> Result<ObjectId, Error> {
        let roots = self.sections.iter().filter_map(|section| section.trailer.get(b"Root").ok());
        match roots.into_iter().next() {
            Some(Object::Reference(id)) => Ok(*id),
            _ => Err(Error::input("trailer", None, "/Root is missing or no reference: the file has no catalog")),
        }
    }

    /// The catalog (ISO 32000-2, 7.7.2).
    ///
    /// # Errors
    /// [`Error::Input`] when there is none.
    pub fn catalog(&self) -> Result<Dictionary, Error> {
        match self.object(self.catalog_id()?)? {
            Object::Dictionary(catalog) => Ok(catalog),
            _ => Err(Error::input("catalog", None, "is not a dictionary")),
        }
    }
}

pub(super) fn indirect_at(document: &Document<'_>, id: ObjectId, offset: u64) -> Result<Indirect, Error> {
    let at = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(document.base));
    let at = at.filter(|&at| at < document.bytes.len()).ok_or_else(|| {
        Error::input(object_name(id), offset, "the cross-reference points beyond the end of the file")
    })?;
    let labelled = Parser::new(document.bytes, at).label().unwrap_or(id);
    let indirect = match labelled == id {
        true => Parser::new(document.bytes, at).indirect(),
        false => Ok(Indirect { id: labelled, object: Object::Null, span: at..at, stream_start: None, memory: 0 }),
    };
    let indirect = indirect.map_err(|error| match error {
        Error::Input { offset, reason, .. } => Error::Input { what: object_name(id), offset, reason },
        other => other,
    })?;
    document.shared.spend_on_object(indirect.span.len(), indirect.memory)?;
    if indirect.id != id {
        let (number, generation) = indirect.id;
        return Err(Error::input(
            object_name(id),
            at as u64,
            format!("the cross-reference leads to object {number} {generation} instead"),
        ));
    }
    Ok(indirect)
}

/// Every reference in a value.
pub fn references_in(object: &Object, each: &mut impl FnMut(ObjectId)) {
    match object {
        Object::Reference(id) => each(*id),
        Object::Array(items) => items.iter().for_each(|item| references_in(item, each)),
        Object::Dictionary(dictionary) => dictionary.iter().for_each(|(_, value)| references_in(value, each)),
        _ => {}
    }
}

pub(super) fn object_name((number, generation): ObjectId) -> String {
    format!("object {number} {generation}")
}
