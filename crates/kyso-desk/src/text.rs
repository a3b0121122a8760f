//! The text of the agency's signature on electronic copies and on attachments in files of their own, and where it stands: in
//! the upper right corner of page 1 or near it, where the page is blank as it's seen (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần
//! I, mục II.8b and III.1d; phần II, mục I.3).

use jiff::Timestamp;
use kyso::appearance::{Appearance, draw};
use kyso::{Document, Place, Signatory, SignatureParameters};
use kyso_certification::on_a4;
use kyso_certification::text::{FormOfCopy, attachment_lines, copy_lines, set_for};

use crate::drawn::{Drawing, Drawn};
use crate::error::{Error, FileRole};

/// The text.
#[derive(Debug, Clone)]
pub struct Text {
    lines: Vec<String>,
    time: Timestamp,
}

impl Text {
    /// Of a copy that this agency makes at this time.
    ///
    /// # Errors
    /// [`Error::Library`] where the agency's name can't be written.
    pub fn of_copy(form: FormOfCopy, agency: &str, time: Timestamp) -> Result<Self, Error> {
        Self::of(copy_lines(form, agency, time), time)
    }

    /// Of an attachment of the document with this number and symbol. Attachments of one document have one time.
    ///
    /// # Errors
    /// [`Error::Library`] where the number can't be written.
    pub fn of_attachment(number_and_symbol: &str, time: Timestamp) -> Result<Self, Error> {
        Self::of(attachment_lines(number_and_symbol, time), time)
    }

    fn of(lines: Vec<String>, time: Timestamp) -> Result<Self, Error> {
        let text = Self { lines, time };
        text.set(1.0)?;
        Ok(text)
    }

    /// Set for a page that is multiplied by `on_a4` when it's printed.
    fn set(&self, on_a4: f64) -> Result<Appearance, Error> {
        set_for(&self.lines, on_a4).map_err(Error::of(FileRole::Document))
    }

    /// The agency's signature that shows the text: in the corner whatever lies there, or where page 1 is blank.
    pub(crate) fn placed(
        &self,
        allow_covering: bool,
        document: &Document<'_>,
        password: Option<&str>,
        drawing: Drawing<'_>,
    ) -> Result<SignatureParameters, Error> {
        match allow_covering {
            true => self.over_anything(document, 1),
            false => self.over_nothing(document, password, drawing),
        }
    }

    /// The agency's signature that shows the text on this page, in the upper right corner whatever lies there: unless its
    /// parameters get another place.
    ///
    /// # Errors
    /// [`Error::Library`] where there's no such page.
    pub fn over_anything(&self, document: &Document<'_>, page: usize) -> Result<SignatureParameters, Error> {
        let read = document.page(page).map_err(|error| Error::of(FileRole::Document)(error.into()))?;
        let appearance = self.set(on_a4::scale(read.size()))?;
        Ok(SignatureParameters::of(Signatory::Copy, self.time).appearance(appearance).place(Place::TopRight))
    }

    /// The agency's signature that shows the text where page 1 is blank. `document` is what will be signed, `password` what
    /// opens it.
    ///
    /// # Errors
    /// [`Error::NotShown`] where page 1 can't be drawn, [`Error::NoRoom`] where it isn't blank there.
    pub fn over_nothing(
        &self,
        document: &Document<'_>,
        password: Option<&str>,
        drawing: Drawing<'_>,
    ) -> Result<SignatureParameters, Error> {
        let wrong = Error::of(FileRole::Document);
        let parameters = self.over_anything(document, 1)?;
        let Some(size) = draw::size(&parameters.appearance).map_err(wrong)? else { return Ok(parameters) };
        let drawn = Drawn::of(document, password, drawing).map_err(wrong)?;
        let ground = drawn.ground(1).map_err(|error| Error::NotShown { page: 1, error })?;
        match ground.room_for_copy(size).map_err(wrong)? {
            Some(rectangle) => Ok(parameters.place(Place::Rectangle { page: 1, rectangle })),
            None => Err(Error::NoRoom),
        }
    }
}
