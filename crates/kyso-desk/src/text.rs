//! Where the text of a copy or a separate attachment stands: in the upper right corner of page 1 or near it, where the page is
//! blank as it's seen.

use kyso::appearance::{Appearance, draw};
use kyso::{Document, Place};

use crate::drawn::{Drawing, Drawn};
use crate::error::{Error, FileRole};

/// The place of the text. `document` is what will be signed, `password` what opens it.
pub(crate) fn place(
    document: &Document<'_>,
    password: Option<&str>,
    text: &Appearance,
    drawing: Drawing<'_>,
) -> Result<Place, Error> {
    let wrong = Error::of(FileRole::Document);
    let Some(size) = draw::size(text).map_err(wrong)? else { return Ok(Place::TopRight) };
    let drawn = Drawn::of(document, password, drawing).map_err(wrong)?;
    let ground = drawn.ground(1).map_err(|error| Error::NotShown { page: 1, error })?;
    match ground.room_for_copy(size).map_err(wrong)? {
        Some(rectangle) => Ok(Place::Rectangle { page: 1, rectangle }),
        None => Err(Error::NoRoom),
    }
}
