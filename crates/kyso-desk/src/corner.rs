//! Where the text of a copy or a separate attachment stands: in the upper right corner of page 1 or near it, where the page is
//! blank as it's seen.

use std::path::Path;

use kyso::appearance::{Appearance, draw};
use kyso::language::Language::{English, Vietnamese};
use kyso::pdf::Document;
use kyso::sign::parameters::Place;

use super::blank::Drawn;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::plain;

/// The place of the text. `document` is what will be signed, `password` what opens it.
pub(super) fn place(
    path: &Path,
    document: &Document<'_>,
    password: Option<&str>,
    text: &Appearance,
) -> Result<Place, Failure> {
    let wrong = |error| Failure::library(path, &error);
    let Some(size) = draw::size(text).map_err(wrong)? else { return Ok(Place::TopRight) };
    let name = plain(&path.display().to_string());
    let drawn = Drawn::of(document, password).map_err(wrong)?;
    let ground = drawn.ground(1).map_err(|error| {
        Failure::new(
            Exit::Outside,
            format!(
                "Không hiển thị được trang 1 của {name} để tìm chỗ trống cho chữ ký số của cơ quan ({}). Nếu vẫn phải ký, \
                 dù chữ có thể đè lên nội dung: thêm --allow-covering.",
                error.in_language(Vietnamese)
            ),
            format!(
                "Page 1 of {name} can't be shown to look for a blank place for the text of the agency's signature ({}). \
                 Where it has to be signed all the same, though the text may lie over content: add --allow-covering.",
                error.in_language(English)
            ),
        )
    })?;
    match ground.room_for_copy(size).map_err(wrong)? {
        Some(rectangle) => Ok(Place::Rectangle { page: 1, rectangle }),
        None => Err(Failure::new(
            Exit::Refused,
            format!(
                "Từ chối ký: góc trên bên phải trang 1 của {name} không có chỗ trống, chữ của chữ ký số cơ quan sẽ đè lên \
                 nội dung. Hãy quét lại có chừa lề trên; nếu vẫn phải ký như vậy: thêm --allow-covering."
            ),
            format!(
                "Refused to sign: the upper right corner of page 1 of {name} isn't blank, so the text of the agency's \
                 signature would lie over content. Scan the page again with an upper margin; where it has to be signed as \
                 it is: add --allow-covering."
            ),
        )),
    }
}
