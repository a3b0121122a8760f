//! Where there's room on a page's ground, for a QR symbol or for a statement. Places are rectangles in points as seen.

use std::ops::Range;

use kyso::appearance::layout;
use kyso::{Error, Rectangle};
use kyso_pdf::geometry::POINTS_PER_MM;

/// Side of a cell where there's no picture, in millimetres.
const KNOWN_CELL_MM: f64 = 0.2;
/// From what is there to a QR symbol's white field, which has a quiet zone of its own: in millimetres, where there's enough
/// room, and where there isn't, as in a left margin of 30 mm.
const EASY_MM: f64 = 1.0;
const TIGHT_MM: f64 = 0.25;
/// Where a QR symbol usually stands: from the left (or right) and the upper edge of the page to its quiet zone. Within the
/// left margin of 30 mm; its squares are more than 4 mm from the edge then, and the text under it 5 mm, where printers print.
pub(crate) const CODE_MM: (f64, f64) = (2.25, 5.0);
/// How near it may come to the upper and lower edge; to the sides, as usual.
const CODE_LEAST_MM: f64 = 4.0;
/// Elsewhere on the page it keeps within the margins that every printer prints.
const PRINTED_MM: f64 = 5.0;
/// How far from the right and from the upper edge the text of a copy may stand: a little less than `kyso check` allows.
const COPY_RIGHT_MM: f64 = 24.0;
const COPY_MOST_MM: f64 = 38.0;
/// What belongs to a corner: so much of the page's width and height.
const CORNER: f64 = 0.25;
/// From one place that is tried to the next.
const STEP_MM: f64 = 1.0;
/// From what is there to a statement.
const BLOCK_DISTANCE_MM: f64 = 5.0;
/// Where a statement doesn't stand: the binding margin on the left; on the right, above and below.
const BLOCK_ASIDE_MM: (f64, f64) = (22.0, 10.0);

/// Which parts of a page are blank.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    columns: usize,
    rows: usize,
    /// Whether each cell is blank, rows from the top.
    blank: Vec<bool>,
    /// How many aren't.
    taken: Sums,
    /// Side of a cell in points.
    cell: f64,
    /// Width and height of the page in points.
    size: (f64, f64),
}

impl Ground {
    pub(super) fn new(columns: usize, blank: Vec<bool>, cell: f64, size: (f64, f64)) -> Self {
        let taken = Sums::of(columns, blank.iter().map(|blank| !blank));
        Self { columns, rows: blank.len() / columns.max(1), blank, taken, cell, size }
    }

    /// The ground of a page of this size in points, of which the caller knows without a picture that a rectangle is blank:
    /// nothing else counts as blank.
    pub fn only(rectangle: &Rectangle, size: (f64, f64)) -> Self {
        let cell = KNOWN_CELL_MM * POINTS_PER_MM;
        let (columns, rows) = (whole((size.0 / cell).ceil()), whole((size.1 / cell).ceil()));
        let is_within = |low: f64, high: f64, index: usize| {
            let (from, to) = (count(index) * cell, count(index + 1) * cell);
            from >= low - 0.01 && to <= high + 0.01
        };
        let (left, right) = (rectangle.x, rectangle.right());
        let (above, below) = (size.1 - rectangle.top(), size.1 - rectangle.y);
        let across: Vec<bool> = (0..columns).map(|column| is_within(left, right, column)).collect();
        let down = (0..rows).map(|row| is_within(above, below, row));
        let blank = down.flat_map(|down| across.iter().map(move |across| *across && down)).collect();
        Self::new(columns, blank, cell, size)
    }

    /// Counts rectangles as content that the picture of the page doesn't show.
    pub fn occupy(&mut self, rectangles: &[Rectangle]) {
        for rectangle in rectangles {
            let (across, down) = self.cells(rectangle);
            for row in self.blank.chunks_mut(self.columns.max(1)).take(down.end).skip(down.start) {
                row.iter_mut().take(across.end).skip(across.start).for_each(|blank| *blank = false);
            }
        }
        self.taken = Sums::of(self.columns, self.blank.iter().map(|blank| !blank));
    }

    /// What is blank on another picture of the same page too; nothing where the pictures aren't alike.
    pub fn keep(&mut self, other: &Self) {
        let is_alike = (self.columns, self.rows) == (other.columns, other.rows);
        self.blank.iter_mut().zip(&other.blank).for_each(|(blank, other)| *blank &= is_alike && *other);
        self.taken = Sums::of(self.columns, self.blank.iter().map(|blank| !blank));
    }

    /// Whether a rectangle is blank, and wholly on the page.
    pub fn is_blank(&self, rectangle: &Rectangle) -> bool {
        let ((wide, high), rounding) = (self.size, 0.01);
        let is_inside = rectangle.x >= -rounding
            && rectangle.y >= -rounding
            && rectangle.right() <= wide + rounding
            && rectangle.top() <= high + rounding;
        let (across, down) = self.cells(rectangle);
        is_inside && self.taken.within(across, down) == 0
    }

    /// The whole page.
    pub(super) fn whole(&self) -> Rectangle {
        Rectangle { x: 0.0, y: 0.0, width: self.size.0, height: self.size.1 }
    }

    /// The cell at a point, in points from the left and from the top, where it isn't blank.
    pub(crate) fn content_at(&self, x: f64, from_top: f64) -> Option<Rectangle> {
        let (column, row) = (whole(x / self.cell), whole(from_top / self.cell));
        let is_content = column >= self.columns || self.blank.get(row * self.columns + column) != Some(&true);
        let (left, top) = (count(column) * self.cell, self.size.1 - count(row) * self.cell);
        is_content.then_some(Rectangle { x: left, y: top - self.cell, width: self.cell, height: self.cell })
    }

    /// Room for a QR symbol of this width and height: in the upper left corner of the page (TCVN 7322:2009; Thông tư
    /// 01/2023/TT-VPCP), at its usual place or near it; else in the upper right corner; else the highest on the page,
    /// within the margins that printers print. It touches nothing.
    pub fn room_for_code(&self, (width, height): (f64, f64)) -> Option<Rectangle> {
        let mm = |mm: f64| mm * POINTS_PER_MM;
        let (wide, high) = self.size;
        let is_free = |place: &Rectangle, distance: f64| {
            let (beside, above) = (place.x.min(wide - place.right()), place.y.min(high - place.top()));
            beside >= mm(CODE_MM.0) - 0.01
                && above >= mm(CODE_LEAST_MM) - 0.01
                && self.is_blank(&place.within((wide, high), mm(distance)))
        };
        let place = |x: f64, from_top: f64| Rectangle { x, y: high - from_top - height, width, height };
        let near = nearest((mm(CODE_MM.0), mm(CODE_MM.1)), (wide * CORNER, high * CORNER));
        let printed = mm(PRINTED_MM);
        let columns: Vec<f64> = steps(wide - width - 2.0 * printed).map(|x| printed + x).collect();
        let rows = steps(high - height - 2.0 * printed).map(|y| printed + y);
        let mut elsewhere = rows.flat_map(|y| columns.iter().map(move |x| place(*x, y)));
        let mut in_corners = [EASY_MM, TIGHT_MM].into_iter().flat_map(|apart| {
            let left = near.iter().map(|(x, y)| place(*x, *y));
            let right = near.iter().map(|(x, y)| place(wide - width - x, *y));
            left.chain(right).map(move |place| (place, apart))
        });
        let in_corner = in_corners.find(|(place, apart)| is_free(place, *apart)).map(|(place, _)| place);
        in_corner.or_else(|| elsewhere.find(|place| is_free(place, EASY_MM)))
    }

    /// Room for the text of a copy or a separate attachment (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8b; phần II,
    /// mục I.3): its usual place in the upper right corner, or the nearest in the corner's neighbourhood that is blank.
    ///
    /// # Errors
    /// [`Error::Parameters`] where the page is too narrow for it.
    pub fn room_for_copy(&self, size: (f64, f64)) -> Result<Option<Rectangle>, Error> {
        let mm = |mm: f64| mm * POINTS_PER_MM;
        let (wide, high) = self.size;
        let usual = layout::top_right(size, self.size)?;
        let place = |right: f64, top: f64| Rectangle { x: wide - right - size.0, y: high - top - size.1, ..usual };
        let (most, least) = (mm(COPY_MOST_MM - PRINTED_MM), mm(PRINTED_MM));
        let mut places = vec![usual];
        for right in steps(mm(COPY_RIGHT_MM - PRINTED_MM)).map(|right| least + right) {
            places.extend(steps(most).map(|top| place(right, least + top)));
        }
        let distance = |place: &Rectangle| (place.x - usual.x).hypot(place.y - usual.y);
        places.sort_by(|one, other| distance(one).total_cmp(&distance(other)));
        let distance = mm(EASY_MM);
        let is_free = |place: &Rectangle| {
            place.x >= 0.0 && place.centre().0 > wide / 2.0 && self.is_blank(&place.within((wide, high), distance))
        };
        Ok(places.into_iter().find(is_free))
    }

    /// Room for a statement of this width and height, 5 mm from everything: with its left edge at `x` where that can be,
    /// else as near to it as can be; at the top of the highest such room.
    pub(crate) fn room_for_block(&self, (width, height): (f64, f64), x: f64) -> Option<Rectangle> {
        let mm = |mm: f64| mm * POINTS_PER_MM;
        let (left, aside, step) = (mm(BLOCK_ASIDE_MM.0), mm(BLOCK_ASIDE_MM.1), mm(STEP_MM));
        let (wide, high) = self.size;
        let most = (wide - left - aside - width, high - 2.0 * aside - height);
        let mut columns: Vec<f64> = steps(most.0).map(|x| left + x).collect();
        columns.extend(Some(x).filter(|x| (left..=left + most.0 + 0.01).contains(x)));
        columns.sort_by(|one, other| (one - x).abs().total_cmp(&(other - x).abs()));
        let rows: Vec<f64> = steps(most.1).map(|y| high - aside - height - y).collect();
        let highest = |x: f64| {
            let is_free = |y: &f64| {
                let place = Rectangle { x, y: *y, width, height };
                self.is_blank(&place.within((wide, high), mm(BLOCK_DISTANCE_MM)))
            };
            let free: Vec<(f64, bool)> = rows.iter().map(|y| (*y, is_free(y))).collect();
            let runs = free.chunk_by(|one, other| one.1 == other.1 && one.0 - other.0 < 2.0 * step);
            let longest = runs.filter(|run| run.iter().all(|(_, is_free)| *is_free)).max_by_key(|run| run.len())?;
            longest.first().map(|(y, _)| *y)
        };
        columns.into_iter().find_map(|x| Some(Rectangle { x, y: highest(x)?, width, height }))
    }

    /// Width and height of the largest blank room where a statement might stand, without its distance from everything.
    pub(crate) fn largest_room(&self) -> (f64, f64) {
        let mm = |mm: f64| mm * POINTS_PER_MM;
        let (wide, high) = self.size;
        let (left, aside) = (mm(BLOCK_ASIDE_MM.0), mm(BLOCK_ASIDE_MM.1));
        let within = Rectangle::around((left, aside), ((wide - aside).max(left), (high - aside).max(aside)));
        let within = within.within(self.size, mm(BLOCK_DISTANCE_MM));
        let (across, down) = self.cells(&within);
        let mut heights = vec![0_usize; across.len()];
        let mut best = (0, 0);
        for y in down {
            for (height, x) in heights.iter_mut().zip(across.clone()) {
                let is_blank = self.blank.get(y * self.columns + x) == Some(&true);
                *height = if is_blank { *height + 1 } else { 0 };
            }
            let room = widest(&heights);
            if room.0 * room.1 > best.0 * best.1 {
                best = room;
            }
        }
        let length = |cells: usize| (count(cells) * self.cell - 2.0 * mm(BLOCK_DISTANCE_MM)).max(0.0);
        (length(best.0), length(best.1))
    }

    /// The cells that a rectangle touches, across and down.
    fn cells(&self, rectangle: &Rectangle) -> (Range<usize>, Range<usize>) {
        let (high, rounding) = (self.size.1, 0.001);
        let index = |points: f64, most: usize| whole(points / self.cell).min(most);
        let across =
            index(rectangle.x + rounding, self.columns)..index(rectangle.right() - rounding + self.cell, self.columns);
        let down = index(high - rectangle.top() + rounding, self.rows)
            ..index(high - rectangle.y - rounding + self.cell, self.rows);
        (across, down)
    }
}

/// Places from the usual one on, the nearest first: from the sides and from the top, up to `most`.
fn nearest(usual: (f64, f64), most: (f64, f64)) -> Vec<(f64, f64)> {
    let least = (CODE_MM.0 * POINTS_PER_MM, CODE_LEAST_MM * POINTS_PER_MM);
    let mut places = vec![usual];
    for x in steps(most.0).map(|x| least.0 + x) {
        places.extend(steps(most.1).map(|y| (x, least.1 + y)));
    }
    let distance = |place: &(f64, f64)| (place.0 - usual.0).hypot(place.1 - usual.1);
    places.sort_by(|one, other| distance(one).total_cmp(&distance(other)));
    places
}

/// From 0 to a length, a millimetre each.
fn steps(most: f64) -> impl Iterator<Item = f64> + Clone {
    let step = STEP_MM * POINTS_PER_MM;
    let number = if most < 0.0 { 0 } else { whole(most / step) + 1 };
    (0..number).map(move |index| count(index) * step)
}

/// The largest rectangle under a row of heights: width and height.
fn widest(heights: &[usize]) -> (usize, usize) {
    let mut best = (0, 0);
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (at, height) in heights.iter().copied().chain([0]).enumerate() {
        let mut start = at;
        while let Some((from, one)) = open.pop_if(|(_, one)| *one >= height) {
            start = from;
            if (at - from) * one > best.0 * best.1 {
                best = (at - from, one);
            }
        }
        open.push((start, height));
    }
    best
}

/// How many of a grid's cells are marked, from the upper left corner on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sums {
    columns: usize,
    rows: usize,
    sums: Vec<u32>,
}

impl Sums {
    pub(super) fn of(columns: usize, marks: impl Iterator<Item = bool>) -> Self {
        let width = columns + 1;
        let mut sums = vec![0; width];
        let mut so_far = 0;
        for (at, mark) in marks.enumerate() {
            if at % columns.max(1) == 0 {
                sums.push(0);
                so_far = 0;
            }
            so_far += u32::from(mark);
            let above = sums.len().checked_sub(width).and_then(|at| sums.get(at)).copied().unwrap_or_default();
            sums.push(so_far + above);
        }
        Self { columns, rows: (sums.len() / width).saturating_sub(1), sums }
    }

    /// How many there are in some columns and rows; what lies beyond the grid has none.
    pub(super) fn within(&self, across: Range<usize>, down: Range<usize>) -> u32 {
        let at = |x: usize, y: usize| {
            let (x, y) = (x.min(self.columns), y.min(self.rows));
            self.sums.get(y * (self.columns + 1) + x).copied().unwrap_or_default()
        };
        (at(across.end, down.end) + at(across.start, down.start))
            .saturating_sub(at(across.start, down.end) + at(across.end, down.start))
    }
}

fn count(number: usize) -> f64 {
    number as f64
}

/// Rounded down, and not negative.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cells of a page")]
fn whole(number: f64) -> usize {
    number.max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const A4: (f64, f64) = (595.276, 841.89);
    const CODE: (f64, f64) = (76.5, 121.3);

    /// A blank page but for these rectangles.
    fn page(taken: &[Rectangle]) -> Ground {
        let cell = 1.5;
        let (columns, rows) = (whole(A4.0 / cell) + 1, whole(A4.1 / cell) + 1);
        let mut ground = Ground::new(columns, vec![true; columns * rows], cell, A4);
        ground.occupy(taken);
        ground
    }

    fn taken(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
        Rectangle { x, y, width, height }
    }

    fn meet(one: &Rectangle, other: &Rectangle) -> bool {
        one.x < other.right() && other.x < one.right() && one.y < other.top() && other.y < one.top()
    }

    #[test]
    fn a_code_goes_to_its_corner_or_to_the_next_blank_place() {
        let usual = page(&[]).room_for_code(CODE).unwrap();
        assert!((usual.x - CODE_MM.0 * POINTS_PER_MM).abs() < 0.1 && A4.1 - usual.top() < 15.0, "{usual:?}");
        // Beside the left margin's text; below a letterhead; in the other corner; under everything; nowhere.
        let letterhead = taken(20.0, 760.0, 200.0, 60.0);
        let upper = taken(0.0, 500.0, 400.0, 341.0);
        let all_but_foot = taken(0.0, 150.0, 595.0, 692.0);
        for (content, is_there) in [
            (taken(85.1, 0.0, 500.0, 841.0), (|place: Rectangle| place.x < 6.4) as fn(Rectangle) -> bool),
            (letterhead, |place| place.x < 8.0 && place.top() < 760.0),
            (upper, |place| place.x > 500.0 && place.top() > 820.0),
            (all_but_foot, |place| place.top() < 150.0 && place.x < 20.0),
        ] {
            let place = page(&[content]).room_for_code(CODE).unwrap();
            assert!(is_there(place) && !meet(&place, &content), "{content:?}: {place:?}");
        }
        assert_eq!(page(&[taken(0.0, 100.0, 595.0, 742.0)]).room_for_code(CODE), None);
        assert_eq!(page(&[]).room_for_code((600.0, 100.0)), None);
    }

    #[test]
    fn a_copys_text_stays_near_its_corner() {
        let size = (150.0, 34.0);
        let usual = layout::top_right(size, A4).unwrap();
        assert_eq!(page(&[]).room_for_copy(size).unwrap(), Some(usual));
        let below = taken(400.0, 795.0, 195.0, 40.0);
        let place = page(&[below]).room_for_copy(size).unwrap().unwrap();
        assert!(!meet(&place, &below) && A4.1 - place.top() < 40.0 * POINTS_PER_MM, "{place:?}");
        assert_eq!(page(&[taken(300.0, 700.0, 290.0, 140.0)]).room_for_copy(size).unwrap(), None);
        assert!(page(&[]).room_for_copy((700.0, 34.0)).is_err());
    }

    #[test]
    fn a_statement_keeps_its_margin_and_its_distance() {
        let size = (450.0, 200.0);
        let text = taken(85.0, 500.0, 450.0, 300.0);
        let place = page(&[text]).room_for_block(size, 85.0).unwrap();
        assert!(place.x == 85.0 && text.y - place.top() >= 5.0 * POINTS_PER_MM - 0.1, "{place:?}");
        // A frame's lines are kept off as well.
        let line = taken(85.0, 30.0, 1.0, 470.0);
        let place = page(&[text, line]).room_for_block(size, 85.0).unwrap();
        assert!(!meet(&place, &line) && place.x >= 86.0 + 5.0 * POINTS_PER_MM - 0.1, "{place:?}");
        let low = page(&[taken(0.0, 200.0, 595.0, 641.0)]);
        assert_eq!(low.room_for_block(size, 85.0), None);
        let (width, height) = low.largest_room();
        assert!((500.0..510.0).contains(&width) && (130.0..160.0).contains(&height), "{width} × {height}");
    }

    #[test]
    fn the_largest_rectangle_is_found() {
        assert_eq!(widest(&[1, 3, 3, 0, 5]), (2, 3));
        assert_eq!(widest(&[2, 2, 2, 2]), (4, 2));
        assert_eq!(widest(&[]), (0, 0));
    }
}
