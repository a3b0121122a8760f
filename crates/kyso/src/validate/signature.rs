//! One signature through the blocks, in the order of the basic validation (EN 319 102-1, 5.3). Every block runs, so that
//! every finding is reported, not only the first.

use super::certificate::{self, Checked, Context};
use super::cryptography::{self, Content, Cryptography};
use super::digests::Digests;
use super::poe::{Id, id};
use super::policy::CertificateKind;
use super::report::{Level, SignatureType, SubIndication, TimestampKind};
use super::trouble::Trouble;
use super::verdict::Verdict;
use super::{acceptance, holdings, signing_certificate, timestamp};
use crate::cms::signed_data::Trailing;
use crate::cms::{SignedData, SignerInfo, TstInfo};
use crate::code::Code;
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm, SignatureScheme};
use crate::error::Error;
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

/// The digest and the byte range that a signature states.
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

/// The validation of one signature or time-stamp at the current time.
pub(super) struct Evaluation {
    pub(super) certificate: Option<Certificate>,
    pub(super) digest_algorithm: Option<DigestAlgorithm>,
    pub(super) signature_algorithm: Option<SignatureAlgorithm>,
    pub(super) cryptography: Cryptography,
    /// B, PKCS7 or other: what more the bytes satisfy, [`super::level`] says.
    pub(super) level: Level,
    /// The signing-time attribute, where there is one.
    pub(super) signing_time: Option<jiff::Timestamp>,
    /// The certificate's path, and what is open about it and about the signature's algorithms.
    pub(super) checked: Checked,
    /// The signature value: what a proof of existence is about.
    pub(super) value: Id,
    /// The signature value's octets, as stored.
    pub(super) octets: Vec<u8>,
    /// A time-stamp token, as it stands.
    pub(super) encoded: Vec<u8>,
    /// The digest over what a signature covers.
    pub(super) covered: Vec<u8>,
    /// The statement of a time-stamp.
    pub(super) info: Option<TstInfo>,
    /// The time-stamp tokens inside it.
    pub(super) tokens: Vec<Token>,
}

/// A time-stamp token inside a signature, checked at the current time.
pub(super) struct Token {
    pub(super) kind: TimestampKind,
    pub(super) evaluation: Evaluation,
    pub(super) verdict: Verdict,
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
            checked: Checked::default(),
            value: id(&[]),
            octets: Vec::new(),
            encoded: Vec::new(),
            covered: Vec::new(),
            info: None,
            tokens: Vec::new(),
        }
    }
}

/// Judges the CMS of one signature at the current time, whose place in the file another block has judged.
pub(super) fn evaluate(
    sub_filter: Option<SubFilter>,
    contents: &Result<SignedData, Error>,
    mut subject: Subject<'_, '_>,
    context: Context<'_>,
    verdict: &mut Verdict,
) -> Evaluation {
    let Some(sub_filter) = sub_filter else {
        // Not known, so not judged: neither good nor bad.
        verdict.open(SubIndication::Custom, Code::SubfilterUnknown, None);
        return Evaluation::nothing(Level::Other);
    };
    let pkcs7 = if matches!(sub_filter, SubFilter::Pkcs7 | SubFilter::Pkcs7Sha1) { Level::Pkcs7 } else { Level::Other };
    let Some((signed_data, signer)) = read(contents, verdict) else { return Evaluation::nothing(pkcs7) };
    if sub_filter == SubFilter::Rfc3161 {
        let mut imprint = |algorithm| subject.digest(algorithm);
        let kind = TimestampKind::Document;
        let mut evaluation = timestamp::check(kind, signed_data, signer, &mut imprint, context, verdict);
        evaluation.covered = evaluation.digest_algorithm.and_then(imprint).unwrap_or_default();
        return evaluation;
    }
    let scheme = signer.scheme().ok().flatten();
    let mut evaluation = Evaluation {
        digest_algorithm: signer.digest(),
        signature_algorithm: scheme.map(SignatureScheme::algorithm),
        signing_time: signer.signed_attributes.as_ref().and_then(|signed| signed.signing_time().ok().flatten()),
        value: id(&signer.signature),
        octets: signer.signature.clone(),
        covered: signer.digest().and_then(|algorithm| subject.digest(algorithm)).unwrap_or_default(),
        ..Evaluation::nothing(pkcs7)
    };
    let known = context.evidence.certificates().iter().chain(context.evidence.anchors());
    let candidates = signing_certificate::candidates(signed_data, known);
    let certificate = signing_certificate::identify(signer, &candidates, verdict);
    if let Some(certificate) = &certificate {
        evaluation.checked = certificate::check(certificate, CertificateKind::Signer, context, verdict);
    }
    let content = content(sub_filter, signed_data, verdict);
    evaluation.cryptography =
        cryptography::check(signer, content, certificate.as_ref(), &mut |algorithm| subject.digest(algorithm), verdict);
    match sub_filter {
        SubFilter::Cades => acceptance::pades(signer, signed_data, verdict),
        _ => acceptance::pkcs7(signer, signed_data, verdict),
    }
    let weaknesses = context.strength(context.policy.time).of_signature(signer, certificate.as_ref());
    evaluation.checked.troubles.extend(weaknesses.into_iter().map(Trouble::Weak));
    if sub_filter == SubFilter::Cades && is_baseline(signer) {
        evaluation.level = Level::B;
    }
    evaluation.tokens = tokens(signer, &mut subject, context);
    evaluation.certificate = certificate;
    evaluation
}

/// The tokens over the content, which are older than the signature, and those over the signature value.
fn tokens(signer: &SignerInfo, subject: &mut Subject<'_, '_>, context: Context<'_>) -> Vec<Token> {
    let content = holdings::content_time_stamps(signer).map(|der| (TimestampKind::Content, der));
    let signature = signer.signature_time_stamps().map(|der| (TimestampKind::Signature, der));
    let all: Vec<_> = content.chain(signature).collect();
    if all.len() > holdings::MAX_TOKENS {
        context.evidence.exhaust("time-stamps of one signature", holdings::MAX_TOKENS);
    }
    let examine = |(kind, der): (TimestampKind, &[u8])| {
        let mut verdict = Verdict::new();
        let mut imprint = |algorithm: DigestAlgorithm| match kind {
            TimestampKind::Content => subject.digest(algorithm),
            TimestampKind::Signature | TimestampKind::Document => Some(algorithm.digest(&signer.signature)),
        };
        let mut evaluation = match read(&SignedData::parse(der), &mut verdict) {
            Some((signed_data, signer)) => {
                timestamp::check(kind, signed_data, signer, &mut imprint, context, &mut verdict)
            }
            None => Evaluation::nothing(Level::Other),
        };
        evaluation.encoded = der.to_vec();
        if !evaluation.cryptography.is_intact() {
            verdict.demand_not_passed();
        }
        Token { kind, evaluation, verdict }
    };
    all.into_iter().take(holdings::MAX_TOKENS).map(examine).collect()
}

/// Exactly one CMS with exactly one signer (EN 319 102-1, 5.2.2).
fn read<'c>(
    contents: &'c Result<SignedData, Error>,
    verdict: &mut Verdict,
) -> Option<(&'c SignedData, &'c SignerInfo)> {
    let signed_data = match contents {
        Ok(signed_data) => signed_data,
        Err(error) => {
            verdict.failed(SubIndication::FormatFailure, Code::CmsUnreadable, Some(error.to_string()));
            return None;
        }
    };
    if let Trailing::Other(count) = signed_data.trailing {
        verdict.warn(Code::CmsTrailingBytes, Some(count.to_string()));
    }
    if signed_data.signers.len() != 1 {
        let count = Some(signed_data.signers.len().to_string());
        verdict.failed(SubIndication::FormatFailure, Code::CmsSeveralSigners, count);
    }
    Some((signed_data, signed_data.signers.first()?))
}

/// Where the signed content is: detached, by every SubFilter but adbe.pkcs7.sha1.
fn content<'a>(sub_filter: SubFilter, signed_data: &'a SignedData, verdict: &mut Verdict) -> Content<'a> {
    match (&signed_data.content, sub_filter) {
        (Some(octets), SubFilter::Pkcs7Sha1) => Content::Sha1Inside(octets),
        (None, SubFilter::Pkcs7Sha1) => {
            verdict.failed(SubIndication::FormatFailure, Code::CmsContentMissing, None);
            Content::Sha1Inside(&[])
        }
        (Some(_), _) => {
            verdict.failed(SubIndication::FormatFailure, Code::CmsContentInside, None);
            Content::Detached
        }
        (None, _) => Content::Detached,
    }
}

/// Whether the bytes are a PAdES-B-B signature's (EN 319 142-1, 6.3).
fn is_baseline(signer: &SignerInfo) -> bool {
    signer.signed_attributes.as_ref().is_some_and(|attributes| {
        attributes.signing_certificate().is_ok_and(|references| !references.is_empty())
            && matches!(attributes.message_digest(), Ok(Some(_)))
            && matches!(attributes.content_type(), Ok(Some(_)))
            && matches!(attributes.signing_time(), Ok(None))
    })
}
