//! Fifty papers more, of other kinds than [`citizen_papers`](crate::citizen_papers): as office programs, drawing programs,
//! forms, scanners and phones make them. All are made here.

use crate::citizen_papers::{
    A4, BLACK, FONT, Ground, LIGHT, Light, Print, deflated, lines, one_page, scan, text, vector, within,
};
use crate::shapes::qpdf;
use crate::shapes::writer::stream;

/// A paper of one page.
pub struct Sheet {
    /// What kind it is.
    pub name: &'static str,
    /// The file.
    pub pdf: Vec<u8>,
    /// How ground is told from content on a picture of the page.
    pub ground: Ground,
    /// Whether there's room for the statement of a copy; `None` where either will do, as long as nothing is covered.
    pub has_room: Option<bool>,
    /// Whether the page is drawn anew, as A4: before and after aren't compared pixel by pixel then.
    pub is_fitted: bool,
}

/// All of them.
pub fn all() -> Vec<Sheet> {
    let mut sheets = programs();
    sheets.extend(streams());
    sheets.extend(files());
    sheets.extend(annotated());
    sheets.extend(scans());
    sheets
}

/// White paper, and everything else on it is content.
fn white(name: &'static str, pdf: Vec<u8>, has_room: impl Into<Option<bool>>) -> Sheet {
    Sheet { name, pdf, ground: Ground::Colour([255; 3]), has_room: has_room.into(), is_fitted: false }
}

/// The body of a letter, on the upper half.
fn body() -> String {
    text(A4[1], 90.0, 130.0, 400.0)
}

fn letter(more: &str) -> Vec<u8> {
    vector(A4, "", &(body() + more))
}

/// With resources besides the font, and objects from 5 on.
fn with(resources: &str, content: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let page = format!("/MediaBox [0 0 595.276 841.89] /Resources << {FONT} {resources} >>");
    one_page(&page, content, more, "")
}

/// What office programs and designers draw.
fn programs() -> Vec<Sheet> {
    let table: String = (0..14).map(|row| format!("90 {} 420 18 re S ", 440 + row * 18)).collect();
    let shaded: String = (0..14)
        .map(|row| {
            let shade = if row % 2 == 0 { "0.94 0.96 0.99" } else { "1 1 1" };
            format!("{shade} rg 60 {} 480 18 re f ", 470 + row * 18)
        })
        .collect();
    let dots: String = (0..11).map(|row| format!("[0 3] 0 d 1 J 0.7 w 90 {} m 520 {0} l S ", 440 + row * 30)).collect();
    let boxes: String = (0..10).map(|row| format!("0.6 w 90 {} 9 9 re S ", 450 + row * 26)).collect();
    let columns = text(A4[1], 40.0, 60.0, 380.0) + &text(A4[1], 320.0, 60.0, 380.0);
    let curve: String = (0..40).map(|x| format!("{} {} l ", 80 + x * 11, 520 + (x * x * 7) % 190)).collect();
    let petals: String =
        (0..24).map(|n| format!("{} 30 m {0} 44 {} 44 {} 30 c S ", 40 + n * 21, 50 + n * 21, 56 + n * 21)).collect();
    let slide = vector([960.0, 540.0], "", &format!("0.1 0.15 0.3 rg 0 0 960 540 re f 1 g {}", &body()[4..]));
    vec![
        white("two-columns", vector(A4, "", &columns), true),
        white("table", letter(&format!("0.5 w {table}")), true),
        white("shaded-rows", letter(&shaded), true),
        white("dotted-lines", letter(&format!("0 G {dots}")), true),
        white("tick-boxes", letter(&format!("0 G {boxes}")), true),
        white("double-frame", letter("0.6 0 0 RG 2 w 24 24 547 794 re S 0.6 w 30 30 535 782 re S"), true),
        white("ornament", letter(&format!("0.7 0.5 0.1 RG 1 w {petals}")), true),
        white("side-bar", letter("0.16 0.3 0.5 rg 0 0 70 842 re f"), true),
        white("footer-band", letter("0.8 0.1 0.1 rg 0 0 596 46 re f"), true),
        white("page-number", letter("0 g BT /F 11 Tf 290 30 Td (1/1) Tj ET"), true),
        white(
            "seal-below",
            letter("0.85 0.1 0.15 RG 3 w 470 140 m 470 184 434 220 390 220 c 346 220 310 184 310 140 c S"),
            false,
        ),
        white("graph", letter(&format!("0 0.4 0.2 RG 1 w 80 520 m {curve} S 80 500 440 220 re S")), true),
        white("slide-dark", slide, false),
        white("spreadsheet", vector([A4[1], A4[0]], "", &text(A4[0], 60.0, 40.0, 240.0)), true),
        white("side-notes", letter("0.6 g 545 60 30 700 re f"), false),
        white("thermal-receipt", vector([226.8, 700.0], "", &text(700.0, 10.0, 20.0, 300.0)), false),
        white("small-print", letter("0.2 g BT /F 4 Tf 60 90 Td (dieu khoan in nho o cuoi trang) Tj ET"), true),
    ]
}

/// What is odd within the content.
fn streams() -> Vec<Sheet> {
    let image = |space: &str, bits: u32, data: &[u8], size: (u32, u32)| {
        let (width, height) = size;
        stream(
            &format!(
                "/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace {space} \
                 /BitsPerComponent {bits} /Filter /FlateDecode"
            ),
            &deflated(data),
        )
    };
    let hatch = stream(
        "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 12 12] /XStep 12 /YStep 12 /Resources << >>",
        b"0.5 G 0.5 w 0 0 m 12 12 l S",
    );
    let shading = b"<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 60 0 360] /Extend [true true] \
        /Function << /FunctionType 2 /Domain [0 1] /C0 [1 1 1] /C1 [0.8 0.85 0.95] /N 1 >> >>"
        .to_vec();
    let group = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 300 100] /Group << /S /Transparency /CS /DeviceRGB >> /Resources << >>",
        b"0.2 0.4 0.8 rg 0 0 300 100 re f",
    );
    let half = b"<< /Type /ExtGState /ca 0.06 /CA 0.06 >>".to_vec();
    let glyph = stream("", b"500 0 0 0 500 700 d1 50 0 400 700 re f");
    let type3 = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [0.001 0 0 0.001 0 0] \
        /CharProcs << /a 6 0 R >> /Encoding << /Type /Encoding /Differences [97 /a] >> /FirstChar 97 /LastChar 97 \
        /Widths [500] /Resources << >> >>"
        .to_vec();
    let spot =
        b"[/Separation /Gold /DeviceCMYK << /FunctionType 2 /Domain [0 1] /C0 [0 0 0 0] /C1 [0 0.2 0.8 0.1] /N 1 >>]"
            .to_vec();
    let grey: Vec<u8> = (0..60_u32 * 40).map(|at| (at * 7 % 251) as u8).collect();
    let mask: Vec<u8> = (0..40).flat_map(|row| [if row % 2 == 0 { 0xaa } else { 0x55 }; 8]).collect();
    let letter = body();
    vec![
        white(
            "hatched",
            with("/Pattern << /P 5 0 R >>", &format!("{letter} /Pattern cs /P scn 60 440 470 60 re f"), &[hatch]),
            true,
        ),
        white(
            "fading-shade",
            with("/Shading << /S 5 0 R >>", &format!("{letter} q 40 40 515 330 re W n /S sh Q"), &[shading]),
            false,
        ),
        white(
            "nearly-transparent",
            with("/ExtGState << /G 5 0 R >>", &format!("{letter} /G gs 0 0.2 0.8 rg 50 50 490 300 re f"), &[half]),
            false,
        ),
        white(
            "transparency-group",
            with("/XObject << /X 5 0 R >>", &format!("{letter} q 1 0 0 1 120 430 cm /X Do Q"), &[group]),
            true,
        ),
        white(
            "type-3-letters",
            with(
                "/Font << /T 5 0 R /F 7 0 R >>",
                "BT /T 14 Tf 90 600 Td (aaaa aaaa aaa) Tj ET",
                &[type3, glyph, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec()],
            ),
            true,
        ),
        white(
            "spot-colour",
            with("/ColorSpace << /C 5 0 R >>", &format!("{letter} /C cs 0.7 scn 90 430 300 20 re f"), &[spot]),
            true,
        ),
        white("cmyk", vector(A4, "", &format!("{letter} 0 0.9 0.8 0.1 k 90 430 300 20 re f")), true),
        white(
            "grey-picture",
            with(
                "/XObject << /I 5 0 R >>",
                &format!("{letter} q 120 0 0 80 430 430 cm /I Do Q"),
                &[image("/DeviceGray", 8, &grey, (60, 40))],
            ),
            true,
        ),
        white(
            "bit-picture",
            with(
                "/XObject << /I 5 0 R >>",
                &format!("{letter} q 120 0 0 80 430 430 cm /I Do Q"),
                &[image("/DeviceGray", 1, &mask, (64, 40))],
            ),
            true,
        ),
        white(
            "inline-picture",
            vector(
                A4,
                "",
                &format!("{letter} q 60 0 0 60 450 440 cm BI /W 2 /H 2 /CS /G /BPC 8 /F /AHx ID 00ff8800> EI Q"),
            ),
            true,
        ),
        white(
            "left-scaled",
            vector(A4, "", &format!("0.5 0 0 0.5 0 0 cm {}", letter.replace("BT /F 12", "BT /F 24"))),
            None,
        ),
        white("excess-restore", vector(A4, "", &format!("Q Q {letter} Q")), true),
        white("open-states", vector(A4, "", &format!("q q {letter} q 0.5 g")), true),
        white(
            "outlines",
            vector(A4, "", &format!("{letter} 90 440 m 95 470 l 100 440 l 102 440 l 96 474 l 94 474 l 88 440 l f")),
            true,
        ),
        white("clipped", vector(A4, "", &format!("q 90 400 200 330 re W n {letter} Q")), true),
    ]
}

/// What is odd about the file.
fn files() -> Vec<Sheet> {
    let plain = letter("");
    let old = {
        let mut pdf = plain.clone();
        pdf[..8].copy_from_slice(b"%PDF-1.3");
        pdf
    };
    let upside = vector(A4, "/Rotate 180", &text(A4[1], 90.0, 460.0, 700.0));
    let whole = vector(A4, "/CropBox [-50 -50 900 900]", &body());
    let negative = {
        let content = format!("1 0 0 1 -300 -420 cm {}", body());
        let page = format!("/MediaBox [-300 -420 295.276 421.89] /Resources << {FONT} >>");
        one_page(&page, &content, &[], "")
    };
    let knockout = vector(A4, "/Group << /S /Transparency /CS /DeviceRGB /I true /K true >>", &body());
    vec![
        white("pdf-1.3", old, true),
        white("object-streams", qpdf(&plain, &["--object-streams=generate"]), true),
        white("linearized", qpdf(&plain, &["--linearize"]), true),
        white("no-user-password", qpdf(&plain, &["--encrypt", "", "owner", "256", "--"]), true),
        white("upside-down", upside, true),
        white("crop-beyond-the-page", whole, true),
        white("negative-corner", negative, true),
        white("page-group", knockout, true),
    ]
}

/// What lies on the page and isn't its content.
fn annotated() -> Vec<Sheet> {
    let look = |color: &str, size: [f64; 2]| {
        let [width, height] = size;
        stream(
            &format!("/Type /XObject /Subtype /Form /BBox [0 0 {width} {height}] /Resources << >>"),
            format!("{color} RG 2 w 2 2 {} {} re S", width - 4.0, height - 4.0).as_bytes(),
        )
    };
    let sheet = |name, annotation: &str, look: Vec<u8>, catalog: &str, has_room: Option<bool>| {
        let page = format!("/MediaBox [0 0 595.276 841.89] /Resources << {FONT} >> /Annots [6 0 R]");
        let annotation = format!("<< /Type /Annot {annotation} /F 4 /P 3 0 R /AP << /N 5 0 R >> >>").into_bytes();
        white(name, one_page(&page, &body(), &[look, annotation], catalog), has_room)
    };
    let form = "/AcroForm << /Fields [6 0 R] >>";
    vec![
        sheet("stamp", "/Subtype /Stamp /Rect [340 90 520 190]", look("1 0 0", [180.0, 100.0]), "", Some(true)),
        sheet(
            "free-text",
            "/Subtype /FreeText /DA (/F 12 Tf) /Contents (x) /Rect [90 440 300 480]",
            look("0 0 1", [210.0, 40.0]),
            "",
            Some(true),
        ),
        sheet(
            "filled-field",
            "/Subtype /Widget /FT /Tx /T (Ten) /V (A) /Rect [90 440 300 460]",
            look("0 0 0", [210.0, 20.0]),
            form,
            Some(true),
        ),
        sheet(
            "whole-page-stamp",
            "/Subtype /Stamp /Rect [20 20 575 822]",
            look("0.9 0.5 0.5", [555.0, 802.0]),
            "",
            None,
        ),
    ]
}

fn ruled(x: f64, y: f64) -> Option<[f64; 3]> {
    let is_rule = y > 20.0 && y % 8.0 < 0.35;
    let is_hand = y % 8.0 > 3.0 && lines(x, y, (24.0, 120.0), (25.0, 180.0));
    Some([0.2, 0.25, 0.6]).filter(|_| is_hand).or_else(|| Some([0.75, 0.82, 0.95]).filter(|_| is_rule))
}

fn squared(x: f64, y: f64) -> Option<[f64; 3]> {
    let is_rule = x % 5.0 < 0.3 || y % 5.0 < 0.3;
    BLACK.filter(|_| lines(x, y, (30.0, 120.0), (25.0, 180.0))).or_else(|| Some([0.8, 0.88, 0.95]).filter(|_| is_rule))
}

fn upper(x: f64, y: f64) -> Option<[f64; 3]> {
    BLACK.filter(|_| lines(x, y, (40.0, 125.0), (30.0, 190.0)))
}

fn both_sides_of_a_card(x: f64, y: f64) -> Option<[f64; 3]> {
    let side = |top: f64| within(x, y, [62.0, top, 85.6, 54.0]);
    let tint = Some([0.75 + 0.1 * (x * 0.3).sin(), 0.85, 0.8 + 0.1 * (y * 0.4).cos()]);
    tint.filter(|_| side(30.0) || side(100.0))
}

fn ink_below(x: f64, y: f64) -> Option<[f64; 3]> {
    let stroke =
        (y - 235.0 - 9.0 * (x * 0.35).sin() - 4.0 * (x * 1.3).sin()).abs() < 0.5 && (120.0..180.0).contains(&x);
    Some([0.15, 0.2, 0.65]).filter(|_| stroke).or_else(|| upper(x, y))
}

fn punched(x: f64, y: f64) -> Option<[f64; 3]> {
    let hole = [108.0, 188.0].into_iter().any(|at| (x - 12.0).hypot(y - at) < 3.0);
    Some([0.2; 3]).filter(|_| hole).or_else(|| upper(x, y))
}

fn folded(x: f64, y: f64) -> Option<[f64; 3]> {
    let fold = 1.0 - 0.12 * (-((y - 148.5) / 0.8).powi(2)).exp();
    Some([fold; 3]).filter(|_| (y - 148.5).abs() < 2.0).or_else(|| upper(x, y))
}

fn passport(x: f64, y: f64) -> Option<[f64; 3]> {
    let picture = within(x, y, [20.0, 20.0, 170.0, 120.0]);
    let shade = 0.72 + 0.08 * (x * 0.8).sin() * (y * 0.6).cos();
    BLACK
        .filter(|_| lines(x, y, (95.0, 130.0), (30.0, 180.0)))
        .or_else(|| Some([shade, shade + 0.05, shade + 0.02]).filter(|_| picture))
}

fn dotted(x: f64, y: f64) -> Option<[f64; 3]> {
    let dot = y > 150.0 && (x % 10.0 - 5.0).hypot(y % 10.0 - 5.0) < 0.22;
    Some([0.1; 3]).filter(|_| dot).or_else(|| upper(x, y))
}

/// A grey photo from edge to edge: a head before an even backdrop, all of which is content.
fn grey_photo(x: f64, y: f64) -> Option<[f64; 3]> {
    let head = ((x - 105.0) / 45.0).hypot((y - 120.0) / 60.0) < 1.0;
    let shade = if head { 0.55 + 0.2 * (x * 0.2).sin() * (y * 0.15).cos() } else { 1.0 };
    Some([shade; 3])
}

/// What scanners and phones give.
fn scans() -> Vec<Sheet> {
    let sheet = |name, print: Print, light: &Light, has_room: Option<bool>| Sheet {
        name,
        pdf: scan(print, light, ""),
        ground: Ground::Blank(print),
        has_room,
        is_fitted: false,
    };
    let office = &Light { jpeg: Some(82), dpi: 120.0, ..LIGHT };
    vec![
        sheet("ruled-paper", ruled, office, Some(false)),
        sheet("squared-paper", squared, office, Some(false)),
        sheet("card-both-sides", both_sides_of_a_card, office, Some(true)),
        sheet("ink-below", ink_below, office, Some(true)),
        sheet("punched", punched, office, Some(true)),
        sheet("grey-photo", grey_photo, &Light { paper: [196.0; 3], slope: 10.0, noise: 1.0, ..LIGHT }, Some(false)),
        sheet("passport", passport, office, None),
        sheet("folded", folded, &Light { noise: 1.5, ..LIGHT }, None),
        sheet("grid-of-dots", dotted, &Light { paper: [255.0; 3], noise: 0.0, dpi: 150.0, ..LIGHT }, Some(false)),
        Sheet {
            name: "phone-without-size",
            pdf: phone_page(),
            ground: Ground::Colour([253; 3]),
            has_room: Some(true),
            is_fitted: true,
        },
    ]
}

/// A page with a point for each of its picture's pixels.
fn phone_page() -> Vec<u8> {
    let (columns, rows) = (620_usize, 877_usize);
    let mm = 210.0 / columns as f64;
    let pixel = |at: usize| {
        let (x, y) = ((at % columns) as f64 * mm, (at / columns) as f64 * mm);
        let noise = (at * 7 % 3) as u8;
        upper(x, y).map_or([252 + noise; 3], |_| [40 + noise; 3])
    };
    let pixels: Vec<u8> = (0..columns * rows).flat_map(pixel).collect();
    let image = format!(
        "/Type /XObject /Subtype /Image /Width {columns} /Height {rows} /ColorSpace /DeviceRGB /BitsPerComponent 8 \
         /Filter /FlateDecode"
    );
    let page = "/MediaBox [0 0 1240 1754] /Resources << /XObject << /P 5 0 R >> >>";
    one_page(page, "q 1240 0 0 1754 0 0 cm /P Do Q", &[stream(&image, &deflated(&pixels))], "")
}
