//! Making and checking signature values.

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::md_ctx::MdCtx;
use openssl::pkey::HasPublic;
use openssl::pkey_ctx::{PkeyCtx, PkeyCtxRef};
use openssl::rsa::Padding;
use openssl::sign::RsaPssSaltlen;

use super::{DigestAlgorithm, KeyKind, PostQuantum, PrivateKey, PublicKey, SignatureAlgorithm, openssl_version};
use crate::error::{Error, Parameter};

/// A scheme with all its parameters: what it takes to check a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureScheme {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1v15(DigestAlgorithm),
    /// RSASSA-PSS (RFC 4055).
    RsaPss {
        /// Over the message.
        digest: DigestAlgorithm,
        /// In MGF1.
        mask: DigestAlgorithm,
        /// In bytes.
        salt_length: u32,
    },
    /// ECDSA with a DER `ECDSA-Sig-Value`.
    Ecdsa(DigestAlgorithm),
    /// ECDSA with r and s side by side (BSI TR-03111): read only.
    EcdsaPlain(DigestAlgorithm),
    /// DSA: read only.
    Dsa(DigestAlgorithm),
    /// Ed25519.
    Ed25519,
    /// Ed448: read only.
    Ed448,
    /// ML-DSA or SLH-DSA over the message itself, without a context (RFC 9882, 3; RFC 9814, 3): read only.
    PostQuantum(PostQuantum),
}

impl SignatureScheme {
    /// The scheme that is written for an algorithm and a digest; `None` for those that are only read.
    pub fn to_sign(algorithm: SignatureAlgorithm, digest: DigestAlgorithm) -> Option<Self> {
        match algorithm {
            SignatureAlgorithm::RsaPkcs1v15 => Some(Self::RsaPkcs1v15(digest)),
            SignatureAlgorithm::RsaPss => Some(Self::RsaPss {
                digest,
                mask: digest,
                salt_length: u32::try_from(digest.output_length()).unwrap_or_default(),
            }),
            SignatureAlgorithm::Ecdsa => Some(Self::Ecdsa(digest)),
            SignatureAlgorithm::Ed25519 => Some(Self::Ed25519),
            SignatureAlgorithm::Ed448
            | SignatureAlgorithm::Dsa
            | SignatureAlgorithm::MlDsa
            | SignatureAlgorithm::SlhDsa => None,
        }
    }

    /// The algorithm of the scheme, without its parameters.
    pub fn algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::RsaPkcs1v15(_) => SignatureAlgorithm::RsaPkcs1v15,
            Self::RsaPss { .. } => SignatureAlgorithm::RsaPss,
            Self::Ecdsa(_) | Self::EcdsaPlain(_) => SignatureAlgorithm::Ecdsa,
            Self::Dsa(_) => SignatureAlgorithm::Dsa,
            Self::Ed25519 => SignatureAlgorithm::Ed25519,
            Self::Ed448 => SignatureAlgorithm::Ed448,
            Self::PostQuantum(set) => set.algorithm(),
        }
    }

    /// The digest over the message; `None` where the scheme takes the message itself.
    pub fn digest(self) -> Option<DigestAlgorithm> {
        match self {
            Self::RsaPkcs1v15(digest)
            | Self::RsaPss { digest, .. }
            | Self::Ecdsa(digest)
            | Self::EcdsaPlain(digest)
            | Self::Dsa(digest) => Some(digest),
            Self::Ed25519 | Self::Ed448 | Self::PostQuantum(_) => None,
        }
    }

    /// Whether a key of this kind makes such signatures.
    pub fn fits(self, kind: &KeyKind) -> bool {
        match self {
            Self::RsaPkcs1v15(_) => matches!(kind, KeyKind::Rsa { .. }),
            Self::RsaPss { .. } => matches!(kind, KeyKind::Rsa { .. } | KeyKind::RsaPss { .. }),
            Self::Ecdsa(_) | Self::EcdsaPlain(_) => matches!(kind, KeyKind::Ec { .. }),
            Self::Dsa(_) => matches!(kind, KeyKind::Dsa { .. }),
            Self::Ed25519 => matches!(kind, KeyKind::Ed25519),
            Self::Ed448 => matches!(kind, KeyKind::Ed448),
            Self::PostQuantum(set) => matches!(kind, KeyKind::PostQuantum(own) if *own == set),
        }
    }
}

/// The message that was signed.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// The message itself.
    Bytes(&'a [u8]),
    /// The message's digest, by the scheme's digest algorithm.
    Digest(&'a [u8]),
}

/// Whether `value` is `key`'s signature of `message`. A malformed value is just not one.
///
/// # Errors
/// [`Error::Parameters`] where the question can't be put: a key of another kind, a scheme that needs the message but
/// has its digest only, an algorithm or parameters that OpenSSL doesn't have.
pub fn verify(key: &PublicKey, scheme: SignatureScheme, message: Message<'_>, value: &[u8]) -> Result<bool, Error> {
    if !scheme.fits(key.kind()) {
        return Err(Error::parameters(
            Parameter::SignatureAlgorithm,
            format!("{scheme:?} doesn't fit a {} key", key.kind()),
        ));
    }
    let Some(inner) = &key.inner else {
        let lacking = format!("{} doesn't have {}", openssl_version(), key.kind());
        return Err(Error::parameters(Parameter::SignatureAlgorithm, lacking));
    };
    let Some(digest) = scheme.digest() else {
        let Message::Bytes(message) = message else {
            return Err(Error::parameters(
                Parameter::Message,
                "this scheme signs the message, and only its digest is known",
            ));
        };
        let mut context = MdCtx::new().map_err(refused)?;
        context.digest_verify_init(None, inner).map_err(refused)?;
        return Ok(context.digest_verify(message, value).unwrap_or(false));
    };
    let owned;
    let hash = match message {
        Message::Bytes(bytes) => {
            owned = digest.digest(bytes);
            &owned
        }
        Message::Digest(hash) => hash,
    };
    if hash.len() != digest.output_length() {
        return Ok(false);
    }
    let der;
    let value = if let SignatureScheme::EcdsaPlain(_) = scheme {
        let Some(converted) = plain_to_der(value) else { return Ok(false) };
        der = converted;
        &der
    } else {
        value
    };
    let mut context = PkeyCtx::new(inner).map_err(refused)?;
    context.verify_init().map_err(refused)?;
    configure(&mut context, scheme, digest)?;
    // OpenSSL mixes up "no" and "malformed": either way it's not a signature of this message by this key.
    Ok(context.verify(hash, value).unwrap_or(false))
}

/// `key`'s signature of `message`.
///
/// # Errors
/// [`Error::Signer`] where the key can't.
pub fn sign(key: &PrivateKey, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, Error> {
    if !scheme.fits(key.public().kind()) {
        return Err(Error::signer(format!("a {} key can't make {scheme:?}", key.public().kind())));
    }
    let failed = |error: ErrorStack| Error::signer(format!("OpenSSL refused to sign: {error}"));
    let mut value = Vec::new();
    if let Some(digest) = scheme.digest() {
        let mut context = PkeyCtx::new(&key.inner).map_err(failed)?;
        context.sign_init().map_err(failed)?;
        configure(&mut context, scheme, digest)?;
        context.sign_to_vec(&digest.digest(message), &mut value).map_err(failed)?;
    } else {
        let mut context = MdCtx::new().map_err(failed)?;
        context.digest_sign_init(None, &key.inner).map_err(failed)?;
        context.digest_sign_to_vec(message, &mut value).map_err(failed)?;
    }
    Ok(value)
}

fn configure<T: HasPublic>(
    context: &mut PkeyCtxRef<T>,
    scheme: SignatureScheme,
    digest: DigestAlgorithm,
) -> Result<(), Error> {
    match scheme {
        SignatureScheme::RsaPkcs1v15(_) => context.set_rsa_padding(Padding::PKCS1).map_err(refused)?,
        SignatureScheme::RsaPss { .. } => context.set_rsa_padding(Padding::PKCS1_PSS).map_err(refused)?,
        _ => {}
    }
    context.set_signature_md(digest.md()?).map_err(refused)?;
    if let SignatureScheme::RsaPss { mask, salt_length, .. } = scheme {
        context.set_rsa_mgf1_md(mask.md()?).map_err(refused)?;
        let length = i32::try_from(salt_length).map_err(|_| Error::parameters(Parameter::SaltLength, "too long"))?;
        context.set_rsa_pss_saltlen(RsaPssSaltlen::custom(length)).map_err(refused)?;
    }
    Ok(())
}

fn plain_to_der(value: &[u8]) -> Option<Vec<u8>> {
    if !value.len().is_multiple_of(2) {
        return None;
    }
    let (r, s) = value.split_at_checked(value.len() / 2)?;
    let number = |octets| BigNum::from_slice(octets).ok();
    EcdsaSig::from_private_components(number(r)?, number(s)?).ok()?.to_der().ok()
}

fn refused(error: ErrorStack) -> Error {
    Error::parameters(Parameter::SignatureAlgorithm, format!("OpenSSL refuses it: {error}"))
}
