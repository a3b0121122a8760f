//! Several updates, one after another, as one tail.

use super::incremental::Tail;
use crate::error::Error;
use crate::file::document::Document;

/// A document that grows by one revision after another.
pub struct Growing<'d, 'a> {
    document: &'d Document<'a>,
    /// The document with what was appended; empty as long as nothing was.
    bytes: Vec<u8>,
}

impl<'d, 'a> Growing<'d, 'a> {
    /// A document to which nothing is appended yet.
    pub fn new(document: &'d Document<'a>) -> Self {
        Self { document, bytes: Vec::new() }
    }

    /// The document with nothing appended.
    pub fn original(&self) -> &'d Document<'a> {
        self.document
    }

    /// Appends the tail that `revise` makes for the document with all that was appended before; or nothing.
    ///
    /// # Errors
    /// Those of `revise`, and [`Error::Input`] where what was appended before can't be read.
    pub fn grow<T, E: From<Error>>(
        &mut self,
        revise: impl FnOnce(&Document<'_>) -> Result<(Option<Tail>, T), E>,
    ) -> Result<T, E> {
        let (tail, result) =
            if self.bytes.is_empty() { revise(self.document)? } else { revise(&self.document.earlier(&self.bytes)?)? };
        if let Some(tail) = tail {
            if self.bytes.is_empty() {
                self.bytes = tail.after(self.document.bytes());
            } else {
                self.bytes.extend(tail.bytes);
            }
        }
        Ok(result)
    }

    /// All that was appended.
    pub fn finish(mut self) -> Tail {
        let start = self.document.bytes().len();
        let bytes = if self.bytes.is_empty() { Vec::new() } else { self.bytes.split_off(start) };
        Tail { start: start as u64, bytes }
    }
}
