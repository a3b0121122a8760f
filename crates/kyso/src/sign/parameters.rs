//! The parameters of a signature.

use jiff::Timestamp;

use crate::appearance::Appearance;
use crate::code::Code;
use crate::crypto::DigestAlgorithm;
use crate::error::{Error, Reason};
use crate::level::BaselineLevel;
use crate::pdf::geometry::Rectangle;
use crate::role::{Role, SEAL_FIELD, is_kept_for};

/// The capacities in which [`sign`](crate::sign()) signs. The seal isn't one of them: only [`seal`](crate::seal()) makes a
/// seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signatory {
    /// The authorised person, người có thẩm quyền.
    Leader,
    /// The agency, on an electronic copy (sao y, sao lục, trích sao) or a separate attachment.
    Copy,
    /// Anyone else.
    Other,
}

/// The agency, whose signature is its seal (dấu của cơ quan).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seal;

impl SignatureParameters {
    /// Refuses what only a seal has: the field that is kept for it, and a place over another's signature.
    ///
    /// # Errors
    /// [`Error::Refused`] with rule `seal.no-witness`.
    pub(crate) fn demand_no_seal(&self) -> Result<(), Error> {
        let is_seals = self.field.name().is_some_and(|field| is_kept_for(field, SEAL_FIELD))
            || matches!(self.place, Place::OverSignature { .. })
            || matches!(self.lock, Lock::Document(_));
        if is_seals {
            return Err(Error::refused(Code::SealNoWitness, Reason::SealPlace));
        }
        // Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8b: the agency's signature on a copy shows text alone.
        if self.signatory == Signatory::Copy && matches!(self.appearance, Appearance::Image(_)) {
            return Err(Error::refused(Code::SealNoWitness, Reason::PictureOnCopy));
        }
        Ok(())
    }
}

impl From<Signatory> for Role {
    fn from(signatory: Signatory) -> Self {
        match signatory {
            Signatory::Leader => Self::Leader,
            Signatory::Copy => Self::Copy,
            Signatory::Other => Self::Other,
        }
    }
}

impl From<Seal> for Role {
    fn from(_: Seal) -> Self {
        Self::Seal
    }
}

/// The parameters of a seal. Those of a leader's signature are of another type.
///
/// ```compile_fail,E0308
/// fn no_seal(document: &kyso::Document<'_>, key: &dyn kyso::Signer, now: jiff::Timestamp) {
///     let parameters = kyso::SignatureParameters::seal(now);
///     let _ = kyso::sign(document, key, &parameters, &kyso::SigningOptions::default());
/// }
/// ```
pub type SealParameters = SignatureParameters<Seal>;

/// The parameters of a signature, whoever makes it: the entries of its signature dictionary (ISO 32000-2, 12.8.1, table
/// 255), its field, and what is seen of it.
///
/// | Key | From |
/// |---|---|
/// | /Filter, /SubFilter | /Adobe.PPKLite, /ETSI.CAdES.detached ([EN 319 142-1], 6.3) |
/// | /ByteRange, /Contents | the document, the key |
/// | /M | `claimed_time` |
/// | /Name, /Reason, /Location, /ContactInfo | `name`, `reason`, `location`, `contact_info` |
/// | /Reference | `lock`, and the /Lock of a field that was there |
///
/// [EN 319 142-1]: https://www.etsi.org/deliver/etsi_en/319100_319199/31914201/
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SignatureParameters<S = Signatory> {
    /// Who signs.
    pub signatory: S,
    /// The PAdES level asked for.
    pub level: BaselineLevel,
    /// From PAdES-B-LT on: whether the evidence says which of it is for which signature (/VRI; EN 319 142-1, 5.4.2.3), as
    /// some old verifiers want it.
    pub vri: bool,
    /// The digest over the document and in the signature. `None`: the one that fits the key.
    pub digest: Option<DigestAlgorithm>,
    /// The time written into /M (the signer's claim, ISO 32000-2 table 255). The library has no clock.
    pub claimed_time: Timestamp,
    /// The signature field that is filled or made.
    pub field: FieldChoice,
    /// Where the signature is seen.
    pub place: Place,
    /// The signature's appearance at that place.
    pub appearance: Appearance,
    /// The changes that stay allowed after this signature.
    pub lock: Lock,
    /// /Reason.
    pub reason: Option<String>,
    /// /Location.
    pub location: Option<String>,
    /// /Name. `None`: the certificate's common name, where the certificate is known.
    pub name: Option<String>,
    /// /ContactInfo.
    pub contact_info: Option<String>,
    /// Bytes to reserve for the CMS in /Contents. `None`: computed from the key's certificates.
    pub reserved: Option<usize>,
}

/// Which signature field a signature goes into, by its fully qualified name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FieldChoice {
    /// A new field with a name that nothing has. The seal over a leader's signature takes the empty field that is reserved
    /// for it, where there is one.
    #[default]
    Any,
    /// The empty field of this name, which the document has: a name that it hasn't is an error, not a new field.
    Existing(String),
    /// A new field of this name, which nothing has: not empty, without full stop.
    New(String),
}

impl FieldChoice {
    /// The name that was given.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Any => None,
            Self::Existing(name) | Self::New(name) => Some(name),
        }
    }
}

/// The parameters of any role, as the steps below the verbs take them.
pub(crate) type Parameters = SignatureParameters<Role>;

impl SignatureParameters {
    /// A leader's approval signature at PAdES-B-B, invisible, in a new field, claimed to be made at `claimed_time`.
    pub fn leader(claimed_time: Timestamp) -> Self {
        Self::of(Signatory::Leader, claimed_time)
    }

    /// Parameters like [`leader`](Self::leader), for any signatory.
    pub fn of(signatory: Signatory, claimed_time: Timestamp) -> Self {
        Self::plain(signatory, claimed_time, Lock::None)
    }
}

impl SealParameters {
    /// The agency's seal: as a leader's, but it ends the document. With a picture and no place of its own it lies over
    /// the leader's signature.
    pub fn seal(claimed_time: Timestamp) -> Self {
        Self::plain(Seal, claimed_time, Lock::Document(DocMdp::NoChanges))
    }
}

impl<S> SignatureParameters<S> {
    fn plain(signatory: S, claimed_time: Timestamp, lock: Lock) -> Self {
        Self {
            signatory,
            level: BaselineLevel::B,
            vri: false,
            digest: None,
            claimed_time,
            field: FieldChoice::Any,
            place: Place::Field,
            appearance: Appearance::None,
            lock,
            reason: None,
            location: None,
            name: None,
            contact_info: None,
            reserved: None,
        }
    }

    /// At this level.
    #[must_use]
    pub fn level(self, level: BaselineLevel) -> Self {
        Self { level, ..self }
    }

    /// In the empty field of this name, which the document has.
    #[must_use]
    pub fn field(self, name: impl Into<String>) -> Self {
        Self { field: FieldChoice::Existing(name.into()), ..self }
    }

    /// In a new field of this name.
    #[must_use]
    pub fn new_field(self, name: impl Into<String>) -> Self {
        Self { field: FieldChoice::New(name.into()), ..self }
    }

    /// Seen at this place.
    #[must_use]
    pub fn place(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// With this to be seen of it.
    #[must_use]
    pub fn appearance(self, appearance: Appearance) -> Self {
        Self { appearance, ..self }
    }

    /// Letting this be changed afterwards.
    #[must_use]
    pub fn lock(self, lock: Lock) -> Self {
        Self { lock, ..self }
    }

    /// With this digest.
    #[must_use]
    pub fn digest(self, digest: DigestAlgorithm) -> Self {
        Self { digest: Some(digest), ..self }
    }

    /// For this /Reason.
    #[must_use]
    pub fn reason(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// At this /Location.
    #[must_use]
    pub fn location(self, location: impl Into<String>) -> Self {
        Self { location: Some(location.into()), ..self }
    }

    /// With room for so many bytes of CMS.
    #[must_use]
    pub fn reserved(self, bytes: usize) -> Self {
        Self { reserved: Some(bytes), ..self }
    }
}

impl<S: Copy + Into<Role>> SignatureParameters<S> {
    /// The parameters for the steps, whose role is any.
    pub(crate) fn of_any(&self) -> Parameters {
        let Self { signatory, level, vri, digest, claimed_time, lock, reserved, .. } = *self;
        Parameters {
            signatory: signatory.into(),
            level,
            vri,
            digest,
            claimed_time,
            field: self.field.clone(),
            place: self.place.clone(),
            appearance: self.appearance.clone(),
            lock,
            reason: self.reason.clone(),
            location: self.location.clone(),
            name: self.name.clone(),
            contact_info: self.contact_info.clone(),
            reserved,
        }
    }
}

/// Where a signature is seen. Pages count from 1; rectangles are in points on the page **as seen**: after CropBox,
/// /Rotate and UserUnit, with the origin at the lower left.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Place {
    /// Nowhere, or in the rectangle of the existing field.
    Field,
    /// In this rectangle. The appearance is centred in it and never enlarged or shrunk when it knows its own size.
    Rectangle {
        /// The page, from 1.
        page: usize,
        /// In points, as seen.
        rectangle: Rectangle,
    },
    /// Under the last line that holds this text, centred on it, midway to the next line below
    /// (e.g. under "CHỦ TỊCH", above the name).
    Anchor {
        /// Text to search for in the pages' content, compared in NFC, whitespace folded.
        text: String,
    },
    /// As the seal lies on a signature: over its left third, centred on it vertically
    /// (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a). A field reserved so has room for the seal over whatever
    /// signature the other field will hold.
    OverSignature {
        /// The signature field's fully qualified name.
        field: String,
    },
    /// The upper right corner of page 1, for copies and separate attachments.
    TopRight,
}

/// The changes that a signature allows afterwards ([ISO 32000-2], 12.8.2).
///
/// | written | `None` | `Certify` | `Document` |
/// |---|---|---|---|
/// | /Reference of the signature | – | /DocMDP with /P | /FieldMDP with /Action /All, /DocMDP with /P |
/// | /Lock of the field (12.7.5.5) | – | – | /Action /All, /P |
/// | /Perms of the catalog (12.8.6) | – | /DocMDP | – |
///
/// [ISO 32000-2]: https://pdfa.org/resource/iso-32000-2/
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Lock {
    /// Says nothing: an approval signature.
    #[default]
    None,
    /// A certification signature: DocMDP with this permission, /Perms in the catalog. Only as the first signature.
    Certify(DocMdp),
    /// The field is locked with FieldMDP /All and the document with this permission: how the seal ends it.
    Document(DocMdp),
}

/// The DocMDP access permission /P ([ISO 32000-2], 12.8.2.2, table 257).
///
/// | /P | Allowed afterwards |
/// |---|---|
/// | 1 | nothing but long-term evidence |
/// | 2 | filling forms, signing |
/// | 3 | annotations too |
///
/// [ISO 32000-2]: https://pdfa.org/resource/iso-32000-2/
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocMdp {
    /// 1: no changes, but DSS and document time-stamps.
    NoChanges,
    /// 2: form filling and signing.
    FormFilling,
    /// 3: annotations too.
    Annotations,
}

impl DocMdp {
    /// The number in the file.
    pub fn permission(self) -> i64 {
        match self {
            Self::NoChanges => 1,
            Self::FormFilling => 2,
            Self::Annotations => 3,
        }
    }
}
