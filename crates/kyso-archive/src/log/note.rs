//! Texts signed by one key or several ([C2SP signed-note] 1.0.0).
//!
//! ```text
//! text, ending in a newline
//!
//! — name base64(key id ‖ signature)
//! ```
//!
//! [C2SP signed-note]: https://c2sp.org/signed-note

use std::fmt;

use super::key::is_key_name;
use super::{VerifierKey, base64, from_base64};

/// The most octets of a note. Sixteen signatures that withstand quantum computers, of 5 KB each, have room in it.
pub const MAX_NOTE: usize = 192 << 10;
/// The most signatures of a note: four times as many as verifiers must take.
pub const MAX_SIGNATURES: usize = 64;

/// What stands before a signature: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// A text with its signatures, which say nothing before they're verified ([`Note::verify`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    pub(super) name: String,
    pub(super) id: [u8; 4],
    pub(super) value: Vec<u8>,
}

/// A key that has signed, as a verified note gives it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<'k> {
    /// Which of the keys that were given.
    pub key: &'k VerifierKey,
    /// When a cosigner saw it, in seconds since 1970, by the cosigner's word; `None` for a note's own signature.
    pub time: Option<u64>,
}

/// Why a note isn't one, or doesn't hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteFault {
    /// It's longer than [`MAX_NOTE`], or has more signatures than [`MAX_SIGNATURES`].
    #[error("the note is too large")]
    TooLarge,
    /// It isn't a text, an empty line and signatures.
    #[error("it isn't a signed note")]
    Form,
    /// A known key's signature doesn't verify.
    #[error("the signature by {0} doesn't hold")]
    Signature(String),
    /// None of the known keys has signed it.
    #[error("none of the known keys has signed it")]
    Unsigned,
}

impl Note {
    /// A text without signatures.
    ///
    /// # Errors
    /// [`NoteFault::Form`] where it doesn't end in a newline or has another control character; [`NoteFault::TooLarge`].
    pub fn new(text: String) -> Result<Self, NoteFault> {
        if text.len() > MAX_NOTE {
            return Err(NoteFault::TooLarge);
        }
        if !text.ends_with('\n') || !is_printed(&text) {
            return Err(NoteFault::Form);
        }
        Ok(Self { text, signatures: Vec::new() })
    }

    /// Reads a note. Nothing of it is verified.
    ///
    /// # Errors
    /// [`NoteFault::Form`] and [`NoteFault::TooLarge`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteFault> {
        if bytes.len() > MAX_NOTE {
            return Err(NoteFault::TooLarge);
        }
        let note = std::str::from_utf8(bytes).ok().filter(|note| is_printed(note)).ok_or(NoteFault::Form)?;
        // The last empty line parts them: a text may have some.
        let (before, lines) = note.rsplit_once("\n\n").ok_or(NoteFault::Form)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteFault::Form)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() == MAX_SIGNATURES {
                return Err(NoteFault::TooLarge);
            }
            signatures.push(NoteSignature::parse(line).ok_or(NoteFault::Form)?);
        }
        Ok(Self { text: format!("{before}\n"), signatures })
    }

    /// What is signed, ending in a newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in order, verified or not.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature. One that is there already, to the octet, isn't added again.
    ///
    /// # Errors
    /// [`NoteFault::TooLarge`].
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteFault> {
        if self.signatures.contains(&signature) {
            return Ok(());
        }
        self.signatures.push(signature);
        if self.signatures.len() > MAX_SIGNATURES || self.to_string().len() > MAX_NOTE {
            self.signatures.pop();
            return Err(NoteFault::TooLarge);
        }
        Ok(())
    }

    /// The keys, of those given, that have signed the text; each once, though it signed more than once. Signatures by other keys
    /// are passed over.
    ///
    /// # Errors
    /// [`NoteFault::Signature`] where one by a given key doesn't hold: nothing of the note counts then.
    /// [`NoteFault::Unsigned`] where there's none by a given key.
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<Signed<'k>>, NoteFault> {
        let mut signed: Vec<Signed<'k>> = Vec::new();
        for signature in &self.signatures {
            for key in keys.iter().filter(|key| signature.is_by(key)) {
                let fault = || NoteFault::Signature(key.name().to_owned());
                let time = key.verify(&self.text, &signature.value).ok_or_else(fault)?;
                if signed.iter().all(|other| other.key != key) {
                    signed.push(Signed { key, time });
                }
            }
        }
        if signed.is_empty() { Err(NoteFault::Unsigned) } else { Ok(signed) }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl NoteSignature {
    /// The name of the key, by the signature's own word.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key, by the signature's own word.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Reads a signature line, without its newline: what witnesses answer. `None` where it isn't one.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(DASH)?.split_once(' ')?;
        let octets = from_base64(encoded)?;
        let (id, value) = octets.split_first_chunk()?;
        let is_one = is_key_name(name) && !value.is_empty();
        is_one.then(|| Self { name: name.to_owned(), id: *id, value: value.to_vec() })
    }

    fn is_by(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }
}

/// The line, without its newline.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let octets: Vec<u8> = self.id.iter().chain(&self.value).copied().collect();
        write!(f, "{DASH}{} {}", self.name, base64(&octets))
    }
}

/// Whether no ASCII control character but the newline is in it (signed-note, Format).
fn is_printed(text: &str) -> bool {
    text.bytes().all(|octet| octet >= 0x20 || octet == b'\n')
}
