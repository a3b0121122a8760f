//! Type: typeface, embedding, Unicode, sizes; the national name and motto (Phụ lục I, phần I, mục I and II.1).

use std::collections::BTreeMap;

use super::facts::{Facts, PageFacts, style_of};
use super::paper::{MAX_BOXES, SIZE_POINTS, is_in_margin, no_text};
use super::row::{Marked, Row, comma, point};
use super::rule::Rule::{self, HeadingType, TextEmbedded, TextSize, TextTypeface, TextUnicode};
use kyso::{Bilingual, both};
use kyso_pdf::text::{TextLine, TextRun, Typeface};

/// Typefaces with the widths of Times New Roman, without blanks and hyphens.
const TIMES: [&str; 8] =
    ["timesnewroman", "times", "liberationserif", "tinos", "nimbusroman", "nimbusromno9l", "texgyretermes", "stix"];
/// Sizes of running text, in points.
const BODY: (f64, f64) = (13.0, 14.0);
/// Sizes of the national name, and of the motto.
const NAME: (f64, f64) = (12.0, 13.0);
const MOTTO: (f64, f64) = (13.0, 14.0);

pub(super) fn is_times(face: &Typeface) -> bool {
    let plain: String = face.name.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    TIMES.iter().any(|name| plain.starts_with(name))
}

pub(super) fn is_within(size: f64, (least, most): (f64, f64)) -> bool {
    (least - SIZE_POINTS..=most + SIZE_POINTS).contains(&size)
}

pub(super) fn rows(facts: &Facts<'_>) -> Vec<Row> {
    let pages = facts.born_digital();
    if pages.is_empty() {
        let mut rows: Vec<Row> = [TextTypeface, TextEmbedded, TextUnicode, TextSize].map(no_text).into();
        rows.push(no_text(HeadingType));
        return rows;
    }
    vec![
        faces(
            &pages,
            TextTypeface,
            is_times,
            both("Phông chữ Times New Roman hoặc tương đương", "The typeface is Times New Roman or has its widths"),
            both("Có phông chữ khác Times New Roman", "There is another typeface than Times New Roman"),
        ),
        faces(
            &pages,
            TextEmbedded,
            |face| face.is_embedded,
            both("Mọi phông chữ được nhúng trong tệp", "Every font is embedded"),
            both(
                "Có phông chữ không nhúng: máy khác có thể hiện chữ khác",
                "There are fonts that aren't embedded: other machines may show other letters",
            ),
        ),
        faces(
            &pages,
            TextUnicode,
            |face| face.has_unicode && !is_legacy(face),
            both("Chữ đọc được theo Unicode (TCVN 6909:2001)", "The text can be read as Unicode (TCVN 6909:2001)"),
            both("Có chữ không theo Unicode", "There is text that isn't Unicode"),
        ),
        size(&pages),
        heading(&pages),
    ]
}

/// Fonts of the encodings before Unicode: TCVN3 (.VnTime) and VNI.
fn is_legacy(face: &Typeface) -> bool {
    face.name.starts_with(".Vn") || face.name.starts_with("VNI-")
}

/// The painted stretches of letters and figures.
fn letters<'p>(pages: &'p [&'p PageFacts]) -> impl Iterator<Item = (&'p PageFacts, &'p TextLine, &'p TextRun)> {
    pages
        .iter()
        .flat_map(|page| page.own().flat_map(move |line| line.runs.iter().map(move |run| (*page, line, run))))
        .filter(|(_, _, run)| run.style.is_visible && run.text.chars().any(char::is_alphanumeric))
}

fn faces(
    pages: &[&PageFacts],
    rule: Rule,
    fits: impl Fn(&Typeface) -> bool,
    right: Bilingual<&str>,
    wrong: Bilingual<&str>,
) -> Row {
    let (mut names, mut boxes): (Vec<&str>, Vec<Marked>) = (Vec::new(), Vec::new());
    for (page, line, run) in letters(pages).filter(|(_, _, run)| !fits(&run.style.face)) {
        if !names.contains(&run.style.face.name.as_str()) {
            names.push(&run.style.face.name);
        }
        let marked = page.mark("line", line.rectangle);
        if boxes.len() < MAX_BOXES && !boxes.contains(&marked) {
            boxes.push(marked);
        }
    }
    if names.is_empty() {
        return rule.pass(right.vi, right.en);
    }
    names.truncate(5);
    let names = names.join(", ");
    rule.fail(format!("{}: {names}", wrong.vi), format!("{}: {names}", wrong.en)).at(boxes)
}

/// The size that most of the running text has.
fn size(pages: &[&PageFacts]) -> Row {
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    let is_text = |run: &TextRun| !run.style.is_bold() && !run.style.is_artifact;
    // What is all marked as no text is measured all the same.
    let any = letters(pages).any(|(_, _, run)| is_text(run));
    let is_running = |run: &TextRun| if any { is_text(run) } else { !run.style.is_bold() };
    for (_, _, run) in letters(pages).filter(|(page, line, run)| is_running(run) && !is_in_margin(page, line)) {
        *counts.entry(tenths(run.style.size)).or_default() += run.text.chars().count();
    }
    let Some((&most, _)) = counts.iter().max_by_key(|(_, count)| **count) else {
        return TextSize.skip("Không có chữ thường để đo cỡ", "There is no running text to measure");
    };
    let size = letters(pages).map(|(_, _, run)| run.style.size).find(|size| tenths(*size) == most).unwrap_or(0.0);
    if is_within(size, BODY) {
        return TextSize
            .pass(format!("Nội dung cỡ chữ {}", comma(size)), format!("The running text has {} points", point(size)));
    }
    let lines = letters(pages).filter(|(_, _, run)| tenths(run.style.size) == most && is_running(run));
    let mut boxes: Vec<Marked> = lines.map(|(page, line, _)| page.mark("line", line.rectangle)).collect();
    boxes.dedup();
    boxes.truncate(MAX_BOXES);
    TextSize
        .fail(
            format!("Nội dung cỡ chữ {}; phải là 13–14", comma(size)),
            format!("The running text has {} points; it must have 13–14", point(size)),
        )
        .at(boxes)
}

#[allow(clippy::cast_possible_truncation, reason = "sizes of letters")]
fn tenths(size: f64) -> i64 {
    (size * 10.0).round() as i64
}

/// Without white space, in capitals, and with the older spelling of "hòa".
fn bare(text: &str) -> String {
    let upper: String = text.to_uppercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    upper.replace("HOÀ", "HÒA")
}

fn heading(pages: &[&PageFacts]) -> Row {
    let find = |page: &&PageFacts, wanted: &str| {
        page.own()
            .filter(|line| line.is_visible())
            .find(|line| bare(&line.text).contains(wanted))
            .cloned()
            .map(|line| (page.page.number, line))
    };
    let name = pages.iter().find_map(|page| find(page, "CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM"));
    let motto = pages.iter().find_map(|page| find(page, "ĐỘCLẬPTỰDOHẠNHPHÚC"));
    let (Some((page, name)), Some((motto_page, motto))) = (&name, &motto) else {
        return HeadingType.skip("Trang không có Quốc hiệu và Tiêu ngữ", "The pages have no national name and motto");
    };
    let boxes = [
        Marked { what: "line", page: *page, rectangle: name.rectangle },
        Marked { what: "line", page: *motto_page, rectangle: motto.rectangle },
    ];
    let is_upper = !name.text.chars().any(char::is_lowercase);
    let of = |line: &TextLine, sizes| {
        style_of(line).is_some_and(|style| style.is_bold() && !style.face.is_italic && is_within(style.size, sizes))
    };
    let size = |line: &TextLine| style_of(line).map_or(0.0, |style| style.size);
    let holds = is_upper && of(name, NAME) && of(motto, MOTTO);
    let (a, b) = (size(name), size(motto));
    HeadingType
        .demand(
            holds,
            both(
                format!("Quốc hiệu cỡ {}, Tiêu ngữ cỡ {}", comma(a), comma(b)),
                format!("National name {} points, motto {} points", point(a), point(b)),
            ),
            both(", chữ đậm", ", bold"),
            both(
                "; phải là chữ in hoa đậm 12–13 và chữ thường đậm 13–14",
                "; they must be bold capitals of 12–13 and bold of 13–14",
            ),
        )
        .at(boxes)
}
