//! Which part of a drawn page is its sheet of paper: plain cells alone are a photo's sky and a portrait's backdrop as well.
//!
//! A sheet surrounds what stands on it. So the page's paper is a region, the lightest such, that
//!
//! 1. reaches all four sides of the page along most of each; or lies within a frame, or on a desk, apart from all four;
//! 2. goes on behind what parts it: a region on the other side of a line is the paper's where it has the paper's tone
//!    there. A backdrop has a tone of its own, if by a little.
//!
//! A sky ends at the land below it, a backdrop at the shoulders before it. A picture that fills the page has no paper then. A
//! backdrop that goes all round its subject is told by its tone and the subject: what is large, in one piece, on grey ground.

use super::cells::{Cells, Colour, LIGHT, count, differs, luminance, whole};

/// A region at the page's edge that takes so much of the page may be its paper; one apart from the edge, where it takes so
/// much.
const EDGE_SHARE: f64 = 0.1;
const INNER_SHARE: f64 = 0.2;
/// What counts as the page's edge, in millimetres.
const EDGE_MM: f64 = 3.0;
/// How far from a side paper may begin, in millimetres: a scanner's lid throws a shadow.
const DEPTH_MM: f64 = 10.0;
/// The part of each side that paper reaches at the least.
const REACHED: f64 = 0.65;
/// A sheet apart from all sides takes so much of the page, from side to side, and is so many times as far from one side as from
/// another at the most.
const SHEET_SHARE: f64 = 0.5;
const ALIKE: usize = 4;
/// A program's paper that is at least this light, of 255, is white: nothing is hidden by more of it.
const WHITE: f64 = 250.0;
/// A scan's paper is at least this light, of 255, where something takes so much of the page in one piece: on darker ground that is
/// a picture, and the ground its backdrop.
const GREY: f64 = 215.0;
const PICTURE_SHARE: f64 = 0.04;
/// By how much what fills a place differs from the paper at the least.
const FILLED: f64 = 25.0;
/// How wide what parts two regions of one sheet may be, in millimetres, and by how much the regions may differ there.
const PARTED_MM: f64 = 15.0;
const STEP: f64 = 5.0;

impl Cells {
    /// Which of the plain cells are the paper's, where a millimetre has so many cells. `even`: the one colour of the paper
    /// where it has one, and by how much its pixels may differ.
    pub(super) fn paper(&self, plain: &[bool], even: Option<(Colour, f64)>, per_mm: f64) -> Vec<bool> {
        let edge = whole(EDGE_MM * per_mm);
        let (labels, regions) = self.regions(plain, edge);
        let page = count(self.means.len());
        let share = |region: &Region| count(region.cells) / page;
        let may_be = |region: &&Region| share(region) >= if region.is_at_edge { EDGE_SHARE } else { INNER_SHARE };
        let light = |region: &Region| luminance(&region.mean());
        let mut candidates: Vec<&Region> = regions.iter().filter(may_be).collect();
        candidates.sort_by(|one, other| light(other).total_cmp(&light(one)));
        if candidates.is_empty() {
            // Little is left blank on a page full of writing.
            candidates.extend(regions.iter().max_by_key(|region| region.cells));
        }
        let is_white = even.is_some_and(|(colour, _)| colour.iter().all(|shade| *shade >= WHITE));
        let sheet = candidates.into_iter().find_map(|paper| {
            let is_ground = |other: &Region| {
                other.label == paper.label
                    || share(other) >= INNER_SHARE
                        && paper.has_colour(&other.mean())
                        && self.goes_on(&labels, (paper.label, other.label), whole(PARTED_MM * per_mm))
            };
            let is_ground: Vec<bool> = regions.iter().map(is_ground).collect();
            let of_sheet: Vec<bool> =
                labels.iter().map(|label| label.is_some_and(|label| is_ground.get(label) == Some(&true))).collect();
            let is_sheet = is_white || self.is_sheet(&of_sheet, (edge, whole(DEPTH_MM * per_mm)));
            let is_backdrop =
                || light(paper) < GREY && self.largest_on(&of_sheet, &paper.mean()) >= PICTURE_SHARE * page;
            (is_sheet && !is_backdrop()).then_some(of_sheet)
        });
        let Some(mut sheet) = sheet else { return vec![false; self.means.len()] };
        if let Some((colour, most)) = even.filter(|(colour, _)| luminance(colour) >= LIGHT) {
            sheet.iter_mut().zip(&self.means).for_each(|(cell, mean)| *cell &= differs(mean, &colour) <= most);
        }
        sheet
    }

    /// Whether cells have the shape of a sheet: they reach all sides of the page, or lie apart from all of them, and reach
    /// all sides of the box around them. `edge`: what counts as the page's edge; `depth`: how far from a side they may begin.
    fn is_sheet(&self, cells: &[bool], (edge, depth): (usize, usize)) -> bool {
        let places = || (0..self.rows).flat_map(|y| (0..self.columns).map(move |x| (x, y)));
        let within = || places().zip(cells).filter(|(_, cell)| **cell).map(|(place, _)| place);
        let bounds = within().fold(None, |bounds: Option<[usize; 4]>, (x, y)| {
            let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
            Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
        });
        let Some([left, top, right, bottom]) = bounds else { return false };
        let gaps = [left, top, self.columns - 1 - right, self.rows - 1 - bottom];
        let (least, most) = (gaps.into_iter().min().unwrap_or(0), gaps.into_iter().max().unwrap_or(0));
        let (wide, high) = (right + 1 - left, bottom + 1 - top);
        let is_apart =
            least > edge && most <= ALIKE * least && count(wide * high) >= SHEET_SHARE * count(self.means.len());
        if most > depth && !is_apart {
            return false;
        }
        let (mut columns, mut rows) = ([vec![false; wide], vec![false; wide]], [vec![false; high], vec![false; high]]);
        let mark = |side: &mut Vec<bool>, at: usize, is_near: bool| {
            side.iter_mut().skip(at).take(1).for_each(|reached| *reached |= is_near);
        };
        let ([above, below], [before, behind]) = (&mut columns, &mut rows);
        for (x, y) in within() {
            mark(above, x - left, y <= top + depth);
            mark(below, x - left, y + depth >= bottom);
            mark(before, y - top, x <= left + depth);
            mark(behind, y - top, x + depth >= right);
        }
        let reached = |side: &Vec<bool>| count(side.iter().filter(|reached| **reached).count()) / count(side.len());
        columns.iter().chain(&rows).all(|side| reached(side) >= REACHED)
    }

    /// How much is filled of what stands on a sheet of this colour in one piece: of writing, little more than its strokes.
    fn largest_on(&self, sheet: &[bool], colour: &Colour) -> f64 {
        let others: Vec<bool> = sheet.iter().map(|cell| !cell).collect();
        let (labels, regions) = self.regions(&others, 0);
        let mut filled = vec![0; regions.len()];
        for (label, mean) in labels.iter().zip(&self.means) {
            let is_filled = differs(mean, colour) > FILLED;
            filled
                .iter_mut()
                .skip(label.unwrap_or(regions.len()))
                .take(1)
                .for_each(|cells| *cells += usize::from(is_filled));
        }
        count(filled.into_iter().max().unwrap_or(0))
    }

    /// Whether two regions have the same tone on both sides of what parts them, which is no wider than `far` cells.
    fn goes_on(&self, labels: &[Option<usize>], regions: (usize, usize), far: usize) -> bool {
        let (mut sum, mut pairs): (Colour, usize) = ([0.0; 3], 0);
        let mut along = |cells: &mut dyn Iterator<Item = usize>| {
            let mut last: Option<(usize, usize, &Colour)> = None;
            for (step, at) in cells.enumerate() {
                let label = labels.get(at).copied().flatten().filter(|one| *one == regions.0 || *one == regions.1);
                let (Some(label), Some(mean)) = (label, self.means.get(at)) else { continue };
                if let Some((before, other, tone)) = last
                    && other != label
                    && step - before <= far
                {
                    let (one, two) = if label == regions.0 { (mean, tone) } else { (tone, mean) };
                    sum.iter_mut().zip(one.iter().zip(two)).for_each(|(sum, (one, two))| *sum += one - two);
                    pairs += 1;
                }
                last = Some((step, label, mean));
            }
        };
        (0..self.rows).for_each(|y| along(&mut (0..self.columns).map(|x| y * self.columns + x)));
        (0..self.columns).for_each(|x| along(&mut (0..self.rows).map(|y| y * self.columns + x)));
        pairs > 0 && differs(&sum.map(|sum| sum / count(pairs)), &[0.0; 3]) <= STEP
    }

    /// Plain cells that touch, a number of the region for each.
    fn regions(&self, plain: &[bool], edge: usize) -> (Vec<Option<usize>>, Vec<Region>) {
        let mut labels: Vec<Option<usize>> = vec![None; plain.len()];
        let mut regions = Vec::new();
        let mut waiting = Vec::new();
        for start in 0..plain.len() {
            let is_free =
                |labels: &[Option<usize>], at: usize| plain.get(at) == Some(&true) && labels.get(at) == Some(&None);
            if !is_free(&labels, start) {
                continue;
            }
            let mut region = Region::new(regions.len());
            let mut enter = |at: usize, waiting: &mut Vec<usize>| {
                if is_free(&labels, at) {
                    labels.iter_mut().skip(at).take(1).for_each(|label| *label = Some(regions.len()));
                    waiting.push(at);
                }
            };
            enter(start, &mut waiting);
            while let Some(at) = waiting.pop() {
                let (x, y) = (at % self.columns, at / self.columns);
                let is_at_edge = x < edge || y < edge || x + edge >= self.columns || y + edge >= self.rows;
                self.means.get(at).iter().for_each(|mean| region.add(mean, is_at_edge));
                if x > 0 {
                    enter(at - 1, &mut waiting);
                }
                if x + 1 < self.columns {
                    enter(at + 1, &mut waiting);
                }
                if y > 0 {
                    enter(at - self.columns, &mut waiting);
                }
                enter(at + self.columns, &mut waiting);
            }
            regions.push(region);
        }
        (labels, regions)
    }
}

/// Plain cells that touch.
struct Region {
    label: usize,
    cells: usize,
    is_at_edge: bool,
    sum: Colour,
    least: Colour,
    most: Colour,
}

impl Region {
    fn new(label: usize) -> Self {
        Self { label, cells: 0, is_at_edge: false, sum: [0.0; 3], least: [255.0; 3], most: [0.0; 3] }
    }

    fn add(&mut self, mean: &Colour, is_at_edge: bool) {
        self.cells += 1;
        self.is_at_edge |= is_at_edge;
        let bounds = self.least.iter_mut().zip(&mut self.most);
        for ((sum, (least, most)), one) in self.sum.iter_mut().zip(bounds).zip(mean) {
            *sum += one;
            *least = least.min(*one);
            *most = most.max(*one);
        }
    }

    fn mean(&self) -> Colour {
        self.sum.map(|sum| sum / count(self.cells.max(1)))
    }

    /// Whether the region has this colour somewhere, within rounding.
    fn has_colour(&self, colour: &Colour) -> bool {
        let bounds = self.least.iter().zip(&self.most);
        bounds.zip(colour).all(|((least, most), one)| (least - 1.0..=most + 1.0).contains(one))
    }
}

#[cfg(test)]
mod tests {
    use crate::cells::{Colour, count};
    use crate::ground::tests::{PAGE_MM, ground, is_blank, noise, scanned, white};

    /// A picture as a camera has it: with noise.
    fn photo(seen: impl Fn(f64, f64) -> Colour) -> impl Fn(f64, f64) -> Colour {
        move |x, y| {
            let mut colour = seen(x, y);
            for (channel, shade) in (1..).zip(&mut colour) {
                *shade = (*shade + 1.5 * noise(x, y, channel)).clamp(0.0, 255.0);
            }
            colour
        }
    }

    /// Head and shoulders, which end at the lower edge, in a picture from the upper left corner of this width and height.
    fn is_person((wide, high): (f64, f64)) -> impl Fn(f64, f64) -> bool {
        move |x, y| {
            let (x, y) = (x / wide - 0.5, y / high);
            (x * 1.3).hypot(y - 0.42) < 0.2 || y > 0.66 && (x / 0.44).abs() < 1.0 - (0.9 - y).max(0.0)
        }
    }

    fn skin(x: f64, y: f64) -> Colour {
        let shade = 0.6 + 0.2 * (x * 0.7).sin() * (y * 0.9).cos();
        [230.0 * shade, 180.0 * shade, 150.0 * shade]
    }

    fn land(x: f64, y: f64) -> Colour {
        [70.0 + 40.0 * (x * 1.9).sin(), 100.0 + 40.0 * (y * 2.3).cos(), 60.0 + 30.0 * (x * y * 0.3).sin()]
    }

    /// How many squares of 20 mm are blank, of those that stand on the page at every 5 mm.
    fn blank_squares(seen: impl Fn(f64, f64) -> Colour) -> usize {
        let ground = ground(seen);
        let places =
            (0..20).flat_map(|row| (0..14).map(move |column| (count(column) * 5.0 + 1.0, count(row) * 5.0 + 1.0)));
        places.filter(|place| is_blank(&ground, *place)).count()
    }

    #[test]
    fn a_photo_that_fills_the_page_has_no_paper() {
        let (wide, high) = PAGE_MM;
        let skies: [fn(f64) -> Colour; 4] = [
            |down| [200.0 + 35.0 * down, 220.0 + 22.0 * down, 245.0 + 5.0 * down],
            |down| [236.0 + 8.0 * down, 240.0 + 6.0 * down, 246.0],
            |_| [228.0, 231.0, 235.0],
            |down| [240.0, 225.0 - 10.0 * down, 205.0 - 20.0 * down],
        ];
        for sky in skies {
            for land_from in [0.6, 0.85] {
                let hills = |x: f64| high * land_from + 2.0 * (x * 0.2).sin();
                let seen = |x: f64, y: f64| if y > hills(x) { land(x, y) } else { sky(y / high) };
                assert_eq!(blank_squares(photo(seen)), 0, "{:?} {land_from}", sky(0.5));
                // The horizon of a sea is straight; and the camera may have been turned.
                let sea = |x: f64, y: f64| if y > high * land_from { [150.0, 165.0, 175.0] } else { sky(x / wide) };
                assert_eq!(blank_squares(photo(sea)), 0, "{:?} {land_from}", sky(0.5));
                let turned = |x: f64, y: f64| if x > wide * land_from { land(x, y) } else { sky(x / wide) };
                assert_eq!(blank_squares(photo(turned)), 0, "{:?} {land_from}", sky(0.5));
            }
        }
    }

    const BACKDROPS: [Colour; 6] = [
        [214.0, 230.0, 245.0],
        [225.0, 225.0, 226.0],
        [190.0, 190.0, 190.0],
        [238.0, 228.0, 212.0],
        [246.0, 247.0, 249.0],
        [120.0, 170.0, 220.0],
    ];

    #[test]
    fn a_portrait_has_a_backdrop_and_no_paper() {
        let is_person = is_person(PAGE_MM);
        for backdrop in BACKDROPS {
            let seen = |x: f64, y: f64| if is_person(x, y) { skin(x, y) } else { backdrop };
            assert_eq!(blank_squares(photo(seen)), 0, "{backdrop:?}");
            // A program's backdrop is one colour.
            assert_eq!(blank_squares(seen), 0, "{backdrop:?}, even");
            // Light falls off towards the corners.
            let lit = |x: f64, y: f64| {
                let fall = 1.0 - 0.12 * ((x / PAGE_MM.0 - 0.5).powi(2) + (y / PAGE_MM.1 - 0.5).powi(2));
                seen(x, y).map(|shade| shade * fall)
            };
            assert_eq!(blank_squares(photo(lit)), 0, "{backdrop:?}, uneven");
        }
    }

    /// A head, or a thing on a table, with the backdrop all around; grey paper has writing on it.
    #[test]
    fn a_backdrop_all_round_its_subject_is_no_paper() {
        let (wide, high) = PAGE_MM;
        for shade in [120.0, 196.0, 210.0] {
            let seen = |x: f64, y: f64| {
                let is_head = ((x / wide - 0.5) / 0.2).hypot((y / high - 0.4) / 0.2) < 1.0;
                if is_head { skin(x, y) } else { [shade; 3] }
            };
            assert_eq!(blank_squares(photo(seen)), 0, "{shade}");
        }
    }

    /// On paper the backdrop is content, and the paper around it isn't, though the backdrop is lighter, or hardly differs.
    #[test]
    fn a_portrait_on_paper_is_content_with_its_backdrop() {
        let size = (55.0, 70.0);
        let is_person = is_person(size);
        let old = |_: f64, _: f64| [232.0, 220.0, 188.0];
        let papers: [&dyn Fn(f64, f64) -> Colour; 4] = [&white, &scanned(1.5), &photo(old), &photo(vignetted)];
        for (number, paper) in papers.iter().enumerate() {
            for backdrop in BACKDROPS {
                let in_picture = |x: f64, y: f64| (0.0..size.0).contains(&x) && (0.0..size.1).contains(&y);
                let portrait = |x: f64, y: f64| if is_person(x, y) { skin(x, y) } else { backdrop };
                let seen = |x: f64, y: f64| {
                    let (inner_x, inner_y) = (x - 18.0, y - 12.0);
                    if in_picture(inner_x, inner_y) { portrait(inner_x, inner_y) } else { paper(x, y) }
                };
                let ground = ground(seen);
                for place in [(20.0, 14.0), (50.0, 14.0), (14.0, 20.0), (35.0, 8.0)] {
                    assert!(!is_blank(&ground, place), "paper {number}, {backdrop:?}: {place:?}");
                }
                // On grey ground so large a picture may be a subject before its backdrop.
                let is_grey = number == 3;
                for place in [(10.0, 92.0), (60.0, 92.0)] {
                    assert!(is_grey || is_blank(&ground, place), "paper {number}, {backdrop:?}");
                }
            }
        }
    }

    /// A scan of grey paper, darker towards the corners.
    fn vignetted(x: f64, y: f64) -> Colour {
        let from_middle = (x / PAGE_MM.0 - 0.5).powi(2) + (y / PAGE_MM.1 - 0.5).powi(2);
        [198.0, 197.0, 194.0].map(|shade| shade * (1.0 - 0.45 * from_middle))
    }

    #[test]
    fn paper_of_a_scan_may_be_grey_yellow_and_uneven() {
        let is_text =
            |x: f64, y: f64| (20.0..75.0).contains(&x) && (15.0..55.0).contains(&y) && y % 5.0 < 2.0 && x % 2.0 < 0.6;
        let yellowed = |x: f64, y: f64| {
            let age = ((x / PAGE_MM.0 - 0.5).abs().max((y / PAGE_MM.1 - 0.5).abs()) - 0.42).max(0.0);
            [240.0 - 200.0 * age, 228.0 - 230.0 * age, 196.0 - 260.0 * age]
        };
        let grey = |_: f64, _: f64| [180.0, 180.0, 181.0];
        let papers: [&dyn Fn(f64, f64) -> Colour; 3] = [&vignetted, &yellowed, &grey];
        for (number, paper) in papers.iter().enumerate() {
            let written = |x: f64, y: f64| if is_text(x, y) { [50.0; 3] } else { paper(x, y) };
            let ground = ground(photo(written));
            for place in [(12.0, 65.0), (55.0, 65.0), (35.0, 82.0), (55.0, 82.0)] {
                assert!(is_blank(&ground, place), "paper {number}: {place:?}");
            }
            assert!(!is_blank(&ground, (30.0, 20.0)), "paper {number}");
        }
    }

    #[test]
    fn a_sheet_on_a_desk_is_paper_and_the_desk_is_none() {
        let is_sheet = |x: f64, y: f64| (13.0..80.0).contains(&x) && (14.0..106.0).contains(&y);
        let desk = |x: f64, y: f64| if is_sheet(x, y) { [238.0, 236.0, 230.0] } else { [150.0, 110.0, 80.0] };
        let seen = ground(photo(desk));
        assert!(is_blank(&seen, (30.0, 40.0)) && !is_blank(&seen, (0.0, 40.0)));
        // Cut off at one side it may be a sky.
        let cut = |x: f64, y: f64| if y < 106.0 { [238.0, 236.0, 230.0] } else { land(x, y) };
        assert_eq!(blank_squares(photo(cut)), 0);
    }
}
