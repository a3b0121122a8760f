//! What a signature shall be.

use jiff::Timestamp;

use crate::appearance::Appearance;
use crate::appearance::geometry::Rectangle;
use crate::crypto::DigestAlgorithm;
use crate::level::BaselineLevel;
use crate::role::Role;

/// What a signature shall be, whoever's key makes it.
#[derive(Debug, Clone)]
pub struct SignatureParameters {
    /// In which capacity it's made.
    pub role: Role,
    /// The PAdES level asked for.
    pub level: BaselineLevel,
    /// From PAdES-B-LT on: whether the evidence says which of it is for which signature (/VRI; EN 319 142-1, 5.4.2.3), as
    /// some old verifiers want it.
    pub vri: bool,
    /// The digest over the document and in the signature. `None`: the one that fits the key.
    pub digest: Option<DigestAlgorithm>,
    /// The time written into /M (the signer's claim, ISO 32000-2 table 255). The library has no clock.
    pub claimed_time: Timestamp,
    /// The signature field's fully qualified name. An empty field of this name is filled; else one is made.
    /// `None`: a new field with a name of its own.
    pub field: Option<String>,
    /// Where the signature is seen.
    pub place: Place,
    /// What is seen there.
    pub appearance: Appearance,
    /// What may still be changed after this signature.
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

impl SignatureParameters {
    /// A leader's approval signature at PAdES-B-B, invisible, in a new field, claimed to be made at `claimed_time`.
    pub fn leader(claimed_time: Timestamp) -> Self {
        Self {
            role: Role::Leader,
            level: BaselineLevel::B,
            vri: false,
            digest: None,
            claimed_time,
            field: None,
            place: Place::Field,
            appearance: Appearance::None,
            lock: Lock::None,
            reason: None,
            location: None,
            name: None,
            contact_info: None,
            reserved: None,
        }
    }

    /// The agency's seal: as a leader's, but it ends the document. With a picture and no place of its own it lies over
    /// the leader's signature.
    pub fn seal(claimed_time: Timestamp) -> Self {
        Self { role: Role::Seal, lock: Lock::Document(DocMdp::NoChanges), ..Self::leader(claimed_time) }
    }
}

/// Where a signature is seen. Pages count from 1; rectangles are in points on the page **as seen**: after CropBox,
/// /Rotate and UserUnit, with the origin at the lower left.
#[derive(Debug, Clone, PartialEq)]
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
        /// Text to look for in the pages' content, compared in NFC, whitespace folded.
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

/// What a signature lets others change afterwards (ISO 32000-2, 12.8.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lock {
    /// Says nothing: an approval signature.
    #[default]
    None,
    /// A certification signature: DocMDP with this permission, /Perms in the catalog. Only as the first signature.
    Certify(DocMdp),
    /// The field is locked with FieldMDP /All and the document with this permission: how the seal ends it.
    Document(DocMdp),
}

/// The DocMDP access permission /P (ISO 32000-2, table 257).
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
