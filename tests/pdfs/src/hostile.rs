//! Pages and appearances that readers could take for two things, and what is seen of each: hostile.txt has them.

use std::collections::BTreeMap;

use crate::{Layout, Objects, stream as plain_stream, write};

const CASES: &str = include_str!("hostile.txt");
const RESOURCES: &str = "<< /Font << /F 4 0 R >> /XObject << /Im 3 0 R /A 10 0 R /B 11 0 R /C 12 0 R /N 100 0 R >> >>";
/// What only the page has, and no form that names its own.
const PAGE_ONLY: &str = "/ExtGState << /G 13 0 R >> /ColorSpace << /S 14 0 R >> /Shading << /H 15 0 R >>";
/// A square, a picture and a character: what a mark is made of.
pub const KINDS: [&str; 3] = ["0 0 20 20 re f", "q 20 0 0 20 0 0 cm /Im Do Q", "BT /F 20 Tf (M) Tj ET"];
/// The number of the stamp whose appearance a case is about. Its /Rect is [100 100 150 150].
pub const ANNOTATION: u32 = 6;

/// A page or an appearance.
#[derive(Debug)]
pub struct Case {
    /// Its name, as docs/content.md has it.
    pub name: &'static str,
    objects: Objects,
    /// Whether it's the appearance of a stamp.
    pub is_appearance: bool,
    /// What is seen: see the head of hostile.txt.
    pub expected: &'static str,
}

impl Case {
    /// A file of one page.
    pub fn file(&self) -> Vec<u8> {
        write(&self.objects, &Layout::default())
    }
}

/// `{3:TEXT}`, `~`, `@` and `RESOURCES` in full, where `@` is `mark`.
fn expanded(text: &str, mark: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (repeated, behind) = behind.split_once('}').expect("ends");
        let (times, repeated) = repeated.split_once(':').expect("how often");
        out += before;
        out += &repeated.repeat(times.parse().expect("a number"));
        rest = behind;
    }
    (out + rest).replace('@', mark).replace("RESOURCES", RESOURCES).replace('~', "\n")
}

/// All cases, in the order of hostile.txt.
pub fn cases() -> Vec<Case> {
    cases_of(&KINDS.join(" "))
}

/// All cases with marks that are drawn by `mark`, one of [`KINDS`] or more: what lies under another can't be seen.
pub fn cases_of(mark: &str) -> Vec<Case> {
    let stream =
        |entries: &str, content: &str| plain_stream(&expanded(entries, mark), expanded(content, mark).as_bytes());
    let form = |entries: &str, content: &str| stream(&format!("/Type /XObject /Subtype /Form {entries}"), content);
    let mut cases: Vec<Case> = Vec::new();
    for line in CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "case" {
            let objects = BTreeMap::from([
                (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
                (2, b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>".to_vec()),
                (
                    3,
                    stream(
                        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
                        "0",
                    ),
                ),
                (4, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec()),
            ]);
            cases.push(Case { name: rest, objects, is_appearance: false, expected: "" });
            continue;
        }
        let case = cases.last_mut().expect("a case");
        let page = |entries: &str| {
            let resources = RESOURCES.replacen("<<", &format!("<< {PAGE_ONLY}"), 1);
            let entries = format!("/Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources {resources} {entries}");
            format!("<< {entries} >>").into_bytes()
        };
        match word {
            "page" => {
                let parts: Vec<&str> = rest.split('|').collect();
                let numbers: Vec<String> = (20..).take(parts.len()).map(|number| format!("{number} 0 R")).collect();
                case.objects.extend((20..).zip(parts.iter().map(|part| stream("", part))));
                case.objects.insert(5, page(&format!("/Contents [{}]", numbers.join(" "))));
            }
            "annotation" => {
                let text = format!("<< /Type /Annot /Subtype /Stamp /F 4 /Rect [100 100 150 150] {rest} >>");
                case.objects.insert(ANNOTATION, text.into_bytes());
                case.objects.insert(5, page(&format!("/Annots [{ANNOTATION} 0 R]")));
                case.is_appearance = true;
            }
            "nested" => {
                let depth: u32 = rest.parse().unwrap();
                for number in 100..99 + depth {
                    let resources = format!("<< /XObject << /N {} 0 R >> >>", number + 1);
                    let entries = format!("/BBox [0 0 90 90] /Resources {resources}");
                    case.objects.insert(number, form(&entries, "/N Do"));
                }
                case.objects.insert(99 + depth, form("/BBox [0 0 90 90] /Resources RESOURCES", "@"));
            }
            "=>" => case.expected = rest,
            word => {
                let (word, rest) = if word == "plain" { rest.split_once(' ').unwrap() } else { (word, rest) };
                let object = match rest.split_once('|') {
                    Some((entries, content)) if line.starts_with("plain") => stream(entries, content.trim()),
                    Some((entries, content)) => form(entries, content.trim()),
                    None => expanded(rest, mark).into_bytes(),
                };
                case.objects.insert(word.parse().expect(line), object);
            }
        }
    }
    cases
}
