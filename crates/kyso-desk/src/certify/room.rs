//! Where a document's pages have room for the statement and the QR symbol: looked for on the pages as they're seen, for a
//! scan's paper is a picture too.

use kyso::Document;
use kyso_certification::on_a4;
use kyso_certification::room::Ground;
use kyso_certification::stamp::{QrPlace, largest_size};
use kyso_view::Error as Unseen;

use crate::drawn::{Drawing, Drawn};
use crate::error::{Error, FileRole};

/// The pages on which there may be room for the symbol: behind so many, it goes with the statement.
const CODE_PAGES: usize = 10;

/// A page that can't be shown.
#[derive(Debug)]
pub struct UnseenPage {
    /// The page's number, from 1.
    pub page: usize,
    /// Why.
    pub error: Unseen,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    /// What of the last page is blank, where the statement shall stand there.
    pub(super) statement: Option<Ground>,
    /// Room for the QR symbol on one of the first pages, where it shall stand there.
    pub(super) code: Option<QrPlace>,
    /// First pages that can't be shown, so that no symbol is put onto them.
    pub(super) unseen: Vec<UnseenPage>,
}

/// What room is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// On the last page, for the statement.
    pub(super) statement: bool,
    /// On the first pages in their order, for a symbol of the look-up service of this address.
    pub(super) code: Option<&'a str>,
}

impl Rooms {
    /// Looks on the pages of a document, which this password opens.
    pub(super) fn of(
        document: &Document<'_>,
        password: Option<&str>,
        wanted: Wanted<'_>,
        drawing: Drawing<'_>,
    ) -> Result<Self, Error> {
        let wrong = Error::of(FileRole::Document);
        let last = document.page_count().map_err(|error| wrong(error.into()))?;
        let mut rooms = Self::default();
        if !wanted.statement && wanted.code.is_none() {
            return Ok(rooms);
        }
        let drawn = Drawn::of(document, password, drawing).map_err(wrong)?;
        if wanted.statement {
            let ground = drawn.ground(last).map_err(|error| match error {
                Unseen::Incomplete => Error::NotWhole { page: last },
                error => Error::NotShown { page: last, error },
            })?;
            rooms.statement = Some(ground);
        }
        let Some(size) = wanted.code.map(largest_size) else { return Ok(rooms) };
        for page in 1..=last.min(CODE_PAGES) {
            let read = document.page(page).map_err(|error| wrong(error.into()))?;
            let on_a4 = on_a4::scale(read.size());
            let size = (size.0 / on_a4, size.1 / on_a4);
            let seen = match &rooms.statement {
                Some(ground) if page == last => Ok(ground.room_for_code(size)),
                _ => drawn.ground(page).map(|ground| ground.room_for_code(size)),
            };
            match seen {
                Ok(Some(rectangle)) => {
                    rooms.code = Some(QrPlace { page, rectangle });
                    break;
                }
                Ok(None) => {}
                Err(error) => rooms.unseen.push(UnseenPage { page, error }),
            }
        }
        Ok(rooms)
    }
}
