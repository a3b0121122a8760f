//! Keys of logs and witnesses, and the text in which they're handed around ([C2SP signed-note], verifier keys;
//! [C2SP tlog-cosignature]).
//!
//! [C2SP signed-note]: https://c2sp.org/signed-note
//! [C2SP tlog-cosignature]: https://c2sp.org/tlog-cosignature

use std::fmt;
use std::str::FromStr;

use kyso::crypto::{Ed25519Key, ed25519_verify, hex, sha256};

use super::{NoteSignature, base64, from_base64};

/// What a key signs, as the octet of its algorithm says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyUse {
    /// 0x01: the text of notes, by Ed25519. A log's key.
    Note,
    /// 0x04: that a checkpoint continues those seen before, and when it was seen. A witness's key.
    Cosignature,
}

impl KeyUse {
    /// The octet of the algorithm (signed-note, Signature types).
    fn octet(self) -> u8 {
        match self {
            Self::Note => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// Why something isn't a key's text, or can't be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// It hasn't the three parts name, id and key.
    #[error("it isn't a key of the form name+id+base64")]
    Form,
    /// The name is empty, or has a space, a plus or a control character.
    #[error("the key's name is empty, or has a space, a plus or a control character in it")]
    Name,
    /// The key is for an algorithm that isn't read here.
    #[error("the key is for signatures of type {0:#04x}; Ed25519 (0x01) and its cosignatures (0x04) are read")]
    Algorithm(u8),
    /// The key isn't 32 octets.
    #[error("the key hasn't 32 octets")]
    Length,
    /// The id isn't the key's: a slip of the pen, or another key.
    #[error("the id isn't that of this name and key: something of it was changed")]
    Id,
}

/// A public key under a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: String,
    usage: KeyUse,
    public: [u8; 32],
    id: [u8; 4],
}

impl VerifierKey {
    /// The key of this name, use and public octets (RFC 8032, 5.1.5).
    ///
    /// # Errors
    /// [`KeyFault::Name`].
    pub fn new(name: &str, usage: KeyUse, public: [u8; 32]) -> Result<Self, KeyFault> {
        if !is_key_name(name) {
            return Err(KeyFault::Name);
        }
        let [a, b, c, d, ..] = sha256(&[name.as_bytes(), b"\n", &[usage.octet()], &public]);
        Ok(Self { name: name.to_owned(), usage, public, id: [a, b, c, d] })
    }

    /// The name: of a log, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn usage(&self) -> KeyUse {
        self.usage
    }

    /// The public octets.
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// The first four octets of `SHA-256(name ‖ 0x0A ‖ algorithm ‖ public key)`, by which signatures name the key.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The text that this key signs for a note's text, and the time that its signature states; the signature itself. `None` where
    /// the value is none of such a key.
    fn parts<'v>(&self, text: &str, value: &'v [u8]) -> Option<(Vec<u8>, Option<u64>, &'v [u8])> {
        match self.usage {
            KeyUse::Note => Some((text.as_bytes().to_vec(), None, value)),
            KeyUse::Cosignature => {
                let (time, signature) = value.split_first_chunk()?;
                let time = u64::from_be_bytes(*time);
                (i64::try_from(time).is_ok()).then(|| (cosigned(text, time), Some(time), signature))
            }
        }
    }

    /// Whether the value of a signature line is this key's for a note's text; and the time in seconds since 1970 that a
    /// cosignature states.
    pub(super) fn verify(&self, text: &str, value: &[u8]) -> Option<Option<u64>> {
        let (message, time, signature) = self.parts(text, value)?;
        ed25519_verify(&self.public, &message, signature).then_some(time)
    }
}

/// What a cosigner signs of a note's text (tlog-cosignature, Ed25519 signed message).
fn cosigned(text: &str, time: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

/// Whether signature lines can have this name.
pub(super) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '+')
}

/// `name+id+base64(algorithm ‖ public key)`.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![self.usage.octet()];
        key.extend(self.public);
        write!(f, "{}+{}+{}", self.name, hex(&self.id), base64(&key))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyFault;

    fn from_str(text: &str) -> Result<Self, KeyFault> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyFault::Form);
        };
        let key = from_base64(key).ok_or(KeyFault::Form)?;
        let (octet, public) = key.split_first().ok_or(KeyFault::Form)?;
        let usage = match octet {
            0x01 => KeyUse::Note,
            0x04 => KeyUse::Cosignature,
            other => return Err(KeyFault::Algorithm(*other)),
        };
        let read = Self::new(name, usage, public.try_into().map_err(|_| KeyFault::Length)?)?;
        if hex(&read.id) == id { Ok(read) } else { Err(KeyFault::Id) }
    }
}

/// A private key under a name: what signs notes.
#[derive(Debug, Clone)]
pub struct SignerKey {
    key: Ed25519Key,
    verifier: VerifierKey,
}

impl SignerKey {
    /// The key under this name and for this use. One key is used for one of both, and a cosigner's under one name: what a
    /// cosigner signs doesn't say the name.
    ///
    /// # Errors
    /// [`KeyFault::Name`].
    pub fn new(name: &str, usage: KeyUse, key: Ed25519Key) -> Result<Self, KeyFault> {
        Ok(Self { verifier: VerifierKey::new(name, usage, *key.public())?, key })
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// A signature line for a note's text. `time`, in seconds since 1970, is what a cosignature states; a note's own signature
    /// states none.
    ///
    /// # Errors
    /// [`kyso::Error::Signer`] where OpenSSL refuses; [`kyso::Error::Internal`] where a cosignature's time is after 2^63 − 1.
    pub fn sign(&self, text: &str, time: u64) -> Result<NoteSignature, kyso::Error> {
        let mut value = Vec::new();
        let message = match self.verifier.usage {
            KeyUse::Note => text.as_bytes().to_vec(),
            KeyUse::Cosignature => {
                if i64::try_from(time).is_err() {
                    return Err(kyso::Error::Internal("a cosignature's time is beyond 2^63 - 1".to_owned()));
                }
                value.extend(time.to_be_bytes());
                cosigned(text, time)
            }
        };
        value.extend(self.key.sign(&message)?);
        Ok(NoteSignature { name: self.verifier.name.clone(), id: self.verifier.id, value })
    }
}
