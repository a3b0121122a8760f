//! The constraints that whoever made a field sets for the signature in it (ISO 32000-2, 12.7.5.5): kept, or refused.

use super::parameters::{Lock, Parameters};
use super::signer::SigningKey;
use crate::code::Code;
use crate::crypto::DigestAlgorithm;
use crate::error::{Error, Reason};
use crate::level::BaselineLevel;
use crate::pdf::{Document, SeedKey, SeedValue, SignatureField};
use crate::pki::{Certificate, KeyUsage};

/// What is written into a signature dictionary (EN 319 142-1, 6.3).
const FILTER: &str = "Adobe.PPKLite";
const SUB_FILTER: &str = "ETSI.CAdES.detached";
/// The version of readers that understand all of a field's constraints: ISO 32000-2's.
const VERSION: f64 = 3.0;

/// Refuses a signature that doesn't keep what the field wants; gives the digest that it wants, where the parameters leave it
/// open and `usual` isn't among them.
///
/// # Errors
/// [`Error::Refused`] with rule `field.seed-value`; [`Error::Input`] where the constraints can't be read.
pub(super) fn demand(
    document: &Document<'_>,
    field: &SignatureField,
    parameters: &Parameters,
    key: SigningKey<'_>,
    usual: DigestAlgorithm,
) -> Result<DigestAlgorithm, Error> {
    let Some(seed) = SeedValue::of(document, field.id)? else { return Ok(usual) };
    let digest = digest(&seed, parameters, usual);
    let Some((key, wanted)) = broken(&seed, parameters, key, digest.is_some())? else {
        return Ok(digest.unwrap_or(usual));
    };
    let field = field.name.clone();
    Err(Error::refused(Code::FieldSeedValue, Reason::SeedValue { field, key: key.name(), wanted }))
}

/// A digest that the field takes; `None` where there's none.
fn digest(seed: &SeedValue, parameters: &Parameters, usual: DigestAlgorithm) -> Option<DigestAlgorithm> {
    let Some(wanted) = &seed.digests else { return Some(usual) };
    let takes = |digest: &DigestAlgorithm| wanted.iter().any(|name| *name == digest.name().replace('-', ""));
    let others = [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512];
    let open = others.into_iter().filter(|_| parameters.digest.is_none());
    std::iter::once(usual).chain(open).find(takes)
}

/// A constraint that the signature doesn't keep, and what it wants.
fn broken(
    seed: &SeedValue,
    parameters: &Parameters,
    key: SigningKey<'_>,
    has_digest: bool,
) -> Result<Option<(SeedKey, String)>, Error> {
    let lacks =
        |wanted: &Option<Vec<String>>, own: &str| wanted.as_ref().is_some_and(|all| !all.iter().any(|one| one == own));
    let list = |wanted: &Option<Vec<String>>| wanted.as_ref().map(|all| all.join(", ")).unwrap_or_default();
    let permission = match parameters.lock {
        Lock::Certify(permission) => permission.permission(),
        _ => 0,
    };
    let locks = matches!(parameters.lock, Lock::Document(_) | Lock::Certify(super::parameters::DocMdp::NoChanges));
    let certificate = key.certificate()?;
    let nothing = String::new;
    let found = [
        (
            seed.filter.as_ref().is_some_and(|filter| filter != FILTER),
            SeedKey::Filter,
            seed.filter.clone().unwrap_or_default(),
        ),
        (lacks(&seed.sub_filters, SUB_FILTER), SeedKey::SubFilter, list(&seed.sub_filters)),
        (
            seed.version.is_some_and(|version| version > VERSION),
            SeedKey::Version,
            seed.version.unwrap_or_default().to_string(),
        ),
        (!gives_reason(seed, parameters), SeedKey::Reasons, list(&seed.reasons)),
        (seed.attestation && permission > 0, SeedKey::LegalAttestation, nothing()),
        (seed.evidence_within, SeedKey::AddRevInfo, nothing()),
        (!has_digest, SeedKey::DigestMethod, list(&seed.digests)),
        (
            seed.locks.as_deref().is_some_and(|wanted| wanted != "auto" && (wanted == "true") != locks),
            SeedKey::LockDocument,
            seed.locks.clone().unwrap_or_default(),
        ),
        (seed.appearance.is_some(), SeedKey::AppearanceFilter, seed.appearance.clone().unwrap_or_default()),
        (
            seed.permission.is_some_and(|wanted| wanted != permission),
            SeedKey::Mdp,
            seed.permission.unwrap_or_default().to_string(),
        ),
        (seed.time_stamp && parameters.level == BaselineLevel::B, SeedKey::TimeStamp, nothing()),
        (
            seed.subjects.as_ref().is_some_and(|all| !all.iter().any(|der| der == certificate.der())),
            SeedKey::Subject,
            nothing(),
        ),
        (seed.issuers.as_ref().is_some_and(|all| !is_issued_by(key.certificates, all)), SeedKey::Issuer, nothing()),
        (
            seed.key_usages
                .as_ref()
                .is_some_and(|all| !all.iter().any(|pattern| fits(certificate.key_usage(), pattern))),
            SeedKey::KeyUsage,
            list(&seed.key_usages),
        ),
        (seed.others, SeedKey::Other, nothing()),
    ];
    Ok(found.into_iter().find(|(is_broken, ..)| *is_broken).map(|(_, key, wanted)| (key, wanted)))
}

/// Whether /Reason is one that the field takes; where it takes none, there may be none.
fn gives_reason(seed: &SeedValue, parameters: &Parameters) -> bool {
    match (&seed.reasons, &parameters.reason) {
        (None, _) => true,
        (Some(all), given) if all.is_empty() || all.iter().eq(["."]) => given.is_none(),
        (Some(all), Some(given)) => all.contains(given),
        (Some(_), None) => false,
    }
}

/// Whether one of the certificates stands in the path, the signer's own among them.
fn is_issued_by(path: &[Certificate], issuers: &[Vec<u8>]) -> bool {
    let is_known = |der: &Vec<u8>| {
        path.iter().any(|own| own.der() == der)
            || Certificate::parse(der).is_ok_and(|issuer| path.iter().any(|own| issuer.has_issued(own)))
    };
    issuers.iter().any(is_known)
}

/// Whether a key usage has the bits of a pattern of 0, 1 and X, from digitalSignature on. Of bits that nobody here reads
/// nothing may be asked.
fn fits(usage: Option<KeyUsage>, pattern: &str) -> bool {
    let usage = usage.map(|usage| {
        let KeyUsage { digital_signature, non_repudiation, certificate_sign, crl_sign, .. } = usage;
        [Some(digital_signature), Some(non_repudiation), None, None, None, Some(certificate_sign), Some(crl_sign)]
    });
    pattern.chars().enumerate().all(|(at, wanted)| match wanted {
        '0' | '1' => {
            let own = usage.and_then(|usage| usage.get(at).copied().flatten());
            own == Some(wanted == '1')
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_usages_fit_patterns() {
        let usage =
            KeyUsage { digital_signature: true, non_repudiation: false, certificate_sign: false, crl_sign: false };
        for (pattern, is_right) in [("1XXXXXXXX", true), ("10XXX00", true), ("11", false), ("XXX1", false), ("", true)]
        {
            assert_eq!(fits(Some(usage), pattern), is_right, "{pattern}");
            assert_eq!(fits(None, pattern), pattern.is_empty(), "{pattern}");
        }
    }
}
