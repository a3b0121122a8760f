//! A book for spreadsheets: CSV (RFC 4180) in UTF-8 with a byte order mark, without which Excel shows no Vietnamese.

use super::Extract;
use super::columns::{identity_paper, remarks, state};
use crate::entry::Entry;

const HEADINGS: [&str; 19] = [
    "Số chứng thực",
    "Quyển số",
    "Ngày chứng thực",
    "Người yêu cầu chứng thực",
    "Giấy tờ tùy thân",
    "Tên giấy tờ, văn bản, giao dịch",
    "Dịch từ tiếng",
    "Sang tiếng",
    "Người ký chứng thực",
    "Chức danh",
    "Số bản sao",
    "Số giấy tờ",
    "Số trang",
    "Lệ phí (đồng)",
    "Ghi chú",
    "Mã hồ sơ",
    "Trạng thái",
    "SHA-256 của kết quả",
    "Mã yêu cầu",
];

/// The entries, a line each, under one line of headings; lines end with CR LF.
pub fn csv(extract: &Extract<'_>) -> Vec<u8> {
    let mut out = String::from('\u{feff}');
    line(&mut out, HEADINGS.map(str::to_owned));
    for entry in extract.entries {
        line(&mut out, cells(entry, extract.full));
    }
    out.into_bytes()
}

fn cells(entry: &Entry, full: bool) -> [String; 19] {
    let row = &entry.row;
    let language = |which: fn(&crate::Languages) -> &String| row.languages.as_ref().map(which).cloned();
    let papers = row.requesters.iter().filter_map(|person| identity_paper(person, full));
    [
        entry.number.ordinal_text(),
        entry.number.book_text(),
        super::day(entry.date),
        row.requesters.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join("; "),
        papers.collect::<Vec<_>>().join("; "),
        row.document.clone(),
        language(|languages| &languages.from).unwrap_or_default(),
        language(|languages| &languages.into).unwrap_or_default(),
        row.certifier.name.clone(),
        row.certifier.title.clone(),
        row.quantity.copies.to_string(),
        row.quantity.papers.to_string(),
        row.quantity.pages.to_string(),
        row.fee.map(|fee| fee.to_string()).unwrap_or_default(),
        remarks(entry).join("; "),
        row.dossier.clone().unwrap_or_default(),
        state(entry.state).to_owned(),
        entry.issued().unwrap_or_default().to_owned(),
        entry.request.clone(),
    ]
}

fn line(out: &mut String, cells: [String; 19]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&quoted(&disarmed(cell)));
    }
    out.push_str("\r\n");
}

/// A spreadsheet takes what begins with one of these for a formula: a name that someone gave at a counter must not be
/// one. It takes an apostrophe before it for "this is text".
fn disarmed(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) || cell.starts_with(' ') || cell.ends_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let cell = |text: &str| quoted(&disarmed(text));
        assert_eq!(cell("Giấy ủy quyền"), "Giấy ủy quyền");
        assert_eq!(cell("Giấy \"A\", B"), "\"Giấy \"\"A\"\", B\"");
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        for first in ["=", "+", "-", "@", "\t", "＝", "＠"] {
            assert_eq!(cell(&format!("{first}1")), format!("'{first}1"));
        }
        assert_eq!(cell("\r1"), "\"'\r1\"");
    }
}
