//! The standard security handler (ISO 32000-2, 7.6.4): from a password to the file's key.

use lopdf::encryption::PasswordAlgorithm;
use lopdf::{Dictionary, Object, StringFormat};
use zeroize::Zeroizing;

use crate::error::{Error, Rule};

/// Refuses handlers and versions that aren't the standard ones.
pub(super) fn demand_known(dictionary: &Dictionary) -> Result<(), Error> {
    let refused = |message: String| Err(Error::refused(Rule::DocumentEncrypted, message));
    match dictionary.get(b"Filter") {
        Ok(Object::Name(name)) if name == b"Standard" => {}
        Ok(Object::Name(name)) => {
            let name = String::from_utf8_lossy(name);
            return refused(format!(
                "the file is encrypted for certain recipients or by an unknown method ({name}), which no password opens; \
                 ask its author for a file without that"
            ));
        }
        _ => return Err(Error::input("/Encrypt", None, "/Filter, the security handler, is missing")),
    }
    match (dictionary.get(b"V"), dictionary.get(b"R")) {
        (Ok(Object::Integer(1 | 2 | 4 | 5)), Ok(Object::Integer(2..=6))) => Ok(()),
        (Ok(Object::Integer(version)), Ok(Object::Integer(revision))) => {
            refused(format!("the file is encrypted by a method that isn't supported (V {version}, R {revision})"))
        }
        _ => Err(Error::input("/Encrypt", None, "/V or /R, the method, is missing")),
    }
}

/// What a password gives.
pub(super) struct Unlocked {
    /// The file's key.
    pub(super) key: Zeroizing<Vec<u8>>,
    /// Whether the password was the owner's.
    pub(super) is_owner: bool,
    /// What opens the file where only a user's password is asked for. Up to revision 4 the owner's password leads to
    /// the user's; later each stands for itself.
    pub(super) user: Zeroizing<Vec<u8>>,
}

/// What fills up short passwords (ISO 32000-2, 7.6.4.3.2, step a).
const PADDING: [u8; 32] = *b"\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A";

/// The password without its filling.
fn unpadded(password: &[u8]) -> &[u8] {
    let filled = (0..=password.len()).find_map(|length| {
        let (start, filling) = password.split_at_checked(length)?;
        PADDING.starts_with(filling).then_some(start)
    });
    filled.filter(|_| password.len() == PADDING.len()).unwrap_or(password)
}

/// Tries the passwords; `None` where none fits.
pub(super) fn unlock(
    dictionary: &Dictionary,
    identifier: &[u8],
    password: Option<&str>,
) -> Result<Option<Unlocked>, Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::input("/Encrypt", None, error.to_string());
    let holder = holder(dictionary, identifier);
    let algorithm = PasswordAlgorithm::try_from(&holder).map_err(|error| wrong(&error))?;
    let mut candidates: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    if let Some(password) = password {
        // As the standard encodes it, and as it was typed: not every producer keeps to the former.
        candidates.extend(algorithm.sanitize_password(password).ok().map(Zeroizing::new));
        candidates.push(Zeroizing::new(password.as_bytes().to_vec()));
    }
    candidates.push(Zeroizing::default());
    for candidate in candidates {
        let is_owner = algorithm.authenticate_owner_password(&holder, candidate.as_slice()).is_ok();
        if is_owner || algorithm.authenticate_user_password(&holder, candidate.as_slice()).is_ok() {
            let user = algorithm
                .resolve_password_for_key_derivation(&holder, candidate.as_slice())
                .map(Zeroizing::new)
                .map_err(|error| wrong(&error))?;
            let key = algorithm.compute_file_encryption_key(&holder, user.as_slice()).map_err(|_| {
                Error::input("/Encrypt", None, "/Perms isn't what /P and /EncryptMetadata say: they were changed")
            })?;
            return Ok(Some(Unlocked {
                key: Zeroizing::new(key),
                is_owner,
                user: Zeroizing::new(unpadded(&user).to_vec()),
            }));
        }
    }
    Ok(None)
}

/// A document that holds only what the algorithms ask for.
fn holder(dictionary: &Dictionary, identifier: &[u8]) -> lopdf::Document {
    let mut dictionary = dictionary.clone();
    // What /Length must be; it stands there wrong in some files, and readers pass over it.
    match dictionary.get(b"V") {
        Ok(Object::Integer(1)) => {
            dictionary.remove(b"Length");
        }
        Ok(Object::Integer(4)) => dictionary.set("Length", Object::Integer(128)),
        Ok(Object::Integer(5)) => dictionary.set("Length", Object::Integer(256)),
        _ => {}
    }
    let mut document = lopdf::Document::new();
    let id = document.add_object(Object::Dictionary(dictionary));
    let identifier = Object::String(identifier.to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("Encrypt", Object::Reference(id));
    document.trailer.set("ID", Object::Array(vec![identifier]));
    document
}
