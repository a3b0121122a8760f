//! The methods that crypt filters name (ISO 32000-2, table 25).

use lopdf::ObjectId;
use lopdf::encryption::crypt_filters::{
    Aes128CryptFilter, Aes256CryptFilter, CryptFilter, IdentityCryptFilter, Rc4CryptFilter,
};

use crate::error::Error;

/// How bytes are encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cipher {
    /// Not at all.
    Identity,
    /// V2: RC4, a key an object.
    Rc4,
    /// AESV2: AES-128 in CBC mode, a key an object.
    Aes128,
    /// AESV3: AES-256 in CBC mode, the file's key.
    Aes256,
}

impl Cipher {
    /// The cipher of a crypt filter's /CFM.
    pub(super) fn of_method(method: &[u8]) -> Option<Self> {
        match method {
            b"V2" => Some(Self::Rc4),
            b"AESV2" => Some(Self::Aes128),
            b"AESV3" => Some(Self::Aes256),
            _ => None,
        }
    }

    fn filter(self) -> &'static dyn CryptFilter {
        match self {
            Self::Identity => &IdentityCryptFilter,
            Self::Rc4 => &Rc4CryptFilter,
            Self::Aes128 => &Aes128CryptFilter,
            Self::Aes256 => &Aes256CryptFilter,
        }
    }

    /// The plain bytes of the object `id`; `None` where `bytes` aren't what the key encrypts.
    pub(super) fn decrypt(self, key: &[u8], id: ObjectId, bytes: &[u8]) -> Option<Vec<u8>> {
        let key = self.filter().compute_key(key, id).ok()?;
        self.filter().decrypt(&key, bytes).ok()
    }

    /// The encrypted bytes of the object `id`.
    pub(super) fn encrypt(self, key: &[u8], id: ObjectId, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let wrong = |error| Error::Internal(format!("encrypting an object: {error}"));
        let key = self.filter().compute_key(key, id).map_err(wrong)?;
        self.filter().encrypt(&key, bytes).map_err(wrong)
    }
}
