//! Step 3: the key.

use super::to_be_signed::ToBeSigned;
use crate::asn1::{Reader, tag};
use crate::crypto::{self, KeyKind, Pkcs12, PrivateKey, SignatureAlgorithm, SignatureScheme};
use crate::error::{Error, Parameter, Reason, Subject};
use crate::pki::Certificate;

/// A key with its certificates: in this process, on a token, or at a remote service.
pub trait Signer {
    /// The signer's certificate first, then its issuers' as far as they are known.
    fn certificates(&self) -> &[Certificate];

    /// The scheme of the signatures that it makes.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The raw signature value: PKCS#1 octets, DER `ECDSA-Sig-Value`, or 64 bytes for Ed25519.
    ///
    /// # Errors
    /// [`Error::Signer`] when the key says no.
    fn sign(&self, to_be_signed: &ToBeSigned) -> Result<SignatureValue, Error>;
}

/// A signing key as far as it's known before it signs.
#[derive(Debug, Clone, Copy)]
pub struct SigningKey<'k> {
    pub(super) certificates: &'k [Certificate],
    pub(super) algorithm: SignatureAlgorithm,
}

impl<'k> SigningKey<'k> {
    /// The key of the first certificate, and the scheme of its signatures. The issuers' certificates follow as far as they
    /// are known.
    pub fn new(certificates: &'k [Certificate], algorithm: SignatureAlgorithm) -> Self {
        Self { certificates, algorithm }
    }

    /// A signer's.
    pub fn of(signer: &'k dyn Signer) -> Self {
        Self::new(signer.certificates(), signer.algorithm())
    }

    /// The certificate of the key.
    ///
    /// # Errors
    /// [`Error::Signer`] where there is none.
    pub(crate) fn certificate(&self) -> Result<&'k Certificate, Error> {
        self.certificates.first().ok_or_else(|| Error::signer("the key has no certificate"))
    }
}

/// The octets of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureValue(pub Vec<u8>);

/// A private key in this process. OpenSSL wipes it when it's dropped; its `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct PrivateKeySigner {
    key: PrivateKey,
    certificates: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
}

impl PrivateKeySigner {
    /// From a private key (PEM or DER, encrypted or not) and its certificates (PEM, the key's anywhere among them, or
    /// one DER).
    ///
    /// # Errors
    /// [`Error::Signer`] where the key can't be opened or no certificate is its own, [`Error::Input`] where the
    /// certificates can't be read.
    pub fn from_pem(key: &[u8], passphrase: Option<&str>, certificates: &[u8]) -> Result<Self, Error> {
        Self::new(PrivateKey::read(key, passphrase)?, Certificate::read_all(certificates)?)
    }

    /// From a PKCS#12 file.
    ///
    /// # Errors
    /// [`Error::Signer`] where it can't be opened, or holds no key with its certificate, [`Error::Input`] where a
    /// certificate in it can't be read.
    pub fn from_pkcs12(der: &[u8], passphrase: &str) -> Result<Self, Error> {
        demand_bounded(der)?;
        let Pkcs12 { key, certificates } = Pkcs12::open(der, passphrase)?;
        let certificates = certificates.iter().map(|der| Certificate::parse(der)).collect::<Result<_, _>>()?;
        Self::new(key, certificates)
    }

    fn new(key: PrivateKey, mut certificates: Vec<Certificate>) -> Result<Self, Error> {
        let is_own = |one: &Certificate| one.key().is_ok_and(|public| public.is_same(key.public()));
        let own = certificates.iter().position(is_own);
        let Some(own) = own else {
            return Err(Error::signer(Reason::OtherCertificate));
        };
        let own = certificates.remove(own);
        certificates.insert(0, own);
        let algorithm = match key.public().kind() {
            KeyKind::Rsa { .. } => SignatureAlgorithm::RsaPkcs1v15,
            KeyKind::RsaPss { .. } => SignatureAlgorithm::RsaPss,
            KeyKind::Ec { .. } => SignatureAlgorithm::Ecdsa,
            KeyKind::Ed25519 => SignatureAlgorithm::Ed25519,
            other => return Err(Error::signer(Reason::UnsupportedKey(other.to_string()))),
        };
        Ok(Self { key, certificates, algorithm })
    }

    /// With RSASSA-PSS, or with PKCS#1 v1.5.
    ///
    /// # Errors
    /// [`Error::Parameters`] where the key isn't RSA, or is kept for PSS by its certificate.
    pub fn pss(mut self, pss: bool) -> Result<Self, Error> {
        self.algorithm = match (self.key.public().kind(), pss) {
            (KeyKind::Rsa { .. } | KeyKind::RsaPss { .. }, true) => SignatureAlgorithm::RsaPss,
            (KeyKind::Rsa { .. }, false) => SignatureAlgorithm::RsaPkcs1v15,
            (KeyKind::RsaPss { .. }, false) => {
                return Err(Error::parameters(Parameter::Pss, "this key is for RSASSA-PSS only"));
            }
            (kind, true) => {
                return Err(Error::parameters(Parameter::Pss, format!("RSASSA-PSS needs an RSA key, this is {kind}")));
            }
            (_, false) => self.algorithm,
        };
        Ok(self)
    }
}

impl Signer for PrivateKeySigner {
    fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, to_be_signed: &ToBeSigned) -> Result<SignatureValue, Error> {
        if to_be_signed.signature_algorithm != self.algorithm {
            return Err(Error::signer(format!(
                "{:?} was prepared, but this key signs with {:?}",
                to_be_signed.signature_algorithm, self.algorithm
            )));
        }
        let scheme = SignatureScheme::to_sign(self.algorithm, to_be_signed.digest_algorithm)
            .ok_or_else(|| Error::signer(format!("{:?} is read, but never written", self.algorithm)))?;
        crypto::sign(&self.key, scheme, &to_be_signed.signed_attributes).map(SignatureValue)
    }
}

/// Most iterations of a PKCS#12 file's MAC: a file that asks for more would not open in reasonable time.
const MAX_ITERATIONS: u32 = 10_000_000;

/// Refuses a PKCS#12 file that asks for hours of key derivation (RFC 7292, 4: `PFX.macData.iterations`).
fn demand_bounded(der: &[u8]) -> Result<(), Error> {
    let iterations = || -> Result<Option<u32>, Error> {
        let mut file = Reader::new(Subject::Pkcs12, der).expect(tag::SEQUENCE)?.children()?;
        let (_, _) = (file.expect(tag::INTEGER)?, file.expect(tag::SEQUENCE)?);
        let Some(mac) = file.optional(tag::SEQUENCE)? else { return Ok(None) };
        let mut mac = mac.children()?;
        let (_, _) = (mac.expect(tag::SEQUENCE)?, mac.expect(tag::OCTET_STRING)?);
        mac.optional(tag::INTEGER)?.map(|iterations| iterations.unsigned()).transpose()
    };
    match iterations() {
        Ok(Some(iterations)) if iterations > MAX_ITERATIONS => Err(Error::Budget {
            budget: "iterations of a PKCS#12 file's key derivation",
            limit: u64::from(MAX_ITERATIONS),
            offset: None,
        }),
        // If this can't be parsed, OpenSSL reports it.
        _ => Ok(()),
    }
}
