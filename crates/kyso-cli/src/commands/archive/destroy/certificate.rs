//! The certificate of a destruction, as PDF/A: decision, numbers and books, dates, commitments, who proposed and who approved; no word of
//! whose the documents were.

use jiff::Timestamp;
use kyso::Error;
use kyso::local_time::{day, in_vietnam};
use kyso_archive::{Act, Destruction, DestructionItem};
use kyso_certification::font::Font;
use kyso_certification::typeset::format::Format;
use kyso_certification::typeset::paragraph::{Alignment, Span};
use kyso_certification::typeset::sheet::Sheet;
use kyso_certification::typeset::table::{Cell, Column, Table};
use kyso_certification::typeset::xmp::Description;
use kyso_pdf::typeface::Face;

/// Size of the table's text.
const TABLE: f64 = 9.0;
/// So many digits stand together.
const GROUP: usize = 16;

/// The PDF. The same destruction gives the same bytes.
pub(super) fn made(of: &Destruction, origin: &str, agency: Option<&str>) -> Result<Vec<u8>, Error> {
    let font = Font::new(Face::Regular)?;
    let mut sheet = Sheet::with_format(Format::landscape(13.0))?;
    let at = of.begun.as_ref().map(|begun| begun.at);
    sheet.national_name()?;
    sheet.space(10.0);
    sheet.heading("GIẤY CHỨNG NHẬN TIÊU HỦY TÀI LIỆU LƯU TRỮ SỐ")?;
    sheet.centred(Span::regular(format!("Số {}", of.number)))?;
    sheet.space(6.0);
    for text in paragraphs(of, origin, agency) {
        sheet.paragraph(&[Span::regular(fit(&font, &text))], Alignment::Justified)?;
    }
    sheet.space(6.0);
    sheet.table(&table(of, &font))?;
    sheet.space(4.0);
    let last = "Nội dung văn bản, siêu dữ liệu, báo cáo kiểm tra và bản ghi sự kiện (kèm muối) đã xóa khỏi cơ sở dữ liệu và mọi nơi chứa. \
                Mã băm, cam kết và vị trí trong nhật ký còn lại để chứng minh; không còn gì để biết văn bản của ai.";
    sheet.paragraph(&[Span::regular(last)], Alignment::Justified)?;
    let title = format!("Giấy chứng nhận tiêu hủy tài liệu lưu trữ số {}", of.number);
    let description =
        Description { created: at, author: agency.map(|agency| fit(&font, agency)), ..Description::titled(title) };
    Ok(sheet.finish_described(&description)?.pdf)
}

fn paragraphs(of: &Destruction, origin: &str, agency: Option<&str>) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(agency.map(|agency| format!("Cơ quan: {agency}.")));
    lines.push(format!("Kho lưu trữ (nhật ký): {origin}."));
    if let Some(decision) = &of.decision {
        lines.push(format!(
            "Căn cứ Quyết định số {} ngày {} (Nghị định 23/2015/NĐ-CP, Điều 14 khoản 5; Thông tư 05/2025/TT-BNV).",
            decision.number,
            day(decision.date)
        ));
        lines.push(format!(
            "Các bản sao lưu còn chứa tài liệu phải được loại bỏ trước hết ngày {}.",
            day(decision.backups)
        ));
    }
    let acts: [(&str, Option<&Act>); 4] = [
        ("Người lập danh mục", Some(&of.proposed)),
        ("Người phê duyệt", of.approved.as_ref()),
        ("Người ghi quyết định", of.decided.as_ref()),
        ("Người thực hiện", of.begun.as_ref()),
    ];
    for (what, act) in acts {
        lines.extend(act.map(|act| format!("{what}: {}, {}.", act.by, time(act.at))));
    }
    lines.push(format!("Số tài liệu đã tiêu hủy: {}.", of.items.len()));
    lines
}

fn time(at: Timestamp) -> String {
    in_vietnam(at)
}

fn table(of: &Destruction, font: &Font) -> Table {
    let columns = vec![
        Column::new("TT", 0.5).aligned(Alignment::Centred),
        Column::new("Loại", 1.0),
        Column::new("Số, quyển số", 2.0),
        Column::new("Ngày", 1.2),
        Column::new("Hết thời hạn", 1.2),
        Column::new("Mã văn bản trong kho; SHA-256 từng phiên bản", 4.5),
        Column::new("Cam kết trong nhật ký", 4.5),
    ];
    let mut table = Table::new(TABLE, columns);
    for (at, item) in of.items.iter().enumerate() {
        let commitments = of.commitments.get(at).map(Vec::as_slice).unwrap_or_default();
        table.rows.push(row(at + 1, item, commitments, font));
    }
    table
}

fn row(at: usize, item: &DestructionItem, commitments: &[String], font: &Font) -> Vec<Cell> {
    let number = match (&item.number, &item.book) {
        (Some(number), Some(book)) => format!("{number}, quyển {book}"),
        _ => "-".to_owned(),
    };
    let digests = std::iter::once(item.artifact.to_string()).chain(item.sha256.iter().map(|digest| grouped(digest)));
    let cell = |text: String| Cell::from(fit(font, &text).as_str());
    vec![
        cell(at.to_string()),
        cell(item.kind.clone().unwrap_or_else(|| "-".to_owned())),
        cell(number),
        cell(day(item.date)),
        cell(day(item.ends)),
        cell(digests.collect::<Vec<_>>().join("\n")),
        cell(commitments.iter().map(|digest| grouped(digest)).collect::<Vec<_>>().join("\n")),
    ]
}

/// Digits in groups, between which a line may break.
fn grouped(digest: &str) -> String {
    let digits: Vec<char> = digest.chars().collect();
    digits.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A text whose every letter the font has: a name in another script mustn't keep a certificate from being made.
fn fit(font: &Font, text: &str) -> String {
    let mut buffer = [0; 4];
    let has =
        |letter: char, buffer: &mut [u8; 4]| letter == '\n' || font.width(letter.encode_utf8(buffer), TABLE).is_ok();
    text.chars().map(|letter| if has(letter, &mut buffer) { letter } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups() {
        assert_eq!(grouped(&"ab".repeat(32)), ["abababababababab"; 4].join(" "));
        assert_eq!(grouped("abc"), "abc");
    }
}
