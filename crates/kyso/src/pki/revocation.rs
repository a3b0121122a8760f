//! One piece of evidence about one certificate: its signature, the right of whoever signed it, its scope
//! (RFC 5280, 6.3; RFC 6960, 4.2.2.2).
//!
//! Freshness, existence at a time, and the validity of the signer's own certificate are judged by validation.

use std::sync::Arc;

use jiff::Timestamp;

use super::crl::{Crl, CrlEntry, IssuingDistributionPoint};
use super::ocsp::OcspResponse;
use super::signed::compare;
use super::{Certificate, Material};
use crate::asn1::{Element, oid};
use crate::crypto::SignatureScheme;
use crate::error::Error;

pub(crate) use crate::error::evidence::{EvidenceDefect, EvidenceKind};

/// Why a certificate was revoked: `CRLReason ::= ENUMERATED`, whose names and numbers stand below ([RFC 5280, 5.3.1]).
///
/// [RFC 5280, 5.3.1]: https://www.rfc-editor.org/rfc/rfc5280#section-5.3.1
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RevocationReason {
    /// unspecified (0).
    Unspecified,
    /// keyCompromise (1).
    KeyCompromise,
    /// cACompromise (2).
    CaCompromise,
    /// affiliationChanged (3).
    AffiliationChanged,
    /// superseded (4).
    Superseded,
    /// cessationOfOperation (5).
    CessationOfOperation,
    /// certificateHold (6): suspended, and may come back.
    CertificateHold,
    /// removeFromCRL (8): came back, in a delta CRL.
    RemoveFromCrl,
    /// privilegeWithdrawn (9).
    PrivilegeWithdrawn,
    /// aACompromise (10).
    AaCompromise,
}

impl RevocationReason {
    /// Reads a CRLReason.
    pub(super) fn read(element: &Element<'_>) -> Result<Self, Error> {
        Ok(match element.unsigned()? {
            0 => Self::Unspecified,
            1 => Self::KeyCompromise,
            2 => Self::CaCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::CertificateHold,
            8 => Self::RemoveFromCrl,
            9 => Self::PrivilegeWithdrawn,
            10 => Self::AaCompromise,
            _ => return Err(element.error("not a reason for revocation")),
        })
    }

    /// The name as RFC 5280 writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::RemoveFromCrl => "removeFromCRL",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }
}

/// A certificate's status, by its issuer's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationStatus {
    /// Not revoked.
    Good,
    /// Revoked, or on hold where the reason says so.
    Revoked {
        /// Since when.
        at: Timestamp,
        /// Why, where it's said.
        reason: Option<RevocationReason>,
    },
    /// The responder doesn't know of it.
    Unknown,
}

/// The statement of one CRL or OCSP answer about one certificate. Its signature, and the signer's right to make it, are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RevocationEvidence {
    /// CRL or OCSP.
    pub kind: EvidenceKind,
    /// The CRL or the OCSPResponse: what a proof of existence is about.
    pub der: Arc<[u8]>,
    /// Of a delta CRL: the CRL that it adds to, which must be proven to exist as well.
    pub base: Option<Arc<[u8]>>,
    /// When the status was known to be right.
    pub this_update: Timestamp,
    /// By when there is newer information.
    pub next_update: Option<Timestamp>,
    /// The time of signing: OCSP's producedAt, a CRL's thisUpdate.
    pub produced_at: Timestamp,
    /// The certificate's status by this evidence.
    pub status: RevocationStatus,
    /// Whose key signed it.
    pub signer: Certificate,
    /// Who issued the signer's certificate; `None` for the issuer of the certificate that the evidence is about.
    pub signer_issuer: Option<Certificate>,
    /// The evidence's signer isn't the issuer's own certificate but a delegated OCSP responder, or another key of the
    /// same issuer: that certificate has to be validated too.
    pub is_delegated: bool,
    /// Whether the signer's certificate is exempt from revocation checks (id-pkix-ocsp-nocheck).
    pub no_check: bool,
    /// The signature scheme of the evidence; `None` where unknown.
    pub scheme: Option<SignatureScheme>,
    /// Since when expired certificates stay listed (X.509, 9.5.2.8).
    pub expired_certs_on_crl: Option<Timestamp>,
    /// Since when the responder keeps what it knows of expired certificates (RFC 6960, 4.4.4).
    pub archive_cutoff: Option<Timestamp>,
    /// Of a numbered CRL: where it stands among its like.
    pub edition: Option<Edition>,
}

/// Where a CRL stands among those of its issuer and scope: complete ones and deltas are numbered together ([RFC 5280, 5.2.3]).
///
/// [RFC 5280, 5.2.3]: https://www.rfc-editor.org/rfc/rfc5280#section-5.2.3
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edition {
    /// Contents octets of cRLNumber.
    pub number: Vec<u8>,
    /// The scope, where it states one.
    pub scope: Option<IssuingDistributionPoint>,
}

impl RevocationEvidence {
    /// Who issued the signer's certificate, where `issuer` issued the one that the evidence is about.
    pub(crate) fn issuer_of_signer<'c>(&'c self, issuer: &'c Certificate) -> &'c Certificate {
        self.signer_issuer.as_ref().unwrap_or(issuer)
    }

    /// Whether `other` is of the same second, issuer and scope, and numbered higher: then it's the newer one.
    pub(crate) fn is_replaced_by(&self, other: &Self) -> bool {
        let (Some(own), Some(others)) = (&self.edition, &other.edition) else { return false };
        self.this_update == other.this_update
            && is_same(&self.signer, &other.signer)
            && is_of_one_scope(own.scope.as_ref(), others.scope.as_ref())
            && compare(&others.number, &own.number).is_gt()
    }

    /// Whether the evidence covers this certificate. Evidence issued after the certificate's end doesn't, unless its
    /// issuer keeps the status of expired certificates (expiredCertsOnCRL, archive cutoff). A revocation counts
    /// whenever it was published.
    pub(crate) fn speaks_of(&self, certificate: &Certificate) -> bool {
        let since = self.expired_certs_on_crl.or(self.archive_cutoff);
        self.status != RevocationStatus::Good
            || self.this_update <= certificate.not_after()
            || since.is_some_and(|since| since <= certificate.not_after())
    }
}

/// Evidence that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// CRL or OCSP.
    pub kind: EvidenceKind,
    /// Why.
    pub defect: EvidenceDefect,
    /// The index of the evidence in [`Material::crls`] or [`Material::ocsp_responses`].
    pub index: usize,
}

/// All evidence about one certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Evidence that holds, the newest thisUpdate first.
    pub evidence: Vec<RevocationEvidence>,
    /// Evidence that was refused, and why: it can't be read at all, or it speaks of the certificate.
    pub refused: Vec<Refused>,
}

/// All evidence in `material` that speaks of `certificate`, issued by `issuer`. For many questions about one material,
/// make an [`Archive`] once.
pub fn of(certificate: &Certificate, issuer: &Certificate, material: &Material) -> Found {
    Archive::new(material).of(certificate, issuer)
}

/// Material that is read once.
#[derive(Debug, Clone, Default)]
pub struct Archive {
    certificates: Vec<Certificate>,
    crls: Vec<Result<Crl, String>>,
    ocsp_responses: Vec<Result<OcspResponse, String>>,
}

impl Archive {
    /// Reads all that can be read.
    pub fn new(material: &Material) -> Self {
        Self {
            certificates: material.certificates.iter().filter_map(|der| Certificate::parse(der).ok()).collect(),
            crls: material.crls.iter().map(|der| Crl::parse(der).map_err(|error| error.to_string())).collect(),
            ocsp_responses: material
                .ocsp_responses
                .iter()
                .map(|der| OcspResponse::parse(der).map_err(|error| error.to_string()))
                .collect(),
        }
    }

    /// Makes an archive like [`Archive::new`], but shares the CRLs that `known` has parsed already: memory holds them
    /// once.
    pub(crate) fn sharing(material: &Material, known: &Self) -> Self {
        let is_new = |der: &&Vec<u8>| known.crl(der).is_none();
        let crls = material.crls.iter().filter(is_new).cloned().collect();
        let (certificates, ocsp_responses) = (material.certificates.clone(), material.ocsp_responses.clone());
        let mut archive = Self::new(&Material { certificates, crls, ocsp_responses });
        archive.crls.extend(material.crls.iter().filter_map(|der| known.crl(der)).cloned().map(Ok));
        archive
    }

    /// The CRL with these bytes, where it can be read.
    pub fn crl(&self, der: &[u8]) -> Option<&Crl> {
        self.crls.iter().flatten().find(|crl| **crl.der() == *der)
    }

    /// Takes in more material, behind what it has.
    pub fn add(&mut self, material: &Material) {
        let more = Self::new(material);
        self.certificates.extend(more.certificates);
        self.crls.extend(more.crls);
        self.ocsp_responses.extend(more.ocsp_responses);
    }

    /// The certificates that can be read.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The CRLs; of one that can't be read, why.
    pub fn crls(&self) -> &[Result<Crl, String>] {
        &self.crls
    }

    /// The OCSP answers; of one that can't be read, why.
    pub fn ocsp_responses(&self) -> &[Result<OcspResponse, String>] {
        &self.ocsp_responses
    }

    /// All evidence that speaks of `certificate`, issued by `issuer`, which the caller has seen to be its issuer.
    pub fn of(&self, certificate: &Certificate, issuer: &Certificate) -> Found {
        self.of_anchored(certificate, issuer, &[])
    }

    /// Likewise, where lists may be signed by keys that these anchors vouch for, or have themselves.
    pub(crate) fn of_anchored(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        anchors: &[Certificate],
    ) -> Found {
        let question = Question { certificate, issuer, archive: self, anchors };
        let mut found = Found::default();
        for (index, crl) in self.crls.iter().enumerate() {
            found.take(EvidenceKind::Crl, index, question.crl(crl));
        }
        for (index, response) in self.ocsp_responses.iter().enumerate() {
            found.take(EvidenceKind::Ocsp, index, question.ocsp(response));
        }
        found.evidence.sort_by_key(|evidence| std::cmp::Reverse(evidence.this_update));
        found
    }
}

impl Found {
    fn take(&mut self, kind: EvidenceKind, index: usize, one: Option<Result<RevocationEvidence, EvidenceDefect>>) {
        match one {
            Some(Ok(evidence)) => self.evidence.push(evidence),
            Some(Err(defect)) => self.refused.push(Refused { kind, defect, index }),
            None => {}
        }
    }
}

/// A question to an archive. Answers are `None` where the evidence is about other certificates.
#[derive(Clone, Copy)]
struct Question<'a> {
    certificate: &'a Certificate,
    issuer: &'a Certificate,
    archive: &'a Archive,
    anchors: &'a [Certificate],
}

/// Whose key signed a list.
struct ListSigner {
    certificate: Certificate,
    /// Whether that certificate has to be validated apart from the issuer's.
    is_apart: bool,
    /// The issuer of that certificate, where it isn't the issuer who is asked about.
    issuer: Option<Certificate>,
}

impl<'a> Question<'a> {
    fn ocsp(self, response: &'a Result<OcspResponse, String>) -> Option<Result<RevocationEvidence, EvidenceDefect>> {
        let response = match response {
            Ok(response) => response,
            Err(why) => return Some(Err(EvidenceDefect::Unreadable(why.clone()))),
        };
        let is_about = |id: &super::ocsp::CertificateId| id.matches(self.certificate, self.issuer);
        // Some answer once for each digest of the CertID.
        let about = || response.responses().iter().filter(|single| is_about(&single.certificate));
        let single = about().max_by_key(|single| single.this_update)?;
        if about().any(|other| other.status != single.status) {
            return Some(Err(EvidenceDefect::Malformed("it answers twice, and not the same".into())));
        }
        if let Some(extension) = response.not_understood() {
            return Some(Err(EvidenceDefect::Malformed(format!("critical extension {extension}"))));
        }
        Some(self.responder(response).map(|signer| RevocationEvidence {
            kind: EvidenceKind::Ocsp,
            der: Arc::clone(response.der()),
            base: None,
            this_update: single.this_update,
            next_update: single.next_update,
            produced_at: response.produced_at(),
            status: single.status,
            is_delegated: !is_same(&signer, self.issuer),
            no_check: !is_same(&signer, self.issuer) && signer.has_ocsp_no_check(),
            signer,
            signer_issuer: None,
            scheme: response.scheme(),
            expired_certs_on_crl: None,
            archive_cutoff: single.archive_cutoff,
            edition: None,
        }))
    }

    /// The responder: the issuer itself, or whom it appointed by a certificate of its own (RFC 6960, 4.2.2.2). A locally
    /// configured responder isn't supported.
    fn responder(self, response: &OcspResponse) -> Result<Certificate, EvidenceDefect> {
        if response.names(self.issuer) {
            return match verified(response.verify(self.issuer)) {
                Ok(()) => Ok(self.issuer.clone()),
                // A delegate may have the issuer's very name.
                Err(defect) => self.delegate(response).map_err(|_| defect),
            };
        }
        self.delegate(response)
    }

    fn delegate(self, response: &OcspResponse) -> Result<Certificate, EvidenceDefect> {
        let mut worst = EvidenceDefect::NoIssuer;
        let enclosed = response.certificates().iter().filter_map(|der| Certificate::parse(der).ok());
        for candidate in enclosed.chain(self.archive.certificates.iter().cloned()) {
            if !response.names(&candidate) || is_same(&candidate, self.issuer) {
                continue;
            }
            if let Err(defect) = verified(response.verify(&candidate)) {
                worst = defect;
                continue;
            }
            let has_usage =
                candidate.extended_key_usage().is_some_and(|usages| usages.iter().any(|one| one == oid::OCSP_SIGNING));
            if has_usage && candidate.names_as_issuer(self.issuer) && candidate.is_signed_by(self.issuer) == Ok(true) {
                return Ok(candidate);
            }
            return Err(EvidenceDefect::NotAuthorised);
        }
        Err(worst)
    }

    fn crl(self, crl: &'a Result<Crl, String>) -> Option<Result<RevocationEvidence, EvidenceDefect>> {
        let crl = match crl {
            Ok(crl) => crl,
            Err(why) => return Some(Err(EvidenceDefect::Unreadable(why.clone()))),
        };
        if crl.scope().is_some_and(|scope| scope.indirect) {
            return Some(Err(EvidenceDefect::Indirect));
        }
        let names_issuer = crl.issuer().says_the_same(self.certificate.issuer());
        names_issuer.then(|| self.list(crl))
    }

    fn list(self, crl: &'a Crl) -> Result<RevocationEvidence, EvidenceDefect> {
        let ListSigner { certificate: signer, is_apart, issuer: signer_issuer } = self.crl_signer(crl)?;
        if let Some(extension) = crl.not_understood() {
            return Err(EvidenceDefect::Malformed(format!("critical extension {extension}")));
        }
        let mut base = None;
        let mut status = self.listed(crl)?;
        if crl.base_number().is_some() {
            let full = self.base(crl, &signer).ok_or(EvidenceDefect::DeltaWithoutBase)?;
            status = match status {
                Some(CrlEntry { reason: Some(RevocationReason::RemoveFromCrl), .. }) => None,
                // A new hold replaces what the base says of one; a revocation for good may have begun as one.
                Some(entry @ CrlEntry { reason: Some(RevocationReason::CertificateHold), .. }) => Some(entry),
                Some(entry) => Some(self.listed(full)?.map_or(entry, |known| entry.with(known))),
                None => self.listed(full)?,
            };
            base = Some(Arc::clone(full.der()));
        } else if let Some(CrlEntry { reason: Some(RevocationReason::RemoveFromCrl), .. }) = status {
            return Err(EvidenceDefect::Malformed("removeFromCRL in a CRL that is no delta".into()));
        }
        // A partial list that names the certificate is as good as a full one; its silence isn't.
        if status.is_none() && !crl.scope().is_none_or(|scope| self.covers(scope)) {
            return Err(EvidenceDefect::OutOfScope);
        }
        Ok(RevocationEvidence {
            kind: EvidenceKind::Crl,
            der: Arc::clone(crl.der()),
            base,
            this_update: crl.this_update(),
            next_update: crl.next_update(),
            produced_at: crl.this_update(),
            status: status.map_or(RevocationStatus::Good, |entry| RevocationStatus::Revoked {
                at: entry.revoked_at,
                reason: entry.reason,
            }),
            is_delegated: is_apart,
            no_check: false,
            signer,
            signer_issuer,
            scheme: crl.scheme(),
            expired_certs_on_crl: crl.expired_certs_on_crl(),
            archive_cutoff: None,
            edition: crl.number().map(|number| Edition { number: number.to_vec(), scope: crl.scope().cloned() }),
        })
    }

    fn listed(self, crl: &Crl) -> Result<Option<CrlEntry>, EvidenceDefect> {
        crl.entry(self.certificate.serial()).map_err(|error| EvidenceDefect::Malformed(error.to_string()))
    }

    /// Whose key signed the CRL: the issuer's, or another one of the same name, as after a key rollover, whose path leads to
    /// the same anchor (RFC 5280, 6.3.3 f): the issuer's key vouches for it, or the key that vouches for the issuer, or it's an
    /// anchor that vouches for the issuer itself. A key that only some third certificate vouches for isn't taken: the file may
    /// have brought that one.
    fn crl_signer(self, crl: &Crl) -> Result<ListSigner, EvidenceDefect> {
        let found = |certificate: &Certificate, is_apart, issuer: Option<&Certificate>| {
            let certificate = authorised(certificate.clone())?;
            Ok(ListSigner { certificate, is_apart, issuer: issuer.cloned() })
        };
        let mut worst = match verified(crl.verify(self.issuer)) {
            Ok(()) => return found(self.issuer, false, None),
            Err(defect) => defect,
        };
        let names_another = crl
            .authority_key_identifier()
            .zip(self.issuer.subject_key_identifier())
            .is_some_and(|(stated, own)| stated != own);
        if names_another && worst == EvidenceDefect::BadSignature {
            worst = EvidenceDefect::NoIssuer;
        }
        let is_issued =
            |one: &Certificate, by: &Certificate| one.names_as_issuer(by) && one.is_signed_by(by) == Ok(true);
        for candidate in self.archive.certificates.iter().chain(self.anchors) {
            let is_another_key =
                candidate.subject().says_the_same(self.issuer.subject()) && !is_same(candidate, self.issuer);
            if !is_another_key || crl.verify(candidate) != Ok(true) {
                continue;
            }
            if is_issued(candidate, self.issuer) {
                return found(candidate, true, None);
            }
            if self.anchors.contains(candidate) && is_issued(self.issuer, candidate) {
                return found(candidate, false, None);
            }
            let vouches = |parent: &&Certificate| is_issued(self.issuer, parent) && is_issued(candidate, parent);
            if let Some(parent) = self.archive.certificates.iter().chain(self.anchors).find(vouches) {
                return found(candidate, true, Some(parent));
            }
        }
        Err(worst)
    }

    /// The newest complete CRL that a delta adds to: of the same key and scope, not older than its base, and not newer
    /// than the delta (RFC 5280, 5.2.4).
    fn base(self, delta: &Crl, signer: &Certificate) -> Option<&'a Crl> {
        let (number, base) = (delta.number()?, delta.base_number()?);
        let same_scope = |crl: &Crl| is_of_one_scope(crl.scope(), delta.scope());
        let fits = |crl: &&Crl| {
            crl.base_number().is_none()
                && crl.not_understood().is_none()
                && crl.issuer().says_the_same(delta.issuer())
                && same_scope(crl)
                && crl.number().is_some_and(|own| compare(own, base).is_ge() && compare(own, number).is_le())
        };
        let mut bases: Vec<&Crl> = self.archive.crls.iter().flatten().filter(fits).collect();
        bases.sort_by(|one, other| compare(other.number().unwrap_or_default(), one.number().unwrap_or_default()));
        bases.into_iter().find(|crl| crl.verify(signer) == Ok(true))
    }

    /// Whether not being listed in a CRL of this scope means that the certificate isn't revoked.
    fn covers(self, scope: &IssuingDistributionPoint) -> bool {
        let is_ca = self.certificate.is_ca();
        let wrong_kind = scope.only_attribute || (scope.only_user && is_ca) || (scope.only_ca && !is_ca);
        let names_point = !scope.names_a_point
            || self.certificate.distribution_point_names().iter().any(|point| point.shares_with(&scope.point));
        !wrong_kind && !scope.only_some_reasons && names_point
    }
}

/// Whether lists of both scopes are of one.
fn is_of_one_scope(one: Option<&IssuingDistributionPoint>, other: Option<&IssuingDistributionPoint>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.is_of(other),
        _ => false,
    }
}

/// A CRL's signer whose key usage, if it says anything, says cRLSign (RFC 5280, 6.3.3 f).
fn authorised(signer: Certificate) -> Result<Certificate, EvidenceDefect> {
    match signer.key_usage() {
        Some(usage) if !usage.crl_sign => Err(EvidenceDefect::NotAuthorised),
        _ => Ok(signer),
    }
}

fn verified(result: Result<bool, Error>) -> Result<(), EvidenceDefect> {
    match result {
        Ok(true) => Ok(()),
        Ok(false) => Err(EvidenceDefect::BadSignature),
        // A scheme that doesn't fit the key can't be that key's signature.
        Err(Error::Parameters { .. }) => Err(EvidenceDefect::BadSignature),
        Err(error) => Err(EvidenceDefect::Malformed(error.to_string())),
    }
}

/// Whether both are certificates of one key and name: cross-certificates of one issuer are one issuer.
fn is_same(one: &Certificate, other: &Certificate) -> bool {
    one.public_key() == other.public_key() && one.subject().says_the_same(other.subject())
}
