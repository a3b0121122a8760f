//! Where a document's pages have room for the statement and the QR symbol: looked for on the pages as they're seen, for a
//! scan's paper is a picture too.

use kyso::error::Reason;
use kyso::language::Language::{English, Vietnamese};
use kyso::pdf::{Document, Password};
use kyso_certification::room::Ground;
use kyso_certification::stamp::{QrPlace, largest_size};
use kyso_view::Error;

use super::Arguments;
use crate::commands::blank::Drawn;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::plain;

/// The pages on which there may be room for the symbol: behind so many, it goes with the statement.
const CODE_PAGES: usize = 10;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Rooms {
    /// What of the last page is blank, where the statement shall stand there.
    pub(crate) statement: Option<Ground>,
    /// Room for the QR symbol on one of the first pages, where it shall stand there.
    pub(crate) code: Option<QrPlace>,
    /// First pages that can't be shown, so that no symbol is put onto them, and why.
    pub(crate) unseen: Vec<(usize, Error)>,
}

impl Rooms {
    /// Looks on the last page where the statement shall stand there; and for a symbol of the look-up service `lookup` on the
    /// first pages in their order, where it shall stand there.
    pub(super) fn of(document: &Document<'_>, arguments: &Arguments, lookup: Option<&str>) -> Result<Self, Failure> {
        let path = arguments.document.as_deref().unwrap_or(&arguments.request);
        let wrong = |error| Failure::library(path, &error);
        let last = document.page_count().map_err(|error| wrong(error.into()))?;
        let mut rooms = Self::default();
        if !arguments.on_last_page && lookup.is_none() {
            return Ok(rooms);
        }
        let drawn = Drawn::of(document, arguments.password.as_ref().map(Password::as_str)).map_err(wrong)?;
        if arguments.on_last_page {
            let ground = drawn.ground(last).map_err(|error| match error {
                Error::Incomplete => wrong(not_whole(last)),
                error => not_shown(last, &path.display().to_string(), &error),
            })?;
            rooms.statement = Some(ground);
        }
        let Some(size) = lookup.map(largest_size) else { return Ok(rooms) };
        for page in 1..=last.min(CODE_PAGES) {
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
                Err(error) => rooms.unseen.push((page, error)),
            }
        }
        Ok(rooms)
    }
}

/// The refusal of a page of which the renderer can't draw everything: what it leaves out isn't blank.
fn not_whole(page: usize) -> kyso::Error {
    kyso::Error::refused(
        kyso::Code::PageUnreadable,
        Reason::told(
            format!("Bộ dựng hình không vẽ được hết trang {page}"),
            format!("the renderer can't draw all of page {page}, so it may not be blank; print it to PDF anew"),
        ),
    )
}

fn not_shown(page: usize, name: &str, error: &Error) -> Failure {
    let name = plain(name);
    Failure::new(
        Exit::Outside,
        format!(
            "Không hiển thị được trang {page} của {name} để tìm chỗ trống ({}); hãy bỏ --on-last-page.",
            error.in_language(Vietnamese)
        ),
        format!(
            "Page {page} of {name} can't be shown to look for room on it ({}); leave out --on-last-page.",
            error.in_language(English)
        ),
    )
}
