//! The objects of a document, parsed when they are asked for: where they stand, plain or in an object stream, and what
//! their filters hide.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Write as _;
use std::ops::Range;
use std::rc::Rc;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Object, ObjectId, Stream};
use memchr::memmem;

use super::document::Document;
use super::filters;
use super::parse::{Indirect, Parser, is_space};
use super::security::document::{decrypt_strings, plain_text};
use super::security::remove_crypt_filter;
use super::shared::{Place, StreamKey};
use super::xref::{Location, Section};
use crate::error::Error;

/// Most bytes that one stream may expand to; divided by the number of its filters, for each takes memory of its own.
pub(crate) const MAX_DECODED: usize = 16 << 20;
/// Most bytes that an object stream may expand to: it's held.
const MAX_OBJECT_STREAM: usize = 8 << 20;
/// Bytes that are compared, or searched for an end, at the cost of one unit of work.
const COMPARED: u64 = 32;
/// White space between a stream's data and `endstream`: readers skip all of it.
pub(super) const MOST_SPACE: usize = 256;
/// Longest chain of references to references.
pub(crate) const MAX_REFERENCES: usize = 32;

/// A decoded object stream (ISO 32000-2, 7.5.7).
pub(super) struct ObjectStream {
    data: Vec<u8>,
    /// Object number and position in `data`, as the stream's header lists them.
    index: Vec<(u32, usize)>,
}

impl ObjectStream {
    /// Bytes of memory.
    pub(super) fn held(&self) -> usize {
        self.data.len() + self.index.len() * size_of::<(u32, usize)>()
    }
}

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

impl<'a> Document<'a> {
    /// Where the object is, by the newest section that speaks of it.
    pub fn locate(&self, number: u32) -> Location {
        self.sections.iter().find_map(|section| section.locate(self.bytes, number)).unwrap_or(Location::Free)
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

    /// Whether the object is a stream.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn is_stream(&self, id: ObjectId) -> Result<bool, Error> {
        match self.locate(id.0) {
            Location::Offset { offset, generation } if generation == id.1 => {
                Ok(indirect_at(self, id, offset)?.stream_start.is_some())
            }
            _ => Ok(false),
        }
    }

    /// Whether an object that is a stream in both has the same data, or is one in neither.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn same_stream(&self, other: &Document<'_>, id: ObjectId) -> Result<bool, Error> {
        let (mine, theirs) = (written_stream(self, id)?, written_stream(other, id)?);
        let (Some(mine), Some(theirs)) = (mine, theirs) else { return Ok(mine.is_none() && theirs.is_none()) };
        if mine.as_ptr() != theirs.as_ptr() || mine.len() != theirs.len() {
            self.shared.spend(mine.len() as u64 / COMPARED)?;
        }
        if mine == theirs {
            return Ok(true);
        }
        // Encrypted anew, the same data are written otherwise.
        Ok(self.is_encrypted() && self.stream_bytes(id)? == other.stream_bytes(id)?)
    }

    /// A stream's data with its filters, decrypted; `None` where the object is no stream.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn stream_bytes(&self, id: ObjectId) -> Result<Option<Cow<'a, [u8]>>, Error> {
        if self.is_encrypted() {
            return Ok(match self.object(id)? {
                Object::Stream(stream) => Some(Cow::Owned(stream.content)),
                _ => None,
            });
        }
        Ok(written_stream(self, id)?.map(Cow::Borrowed))
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

    /// A stream's data with its filters undone. As written they're taken out of it: memory holds them once.
    ///
    /// # Errors
    /// [`Error::Input`] when a filter can't be undone, [`Error::Budget`] when it would expand beyond the bound.
    pub fn decode(&self, stream: &mut Stream) -> Result<Vec<u8>, Error> {
        decoded_within(self, stream, MAX_DECODED)
    }
}

/// A stream's data as written, encrypted as they may be.
fn written_stream<'a>(document: &Document<'a>, id: ObjectId) -> Result<Option<&'a [u8]>, Error> {
    let Location::Offset { offset, generation } = document.locate(id.0) else { return Ok(None) };
    if generation != id.1 {
        return Ok(None);
    }
    let indirect = indirect_at(document, id, offset)?;
    match (indirect.object, indirect.stream_start) {
        (Object::Dictionary(dictionary), Some(start)) => extent(document, id, &dictionary, start).map(Some),
        _ => Ok(None),
    }
}

fn extent<'a>(document: &Document<'a>, id: ObjectId, dictionary: &Dictionary, start: usize) -> Result<&'a [u8], Error> {
    let length = stream_length(document, dictionary, start)
        .ok_or_else(|| Error::input(object_name(id), start as u64, "its stream has no end: `endstream` is missing"))?;
    Ok(document.bytes.get(start..start + length).unwrap_or_default())
}

fn indirect_at(document: &Document<'_>, id: ObjectId, offset: u64) -> Result<Indirect, Error> {
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

fn compressed(document: &Document<'_>, id: ObjectId) -> Result<Option<(Rc<ObjectStream>, usize)>, Error> {
    let Location::Compressed { stream, index } = document.locate(id.0) else { return Ok(None) };
    if id.1 != 0 {
        return Ok(None);
    }
    let held = object_stream(document, stream)?;
    let wrong =
        || Error::input(object_name(id), None, format!("object stream {stream} doesn't hold it at position {index}"));
    let &(number, at) = held.index.get(index as usize).ok_or_else(wrong)?;
    if number != id.0 {
        return Err(wrong());
    }
    Ok(Some((held, at)))
}

fn object_stream(document: &Document<'_>, number: u32) -> Result<Rc<ObjectStream>, Error> {
    let known = document.streams.borrow().get(&number).and_then(|key| document.shared.stream(key));
    if let Some(held) = known {
        return Ok(held);
    }
    let wrong = |message: String| Error::input(format!("object stream {number}"), None, message);
    // An object stream may not lie in another (7.5.7): that also ends any circle.
    let Location::Offset { generation, .. } = document.locate(number) else {
        return Err(wrong("isn't in the file".into()));
    };
    let Object::Stream(mut stream) = document.object((number, generation))? else {
        return Err(wrong("is no stream".into()));
    };
    let integer = |key: &[u8]| match document.get(&stream.dict, key) {
        Ok(Object::Integer(value)) => usize::try_from(value).ok(),
        _ => None,
    };
    let first = integer(b"First").ok_or_else(|| wrong("/First is missing".into()))?;
    let count = integer(b"N").ok_or_else(|| wrong("/N is missing".into()))?;
    // A filter that is an object of its own, and the key of an encrypted file, may be another in another revision.
    let filters = [&b"Filter"[..], b"DecodeParms"].into_iter().filter_map(|key| stream.dict.get(key).ok());
    let own = document.is_encrypted() || filters.into_iter().any(refers);
    let key = StreamKey {
        start: stream.start_position.unwrap_or_default(),
        length: stream.content.len(),
        first,
        count,
        revision: own.then_some(document.revision),
    };
    document.streams.borrow_mut().insert(number, key);
    if let Some(held) = document.shared.stream(&key) {
        return Ok(held);
    }
    let data = decoded_within(document, &mut stream, MAX_OBJECT_STREAM)?;
    let mut parser = Parser::new(data.get(..first.min(data.len())).unwrap_or_default(), 0);
    let mut index = Vec::new();
    for _ in 0..count {
        let (Some(object), Some(at)) = (parser.unsigned(), parser.unsigned()) else { break };
        let at = usize::try_from(at).ok().and_then(|at| at.checked_add(first));
        match (u32::try_from(object), at) {
            (Ok(object), Some(at)) => index.push((object, at)),
            _ => return Err(wrong("its index is wrong".into())),
        }
    }
    let held = Rc::new(ObjectStream { data, index });
    document.shared.keep_stream(key, &held);
    Ok(held)
}

/// The numbers of the objects in an object stream, in its order.
pub(crate) fn members(document: &Document<'_>, stream: u32) -> Result<Vec<u32>, Error> {
    Ok(object_stream(document, stream)?.index.iter().map(|(number, _)| *number).collect())
}

pub(super) fn stream_length(document: &Document<'_>, dictionary: &Dictionary, start: usize) -> Option<usize> {
    let length = match dictionary.get(b"Length") {
        // The length of a stream is a plain integer object (7.3.8.2): no stream is read for it.
        Ok(Object::Reference(id)) => match document.locate(id.0) {
            Location::Offset { offset, .. } => {
                match indirect_at(document, *id, offset).map(|indirect| indirect.object) {
                    Ok(Object::Integer(length)) => usize::try_from(length).ok(),
                    _ => None,
                }
            }
            _ => None,
        },
        Ok(Object::Integer(length)) => usize::try_from(*length).ok(),
        _ => None,
    };
    let length = stream_extent(document.bytes, start, length)?;
    // Where /Length is wrong, all of it was searched.
    document.shared.spend(length as u64 / COMPARED).ok()?;
    Some(length)
}

/// The same, within so many bytes.
pub(crate) fn decoded_within(document: &Document<'_>, stream: &mut Stream, most: usize) -> Result<Vec<u8>, Error> {
    let at = stream.start_position.map(|at| at as u64);
    let mut plain = Stream::new(filters_of(document, &stream.dict)?, std::mem::take(&mut stream.content));
    let filters = filters::count(&plain.dict);
    if filters == 0 {
        document.shared.spend(plain.content.len() as u64)?;
        return Ok(plain.content);
    }
    let most = most / filters;
    let spend = |bytes: usize| document.shared.spend((bytes * filters) as u64);
    match filters::undone(&mut plain, most) {
        Ok(decoded) => spend(plain.content.len() + decoded.len()).map(|()| decoded),
        Err(fault) => {
            spend(plain.content.len() + most)?;
            Err(fault.of("stream", at))
        }
    }
}

/// A stream's filters and their parameters, which may be objects of their own.
pub(crate) fn filters_of(document: &Document<'_>, dictionary: &Dictionary) -> Result<Dictionary, Error> {
    let mut plain = Dictionary::new();
    for key in [&b"Filter"[..], b"DecodeParms"] {
        if let Ok(value) = dictionary.get(key) {
            let value = match document.resolve(value)? {
                Object::Array(items) => {
                    Object::Array(items.iter().map(|item| document.resolve(item)).collect::<Result<_, _>>()?)
                }
                other => other,
            };
            plain.set(key, value);
        }
    }
    remove_crypt_filter(&mut plain);
    Ok(plain)
}

/// A stream of these bytes, deflated.
///
/// # Errors
/// [`Error::Internal`] where deflating fails.
pub fn compressed_stream(bytes: &[u8]) -> Result<Object, Error> {
    let failed = |error: std::io::Error| Error::Internal(format!("deflating: {error}"));
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).map_err(failed)?;
    let mut dictionary = Dictionary::new();
    dictionary.set("Filter", Object::Name(b"FlateDecode".to_vec()));
    Ok(Object::Stream(Stream::new(dictionary, encoder.finish().map_err(failed)?)))
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

fn refers(value: &Object) -> bool {
    let mut found = false;
    references_in(value, &mut |_| found = true);
    found
}

fn object_name((number, generation): ObjectId) -> String {
    format!("object {number} {generation}")
}

/// The length of a stream's data by /Length where it's a direct integer, else by its end.
pub(crate) fn direct_stream_length(bytes: &[u8], dictionary: &Dictionary, start: usize) -> Option<usize> {
    let length = match dictionary.get(b"Length") {
        Ok(Object::Integer(length)) => usize::try_from(*length).ok(),
        _ => None,
    };
    stream_extent(bytes, start, length)
}

/// `length` where `endstream` follows, else what lies before the next `endstream`.
fn stream_extent(bytes: &[u8], start: usize, length: Option<usize>) -> Option<usize> {
    let follows = |length: &usize| {
        let rest = start.checked_add(*length).and_then(|end| bytes.get(end..)).unwrap_or_default();
        let skipped = rest.iter().take(MOST_SPACE).take_while(|&&b| is_space(b)).count();
        rest.get(skipped..).unwrap_or_default().starts_with(b"endstream")
    };
    if let Some(length) = length.filter(follows) {
        return Some(length);
    }
    let rest = bytes.get(start..)?;
    let end = memmem::find(rest, b"endstream")?;
    let before = rest.get(..end).unwrap_or_default();
    Some(if before.ends_with(b"\r\n") {
        end - 2
    } else if before.ends_with(b"\n") || before.ends_with(b"\r") {
        end - 1
    } else {
        end
    })
}
