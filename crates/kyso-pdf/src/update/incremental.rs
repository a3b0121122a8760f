//! The tail: what one incremental update appends (ISO 32000-2, 7.5.6), in the cross-reference style of the file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use lopdf::Writer;
use lopdf::{Dictionary, Object, ObjectId};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Reason, Rule};
use crate::file::dangling::numbers_to_leave_alone;
use crate::file::document::Document;
use crate::file::duplicate_keys::each_key_once;
use crate::file::security::document::plain_text;
use crate::file::xref::{Location, Section, Style};
use crate::signature::signature_field::SignatureField;
use crate::update::dictionary_text::DictionaryText;
use crate::update::permission::signed_by;

/// Entries of a trailer, or of a cross-reference stream, that hold for one section alone (ISO 32000-2, tables 5, 15, 17, 19).
const OF_A_SECTION: [&[u8]; 13] = [
    b"Size",
    b"Prev",
    b"XRefStm",
    b"Type",
    b"Index",
    b"W",
    b"Length",
    b"Filter",
    b"DecodeParms",
    b"F",
    b"FFilter",
    b"FDecodeParms",
    b"DL",
];

/// What an update appends to a document of `start` bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tail {
    /// Length of the document that it belongs behind, in bytes.
    pub start: u64,
    /// The bytes to append.
    pub bytes: Vec<u8>,
}

impl Tail {
    /// The whole document in memory: `original`, then the tail.
    pub fn after(&self, original: &[u8]) -> Vec<u8> {
        [original, &self.bytes].concat()
    }

    /// Writes the whole document: `original`, then the tail.
    ///
    /// # Errors
    /// Those of `sink`; [`io::ErrorKind::InvalidInput`] where `original` isn't as long as the document that it belongs
    /// behind.
    pub fn write_after(&self, original: &[u8], sink: &mut impl Write) -> io::Result<()> {
        if original.len() as u64 != self.start {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "these are not the bytes that the tail belongs behind",
            ));
        }
        sink.write_all(original)?;
        sink.write_all(&self.bytes)
    }
}

/// An object of an update: a value, or text that is written as it is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Value {
    /// A value.
    Object(Object),
    /// The text of one.
    Text(Vec<u8>),
}

/// An update under construction. All in it is plain; what the file's encryption asks for is done when it's written.
pub struct Update<'d, 'a> {
    document: &'d Document<'a>,
    next: u32,
    /// Numbers that no new object may take; or why these aren't known.
    taken: Result<BTreeSet<u32>, Error>,
    objects: BTreeMap<ObjectId, Value>,
}

/// The version that a file comes to where its own is older than [`OLDEST`]: what updates write is of ISO 32000-1.
const RAISED: &[u8] = b"/1.7";
/// The oldest version that knows transparency, which pictures of signatures have (PDF 1.4). Official papers are of no older
/// one (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2).
const OLDEST: &str = "1.4";

/// Whether the next update raises the document's version: it's older than PDF 1.4, and nobody has signed it.
pub fn raises_version(document: &Document<'_>) -> bool {
    // Whoever certified a document may have forbidden that. What can't be read is left as it is.
    *document.version() < *OLDEST && matches!(signed_by(document), Ok(None))
}

/// Where each object of a finished update stands.
pub(crate) struct Finished {
    pub(crate) tail: Tail,
    /// Offset of each object's value in the tail.
    pub(crate) values: BTreeMap<ObjectId, usize>,
}

impl<'d, 'a> Update<'d, 'a> {
    /// An empty update of `document`.
    pub fn new(document: &'d Document<'a>) -> Self {
        let next = document.next_object_number();
        Self { document, next, taken: numbers_to_leave_alone(document, next), objects: BTreeMap::new() }
    }

    /// A new object.
    pub fn add(&mut self, value: Value) -> ObjectId {
        let id = self.reserve();
        self.set(id, value);
        id
    }

    /// A number for a new object, whose value comes later.
    pub fn reserve(&mut self) -> ObjectId {
        // Where these numbers aren't known, the update is refused when it's written.
        while self.taken.as_ref().is_ok_and(|taken| taken.contains(&self.next)) {
            self.next += 1;
        }
        let id = (self.next, 0);
        self.next += 1;
        id
    }

    /// The new value of an object.
    pub fn set(&mut self, id: ObjectId, value: Value) {
        self.objects.insert(id, value);
    }

    /// The text of an object as this update leaves it, with each key of its dictionaries once.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn text(&self, id: ObjectId) -> Result<Option<Vec<u8>>, Error> {
        match self.objects.get(&id) {
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(Value::Object(object)) => Ok(Some(object_text(object)?)),
            None => plain_text(self.document, id)?.map(each_key_once).transpose(),
        }
    }

    /// Has the document be of PDF 1.7 from now on where its version is older than 1.4 (ISO 32000-2, 7.5.2: the catalog's
    /// /Version counts where it's later than the header's). Updates of unsigned documents do so by themselves.
    ///
    /// # Errors
    /// [`Error::Input`] where the catalog can't be read.
    pub fn raise_version(&mut self) -> Result<(), Error> {
        if *self.document.version() >= *OLDEST {
            return Ok(());
        }
        let id = self.document.catalog_id()?;
        let Some(text) = self.text(id)? else { return Ok(()) };
        let mut catalog = DictionaryText::new(text)?;
        catalog.set("Version", RAISED)?;
        self.set(id, Value::Text(catalog.into_bytes()));
        Ok(())
    }

    /// Writes the tail.
    ///
    /// # Errors
    /// [`Error::Input`] where what the update needs of the document can't be read, [`Error::Refused`] with rule
    /// `document.too-large`, [`Error::Budget`] where no object number is left.
    pub fn finish(self) -> Result<Tail, Error> {
        Ok(self.finished()?.tail)
    }

    /// Writes the tail, and says where each object stands in it.
    pub(crate) fn finished(mut self) -> Result<Finished, Error> {
        self.taken = Ok(std::mem::replace(&mut self.taken, Ok(BTreeSet::new()))?);
        let document = self.document;
        if raises_version(document) {
            self.raise_version()?;
        }
        let start = document.bytes().len();
        let mut bytes = Vec::new();
        if !document.bytes().ends_with(b"\n") {
            bytes.push(b'\n');
        }
        let offset_here = |bytes: &Vec<u8>| (start + bytes.len() - document.base()) as u64;
        let mut rows: Vec<(u32, Location)> = Vec::new();
        let mut values = BTreeMap::new();
        for (id, value) in &self.objects {
            rows.push((id.0, Location::Offset { offset: offset_here(&bytes), generation: id.1 }));
            bytes.extend(format!("{} {} obj\n", id.0, id.1).into_bytes());
            values.insert(*id, bytes.len());
            bytes.extend(self.written(*id, value)?);
            bytes.extend_from_slice(b"\nendobj\n");
        }
        let newest = document.sections().first();
        let style = newest.map_or(Style::Table, |section| section.style);
        let lists_all = self.lists_all()?;
        if lists_all {
            let mut known: BTreeMap<u32, Location> =
                document.numbers().into_iter().map(|number| (number, document.locate(number))).collect();
            known.extend(rows);
            rows = known.into_iter().collect();
        }
        let as_stream = match style {
            Style::Stream => true,
            Style::Table if !lists_all => false,
            Style::Table | Style::Recovered => {
                rows.iter().any(|(_, location)| matches!(location, Location::Compressed { .. }))
            }
        };
        let section_offset = offset_here(&bytes);
        let trailer = self.trailer(newest.filter(|_| !lists_all));
        if as_stream {
            let own = self.reserve().0;
            write_stream(&mut bytes, rows, trailer, section_offset, own)?;
        } else {
            write_table(&mut bytes, &rows, trailer, self.next)?;
        }
        bytes.extend(format!("startxref\n{section_offset}\n%%EOF\n").into_bytes());
        Ok(Finished { tail: Tail { start: start as u64, bytes }, values })
    }

    /// The text of a value as it stands in the file.
    fn written(&self, id: ObjectId, value: &Value) -> Result<Vec<u8>, Error> {
        match (value, self.document.security()) {
            (Value::Text(text), None) => Ok(text.clone()),
            (Value::Text(text), Some(security)) => security.encrypt_text(id, text.clone()),
            (Value::Object(object), None) => object_text(object),
            (Value::Object(object), Some(security)) => {
                let mut object = object.clone();
                security.encrypt(id, &mut object)?;
                object_text(&object)
            }
        }
    }

    /// Whether the update lists every object of the file: nothing else does, or whoever follows the sections' offsets comes to
    /// a stop. Where somebody has signed, the sections say which bytes were signed, and stay.
    fn lists_all(&self) -> Result<bool, Error> {
        if self.document.is_scanned() {
            return Ok(true);
        }
        let is_signed = |field: &SignatureField| field.value.is_some();
        Ok(self.document.is_broken_within() && !SignatureField::all(self.document)?.iter().any(is_signed))
    }

    /// `newest`: the section that this one follows.
    fn trailer(&self, newest: Option<&Section>) -> Dictionary {
        let mut trailer = Dictionary::new();
        // Whatever else the trailer says is said again (7.5.6).
        let others = newest.into_iter().flat_map(|section| section.trailer.iter());
        for (key, value) in others.filter(|(key, _)| !OF_A_SECTION.contains(&key.as_slice())) {
            trailer.set(key.clone(), value.clone());
        }
        for key in ["Root", "Info", "ID", "Encrypt"] {
            let value = self.document.sections().iter().find_map(|section| section.trailer.get(key.as_bytes()).ok());
            if let Some(value) = value {
                trailer.set(key, value.clone());
            }
        }
        if newest.is_some() {
            let previous = i64::try_from(self.document.newest_section_offset()).unwrap_or(i64::MAX);
            trailer.set("Prev", Object::Integer(previous));
        }
        trailer
    }
}

/// An object as PDF text.
///
/// # Errors
/// [`Error::Internal`] where the object can't be written.
pub fn object_text(object: &Object) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    Writer::write_object(&mut text, object).map_err(|error| Error::Internal(format!("writing an object: {error}")))?;
    Ok(text)
}

/// Consecutive numbers as runs: first, and how many.
fn runs(rows: &[(u32, Location)]) -> Vec<(u32, usize)> {
    let mut runs: Vec<(u32, usize)> = Vec::new();
    for (number, _) in rows {
        match runs.last_mut() {
            Some((first, count)) if u64::from(*first) + *count as u64 == u64::from(*number) => *count += 1,
            _ => runs.push((*number, 1)),
        }
    }
    runs
}

fn write_table(bytes: &mut Vec<u8>, rows: &[(u32, Location)], mut trailer: Dictionary, size: u32) -> Result<(), Error> {
    let mut text = String::from("xref\n");
    let mut rows_left = rows.iter();
    for (first, count) in runs(rows) {
        let _ = writeln!(text, "{first} {count}");
        for (_, location) in rows_left.by_ref().take(count) {
            let (offset, generation, kind) = match location {
                Location::Offset { offset, generation } => (*offset, *generation, 'n'),
                _ => (0, 65535, 'f'),
            };
            if offset > 9_999_999_999 {
                return Err(Error::refused(
                    Rule::DocumentTooLarge,
                    Reason::ByRule("the file is larger than its cross-reference tables can address (10^10 bytes)"),
                ));
            }
            let _ = write!(text, "{offset:010} {generation:05} {kind}\r\n");
        }
    }
    bytes.extend(text.into_bytes());
    trailer.set("Size", Object::Integer(i64::from(size)));
    bytes.extend_from_slice(b"trailer\n");
    bytes.extend(object_text(&Object::Dictionary(trailer))?);
    bytes.push(b'\n');
    Ok(())
}

fn write_stream(
    bytes: &mut Vec<u8>,
    mut rows: Vec<(u32, Location)>,
    trailer: Dictionary,
    offset: u64,
    number: u32,
) -> Result<(), Error> {
    rows.push((number, Location::Offset { offset, generation: 0 }));
    // Unfiltered: a person can read it, and its bytes depend on no compressor.
    let mut data = Vec::new();
    for (_, location) in &rows {
        let (kind, second, third): (u8, u64, u16) = match *location {
            Location::Free => (0, 0, 65535),
            Location::Offset { offset, generation } => (1, offset, generation),
            Location::Compressed { stream, index } => {
                let index = u16::try_from(index)
                    .map_err(|_| Error::input("object stream", None, "holds more than 65,535 objects"))?;
                (2, u64::from(stream), index)
            }
        };
        data.push(kind);
        data.extend_from_slice(&second.to_be_bytes());
        data.extend_from_slice(&third.to_be_bytes());
    }
    let integer = |value: u64| Object::Integer(i64::try_from(value).unwrap_or(i64::MAX));
    let index = runs(&rows).into_iter().flat_map(|(first, count)| [integer(first.into()), integer(count as u64)]);
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", Object::Name(b"XRef".to_vec()));
    dictionary.set("Size", integer(u64::from(number) + 1));
    dictionary.set("Index", Object::Array(index.collect()));
    dictionary.set("W", Object::Array(vec![integer(1), integer(8), integer(2)]));
    for (key, value) in trailer.iter() {
        dictionary.set(key.clone(), value.clone());
    }
    dictionary.set("Length", integer(data.len() as u64));
    bytes.extend(format!("{number} 0 obj\n").into_bytes());
    bytes.extend(object_text(&Object::Dictionary(dictionary))?);
    bytes.extend_from_slice(b"\nstream\n");
    bytes.extend_from_slice(&data);
    bytes.extend_from_slice(b"\nendstream\nendobj\n");
    Ok(())
}
