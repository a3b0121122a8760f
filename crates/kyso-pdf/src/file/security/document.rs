//! A document's own encryption: opened, asked, and undone in what is read.

use std::rc::Rc;

use lopdf::Object;
use lopdf::ObjectId;

use super::Security;
use crate::error::{Error, Rule};
use crate::file::document::Document;
use crate::file::object::Source;
use crate::file::xref::{Location, Section};

/// What opens a document's encryption.
#[derive(Clone, Copy)]
pub(crate) enum Opener<'o> {
    Password(Option<&'o str>),
    /// The encryption of the same file's later revision, where it's still the same.
    Later(Option<&'o Rc<Security>>),
}

/// The encryption that the newest trailer names, opened.
pub(crate) fn unlock(document: &Document<'_>, opener: Opener<'_>) -> Result<Option<Rc<Security>>, Error> {
    let wrong = |message: &str| Err(Error::input("trailer", None, message));
    let named = |section: &Section| section.trailer.get(b"Encrypt").ok().filter(|entry| !entry.is_null()).cloned();
    let Some(entry) = document.sections().first().and_then(named) else {
        // Some readers decrypt such a file, others don't: they see two documents.
        return match document.sections().iter().any(|section| named(section).is_some()) {
            true => Err(Error::refused(
                Rule::DocumentEncrypted,
                "an update leaves out /Encrypt though the file is encrypted: readers disagree on what it says",
            )),
            false => Ok(None),
        };
    };
    let id = entry.as_reference().ok();
    // Object streams are encrypted themselves, so it can't be in one; nothing is decrypted yet.
    let dictionary = match id.map(|(number, _)| document.locate(number)) {
        Some(Location::Compressed { .. }) => return wrong("/Encrypt lies in an object stream"),
        _ => document.resolve(&entry)?,
    };
    let Object::Dictionary(dictionary) = dictionary else { return wrong("/Encrypt is not a dictionary") };
    let identifiers = document.sections().iter().find_map(|section| section.trailer.get(b"ID").ok());
    let identifier = match identifiers.map(|identifiers| document.resolve(identifiers)).transpose()? {
        Some(Object::Array(items)) => items.first().and_then(|item| item.as_str().ok()).unwrap_or_default().to_vec(),
        _ => Vec::new(),
    };
    let password = match opener {
        Opener::Later(Some(later)) if later.describes(id, &dictionary, &identifier) => {
            return Ok(Some(Rc::clone(later)));
        }
        Opener::Later(_) => None,
        Opener::Password(password) => password,
    };
    Security::open(id, dictionary, identifier, password).map(Rc::new).map(Some)
}

/// Decrypts the strings of an object that was read from `source`.
pub(crate) fn decrypt_strings(document: &Document<'_>, source: &Source, object: &mut Object) {
    if let (Some(security), Some(id)) = (document.security(), source.encrypted_as) {
        security.decrypt_strings(id, object);
    }
}

/// The object as written but for its strings, which are decrypted; without a stream's data.
pub(crate) fn plain_text(document: &Document<'_>, id: ObjectId) -> Result<Option<Vec<u8>>, Error> {
    let Some(source) = document.source(id)? else { return Ok(None) };
    match (document.security(), source.encrypted_as) {
        (Some(security), Some(id)) => security.decrypt_text(id, source.text).map(Some),
        _ => Ok(Some(source.text)),
    }
}

impl Document<'_> {
    /// Whether both are encrypted alike, or neither is.
    pub fn has_encryption_of(&self, other: &Document<'_>) -> bool {
        match (self.security(), other.security()) {
            (None, None) => true,
            (Some(own), Some(other)) => own.is_same(other),
            _ => false,
        }
    }
}
