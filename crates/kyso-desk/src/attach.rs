//! The agency's signature on a document's attachments in files of their own, all with the same number and time
//! (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8b and III.1d).

use kyso::appearance::Appearance;
use kyso::{Document, Place};

use crate::text as corner;
use crate::drawn::Drawing;
use crate::error::Error;

/// Where the text of an attachment's signature stands: in the upper right corner of page 1 or near it, where the page is
/// blank.
///
/// # Errors
/// [`Error::NotShown`] where page 1 can't be drawn, [`Error::NoRoom`] where it isn't blank there.
pub fn place(
    document: &Document<'_>,
    password: Option<&str>,
    text: &Appearance,
    drawing: Drawing<'_>,
) -> Result<Place, Error> {
    corner::place(document, password, text, drawing)
}
