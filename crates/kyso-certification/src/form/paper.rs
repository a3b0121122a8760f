//! File and paper: version, size, margins, page numbers (Phụ lục I, phần I, mục I).

use super::facts::{Facts, PageFacts, mm, style_of};
use super::row::{Marked, Profile, Row, comma, point};
use super::rule::NOTHING;
use super::rule::Rule::{self, FileVersion, PageMargins, PageNumbers, PageSize};
use crate::on_a4;
use kyso::error::Edge;
use kyso::{Rectangle, both};
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_pdf::text::TextLine;

/// How far a margin may be from what the law gives, in millimetres.
const MARGIN_MM: f64 = 1.0;
/// Above and below, on the left, on the right, in millimetres.
const TOP_MM: (f64, f64) = (20.0, 25.0);
const LEFT_MM: (f64, f64) = (30.0, 35.0);
const RIGHT_MM: (f64, f64) = (15.0, 20.0);
/// An edge at which this many lines begin or end is a margin.
const ALIGNED: usize = 3;
/// Edges that differ by less are one, in points.
const SAME_EDGE: f64 = 1.5;
/// Notes, which are no running text, are no larger, in points.
const NOTE: f64 = 10.5;
/// How far a page number may be from the middle, in millimetres.
const MIDDLE_MM: f64 = 3.0;
/// Sizes of page numbers in points, and how far off they may be.
const NUMBER_SIZES: (f64, f64) = (13.0, 14.0);
pub(super) const SIZE_POINTS: f64 = 0.3;
/// Most places that a row shows.
pub(super) const MAX_BOXES: usize = 12;

pub(super) fn rows(facts: &Facts<'_>, profile: Profile) -> Vec<Row> {
    let mut rows = vec![version(facts), size(facts, profile)];
    if profile == Profile::Issued {
        rows.extend([margins(facts), numbers(facts)]);
    }
    rows
}

fn version(facts: &Facts<'_>) -> Row {
    let version = facts.document.version();
    let number = |text: Option<&str>| text.and_then(|text| text.trim().parse::<u32>().ok()).unwrap_or(0);
    let mut parts = version.split('.');
    let holds = (number(parts.next()), number(parts.next())) >= (1, 4);
    FileVersion.demand(
        holds,
        both(format!("Tệp PDF phiên bản {version}"), format!("PDF version {version}")),
        NOTHING,
        both("; phải từ 1.4 trở lên", "; it must be 1.4 or later"),
    )
}

/// The agency's own pages are A4. Those of the paper that it certifies, or copies, have the size that they came with.
fn size(facts: &Facts<'_>, profile: Profile) -> Row {
    let own = match profile {
        Profile::Issued | Profile::Attachment => {
            facts.own_pages().iter().find(|page| !page.is_shared()).map(|page| page.page.number)
        }
        Profile::Copy => None,
    };
    let is_other = |page: &&PageFacts| !on_a4::is_a4(page.page.size());
    let is_own = |page: &&PageFacts| own.is_some_and(|first| page.page.number >= first);
    let (wrong, theirs): (Vec<_>, Vec<_>) = facts.pages.iter().filter(is_other).partition(is_own);
    let boxes = |pages: &[&PageFacts]| {
        let mark = |page: &&PageFacts| {
            let (width, height) = page.page.size();
            page.mark("page", Rectangle { x: 0.0, y: 0.0, width, height })
        };
        pages.iter().take(MAX_BOXES).map(mark).collect::<Vec<_>>()
    };
    let found = |page: &PageFacts| {
        let (wide, high) = page.page.size();
        let (wide, high, number) = (mm(wide), mm(high), page.page.number);
        both(
            format!("Trang {number} khổ {} × {} mm", comma(wide), comma(high)),
            format!("Page {number} is {} × {} mm", point(wide), point(high)),
        )
    };
    if let Some(first) = wrong.first() {
        let found = found(first);
        return PageSize
            .fail(found.vi + "; phải là A4 (210 × 297 mm)", found.en + "; it must be A4 (210 × 297 mm)")
            .at(boxes(&wrong));
    }
    let Some(first) = theirs.first() else {
        return PageSize.pass("Mọi trang khổ A4 (210 × 297 mm)", "Every page is A4 (210 × 297 mm)");
    };
    let found = found(first);
    let reason = both(
        ", không phải A4: trang của giấy tờ được chứng thực hoặc sao, giữ khổ như khi nhận",
        ", not A4: it came so with the paper that is certified or copied",
    );
    let (vi, en) = (found.vi + reason.vi, found.en + reason.en);
    let row = match own {
        Some(_) => PageSize.pass(
            format!("Trang cơ quan lập khổ A4 (210 × 297 mm). {vi}"),
            format!("The agency's own pages are A4 (210 × 297 mm). {en}"),
        ),
        None => PageSize.skip(vi, en),
    };
    row.at(boxes(&theirs))
}

/// A page's margins as its text keeps them, in millimetres; `None` where they can't be told.
struct Margins {
    top: f64,
    bottom: f64,
    left: f64,
    right: f64,
    /// Whether enough lines begin, or end, at that edge for it to be the margin.
    left_aligned: bool,
    right_aligned: bool,
    lines: usize,
}

fn measured(page: &PageFacts) -> Option<Margins> {
    let (wide, high) = page.page.size();
    let body: Vec<&TextLine> =
        page.own().filter(|line| line.is_visible()).filter(|line| is_running(page, line)).collect();
    let edge = |pick: fn(&Rectangle) -> f64, least: bool| {
        let values = body.iter().map(|line| pick(&line.rectangle));
        if least { values.fold(f64::INFINITY, f64::min) } else { values.fold(f64::NEG_INFINITY, f64::max) }
    };
    if body.is_empty() {
        return None;
    }
    let (left, right) = (edge(|line| line.x, true), edge(Rectangle::right, false));
    let at = |pick: fn(&Rectangle) -> f64, edge: f64| {
        body.iter().filter(|line| (pick(&line.rectangle) - edge).abs() <= SAME_EDGE).count() >= ALIGNED
    };
    let is_justified = at(Rectangle::right, right);
    Some(Margins {
        top: mm(high - edge(Rectangle::top, false)),
        bottom: mm(edge(|line| line.y, true)),
        left: mm(left),
        right: mm(wide - right),
        // Paragraphs of one line each begin at the indent, all of them: only justified text shows the margin.
        left_aligned: is_justified && at(|line| line.x, left),
        right_aligned: is_justified,
        lines: body.len(),
    })
}

/// Whether margins are measured on it: not on page numbers, nor on type that is too small for running text, as under a QR
/// code that reaches out of its margin.
fn is_running(page: &PageFacts, line: &TextLine) -> bool {
    !is_in_margin(page, line) && style_of(line).is_none_or(|style| style.size > NOTE)
}

/// Page numbers, and small notes that stand wholly in a margin.
pub(super) fn is_in_margin(page: &PageFacts, line: &TextLine) -> bool {
    let (wide, high) = page.page.size();
    let beside =
        line.rectangle.right() <= LEFT_MM.0 * POINTS_PER_MM || wide - line.rectangle.x <= RIGHT_MM.0 * POINTS_PER_MM;
    let upper = high - line.rectangle.y <= TOP_MM.0 * POINTS_PER_MM;
    let lower = line.rectangle.top() <= TOP_MM.0 * POINTS_PER_MM;
    let is_small = style_of(line).is_some_and(|style| style.size <= NOTE);
    let is_number = line.text.chars().all(|letter| letter.is_ascii_digit());
    (upper && is_number) || ((upper || lower || beside) && is_small)
}

fn margins(facts: &Facts<'_>) -> Row {
    let pages = facts.born_digital();
    if pages.is_empty() {
        return no_text(PageMargins);
    }
    let (mut wrong, mut boxes, mut seen) = (Vec::new(), Vec::new(), None);
    if pages.iter().all(|page| page.is_shared()) {
        return PageMargins.skip(
            "Lời chứng nằm trên trang của người yêu cầu: lề là của trang đó",
            "The statement stands on the requester's page, whose margins they are",
        );
    }
    for page in pages.iter().filter(|page| on_a4::is_a4(page.page.size()) && !page.is_shared()) {
        let Some(margins) = measured(page) else { continue };
        let sides = [
            (Edge::Upper, both("trên", "top"), margins.top, TOP_MM, margins.lines >= ALIGNED),
            // Where a page ends is the text's affair.
            (Edge::Lower, both("dưới", "bottom"), margins.bottom, TOP_MM, false),
            (Edge::Left, both("trái", "left"), margins.left, LEFT_MM, margins.left_aligned),
            (Edge::Right, both("phải", "right"), margins.right, RIGHT_MM, margins.right_aligned),
        ];
        for (edge, name, found, (least, most), is_measured) in sides {
            if found < least - MARGIN_MM || (is_measured && found > most + MARGIN_MM) {
                wrong.push((page.page.number, name, found, least, most));
                boxes.push(page.mark("margin", strip(page, edge, found)));
            }
        }
        seen.get_or_insert(margins);
    }
    let Some(seen) = seen else {
        return PageMargins
            .skip("Lề chỉ đo được trên trang A4 có chữ", "Margins are measured on A4 pages with text alone");
    };
    if wrong.is_empty() {
        let of = |worded: fn(f64) -> String| {
            [seen.top, seen.bottom, seen.left, seen.right].map(|margin| worded(margin.max(0.0)))
        };
        let ([top, bottom, left, right], [a, b, c, d]) = (of(comma), of(point));
        return PageMargins.pass(
            format!("Chữ giữ đúng lề: trên {top}, dưới {bottom}, trái {left}, phải {right} mm"),
            format!("The text keeps the margins: top {a}, bottom {b}, left {c}, right {d} mm"),
        );
    }
    let vi = wrong.iter().take(4).map(|(page, name, found, least, most)| {
        format!("trang {page}: lề {} {} mm, phải {least:.0}–{most:.0}", name.vi, comma(*found))
    });
    let en = wrong.iter().take(4).map(|(page, name, found, least, most)| {
        format!("page {page}: {} margin {} mm, it must be {least:.0}–{most:.0}", name.en, point(*found))
    });
    PageMargins.fail(vi.collect::<Vec<_>>().join("; "), en.collect::<Vec<_>>().join("; ")).at(boxes)
}

/// The margin as it is, on the page.
fn strip(page: &PageFacts, edge: Edge, found_mm: f64) -> Rectangle {
    let (width, height) = page.page.size();
    let deep = (found_mm * POINTS_PER_MM).max(2.0);
    match edge {
        Edge::Upper => Rectangle { x: 0.0, y: height - deep, width, height: deep },
        Edge::Lower => Rectangle { x: 0.0, y: 0.0, width, height: deep },
        Edge::Left => Rectangle { x: 0.0, y: 0.0, width: deep, height },
        Edge::Right => Rectangle { x: width - deep, y: 0.0, width: deep, height },
    }
}

pub(super) fn no_text(rule: Rule) -> Row {
    rule.skip(
        "Trang của cơ quan là ảnh quét, hoặc có trang không đọc được chữ: không đo được",
        "The agency's pages are scans, or the text of one can't be read: there is nothing to measure",
    )
}

fn numbers(facts: &Facts<'_>) -> Row {
    let pages = facts.born_digital();
    let (Some(first), true) = (pages.first(), pages.len() == facts.own_pages().len()) else {
        return no_text(PageNumbers);
    };
    if let Some((line, _)) = page_number(first).filter(|_| first.page.number == 1) {
        let text = "Trang 1 có số trang; trang đầu không ghi số";
        return PageNumbers
            .fail(text, "Page 1 has a page number; the first page shows none")
            .at([first.mark("number", line.rectangle)]);
    }
    let rest = pages.get(1..).unwrap_or_default();
    if let ([], number @ 2..) = (rest, first.page.number) {
        if first.is_shared() {
            return PageNumbers.skip(
                "Lời chứng nằm trên trang của người yêu cầu, số trang là của trang đó",
                "The statement stands on the requester's page, whose number it is",
            );
        }
        if page_number(first).is_none() {
            return PageNumbers.skip(
                format!("Phần của cơ quan có một trang (trang {number}), không ghi số trang"),
                format!("The agency's part is one page (page {number}), which shows no number"),
            );
        }
    } else if rest.is_empty() {
        return PageNumbers
            .skip("Văn bản có một trang: không ghi số trang", "The document has one page, which shows no number");
    }
    // A single page behind the citizen's may have its number; from the second one on each has.
    let rest = if rest.is_empty() { pages.as_slice() } else { rest };
    let mut boxes: Vec<Marked> = Vec::new();
    for (index, page) in rest.iter().enumerate() {
        let number = page.page.number;
        let Some((line, value)) = page_number(page) else {
            return PageNumbers
                .fail(
                    format!("Trang {number} không có số trang canh giữa trong lề trên"),
                    format!("Page {number} has no page number in the middle of its top margin"),
                )
                .at([page.mark("margin", strip(page, Edge::Upper, TOP_MM.0))]);
        };
        let marked = page.mark("number", line.rectangle);
        if value != number && value != index + 2 {
            return PageNumbers
                .fail(format!("Trang {number} ghi số {value}"), format!("Page {number} is numbered {value}"))
                .at([marked]);
        }
        let style = style_of(line);
        let size = style.map_or(0.0, |style| style.size);
        let upright = style.is_some_and(|style| !style.is_bold() && !style.face.is_italic);
        if size < NUMBER_SIZES.0 - SIZE_POINTS || size > NUMBER_SIZES.1 + SIZE_POINTS || !upright {
            return PageNumbers
                .fail(
                    format!("Số trang {number} cỡ chữ {}; phải là 13–14, kiểu đứng", comma(size)),
                    format!("The number of page {number} has {} points; it must be 13–14, upright", point(size)),
                )
                .at([marked]);
        }
        boxes.push(marked);
    }
    boxes.truncate(MAX_BOXES);
    PageNumbers
        .pass(
            "Số trang canh giữa trong lề trên, từ trang 2",
            "Page numbers stand in the middle of the top margin, from page 2",
        )
        .at(boxes)
}

/// The number in the middle of a page's top margin: of the page, or of what its margins leave.
fn page_number(page: &PageFacts) -> Option<(&TextLine, usize)> {
    let (wide, high) = page.page.size();
    // The text's middle lies to the right of the page's by half of what the left margin is wider.
    let aside = |left: f64, right: f64| (wide + (left - right) * POINTS_PER_MM) / 2.0;
    let middles = [wide / 2.0, aside(LEFT_MM.0, RIGHT_MM.1), aside(LEFT_MM.1, RIGHT_MM.0)];
    page.own()
        .filter(|line| line.is_visible())
        .filter(|line| line.rectangle.y >= high - TOP_MM.1 * POINTS_PER_MM)
        .filter(|line| {
            let centre = line.rectangle.centre().0;
            middles.iter().any(|middle| (centre - middle).abs() <= MIDDLE_MM * POINTS_PER_MM)
        })
        .find_map(|line| Some((line, line.text.parse().ok()?)))
}
