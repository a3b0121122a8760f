//! Certificate revocation lists (RFC 5280, 5).
//!
//! A list may have hundreds of thousands of entries: it's walked, never unpacked.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use super::point::{self, PointName};
use super::revocation::RevocationReason;
use super::signed::{Extension, Signed, same_number};
use super::{Certificate, Name};
use crate::asn1::{self, Element, Reader, oid, tag};
use crate::crypto::SignatureScheme;
use crate::error::{Error, Subject};

const WHAT: Subject = Subject::Crl;
/// freshestCRL, issuerAltName and authorityInfoAccess: they lead elsewhere, and change nothing here.
const IRRELEVANT: [&str; 3] = ["2.5.29.46", "2.5.29.18", "1.3.6.1.5.5.7.1.1"];

/// A CertificateList, full or delta ([RFC 5280, 5.1]).
///
/// ```text
/// CertificateList ::= SEQUENCE {
///     tbsCertList          TBSCertList,
///     signatureAlgorithm   AlgorithmIdentifier,
///     signatureValue       BIT STRING }
///
/// TBSCertList ::= SEQUENCE {
///     version              Version OPTIONAL,
///     signature            AlgorithmIdentifier,
///     issuer               Name,
///     thisUpdate           Time,
///     nextUpdate           Time OPTIONAL,
///     revokedCertificates  SEQUENCE OF SEQUENCE {
///         userCertificate      CertificateSerialNumber,
///         revocationDate       Time,
///         crlEntryExtensions   Extensions OPTIONAL } OPTIONAL,
///     crlExtensions    [0] EXPLICIT Extensions OPTIONAL }
/// ```
///
/// [RFC 5280, 5.1]: https://www.rfc-editor.org/rfc/rfc5280#section-5.1
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Crl {
    der: Arc<[u8]>,
    signed: Signed,
    issuer: Name,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    /// Where the contents of revokedCertificates stand in `der`.
    entries: Range<usize>,
    entry_count: usize,
    number: Option<Vec<u8>>,
    base_number: Option<Vec<u8>>,
    authority_key_identifier: Option<Vec<u8>>,
    scope: Option<IssuingDistributionPoint>,
    expired_certs_on_crl: Option<Timestamp>,
    not_understood: Option<String>,
}

/// The scope of a CRL ([RFC 5280, 5.2.5]). A CRL without one covers all that its issuer issued.
///
/// ```text
/// IssuingDistributionPoint ::= SEQUENCE {
///     distributionPoint          [0] DistributionPointName OPTIONAL,
///     onlyContainsUserCerts      [1] BOOLEAN DEFAULT FALSE,
///     onlyContainsCACerts        [2] BOOLEAN DEFAULT FALSE,
///     onlySomeReasons            [3] ReasonFlags OPTIONAL,
///     indirectCRL                [4] BOOLEAN DEFAULT FALSE,
///     onlyContainsAttributeCerts [5] BOOLEAN DEFAULT FALSE }
/// ```
///
/// [RFC 5280, 5.2.5]: https://www.rfc-editor.org/rfc/rfc5280#section-5.2.5
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct IssuingDistributionPoint {
    /// DER of the extension: two CRLs are of one scope where it's the same.
    pub der: Vec<u8>,
    /// The extension names a distribution point.
    pub names_a_point: bool,
    /// Names of the distribution point.
    pub point: PointName,
    /// onlyContainsUserCerts.
    pub only_user: bool,
    /// onlyContainsCACerts.
    pub only_ca: bool,
    /// onlySomeReasons is there.
    pub only_some_reasons: bool,
    /// indirectCRL: it speaks of certificates of other issuers.
    pub indirect: bool,
    /// onlyContainsAttributeCerts.
    pub only_attribute: bool,
}

/// A CRL's entry for one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CrlEntry {
    /// revocationDate.
    pub revoked_at: Timestamp,
    /// reasonCode.
    pub reason: Option<RevocationReason>,
    /// invalidityDate: since when the key may have been in other hands, by the issuer's word.
    pub invalidity_date: Option<Timestamp>,
}

impl CrlEntry {
    /// The least of several entries stands.
    fn rank(&self) -> (u8, Timestamp) {
        let kind = match self.reason {
            Some(RevocationReason::RemoveFromCrl) => 2,
            Some(RevocationReason::CertificateHold) => 1,
            _ => 0,
        };
        (kind, self.revoked_at)
    }

    /// What both entries for one certificate say together: the reason is that of the one that stands. The date is the
    /// earlier one: whoever was on hold and is revoked then wasn't good in between.
    pub(super) fn with(self, other: Self) -> Self {
        let (standing, beside) = if other.rank() < self.rank() { (other, self) } else { (self, other) };
        match beside.reason {
            Some(RevocationReason::RemoveFromCrl) => standing,
            _ => Self { revoked_at: standing.revoked_at.min(beside.revoked_at), ..standing },
        }
    }
}

impl Crl {
    /// Reads one DER CertificateList, with nothing after it, and goes once over its entries.
    ///
    /// # Errors
    /// [`Error::Input`] where it's malformed.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        let mut outside = Reader::new(WHAT, der);
        let mut fields = outside.expect(tag::SEQUENCE)?.children()?;
        if !outside.is_empty() {
            return Err(Error::input(WHAT, None, format!("{} bytes after its end", outside.rest().len())));
        }
        let (list, signed) = Signed::read(&mut fields)?;
        let mut fields = list.children()?;
        fields.optional(tag::INTEGER)?;
        let inner = fields.expect(tag::SEQUENCE)?;
        if super::AlgorithmIdentifier::read(&inner)? != *signed.algorithm() {
            return Err(inner.error("names another signature algorithm than the one beside the signature"));
        }
        let issuer = Name::parse(fields.expect(tag::SEQUENCE)?.raw())?;
        let this_update = asn1::timestamp(&fields.next()?)?;
        let next_update = match fields.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(asn1::timestamp(&fields.next()?)?),
            _ => None,
        };
        let entries = match fields.optional(tag::SEQUENCE)? {
            Some(list) => {
                let end = list.offset() + list.raw().len();
                end - list.contents().len()..end
            }
            None => 0..0,
        };
        let mut crl = Self {
            der: der.into(),
            signed,
            issuer,
            this_update,
            next_update,
            entries,
            entry_count: 0,
            number: None,
            base_number: None,
            authority_key_identifier: None,
            scope: None,
            expired_certs_on_crl: None,
            not_understood: None,
        };
        if let Some(extensions) = fields.optional(tag::context(0))? {
            for extension in Extension::read_all(&extensions.children()?.expect(tag::SEQUENCE)?)? {
                crl.take(&extension)?;
            }
        }
        crl.survey()?;
        Ok(crl)
    }

    fn take(&mut self, extension: &Extension<'_>) -> Result<(), Error> {
        let mut value = Reader::new(WHAT, extension.value);
        match extension.oid.as_str() {
            oid::CRL_NUMBER => self.number = Some(value.expect(tag::INTEGER)?.contents().to_vec()),
            oid::DELTA_CRL_INDICATOR => self.base_number = Some(value.expect(tag::INTEGER)?.contents().to_vec()),
            oid::AUTHORITY_KEY_IDENTIFIER => {
                let key = value.expect(tag::SEQUENCE)?.children()?.optional(0x80)?;
                self.authority_key_identifier = key.map(|key| key.contents().to_vec());
            }
            oid::ISSUING_DISTRIBUTION_POINT => {
                self.scope = Some(IssuingDistributionPoint::read(&value.expect(tag::SEQUENCE)?, &self.issuer)?);
            }
            oid::EXPIRED_CERTS_ON_CRL => self.expired_certs_on_crl = Some(asn1::timestamp(&value.next()?)?),
            other if extension.critical && !IRRELEVANT.contains(&other) => {
                self.not_understood = Some(other.to_owned());
            }
            _ => {}
        }
        Ok(())
    }

    /// Counts the entries, and finds a critical extension of one that isn't understood: such a CRL may not be used for
    /// any certificate (RFC 5280, 5.3).
    fn survey(&mut self) -> Result<(), Error> {
        let mut count = 0;
        let mut not_understood = None;
        for entry in self.walk() {
            let entry = entry?;
            count += 1;
            let Some(extensions) = entry.extensions else { continue };
            for extension in extensions.children()?.all()? {
                let extension = Extension::read(&extension)?;
                let known = matches!(extension.oid.as_str(), oid::REASON_CODE | oid::INVALIDITY_DATE);
                if extension.critical && !known {
                    not_understood = Some(extension.oid);
                }
            }
        }
        self.entry_count = count;
        self.not_understood = self.not_understood.take().or(not_understood);
        Ok(())
    }

    fn walk(&self) -> impl Iterator<Item = Result<RawEntry<'_>, Error>> {
        let contents = self.der.get(self.entries.clone()).unwrap_or_default();
        let mut reader = Reader::new(WHAT, contents).streamed();
        let mut failed = false;
        std::iter::from_fn(move || {
            if failed || reader.is_empty() {
                return None;
            }
            let entry = reader.expect(tag::SEQUENCE).and_then(|element| RawEntry::read(&element));
            failed = entry.is_err();
            Some(entry)
        })
    }

    /// The entry of the certificate with this serial number (contents octets); `None` where it doesn't list it. Of several, the
    /// one that stands, a revocation for good before a hold, a hold before its end, with the earliest date of either.
    ///
    /// # Errors
    /// [`Error::Input`] where the entry is malformed.
    pub fn entry(&self, serial: &[u8]) -> Result<Option<CrlEntry>, Error> {
        let mut standing: Option<CrlEntry> = None;
        for entry in self.walk() {
            let entry = entry?;
            if same_number(entry.serial, serial) {
                let entry = entry.details()?;
                standing = Some(standing.map_or(entry, |known| known.with(entry)));
            }
        }
        Ok(standing)
    }

    /// The bytes.
    pub fn der(&self) -> &Arc<[u8]> {
        &self.der
    }

    /// Whose it is.
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// The time of issue (thisUpdate).
    pub fn this_update(&self) -> Timestamp {
        self.this_update
    }

    /// By when the next one is issued.
    pub fn next_update(&self) -> Option<Timestamp> {
        self.next_update
    }

    /// How many certificates it lists.
    pub fn entry_count(&self) -> usize {
        self.entry_count
    }

    /// Contents octets of cRLNumber.
    pub fn number(&self) -> Option<&[u8]> {
        self.number.as_deref()
    }

    /// Of a delta CRL: contents octets of the number of the CRL that it adds to (deltaCRLIndicator).
    pub fn base_number(&self) -> Option<&[u8]> {
        self.base_number.as_deref()
    }

    /// keyIdentifier of authorityKeyIdentifier.
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.authority_key_identifier.as_deref()
    }

    /// The scope, where the CRL states one.
    pub fn scope(&self) -> Option<&IssuingDistributionPoint> {
        self.scope.as_ref()
    }

    /// Since when expired certificates stay listed (expiredCertsOnCRL), where it says.
    pub fn expired_certs_on_crl(&self) -> Option<Timestamp> {
        self.expired_certs_on_crl
    }

    /// OID of a critical extension, its own or of an entry, that isn't understood: the CRL says nothing then.
    pub(crate) fn not_understood(&self) -> Option<&str> {
        self.not_understood.as_deref()
    }

    /// The signature scheme of the CRL; `None` where unknown.
    pub fn scheme(&self) -> Option<SignatureScheme> {
        self.signed.scheme()
    }

    /// Whether the key of `issuer` signed it. Names, key usage and dates aren't checked.
    ///
    /// # Errors
    /// [`Error::Input`] or [`Error::Parameters`] where the algorithm isn't known or doesn't fit the key.
    pub fn verify(&self, issuer: &Certificate) -> Result<bool, Error> {
        self.signed.verify(&self.der, issuer)
    }
}

/// `SEQUENCE { userCertificate INTEGER, revocationDate Time, crlEntryExtensions Extensions OPTIONAL }`
struct RawEntry<'a> {
    serial: &'a [u8],
    revoked_at: Element<'a>,
    extensions: Option<Element<'a>>,
}

impl<'a> RawEntry<'a> {
    fn read(element: &Element<'a>) -> Result<Self, Error> {
        let mut fields = element.children()?;
        Ok(Self {
            serial: fields.expect(tag::INTEGER)?.contents(),
            revoked_at: fields.next()?,
            extensions: fields.optional(tag::SEQUENCE)?,
        })
    }

    fn details(&self) -> Result<CrlEntry, Error> {
        let mut entry =
            CrlEntry { revoked_at: asn1::timestamp(&self.revoked_at)?, reason: None, invalidity_date: None };
        for extension in
            self.extensions.iter().map(Extension::read_all).collect::<Result<Vec<_>, _>>()?.iter().flatten()
        {
            let mut value = Reader::new(WHAT, extension.value);
            match extension.oid.as_str() {
                oid::REASON_CODE => entry.reason = Some(RevocationReason::read(&value.expect(tag::ENUMERATED)?)?),
                oid::INVALIDITY_DATE => entry.invalidity_date = Some(asn1::timestamp(&value.next()?)?),
                _ => {}
            }
        }
        Ok(entry)
    }
}

impl IssuingDistributionPoint {
    /// Whether lists of both scopes are of one (RFC 5280, 5.2.4): the same extension, however its points are written.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        let flags = |scope: &Self| {
            (scope.only_user, scope.only_ca, scope.only_some_reasons, scope.indirect, scope.only_attribute)
        };
        // Which reasons is compared as it's written.
        self.der == other.der
            || (!self.only_some_reasons && flags(self) == flags(other) && self.point.is_the_same(&other.point))
    }

    fn read(sequence: &Element<'_>, issuer: &Name) -> Result<Self, Error> {
        let mut scope = Self { der: sequence.raw().to_vec(), ..Self::default() };
        for field in sequence.children()?.all()? {
            // Implicit BOOLEANs.
            let set = field.contents().first().is_some_and(|octet| *octet != 0);
            match field.identifier() {
                0xA0 => {
                    scope.names_a_point = true;
                    scope.point = point::name(&field, Some(issuer))?;
                }
                0x81 => scope.only_user = set,
                0x82 => scope.only_ca = set,
                0x83 => scope.only_some_reasons = true,
                0x84 => scope.indirect = set,
                0x85 => scope.only_attribute = set,
                _ => return Err(field.error("not a field of issuingDistributionPoint")),
            }
        }
        Ok(scope)
    }
}
