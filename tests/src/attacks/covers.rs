//! Covers that hide by their number, by their colour, or by what a drawing program does with odd content; and what is
//! hidden that is no line of letters.

use kyso::validate::Modifications;

use super::base::{self, appended, number::*};
use super::overlays::annotation;
use super::writer::Update;
use super::{CHANGED, Family};
use crate::shapes::writer::{Xref, stream};

/// Over the line with the amount.
const LINE: [u32; 4] = [60, 730, 400, 760];
const FORM: &str = "/Type /XObject /Subtype /Form /BBox [0 0 340 30]";

fn with_state(state: &str) -> String {
    format!("{FORM} /Resources << /ExtGState << /G << {state} >> >> >>")
}

/// Annotations of this type on page 1, each with the same look.
fn several(file: &[u8], subtype: &str, rectangles: &[[u32; 4]], look: Option<(&str, &str)>, more: &str) -> Vec<u8> {
    let numbers: Vec<u32> = (FAR + 1..).take(rectangles.len()).collect();
    let references: Vec<String> = numbers.iter().map(|number| format!("{number} 0 R")).collect();
    let mut update = Update::new().object(PAGE, appended(file, PAGE, "/Annots", &references.join(" ")));
    for (&number, [left, bottom, right, top]) in numbers.iter().zip(rectangles) {
        let looks = look.map_or(String::new(), |_| format!("/AP << /N {FAR} 0 R >>"));
        let lines = format!("/L [{left} {0} {right} {0}]", (bottom + top) / 2);
        update = update.object(
            number,
            format!(
                "<< /Type /Annot /Subtype /{subtype} /Rect [{left} {bottom} {right} {top}] /F 4 /P 3 0 R \
                 {lines} {looks} {more} >>"
            ),
        );
    }
    if let Some((form, content)) = look {
        update = update.stream(FAR, form, content);
    }
    update.onto(file)
}

pub(super) fn cases() -> Family {
    use Modifications::Annotations;
    let mut family = Family::new("covers");
    let signed = base::signed();
    let line = LINE.map(|side| side.to_string()).join(" ");
    let drawn = |subtype: &str, form: &str, look: &str| {
        annotation(signed, subtype, &line, "", "").stream(FAR + 1, form, look).onto(signed)
    };
    let white = "1 g 0 0 340 30 re f";
    let [left, bottom, right, top] = LINE;
    let rows: Vec<[u32; 4]> = (bottom..top).step_by(3).map(|row| [left, row, right, row + 3]).collect();
    let columns: Vec<[u32; 4]> = (left..right).step_by(6).map(|column| [column, bottom, column + 6, top]).collect();

    family.attack("rows-of-annotations", CHANGED, several(signed, "Stamp", &rows, Some((FORM, white)), ""));
    family.attack("columns-of-annotations", CHANGED, several(signed, "Stamp", &columns, Some((FORM, white)), ""));
    family.attack("lines-without-appearance", CHANGED, several(signed, "Line", &rows, None, "/C [1] /BS << /W 3 >>"));
    family.attack("a-row-an-update", CHANGED, {
        let mut file = signed.to_vec();
        for (number, [left, bottom, right, top]) in (FAR + 1..).zip(&rows) {
            let page = appended(&file, PAGE, "/Annots", &format!("{number} 0 R"));
            let stamp = format!(
                "<< /Type /Annot /Subtype /Stamp /Rect [{left} {bottom} {right} {top}] /F 4 /P 3 0 R \
                 /AP << /N {FAR} 0 R >> >>"
            );
            file = Update::new().object(PAGE, page).object(number, stamp).stream(FAR, FORM, white).onto(&file);
        }
        file
    });
    let half = with_state("/ca 0.6");
    family.attack("half-transparent-annotations", CHANGED, {
        several(signed, "Stamp", &[LINE; 6], Some((&half, &format!("/G gs {white}"))), "")
    });
    family.attack("half-transparent-boxes", CHANGED, drawn("Stamp", &half, &format!("/G gs {}", [white; 6].join(" "))));
    for mode in ["/Multiply", "/Darken", "[/Unheard /Multiply]"] {
        let name = mode.trim_matches(['[', ']', '/']).replace(" /", "-").to_lowercase();
        let form = with_state(&format!("/BM {mode}"));
        family.attack(format!("black-by-{name}"), CHANGED, drawn("Highlight", &form, "/G gs 0 g 0 0 340 30 re f"));
        family.honest(format!("yellow-by-{name}"), Annotations, {
            drawn("Highlight", &form, "/G gs 1 1 0 rg 0 0 340 30 re f")
        });
    }
    family.attack(
        "black-highlighter-without-appearance",
        CHANGED,
        several(signed, "Highlight", &[LINE], None, "/C [0 0 0]"),
    );
    family.attack("strokes-with-the-alpha-of-fills", CHANGED, {
        drawn("Stamp", &with_state("/ca 0.1 /CA 1"), "/G gs 1 G 30 w 0 15 m 340 15 l S")
    });
    family.attack("more-saved-states-than-are-kept", CHANGED, {
        let (open, close) = ("q ".repeat(300), "Q ".repeat(299));
        drawn("Stamp", &with_state("/ca 0.1"), &format!("{open} {close} /G gs Q {white}"))
    });
    family.attack("clipped-by-an-empty-path", CHANGED, drawn("Stamp", FORM, &format!("W n {white}")));
    family.attack("form-without-a-box", CHANGED, drawn("Stamp", "/Type /XObject /Subtype /Form", white));

    let dingbats = format!(
        "{FORM} /Resources << /Font << /Z << /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >> /F 6 0 R >> >>"
    );
    for (name, look) in [
        ("shapes-raised", "BT 1 g /Z 80 Tf -300 Ts 0 300 Td (nnnnnn) Tj ET"),
        ("shapes-on-a-later-line", "BT 1 g /Z 80 Tf 300 TL 0 300 Td T* (nnnnnn) Tj ET"),
        ("shapes-kerned-back", "BT 1 g /Z 80 Tf -800 0 Td [-10000 (n)-1(n)-1(n)-1(n)] TJ ET"),
        ("letters-stroked-wide", "1 G 18 w BT 1 Tr /F 10 Tf 5 10 Td (Payment of the amount in words) Tj ET"),
    ] {
        family.attack(name, CHANGED, drawn("FreeText", &dingbats, look));
    }
    family.honest("shapes-elsewhere", Annotations, {
        drawn("FreeText", &dingbats, "BT 1 g /Z 20 Tf 300 Ts 0 0 Td (nnnnnn) Tj ET")
    });
    family.attack("letters-of-a-font-that-cannot-be-read", CHANGED, {
        let font = "/Resources << /Font << /B << /Type /Font /Subtype /TrueType /BaseFont /Blk /FirstChar 65 \
             /LastChar 67 /Widths [500 500 500] /FontDescriptor << /Type /FontDescriptor /FontName /Blk /Flags 32 \
             /FontFile2 202 0 R >> >> >> >>";
        let update = annotation(signed, "FreeText", &line, "", "").stream(FAR + 2, "", "none");
        let look = format!("BT 1 g /B 28 Tf 0 8 Td ({}) Tj ET", "ABC".repeat(8));
        update.stream(FAR + 1, &format!("{FORM} {font}"), look).onto(signed)
    });
    // A picture of 10 rows, of which one or none is opaque.
    let picture = |opaque_rows: usize| {
        let outer = format!("{FORM} /Resources << /XObject << /X 202 0 R >> >>");
        let look = "/Type /XObject /Subtype /Image /Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 8";
        let mask: Vec<u8> = (0..100).map(|pixel| if pixel / 10 < opaque_rows { 255 } else { 0 }).collect();
        let update = annotation(signed, "Stamp", "60 630 400 760", "", "");
        let update = update.stream(FAR + 1, &outer, "340 0 0 30 0 0 cm /X Do").stream(FAR + 3, look, mask);
        update.stream(FAR + 2, &format!("{look} /SMask 203 0 R"), [0xff; 100]).onto(signed)
    };
    family.attack("picture-opaque-in-part", CHANGED, picture(2));
    family.honest("picture-opaque-nowhere", Annotations, picture(0));

    family.honest("ink-highlighter", Annotations, {
        drawn("Ink", &with_state("/CA 0.3"), "/G gs 1 1 0 RG 20 w 0 15 m 340 15 l S")
    });
    family.honest("opaque-within-a-transparent-group", Annotations, {
        let outer = "/Resources << /ExtGState << /G << /ca 0.3 >> >> /XObject << /X 202 0 R >> >>";
        let inner = "/Group << /S /Transparency >> /Resources << /ExtGState << /H << /ca 1 >> >> >>";
        let update =
            annotation(signed, "Stamp", &line, "", "").stream(FAR + 1, &format!("{FORM} {outer}"), "/G gs /X Do");
        update.stream(FAR + 2, &format!("{FORM} {inner}"), "/H gs 0 0 1 rg 0 0 340 30 re f").onto(signed)
    });
    family.honest("many-notes-beside", Annotations, {
        let beside: Vec<[u32; 4]> = (0..20).map(|note| [420, 80 + 22 * note, 440, 100 + 22 * note]).collect();
        several(signed, "Stamp", &beside, Some((FORM, white)), "")
    });
    family.honest("strikes-through", Annotations, {
        let strikes: Vec<[u32; 4]> = (0..3).map(|strike| [60, 735 + 4 * strike, 400, 737 + 4 * strike]).collect();
        several(signed, "Line", &strikes, None, "/C [1 0 0] /BS << /W 1 >>")
    });
    hidden_things(&mut family);
    family
}

/// Signs that nobody can read, and drawings.
fn hidden_things(family: &mut Family) {
    let mut objects = base::objects();
    let unread = "<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Odd /Encoding /Identity-H /DescendantFonts [<< \
         /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Odd /DW 500 \
         /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>";
    objects.insert(GLYPHS, unread.into());
    let drawings = "BT /F2 14 Tf 70 780 Td <00100011001200130014> Tj ET \
         2 w 100 600 m 140 640 l 140 600 m 100 640 l S 0.8 0.2 0.2 rg 200 600 60 40 re f \
         0 g 70 500 m 76 500 l 76 512 l 70 512 l h 80 500 m 86 500 l 86 512 l 80 512 l h f \
         BT /F1 14 Tf 70 450 Td (-) Tj 200 0 Td (................) Tj ET \
         0.8 w 60 300 200 60 re S 0.9 g 300 300 100 60 re f";
    objects.insert(CONTENT, stream("", drawings.as_bytes()));
    let signed = base::sign(&base::written(&objects, Xref::Table));
    let over = |rectangle: [u32; 4]| several(&signed, "Stamp", &[rectangle], Some((FORM, "1 g 0 0 340 30 re f")), "");
    family.attack("letters-without-unicode", CHANGED, over([65, 775, 120, 795]));
    family.attack("drawn-cross", CHANGED, over([95, 595, 145, 645]));
    family.attack("coloured-box", CHANGED, over([195, 595, 265, 645]));
    family.attack("outlined-letters", CHANGED, over([68, 498, 90, 514]));
    family.attack("minus", CHANGED, over([65, 445, 80, 465]));
    family.honest("over-dots", Modifications::Annotations, over([265, 445, 340, 465]));
    family.honest("over-a-frame", Modifications::Annotations, over([55, 295, 265, 365]));
    family.honest("over-light-paper", Modifications::Annotations, over([295, 295, 405, 365]));
    family.honest("on-a-part-of-a-drawing", Modifications::Annotations, over([205, 605, 230, 630]));
}
