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
    /// [`Error::Input`] where there is none, or one can't be read.
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
