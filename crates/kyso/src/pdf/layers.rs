//! Optional content (ISO 32000-2, 8.11): layers that are off on a screen may be on in print, or when the reader wants them.

use super::document::Document;
use super::edit::edit;
use super::incremental::Update;
use crate::error::Error;

impl Document<'_> {
    /// The file with every layer on, for whoever draws its pages; `None` where it has no layers.
    ///
    /// # Errors
    /// [`Error::Input`] where the catalog can't be read.
    pub fn with_all_layers(&self) -> Result<Option<Vec<u8>>, Error> {
        if !self.catalog()?.has(b"OCProperties") {
            return Ok(None);
        }
        let mut update = Update::new(self);
        edit(&mut update, self.catalog_id()?, |catalog| catalog.set("OCProperties", b"null"))?;
        Ok(Some([self.bytes(), &update.finish()?.tail.bytes].concat()))
    }
}
