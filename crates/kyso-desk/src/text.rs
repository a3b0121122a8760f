//! The text of the agency's signature on electronic copies and on attachments in files of their own, and where it stands: in
//! the upper right corner of page 1 or near it, where the page is blank as it's seen (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần
//! I, mục II.8b and III.1d; phần II, mục I.3).

use jiff::Timestamp;
use kyso::appearance::{Appearance, draw};
use kyso::{Document, Place, Signatory, SignatureParameters};
use kyso_certification::text::{FormOfCopy, attachment_lines, copy_lines, set};

use crate::drawn::{Drawing, Drawn};
use crate::error::{Error, FileRole};

/// The text, set.
#[derive(Debug, Clone)]
pub struct Text {
    appearance: Appearance,
    time: Timestamp,
}

impl Text {
    /// Of a copy that this agency makes at this time.
    ///
    /// # Errors
    /// [`Error::Library`] where the agency's name can't be written.
    pub fn of_copy(form: FormOfCopy, agency: &str, time: Timestamp) -> Result<Self, Error> {
        Self::of(&copy_lines(form, agency, time), time)
    }

    /// Of an attachment of the document with this number and symbol. Attachments of one document have one time.
    ///
    /// # Errors
    /// [`Error::Library`] where the number can't be written.
    pub fn of_attachment(number_and_symbol: &str, time: Timestamp) -> Result<Self, Error> {
        Self::of(&attachment_lines(number_and_symbol, time), time)
    }

    fn of(lines: &[String], time: Timestamp) -> Result<Self, Error> {
        Ok(Self { appearance: set(lines).map_err(Error::of(FileRole::Document))?, time })
    }

    /// The agency's signature that shows the text: in the corner whatever lies there, or where page 1 is blank.
    pub(crate) fn placed(
        &self,
        allow_covering: bool,
        document: &Document<'_>,
        password: Option<&str>,
        drawing: Drawing<'_>,
    ) -> Result<SignatureParameters, Error> {
        if allow_covering { Ok(self.over_anything()) } else { self.over_nothing(document, password, drawing) }
    }

    /// The agency's signature that shows the text, in the corner whatever lies there.
    pub fn over_anything(&self) -> SignatureParameters {
        let parameters = SignatureParameters::of(Signatory::Copy, self.time);
        parameters.appearance(self.appearance.clone()).place(Place::TopRight)
    }

    /// The agency's signature that shows the text where page 1 is blank. `document` is what will be signed, `password` what
    /// opens it.
    ///
    /// # Errors
    /// [`Error::NotShown`] where page 1 can't be drawn, [`Error::NoRoom`] where it isn't blank there.
    fn over_nothing(
        &self,
        document: &Document<'_>,
        password: Option<&str>,
        drawing: Drawing<'_>,
    ) -> Result<SignatureParameters, Error> {
        let wrong = Error::of(FileRole::Document);
        let parameters = self.over_anything();
        let Some(size) = draw::size(&self.appearance).map_err(wrong)? else { return Ok(parameters) };
        let drawn = Drawn::of(document, password, drawing).map_err(wrong)?;
        let ground = drawn.ground(1).map_err(|error| Error::NotShown { page: 1, error })?;
        match ground.room_for_copy(size).map_err(wrong)? {
            Some(rectangle) => Ok(parameters.place(Place::Rectangle { page: 1, rectangle })),
            None => Err(Error::NoRoom),
        }
    }
}
