//! The agency's signature on a document's attachments in files of their own, all with the same number and time
//! (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8b and III.1d).

use jiff::Timestamp;
use kyso::{Document, Finding, SignatureParameters};

use crate::drawn::Drawing;
use crate::error::{Error, FileRole};
use crate::paper::take_in;
use crate::text::Text;

/// How the attachments of a document are signed.
#[derive(Debug, Clone)]
pub struct Attaching {
    text: Text,
    /// The text of the signature may lie over content.
    pub allow_covering: bool,
}

impl Attaching {
    /// To the document with this number and symbol, at this time.
    ///
    /// # Errors
    /// [`Error::Library`] where the number can't be written.
    pub fn new(number_and_symbol: &str, time: Timestamp) -> Result<Self, Error> {
        Ok(Self { text: Text::of_attachment(number_and_symbol, time)?, allow_covering: false })
    }

    /// Attaches a file, which this password opens: taken in, a place found for the text. Then `sign` makes what it likes of
    /// the file, by the parameters of the agency's signature. What should be known of the file is `noticed` first.
    ///
    /// # Errors
    /// [`Error::NotShown`] where page 1 can't be drawn, [`Error::NoRoom`] where it isn't blank; [`Error::Library`].
    pub fn make<T>(
        &self,
        document: &Document<'_>,
        password: Option<&str>,
        drawing: Drawing<'_>,
        noticed: impl Fn(&Finding),
        sign: impl FnOnce(&Document<'_>, SignatureParameters) -> T,
    ) -> Result<T, Error> {
        let taken = take_in(document)?;
        taken.findings.iter().for_each(noticed);
        let Some(bytes) = taken.bytes(document.bytes()) else {
            return Ok(sign(document, self.text.placed(self.allow_covering, document, password, drawing)?));
        };
        let fitted = document.earlier(&bytes).map_err(|error| Error::of(FileRole::Document)(error.into()))?;
        Ok(sign(&fitted, self.text.placed(self.allow_covering, &fitted, password, drawing)?))
    }
}
