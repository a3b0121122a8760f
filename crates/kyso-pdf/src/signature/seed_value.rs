//! Seed values of a signature field ([ISO 32000-2], 12.7.5.5, tables 237 and 238): what whoever made the field wants of the
//! signature in it.
//!
//! [ISO 32000-2]: https://pdfa.org/resource/iso-32000-2/

use lopdf::{Dictionary, Object, ObjectId};

use super::signature_field::text_of;
use crate::error::Error;
use crate::file::document::Document;
use crate::page::number_of;

/// Most bytes of certificates that are read of one field.
const MAX_CERTIFICATES: usize = 4 << 20;

/// A key of /SV, or of its /Cert, in the order of their bits in /Ff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeedKey {
    /// /Filter, bit 1.
    Filter,
    /// /SubFilter, bit 2.
    SubFilter,
    /// /V, bit 3.
    Version,
    /// /Reasons, bit 4.
    Reasons,
    /// /LegalAttestation, bit 5.
    LegalAttestation,
    /// /AddRevInfo, bit 6.
    AddRevInfo,
    /// /DigestMethod, bit 7.
    DigestMethod,
    /// /LockDocument, bit 8.
    LockDocument,
    /// /AppearanceFilter, bit 9.
    AppearanceFilter,
    /// /MDP, which binds without a bit.
    Mdp,
    /// /TimeStamp, by a /Ff of its own.
    TimeStamp,
    /// /Subject of /Cert, bit 1 there.
    Subject,
    /// /Issuer of /Cert, bit 2 there.
    Issuer,
    /// /KeyUsage of /Cert, bit 6 there.
    KeyUsage,
    /// Another key of /Cert, or a bit that the standard doesn't have.
    Other,
}

impl SeedKey {
    /// The keys with a bit, in its order.
    const OF_FIELD: [Self; 9] = [
        Self::Filter,
        Self::SubFilter,
        Self::Version,
        Self::Reasons,
        Self::LegalAttestation,
        Self::AddRevInfo,
        Self::DigestMethod,
        Self::LockDocument,
        Self::AppearanceFilter,
    ];

    /// As it's written, without the solidus.
    pub fn name(self) -> &'static str {
        match self {
            Self::Filter => "Filter",
            Self::SubFilter => "SubFilter",
            Self::Version => "V",
            Self::Reasons => "Reasons",
            Self::LegalAttestation => "LegalAttestation",
            Self::AddRevInfo => "AddRevInfo",
            Self::DigestMethod => "DigestMethod",
            Self::LockDocument => "LockDocument",
            Self::AppearanceFilter => "AppearanceFilter",
            Self::Mdp => "MDP",
            Self::TimeStamp => "TimeStamp",
            Self::Subject => "Cert/Subject",
            Self::Issuer => "Cert/Issuer",
            Self::KeyUsage => "Cert/KeyUsage",
            Self::Other => "Ff",
        }
    }
}

/// The constraints of a field that a signature has to keep; those that are mere proposals aren't here.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct SeedValue {
    /// The signature handler.
    pub filter: Option<String>,
    /// The encodings, one of which it is.
    pub sub_filters: Option<Vec<String>>,
    /// The least version of the reader.
    pub version: Option<f64>,
    /// The reasons, one of which is given; an empty list, or a full stop alone: none may be given.
    pub reasons: Option<Vec<String>>,
    /// Whether legal attestations have to be made.
    pub attestation: bool,
    /// Whether evidence has to stand in the signature itself.
    pub evidence_within: bool,
    /// The digests, one of which is taken.
    pub digests: Option<Vec<String>>,
    /// Whether signing locks the document: `true`, `false` or `auto`.
    pub locks: Option<String>,
    /// The appearance that is taken.
    pub appearance: Option<String>,
    /// 0: no certification signature; 1 to 3: one with this permission.
    pub permission: Option<i64>,
    /// Whether it has a time-stamp.
    pub time_stamp: bool,
    /// The certificates, in DER, one of which signs.
    pub subjects: Option<Vec<Vec<u8>>>,
    /// The certificates, in DER, one of which stands in the signer's path.
    pub issuers: Option<Vec<Vec<u8>>>,
    /// Patterns of 0, 1 and X, from digitalSignature to decipherOnly, one of which the key usage has.
    pub key_usages: Option<Vec<String>>,
    /// Whether something else is required.
    pub others: bool,
}

impl SeedValue {
    /// The constraints of the field with this object; none where it has none that bind.
    ///
    /// # Errors
    /// [`Error::Input`] where they can't be read; [`Error::Budget`] where its certificates are too large.
    pub fn of(document: &Document<'_>, field: ObjectId) -> Result<Option<Self>, Error> {
        let Object::Dictionary(field) = document.object(field)? else { return Ok(None) };
        let Object::Dictionary(seed) = document.get(&field, b"SV")? else { return Ok(None) };
        let bits = bits(document, &seed)?;
        let mut found = Self { others: bits >> SeedKey::OF_FIELD.len() != 0, ..Self::default() };
        for (_, key) in SeedKey::OF_FIELD.into_iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1) {
            found.require(document, key, &seed)?;
        }
        if let Object::Dictionary(mdp) = document.get(&seed, b"MDP")? {
            found.permission = document.get(&mdp, b"P")?.as_i64().ok();
        }
        if let Object::Dictionary(stamp) = document.get(&seed, b"TimeStamp")? {
            found.time_stamp = self::bits(document, &stamp)? & 1 == 1;
        }
        if let Object::Dictionary(certificate) = document.get(&seed, b"Cert")? {
            found.certificate(document, &certificate)?;
        }
        Ok((found != Self::default()).then_some(found))
    }

    fn require(&mut self, document: &Document<'_>, key: SeedKey, seed: &Dictionary) -> Result<(), Error> {
        let value = document.get(seed, key.name().as_bytes())?;
        match key {
            SeedKey::Filter => self.filter = word(&value),
            SeedKey::SubFilter => self.sub_filters = Some(words(document, &value)?),
            SeedKey::Version => self.version = number_of(&value),
            SeedKey::Reasons => self.reasons = Some(words(document, &value)?),
            SeedKey::LegalAttestation => self.attestation = !value.is_null(),
            SeedKey::AddRevInfo => self.evidence_within = matches!(value, Object::Boolean(true)),
            SeedKey::DigestMethod => self.digests = Some(words(document, &value)?),
            SeedKey::LockDocument => self.locks = word(&value),
            SeedKey::AppearanceFilter => self.appearance = word(&value),
            _ => {}
        }
        Ok(())
    }

    fn certificate(&mut self, document: &Document<'_>, seed: &Dictionary) -> Result<(), Error> {
        const SUBJECT: i64 = 1;
        const ISSUER: i64 = 2;
        const KEY_USAGE: i64 = 32;
        let bits = bits(document, seed)?;
        if bits & SUBJECT != 0 {
            self.subjects = Some(byte_strings(document, seed, b"Subject")?);
        }
        if bits & ISSUER != 0 {
            self.issuers = Some(byte_strings(document, seed, b"Issuer")?);
        }
        if bits & KEY_USAGE != 0 {
            self.key_usages = Some(words(document, &document.get(seed, b"KeyUsage")?)?);
        }
        self.others |= bits & !(SUBJECT | ISSUER | KEY_USAGE) != 0;
        Ok(())
    }
}

fn bits(document: &Document<'_>, seed: &Dictionary) -> Result<i64, Error> {
    Ok(match document.get(seed, b"Ff")? {
        Object::Real(bits) => format!("{bits:.0}").parse().unwrap_or(0),
        bits => bits.as_i64().unwrap_or(0),
    })
}

/// A name or a text string.
fn word(value: &Object) -> Option<String> {
    match value {
        Object::Name(name) => Some(String::from_utf8_lossy(name).into_owned()),
        text => text_of(text),
    }
}

/// Names or text strings: an array of them, or one alone.
fn words(document: &Document<'_>, value: &Object) -> Result<Vec<String>, Error> {
    let Object::Array(items) = value else { return Ok(word(value).into_iter().collect()) };
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        found.extend(word(&document.resolve(item)?));
    }
    Ok(found)
}

fn byte_strings(document: &Document<'_>, seed: &Dictionary, key: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    let mut found = Vec::new();
    let mut left = MAX_CERTIFICATES;
    for item in document.items(seed.get(key).ok())? {
        if let Object::String(bytes, _) = document.resolve(&item)? {
            let budget = "bytes of a field's certificates";
            let limit = MAX_CERTIFICATES as u64;
            left = left.checked_sub(bytes.len()).ok_or(Error::Budget { budget, limit, offset: None })?;
            found.push(bytes);
        }
    }
    Ok(found)
}
