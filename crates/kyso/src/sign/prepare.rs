//! Step 1: the tail with an empty /Contents, its byte range, and the digest of what it covers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::embed::SignedDocument;
use super::parameters::{Lock, Parameters};
use super::place::Context;
use super::signer::SigningKey;
use super::to_be_signed::ToBeSigned;
use super::{field, permission, seed_value};
use crate::code::Code;
use crate::error::{Error, Parameter, Reason};
use crate::level::BaselineLevel;
use crate::local_time::VIETNAM;
use crate::pdf::{ByteRange, Document, FieldLock, Hole, HoleText, SignatureField, Tail, Update, text_string};
use crate::pki::Certificate;
use crate::role::LeaderSignature;
use crate::tsp::TimeStamper;

/// The first entries of a signature dictionary (EN 319 142-1, 6.3).
const HEAD: &str = "/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached";

/// A document with room for a signature, and what the key has to sign. A process may store it and go on days later: with
/// the original document it's all that [`embed`](crate::steps::embed) needs. Whoever can write to that store decides what the
/// key is asked to sign, and at which level: keep it as safe as the key's own requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct PreparedDocument {
    pub(super) hole: Hole,
    pub(super) field: String,
    pub(super) level: BaselineLevel,
    pub(super) to_be_signed: ToBeSigned,
}

/// A [`PreparedDocument`] as it comes from a store: unchecked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    hole: Hole,
    field: String,
    level: BaselineLevel,
    to_be_signed: ToBeSigned,
}

impl TryFrom<Stored> for PreparedDocument {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self, Error> {
        let Stored { hole, field, level, to_be_signed } = stored;
        hole.digits()?;
        to_be_signed.demand_whole()?;
        Ok(Self { hole, field, level, to_be_signed })
    }
}

impl PreparedDocument {
    /// The message that the key signs.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// The update, with /Contents filled with zeros. Behind the original bytes it gives the document that is signed.
    pub fn tail(&self) -> &Tail {
        &self.hole.tail
    }

    /// The bytes that the signature will cover: of the original document, and of the tail before and behind the hole.
    pub(crate) fn covered<'b>(&'b self, original: &'b [u8]) -> Result<[&'b [u8]; 3], Error> {
        Ok(self.hole.covered(original)?)
    }

    /// The bytes that the signature covers.
    pub fn byte_range(&self) -> &ByteRange {
        &self.hole.byte_range
    }

    /// The signature field's fully qualified name.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The level that it was prepared for: from PAdES-B-T on, no signature goes in without a time-stamp.
    pub fn level(&self) -> BaselineLevel {
        self.level
    }

    /// The document as it will be, with zeros for the signature value.
    pub(crate) fn draft(&self) -> Result<SignedDocument, Error> {
        self.clone().fill(&self.to_be_signed.draft()?)
    }

    /// The document with `cms` in its hole.
    pub(super) fn fill(self, cms: &[u8]) -> Result<SignedDocument, Error> {
        let byte_range = self.hole.byte_range.clone();
        Ok(SignedDocument { tail: self.hole.fill(cms)?, field: self.field, byte_range })
    }
}

/// Appends a signature field (or takes the empty one of that name) and a signature dictionary with room for the CMS in its
/// /Contents, and hashes what is covered: the one pass over the whole document. `witness` is of this document; `agreed`
/// refuses what readers show differently; whether the key may sign, and whether what it signs could verify, is the caller's to have asked.
///
/// # Errors
/// [`Error::Refused`] where the document may not be signed (again), with rule `certificate.expired` or
/// `certificate.not-yet-valid` where the certificate isn't valid at the claimed time; [`Error::Parameters`] where a parameter
/// doesn't fit the document, or no room for a time-stamp is known that the level needs; [`Error::Input`] where the document
/// can't be read; those of [`ToBeSigned::new`].
pub(crate) fn prepare(
    document: &Document<'_>,
    key: SigningKey<'_>,
    parameters: Parameters,
    witness: Option<&LeaderSignature>,
    time_stamper: Option<&dyn TimeStamper>,
    agreed: fn(&Document<'_>) -> Result<(), Error>,
) -> Result<PreparedDocument, Error> {
    let SigningKey { certificates, algorithm } = key;
    let certificate = key.certificate()?;
    demand_in_time(certificate, parameters.claimed_time)?;
    let name = parameters.name.clone().or_else(|| certificate.identity().common_name.clone());
    let parameters = &Parameters { name, ..parameters };
    let mut update = Update::new(document);
    let fields = SignatureField::all(document)?;
    permission::demand(document, &fields, parameters.lock)?;
    agreed(document)?;
    let context = Context { document, fields: &fields, parameters, witness };
    let chosen = field::chosen(context)?;
    let mut digest = match parameters.digest {
        Some(digest) => digest,
        None => ToBeSigned::default_digest(certificate, algorithm)?,
    };
    if let Some(field) = chosen {
        digest = seed_value::demand(document, field, parameters, key, digest)?;
    }
    let for_time_stamp = match (parameters.level, time_stamper) {
        (BaselineLevel::B, _) => Some(0),
        (_, time_stamper) => time_stamper.map(TimeStamper::room),
    };
    let reserved = match (parameters.reserved, for_time_stamp) {
        (Some(reserved), _) => reserved,
        (None, Some(room)) => ToBeSigned::size(digest, algorithm, certificates)?.saturating_add(room),
        (None, None) => return Err(no_time_stamper(parameters.level)),
    };
    let signature = update.reserve();
    let target = field::place(context, chosen, &mut update, signature)?;
    if let Lock::Certify(_) = parameters.lock {
        field::enter_permissions(document, &mut update, signature)?;
    }
    // A new field is a change of the form already, which raising the version counts as too.
    update.raise_version()?;
    let rest = entries(document, parameters, target.lock.as_ref())?;
    let hole = HoleText::new(document, HEAD, reserved, &rest).write(update, signature)?;
    let mut hasher = digest.hasher();
    for covered in hole.covered(document.bytes())? {
        hasher.update(covered);
    }
    let to_be_signed = ToBeSigned::new(&hasher.finish(), digest, algorithm, certificates)?;
    Ok(PreparedDocument { hole, field: target.name, level: parameters.level, to_be_signed })
}

/// The refusal of a level that needs a time-stamp.
pub(crate) fn no_time_stamper(level: BaselineLevel) -> Error {
    Error::parameters(Parameter::Level, Reason::NoTimeStamper(Some(level)))
}

/// Nobody signs with a certificate that isn't in its time (Thông tư 15/2025/TT-BKHCN, Điều 5 khoản 1 điểm a).
pub(super) fn demand_in_time(certificate: &Certificate, time: Timestamp) -> Result<(), Error> {
    if time < certificate.not_before() {
        return Err(Error::refused(Code::CertificateNotYetValid, Reason::NotBefore(certificate.not_before())));
    }
    if time > certificate.not_after() {
        return Err(Error::refused(Code::CertificateExpired, Reason::NotAfter(certificate.not_after())));
    }
    Ok(())
}

/// The entries of the signature dictionary behind /Contents.
fn entries(document: &Document<'_>, parameters: &Parameters, lock: Option<&FieldLock>) -> Result<Vec<u8>, Error> {
    let mut text = format!("/M ({})\n", pdf_date(parameters.claimed_time)).into_bytes();
    for (key, value) in [
        ("Name", &parameters.name),
        ("Reason", &parameters.reason),
        ("Location", &parameters.location),
        ("ContactInfo", &parameters.contact_info),
    ] {
        if let Some(value) = value {
            text.extend_from_slice(format!("/{key} ").as_bytes());
            text.extend(crate::pdf::object_text(&text_string(value))?);
            text.push(b'\n');
        }
    }
    text.extend(permission::references(document, parameters.lock, lock)?);
    Ok(text)
}

/// A date (ISO 32000-2, 7.9.4) in Vietnam's time.
pub(crate) fn pdf_date(time: Timestamp) -> String {
    let local = VIETNAM.to_datetime(time);
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}+07'00'",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}
