//! Papers as citizens bring them, with what on each is content: letterheads, photos, cards, pale print, ink, frames, uneven
//! light, noise, odd pages. All are made here, number by number.

use std::io::Write as _;

use crate::ink_scans::Scan;
use crate::shapes::writer::{file, stream};

/// Points in a millimetre.
pub(crate) const PT: f64 = 72.0 / 25.4;

/// What of a paper is content, and where the result's parts may go.
pub struct Paper {
    /// The paper's name.
    pub name: &'static str,
    /// The file: one page.
    pub pdf: Vec<u8>,
    /// The look of the paper's ground.
    pub ground: Ground,
    /// Where the QR symbol belongs that is wanted on page 1.
    pub code: Code,
    /// Whether there's room for the statement of a copy.
    pub has_room: bool,
}

/// How ground is told from content on a picture of the page.
pub enum Ground {
    /// The ground has this colour.
    Colour([u8; 3]),
    /// Where nothing stands: asked in millimetres from the left and from the top.
    Blank(Print),
    /// The ground has this colour, and nothing that isn't drawn stands there either.
    Both([u8; 3], Print),
}

/// What stands on a paper at a place in millimetres from the left and from the top: what the ink lets through.
pub type Print = fn(f64, f64) -> Option<[f64; 3]>;

/// Where a QR symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// In the upper left corner of page 1, where digitised papers have it.
    Corner,
    /// Elsewhere on page 1.
    Page,
    /// Not on page 1: there's no room.
    Away,
}

/// All of them.
pub fn all() -> Vec<Paper> {
    let mut papers = scanned();
    papers.extend(drawn());
    papers.extend(annotated());
    papers
}

/// Lines of something like print: from and to in millimetres from the top, between two margins.
pub(crate) fn lines(x: f64, y: f64, rows: (f64, f64), columns: (f64, f64)) -> bool {
    if !(columns.0..columns.1).contains(&x) || !(rows.0..rows.1).contains(&y) {
        return false;
    }
    let (row, within) = ((y / 6.0).floor(), y % 6.0);
    let (letter, stroke) = ((x / 2.2).floor(), x % 2.2);
    let kind = (row * 31.0 + letter * 17.0) as i64 % 7;
    within > 2.0
        && within < 4.6
        && kind != 0
        && (stroke < 0.45 || (1.1..1.5).contains(&stroke) && kind > 3 || (3.2..3.6).contains(&within) && stroke < 1.5)
}

pub(crate) fn within(x: f64, y: f64, [left, top, width, height]: [f64; 4]) -> bool {
    (left..left + width).contains(&x) && (top..top + height).contains(&y)
}

pub(crate) const BLACK: Option<[f64; 3]> = Some([0.15, 0.15, 0.16]);

/// Text on the upper half of the page, clear of its corners.
pub(crate) fn upper(x: f64, y: f64) -> Option<[f64; 3]> {
    BLACK.filter(|_| lines(x, y, (48.0, 130.0), (34.0, 190.0)))
}

fn letterhead(x: f64, y: f64) -> Option<[f64; 3]> {
    let heading = lines(x, y, (6.0, 30.0), (12.0, 85.0)) || lines(x, y, (6.0, 24.0), (110.0, 198.0));
    BLACK.filter(|_| heading || lines(x, y, (48.0, 130.0), (12.0, 195.0)))
}

fn photo(x: f64, y: f64) -> Option<[f64; 3]> {
    let face = 0.5 + 0.3 * (x * 0.7).sin() * (y * 0.5).cos();
    match within(x, y, [14.0, 12.0, 30.0, 40.0]) {
        true => Some([face, face * 0.9, face * 0.8]),
        false => {
            BLACK.filter(|_| lines(x, y, (12.0, 110.0), (55.0, 195.0)) || lines(x, y, (60.0, 110.0), (14.0, 55.0)))
        }
    }
}

fn card(x: f64, y: f64) -> Option<[f64; 3]> {
    let is_text = lines(x, y, (185.0, 225.0), (70.0, 130.0));
    let on_card = within(x, y, [60.0, 175.0, 85.6, 54.0]).then_some([0.955, 0.975, 0.985]);
    BLACK.filter(|_| is_text).or(on_card).or_else(|| upper(x, y))
}

fn pale(x: f64, y: f64) -> Option<[f64; 3]> {
    Some([0.9; 3]).filter(|_| lines(x, y, (10.0, 287.0), (12.0, 198.0)))
}

fn yellow(x: f64, y: f64) -> Option<[f64; 3]> {
    Some([1.0, 1.0, 0.72]).filter(|_| lines(x, y, (140.0, 285.0), (20.0, 195.0))).or_else(|| upper(x, y))
}

fn tint(x: f64, y: f64) -> Option<[f64; 3]> {
    Some([0.965, 0.975, 0.99]).filter(|_| within(x, y, [25.0, 140.0, 165.0, 140.0])).or_else(|| upper(x, y))
}

fn pencil(x: f64, y: f64) -> Option<[f64; 3]> {
    let is_stroke = |row: f64| (y - row - 3.0 * (x * 0.9).sin() - 1.5 * (x * 2.3).sin()).abs() < 0.3;
    let rows = [150.0, 175.0, 200.0, 225.0, 250.0, 275.0].into_iter().any(is_stroke);
    Some([0.86, 0.86, 0.87]).filter(|_| rows && (25.0..180.0).contains(&x)).or_else(|| upper(x, y))
}

fn stamp(x: f64, y: f64) -> Option<[f64; 3]> {
    let radius = (x - 105.0).hypot(y - 215.0);
    let is_ink = (33.0..36.0).contains(&radius) || radius < 26.0 && (y % 7.0) < 2.5;
    Some([1.0, 0.9, 0.9]).filter(|_| is_ink).or_else(|| upper(x, y))
}

fn watermark(x: f64, y: f64) -> Option<[f64; 3]> {
    let along = (x + y) / 2_f64.sqrt();
    let across = (x - y) / 2_f64.sqrt();
    let is_letter = along.rem_euclid(45.0) < 9.0 || across.rem_euclid(45.0) < 9.0;
    BLACK.filter(|_| lines(x, y, (48.0, 130.0), (34.0, 190.0))).or_else(|| Some([0.95; 3]).filter(|_| is_letter))
}

fn full(x: f64, y: f64) -> Option<[f64; 3]> {
    BLACK.filter(|_| lines(x, y, (6.0, 290.0), (8.0, 202.0)))
}

/// A landscape that fills the page: a pale sky, and a strip of land.
fn landscape(x: f64, y: f64) -> Option<[f64; 3]> {
    let down = y / 297.0;
    let land = [0.35 + 0.15 * (x * 0.9).sin(), 0.45 + 0.15 * (y * 1.3).cos(), 0.3];
    let sky = [0.8 + 0.14 * down, 0.88 + 0.08 * down, 0.97];
    Some(if y > 255.0 + 6.0 * (x * 0.05).sin() { land } else { sky })
}

/// Head and shoulders in a picture of this place and size: what of it isn't backdrop.
fn person(x: f64, y: f64, [left, top, width, height]: [f64; 4]) -> Option<[f64; 3]> {
    let (across, down) = ((x - left) / width - 0.5, (y - top) / height);
    let is_person =
        (across * 1.3).hypot(down - 0.42) < 0.2 || down > 0.66 && across.abs() < 0.44 * (0.1 + down).min(1.0);
    let shade = 0.6 + 0.2 * (x * 0.7).sin() * (y * 0.9).cos();
    is_person.then_some([0.9 * shade, 0.7 * shade, 0.6 * shade])
}

/// A portrait that fills the page, before an even backdrop.
fn portrait(x: f64, y: f64) -> Option<[f64; 3]> {
    person(x, y, [0.0, 0.0, 210.0, 297.0]).or(Some([0.86, 0.93, 0.98]))
}

/// The same on a paper, lower half.
fn portrait_on_paper(x: f64, y: f64) -> Option<[f64; 3]> {
    let place = [60.0, 150.0, 90.0, 120.0];
    let picture = || person(x, y, place).unwrap_or([0.93, 0.96, 0.985]);
    within(x, y, place).then(picture).or_else(|| upper(x, y))
}

/// The light on a paper, and how it's scanned.
pub(crate) struct Light {
    pub(crate) paper: [f64; 3],
    /// How much darker it gets from corner to corner, of 255.
    pub(crate) slope: f64,
    /// Dark at the left and upper edge, as under a scanner's lid.
    pub(crate) lid: bool,
    /// A hand's soft shadow over the right third.
    pub(crate) hand: bool,
    /// Standard deviation of the noise.
    pub(crate) noise: f64,
    /// The quality as a JPEG; none where it's kept as it is.
    pub(crate) jpeg: Option<u32>,
    pub(crate) dpi: f64,
}

pub(crate) const LIGHT: Light =
    Light { paper: [250.0, 249.0, 247.0], slope: 0.0, lid: false, hand: false, noise: 2.0, jpeg: None, dpi: 100.0 };

fn scanned() -> Vec<Paper> {
    let paper = |name, print: Print, light: &Light, code, has_room| Paper {
        name,
        pdf: scan(print, light, ""),
        ground: Ground::Blank(print),
        code,
        has_room,
    };
    let even = &LIGHT;
    let office = &Light { jpeg: Some(80), dpi: 150.0, ..LIGHT };
    let phone = &Light { paper: [232.0, 228.0, 219.0], slope: 45.0, noise: 2.5, jpeg: Some(75), dpi: 120.0, ..LIGHT };
    let old = &Light { paper: [236.0, 224.0, 190.0], slope: 12.0, noise: 4.0, ..LIGHT };
    let grey = &Light { paper: [198.0, 197.0, 194.0], slope: 30.0, lid: true, ..LIGHT };
    let levelled = &Light { paper: [255.0; 3], noise: 0.0, ..LIGHT };
    vec![
        paper("scan-letterhead", letterhead, office, Code::Page, true),
        paper("scan-photo", photo, office, Code::Page, true),
        paper("scan-corner", upper, even, Code::Corner, true),
        paper("scan-card", card, even, Code::Corner, false),
        paper("scan-pale", pale, &Light { noise: 1.5, ..LIGHT }, Code::Away, false),
        paper("scan-yellow", yellow, even, Code::Corner, false),
        paper("scan-tint", tint, even, Code::Corner, false),
        paper("scan-pencil", pencil, office, Code::Corner, false),
        paper("scan-stamp", stamp, even, Code::Corner, false),
        paper("scan-watermark", watermark, even, Code::Away, false),
        paper("scan-full", full, office, Code::Away, false),
        paper("scan-levelled", letterhead, levelled, Code::Page, true),
        // A grain of its noise stands beside the corner.
        paper("phone-uneven", upper, phone, Code::Page, true),
        paper("phone-hand", upper, &Light { hand: true, ..*phone }, Code::Corner, true),
        paper("scan-old", letterhead, old, Code::Page, true),
        paper("scan-lid", upper, &Light { lid: true, ..LIGHT }, Code::Page, true),
        paper("photo-landscape", landscape, even, Code::Away, false),
        paper("photo-portrait", portrait, office, Code::Away, false),
        paper("photo-portrait-levelled", portrait, levelled, Code::Away, false),
        paper("scan-portrait", portrait_on_paper, even, Code::Corner, false),
        paper("scan-grey", upper, grey, Code::Page, true),
        paper("scan-pink", upper, &Light { paper: [246.0, 205.0, 212.0], ..LIGHT }, Code::Corner, true),
        Paper {
            name: "scan-turned",
            pdf: scan(letterhead, &LIGHT, "/Rotate 90"),
            ground: Ground::Blank(|x, y| letterhead(y, 297.0 - x)),
            code: Code::Corner,
            has_room: false,
        },
    ]
}

/// The page as an image that fills it.
pub(crate) fn scan(print: Print, light: &Light, more: &str) -> Vec<u8> {
    let (wide, high) = (210.0, 297.0);
    let size = |mm: f64| (mm / 25.4 * light.dpi).round() as u32;
    let (width, height) = (size(wide), size(high));
    let mm = 25.4 / light.dpi;
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    let mut noise = Noise(1);
    for row in 0..height {
        for column in 0..width {
            let (x, y) = ((f64::from(column) + 0.5) * mm, (f64::from(row) + 0.5) * mm);
            let mut dark = light.slope * (x / wide + y / high) / 2.0;
            if light.lid {
                dark += 150.0 * ((-x / 1.5).exp() + (-y / 1.5).exp());
            }
            if light.hand {
                dark += 50.0 / (1.0 + (-(x - 140.0) / 4.0).exp());
            }
            let through = print(x, y).unwrap_or([1.0; 3]);
            for (paper, through) in light.paper.into_iter().zip(through) {
                let shade = (paper - dark) * through + noise.next() * light.noise;
                rgb.push(shade.round().clamp(0.0, 255.0) as u8);
            }
        }
    }
    let picture = Scan { width, height, rgb };
    let (filter, data) = match light.jpeg {
        Some(quality) => ("/DCTDecode", picture.jpeg(light.dpi as u32, quality)),
        None => ("/FlateDecode", deflated(&picture.rgb)),
    };
    let (wide, high) = (wide * PT, high * PT);
    let image = format!(
        "/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceRGB /BitsPerComponent 8 \
         /Filter {filter}"
    );
    let page = format!("/MediaBox [0 0 {wide:.3} {high:.3}] /Resources << /XObject << /P 5 0 R >> >> {more}");
    one_page(&page, &format!("q {wide:.3} 0 0 {high:.3} 0 0 cm /P Do Q"), &[stream(&image, &data)], "")
}

/// Noise of a standard deviation of one.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f64 {
        let mut sum = 0.0;
        for _ in 0..4 {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            sum += f64::from(self.0 >> 8) / f64::from(1 << 24) - 0.5;
        }
        sum * 3_f64.sqrt()
    }
}

pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A file of one page: object 4 is its content, `more` are the objects from 5 on.
pub(crate) fn one_page(page: &str, content: &str, more: &[Vec<u8>], catalog: &str) -> Vec<u8> {
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>").into_bytes(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R {page} >>").into_bytes(),
        stream("", content.as_bytes()),
    ];
    objects.extend_from_slice(more);
    file(&objects)
}

pub(crate) const FONT: &str = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >>";
pub(crate) const A4: [f64; 2] = [595.276, 841.89];

/// Text from a height on, in points from the top, on a page of this height.
pub(crate) fn text(high: f64, left: f64, from: f64, to: f64) -> String {
    let mut content = String::from("0 g ");
    let mut y = from;
    while y < to {
        content +=
            &format!("BT /F 12 Tf {left} {} Td (Cong hoa xa hoi chu nghia Viet Nam, doc lap tu do) Tj ET ", high - y);
        y += 18.0;
    }
    content
}

pub(crate) fn vector(size: [f64; 2], page: &str, content: &str) -> Vec<u8> {
    let [width, height] = size;
    one_page(&format!("/MediaBox [0 0 {width} {height}] /Resources << {FONT} >> {page}"), content, &[], "")
}

fn drawn() -> Vec<Paper> {
    let [wide, high] = A4;
    let white = |name, pdf, code, has_room| Paper { name, pdf, ground: Ground::Colour([255; 3]), code, has_room };
    let body = text(high, 100.0, 140.0, 380.0);
    let a4 = |content: &str| vector(A4, "", content);
    let frame = |mm: f64| {
        let edge = mm * PT;
        format!("0.5 w {edge} {edge} {} {} re S ", wide - 2.0 * edge, high - 2.0 * edge)
    };
    let guilloche: String = (0..140)
        .map(|row| {
            let y = f64::from(row) * 6.0;
            format!("0 {y} m 200 {} 400 {} 596 {y} c S ", y + 40.0, y - 40.0)
        })
        .collect();
    let grid: String = (0..40).map(|row| format!("60 {} m 540 {0} l S ", 20 + row * 11)).collect();
    let squares: String = (0..625)
        .filter(|at| (at * at + at / 25) % 3 == 0)
        .map(|at| format!("{} {} 3 3 re ", 20 + at % 25 * 3, 740 + at / 25 * 3))
        .collect();
    vec![
        white("letterhead", a4(&(text(high, 40.0, 30.0, 80.0) + &body)), Code::Page, true),
        white("blank-corner", a4(&body), Code::Corner, true),
        white("frame-10", a4(&(frame(10.0) + &body)), Code::Page, true),
        white("hairlines", a4(&format!("0.8 G 0.1 w {grid} {body}")), Code::Corner, false),
        white("guilloche", a4(&format!("0.9 0.95 0.92 RG 0.3 w {guilloche} {body}")), Code::Away, false),
        white("full", a4(&text(high, 20.0, 18.0, 835.0)), Code::Page, false),
        white("pale-box", a4(&format!("0.985 0.99 1 rg 60 40 480 380 re f {body}")), Code::Corner, false),
        white("yellow-box", a4(&format!("1 1 0.9 rg 60 40 480 380 re f {body}")), Code::Corner, false),
        white(
            "vector-watermark",
            a4(&format!("0.96 g BT /F 150 Tf 0.7 0.7 -0.7 0.7 150 60 Tm (BAN SAO) Tj ET {body}")),
            Code::Corner,
            false,
        ),
        white(
            "photo-frame",
            a4(&format!("0.5 w 34 690 95 125 re S {}", text(high, 160.0, 40.0, 380.0) + &body)),
            Code::Page,
            true,
        ),
        white("code-of-another", a4(&format!("0 g {squares} f {body}")), Code::Page, true),
        // More restored than was saved, and more saved than is restored: what the page shows, and what is put onto it, stays
        // where it is.
        white(
            "restores-too-much",
            a4(&format!("Q Q q 0.5 0 0 0.5 0 0 cm Q Q 0.9 0 0 0.9 10 20 cm Q Q {body} Q Q")),
            Code::Corner,
            true,
        ),
        white(
            "saves-too-much",
            a4(&format!("q q 0.9 0 0 0.9 10 20 cm q {body} 0 0 600 1 re W n q")),
            Code::Corner,
            true,
        ),
        white("small-mark", a4(&format!("0.9 0.2 0.2 rg 40 790 4 4 re f {body}")), Code::Page, true),
        Paper {
            name: "coloured",
            pdf: a4(&format!("0.85 0.95 0.85 rg 0 0 596 842 re f {body}")),
            ground: Ground::Colour([217, 242, 217]),
            code: Code::Corner,
            has_room: true,
        },
        white("a3", vector([841.89, 1190.55], "", &text(1190.55, 120.0, 140.0, 500.0)), Code::Corner, false),
        white("a5", vector([419.53, 595.28], "", &text(595.28, 100.0, 140.0, 400.0)), Code::Corner, false),
        white("landscape", vector([high, wide], "", &text(wide, 120.0, 140.0, 250.0)), Code::Corner, true),
        white("turned", vector([high, wide], "/Rotate 270", &text(wide, 120.0, 40.0, 300.0)), Code::Corner, true),
        white(
            "cropped",
            vector([800.0, 1000.0], "/CropBox [100 80 695.276 921.89]", &text(1000.0, 200.0, 215.0, 460.0)),
            Code::Corner,
            true,
        ),
        white(
            "user-unit",
            vector([wide / 2.0, high / 2.0], "/UserUnit 2", &format!("q 0.5 0 0 0.5 0 0 cm {body} Q")),
            Code::Corner,
            true,
        ),
    ]
}

/// Annotations and fields without an appearance, and a layer that's off.
fn annotated() -> Vec<Paper> {
    let [_, high] = A4;
    let body = text(high, 100.0, 140.0, 380.0);
    let with = |name, annotations: &str, catalog: &str, print: Print, code, has_room| {
        let page = format!("/MediaBox [0 0 595.276 841.89] /Resources << {FONT} >> /Annots [{annotations}]");
        let pdf = one_page(&page, &body, &[], catalog);
        Paper { name, pdf, ground: Ground::Both([255; 3], print), code, has_room }
    };
    let strokes = "[[20 800 60 780 100 810 110 770] [120 100 300 200 400 120 500 300]]";
    let nothing: Print = |_, _| None;
    let layer = one_page(
        &format!("/MediaBox [0 0 595.276 841.89] /Resources << {FONT} /Properties << /L 5 0 R >> >>"),
        &format!("/OC /L BDC 0 g 20 750 80 70 re f 60 60 450 300 re f EMC {body}"),
        &[b"<< /Type /OCG /Name (In) >>".to_vec()],
        "/OCProperties << /OCGs [5 0 R] /D << /OFF [5 0 R] >> >>",
    );
    let on_layer: Print = |x, y| {
        let (x, y) = (x * PT, 841.89 - y * PT);
        let is = within(x, y, [20.0, 750.0, 80.0, 70.0]) || within(x, y, [60.0, 60.0, 450.0, 300.0]);
        BLACK.filter(|_| is)
    };
    vec![
        with(
            "ink",
            &format!("<< /Type /Annot /Subtype /Ink /Rect [20 770 110 810] /InkList {strokes} /C [0 0 1] /F 4 >>"),
            "",
            nothing,
            Code::Page,
            false,
        ),
        with(
            "notes",
            "<< /Type /Annot /Subtype /FreeText /Rect [100 100 500 300] /DA (/Helv 14 Tf 0 g) /Contents (Da thu) /F 4 >> \
             << /Type /Annot /Subtype /Square /Rect [30 760 80 810] /C [1 0 0] /F 4 >> \
             << /Type /Annot /Subtype /Line /Rect [90 40 520 60] /L [90 50 520 50] /C [1 0 0] /LE [/None /OpenArrow] /F 4 >>",
            "",
            nothing,
            Code::Page,
            false,
        ),
        with(
            "empty-fields",
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Ben A) /Rect [320 60 540 360] /F 4 >> \
             << /Type /Annot /Subtype /Widget /FT /Tx /T (So) /V (123) /DA (/Helv 12 Tf 0 g) /Rect [20 770 120 820] /F 4 >>",
            "/AcroForm << /Fields [] >>",
            |x, y| {
                let (x, y) = (x * PT, 841.89 - y * PT);
                BLACK.filter(|_| within(x, y, [320.0, 60.0, 220.0, 300.0]) || within(x, y, [20.0, 770.0, 100.0, 50.0]))
            },
            Code::Page,
            false,
        ),
        with(
            "link-around-nothing",
            "<< /Type /Annot /Subtype /Link /Rect [20 20 580 830] /Border [0 0 0] /A << /S /URI /URI (https://a.example) >> >>",
            "",
            nothing,
            Code::Corner,
            true,
        ),
        Paper {
            name: "layer-off",
            pdf: layer,
            ground: Ground::Both([255; 3], on_layer),
            code: Code::Page,
            has_room: false,
        },
    ]
}
