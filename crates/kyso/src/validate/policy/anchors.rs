//! Whom a verifier trusts.

use std::slice::Iter;
use std::sync::Arc;

use crate::error::Error;
use crate::pki::Certificate;

/// Trust anchors ([RFC 5280, 6.1.1] (d)): certificates that are trusted as they stand, self-signed or not. Read once, and
/// shared by every policy that has a clone.
///
/// [RFC 5280, 6.1.1]: https://www.rfc-editor.org/rfc/rfc5280#section-6.1.1
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Anchors(Arc<Vec<Certificate>>);

impl Anchors {
    /// The certificates in PEM (any number) or DER (one).
    ///
    /// # Errors
    /// [`Error::Input`] where there is none, one can't be read, or something would be left out. Nothing is taken then.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        Certificate::read_all(bytes).map(Self::from_iter)
    }

    /// Trusts the certificates in PEM (any number) or DER (one) too.
    ///
    /// # Errors
    /// Those of [`read`](Self::read).
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.extend(Certificate::read_all(bytes)?);
        Ok(())
    }

    /// Whether nobody is trusted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The certificates, in the order in which they were given.
    pub fn certificates(&self) -> &[Certificate] {
        &self.0
    }
}

impl Extend<Certificate> for Anchors {
    fn extend<T: IntoIterator<Item = Certificate>>(&mut self, more: T) {
        let known = Arc::make_mut(&mut self.0);
        for certificate in more {
            if !known.contains(&certificate) {
                known.push(certificate);
            }
        }
    }
}

impl FromIterator<Certificate> for Anchors {
    fn from_iter<T: IntoIterator<Item = Certificate>>(certificates: T) -> Self {
        let mut anchors = Self::default();
        anchors.extend(certificates);
        anchors
    }
}

impl<'a> IntoIterator for &'a Anchors {
    type Item = &'a Certificate;
    type IntoIter = Iter<'a, Certificate>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use kyso_testpki::TestPki;

    use super::*;

    #[test]
    fn pem_and_der_are_read_or_refused_as_a_whole() {
        let pki = TestPki::new("2026-03-02T03:00:00Z".parse().unwrap()).unwrap();
        let (root, issuing) = (pki.root_der().unwrap(), pki.issuing_der().unwrap());
        let pem = pki.root_pem().unwrap() + &pki.issuing_pem().unwrap();
        assert_eq!(Anchors::read(&root).unwrap().certificates().len(), 1);
        // As `openssl s_client -showcerts` writes it: the first byte is that of a DER SEQUENCE too.
        for text in [pem.clone(), format!("0 s:CN = root\n{pem}"), pem.replace('\n', "\r\n")] {
            let anchors = Anchors::read(text.as_bytes()).unwrap();
            assert_eq!(anchors.certificates().iter().map(Certificate::der).collect::<Vec<_>>(), [&root, &issuing]);
        }

        let half = &pem[..pem.len() - 60];
        let garbage = pki.root_pem().unwrap() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let key = pki.issue(kyso_testpki::Profile::leader()).unwrap().key_pem(None).unwrap();
        let base64 = pem.lines().filter(|line| !line.starts_with('-')).collect::<String>();
        let texts = [half, &garbage, &key, &base64, "", "0 s:CN = root"].map(|text| text.as_bytes().to_vec());
        let ders = [[root.as_slice(), &issuing].concat(), root[..root.len() - 1].to_vec(), [&root[..], b"\0"].concat()];
        for wrong in texts.into_iter().chain(ders) {
            let mut anchors = Anchors::default();
            assert!(matches!(anchors.add(&wrong), Err(Error::Input { .. })), "{:?}", String::from_utf8_lossy(&wrong));
            assert!(anchors.is_empty());
        }
    }
}
