//! Keys, and the files that they come in.

use std::fmt;

use openssl::error::ErrorStack;
use openssl::pkcs7::Pkcs7;
use openssl::pkey::{Id, PKey, Private, Public};
use openssl::provider::Provider;
use openssl::x509::X509;

use super::PostQuantum;
use crate::error::{Error, Reason, Subject};

/// Kind and size of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyKind {
    /// RSA, for whatever padding.
    Rsa {
        /// Of the modulus.
        bits: u32,
    },
    /// RSA that its certificate keeps for PSS (RFC 4055).
    RsaPss {
        /// Of the modulus.
        bits: u32,
    },
    /// Elliptic curve.
    Ec {
        /// OpenSSL's name of the curve, e.g. `prime256v1`; empty for one that has no name.
        curve: String,
        /// Of the group's order.
        bits: u32,
    },
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA.
    Dsa {
        /// Of the prime.
        bits: u32,
    },
    /// ML-DSA or SLH-DSA.
    PostQuantum(PostQuantum),
    /// Anything that signs nothing here.
    Other,
}

impl KeyKind {
    /// Whether the key meets TT 15/2025/TT-BKHCN, Phụ lục I: RSA of 2048 bits or more, elliptic curves of 256 or more.
    pub(crate) fn is_strong(&self) -> bool {
        match self {
            Self::Rsa { bits } | Self::RsaPss { bits } => *bits >= 2048,
            // P-256's order has 256 bits, Curve25519's 253.
            Self::Ec { bits, .. } => *bits >= 256,
            Self::Ed25519 | Self::Ed448 => true,
            // None of them is on the list.
            Self::Dsa { .. } | Self::PostQuantum(_) | Self::Other => false,
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } | Self::RsaPss { bits } => write!(f, "RSA {bits}"),
            Self::Ec { curve, bits } if curve.is_empty() => write!(f, "EC {bits}"),
            Self::Ec { curve, .. } => write!(f, "EC {curve}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Ed448 => f.write_str("Ed448"),
            Self::Dsa { bits } => write!(f, "DSA {bits}"),
            Self::PostQuantum(set) => set.fmt(f),
            Self::Other => f.write_str("unknown"),
        }
    }
}

/// A public key.
#[derive(Clone)]
pub struct PublicKey {
    /// None where the OpenSSL that is linked doesn't have the algorithm.
    pub(super) inner: Option<PKey<Public>>,
    spki: Vec<u8>,
    kind: KeyKind,
}

impl PublicKey {
    /// The key in a DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
    ///
    /// # Errors
    /// [`Error::Input`] where OpenSSL can't read it, though it has the algorithm.
    pub(crate) fn from_spki(der: &[u8]) -> Result<Self, Error> {
        let read = || PKey::public_key_from_der(der).map_err(|error| unreadable(Subject::PublicKey, &error));
        let (inner, kind) = match PostQuantum::of_spki(der) {
            Some(set) if !set.has_length(der) => {
                return Err(Error::input(Subject::PublicKey, None, format!("it isn't as long as a key of {set}")));
            }
            Some(set) if !set.is_available() => (None, KeyKind::PostQuantum(set)),
            Some(set) => (Some(read()?), KeyKind::PostQuantum(set)),
            None => {
                let inner = read()?;
                let kind = kind(&inner);
                (Some(inner), kind)
            }
        };
        Ok(Self { inner, spki: der.to_vec(), kind })
    }

    /// The key of a DER certificate.
    ///
    /// # Errors
    /// [`Error::Input`] where OpenSSL can't read it.
    pub fn from_certificate(der: &[u8]) -> Result<Self, Error> {
        let spki = X509::from_der(der)
            .and_then(|x509| x509.public_key()?.public_key_to_der())
            .map_err(|error| unreadable(Subject::Certificate, &error))?;
        Self::from_spki(&spki)
    }

    /// Kind and size.
    pub fn kind(&self) -> &KeyKind {
        &self.kind
    }

    /// The most bytes that a signature by this key can have.
    pub(crate) fn signature_length(&self) -> usize {
        match &self.inner {
            Some(inner) => inner.size(),
            None => self.lacking().map_or(0, PostQuantum::signature_length),
        }
    }

    /// Whether both are one key.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.inner, &other.inner) {
            (Some(one), Some(other)) => one.public_eq(other),
            _ => self.spki == other.spki,
        }
    }

    /// The parameter set of the key, where the OpenSSL that is linked doesn't have it: nothing can be said of its signatures.
    pub(crate) fn lacking(&self) -> Option<PostQuantum> {
        match (&self.inner, &self.kind) {
            (None, KeyKind::PostQuantum(set)) => Some(*set),
            _ => None,
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.kind)
    }
}

/// A private key. OpenSSL holds it, and wipes it when it's dropped.
#[derive(Clone)]
pub struct PrivateKey {
    pub(super) inner: PKey<Private>,
    public: PublicKey,
}

impl PrivateKey {
    /// Reads PEM (PKCS#8, encrypted PKCS#8, or the older forms by algorithm) or DER. The terminal is never asked for
    /// a passphrase.
    ///
    /// # Errors
    /// [`Error::Signer`] where there's no key, it needs a passphrase, or the passphrase is wrong.
    pub fn read(bytes: &[u8], passphrase: Option<&str>) -> Result<Self, Error> {
        let mut asked = false;
        let answer = |buffer: &mut [u8]| {
            asked = true;
            let secret = passphrase.unwrap_or_default().as_bytes();
            match buffer.get_mut(..secret.len()) {
                Some(room) => {
                    room.copy_from_slice(secret);
                    Ok(secret.len())
                }
                None => Err(ErrorStack::get()),
            }
        };
        let read = if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&0x30) {
            PKey::private_key_from_der(bytes).or_else(|_| PKey::private_key_from_pkcs8_callback(bytes, answer))
        } else {
            PKey::private_key_from_pem_callback(bytes, answer)
        };
        let inner = read.map_err(|_| {
            Error::signer(match (asked, passphrase) {
                (true, None) => Reason::NoPassword,
                (true, Some(_)) => Reason::WrongPassword,
                (false, _) => Reason::NotKey,
            })
        })?;
        Self::new(inner)
    }

    fn new(inner: PKey<Private>) -> Result<Self, Error> {
        let spki = inner.public_key_to_der().map_err(|error| unreadable(Subject::PrivateKey, &error))?;
        Ok(Self { public: PublicKey::from_spki(&spki)?, inner })
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.public.kind)
    }
}

/// The contents of a PKCS#12 file ([RFC 7292, 4]).
///
/// ```text
/// PFX ::= SEQUENCE {
///     version    INTEGER { v3(3) },
///     authSafe   ContentInfo,
///     macData    MacData OPTIONAL }
/// ```
///
/// [RFC 7292, 4]: https://www.rfc-editor.org/rfc/rfc7292#section-4
#[derive(Debug, Clone)]
pub struct Pkcs12 {
    /// The private key.
    pub key: PrivateKey,
    /// DER certificates, the key's own first where the file names it.
    pub certificates: Vec<Vec<u8>>,
}

impl Pkcs12 {
    /// Whether the bytes are a PKCS #12 file. No passphrase is needed.
    pub fn is_one(der: &[u8]) -> bool {
        openssl::pkcs12::Pkcs12::from_der(der).is_ok()
    }

    /// Opens the file. Old ciphers (RC2-40, which Windows and older tools write) are read where this OpenSSL has its
    /// `legacy` provider.
    ///
    /// # Errors
    /// [`Error::Signer`] where the passphrase is wrong, the ciphers are refused, or there's no key inside.
    pub fn open(der: &[u8], passphrase: &str) -> Result<Self, Error> {
        let file = openssl::pkcs12::Pkcs12::from_der(der).map_err(|_| Error::signer(Reason::NotPkcs12))?;
        if passphrase.contains('\0') {
            return Err(Error::signer(Reason::ZeroByte));
        }
        let parsed = match file.parse2(passphrase) {
            Err(error) if is_unsupported(&error) => {
                // Kept loaded only as long as the file is being read.
                let legacy = Provider::try_load(None, "legacy", true);
                let again = file.parse2(passphrase);
                drop(legacy);
                again
            }
            other => other,
        };
        let parsed = parsed.map_err(|error| {
            Error::signer(if is_unsupported(&error) { Reason::OldCipher } else { Reason::WrongPassword })
        })?;
        let key = parsed.pkey.ok_or_else(|| Error::signer(Reason::NoPrivateKey))?;
        let certificates = parsed
            .cert
            .iter()
            .map(AsRef::as_ref)
            .chain(parsed.ca.iter().flatten())
            .map(|x509| x509.to_der().map_err(|error| unreadable(Subject::CertificateInPkcs12, &error)))
            .collect::<Result<_, _>>()?;
        Ok(Self { key: PrivateKey::new(key)?, certificates })
    }
}

/// The DER certificates in PEM (any number, other blocks skipped) or DER (one, and nothing behind it).
///
/// # Errors
/// [`Error::Input`] where there is none, or where something of them would be left out.
pub fn certificates(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    let wrong = |message: &str| Error::input(Subject::Certificate, None, message);
    let der = |x509: &X509| x509.to_der().map_err(|error| unreadable(Subject::Certificate, &error));
    // A text may begin with the digit that a SEQUENCE's tag is.
    if let (Some(0x30), Ok(one)) = (bytes.first(), X509::from_der(bytes)) {
        let one = der(&one)?;
        if one.len() != bytes.len() {
            return Err(wrong("there is something behind the certificate (DER holds one; several go into PEM)"));
        }
        return Ok(vec![one]);
    }
    let stack = X509::stack_from_pem(bytes).map_err(|error| unreadable(Subject::Certificate, &error))?;
    if stack.is_empty() {
        return Err(wrong("there is none in these bytes (PEM or DER is expected)"));
    }
    stack.iter().map(der).collect()
}

/// The DER certificates of a bundle as certification authorities publish them: PEM (any number, other blocks skipped), DER
/// (one), or PKCS#7 in either ([RFC 2315], 9). None where the bytes are nothing of these.
///
/// [RFC 2315]: https://www.rfc-editor.org/rfc/rfc2315#section-9
pub fn bundle(bytes: &[u8]) -> Vec<Vec<u8>> {
    let pem = X509::stack_from_pem(bytes).unwrap_or_default();
    let found = match X509::from_der(bytes) {
        _ if !pem.is_empty() => pem,
        Ok(one) => vec![one],
        Err(_) => {
            let pkcs7 = Pkcs7::from_der(bytes).or_else(|_| Pkcs7::from_pem(bytes)).ok();
            let certificates = pkcs7.as_ref().and_then(|pkcs7| pkcs7.signed()?.certificates());
            certificates.into_iter().flatten().map(ToOwned::to_owned).collect()
        }
    };
    found.iter().filter_map(|x509| x509.to_der().ok()).collect()
}

fn kind(key: &PKey<Public>) -> KeyKind {
    let bits = key.bits();
    match key.id() {
        Id::RSA => KeyKind::Rsa { bits },
        Id::RSA_PSS => KeyKind::RsaPss { bits },
        Id::EC => {
            let curve = key.ec_key().ok().and_then(|ec| ec.group().curve_name());
            let name = curve.and_then(|nid| nid.short_name().ok()).unwrap_or_default();
            KeyKind::Ec { curve: name.to_owned(), bits }
        }
        Id::ED25519 => KeyKind::Ed25519,
        Id::ED448 => KeyKind::Ed448,
        Id::DSA => KeyKind::Dsa { bits },
        _ => KeyKind::Other,
    }
}

fn is_unsupported(error: &ErrorStack) -> bool {
    error.errors().iter().any(|error| matches!(error.reason(), Some("unsupported" | "unsupported algorithm")))
}

fn unreadable(what: Subject, error: &ErrorStack) -> Error {
    Error::input(what, None, format!("OpenSSL can't read it: {error}"))
}
