//! Reads the metadata of a certification that a file holds: the XMP that [`Metadata::properties`] went into, read again.

use serde::Serialize;

use crate::number::CertificationNumber;
use crate::typeset::xmp;
use kyso::{Document, Error};
use kyso_pdf::{Dictionary, packet};

#[cfg(doc)]
use super::metadata::Metadata;

/// Most pages whose metadata are read.
const MOST: usize = 100;

/// What a file says of a certification in its XMP. Nobody vouches for it but who signed the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmbeddedMetadata {
    /// The page that says it, from 1; none where the whole file does.
    pub page: Option<usize>,
    /// [`Metadata::properties`], as they were written.
    pub properties: Vec<(String, String)>,
}

impl EmbeddedMetadata {
    /// All that a file says: of itself, and on pages that came to it from a statement.
    ///
    /// # Errors
    /// [`Error::Input`] where catalog or pages can't be read.
    pub fn of(document: &Document<'_>) -> Result<Vec<Self>, Error> {
        let mut found = Vec::new();
        let mut read = |page: Option<usize>, of: &Dictionary| {
            let properties = packet(document, of).and_then(|packet| xmp::properties(&packet));
            found.extend(properties.map(|properties| Self { page, properties }));
        };
        read(None, &document.catalog()?);
        for page in document.pages()?.iter().filter(|page| page.dictionary.has(b"Metadata")).take(MOST) {
            read(Some(page.number), &page.dictionary);
        }
        Ok(found)
    }

    /// The number that it says, where it's whole.
    pub fn number(&self) -> Option<CertificationNumber> {
        let book = format!("{}/{}-{}", self.get("BookNumber")?, self.get("Year")?, self.get("RegisterSymbol")?);
        CertificationNumber::in_book(self.get("CertNumber")?.trim().parse().ok()?, &book)
    }

    /// The value of a property.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
