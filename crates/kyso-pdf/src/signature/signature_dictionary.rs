//! Signature dictionaries (ISO 32000-2, 12.8.1, table 255).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use lopdf::{Dictionary, Object, ObjectId};
use memchr::memmem;

use super::mdp::{MdpReference, references};
use super::signature_field::text_of;
use crate::error::Error;
use crate::file::document::Document;
use crate::file::object::Source;
use crate::file::parse::{Entry, Parser};
use crate::file::security::document::decrypt_strings;
use crate::file::xref::Location;

/// Most signature dictionaries that are searched for outside of fields.
const MAX_UNREACHED: usize = 256;

/// A signature dictionary as the file holds it ([ISO 32000-2], 12.8.1, table 255).
///
/// | Key | Value |
/// |---|---|
/// | /Type | /Sig or /DocTimeStamp |
/// | /Filter, /SubFilter | who handles it, and what /Contents is |
/// | /Contents | the CMS or the time-stamp token |
/// | /Cert | certificates, for adbe.x509.rsa_sha1 |
/// | /ByteRange | what is covered |
/// | /Reference | what is allowed afterwards (table 256) |
/// | /M, /Name, /Reason, /Location, /ContactInfo | what the signer says |
///
/// [ISO 32000-2]: https://pdfa.org/resource/iso-32000-2/
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct SignatureDictionary {
    /// Its object; `None` where it stands directly in its field.
    pub id: Option<ObjectId>,
    /// Where it stands, in bytes from the start of the file; `None` in an object stream.
    pub span: Option<Range<u64>>,
    /// /Type.
    pub kind: Option<String>,
    /// /Filter.
    pub filter: Option<String>,
    /// /SubFilter.
    pub sub_filter: Option<String>,
    /// /ByteRange as written; empty where it's missing or no array of integers.
    pub byte_range: Vec<i64>,
    /// /Contents, the CMS with the zeros behind it.
    pub contents: Vec<u8>,
    /// Where the string of /Contents stands in the file, with its delimiters; `None` where it's not a direct string.
    pub contents_span: Option<Range<u64>>,
    /// Whether /Contents is written in hexadecimal.
    pub contents_hexadecimal: bool,
    /// Whether /ByteRange or /Contents stands in the dictionary more than once.
    pub ambiguous: bool,
    /// /M as written.
    pub time: Option<String>,
    /// /Name.
    pub name: Option<String>,
    /// /Reason.
    pub reason: Option<String>,
    /// /Location.
    pub location: Option<String>,
    /// /Reference: DocMDP, FieldMDP.
    pub references: Vec<MdpReference>,
    /// /Cert, which adbe.x509.rsa_sha1 uses: DER certificates.
    pub certificates: Vec<Vec<u8>>,
}

impl SignatureDictionary {
    /// Whether it's a document time-stamp (ISO 32000-2, 12.8.5), which says when and not who.
    pub fn is_time_stamp(&self) -> bool {
        self.sub_filter.as_deref() == Some("ETSI.RFC3161")
    }

    /// A dictionary that a field leads to but that can't be read: without entries.
    pub(crate) fn unreadable(id: Option<ObjectId>) -> Self {
        Self { id, ..Self::default() }
    }

    /// The DocMDP permission that the signature sets.
    pub fn docmdp(&self) -> Option<i64> {
        self.references.iter().find_map(|reference| match reference {
            MdpReference::DocMdp(permission) => Some(*permission),
            _ => None,
        })
    }

    /// Whether the signature only grants usage rights (12.8.2.3).
    fn is_usage_rights(&self) -> bool {
        !self.references.is_empty() && self.references.iter().all(MdpReference::is_usage_rights)
    }

    /// Reads the signature whose text stands in `source`.
    pub(crate) fn read(document: &Document<'_>, id: Option<ObjectId>, source: &Source) -> Result<Self, Error> {
        let mut parser = Parser::new(&source.text, 0);
        let mut object = parser.object(0)?;
        let as_written = object.as_dict().ok().and_then(|dictionary| dictionary.get(b"Contents").ok()).cloned();
        decrypt_strings(document, source, &mut object);
        let Object::Dictionary(mut dictionary) = object else {
            return Err(Error::input("signature dictionary", None, "/V is not a dictionary"));
        };
        // Never encrypted, whatever else the dictionary lacks of a signature's (ISO 32000-2, 7.6.2).
        if let Some(contents) = as_written {
            dictionary.set("Contents", contents);
        }
        let entries = Parser::new(&source.text, 0).entries()?;
        let named = |key: &[u8]| entries.iter().filter(|entry| entry.key == key).collect::<Vec<&Entry>>();
        let (contents_entries, range_entries) = (named(b"Contents"), named(b"ByteRange"));
        let place = |range: &Range<usize>| {
            let start = source.span.as_ref()?.start;
            Some((start + range.start) as u64..(start + range.end) as u64)
        };
        let mut byte_range = Vec::new();
        if let Object::Array(items) = document.get(&dictionary, b"ByteRange")? {
            byte_range = items.iter().take(64).filter_map(|item| item.as_i64().ok()).collect();
            if byte_range.len() != items.len() {
                byte_range.clear();
            }
        }
        let written = contents_entries.last().map(|entry| entry.value.clone());
        let first_byte = written.as_ref().and_then(|range| source.text.get(range.start));
        let contents = match document.get(&dictionary, b"Contents")? {
            Object::String(contents, _) => contents,
            _ => Vec::new(),
        };
        Ok(Self {
            id,
            span: source.span.as_ref().map(|span| span.start as u64..span.end as u64),
            kind: name_of(document, &dictionary, b"Type")?,
            filter: name_of(document, &dictionary, b"Filter")?,
            sub_filter: name_of(document, &dictionary, b"SubFilter")?,
            byte_range,
            contents,
            contents_span: written.filter(|_| matches!(first_byte, Some(b'<' | b'('))).and_then(|range| place(&range)),
            contents_hexadecimal: first_byte == Some(&b'<'),
            ambiguous: contents_entries.len() > 1 || range_entries.len() > 1,
            time: text_of(&document.get(&dictionary, b"M")?),
            name: text_of(&document.get(&dictionary, b"Name")?),
            reason: text_of(&document.get(&dictionary, b"Reason")?),
            location: text_of(&document.get(&dictionary, b"Location")?),
            references: references(document, &dictionary)?,
            certificates: certificates(document, &dictionary)?,
        })
    }

    /// Signature dictionaries that stand in the file but that none of `reached` is: superseded, hidden, or of a field
    /// that the form doesn't list. Usage rights are none: they never had a field.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn unreached(document: &Document<'_>, reached: &[&Self]) -> Result<Vec<Self>, Error> {
        let known: Vec<Range<u64>> = reached.iter().filter_map(|signature| signature.span.clone()).collect();
        let hits: Vec<usize> = memmem::find_iter(document.bytes(), b"/ByteRange")
            .filter(|&at| !known.iter().any(|span| span.contains(&(at as u64))))
            .take(MAX_UNREACHED)
            .collect();
        if hits.is_empty() {
            return Ok(Vec::new());
        }
        let mut starts: BTreeMap<u64, ObjectId> = BTreeMap::new();
        for section in document.sections() {
            for number in section.numbers() {
                if let Some(Location::Offset { offset, generation }) = section.locate(document.bytes(), number) {
                    starts.insert(offset + document.base() as u64, (number, generation));
                }
            }
        }
        let mut found: Vec<Self> = Vec::new();
        let mut read: BTreeSet<u64> = BTreeSet::new();
        for at in hits {
            let Some((&start, &id)) = starts.range(..at as u64).next_back() else { continue };
            if !read.insert(start) {
                continue;
            }
            let Ok(start) = usize::try_from(start) else { continue };
            let Ok(indirect) = Parser::new(document.bytes(), start).indirect() else { continue };
            document.spend(indirect.span.len() as u64)?;
            if indirect.id != id || !indirect.span.contains(&at) {
                continue;
            }
            let text = document.bytes().get(indirect.span.clone()).unwrap_or_default().to_vec();
            let source = Source { text, span: Some(indirect.span), encrypted_as: Some(id) };
            if let Ok(signature) = Self::read(document, Some(id), &source)
                && !signature.contents.is_empty()
                && !signature.is_usage_rights()
                && !found.iter().any(|other| other.span == signature.span)
            {
                found.push(signature);
            }
        }
        Ok(found)
    }
}

fn name_of(document: &Document<'_>, dictionary: &Dictionary, key: &[u8]) -> Result<Option<String>, Error> {
    Ok(match document.get(dictionary, key)? {
        Object::Name(name) => Some(String::from_utf8_lossy(&name).into_owned()),
        _ => None,
    })
}

fn certificates(document: &Document<'_>, dictionary: &Dictionary) -> Result<Vec<Vec<u8>>, Error> {
    let mut found = Vec::new();
    let items = match document.get(dictionary, b"Cert")? {
        Object::Array(items) => items,
        single => vec![single],
    };
    for item in items.iter().take(16) {
        if let Object::String(certificate, _) = document.resolve(item)? {
            found.push(certificate);
        }
    }
    Ok(found)
}
