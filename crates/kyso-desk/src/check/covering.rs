//! What a document's own QR codes were put over: the page is drawn as it was before the code, and with it.

use kyso::Document;
use kyso_certification::form::{Marked, QrSeen};
use kyso_certification::qr::QrPayload;
use kyso_certification::room::Ground;
use kyso_certification::stamp::before_and_after;
use kyso_view::Picture;

use crate::drawn::{Drawing, dpi_of, ground_of};

/// Content that isn't seen any more since a code was put onto its page; `None` where a page can't be drawn.
pub(super) fn covered(
    document: &Document<'_>,
    password: Option<&str>,
    seen: &[QrSeen],
    drawing: &Drawing<'_>,
) -> Option<Vec<Marked>> {
    let mut covered = Vec::new();
    for code in seen {
        let Ok(payload) = code.text.parse::<QrPayload>() else { continue };
        let Some((before, after)) = before_and_after(document, &payload) else { continue };
        let page = code.marked.page;
        let earlier = Document::parse_with_password(before, password).ok()?;
        let read = earlier.page(page).ok()?;
        let apart = drawing.as_ref().ok()?;
        let draw = |bytes: &[u8]| -> Option<Picture> { apart.picture(bytes, password, page, dpi_of(read.size())).ok() };
        let (old, new) = (draw(before)?, draw(after)?);
        let mut ground: Ground = ground_of(&old, read.size())?;
        ground.occupy(&read.occupied(&earlier).ok()?);
        let rectangle = ground.covered(old.rgb(), new.rgb(), old.width() as usize, old.dpi());
        covered.extend(rectangle.map(|rectangle| Marked { what: "qr", page, rectangle }));
    }
    Some(covered)
}
