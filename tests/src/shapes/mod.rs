//! PDFs of every shape that signing and verifying must take.

pub use kyso_testpdfs as writer;

use std::process::Command;

use writer::{Layout, Objects, Xref, append, stream, write};

/// One file to sign.
#[derive(Debug, Clone)]
pub struct Shape {
    /// What is special about it.
    pub name: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// An empty signature field that it holds.
    pub field: Option<&'static str>,
}

/// What a document is made of before it's laid out.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    catalog: &'static str,
    pages: &'static str,
    page: &'static str,
    more: &'static [(u32, &'static str)],
}

const PAGE: &str = "/MediaBox [0 0 595 842] /Resources << >>";

const FIELD: &str =
    "<< /Type /Annot /Subtype /Widget /FT /Sig /T (LeaderHere) /Rect [300 90 530 210] /P 3 0 R /F 132 >>";
const LINK: &str = "<< /Type /Annot /Subtype /Link /Rect [80 600 200 620] /Border [0 0 0] >>";

/// Every shape.
pub fn all() -> Vec<Shape> {
    let mut shapes = layouts();
    shapes.extend(trees_and_forms());
    shapes.extend(pages());
    shapes.extend(revisions());
    shapes.extend(rewritten_by_qpdf());
    shapes
}

/// A plain portrait page with a cross-reference table: the file for tests that want any file.
pub fn plain() -> Vec<u8> {
    write(&document(Parts { page: PAGE, ..Parts::default() }), &Layout::default())
}

/// [`plain`] with this name in it, so that two names are two files.
pub fn named(name: &str) -> Vec<u8> {
    let mut objects = document(Parts { page: PAGE, ..Parts::default() });
    objects.insert(9, format!("<{}>", name.bytes().map(|byte| format!("{byte:02x}")).collect::<String>()).into_bytes());
    write(&objects, &Layout::default())
}

/// A file that qpdf encrypted.
#[derive(Debug, Clone)]
pub struct Encrypted {
    /// How.
    pub name: String,
    /// The file, whose owner password is [`OWNER`].
    pub bytes: Vec<u8>,
}

/// A user password.
pub const USER: &str = "reader";
/// The owner password of [`encrypted`] files.
pub const OWNER: &str = "author";

/// A page with strings in every object that signing edits: catalog, form, page and field.
pub fn with_strings() -> Vec<u8> {
    let parts = Parts {
        catalog: "/Lang (vi-VN) /AcroForm << /Fields [8 0 R] /DA (/Helv 0 Tf \\(0\\) g) >> /Metadata 9 0 R",
        page: "/MediaBox [0 0 595 842] /Resources << >> /Annots [8 0 R] /Tag (T\\(giay\\) 1)",
        more: &[(8, FIELD)],
        ..Parts::default()
    };
    let mut objects = document(parts);
    objects.insert(9, stream("/Type /Metadata /Subtype /XML", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"));
    write(&objects, &Layout::default())
}

/// [`with_strings`], encrypted in every way that qpdf knows with this user password, with object streams and without.
pub fn encrypted(user: &str) -> Vec<Encrypted> {
    let ways: [&[&str]; 9] = [
        &["40"],
        &["128", "--use-aes=n"],
        &["128", "--use-aes=n", "--force-V4"],
        &["128", "--use-aes=n", "--force-V4", "--cleartext-metadata"],
        &["128", "--use-aes=y"],
        &["128", "--use-aes=y", "--cleartext-metadata"],
        &["256", "--force-R5"],
        &["256"],
        &["256", "--cleartext-metadata"],
    ];
    let mut files = Vec::new();
    for way in ways {
        for streams in ["disable", "generate"] {
            let name = format!("{} object-streams={streams}", way.join(" "));
            files.push(Encrypted { name, bytes: encrypt(&with_strings(), [user, OWNER], way, streams) });
        }
    }
    files
}

/// The file encrypted by qpdf, with a user and an owner password.
pub fn encrypt(plain: &[u8], [user, owner]: [&str; 2], way: &[&str], object_streams: &str) -> Vec<u8> {
    let streams = format!("--object-streams={object_streams}");
    let encryption = [&["--encrypt", user, owner], way, &["--"]].concat();
    qpdf(plain, &[&["--allow-weak-crypto", streams.as_str()], encryption.as_slice()].concat())
}

/// The file as qpdf rewrites it with these options.
pub fn qpdf(bytes: &[u8], options: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (from, to) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&from, bytes).unwrap();
    let done = Command::new("qpdf").args(options).args(["--static-id"]).arg(&from).arg(&to).status();
    assert!(done.expect("qpdf must be installed").success(), "qpdf {options:?}");
    std::fs::read(&to).unwrap()
}

/// The page shapes whose rendering is compared: portrait, rotated, CropBox away from the origin.
pub fn for_pictures() -> Vec<Shape> {
    pages().into_iter().filter(|shape| ["portrait", "rotated-90", "cropbox-off-zero"].contains(&shape.name)).collect()
}

/// A document of one page with ruled lines and bars, which look the same in every renderer.
fn document(parts: Parts) -> Objects {
    let page = if parts.page.is_empty() { PAGE } else { parts.page };
    let mut objects = Objects::new();
    let mut put = |number: u32, body: String| objects.insert(number, body.into_bytes());
    put(1, format!("<< /Type /Catalog /Pages 2 0 R {} >>", parts.catalog));
    put(2, format!("<< /Type /Pages /Kids [3 0 R] /Count 1 {} >>", parts.pages));
    put(3, format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R {page} >>"));
    for (number, body) in parts.more {
        put(*number, (*body).to_owned());
    }
    objects.insert(4, stream("", &content()));
    objects
}

fn content() -> Vec<u8> {
    let mut lines = String::from("0.2 g 180 760 235 14 re f 230 738 135 8 re f 0.6 g\n");
    for line in 0..18 {
        lines.push_str(&format!("85 {} {} 6 re f\n", 690 - line * 22, if line % 5 == 4 { 220 } else { 425 }));
    }
    lines.push_str("0 G 0.8 w 40 40 515 762 re S 0.85 g 300 90 230 120 re f");
    lines.into_bytes()
}

fn shape(name: &'static str, parts: Parts, layout: &Layout) -> Shape {
    Shape { name, bytes: write(&document(parts), layout), field: None }
}

/// The file around the objects.
fn layouts() -> Vec<Shape> {
    let parts = Parts { page: PAGE, ..Parts::default() };
    let layout = Layout::default();
    let id = "/ID [<00112233445566778899aabbccddeeff> <ffeeddccbbaa99887766554433221100>]";
    vec![
        shape("table", parts, &layout),
        shape("table-1.4", parts, &Layout { version: "1.4", trailer: id, ..layout.clone() }),
        shape("table-2.0", parts, &Layout { version: "2.0", trailer: id, ..layout.clone() }),
        shape("table-crlf", parts, &Layout { table_line_end: "\r\n", ..layout.clone() }),
        shape("xref-stream", parts, &Layout { xref: Xref::Stream, ..layout.clone() }),
        shape("object-stream", parts, &Layout { xref: Xref::Compressed, trailer: id, ..layout.clone() }),
        shape(
            "hybrid",
            Parts { catalog: "/AcroForm 9 0 R", more: &[(8, LINK), (9, "<< /Fields [] >>")], ..parts },
            &Layout { xref: Xref::Hybrid, ..layout.clone() },
        ),
        shape("no-line-end-at-the-end", parts, &Layout { after: b"", ..layout.clone() }),
        shape("bytes-after", parts, &Layout { after: b"\nsome mail program's footer\0\0\0", ..layout.clone() }),
        shape("blanks-after", parts, &Layout { after: b"\r\n\r\n   \n", ..layout.clone() }),
        shape(
            "bytes-before-offsets-from-start",
            parts,
            &Layout { before: b"Content-Type: application/pdf\r\n\r\n", ..layout.clone() },
        ),
        shape(
            "bytes-before-offsets-from-header",
            parts,
            &Layout { before: b"Content-Type: application/pdf\r\n\r\n", from_header: true, ..layout.clone() },
        ),
        shape("startxref-too-small", parts, &Layout { startxref_error: -3, ..layout.clone() }),
        shape("startxref-too-large", parts, &Layout { startxref_error: 2000, ..layout.clone() }),
        shape(
            "startxref-too-small-stream",
            parts,
            &Layout { xref: Xref::Stream, startxref_error: -5, ..layout.clone() },
        ),
    ]
}

/// Forms, annotations and what pages inherit.
fn trees_and_forms() -> Vec<Shape> {
    let layout = Layout::default();
    let annotated = "/MediaBox [0 0 595 842] /Resources << >> /Annots [8 0 R]";
    let with_field = |name, catalog, page, more| Shape {
        field: Some("LeaderHere"),
        ..shape(name, Parts { catalog, page, more, ..Parts::default() }, &Layout::default())
    };
    let of =
        |name, catalog, page, more| shape(name, Parts { catalog, page, more, ..Parts::default() }, &Layout::default());
    vec![
        of("acroform-direct-empty", "/AcroForm << /Fields [] >>", PAGE, &[]),
        of("acroform-reference-empty", "/AcroForm 9 0 R", PAGE, &[(9, "<< /Fields [] /DA (/Helv 0 Tf 0 g) >>")]),
        of("acroform-without-fields", "/AcroForm << >>", PAGE, &[]),
        of("acroform-fields-by-reference", "/AcroForm << /Fields 9 0 R >>", PAGE, &[(9, "[ ]")]),
        of(
            "acroform-text-field",
            "/AcroForm << /Fields [9 0 R] >>",
            "/MediaBox [0 0 595 842] /Resources << >> /Annots [9 0 R]",
            &[(9, "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (x) /Rect [80 500 200 520] /P 3 0 R >>")],
        ),
        with_field("empty-field", "/AcroForm << /Fields [8 0 R] /SigFlags 1 >>", annotated, &[(8, FIELD)]),
        with_field(
            "empty-field-all-by-reference",
            "/AcroForm 9 0 R",
            "/MediaBox [0 0 595 842] /Resources << >> /Annots 10 0 R",
            &[(8, FIELD), (9, "<< /Fields 11 0 R >>"), (10, "[8 0 R]"), (11, "[8 0 R]")],
        ),
        with_field(
            "empty-field-widget-apart",
            "/AcroForm << /Fields [9 0 R] >>",
            annotated,
            &[
                (8, "<< /Type /Annot /Subtype /Widget /Parent 9 0 R /Rect [300 90 530 210] /P 3 0 R /F 132 >>"),
                (9, "<< /FT /Sig /T (LeaderHere) /Kids [8 0 R] >>"),
            ],
        ),
        of("annots-direct", "", "/MediaBox [0 0 595 842] /Resources << >> /Annots [8 0 R]", &[(8, LINK)]),
        of(
            "annots-by-reference",
            "",
            "/MediaBox [0 0 595 842] /Resources << >> /Annots 10 0 R",
            &[(8, LINK), (10, "[8 0 R]")],
        ),
        shape(
            "inherited-page-attributes",
            Parts {
                pages: "/MediaBox [0 0 595 842] /CropBox [10 10 585 832] /Rotate 90 /Resources << >>",
                page: "/LastModified (D:20260101000000Z)",
                ..Parts::default()
            },
            &layout,
        ),
        shape(
            "nested-page-tree",
            Parts {
                page: PAGE,
                more: &[
                    (2, "<< /Type /Pages /Kids [20 0 R 21 0 R] /Count 2 /MediaBox [0 0 595 842] /Resources << >> >>"),
                    (20, "<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>"),
                    (21, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"),
                    (3, "<< /Type /Page /Parent 20 0 R /Contents 4 0 R >>"),
                ],
                ..Parts::default()
            },
            &Layout { xref: Xref::Compressed, ..layout.clone() },
        ),
        shape(
            "numbers-far-apart",
            Parts { page: PAGE, more: &[(90, "<< /Unused true >>"), (4711, "(far)")], ..Parts::default() },
            &layout,
        ),
        shape(
            "catalog-with-other-entries",
            Parts {
                catalog: "/Lang (vi-VN) /MarkInfo << /Marked true >> /ViewerPreferences << >>",
                page: PAGE,
                ..Parts::default()
            },
            &Layout { xref: Xref::Hybrid, ..layout },
        ),
    ]
}

/// Boxes, rotation, units.
fn pages() -> Vec<Shape> {
    let of = |name, page| shape(name, Parts { page, ..Parts::default() }, &Layout::default());
    vec![
        of("portrait", PAGE),
        of("rotated-90", "/MediaBox [0 0 595 842] /Rotate 90 /Resources << >>"),
        of("rotated-180", "/MediaBox [0 0 595 842] /Rotate 180 /Resources << >>"),
        of("rotated-270", "/MediaBox [0 0 595 842] /Rotate -90 /Resources << >>"),
        of("cropbox-off-zero", "/MediaBox [0 0 595 842] /CropBox [40 60 555 802] /Resources << >>"),
        of("mediabox-below-zero", "/MediaBox [-100 -200 495 642] /Resources << >>"),
        of("boxes-upside-down", "/MediaBox [595 842 0 0] /CropBox [555 802 40 60] /Resources << >>"),
        of("cropbox-rotated", "/MediaBox [0 0 595 842] /CropBox [40 60 555 802] /Rotate 270 /Resources << >>"),
        of("user-unit", "/MediaBox [0 0 595 842] /UserUnit 2 /Resources << >>"),
        shape(
            "contents-array",
            Parts {
                more: &[
                    (
                        3,
                        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 12 0 R] /Resources << >> >>",
                    ),
                    (12, "<< /Length 1 >>\nstream\nq\nendstream"),
                ],
                ..Parts::default()
            },
            &Layout::default(),
        ),
    ]
}

/// Files that were changed before.
fn revisions() -> Vec<Shape> {
    let parts = Parts { page: PAGE, ..Parts::default() };
    let changed: Objects = [(90, b"<< /Note (second revision) >>".to_vec())].into();
    let mut found = Vec::new();
    for (name, first, second) in [
        ("two-revisions-tables", Xref::Table, Xref::Table),
        ("two-revisions-streams", Xref::Compressed, Xref::Stream),
        ("two-revisions-hybrid", Xref::Hybrid, Xref::Hybrid),
    ] {
        let base = Layout { xref: first, ..Layout::default() };
        let bytes = append(&write(&document(parts), &base), &changed, &Layout { xref: second, ..Layout::default() });
        found.push(Shape { name, bytes, field: None });
    }
    found
}

/// The plain document as another program writes it.
fn rewritten_by_qpdf() -> Vec<Shape> {
    let ways: [(&'static str, &[&str]); 4] = [
        ("linearised", &["--linearize"]),
        ("linearised-object-streams", &["--linearize", "--object-streams=generate"]),
        ("object-streams-by-qpdf", &["--object-streams=generate"]),
        ("qdf", &["--qdf"]),
    ];
    ways.into_iter().map(|(name, options)| Shape { name, bytes: qpdf(&plain(), options), field: None }).collect()
}
