//! A certificate with its key, in the forms that keys are kept in.

use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::stack::Stack;
use openssl::symm::Cipher;
use openssl::x509::X509;

use crate::Error;

/// A certificate with its key.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate: X509,
    /// The certificate's DER.
    pub certificate_der: Vec<u8>,
    /// The certificate and then the CA that issued it, DER, without the root: what a CMS carries.
    pub chain_der: Vec<Vec<u8>>,
    /// The private key.
    pub key: PKey<Private>,
    pub(crate) issuers: Vec<X509>,
}

impl Identity {
    /// A PKCS#12 file with the key, the certificate and the CA that issued it.
    ///
    /// # Errors
    /// Where OpenSSL can't take the password.
    pub fn pkcs12(&self, password: &str) -> Result<Vec<u8>, Error> {
        let mut issuers = Stack::new()?;
        for issuer in &self.issuers {
            issuers.push(issuer.clone())?;
        }
        let mut builder = Pkcs12::builder();
        builder.name("kyso test").pkey(&self.key).cert(&self.certificate).ca(issuers);
        Ok(builder.build2(password)?.to_der()?)
    }

    /// The key in PKCS#8 PEM, encrypted (PBES2, AES-256) when a password is given.
    ///
    /// # Errors
    /// Where OpenSSL can't take the password.
    pub fn key_pem(&self, password: Option<&str>) -> Result<String, Error> {
        let pem = match password {
            Some(password) => {
                self.key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), password.as_bytes())?
            }
            None => self.key.private_key_to_pem_pkcs8()?,
        };
        Ok(text(pem))
    }

    /// The certificate in PEM.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn certificate_pem(&self) -> Result<String, Error> {
        Ok(text(self.certificate.to_pem()?))
    }

    /// The certificates that lead to the root, PEM, without the certificate itself and without the root.
    ///
    /// # Errors
    /// Where OpenSSL fails.
    pub fn chain_pem(&self) -> Result<String, Error> {
        self.issuers.iter().map(|issuer| Ok(text(issuer.to_pem()?))).collect()
    }

    /// The serial number, most significant byte first, without leading zeros.
    pub fn serial(&self) -> Vec<u8> {
        self.certificate.serial_number().to_bn().map(|number| number.to_vec()).unwrap_or_default()
    }

    /// SHA-256 of the certificate, lower-case hex: what a roster names.
    pub fn fingerprint(&self) -> String {
        openssl::sha::sha256(&self.certificate_der).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// PEM is ASCII.
pub(crate) fn text(pem: Vec<u8>) -> String {
    String::from_utf8_lossy(&pem).into_owned()
}
