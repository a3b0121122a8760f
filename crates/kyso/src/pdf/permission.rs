//! What a document can't have done to it, whatever the signatures in it say.

use super::Object;
use super::document::Document;
use crate::error::Error;

impl Document<'_> {
    /// Refuses to append to a document whose end is missing, or whose pages aren't in the file.
    pub(crate) fn demand_whole(&self) -> Result<(), Error> {
        if self.is_cut_off() {
            return Err(Error::refused(
                "document.cut-off",
                "the file's end (%%EOF) is missing, so contents may be too: get the whole file again",
            ));
        }
        if let Some(at) = self.unfinished_update() {
            return Err(Error::refused(
                "document.unfinished-update",
                format!(
                    "the last program that saved the file broke off: from byte {at} on stands an update without an end; \
                     save the file again with the program that made it, or get the whole file"
                ),
            ));
        }
        if let Object::Boolean(true) = self.get(&self.catalog()?, b"NeedsRendering")? {
            return Err(Error::refused(
                "document.xfa",
                "the document is a dynamic XFA form, whose pages aren't in the file; print it to a plain PDF first",
            ));
        }
        Ok(())
    }

    /// Refuses to fill in a field where the document's password doesn't allow it (ISO 32000-2, table 22).
    pub(crate) fn demand_filling(&self) -> Result<(), Error> {
        demand_password(self.allows_filling(), "sign")
    }

    /// Refuses to make a field where the document's password doesn't allow it (ISO 32000-2, table 22).
    pub(crate) fn demand_making_fields(&self) -> Result<(), Error> {
        demand_password(self.allows_making_fields(), "have a signature field added to")
    }
}

fn demand_password(is_allowed: bool, what: &str) -> Result<(), Error> {
    if is_allowed {
        return Ok(());
    }
    Err(Error::refused(
        "document.permissions",
        format!("the document's permissions (/P) don't allow to {what} it; open it with its owner password"),
    ))
}
