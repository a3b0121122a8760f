//! Where the last page of a document is blank: looked for on the page as it's seen, for a scan's paper is a picture too.

use kyso::Error;
use kyso::appearance::geometry::{POINTS_PER_MM, Rectangle};
use kyso::error::Reason;
use kyso::language::Language::{English, Vietnamese};
use kyso::pdf::text::{TextLine, lines};
use kyso::pdf::{Document, Page, Password};
use kyso_view::Picture;

use super::Arguments;
use crate::commands::draw_pages;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::plain;

/// Enough to see a full stop.
const DPI: f64 = 72.0;
/// What isn't looked at on the left and right, above and below: shadows of a scanner's lid, holes for binders.
const ASIDE_MM: (f64, f64) = (22.0, 10.0);
/// From what is there to the statement.
const DISTANCE_MM: f64 = 5.0;
/// How much darker than the paper ink is, of 255.
const DARKER: u8 = 40;
/// Single pixels that a row of blank paper may have: dust.
const SPECKS: usize = 3;

/// The largest blank room of the last page, in points as seen; without height where there's none.
pub(super) fn on_last_page(document: &Document<'_>, arguments: &Arguments) -> Result<Rectangle, Failure> {
    let path = arguments.document.as_deref().unwrap_or(&arguments.request);
    let wrong = |error| Failure::library(path, &error);
    let last = document.page_count().map_err(wrong)?;
    let page = document.page(last).map_err(wrong)?;
    // What the renderer can't read it leaves blank.
    document.demand_readable(&page).map_err(wrong)?;
    let size = page.size();
    let apart = draw_pages::apart().map_err(|error| kyso_view::Error::Apart(error.to_string()));
    let password = arguments.password.as_ref().map(Password::as_str);
    let seen = apart.and_then(|apart| apart.picture(document.bytes(), password, last, DPI)).map_err(|error| {
        let name = plain(&path.display().to_string());
        Failure::new(
            Exit::Outside,
            format!(
                "Không hiển thị được trang {last} của {name} để tìm chỗ trống ({}); hãy bỏ --on-last-page.",
                error.in_language(Vietnamese)
            ),
            format!(
                "Page {last} of {name} can't be shown to look for room on it ({}); leave out --on-last-page.",
                error.in_language(English)
            ),
        )
    })?;
    if !seen.is_whole() {
        let reason = Reason::told(
            format!("Bộ dựng hình không vẽ được hết trang {last}"),
            format!("the renderer can't draw all of page {last}, so it may not be blank; print it to PDF anew"),
        );
        return Err(wrong(Error::refused("page.unreadable", reason)));
    }
    let room = blank(&seen, size);
    demand_no_text(document, &page, &room).map_err(wrong)?;
    Ok(room)
}

/// Refuses room that looks blank but holds text: the renderer couldn't draw its letters.
fn demand_no_text(document: &Document<'_>, page: &Page, room: &Rectangle) -> Result<(), Error> {
    let within =
        |line: &Rectangle| line.x < room.right() && room.x < line.right() && line.y < room.top() && room.y < line.top();
    let is_seen = |line: &TextLine| line.runs.iter().any(|run| run.style.is_visible && !run.text.trim().is_empty());
    match lines(document, page)?.into_iter().find(|line| is_seen(line) && within(&line.rectangle)) {
        Some(line) => Err(Error::refused(
            "page.unreadable",
            Reason::told(
                format!("Bộ dựng hình không vẽ được dòng chữ “{}” ở trang {}", line.text, page.number),
                format!(
                    "the renderer can't draw the line “{}” on page {}, so it isn't blank; print it to PDF anew",
                    line.text, page.number
                ),
            ),
        )),
        None => Ok(()),
    }
}

fn blank(seen: &Picture, (wide, high): (f64, f64)) -> Rectangle {
    let (columns, rows) = (seen.width() as usize, seen.height() as usize);
    let points = high / f64::from(seen.height()).max(1.0);
    // Rounding down to whole pixels is what is wanted of a picture that is never larger than a screen.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let pixels = |mm: f64| (mm * POINTS_PER_MM / points) as usize;
    let grey = seen.grey();
    let paper = paper(&grey);
    let is_ink =
        |x: usize, y: usize| grey.get(y * columns + x).is_some_and(|grey| paper.saturating_sub(*grey) > DARKER);
    let across = pixels(ASIDE_MM.0)..columns.saturating_sub(pixels(ASIDE_MM.1));
    let is_blank = |y: usize| {
        let mut specks = 0;
        for x in across.clone().filter(|x| is_ink(*x, y)) {
            let around = (y.saturating_sub(1)..=y + 1).flat_map(|y| (x.saturating_sub(1)..=x + 1).map(move |x| (x, y)));
            let is_alone = around.filter(|(x, y)| *y < rows && *x < columns && is_ink(*x, *y)).count() == 1;
            specks += if is_alone { 1 } else { SPECKS + 1 };
            if specks > SPECKS {
                return false;
            }
        }
        true
    };
    let aside = pixels(ASIDE_MM.1);
    let (mut best, mut start) = (0..0, aside);
    for y in aside..rows.saturating_sub(aside) {
        if !is_blank(y) {
            start = y + 1;
        } else if y + 1 - start >= best.len() {
            best = start..y + 1;
        }
    }
    let seen = |pixels: usize| u32::try_from(pixels).map_or(0.0, |pixels| f64::from(pixels) * points);
    let distance = DISTANCE_MM * POINTS_PER_MM;
    Rectangle {
        x: ASIDE_MM.0 * POINTS_PER_MM,
        y: high - seen(best.end) + distance,
        width: (wide - (ASIDE_MM.0 + ASIDE_MM.1) * POINTS_PER_MM).max(0.0),
        height: (seen(best.len()) - 2.0 * distance).max(0.0),
    }
}

/// How light the paper is: what most of the page's lighter half is.
fn paper(grey: &[u8]) -> u8 {
    let mut counts = [0_usize; 256];
    for grey in grey {
        if let Some(count) = counts.get_mut(usize::from(*grey)) {
            *count += 1;
        }
    }
    (128..=u8::MAX).max_by_key(|grey| counts.get(usize::from(*grey)).copied().unwrap_or_default()).unwrap_or(u8::MAX)
}
