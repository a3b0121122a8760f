//! One signature through the blocks, in the order of the basic validation (EN 319 102-1, 5.3). Every block runs, so that
//! every finding is told, not only the first.

use super::cryptography::{self, Content, Cryptography};
use super::digests::Digests;
use super::policy::Policy;
use super::report::{Level, SignatureType, SubIndication};
use super::verdict::Verdict;
use super::{acceptance, certificate, signing_certificate, timestamp};
use crate::cms::signed_data::Trailing;
use crate::cms::{SignedData, SignerInfo};
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm, SignatureScheme};
use crate::pdf::ByteRange;
use crate::pki::Certificate;

/// The value of /SubFilter, as far as it's understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SubFilter {
    /// ETSI.CAdES.detached: PAdES.
    Cades,
    /// adbe.pkcs7.detached.
    Pkcs7,
    /// adbe.pkcs7.sha1.
    Pkcs7Sha1,
    /// adbe.x509.rsa_sha1: no CMS at all.
    X509RsaSha1,
    /// ETSI.RFC3161: a document time-stamp.
    Rfc3161,
}

impl SubFilter {
    pub(super) fn read(name: &str) -> Option<Self> {
        match name {
            "ETSI.CAdES.detached" => Some(Self::Cades),
            "adbe.pkcs7.detached" => Some(Self::Pkcs7),
            "adbe.pkcs7.sha1" => Some(Self::Pkcs7Sha1),
            "adbe.x509.rsa_sha1" => Some(Self::X509RsaSha1),
            "ETSI.RFC3161" => Some(Self::Rfc3161),
            _ => None,
        }
    }

    pub(super) fn kind(self) -> SignatureType {
        if self == Self::Rfc3161 { SignatureType::DocumentTimestamp } else { SignatureType::Signature }
    }
}

/// What a signature says that it covers.
pub(super) struct Subject<'d, 'a> {
    pub(super) digests: &'d mut Digests<'a>,
    /// `None` where the byte range is unusable.
    pub(super) byte_range: Option<&'d ByteRange>,
}

impl Subject<'_, '_> {
    pub(super) fn digest(&mut self, algorithm: DigestAlgorithm) -> Option<Vec<u8>> {
        self.digests.over(algorithm, self.byte_range?)
    }
}

/// What was found of one signature.
pub(super) struct Evaluation {
    pub(super) certificate: Option<Certificate>,
    pub(super) digest_algorithm: Option<DigestAlgorithm>,
    pub(super) signature_algorithm: Option<SignatureAlgorithm>,
    pub(super) cryptography: Cryptography,
    pub(super) level: Level,
    /// The signing-time attribute, where there is one.
    pub(super) signing_time: Option<jiff::Timestamp>,
}

impl Evaluation {
    pub(super) fn nothing(level: Level) -> Self {
        Self {
            certificate: None,
            digest_algorithm: None,
            signature_algorithm: None,
            cryptography: Cryptography { digest_ok: false, signature_ok: false },
            level,
            signing_time: None,
        }
    }
}

/// Judges the CMS of one signature, whose place in the file another block has judged.
pub(super) fn evaluate(
    sub_filter: Option<SubFilter>,
    contents: &[u8],
    mut subject: Subject<'_, '_>,
    policy: &Policy,
    verdict: &mut Verdict,
) -> Evaluation {
    let Some(sub_filter) = sub_filter else {
        // Not known, so not judged: neither good nor bad.
        verdict.open(SubIndication::Custom, "subfilter.unknown", "EN 319 142-1 6.3", None);
        return Evaluation::nothing(Level::Other);
    };
    let pkcs7 = if matches!(sub_filter, SubFilter::Pkcs7 | SubFilter::Pkcs7Sha1) { Level::Pkcs7 } else { Level::Other };
    let Some((signed_data, signer)) = read(contents, verdict) else { return Evaluation::nothing(pkcs7) };
    let given = policy.material.certificates.iter().chain(&policy.anchors);
    let candidates = signing_certificate::candidates(&signed_data, given);
    let scheme = signer.scheme().ok().flatten();
    let mut evaluation = Evaluation {
        digest_algorithm: signer.digest(),
        signature_algorithm: scheme.map(SignatureScheme::algorithm),
        signing_time: signer.signed_attributes.as_ref().and_then(|signed| signed.signing_time().ok().flatten()),
        ..Evaluation::nothing(pkcs7)
    };
    if sub_filter == SubFilter::Rfc3161 {
        let token = timestamp::check(&signed_data, &signer, &candidates, &mut subject, policy, verdict);
        evaluation.digest_algorithm = token.imprint_algorithm;
        evaluation.certificate = token.certificate;
        evaluation.cryptography = token.cryptography;
        return evaluation;
    }

    let certificate = signing_certificate::identify(&signer, &candidates, verdict);
    let path = certificate.as_ref().and_then(|certificate| {
        let untrusted: Vec<Vec<u8>> = candidates.iter().map(|candidate| candidate.der().to_vec()).collect();
        certificate::check(certificate, &untrusted, policy, verdict)
    });
    let content = content(sub_filter, &signed_data, verdict);
    evaluation.cryptography = cryptography::check(
        &signer,
        content,
        certificate.as_ref(),
        &mut |algorithm| subject.digest(algorithm),
        verdict,
    );
    match sub_filter {
        SubFilter::Cades => acceptance::pades(&signer, &signed_data, verdict),
        _ => acceptance::pkcs7(&signer, &signed_data, verdict),
    }
    acceptance::signature_strength(&signer, &policy.constraints, policy.time, verdict);
    if let Some(certificate) = &certificate {
        acceptance::path_strength(certificate, path.as_deref(), &policy.constraints, policy.time, verdict);
    }
    if sub_filter == SubFilter::Cades && is_baseline(&signer) {
        evaluation.level = Level::B;
    }
    time(&signer, verdict);
    evaluation.certificate = certificate;
    evaluation
}

/// Exactly one CMS with exactly one signer (EN 319 102-1, 5.2.2).
fn read(contents: &[u8], verdict: &mut Verdict) -> Option<(SignedData, SignerInfo)> {
    let mut signed_data = match SignedData::parse(contents) {
        Ok(signed_data) => signed_data,
        Err(error) => {
            let clause = "EN 319 102-1 5.2.2";
            verdict.failed(SubIndication::FormatFailure, "cms.unreadable", clause, Some(error.to_string()));
            return None;
        }
    };
    if let Trailing::Other(count) = signed_data.trailing {
        verdict.warn("cms.trailing-bytes", "ISO 32000-2 12.8.1", Some(count.to_string()));
    }
    if signed_data.signers.len() != 1 {
        let count = Some(signed_data.signers.len().to_string());
        verdict.failed(SubIndication::FormatFailure, "cms.several-signers", "EN 319 142-1 4.1", count);
    }
    if signed_data.signers.is_empty() {
        return None;
    }
    let signer = signed_data.signers.remove(0);
    Some((signed_data, signer))
}

/// Where the signed content is: detached, by every SubFilter but adbe.pkcs7.sha1.
fn content<'a>(sub_filter: SubFilter, signed_data: &'a SignedData, verdict: &mut Verdict) -> Content<'a> {
    match (&signed_data.content, sub_filter) {
        (Some(octets), SubFilter::Pkcs7Sha1) => Content::Sha1Inside(octets),
        (None, SubFilter::Pkcs7Sha1) => {
            let clause = "ISO 32000-1 12.8.3.3.1";
            verdict.failed(SubIndication::FormatFailure, "cms.content-missing", clause, None);
            Content::Sha1Inside(&[])
        }
        (Some(_), _) => {
            let clause = "ISO 32000-2 12.8.3.3";
            verdict.failed(SubIndication::FormatFailure, "cms.content-inside", clause, None);
            Content::Detached
        }
        (None, _) => Content::Detached,
    }
}

/// Whether the bytes are a PAdES-B-B signature's (EN 319 142-1, 6.3). Higher levels rest on time-stamps, which aren't
/// validated yet.
fn is_baseline(signer: &SignerInfo) -> bool {
    signer.signed_attributes.as_ref().is_some_and(|attributes| {
        attributes.signing_certificate().is_ok_and(|references| !references.is_empty())
            && matches!(attributes.message_digest(), Ok(Some(_)))
            && matches!(attributes.content_type(), Ok(Some(_)))
            && matches!(attributes.signing_time(), Ok(None))
    })
}

fn time(signer: &SignerInfo, verdict: &mut Verdict) {
    let clause = "EN 319 102-1 5.5";
    if signer.signature_time_stamps().next().is_some() {
        verdict.warn("timestamp.not-validated", clause, None);
    } else {
        verdict.note("time.not-proven", clause, None);
    }
}
