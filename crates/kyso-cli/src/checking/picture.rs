//! Pages with boxes: red where a row fails, green where it passes, grey where nothing is judged; each with the numbers of
//! its rows, and what fails written out under the page.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use kyso::{Language, Rectangle};
use kyso_certification::form::{CheckReport, Row, Status};
use kyso_pdf::typeface::Face;
use kyso_view::{Apart, Picture};
use kyso_words::not_shown;
use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, Rect, Stroke, Transform};

use crate::context::Context;
use crate::defect::Defect;
use crate::existing::Kind;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::letters::Letters;
use crate::output::Output;

/// At which pages are drawn.
const DPI: f64 = 110.0;
/// Pixels an em: the numbers at the boxes, and the lines under the page.
const NUMBER: f32 = 15.0;
const LINE: f32 = 19.0;
/// From baseline to baseline under the page.
const LEADING_PIXELS: u32 = 25;
const LEADING: f32 = LEADING_PIXELS as f32;
/// At the sides of what stands under the page.
const MARGIN: f32 = 24.0;
/// Boxes whose edges differ by less, in points, are one.
const SAME: f64 = 0.5;

const RED: [u8; 3] = [205, 32, 38];
const GREEN: [u8; 3] = [22, 130, 62];
const GREY: [u8; 3] = [110, 116, 124];

/// A box on a page, with the rows that are about it.
struct Boxed {
    rectangle: Rectangle,
    rows: Vec<usize>,
    status: Status,
}

/// What is drawn, and where it goes.
pub(crate) struct Pictures<'a> {
    pub(crate) report: &'a CheckReport,
    pub(crate) pdf: &'a [u8],
    pub(crate) password: Option<&'a str>,
    /// The file, or the file with the page's number where there are several.
    pub(crate) path: &'a Path,
    pub(crate) force: bool,
    pub(crate) apart: &'a Apart,
}

/// Draws every page that a row is about, page 1 where none is. Gives the files written.
pub(crate) fn write(pictures: &Pictures<'_>, context: &Context) -> Result<Vec<PathBuf>, Failure> {
    let Pictures { report, pdf, password, path, force, apart } = *pictures;
    let mut pages: Vec<usize> = report.rows.iter().flat_map(|row| row.boxes.iter().map(|marked| marked.page)).collect();
    pages.sort_unstable();
    pages.dedup();
    if pages.is_empty() {
        pages.push(1);
    }
    let one = pages.len() == 1;
    // All places are looked at before the first is written.
    let outputs = pages
        .iter()
        .map(|page| {
            let name = if one { path.to_owned() } else { numbered(path, *page) };
            Output::new(&name, Kind::Png, force, context).map(|output| (*page, name, output))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut written = Vec::new();
    for (page, name, output) in outputs {
        let picture = apart.picture(pdf, password, page, DPI).map_err(|error| {
            let why = not_shown(&error);
            Failure::new(
                Exit::Unreadable,
                format!("Không vẽ được trang {page}: {}.", why.vi),
                format!("Can't draw page {page}: {}.", why.en),
            )
        })?;
        let png = drawn(report, page, &picture, context.language).map_err(|error| defect(&error))?;
        output.write(|sink| sink.write_all(&png))?;
        written.push(name);
    }
    Ok(written)
}

fn defect(error: &Defect) -> Failure {
    Failure::new(Exit::Defect, format!("Không vẽ được hình: {error}."), format!("Can't draw the picture: {error}."))
}

fn numbered(path: &Path, page: usize) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().map(|extension| format!(".{}", extension.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}-{page}{extension}"))
}

/// The boxes of a page, the larger first, so that the smaller lie above them.
fn boxes(report: &CheckReport, page: usize) -> Vec<Boxed> {
    let mut found: Vec<Boxed> = Vec::new();
    for (number, row) in (1..).zip(&report.rows) {
        for marked in row.boxes.iter().filter(|marked| marked.page == page) {
            match found.iter_mut().find(|one| is_same(one.rectangle, marked.rectangle)) {
                Some(one) => {
                    if one.rows.last() != Some(&number) {
                        one.rows.push(number);
                    }
                    one.status = worse(one.status, row.status);
                }
                None => found.push(Boxed { rectangle: marked.rectangle, rows: vec![number], status: row.status }),
            }
        }
    }
    let area = |one: &Boxed| one.rectangle.width * one.rectangle.height;
    found.sort_by(|one, other| area(other).total_cmp(&area(one)));
    // What fails is drawn last.
    found.sort_by_key(|one| one.status == Status::Fail);
    found
}

fn is_same(one: Rectangle, other: Rectangle) -> bool {
    let sides = |one: Rectangle| [one.x, one.y, one.right(), one.top()];
    sides(one).into_iter().zip(sides(other)).all(|(one, other)| (one - other).abs() < SAME)
}

fn worse(one: Status, other: Status) -> Status {
    let rank = |status: Status| match status {
        Status::Fail => 2,
        Status::Pass => 1,
        Status::NotApplicable => 0,
    };
    if rank(other) > rank(one) { other } else { one }
}

fn colour(status: Status) -> [u8; 3] {
    match status {
        Status::Pass => GREEN,
        Status::Fail => RED,
        Status::NotApplicable => GREY,
    }
}

fn drawn(report: &CheckReport, page: usize, picture: &Picture, language: Language) -> Result<Vec<u8>, Defect> {
    let (regular, bold) = (Letters::new(Face::Regular)?, Letters::new(Face::Bold)?);
    let failing: Vec<(usize, &Row)> = (1..).zip(&report.rows).filter(|(_, row)| fails_on(row, page)).collect();
    let width = picture.width() as f32;
    let mut notes = Vec::new();
    for (number, row) in failing {
        let text = format!("{number}. {}: {}", row.title.in_language(language), row.message.in_language(language));
        notes.extend(broken(&regular, &text, width - 2.0 * MARGIN)?);
    }
    let mut canvas = Canvas::of(picture, u32::try_from(notes.len()).unwrap_or(u32::MAX))?;
    let scale = DPI / 72.0;
    #[allow(clippy::cast_possible_truncation, reason = "pixels of a page")]
    let pixels = |points: f64| (points * scale) as f32;
    let high = f64::from(picture.height()) / scale;
    let boxes = boxes(report, page);
    let place = |one: &Boxed| {
        let at = one.rectangle;
        Area { left: pixels(at.x), top: pixels(high - at.top()), width: pixels(at.width), height: pixels(at.height) }
    };
    for one in &boxes {
        canvas.frame(place(one), one.status);
    }
    // Numbers stand beside the boxes, where least is hidden.
    let mut taken: Vec<Area> = boxes.iter().map(place).collect();
    for one in &boxes {
        let at = canvas.tag(&bold, &ranges(&one.rows), place(one), colour(one.status), &taken)?;
        taken.push(at);
    }
    let mut baseline = canvas.page_height + LEADING;
    for line in &notes {
        canvas.text(&regular, line, (MARGIN, baseline), LINE, RED)?;
        baseline += LEADING;
    }
    canvas.pixels.encode_png().map_err(Defect::from)
}

/// Whether a row fails and is about this page; what is about no page stands under page 1.
fn fails_on(row: &Row, page: usize) -> bool {
    let here = row.boxes.iter().any(|marked| marked.page == page);
    row.status == Status::Fail && (here || (row.boxes.is_empty() && page == 1))
}

/// A text in lines no wider than this.
fn broken(letters: &Letters, text: &str, width: f32) -> Result<Vec<String>, Defect> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if !line.is_empty() && measure(letters, &longer, LINE)? > width {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        } else {
            line = longer;
        }
    }
    lines.push(line);
    Ok(lines)
}

/// What the typeface has; names in certificates and on pages may hold anything.
fn writable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

fn measure(letters: &Letters, text: &str, size: f32) -> Result<f32, Defect> {
    Ok(letters.known(&writable(text), size).iter().map(|letter| letter.width).sum())
}

/// A rectangle of the picture, in pixels.
#[derive(Debug, Clone, Copy)]
struct Area {
    left: f32,
    top: f32,
    width: f32,
    height: f32,
}

impl Area {
    fn right(self) -> f32 {
        self.left + self.width
    }

    fn bottom(self) -> f32 {
        self.top + self.height
    }

    /// How many pixels both areas cover.
    fn shared(self, other: Self) -> f32 {
        let width = self.right().min(other.right()) - self.left.max(other.left);
        let height = self.bottom().min(other.bottom()) - self.top.max(other.top);
        width.max(0.0) * height.max(0.0)
    }
}

/// Numbers that follow one another as a range: `12–15 20`.
fn ranges(numbers: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let range = |(first, last): &(usize, usize)| match last - first {
        0 => first.to_string(),
        1 => format!("{first} {last}"),
        _ => format!("{first}–{last}"),
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(" ")
}

struct Canvas {
    pixels: Pixmap,
    page_height: f32,
}

impl Canvas {
    /// The page, with room for lines under it.
    fn of(picture: &Picture, lines: u32) -> Result<Self, Defect> {
        let room = if lines == 0 { 0 } else { lines.saturating_add(1).saturating_mul(LEADING_PIXELS) };
        let mut pixels = Pixmap::new(picture.width(), picture.height().saturating_add(room))
            .ok_or_else(|| Defect::new("no room for a picture"))?;
        pixels.fill(Color::WHITE);
        for (to, from) in pixels.data_mut().chunks_exact_mut(4).zip(picture.rgb().chunks_exact(3)) {
            for (to, from) in to.iter_mut().zip(from) {
                *to = *from;
            }
        }
        let page_height = picture.height() as f32;
        let mut canvas = Self { pixels, page_height };
        if room > 0 {
            let width = canvas.width();
            canvas.fill(Area { left: 0.0, top: page_height, width, height: 1.5 }, GREY, 255);
        }
        Ok(canvas)
    }

    fn width(&self) -> f32 {
        self.pixels.width() as f32
    }

    fn fill(&mut self, area: Area, [red, green, blue]: [u8; 3], alpha: u8) {
        if let Some(rectangle) = Rect::from_xywh(area.left, area.top, area.width, area.height) {
            let mut paint = Paint::default();
            paint.set_color_rgba8(red, green, blue, alpha);
            self.pixels.fill_rect(rectangle, &paint, Transform::identity(), None);
        }
    }

    fn frame(&mut self, area: Area, status: Status) {
        let [red, green, blue] = colour(status);
        if status == Status::Fail {
            self.fill(area, RED, 26);
        }
        let thick = if status == Status::Fail { 2.6 } else { 1.4 };
        if let Some(rectangle) = Rect::from_xywh(area.left, area.top, area.width.max(1.0), area.height.max(1.0)) {
            let mut paint = Paint { anti_alias: true, ..Paint::default() };
            paint.set_color_rgba8(red, green, blue, 235);
            let stroke = Stroke { width: thick, ..Stroke::default() };
            self.pixels.stroke_path(&PathBuilder::from_rect(rectangle), &paint, &stroke, Transform::identity(), None);
        }
    }

    /// Numbers on a coloured ground at a side of a box, where they hide least; gives where they stand.
    fn tag(
        &mut self,
        letters: &Letters,
        text: &str,
        marked: Area,
        ground: [u8; 3],
        taken: &[Area],
    ) -> Result<Area, Defect> {
        let (width, height) = (measure(letters, text, NUMBER)? + 8.0, NUMBER + 3.0);
        let middle = marked.top + (marked.height - height) / 2.0;
        let candidates = [
            (marked.right() + 2.0, middle),
            (marked.left - width - 2.0, middle),
            (marked.left, marked.top - height - 1.0),
            (marked.left, marked.bottom() + 1.0),
            (marked.right() - width, marked.top - height - 1.0),
            (marked.right() - width, marked.bottom() + 1.0),
            (marked.left + 2.0, marked.top + 2.0),
        ];
        let hidden = |(left, top): (f32, f32)| {
            let area = Area { left, top, width, height };
            self.darkness(area) + taken.iter().map(|other| area.shared(*other)).sum::<f32>()
        };
        let (most, lowest) = (self.width() - width, self.page_height - height);
        let inside = |(left, top): (f32, f32)| (left.clamp(0.0, most.max(0.0)), top.clamp(0.0, lowest.max(0.0)));
        let mut best = inside((marked.left, marked.top));
        let mut least = f32::INFINITY;
        for candidate in candidates {
            let hides = hidden(inside(candidate));
            if hides < least {
                (best, least) = (inside(candidate), hides);
            }
        }
        let (left, top) = best;
        let area = Area { left, top, width, height };
        self.fill(area, ground, 235);
        self.text(letters, text, (left + 4.0, top + NUMBER * 0.92), NUMBER, [255, 255, 255])?;
        Ok(area)
    }

    /// How many pixels of an area aren't white.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a page")]
    fn darkness(&self, area: Area) -> f32 {
        let (left, top) = (area.left.max(0.0) as u32, area.top.max(0.0) as u32);
        let (right, bottom) = (area.right().max(0.0) as u32, area.bottom().max(0.0) as u32);
        let dark =
            |x: u32, y: u32| self.pixels.pixel(x, y).is_some_and(|pixel| pixel.green() < 200 || pixel.red() < 200);
        let count = (top..bottom).map(|y| (left..right).filter(|x| dark(*x, y)).count()).sum::<usize>();
        u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
    }

    fn text(
        &mut self,
        letters: &Letters,
        text: &str,
        (x, y): (f32, f32),
        size: f32,
        [red, green, blue]: [u8; 3],
    ) -> Result<(), Defect> {
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color_rgba8(red, green, blue, 255);
        let mut x = x;
        for letter in letters.known(&writable(text), size) {
            if let Some(outline) = letter.outline.and_then(|outline| outline.transform(Transform::from_translate(x, y)))
            {
                self.pixels.fill_path(&outline, &paint, FillRule::Winding, Transform::identity(), None);
            }
            x += letter.width;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_are_a_range() {
        assert_eq!(ranges(&[12, 13, 14, 15, 20, 21]), "12–15 20 21");
        assert_eq!(ranges(&[9]), "9");
    }

    #[test]
    fn several_pages_have_their_numbers_in_their_names() {
        assert_eq!(numbered(Path::new("a/b.png"), 3), Path::new("a/b-3.png"));
        assert_eq!(numbered(Path::new("b"), 12), Path::new("b-12"));
    }
}
