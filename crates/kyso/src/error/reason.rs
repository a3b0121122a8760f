//! What exactly is wrong, where the caller can put it right: data, so that each language can word it.

use std::fmt;

use super::outside::Joined;
use super::{Error, ResponderStatus, Subject, Unfounded};
use crate::finding::Finding;
use crate::language::Bilingual;
use crate::level::BaselineLevel;
use crate::local_time::in_vietnam;
use crate::pdf::Unseen;
use jiff::Timestamp;

/// What is wrong, and what to do. What a clerk meets is data, for `kyso-words` to word in every language; what only a
/// developer meets is worded in English alone ([`Reason::Other`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The rule says it all; the text is for developers, in English.
    ByRule(&'static str),
    /// There is something to be seen, but no place for it.
    NoPlace,
    /// There is a place, but nothing to be seen there.
    NothingToSee,
    /// A reason of kyso-pdf's, which the law says nothing of.
    Pdf(kyso_pdf::Reason),
    /// Between the anchor's line and the next one is too little room. All in millimetres.
    NoRoomUnderAnchor {
        /// What there is.
        room: Decimal,
        /// What the picture needs.
        height: Decimal,
        /// How wide the picture may be at most.
        widest: Decimal,
    },
    /// The rectangle is smaller than what is to be seen in it. Width and height in points.
    RectangleTooSmall {
        /// What is needed.
        needed: (Decimal, Decimal),
        /// What there is.
        given: (Decimal, Decimal),
    },
    /// The appearance would cross an edge of the page.
    OffPage(Edge),
    /// The leader's signature in this field can't be seen, so the seal can't lie over it.
    NotSeen {
        /// The field's name.
        field: String,
        /// Why, where the document has such a field.
        why: Option<Unseen>,
    },
    /// An appearance in this field wouldn't be seen.
    FieldNotSeen {
        /// The field's name.
        field: String,
        /// Why.
        why: Unseen,
    },
    /// The signature wouldn't keep a constraint of the field's seed values (ISO 32000-2, table 237).
    SeedValue {
        /// The field's name.
        field: String,
        /// The constraint's key, without the solidus.
        key: &'static str,
        /// What it wants, where that can be told.
        wanted: String,
    },
    /// The seal's place over the leader's signature isn't within the field that was reserved for the seal.
    SealOutsideField {
        /// The reserved field's name.
        field: String,
        /// The edge that is crossed.
        edge: Edge,
        /// By how many millimetres.
        by: Decimal,
    },
    /// No picture of a signature or a seal is so wide. All in millimetres.
    NoSuchWidth {
        /// What the picture is of.
        what: Subject,
        /// The width that was given.
        width: String,
        /// The narrowest.
        least: String,
        /// The widest.
        most: String,
    },
    /// A line of the text of an appearance is wider than the page.
    WideLine {
        /// Its width in millimetres.
        width: String,
    },
    /// The typeface has no glyph for a character.
    NoGlyph {
        /// The character.
        letter: char,
        /// The typeface's name.
        typeface: &'static str,
    },
    /// A picture is no PNG that can be read.
    NotPng {
        /// What the decoder says.
        cause: String,
    },
    /// A picture has no transparent background.
    NotTransparent,
    /// A picture has no pixel that is opaque.
    NothingDrawn,
    /// A picture isn't in the ink that Nghị định 30/2020/NĐ-CP, Phụ lục I asks for.
    OtherInk {
        /// Share of its ink that is of the right colour, in percent.
        percent: u64,
        /// The right colour.
        wanted: Ink,
    },
    /// A scan shows no ink on paper.
    NoInk,
    /// Too large a share of the scan is dark for a drawing on paper.
    TooMuchInk {
        /// How much, in percent.
        percent: u64,
    },
    /// A scan's resolution is too low.
    TooCoarse {
        /// The picture's resolution in pixels per inch.
        dpi: u64,
        /// The least resolution that is accepted, in pixels per inch.
        least: u64,
    },
    /// A picture has more pixels than it may.
    TooManyPixels {
        /// How many.
        pixels: u64,
        /// How many it may have.
        most: u64,
    },
    /// No signature or seal is so wide. All in millimetres.
    UnlikelyWidth {
        /// How wide it would be.
        width: Decimal,
        /// The narrowest.
        least: Decimal,
        /// The widest.
        most: Decimal,
    },
    /// A picture is neither a JPEG nor a PNG that can be read.
    NotPicture {
        /// What the decoder says.
        cause: String,
    },
    /// The key's password is missing.
    NoPassword,
    /// The key's password is wrong, or its file is damaged.
    WrongPassword,
    /// The key's password holds a zero byte.
    ZeroByte,
    /// The bytes hold no private key that can be read.
    NotKey,
    /// The bytes are no PKCS#12 file.
    NotPkcs12,
    /// The PKCS#12 file is encrypted with a cipher that this OpenSSL doesn't offer.
    OldCipher,
    /// Nobody signs with a key of this kind.
    UnsupportedKey(String),
    /// The key is too short.
    WeakKey(String),
    /// The signing certificate isn't valid before this time.
    NotBefore(Timestamp),
    /// The signing certificate isn't valid after this time.
    NotAfter(Timestamp),
    /// The certificate is the agency's: the roster names it for the seal, or, without an entry there, its own names an
    /// organisation.
    SealingKey,
    /// The field, the place or the lock is the seal's.
    SealPlace,
    /// The agency's signature on a copy shows text: with a picture it would be taken for the seal.
    PictureOnCopy,
    /// The document is locked: by the signature in this field, or, for `None`, as a whole (DocMDP P=1, ISO 32000-2,
    /// 12.8.2.2).
    Locked {
        /// The field's name.
        field: Option<String>,
    },
    /// A signature locks the field (FieldMDP, ISO 32000-2, 12.8.2.4).
    FieldLocked {
        /// The locked field's name.
        field: String,
        /// The field of the signature that locks it.
        by: String,
    },
    /// The field is signed already.
    Signed {
        /// The field's name.
        field: String,
    },
    /// The field is there, in a place of its own, and another place was given.
    OwnPlace {
        /// The field's name.
        field: String,
    },
    /// The document has no signature field of this name.
    NoSuchField {
        /// The name that was given.
        field: String,
        /// The empty signature fields that it has.
        empty: Vec<String>,
        /// Whether one of them looks the same, written with other code points (Unicode's NFC and NFD).
        looks_alike: bool,
    },
    /// The document keeps empty fields for those who sign it, and none was named.
    FieldsWait {
        /// Their names.
        fields: Vec<String>,
    },
    /// The field is there, and no signature field.
    OtherField {
        /// The field's name.
        field: String,
    },
    /// A new field has a name that results keep, in a document that has such fields.
    KeptField {
        /// The field's name.
        field: String,
    },
    /// There is a signature field of the name that a new one shall have.
    FieldTaken {
        /// The field's name.
        field: String,
        /// Whether it's signed.
        signed: bool,
    },
    /// The signature field stands in the form's list itself and is no object of its own.
    DirectField {
        /// The field's name.
        field: String,
    },
    /// No new field can have this name: it's empty, or has a full stop.
    FieldName,
    /// Two fields are asked for by one name.
    FieldTwice {
        /// The name.
        field: String,
    },
    /// A signature doesn't hold, or was followed by changes that it doesn't allow.
    Broken {
        /// Its field.
        field: String,
    },
    /// No path leads from a certificate to an anchor.
    NoPath {
        /// Whose certificate it is.
        subject: String,
    },
    /// An OCSP responder gives no answer, and says why in the standard's word.
    ResponderRefuses(ResponderStatus),
    /// A certificate was revoked.
    Revoked {
        /// Whose certificate it is.
        subject: String,
        /// Since when.
        at: Timestamp,
        /// Why, where its issuer says: the name of CRLReason (RFC 5280, 5.3.1).
        reason: Option<&'static str>,
    },
    /// A certificate has expired, and its issuer no longer tells whether it was revoked.
    Silent {
        /// Whose certificate it is.
        subject: String,
    },
    /// None of the certificates belongs to the key.
    OtherCertificate,
    /// The file holds no private key.
    NoPrivateKey,
    /// No valid leader's signature lies under the seal.
    NoLeader(Option<Objection>),
    /// A level needs a time-stamping authority, and none is given; `None`: a document time-stamp does.
    NoTimeStamper(Option<BaselineLevel>),
    /// A document is extended to a level that lasts longer than PAdES-B-B only.
    NotExtended,
    /// The document was prepared for a level at which the signature is embedded with a time-stamp.
    PreparedForTimeStamp(BaselineLevel),
    /// The page is one object with another page of the document.
    RepeatedPage {
        /// The page, from 1.
        page: usize,
    },
    /// Nobody has signed in the field of whoever certifies.
    CertifierToSign {
        /// The field's name.
        field: String,
    },
    /// A field in which the result's form demands a signature is empty.
    EmptyField {
        /// The field's name.
        field: String,
    },
    /// A form was filled in, or a page annotated, after a signature.
    FilledIn {
        /// The signature's field.
        field: String,
    },
    /// A signature doesn't hold, or its certificate leads to no anchor and stands in no roster.
    Stranger {
        /// The signature's field.
        field: String,
        /// What it lacks; `None` where its certificate leads nowhere.
        cause: Option<Cause>,
    },
    /// Annotations lie over one another on many pages.
    Overlap {
        /// One of the pages, from 1.
        page: usize,
        /// The two annotations.
        objects: String,
    },
    /// A flaw of the file that validation finds.
    Found(Box<Finding>),
    /// Something that stands in place of a signature and isn't one.
    Flawed(Box<Finding>),
    /// A flaw that validation would find once the file is signed.
    WouldNotVerify(Box<Finding>),
    /// The file can't be read, so that nobody could verify it once it's signed.
    Unreadable(Box<Error>),
    /// The signature that was just made doesn't hold over what was written.
    ChangedMeanwhile {
        /// The name of the field.
        field: String,
    },
    /// A signature wouldn't hold at the level that was asked for.
    NotAttained(Unfounded),
    /// Worded in both languages where it's found. Neither text ends in a full stop.
    Worded(Bilingual),
    /// Anything else, in English.
    Other(String),
}

impl Reason {
    /// What gives a PKCS#12 file a cipher of today ([`Reason::OldCipher`]).
    pub const NEW_CIPHER: &str =
        "openssl pkcs12 -legacy -in OLD.p12 -nodes -out k.pem && openssl pkcs12 -export -in k.pem -out NEW.p12";
}

/// Why a signature isn't a valid leader's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// The name of the signature's field.
    pub field: String,
    /// The objection.
    pub cause: Cause,
}

/// An objection to a signature as the leader's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The signature doesn't verify over the bytes that it covers.
    Broken,
    /// Later changes violate the permissions of the signature.
    Changed,
    /// The signature names no certificate.
    NoCertificate,
    /// The signature was made with the sealing certificate.
    SealingCertificate,
    /// The signature was made with an organisation's certificate.
    Organisation,
    /// The signature was made in a field that a result keeps for somebody else: the receiving officer, a party, the seal.
    AnothersField,
    /// The signature was made with the certificate of a person without title and organisation, and there's no roster.
    PrivatePerson,
    /// The signer isn't a leader in the roster.
    NotInRoster,
    /// The leader's roster entry is over, and no time-stamp shows that the signature was made before.
    PowerOver,
    /// The signer states a time that is still to come.
    TimeToCome,
    /// The signature was made outside the dates of the leader's roster entry.
    OutsideDates,
    /// The signing time is outside the validity of the signer's certificate.
    CertificateNotInTime,
    /// The signature's indication isn't TOTAL-PASSED; the findings that say why.
    NotPassed(Vec<Finding>),
}

/// An edge of a page as seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// On the left.
    Left,
    /// On the right.
    Right,
    /// Above.
    Upper,
    /// Below.
    Lower,
}

impl Edge {
    fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Upper => "upper",
            Self::Lower => "lower",
        }
    }
}

/// The colours that Nghị định 30/2020/NĐ-CP, Phụ lục I knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// A signature's: hue 200° to 260°.
    Blue,
    /// A seal's: hue 345° to 15°.
    Red,
}

/// A length with one decimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal(Box<str>);

impl Decimal {
    /// With a comma, as Vietnamese writes it.
    pub fn with_comma(&self) -> String {
        self.0.replace('.', ",")
    }
}

/// Names, of which the first few are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl Names {
    const TOLD: usize = 5;
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.0.iter().take(Self::TOLD).map(String::as_str).collect::<Vec<_>>().join(", ");
        match self.0.len().saturating_sub(Self::TOLD) {
            0 => f.write_str(&told),
            more => write!(f, "{told}, … +{more}"),
        }
    }
}

impl From<f64> for Decimal {
    fn from(length: f64) -> Self {
        Self(format!("{length:.1}").into_boxed_str())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Reason {
    fn from(english: String) -> Self {
        Self::Other(english)
    }
}

impl From<kyso_pdf::Reason> for Reason {
    fn from(reason: kyso_pdf::Reason) -> Self {
        match reason {
            kyso_pdf::Reason::Other(english) => Self::Other(english),
            kyso_pdf::Reason::ByRule(english) => Self::ByRule(english),
            known => Self::Pdf(known),
        }
    }
}

impl From<Bilingual> for Reason {
    fn from(text: Bilingual) -> Self {
        Self::Worded(text)
    }
}

impl From<&str> for Reason {
    fn from(english: &str) -> Self {
        Self::Other(english.to_owned())
    }
}

/// In English, without a full stop.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByRule(english) => f.write_str(english),
            Self::NoSuchWidth { what, width, least, most } => {
                write!(f, "{width} mm is no width of a {what}; give {least} to {most} mm")
            }
            Self::WideLine { width } => {
                write!(f, "a line of it is {width} mm wide and doesn't fit on the page: shorten it")
            }
            Self::NoGlyph { letter, typeface } => write!(
                f,
                "the character {letter:?} (U+{:04X}) has no glyph in {typeface}: leave it out",
                u32::from(*letter)
            ),
            Self::ZeroByte => write!(f, "a passphrase can't hold a zero byte"),
            Self::NotKey => write!(f, "no private key can be read from these bytes (PEM or DER is expected)"),
            Self::NotPkcs12 => write!(f, "this is no PKCS#12 file (.p12, .pfx)"),
            Self::OldCipher => write!(
                f,
                "the PKCS#12 file is encrypted with an old cipher (RC2 or DES) that this OpenSSL doesn't offer, so the \
                 passphrase couldn't even be tried. Write it anew: {}, and delete k.pem",
                Self::NEW_CIPHER
            ),
            Self::UnsupportedKey(kind) => write!(f, "signing with a {kind} key isn't supported"),
            Self::WeakKey(kind) => write!(f, "the key is {kind}"),
            Self::NotBefore(time) => write!(f, "the signing certificate isn't valid before {}", in_vietnam(*time)),
            Self::NotAfter(time) => write!(f, "the signing certificate expired at {}", in_vietnam(*time)),
            Self::SealingKey => write!(f, "this certificate is the agency's, by the roster or its own names"),
            Self::SealPlace => write!(f, "this field, place or lock is the seal's, which only sealing makes"),
            Self::PictureOnCopy => {
                write!(f, "a copy's signature shows text: with a picture it'd be taken for the seal")
            }
            Self::Locked { field: Some(field) } => {
                write!(f, "the signature in field {field} ends the document (DocMDP P=1)")
            }
            Self::Locked { field: None } => write!(f, "the document is certified with DocMDP P=1"),
            Self::FieldLocked { field, by } => write!(f, "the signature in field {by} locks field {field} (FieldMDP)"),
            Self::Signed { field } => write!(f, "field {field} is signed already"),
            Self::OwnPlace { field } => {
                write!(f, "field {field} has its own place in the document: give its name alone, without another place")
            }
            Self::NoSuchField { field, empty, looks_alike } => {
                write!(f, "the document has no signature field {field}")?;
                match empty.as_slice() {
                    [] => write!(f, ", and no empty one at all")?,
                    names => write!(f, "; its empty ones are {}", names.join(", "))?,
                }
                if *looks_alike {
                    write!(f, " (one looks the same, and is written with other code points)")?;
                }
                Ok(())
            }
            Self::FieldsWait { fields } => write!(
                f,
                "the document keeps fields for those who sign it: {}; give the name of the signer's field, or a new field's \
                 name, or a page and a rectangle",
                fields.join(", ")
            ),
            Self::OtherField { field } => write!(f, "the document has a field {field} that is no signature field"),
            Self::KeptField { field } => write!(
                f,
                "the name {field} is kept for the fields of a result, which the document has: sign in one of those, or give a new \
                 field another name"
            ),
            Self::FieldTaken { field, signed } => {
                let state = if *signed { "is signed" } else { "waits for its signature" };
                write!(f, "the document has a signature field {field} already, which {state}")
            }
            Self::DirectField { field } => {
                write!(f, "the signature field {field} stands in the form's list itself and is no object of its own")
            }
            Self::FieldName => write!(f, "a new field's name may not be empty and may hold no full stop"),
            Self::FieldTwice { field } => write!(f, "{field} is asked for twice"),
            Self::Broken { field } => {
                write!(f, "the signature in field {field} doesn't hold, or what came after it isn't allowed")
            }
            Self::ResponderRefuses(status) => write!(f, "the responder refuses: {status}"),
            Self::NoPath { subject } => write!(f, "no path leads from {subject} to a trusted certificate"),
            Self::Revoked { subject, at, reason } => {
                write!(f, "the certificate {subject} was revoked at {at}")?;
                reason.map_or(Ok(()), |reason| write!(f, " ({})", reason))
            }
            Self::Silent { subject } => {
                write!(f, "{subject} has expired, and what its issuer says by now is silent about it")
            }
            Self::NoPlace => {
                write!(f, "there is a picture, but no place for it: give a page and a rectangle, or an anchor text")
            }
            Self::NothingToSee => write!(f, "a place was given, but nothing that is to be seen there"),
            Self::Pdf(reason) => reason.fmt(f),
            Self::NoRoomUnderAnchor { room, height, widest } => write!(
                f,
                "between the anchor's line and the next one are {room} mm, but the picture is {height} mm high: make it \
                 at most {widest} mm wide, or leave more room in the document"
            ),
            Self::RectangleTooSmall { needed, given } => write!(
                f,
                "what is to be seen needs {} × {} points, but there are {} × {}: make the rectangle larger or the \
                 picture smaller",
                needed.0, needed.1, given.0, given.1
            ),
            Self::OffPage(edge) => {
                let edge = edge.name();
                write!(
                    f,
                    "what is to be seen would cross the page's {edge} edge: choose another place or a smaller picture"
                )
            }
            Self::NotSeen { field, why } => {
                write!(f, "the signature in field {field} can't be seen")?;
                if let Some(why) = why {
                    write!(f, " ({why})")?;
                }
                write!(f, ", so the seal can't lie over it: give a place for the seal")
            }
            Self::SeedValue { field, key, wanted } => {
                write!(f, "field {field} wants of a signature what /{key} says")?;
                if wanted.is_empty() { Ok(()) } else { write!(f, ": {wanted}") }
            }
            Self::FieldNotSeen { field, why } => write!(
                f,
                "the picture wouldn't be seen once and whole in field {field}, on screen and in print: {why}; name no \
                 field and give a place, so that a new field is made there, or sign without a picture"
            ),
            Self::SealOutsideField { field, edge, by } => {
                let edge = edge.name();
                write!(
                    f,
                    "over the left third of the leader's signature, the seal would reach {by} mm beyond the {edge} edge \
                     of field {field}: name a new field, which is then made over the signature, or give the place as \
                     page and rectangle"
                )
            }
            Self::NotPng { cause } => write!(f, "not a readable PNG: {cause}"),
            Self::NotTransparent => write!(
                f,
                "its background is not transparent; Nghị định 30/2020/NĐ-CP, Phụ lục I asks for a PNG with a transparent \
                 background: remove the paper around the ink"
            ),
            Self::NothingDrawn => write!(f, "nothing is to be seen: no pixel is opaque"),
            Self::OtherInk { percent, wanted } => {
                let wanted = match wanted {
                    Ink::Blue => "blue (hue 200° to 260°)",
                    Ink::Red => "red (hue 345° to 15°)",
                };
                write!(
                    f,
                    "only {percent} % of the ink is {wanted}; Nghị định 30/2020/NĐ-CP, Phụ lục I asks for that colour: \
                     recolour the picture, or allow any colour explicitly"
                )
            }
            Self::NoInk => {
                write!(
                    f,
                    "no ink is found on the paper: scan the signature or the seal alone, in colour, on white paper"
                )
            }
            Self::TooMuchInk { percent } => write!(
                f,
                "{percent} % of the scan is dark, so it's no ink on paper: cut it to the signature or the seal, with some \
                 paper around"
            ),
            Self::TooCoarse { dpi, least } => {
                write!(
                    f,
                    "the scan has {dpi} dpi, which is too coarse: scan it again with at least {least}, better 300 to 600"
                )
            }
            Self::TooManyPixels { pixels, most } => {
                write!(f, "{pixels} pixels are more than the {most} allowed: cut the picture or scale it down")
            }
            Self::UnlikelyWidth { width, least, most } => write!(
                f,
                "the ink would be {width} mm wide, but signatures and seals are {least} to {most} mm: the picture's \
                 resolution must be wrong, or it shows more than one drawing; measure with a ruler"
            ),
            Self::NotPicture { cause } => write!(f, "not a readable JPEG or PNG: {cause}"),
            Self::NoPassword => write!(f, "the private key is encrypted and needs a password"),
            Self::WrongPassword => write!(f, "the password is wrong, or the key's file is damaged"),
            Self::OtherCertificate => write!(f, "none of the certificates belongs to this private key"),
            Self::NoPrivateKey => write!(f, "the file holds no private key"),
            Self::NoLeader(objection) => {
                write!(
                    f,
                    "the seal lies on a valid leader's signature only (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d): "
                )?;
                match objection {
                    None => write!(f, "the document has no signature yet. Have the leader sign first"),
                    Some(Objection { field, cause }) => write!(f, "the signature in field {field} {cause}"),
                }
            }
            Self::NoTimeStamper(Some(level)) => {
                write!(f, "{} needs a time-stamping authority, and none is given", level.name())
            }
            Self::NoTimeStamper(None) => {
                write!(f, "a document time-stamp needs a time-stamping authority, and none is given")
            }
            Self::NotExtended => write!(f, "a document is extended to PAdES-B-T, -LT or -LTA"),
            Self::PreparedForTimeStamp(level) => {
                write!(f, "the document was prepared for {}: its signature needs a time-stamp", level.name())
            }
            Self::RepeatedPage { page } => write!(
                f,
                "page {page} and another page are one object, so the signature would be seen on both; choose another page, \
                 or print it to a new PDF first"
            ),
            Self::CertifierToSign { field } => write!(
                f,
                "nobody has signed in field {field}, which is there for whoever certifies; sign first, then seal"
            ),
            Self::EmptyField { field } => {
                write!(f, "field {field} is empty, and the result's form demands the signature that belongs there")
            }
            Self::FilledIn { field } => write!(
                f,
                "after the signature in field {field} came something else than signatures and long-term evidence, and whoever \
                 signed there didn't sign it"
            ),
            Self::Stranger { field, cause: Some(cause) } => {
                write!(f, "the signature in field {field} {cause}, and the seal would vouch for it too")
            }
            Self::Stranger { field, cause: None } => write!(
                f,
                "the certificate of the signature in field {field} leads to no trusted root and stands in no roster, and the \
                 seal would vouch for it too"
            ),
            Self::Overlap { page, objects } => write!(
                f,
                "annotations lie over one another on many pages, e.g. on page {page} (objects {objects}), and programs may \
                 show them differently; print it to a new PDF without them first"
            ),
            Self::Found(finding) => finding.fmt(f),
            Self::Flawed(finding) => {
                write!(f, "a signature in the file can't be read, or was never finished: {finding}")
            }
            Self::WouldNotVerify(finding) => {
                write!(f, "the signature would never verify, for the signed file would be reported so: {finding}")
            }
            Self::Unreadable(error) => write!(
                f,
                "the signature would never verify, for a part of the file can't be read: {error}; get the original file, or \
                 print it to a new PDF first"
            ),
            Self::ChangedMeanwhile { field } => write!(
                f,
                "the signature in field {field} doesn't hold over the file as it was written, which may have changed while \
                 it was signed; close what writes into it, and sign again"
            ),
            Self::NotAttained(unfounded) => unfounded.fmt(f),
            Self::Worded(text) => f.write_str(&text.en),
            Self::Other(english) => f.write_str(english),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken => "is broken",
            Self::Changed => "was followed by changes that it doesn't allow",
            Self::NoCertificate => "names no certificate",
            Self::SealingCertificate => "was made with the sealing certificate itself",
            Self::Organisation => "was made with an organisation's certificate",
            Self::AnothersField => "was made in a field that is there for somebody else than the leader",
            Self::PrivatePerson => {
                "is by a person of whom the certificate states neither a title nor an organisation, so it may be anybody's"
            }
            Self::NotInRoster => "isn't by a leader whom the roster names",
            Self::PowerOver => {
                "is by a leader whose power is over by the roster, and no time-stamp shows that it was made before"
            }
            Self::TimeToCome => "states a signing time that is still to come",
            Self::OutsideDates => "was made outside the dates of the leader's power",
            Self::CertificateNotInTime => "was made with a certificate that isn't in its time",
            Self::NotPassed(findings) => return write!(f, "doesn't pass: {}", Joined(findings)),
        })
    }
}
