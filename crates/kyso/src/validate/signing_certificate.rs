//! Identification of the signing certificate (EN 319 102-1, 5.2.3).

use super::report::SubIndication;
use super::verdict::Verdict;
use crate::cms::{SignedData, SignerInfo, SigningCertificateReference};
use crate::code::Code;
use crate::crypto::DigestAlgorithm;
use crate::pki::Certificate;

/// Every certificate that may be the signer's: those in the CMS first, then all others at hand. One that
/// can't be read can't have signed.
pub(super) fn candidates<'a>(
    signed_data: &'a SignedData,
    known: impl Iterator<Item = &'a Certificate>,
) -> Vec<Certificate> {
    let own = signed_data.certificates.iter().filter_map(|der| Certificate::parse(der).ok());
    own.chain(known.cloned()).collect()
}

/// The certificate whose key must have signed: the one that the signed attribute names, and that the signer identifier
/// names too.
///
/// A reference that doesn't match gives INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND: the certificate that is enclosed
/// isn't the one that was signed with. Whether there must be a reference is for the acceptance block to say.
pub(super) fn identify(signer: &SignerInfo, candidates: &[Certificate], verdict: &mut Verdict) -> Option<Certificate> {
    let references = match &signer.signed_attributes {
        Some(attributes) => attributes.signing_certificate().unwrap_or_else(|error| {
            verdict.failed(SubIndication::FormatFailure, Code::AttributeMalformed, Some(error.to_string()));
            Vec::new()
        }),
        None => Vec::new(),
    };
    let named = |certificate: &&Certificate| signer.identifier.matches(certificate);
    let referred = |certificate: &&Certificate| all_match(&references, certificate);
    let found = candidates
        .iter()
        .filter(named)
        .find(referred)
        .or_else(|| candidates.iter().find(named))
        .or_else(|| candidates.iter().filter(|_| !references.is_empty()).find(referred));
    let Some(found) = found else {
        verdict.open(SubIndication::NoSigningCertificateFound, Code::SigningCertificateMissing, None);
        return None;
    };
    if !named(&found) {
        verdict.warn(Code::SigningCertificateIdentifier, None);
    }
    if !referred(&found) {
        verdict.open(SubIndication::NoSigningCertificateFound, Code::EssMismatch, None);
    }
    for reference in &references {
        if reference.issuer_serial.as_ref().is_some_and(|both| !both.matches(found)) {
            verdict.warn(Code::EssIssuerSerial, None);
        }
        if matches!(reference.digest, Some(DigestAlgorithm::Md5 | DigestAlgorithm::Sha1)) {
            let name = reference.digest.map(|digest| digest.name().to_owned());
            verdict.warn(Code::EssWeakDigest, name);
        }
    }
    Some(found.clone())
}

fn all_match(references: &[SigningCertificateReference], certificate: &Certificate) -> bool {
    references.iter().all(|reference| reference.matches(certificate.der()))
}
