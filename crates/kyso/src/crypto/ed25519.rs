//! Ed25519 with keys as bare octets ([RFC 8032], 5.1): what logs and their witnesses sign with, where no certificate stands
//! behind a key.
//!
//! [RFC 8032]: https://www.rfc-editor.org/rfc/rfc8032#section-5.1

use std::fmt;

use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKey, Private};
use openssl::sign::{Signer, Verifier};
use zeroize::Zeroizing;

use super::{KeyKind, PrivateKey};
use crate::error::Error;

/// A private key for Ed25519. OpenSSL holds it, and wipes it when it's dropped.
#[derive(Clone)]
pub struct Ed25519Key {
    inner: PKey<Private>,
    public: [u8; 32],
}

impl Ed25519Key {
    /// A new key, out of OpenSSL's random bytes.
    ///
    /// # Errors
    /// [`Error::Signer`] where OpenSSL has no Ed25519 or no random bytes.
    pub fn generate() -> Result<Self, Error> {
        Self::new(PKey::generate_ed25519().map_err(failed)?)
    }

    /// The key whose private octets (the seed of RFC 8032, 5.1.5) these are.
    ///
    /// # Errors
    /// [`Error::Signer`] where OpenSSL has no Ed25519.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, Error> {
        Self::new(PKey::private_key_from_raw_bytes(seed, Id::ED25519).map_err(failed)?)
    }

    /// Reads PKCS#8 ([RFC 8410], 7) as PEM or DER, also encrypted.
    ///
    /// # Errors
    /// [`Error::Signer`] where there's no key, it's no Ed25519 key, it needs a passphrase, or the passphrase is wrong.
    ///
    /// [RFC 8410]: https://www.rfc-editor.org/rfc/rfc8410#section-7
    pub fn read(bytes: &[u8], passphrase: Option<&str>) -> Result<Self, Error> {
        let key = PrivateKey::read(bytes, passphrase)?;
        match key.public().kind() {
            KeyKind::Ed25519 => Self::new(key.inner),
            other => Err(Error::signer(format!("an Ed25519 key is needed, and this one is {other}"))),
        }
    }

    fn new(inner: PKey<Private>) -> Result<Self, Error> {
        let public = inner.raw_public_key().map_err(failed)?;
        let public = public.try_into().map_err(|_| Error::signer("OpenSSL gives no public key of 32 octets"))?;
        Ok(Self { inner, public })
    }

    /// The public key (RFC 8032, 5.1.5).
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// The private octets, for [`Ed25519Key::from_seed`]; wiped when they're dropped.
    ///
    /// # Errors
    /// [`Error::Signer`] where OpenSSL doesn't give them out.
    pub fn seed(&self) -> Result<Zeroizing<[u8; 32]>, Error> {
        let raw = Zeroizing::new(self.inner.raw_private_key().map_err(failed)?);
        let mut seed = Zeroizing::new([0; 32]);
        if raw.len() != seed.len() {
            return Err(Error::signer("OpenSSL gives no private key of 32 octets"));
        }
        seed.copy_from_slice(&raw);
        Ok(seed)
    }

    /// The key as PKCS#8 in PEM, not encrypted; wiped when it's dropped.
    ///
    /// # Errors
    /// [`Error::Signer`] where OpenSSL doesn't give it out.
    pub fn to_pem(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        Ok(Zeroizing::new(self.inner.private_key_to_pem_pkcs8().map_err(failed)?))
    }

    /// The signature of `message` (RFC 8032, 5.1.6: the same for the same message).
    ///
    /// # Errors
    /// [`Error::Signer`] where OpenSSL refuses.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; 64], Error> {
        let mut signer = Signer::new_without_digest(&self.inner).map_err(failed)?;
        let mut value = [0; 64];
        match signer.sign_oneshot(&mut value, message).map_err(failed)? {
            64 => Ok(value),
            other => Err(Error::signer(format!("OpenSSL made an Ed25519 signature of {other} octets"))),
        }
    }
}

impl fmt::Debug for Ed25519Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519Key({})", super::hex(&self.public))
    }
}

/// Whether `signature` is a signature of `message` by the private key that belongs to `public` (RFC 8032, 5.1.7). Octets that
/// are no key sign nothing, and octets of another length are no signature.
pub fn ed25519_verify(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let verify = || {
        let key = PKey::public_key_from_raw_bytes(public, Id::ED25519)?;
        Verifier::new_without_digest(&key)?.verify_oneshot(signature, message)
    };
    verify().unwrap_or(false)
}

fn failed(error: ErrorStack) -> Error {
    Error::signer(format!("OpenSSL refuses Ed25519: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets<const N: usize>(hex: &str) -> [u8; N] {
        let octet = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(octet).collect::<Vec<_>>().try_into().unwrap()
    }

    /// RFC 8032, 7.1, TEST 2.
    #[test]
    fn the_standards_own_signature_comes_out() {
        let seed = octets("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let public = octets::<32>("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let value = octets::<64>(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        );
        let key = Ed25519Key::from_seed(&seed).unwrap();
        assert_eq!(key.public(), &public);
        assert_eq!(key.sign(&[0x72]).unwrap(), value);
        assert!(ed25519_verify(&public, &[0x72], &value));
    }

    #[test]
    fn a_signature_holds_for_its_message_and_key_only() {
        let key = Ed25519Key::generate().unwrap();
        let value = key.sign(b"message").unwrap();
        assert!(ed25519_verify(key.public(), b"message", &value));
        assert!(!ed25519_verify(key.public(), b"other", &value));
        assert!(!ed25519_verify(Ed25519Key::generate().unwrap().public(), b"message", &value));
        for octet in 0..value.len() {
            let mut flipped = value;
            flipped[octet] ^= 1;
            assert!(!ed25519_verify(key.public(), b"message", &flipped), "octet {octet}");
        }
        assert!(!ed25519_verify(key.public(), b"message", &value[..63]));
        assert!(!ed25519_verify(key.public(), b"message", &[]));
        // No point of the curve has this for its y.
        assert!(!ed25519_verify(&[2; 32], b"message", &value));
    }

    #[test]
    fn a_key_comes_back_from_its_file_and_from_its_octets() {
        let key = Ed25519Key::generate().unwrap();
        let pem = key.to_pem().unwrap();
        assert!(pem.starts_with(b"-----BEGIN PRIVATE KEY-----\n"));
        let again = Ed25519Key::read(&pem, None).unwrap();
        assert_eq!(again.sign(b"message").unwrap(), key.sign(b"message").unwrap());
        let again = Ed25519Key::from_seed(&key.seed().unwrap()).unwrap();
        assert_eq!(again.public(), key.public());
        assert!(!format!("{key:?}").contains(&crate::crypto::hex(&*key.seed().unwrap())));
    }

    #[test]
    fn keys_of_other_kinds_are_refused() {
        let rsa = openssl::rsa::Rsa::generate(2048).unwrap().private_key_to_pem().unwrap();
        assert!(Ed25519Key::read(&rsa, None).is_err());
        let ed448 = PKey::generate_ed448().unwrap().private_key_to_pem_pkcs8().unwrap();
        assert!(Ed25519Key::read(&ed448, None).is_err());
        assert!(Ed25519Key::read(b"nothing", None).is_err());
    }
}
