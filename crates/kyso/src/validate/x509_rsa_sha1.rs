//! adbe.x509.rsa_sha1 (ISO 32000-2, 12.8.3.2): a bare PKCS #1 signature beside its certificates, as PDF 1.3 had it.

use super::certificate::{self, Context};
use super::poe::id;
use super::policy::CertificateKind;
use super::report::{Level, SubIndication};
use super::signature::{Evaluation, Subject};
use super::trouble::Trouble;
use super::verdict::Verdict;
use crate::asn1::{Reader, tag};
use crate::code::Code;
use crate::crypto::{self, DigestAlgorithm, Message, SignatureAlgorithm, SignatureScheme};
use crate::error::{self, Error};
use crate::pki::Certificate;

const CLAUSE: &str = "ISO 32000-2 12.8.3.2";
/// What the name says, and what signers write under it all the same.
const DIGESTS: [DigestAlgorithm; 4] =
    [DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512];

/// Judges /Contents, a DER OCTET STRING, with the key of the first certificate of /Cert.
pub(super) fn evaluate(
    contents: &[u8],
    certificates: &[Vec<u8>],
    mut subject: Subject<'_, '_>,
    context: Context<'_>,
    verdict: &mut Verdict,
) -> Evaluation {
    let mut evaluation = Evaluation::nothing(Level::Other);
    let value = match value(contents) {
        Ok(value) => value,
        Err(error) => {
            verdict.failed(SubIndication::FormatFailure, Code::CmsUnreadable.by(CLAUSE), Some(error.to_string()));
            return evaluation;
        }
    };
    let signer = match certificates.first().map(|der| Certificate::parse(der)) {
        Some(Ok(signer)) => signer,
        Some(Err(_)) | None => {
            verdict.open(SubIndication::NoSigningCertificateFound, Code::SigningCertificateMissing.by(CLAUSE), None);
            return evaluation;
        }
    };
    evaluation.checked = certificate::check(&signer, CertificateKind::Signer, context, verdict);
    evaluation.value = id(&value);
    evaluation.octets.clone_from(&value);
    let digest = verifying(&signer, &value, &mut subject);
    match digest {
        Ok(Some(digest)) => {
            evaluation.digest_algorithm = Some(digest);
            evaluation.covered = subject.digest(digest).unwrap_or_default();
            evaluation.cryptography.digest_ok = true;
            evaluation.cryptography.signature_ok = true;
            let strength = context.strength(context.policy.time);
            let weaknesses = strength.digest(digest, None, evaluation.value);
            let weaknesses = weaknesses.into_iter().chain(strength.key(&signer, evaluation.value));
            evaluation.checked.troubles.extend(weaknesses.map(Trouble::Weak));
        }
        // There is only the value: whether the document or the value was changed can't be known.
        Ok(None) | Err(_) => verdict.failed(SubIndication::SigCryptoFailure, Code::SignatureMismatch.by(CLAUSE), None),
    }
    evaluation.signature_algorithm = Some(SignatureAlgorithm::RsaPkcs1v15);
    evaluation.certificate = Some(signer);
    evaluation
}

/// The signature value inside /Contents.
pub(super) fn value(contents: &[u8]) -> Result<Vec<u8>, Error> {
    Ok(Reader::new(error::Subject::SignatureValue, contents).expect(tag::OCTET_STRING)?.octets()?.into_owned())
}

/// The digest under which the value is the certificate's key's over the document.
fn verifying(
    signer: &Certificate,
    value: &[u8],
    subject: &mut Subject<'_, '_>,
) -> Result<Option<DigestAlgorithm>, Error> {
    let key = signer.key()?;
    for algorithm in DIGESTS {
        let Some(digest) = subject.digest(algorithm) else { return Ok(None) };
        if crypto::verify(key, SignatureScheme::RsaPkcs1v15(algorithm), Message::Digest(&digest), value)? {
            return Ok(Some(algorithm));
        }
    }
    Ok(None)
}
