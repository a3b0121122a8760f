//! Encrypted files (ISO 32000-2, 7.6): what is read is decrypted, what an update writes is encrypted.
//!
//! In memory every string and every stream is plain. Two things stand in the file as they are: the string of /Contents
//! in a signature dictionary, and cross-reference streams.

mod cipher;
pub(crate) mod document;
mod password;
mod standard;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, ObjectId, Stream};
use zeroize::Zeroizing;

use self::cipher::Cipher;
pub(crate) use self::document::Opener;
pub use self::password::Password;
use self::standard::Unlocked;
use self::text::map_strings;
use crate::error::{Error, Reason, Rule};

/// Bits of /P (ISO 32000-2, table 22), which counts them from 1.
const MODIFY: u32 = 1 << 3;
const ANNOTATE: u32 = 1 << 5;
const FILL: u32 = 1 << 8;
const COPY: u32 = 1 << 4;
const ASSEMBLE: u32 = 1 << 10;

/// A file's encryption, opened with a password.
#[derive(Debug)]
pub(crate) struct Security {
    /// The object that holds /Encrypt, whose strings are plain; `None` where it stands in the trailer.
    id: Option<ObjectId>,
    dictionary: Dictionary,
    /// The first string of /ID, which keys are made from.
    identifier: Vec<u8>,
    key: Key,
    ciphers: Ciphers,
    is_owner: bool,
    /// The user's password.
    user: Key,
}

/// The file's key.
#[derive(PartialEq, Eq)]
struct Key(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// What is encrypted by what (ISO 32000-2, 7.6.6).
#[derive(Debug)]
struct Ciphers {
    strings: Cipher,
    streams: Cipher,
    embedded_files: Cipher,
    named: BTreeMap<Vec<u8>, Cipher>,
    has_plain_metadata: bool,
}

impl Security {
    /// Opens the encryption that `dictionary` describes: with `password`, and with the empty one where that fails.
    pub(crate) fn open(
        id: Option<ObjectId>,
        dictionary: Dictionary,
        identifier: Vec<u8>,
        password: Option<&str>,
    ) -> Result<Self, Error> {
        standard::demand_known(&dictionary)?;
        let ciphers = Ciphers::read(&dictionary)?;
        if let Some(Unlocked { key, is_owner, user }) = standard::unlock(&dictionary, &identifier, password)? {
            ciphers.demand_key(&key)?;
            return Ok(Self { id, dictionary, identifier, key: Key(key), ciphers, is_owner, user: Key(user) });
        }
        if ciphers.leave_document_plain() {
            // Only attachments are encrypted, and stay so: the document itself is open to everyone.
            let ciphers = Ciphers { embedded_files: Cipher::Identity, named: BTreeMap::new(), ..ciphers };
            let (key, user) = (Key(Zeroizing::default()), Key(Zeroizing::default()));
            return Ok(Self { id, dictionary, identifier, key, ciphers, is_owner: false, user });
        }
        let message = match password {
            None => "the file is encrypted and needs a password to be read",
            Some(_) => "the password doesn't open this file: it's neither its user nor its owner password",
        };
        Err(Error::refused(Rule::DocumentPassword, Reason::ByRule(message)))
    }

    /// Whether this is the encryption that `dictionary` and `identifier` describe.
    pub(crate) fn describes(&self, id: Option<ObjectId>, dictionary: &Dictionary, identifier: &[u8]) -> bool {
        self.id == id && self.dictionary == *dictionary && self.identifier == identifier
    }

    /// Whether both turn the same bytes into the same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.describes(other.id, &other.dictionary, &other.identifier) && self.key == other.key
    }

    /// The user's password, where it's text.
    pub(crate) fn user_password(&self) -> Option<Password> {
        String::from_utf8(self.user.0.to_vec()).ok().map(Password::from)
    }

    /// Whether the password allows to fill in fields that are there, signature fields included.
    pub(crate) fn allows_filling(&self) -> bool {
        // Revision 2 knows no bit 9.
        let by_bit = matches!(self.dictionary.get(b"R"), Ok(Object::Integer(3..))) && self.permits(FILL);
        by_bit || self.permits(ANNOTATE)
    }

    /// Whether the password allows to make fields, signature fields included.
    pub(crate) fn allows_making(&self) -> bool {
        self.permits(ANNOTATE) && self.permits(MODIFY)
    }

    /// Whether the password allows to change what is on the pages.
    pub(crate) fn allows_changing(&self) -> bool {
        self.permits(MODIFY)
    }

    /// Whether the password allows to add pages.
    pub(crate) fn allows_assembling(&self) -> bool {
        // Revision 2 knows no bit 11.
        let by_bit = matches!(self.dictionary.get(b"R"), Ok(Object::Integer(3..))) && self.permits(ASSEMBLE);
        by_bit || self.permits(MODIFY)
    }

    /// Whether the password allows to take contents out of the file.
    pub(crate) fn allows_copying(&self) -> bool {
        self.permits(COPY)
    }

    fn permits(&self, bit: u32) -> bool {
        let bits = match self.dictionary.get(b"P") {
            Ok(Object::Integer(bits)) => *bits,
            _ => 0,
        };
        self.is_owner || bits & i64::from(bit) != 0
    }

    /// Decrypts the object `id`.
    pub(crate) fn decrypt(&self, id: ObjectId, object: &mut Object) -> Result<(), Error> {
        if let Object::Stream(stream) = object
            && !is_cross_reference(stream)
        {
            let cipher = self.ciphers.of_stream(&stream.dict)?;
            stream.content = cipher.decrypt(&self.key.0, id, &stream.content).ok_or_else(|| {
                let (number, generation) = id;
                Error::input(
                    format!("object {number} {generation}"),
                    stream.start_position.map(|at| at as u64),
                    "its stream can't be decrypted: it isn't what the file's key encrypts",
                )
            })?;
        }
        self.decrypt_strings(id, object);
        Ok(())
    }

    /// Decrypts the strings of the object `id`, of a stream those of its dictionary. What isn't decrypted by the key is
    /// left as it is: some producers write plain strings into encrypted files.
    pub(crate) fn decrypt_strings(&self, id: ObjectId, object: &mut Object) {
        if self.id != Some(id) {
            each_string(object, &mut |string| {
                if let Some(plain) = self.ciphers.strings.decrypt(&self.key.0, id, string) {
                    *string = plain;
                }
            });
        }
    }

    /// The text of the object `id` with its strings decrypted.
    pub(crate) fn decrypt_text(&self, id: ObjectId, text: Vec<u8>) -> Result<Vec<u8>, Error> {
        if self.id == Some(id) {
            return Ok(text);
        }
        map_strings(text, |string| Ok(self.ciphers.strings.decrypt(&self.key.0, id, string)))
    }

    /// Encrypts the object `id`.
    pub(crate) fn encrypt(&self, id: ObjectId, object: &mut Object) -> Result<(), Error> {
        if let Object::Stream(stream) = object {
            let cipher = self.ciphers.of_stream(&stream.dict)?;
            let content = cipher.encrypt(&self.key.0, id, &stream.content)?;
            stream.set_content(content);
        }
        let mut outcome = Ok(());
        each_string(object, &mut |string| match self.ciphers.strings.encrypt(&self.key.0, id, string) {
            Ok(encrypted) => *string = encrypted,
            Err(error) => outcome = Err(error),
        });
        outcome
    }

    /// The text of the object `id` with its strings encrypted.
    pub(crate) fn encrypt_text(&self, id: ObjectId, text: Vec<u8>) -> Result<Vec<u8>, Error> {
        map_strings(text, |string| self.ciphers.strings.encrypt(&self.key.0, id, string).map(Some))
    }
}

impl Ciphers {
    fn read(dictionary: &Dictionary) -> Result<Self, Error> {
        let has_filters = matches!(dictionary.get(b"V"), Ok(Object::Integer(4..)));
        if !has_filters {
            let cipher = Cipher::Rc4;
            let (strings, streams, embedded_files) = (cipher, cipher, cipher);
            return Ok(Self { strings, streams, embedded_files, named: BTreeMap::new(), has_plain_metadata: false });
        }
        let mut named = BTreeMap::new();
        if let Ok(Object::Dictionary(filters)) = dictionary.get(b"CF") {
            for (name, filter) in filters {
                let Object::Dictionary(filter) = filter else { continue };
                if let Some(cipher) = name_in(filter, b"CFM").and_then(Cipher::of_method) {
                    named.insert(name.clone(), cipher);
                }
            }
        }
        let by_default = |key: &[u8]| match name_in(dictionary, key) {
            None => Ok(None),
            Some(b"Identity") => Ok(Some(Cipher::Identity)),
            Some(name) => match named.get(name) {
                Some(cipher) => Ok(Some(*cipher)),
                None => Err(Error::refused(
                    Rule::DocumentEncrypted,
                    format!(
                        "the file is encrypted by a method that isn't supported ({})",
                        String::from_utf8_lossy(name)
                    ),
                )),
            },
        };
        let strings = by_default(b"StrF")?.unwrap_or(Cipher::Identity);
        let streams = by_default(b"StmF")?.unwrap_or(Cipher::Identity);
        let embedded_files = by_default(b"EFF")?.unwrap_or(streams);
        let has_plain_metadata = matches!(dictionary.get(b"EncryptMetadata"), Ok(Object::Boolean(false)));
        Ok(Self { strings, streams, embedded_files, named, has_plain_metadata })
    }

    fn leave_document_plain(&self) -> bool {
        self.strings == Cipher::Identity && self.streams == Cipher::Identity
    }

    /// Refuses a key whose length the ciphers don't take.
    fn demand_key(&self, key: &[u8]) -> Result<(), Error> {
        for cipher in [self.strings, self.streams, self.embedded_files] {
            cipher.encrypt(key, (1, 0), b"").map_err(|_| {
                Error::input("/Encrypt", None, "its crypt filters don't fit its /V: the key is too short or too long")
            })?;
        }
        Ok(())
    }

    fn of_stream(&self, dictionary: &Dictionary) -> Result<Cipher, Error> {
        if let Some(name) = named_filter(dictionary) {
            return match (name, self.named.get(name)) {
                (b"Identity", _) => Ok(Cipher::Identity),
                (_, Some(cipher)) => Ok(*cipher),
                (_, None) => Err(Error::input("stream", None, "it names a crypt filter that /Encrypt doesn't know")),
            };
        }
        Ok(match name_in(dictionary, b"Type") {
            Some(b"XRef") => Cipher::Identity,
            Some(b"Metadata") if self.has_plain_metadata => Cipher::Identity,
            Some(b"EmbeddedFile") => self.embedded_files,
            _ => self.streams,
        })
    }
}

/// The crypt filter that a stream names itself, with /Crypt as its first filter (ISO 32000-2, 7.4.10).
fn named_filter(dictionary: &Dictionary) -> Option<&[u8]> {
    let first = |key: &[u8]| match dictionary.get(key) {
        Ok(Object::Array(items)) => items.first(),
        Ok(other) => Some(other),
        Err(_) => None,
    };
    if !matches!(first(b"Filter"), Some(Object::Name(name)) if name == b"Crypt") {
        return None;
    }
    match first(b"DecodeParms") {
        Some(Object::Dictionary(parameters)) => Some(name_in(parameters, b"Name").unwrap_or(b"Identity")),
        _ => Some(b"Identity"),
    }
}

/// Takes /Crypt out of a stream's filters: what it asks for is done when the stream is read.
pub(crate) fn remove_crypt_filter(dictionary: &mut Dictionary) {
    if named_filter(dictionary).is_some() {
        for key in [&b"Filter"[..], b"DecodeParms"] {
            match dictionary.get_mut(key) {
                Ok(Object::Array(items)) if items.len() > 1 => drop(items.remove(0)),
                _ => drop(dictionary.remove(key)),
            }
        }
    }
}

fn name_in<'d>(dictionary: &'d Dictionary, key: &[u8]) -> Option<&'d [u8]> {
    match dictionary.get(key) {
        Ok(Object::Name(name)) => Some(name),
        _ => None,
    }
}

fn is_cross_reference(stream: &Stream) -> bool {
    name_in(&stream.dict, b"Type") == Some(b"XRef")
}

/// Whether the /Contents of `dictionary` is a signature's, which no key encrypts (ISO 32000-2, 7.6.2).
fn is_signature(dictionary: &Dictionary) -> bool {
    matches!(name_in(dictionary, b"Type"), Some(b"Sig" | b"DocTimeStamp")) || dictionary.has(b"ByteRange")
}

/// Gives every string that a key encrypts to `change`.
fn each_string(object: &mut Object, change: &mut impl FnMut(&mut Vec<u8>)) {
    match object {
        Object::String(string, _) => change(string),
        Object::Array(items) => items.iter_mut().for_each(|item| each_string(item, change)),
        Object::Dictionary(dictionary) => {
            let is_signature = is_signature(dictionary);
            for (key, value) in dictionary.iter_mut() {
                if !(is_signature && key == b"Contents" && matches!(value, Object::String(..))) {
                    each_string(value, change);
                }
            }
        }
        Object::Stream(stream) if !is_cross_reference(stream) => {
            stream.dict.iter_mut().for_each(|(_, value)| each_string(value, change));
        }
        _ => {}
    }
}
