//! Step 2: the signed attributes and their digest.

use serde::{Deserialize, Serialize};

use super::signer::SignatureValue;
use crate::asn1::{Reader, tag};
use crate::cms::attributes::{self, SignedAttributes};
use crate::cms::signed_data::{self, Parts};
use crate::code::Code;
use crate::crypto::{self, DigestAlgorithm, KeyKind, Message, SignatureAlgorithm, SignatureScheme};
use crate::error::{Error, Parameter, Reason, Subject};
use crate::pki::Certificate;

/// The message that a key has to sign. A process may store it and go on days later: a leader's phone can take its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToBeSigned {
    /// The digest for the document, the signed attributes and the signature.
    pub digest_algorithm: DigestAlgorithm,
    /// The scheme that the signature value must be of.
    pub signature_algorithm: SignatureAlgorithm,
    /// The signer's certificate first, then its issuers', without the root. Serialised in DER.
    pub certificates: Vec<Certificate>,
    /// DER of the signed attributes as `SET OF Attribute` (RFC 5652, 5.4): the message for schemes that hash
    /// themselves (Ed25519).
    pub signed_attributes: Vec<u8>,
    /// `digest_algorithm` over `signed_attributes`: what a token or a remote service signs.
    pub digest: Vec<u8>,
}

impl ToBeSigned {
    /// The signed attributes over a document's digest, for the key of the first certificate. Roots among the other
    /// certificates, and what stands there twice, are left out.
    ///
    /// # Errors
    /// [`Error::Parameters`] where digest, scheme and key don't go together; [`Error::Refused`] where the key is too
    /// weak or its certificate isn't for signing (TT 15/2025/TT-BKHCN, Phụ lục I and II); [`Error::Input`] where the key
    /// can't be read.
    pub fn new(
        document_digest: &[u8],
        digest: DigestAlgorithm,
        signature: SignatureAlgorithm,
        certificates: &[Certificate],
    ) -> Result<Self, Error> {
        let certificates = Self::path(certificates);
        let signer = signer(&certificates)?;
        check(signer, digest, signature)?;
        if document_digest.len() != digest.output_length() {
            return Err(Error::parameters(
                Parameter::DocumentDigest,
                format!("its length isn't that of {}", digest.name()),
            ));
        }
        let signed_attributes = attributes::write_signed(document_digest, signer);
        Ok(Self {
            digest_algorithm: digest,
            signature_algorithm: signature,
            digest: digest.digest(&signed_attributes),
            certificates,
            signed_attributes,
        })
    }

    /// The digest that fits a key: SHA-384 for P-384, SHA-512 for P-521 and Ed25519 (RFC 8419, 3.1), else SHA-256.
    ///
    /// # Errors
    /// [`Error::Input`] where the certificate's key can't be read.
    pub fn default_digest(certificate: &Certificate, signature: SignatureAlgorithm) -> Result<DigestAlgorithm, Error> {
        Ok(match (signature, certificate.key()?.kind()) {
            (SignatureAlgorithm::Ed25519, _) => DigestAlgorithm::Sha512,
            (_, KeyKind::Ec { bits: 512.., .. }) => DigestAlgorithm::Sha512,
            (_, KeyKind::Ec { bits: 384.., .. }) => DigestAlgorithm::Sha384,
            _ => DigestAlgorithm::Sha256,
        })
    }

    /// The most bytes that the CMS can have, known before there is anything to sign: the room to reserve in /Contents.
    ///
    /// # Errors
    /// As [`ToBeSigned::new`].
    pub fn size(
        digest: DigestAlgorithm,
        signature: SignatureAlgorithm,
        certificates: &[Certificate],
    ) -> Result<usize, Error> {
        let certificates = Self::path(certificates);
        check(signer(&certificates)?, digest, signature)?;
        signed_data::size(digest, signature, &certificates)
    }

    /// The document's digest, as the signed attributes hold it.
    ///
    /// # Errors
    /// [`Error::Input`] where the attributes are malformed.
    pub fn document_digest(&self) -> Result<Vec<u8>, Error> {
        let set = Reader::new(Subject::SignedAttributes, &self.signed_attributes).expect(tag::SET)?;
        let digest = SignedAttributes::read(&set)?.message_digest()?;
        digest.ok_or_else(|| Error::input(Subject::SignedAttributes, None, "hold no message digest"))
    }

    /// Refuses what a store gave back and [`new`](Self::new) wouldn't have made: attributes that name another certificate, a
    /// digest of other attributes, a key that may not sign.
    pub(super) fn demand_whole(&self) -> Result<(), Error> {
        let whole =
            Self::new(&self.document_digest()?, self.digest_algorithm, self.signature_algorithm, &self.certificates)?;
        match whole == *self {
            true => Ok(()),
            false => Err(Error::parameters(Parameter::ToBeSigned, "its attributes aren't those of its certificate")),
        }
    }

    /// The CMS for /Contents.
    ///
    /// # Errors
    /// [`Error::Signer`] where the value isn't this key's signature: a wrong one never gets into a file.
    pub fn assemble(&self, value: &SignatureValue) -> Result<Vec<u8>, Error> {
        self.verify(value)?;
        signed_data::assemble(&self.parts(None), &value.0)
    }

    /// The CMS for /Contents, with a DER time-stamp token over the signature value.
    ///
    /// # Errors
    /// As [`assemble`](Self::assemble).
    pub fn assemble_with_time_stamp(&self, value: &SignatureValue, token: &[u8]) -> Result<Vec<u8>, Error> {
        self.verify(value)?;
        signed_data::assemble(&self.parts(Some(token)), &value.0)
    }

    /// A CMS of the right length with zeros for the signature value: nobody's signature, for looking at the document
    /// that it would make.
    pub(crate) fn draft(&self) -> Result<Vec<u8>, Error> {
        signed_data::assemble(&self.parts(None), &vec![0; self.certificate()?.key()?.signature_length()])
    }

    fn parts<'a>(&'a self, time_stamp: Option<&'a [u8]>) -> Parts<'a> {
        Parts {
            digest: self.digest_algorithm,
            signature: self.signature_algorithm,
            certificates: &self.certificates,
            signed_attributes: &self.signed_attributes,
            time_stamp,
        }
    }

    /// The signer's certificate.
    ///
    /// # Errors
    /// [`Error::Parameters`] where there is none.
    pub fn certificate(&self) -> Result<&Certificate, Error> {
        signer(&self.certificates)
    }

    /// Checks that the value is the signature of the first certificate's key.
    ///
    /// # Errors
    /// [`Error::Signer`] where it isn't.
    pub fn verify(&self, value: &SignatureValue) -> Result<(), Error> {
        let scheme = scheme(self.signature_algorithm, self.digest_algorithm)?;
        if crypto::verify(self.certificate()?.key()?, scheme, Message::Bytes(&self.signed_attributes), &value.0)? {
            Ok(())
        } else {
            Err(Error::signer("the signature value isn't one by the certificate's key over these attributes"))
        }
    }

    fn path(certificates: &[Certificate]) -> Vec<Certificate> {
        let mut path: Vec<Certificate> = Vec::new();
        for certificate in certificates {
            let is_root = !path.is_empty() && certificate.is_self_issued();
            if !is_root && !path.contains(certificate) {
                path.push(certificate.clone());
            }
        }
        path
    }
}

fn signer(certificates: &[Certificate]) -> Result<&Certificate, Error> {
    certificates.first().ok_or_else(|| Error::parameters(Parameter::Certificates, "the signer's is missing"))
}

fn scheme(signature: SignatureAlgorithm, digest: DigestAlgorithm) -> Result<SignatureScheme, Error> {
    SignatureScheme::to_sign(signature, digest).ok_or_else(|| {
        Error::parameters(Parameter::SignatureAlgorithm, format!("{signature:?} is read, but never written"))
    })
}

fn check(certificate: &Certificate, digest: DigestAlgorithm, signature: SignatureAlgorithm) -> Result<(), Error> {
    if !matches!(digest, DigestAlgorithm::Sha256 | DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512) {
        return Err(Error::parameters(
            Parameter::Digest,
            format!("{} isn't used to sign: take SHA-256, SHA-384 or SHA-512", digest.name()),
        ));
    }
    if signature == SignatureAlgorithm::Ed25519 && digest != DigestAlgorithm::Sha512 {
        return Err(Error::parameters(Parameter::Digest, "Ed25519 goes with SHA-512 only (RFC 8419, 3.1)"));
    }
    let key = certificate.key()?;
    if !scheme(signature, digest)?.fits(key.kind()) {
        return Err(Error::parameters(
            Parameter::SignatureAlgorithm,
            format!("{signature:?} can't be made with a {} key", key.kind()),
        ));
    }
    if !key.kind().is_strong() {
        return Err(Error::refused(Code::KeyTooWeak, Reason::WeakKey(key.kind().to_string())));
    }
    if certificate.key_usage().is_some_and(|usage| !usage.digital_signature && !usage.non_repudiation) {
        return Err(Error::refused(
            Code::CertificateKeyUsage,
            Reason::ByRule(
                "the certificate isn't issued for signing: its key usage has neither digitalSignature nor nonRepudiation",
            ),
        ));
    }
    Ok(())
}
