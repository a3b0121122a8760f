//! Papers to add to documents, and what poppler and qpdf say of the outcome.

use std::path::PathBuf;
use std::process::{Command, Output};

use kyso_certification::typeset::paragraph::{Alignment, Span};
use kyso_certification::typeset::sheet::Sheet;
use tempfile::TempDir;

use crate::shapes::writer::{Layout, Objects, stream, write};

/// A line of every page that [`statement`] makes.
pub const WORDS: &str = "Ông Nguyễn Văn Mẫu đã ký vào giấy tờ này trước mặt tôi.";

/// A paper of one or two pages, as the typesetter makes it.
pub fn statement(pages: usize) -> Vec<u8> {
    let mut sheet = Sheet::new(14.0).unwrap();
    for page in 0..pages {
        if page > 0 {
            sheet.page_break();
        }
        sheet.heading("LỜI CHỨNG CHỨNG THỰC CHỮ KÝ").unwrap();
        sheet.paragraph(&[Span::regular(WORDS)], Alignment::Justified).unwrap();
    }
    sheet.finish("Lời chứng").unwrap().pdf
}

/// A document of one page with tags, whose parent tree is written so: `Nums`, `Kids` or not at all.
pub fn tagged(text: &str, parents: &str) -> Vec<u8> {
    let content = format!("/P <</MCID 0>> BDC BT /F 20 Tf 100 700 Td ({text}) Tj ET EMC");
    let tree = match parents {
        "Kids" => "/ParentTree 9 0 R /ParentTreeNextKey 5",
        "Nums" => "/ParentTree << /Nums [ 3 [7 0 R] ] >>",
        _ => "",
    };
    let mut objects: Objects = [
        (1, "<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R >>".to_owned()),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
        (
            3,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /StructParents 3 \
             /Resources << /Font << /F 5 0 R >> >> >>"
                .to_owned(),
        ),
        (5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned()),
        (6, format!("<< /Type /StructTreeRoot /K 8 0 R /RoleMap << /Absatz /P >> {tree} >>")),
        (7, "<< /Type /StructElem /S /Absatz /P 8 0 R /Pg 3 0 R /K 0 >>".to_owned()),
        (8, "<< /Type /StructElem /S /Document /P 6 0 R /K [7 0 R] >>".to_owned()),
        (9, "<< /Kids [10 0 R] >>".to_owned()),
        (10, "<< /Limits [3 3] /Nums [3 [7 0 R]] >>".to_owned()),
    ]
    .map(|(number, body): (u32, String)| (number, body.into_bytes()))
    .into();
    objects.insert(4, stream("", content.as_bytes()));
    write(&objects, &Layout::default())
}

fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("in.pdf");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// What pdftotext finds on all pages, each page ended by a form feed.
pub fn text(bytes: &[u8], password: &str) -> String {
    let (_folder, path) = file(bytes);
    let output = run(Command::new("pdftotext").args(["-layout", "-upw", password]).arg(&path).arg("-"));
    assert!(output.status.success(), "pdftotext: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Whether poppler reads the file at all: some that are broken it doesn't.
pub fn is_read_by_poppler(bytes: &[u8]) -> bool {
    let (_folder, path) = file(bytes);
    let output = run(Command::new("pdftotext").arg(&path).arg("-"));
    output.status.success() && output.stderr.is_empty()
}

/// What pdfinfo finds in the structure tree, with its text.
pub fn structure(bytes: &[u8]) -> String {
    let (_folder, path) = file(bytes);
    let output = run(Command::new("pdfinfo").arg("-struct-text").arg(&path));
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What qpdf has against a file; empty where it has nothing.
pub fn complaints(bytes: &[u8], password: &str) -> String {
    let (_folder, path) = file(bytes);
    let output = run(Command::new("qpdf").args(["--check", &format!("--password={password}")]).arg(&path));
    match output.status.code() {
        Some(0) => String::new(),
        _ => format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)),
    }
}

/// Demands a file as clean as the one that it was made from.
#[track_caller]
pub fn demand_clean(bytes: &[u8], made_from: &[u8], password: &str, name: &str) {
    let complaints = complaints(bytes, password);
    let before = self::complaints(made_from, password);
    assert!(complaints.is_empty() || !before.is_empty(), "{name}: {complaints}");
}
