//! CRLs (RFC 5280, 5), right and wrong.

use jiff::{Span, Timestamp};
use openssl::pkey::{PKey, Private};

use crate::der::{
    BIT_STRING, ENUMERATED, bits, boolean, context, extension, generalized_time, number, primitive, sequence, time,
    tlv, unsigned, uri,
};
use crate::digest::{Digest, sign};
use crate::{Ca, CrlEntry, DirectoryPoint, Error, Register};

/// issuingDistributionPoint (RFC 5280, 5.2.5): what a CRL speaks of.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The point that it's published at.
    pub point: Option<String>,
    /// The point's name, where that is no address.
    pub directory: Option<DirectoryPoint>,
    /// onlyContainsUserCerts
    pub only_user: bool,
    /// onlyContainsCACerts
    pub only_ca: bool,
    /// onlySomeReasons, as ReasonFlags: bit 1 (0x40) is keyCompromise.
    pub reasons: Option<u8>,
    /// indirectCRL: its entries may be of other issuers' certificates.
    pub indirect: bool,
    /// onlyContainsAttributeCerts
    pub only_attribute: bool,
}

/// What a CRL shall say. Start with [`CrlProfile::at`].
#[derive(Debug, Clone)]
pub struct CrlProfile {
    /// thisUpdate
    pub this_update: Timestamp,
    /// nextUpdate
    pub next_update: Option<Timestamp>,
    /// cRLNumber
    pub number: Option<u64>,
    /// deltaCRLIndicator: the number of the full CRL that it builds on.
    pub base: Option<u64>,
    /// The revoked certificates.
    pub entries: Vec<CrlEntry>,
    /// issuingDistributionPoint
    pub scope: Option<Scope>,
    /// expiredCertsOnCRL (X.509, 9.5.2.8): since when expired certificates stay listed.
    pub expired_certs_on_crl: Option<Timestamp>,
    /// Whether the CRL has an authorityKeyIdentifier.
    pub authority_key_identifier: bool,
    /// A critical extension that nobody knows.
    pub unknown_critical_extension: bool,
    /// The digest that is signed.
    pub digest: Digest,
}

impl CrlProfile {
    /// An empty CRL of this moment, good for a week, numbered by its day.
    pub fn at(this_update: Timestamp) -> Self {
        Self {
            this_update,
            next_update: this_update.checked_add(Span::new().hours(7 * 24)).ok(),
            number: Some(day(this_update)),
            base: None,
            entries: Vec::new(),
            scope: None,
            expired_certs_on_crl: None,
            authority_key_identifier: true,
            unknown_critical_extension: false,
            digest: Digest::Sha256,
        }
    }

    /// The full CRL of a CA's register at a moment.
    pub fn full(register: &Register, time: Timestamp) -> Self {
        Self { entries: register.entries(time), ..Self::at(time) }
    }

    /// The delta CRL against the full one of `since`.
    pub fn delta(register: &Register, since: Timestamp, time: Timestamp) -> Self {
        Self { entries: register.changes(since, time), base: Some(day(since)), ..Self::at(time) }
    }

    /// With these entries.
    pub fn entries(mut self, entries: Vec<CrlEntry>) -> Self {
        self.entries = entries;
        self
    }

    /// With this scope.
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// To be renewed at this time, or nobody knows when.
    pub fn next_update(mut self, next_update: Option<Timestamp>) -> Self {
        self.next_update = next_update;
        self
    }
}

/// Days since 1970: a number that grows.
fn day(time: Timestamp) -> u64 {
    u64::try_from(time.as_second() / 86_400).unwrap_or(0)
}

impl Ca {
    /// A CRL of this CA.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn crl(&self, profile: &CrlProfile) -> Result<Vec<u8>, Error> {
        self.crl_signed_with(profile, &self.key)
    }

    /// A CRL in this CA's name that another key signed.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn crl_signed_with(&self, profile: &CrlProfile, key: &PKey<Private>) -> Result<Vec<u8>, Error> {
        let (_, algorithm) = sign(key, profile.digest, b"")?;
        let mut parts = vec![number(1), algorithm.clone(), self.certificate.subject_name().to_der()?];
        parts.push(time(profile.this_update));
        parts.extend(profile.next_update.map(time));
        if !profile.entries.is_empty() {
            let entries = profile.entries.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
            parts.push(sequence(&entries));
        }
        let extensions = self.extensions(profile)?;
        if !extensions.is_empty() {
            parts.push(tlv(context(0), &sequence(&extensions)));
        }
        let list = sequence(&parts);
        let (signature, _) = sign(key, profile.digest, &list)?;
        Ok(sequence(&[list, algorithm, bits(&signature)]))
    }

    fn extensions(&self, profile: &CrlProfile) -> Result<Vec<Vec<u8>>, Error> {
        let mut found = Vec::new();
        if let Some(identifier) = self.certificate.subject_key_id().filter(|_| profile.authority_key_identifier) {
            let value = sequence(&[tlv(primitive(0), identifier.as_slice())]);
            found.push(extension("2.5.29.35", false, &value)?);
        }
        if let Some(value) = profile.number {
            found.push(extension("2.5.29.20", false, &number(value))?);
        }
        if let Some(base) = profile.base {
            found.push(extension("2.5.29.27", true, &number(base))?);
        }
        if let Some(scope) = &profile.scope {
            found.push(extension("2.5.29.28", true, &scope.to_der()?)?);
        }
        if let Some(since) = profile.expired_certs_on_crl {
            found.push(extension("2.5.29.60", false, &generalized_time(since))?);
        }
        if profile.unknown_critical_extension {
            found.push(extension("1.3.6.1.4.1.99999.7", true, &boolean(true))?);
        }
        Ok(found)
    }
}

impl Scope {
    fn to_der(&self) -> Result<Vec<u8>, Error> {
        let mut parts = Vec::new();
        if let Some(directory) = &self.directory {
            parts.push(tlv(context(0), &directory.to_der()?));
        }
        if let Some(point) = &self.point {
            parts.push(tlv(context(0), &tlv(context(0), &uri(point))));
        }
        let flag = |tag: u8| tlv(primitive(tag), &[0xff]);
        parts.extend(self.only_user.then(|| flag(1)));
        parts.extend(self.only_ca.then(|| flag(2)));
        if let Some(reasons) = self.reasons {
            // DER wants trailing zero bits of a named-bit list counted as unused (X.690, 11.2.2).
            let unused = u8::try_from(reasons.trailing_zeros().min(7)).unwrap_or(0);
            let string = tlv(BIT_STRING, &[unused, reasons]);
            parts.push(tlv(primitive(3), string.get(2..).unwrap_or_default()));
        }
        parts.extend(self.indirect.then(|| flag(4)));
        parts.extend(self.only_attribute.then(|| flag(5)));
        Ok(sequence(&parts))
    }
}

fn entry(revoked: &CrlEntry) -> Result<Vec<u8>, Error> {
    let mut parts = vec![unsigned(&revoked.serial), time(revoked.at)];
    let mut extensions = Vec::new();
    if let Some(reason) = revoked.reason {
        extensions.push(extension("2.5.29.21", false, &tlv(ENUMERATED, &[reason as u8]))?);
    }
    if let Some(since) = revoked.invalid_since {
        extensions.push(extension("2.5.29.24", false, &generalized_time(since))?);
    }
    if !extensions.is_empty() {
        parts.push(sequence(&extensions));
    }
    Ok(sequence(&parts))
}
