//! The ground of a page as it's drawn: where its paper shows and nothing stands on it. Where there's room on it for something
//! is [`room`](super::room)'s affair.
//!
//! What a person sees is content: pale grey, yellow, light tints, hairlines. Each is told from the paper by what this page's
//! own paper is like: a scan's is uneven and has noise, a program's is one colour. The page is divided into small cells, and
//! a cell is blank where
//!
//! 1. its pixels differ by no more than the noise of this page does;
//! 2. it goes on as its neighbours do, near and farther off: uneven light goes on evenly, a tint or pale print doesn't;
//! 3. it lies on the page's sheet of paper ([`sheet`](super::sheet)'s affair): a card, a photo's backdrop and a box of another
//!    colour don't.
//!
//! What is in doubt isn't blank.

use super::cells::{
    Cells, Colour, ColourSums, LIGHT, Pixels, Quantile, bend, count, differs, largest, luminance, whole,
};
use super::room::Ground;
use super::specks;
use kyso::Rectangle;
use kyso_pdf::geometry::POINTS_PER_MM;

const POINTS_PER_INCH: f64 = 72.0;
/// Side of a cell in millimetres, and in pixels at the least.
const CELL_MM: f64 = 0.5;
const LEAST_SIDE: usize = 2;
/// By how much the pixels of a cell may differ without noise: on even paper, and on a scan's, which compression changes.
const DIFFERENCE: (f64, f64) = (3.0, 6.0);
/// A difference may be this many times the noise, and `MOST_DIFFERENCE` at most.
const TIMES_NOISE: f64 = 8.0;
const MOST_DIFFERENCE: f64 = 40.0;
/// Cells' distances over which the paper goes on evenly: half a millimetre to four.
const REACHES: [usize; 3] = [1, 3, 7];
/// By how much it may depart from that without noise, on even paper and on a scan's; so many times what it mostly departs
/// it may be more.
const DEPARTURE: (f64, f64) = (1.0, 3.0);
const TIMES_DEPARTURE: f64 = 3.5;
/// What stands out on a scan by less than so many times as much as anything does that counts is noise where it takes so few
/// cells, and few others stand out around it: so many within a distance of so many cells.
const WEAK: f64 = 1.7;
const WEAK_CELLS: usize = 16;
const WEAK_AROUND: (u32, usize) = (40, 8);
/// By how much paper may depart from its own tint, of 255, and in how many cells of a hundred more than that: beyond, it's a
/// picture that fades.
const TINT: f64 = 14.0;
const OTHER_TINT_SHARE: usize = 10;
/// The least of that where the paper's tint varies less than a scanner's noise, and how much of what three quarters of the paper
/// depart it may be.
const LEAST_TINT: f64 = 5.0;
const TIMES_TINT: f64 = 4.0;
/// Dust: so many pixels at the most, with nothing else around them for so many millimetres.
const DUST_PIXELS: usize = 4;
const DUST_ALONE_MM: f64 = 4.0;

impl Ground {
    /// The ground of a page that was drawn: red, green and blue of each pixel, rows from the top; how many pixels make an
    /// inch; and the page's size in points. From 100 pixels an inch on, hairlines are seen. `None` where the pixels don't
    /// fill the picture, or it has no area.
    pub fn of(rgb: &[u8], (columns, rows): (usize, usize), dpi: f64, size: (f64, f64)) -> Option<Self> {
        let pixels = rgb.as_chunks::<3>().0;
        let has_area = columns > 0 && rows > 0 && dpi > 0.0 && size.0 > 0.0 && size.1 > 0.0;
        if !has_area || columns.checked_mul(rows) != Some(pixels.len()) || pixels.len() * 3 != rgb.len() {
            return None;
        }
        let picture = Pixels { pixels, columns, rows };
        let point = POINTS_PER_INCH / dpi;
        let side = whole(CELL_MM * POINTS_PER_MM / point).max(LEAST_SIDE);
        let cells = Cells::of(&picture, side);
        let mut plain = cells.plain(&picture);
        cells.part(&mut plain);
        if plain.even.is_none() {
            cells.calm(&mut plain);
        }
        let cell = count(side) * point;
        let even = plain.even.map(|colour| (colour, plain.difference));
        let mut blank = cells.paper(&plain.cells, even, POINTS_PER_MM / cell);
        cells.keep_tint(&mut blank);
        let alone = whole(DUST_ALONE_MM * POINTS_PER_MM / cell);
        cells.clear_dust(&picture, &mut blank, plain.difference, alone);
        Some(Self::new(cells.columns, blank, cell, size))
    }
}

impl Ground {
    /// What of this page's content isn't as it was on another picture of the page: the box around all cells that aren't blank
    /// and have pixels that differ between the pictures, in points as seen. Both have `columns` and `rows` of pixels; where
    /// one doesn't, the whole page counts.
    pub fn covered(&self, before: &[u8], after: &[u8], columns: usize, dpi: f64) -> Option<Rectangle> {
        let (before, after) = (before.as_chunks::<3>().0, after.as_chunks::<3>().0);
        if before.len() != after.len() || columns == 0 {
            return Some(self.whole());
        }
        let point = POINTS_PER_INCH / dpi;
        let differing = before.iter().zip(after).enumerate().filter(|(_, (before, after))| before != after);
        let places = differing.map(|(at, _)| (count(at % columns) * point, count(at / columns) * point));
        places
            .filter_map(|(x, from_top)| self.content_at(x + point / 2.0, from_top + point / 2.0))
            .reduce(|all, one| all.with(&one))
    }
}

/// Cells that nothing stands on which stands out.
struct Plain {
    cells: Vec<bool>,
    /// How much each cell stands out: by 1 at the most where nothing does on it.
    excess: Vec<f64>,
    /// By how much pixels may differ.
    difference: f64,
    /// The one colour of the paper, where it has one.
    even: Option<Colour>,
}

impl Cells {
    /// Light cells whose pixels differ by no more than the noise.
    fn plain(&self, picture: &Pixels<'_>) -> Plain {
        let even = picture.even();
        let least = if even.is_some() { DIFFERENCE.0 } else { DIFFERENCE.1 };
        let noise = picture.noise().max(self.noise() * 1.2);
        let difference = (least + TIMES_NOISE * noise).min(MOST_DIFFERENCE);
        let excess = |(mean, differs): (&Colour, &f64)| match luminance(mean) >= LIGHT {
            true => differs / difference,
            false => f64::INFINITY,
        };
        let excess: Vec<f64> = self.means.iter().zip(&self.differences).map(excess).collect();
        Plain { cells: excess.iter().map(|excess| *excess <= 1.0).collect(), excess, difference, even }
    }

    /// Takes out the cells where the paper doesn't go on as it does around them.
    fn part(&self, plain: &mut Plain) {
        let least = if plain.even.is_some() { DEPARTURE.0 } else { DEPARTURE.1 };
        for reach in REACHES {
            let departures = self.departures(&plain.cells, reach);
            let mut seen = Quantile(departures.iter().flatten().copied().collect());
            let most = least + TIMES_DEPARTURE * seen.at(50);
            for (excess, departure) in plain.excess.iter_mut().zip(&departures) {
                *excess = departure.map_or(*excess, |departure| excess.max(departure / most));
            }
        }
        plain.cells.iter_mut().zip(&plain.excess).for_each(|(plain, excess)| *plain = *excess <= 1.0);
    }

    /// Takes out of the paper what has another tint. Light that falls off does so in all colours alike, so uneven light keeps
    /// the tint; a pale stamp that fades into the paper doesn't. Where much of it has another tint, it's no paper.
    fn keep_tint(&self, blank: &mut [bool]) {
        let colours = || self.means.iter().zip(blank.iter()).filter(|(_, blank)| **blank).map(|(mean, _)| mean);
        let of_channel =
            |channel: usize| Quantile(colours().filter_map(|mean| mean.get(channel).copied()).collect()).at(50);
        let paper: Colour = [of_channel(0), of_channel(1), of_channel(2)];
        let light = luminance(&paper).max(1.0);
        let off_tint = |mean: &Colour| {
            let share = luminance(mean) / light;
            mean.iter().zip(&paper).map(|(one, of_paper)| (one - of_paper * share).abs()).fold(0.0, f64::max)
        };
        let (all, other) = (colours().count(), colours().filter(|mean| off_tint(mean) > TINT).count());
        let is_paper = other * 100 <= all * OTHER_TINT_SHARE;
        // As much as the paper itself varies: a pale stamp fades into it by less than a coloured light does.
        let most = (TIMES_TINT * Quantile(colours().map(off_tint).collect()).at(75)).clamp(LEAST_TINT, TINT);
        let is_blank = |mean: &Colour| is_paper && off_tint(mean) <= most;
        let kept: Vec<bool> = blank.iter().zip(&self.means).map(|(blank, mean)| *blank && is_blank(mean)).collect();
        blank.copy_from_slice(&kept);
    }

    /// Takes noise back in: what stands out a little, in few cells, with little around it.
    fn calm(&self, plain: &mut Plain) {
        let standing: Vec<bool> = plain.cells.iter().map(|plain| !plain).collect();
        let sums = super::room::Sums::of(self.columns, standing.iter().copied());
        let (most, far) = WEAK_AROUND;
        let mut seen = vec![false; standing.len()];
        for start in 0..standing.len() {
            let cluster = self.cluster(&standing, &mut seen, start);
            let is_weak = |at: &usize| {
                let (x, y) = (at % self.columns, at / self.columns);
                let around = sums.within(x.saturating_sub(far)..x + far + 1, y.saturating_sub(far)..y + far + 1);
                around <= most && plain.excess.get(*at).is_some_and(|excess| *excess < WEAK)
            };
            if cluster.len() <= WEAK_CELLS && cluster.iter().all(is_weak) {
                cluster.iter().for_each(|at| plain.cells.iter_mut().skip(*at).take(1).for_each(|plain| *plain = true));
            }
        }
    }

    /// The marked cells that touch one, also at the corners, and weren't seen yet.
    fn cluster(&self, marked: &[bool], seen: &mut [bool], start: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut waiting = vec![start];
        while let Some(at) = waiting.pop() {
            let Some(seen) = seen.get_mut(at).filter(|seen| !**seen) else { continue };
            *seen = true;
            if marked.get(at) != Some(&true) {
                continue;
            }
            found.push(at);
            let (x, y) = (at % self.columns, at / self.columns);
            let columns = x.saturating_sub(1)..(x + 2).min(self.columns);
            waiting
                .extend((y.saturating_sub(1)..y + 2).flat_map(|y| columns.clone().map(move |x| y * self.columns + x)));
        }
        found
    }

    /// Of each plain cell, by how much the mean around it departs from the middle between those on both sides, across or
    /// down, whichever is more. Of these only the plain cells count.
    fn departures(&self, plain: &[bool], reach: usize) -> Vec<Option<f64>> {
        let sums = ColourSums::of(self, plain);
        let windows: Vec<Option<Colour>> = (0..self.rows)
            .flat_map(|y| (0..self.columns).map(move |x| (x, y)))
            .map(|at| sums.mean(at, reach))
            .collect();
        let window = |x: Option<usize>, y: Option<usize>| {
            let (x, y) = (x.filter(|x| *x < self.columns)?, y?);
            *windows.get(y * self.columns + x)?
        };
        let departure = |(x, y): (usize, usize)| {
            let here = window(Some(x), Some(y))?;
            let across = (window(x.checked_sub(reach), Some(y)), window(Some(x + reach), Some(y)));
            let down = (window(Some(x), y.checked_sub(reach)), window(Some(x), Some(y + reach)));
            let of = |(one, other): (Option<Colour>, Option<Colour>)| Some(largest(&bend(&one?, &here, &other?)));
            of(across).into_iter().chain(of(down)).reduce(f64::max)
        };
        let all = (0..self.rows).flat_map(|y| (0..self.columns).map(move |x| (x, y)));
        all.zip(plain).map(|(at, is_plain)| if *is_plain { departure(at) } else { None }).collect()
    }

    /// Dust belongs to the paper: a few pixels with nothing around them.
    fn clear_dust(&self, picture: &Pixels<'_>, blank: &mut [bool], difference: f64, alone: usize) {
        let taken = super::room::Sums::of(self.columns, blank.iter().map(|blank| !blank));
        let mut cleared = Vec::new();
        for at in (0..blank.len()).filter(|at| blank.get(*at) == Some(&false)) {
            let (x, y) = (at % self.columns, at / self.columns);
            // A speck on a corner of cells takes four of them, and those around depart by it.
            let near = taken.within(x.saturating_sub(2)..x + 3, y.saturating_sub(2)..y + 3);
            let around = taken.within(x.saturating_sub(alone)..x + alone + 1, y.saturating_sub(alone)..y + alone + 1);
            if near == around && self.dark_pixels(picture, (x, y), difference) <= DUST_PIXELS {
                cleared.push(at);
            }
        }
        for at in specks::out_of_line(&cleared, (self.columns, self.rows)) {
            blank.iter_mut().skip(at).take(1).for_each(|blank| *blank = true);
        }
    }

    /// Pixels around a cell that differ from the colour that the cells farther around have.
    fn dark_pixels(&self, picture: &Pixels<'_>, (x, y): (usize, usize), difference: f64) -> usize {
        let far = 4;
        let corners = [(x.saturating_sub(far), y), (x + far, y), (x, y.saturating_sub(far)), (x, y + far)];
        let means = corners.iter().filter(|(x, _)| *x < self.columns);
        let means: Vec<&Colour> = means.filter_map(|(x, y)| self.means.get(y * self.columns + x)).collect();
        let ground = |mean: &Colour| luminance(mean);
        let Some(ground) = means.into_iter().max_by(|one, other| ground(one).total_cmp(&ground(other))) else {
            return 0;
        };
        let rows = (y.saturating_sub(2) * self.side..(y + 3) * self.side).map(|y| picture.row(y));
        let columns = x.saturating_sub(2) * self.side..(x + 3) * self.side;
        let pixels = rows.flat_map(|row| row.get(columns.start..columns.end.min(row.len())).unwrap_or_default());
        pixels.filter(|pixel| differs(&pixel.map(f64::from), ground) > difference).count()
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers of a test are small")]

    use super::*;

    /// A small page in millimetres.
    pub(crate) const PAGE_MM: (f64, f64) = (90.0, 120.0);
    const DPI: f64 = 144.0;

    /// What is seen at a place in millimetres from the upper left.
    pub(crate) fn ground(seen: impl Fn(f64, f64) -> Colour) -> Ground {
        let mm = 25.4 / DPI;
        let (columns, rows) = (whole(PAGE_MM.0 / mm), whole(PAGE_MM.1 / mm));
        let at = |index: usize| seen((count(index % columns) + 0.5) * mm, (count(index / columns) + 0.5) * mm);
        let rgb: Vec<u8> = (0..columns * rows).flat_map(|index| at(index).map(|shade| shade.round() as u8)).collect();
        let size = (PAGE_MM.0 * POINTS_PER_MM, PAGE_MM.1 * POINTS_PER_MM);
        Ground::of(&rgb, (columns, rows), DPI, size).unwrap()
    }

    /// Whether a square of 20 mm is blank, in millimetres from the upper left.
    pub(crate) fn is_blank(ground: &Ground, (x, y): (f64, f64)) -> bool {
        let side = 20.0 * POINTS_PER_MM;
        let y = (PAGE_MM.1 - y) * POINTS_PER_MM - side;
        ground.is_blank(&Rectangle { x: x * POINTS_PER_MM, y, width: side, height: side })
    }

    /// On this ground content of a colour fills a box at 40, 60, and the rest of the page is blank.
    #[track_caller]
    fn demand_seen(paper: impl Fn(f64, f64) -> Colour, content: impl Fn(f64, f64, Colour) -> Colour) {
        let in_box = |x: f64, y: f64| (40.0..60.0).contains(&x) && (60.0..80.0).contains(&y);
        let seen = |x: f64, y: f64| if in_box(x, y) { content(x, y, paper(x, y)) } else { paper(x, y) };
        let ground = ground(seen);
        assert!(!is_blank(&ground, (40.0, 60.0)) && !is_blank(&ground, (35.0, 55.0)), "content isn't seen");
        assert!(is_blank(&ground, (10.0, 20.0)) && is_blank(&ground, (60.0, 95.0)), "blank paper isn't");
    }

    /// Numbers around zero with a standard deviation of one, the same at the same place.
    pub(crate) fn noise(x: f64, y: f64, channel: u32) -> f64 {
        let mut state =
            (x * 997.0) as u32 ^ ((y * 991.0) as u32).wrapping_mul(0x9e37_79b9) ^ channel.wrapping_mul(77_777);
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            f64::from(state >> 8) / f64::from(1 << 24) - 0.5
        };
        next();
        (0..4).map(|_| next()).sum::<f64>() * 3_f64.sqrt()
    }

    /// A scan's paper in uneven light, with noise of a standard deviation.
    pub(crate) fn scanned(deviation: f64) -> impl Fn(f64, f64) -> Colour {
        move |x, y| {
            let light = 1.0 - 0.1 * (x / PAGE_MM.0 + y / PAGE_MM.1) / 2.0;
            let mut colour = [246.0, 243.0, 232.0];
            for (channel, shade) in (1..).zip(&mut colour) {
                *shade = *shade * light + deviation * noise(x, y, channel);
            }
            colour
        }
    }

    pub(crate) fn white(_: f64, _: f64) -> Colour {
        [255.0; 3]
    }

    #[test]
    fn what_a_person_sees_is_content() {
        let lines = |colour: Colour| {
            move |x: f64, y: f64, paper: Colour| if y % 4.0 < 2.0 && x % 1.5 < 0.5 { colour } else { paper }
        };
        demand_seen(white, lines([0.0; 3]));
        demand_seen(white, lines([248.0; 3]));
        demand_seen(white, lines([255.0, 255.0, 235.0]));
        demand_seen(white, |_, _, _| [250.0, 253.0, 255.0]);
        demand_seen(white, |_, y, paper| if y % 5.0 < 0.18 { [235.0; 3] } else { paper });
        demand_seen(|_, _| [216.0, 240.0, 216.0], |_, _, _| [222.0, 244.0, 222.0]);
    }

    #[test]
    fn pale_content_is_no_noise_and_noise_is_no_content() {
        let tint = |by: f64| move |_: f64, _: f64, paper: Colour| paper.map(|shade| shade * by);
        for deviation in [1.0, 2.0, 4.0] {
            demand_seen(scanned(deviation), tint(0.94));
            let lines = |x: f64, y: f64, paper: Colour| match y % 4.0 < 2.0 && x % 1.5 < 0.5 {
                true => paper.map(|shade| shade * 0.85),
                false => paper,
            };
            demand_seen(scanned(deviation), lines);
        }
        demand_seen(scanned(1.0), tint(0.97));
    }

    #[test]
    fn dust_is_no_content_and_a_row_of_dots_is() {
        let dot = |x: f64, y: f64, at: (f64, f64)| (x - at.0).hypot(y - at.1) < 0.13;
        let dusty = ground(|x, y| if dot(x, y, (20.0, 30.0)) { [0.0; 3] } else { white(x, y) });
        assert!(is_blank(&dusty, (10.0, 20.0)));
        demand_seen(white, |x, y, paper| if dot(x % 1.5, y % 6.0, (0.7, 3.0)) { [0.0; 3] } else { paper });
    }

    #[test]
    fn coloured_paper_is_paper_and_darkness_is_none() {
        assert!(is_blank(&ground(|_, _| [244.0, 204.0, 212.0]), (35.0, 50.0)));
        assert!(!is_blank(&ground(|_, _| [60.0; 3]), (35.0, 50.0)));
        // A sky fades.
        assert!(!is_blank(&ground(|_, y| [90.0 + y * 0.8, 160.0 + y * 0.5, 240.0]), (35.0, 50.0)));
    }

    #[test]
    fn within_a_frame_is_paper_and_within_a_small_box_is_none() {
        let on_frame = |x: f64, y: f64, edge: f64| {
            let from_edge = x.min(y).min(PAGE_MM.0 - x).min(PAGE_MM.1 - y);
            (edge..edge + 0.3).contains(&from_edge)
        };
        let framed = ground(|x, y| if on_frame(x, y, 8.0) { [90.0; 3] } else { white(x, y) });
        assert!(is_blank(&framed, (35.0, 50.0)) && !is_blank(&framed, (0.0, 50.0)));
        // As for a photo.
        let in_box = |x: f64, y: f64| (30.0..55.0).contains(&x) && (40.0..75.0).contains(&y);
        let is_line = |x: f64, y: f64| in_box(x, y) && !((30.3..54.7).contains(&x) && (40.3..74.7).contains(&y));
        let boxed = ground(|x, y| if is_line(x, y) { [90.0; 3] } else { white(x, y) });
        assert!(!is_blank(&boxed, (32.0, 45.0)) && is_blank(&boxed, (60.0, 45.0)));
    }

    #[test]
    fn what_changed_is_told_where_it_was_content() {
        let mm = 25.4 / DPI;
        let columns = whole(PAGE_MM.0 / mm);
        let drawn = |field: Option<(f64, f64)>| -> Vec<u8> {
            let rows = whole(PAGE_MM.1 / mm);
            let shade = |index: usize| {
                let (x, y) = (count(index % columns) * mm, count(index / columns) * mm);
                let on_field =
                    field.is_some_and(|(left, top)| (left..left + 20.0).contains(&x) && (top..top + 20.0).contains(&y));
                match (on_field, (10.0..30.0).contains(&x) && (10.0..12.0).contains(&y)) {
                    (true, _) => [if x % 2.0 < 1.0 { 0 } else { 255 }; 3],
                    (false, true) => [40; 3],
                    (false, false) => [255; 3],
                }
            };
            (0..columns * rows).flat_map(shade).collect()
        };
        let before = drawn(None);
        let size = (PAGE_MM.0 * POINTS_PER_MM, PAGE_MM.1 * POINTS_PER_MM);
        let ground = Ground::of(&before, (columns, before.len() / 3 / columns), DPI, size).unwrap();
        assert_eq!(ground.covered(&before, &drawn(Some((50.0, 60.0))), columns, DPI), None);
        let covered = ground.covered(&before, &drawn(Some((15.0, 5.0))), columns, DPI).unwrap();
        assert!(covered.x > 13.0 * POINTS_PER_MM && covered.height < 5.0 * POINTS_PER_MM, "{covered:?}");
        assert!(ground.covered(&before, before.get(3..).unwrap(), columns, DPI).is_some(), "another picture");
    }

    #[test]
    fn pixels_must_fill_the_picture() {
        let size = (100.0, 100.0);
        assert!(Ground::of(&[255; 300], (10, 10), 72.0, size).is_some());
        for (bytes, columns, rows, dpi) in
            [(299, 10, 10, 72.0), (300, 10, 9, 72.0), (0, 0, 0, 72.0), (300, 10, 10, 0.0)]
        {
            assert!(Ground::of(&vec![255; bytes], (columns, rows), dpi, size).is_none());
        }
        assert!(Ground::of(&[255; 300], (10, 10), 72.0, (0.0, 100.0)).is_none());
    }
}
