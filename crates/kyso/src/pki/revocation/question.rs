//! One piece of evidence, and what it says of a certificate: who signed it and by what right, and whether it speaks of it at all.

use std::sync::Arc;

use super::{
    Archive, Edition, EvidenceDefect, EvidenceKind, RevocationEvidence, RevocationReason, RevocationStatus,
    is_of_one_scope, is_same,
};
use crate::asn1::oid;
use crate::error::Error;
use crate::pki::Certificate;
use crate::pki::crl::{Crl, CrlEntry, IssuingDistributionPoint};
use crate::pki::ocsp::{CertificateId, OcspResponse};
use crate::pki::signed::compare;

/// A question to an archive. Answers are `None` where the evidence is about other certificates.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) certificate: &'a Certificate,
    pub(super) issuer: &'a Certificate,
    pub(super) archive: &'a Archive,
    pub(super) anchors: &'a [Certificate],
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
    pub(super) fn ocsp(
        self,
        response: &'a Result<OcspResponse, String>,
    ) -> Option<Result<RevocationEvidence, EvidenceDefect>> {
        let response = match response {
            Ok(response) => response,
            Err(why) => return Some(Err(EvidenceDefect::Unreadable(why.clone()))),
        };
        let is_about = |id: &CertificateId| id.matches(self.certificate, self.issuer);
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

    pub(super) fn crl(self, crl: &'a Result<Crl, String>) -> Option<Result<RevocationEvidence, EvidenceDefect>> {
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
