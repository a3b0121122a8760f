//! Papers of each kind that the typesetter makes. People, places and numbers are made up.

use kyso::appearance::InkImage;
use kyso_certification::typeset::format::Format;
use kyso_certification::typeset::paragraph::{Alignment, Span};
use kyso_certification::typeset::sheet::{Header, Sheet, Signatory, Typeset};
use kyso_certification::typeset::table::{Cell, Column, Table};
use kyso_certification::typeset::xmp::Description;

use crate::{keys, samples};

/// The line under which the leader signs.
pub const ANCHOR: &str = "CHỦ TỊCH";

/// What the papers say, for those who look for it on the pages.
pub const SENTENCE: &str = "Bên được ủy quyền có trách nhiệm nộp hồ sơ, nhận kết quả giải quyết thủ tục hành chính và \
                            bàn giao đầy đủ cho bên ủy quyền trong 05 ngày làm việc; lệ phí 10.000 đồng do bên ủy \
                            quyền nộp theo quy định tại Điều 24 khoản 3.";

/// Every kind with its name.
pub fn kinds() -> Vec<(&'static str, Typeset)> {
    vec![
        ("a letter with its statement", letter(SENTENCE)),
        ("a statement that follows two pages", statement()),
        ("an agency's paper", agency_paper()),
        ("a register book", register_book(70)),
        ("an empty register book", register_book(0)),
        ("a row of many pages", endless_row()),
        ("an empty page", Sheet::new(14.0).unwrap().finish("Trang trắng").unwrap()),
    ]
}

/// What a paper says of itself.
pub fn description(title: &str) -> Description {
    Description {
        title: title.into(),
        author: Some("Ủy ban nhân dân xã Bình Minh".into()),
        subject: Some("Chứng thực chữ ký <của một người> & lời chứng".into()),
        keywords: vec!["chứng thực".into(), "chữ ký".into()],
        created: Some(*keys::NOW),
        properties: vec![("number".into(), "128".into()), ("book".into(), "01/2026-SCT/CK,ĐC".into())],
    }
}

/// A citizen's letter, signed in ink, with `text` many times over and the statement under it.
pub fn letter(text: &str) -> Typeset {
    let mut sheet = Sheet::new(14.0).unwrap();
    sheet.note("Bản MẪU: người, nơi chốn và số liệu đều hư cấu; không có giá trị pháp lý.");
    sheet.national_name().unwrap();
    sheet.space(12.0);
    sheet.heading("GIẤY ỦY QUYỀN").unwrap();
    sheet.centred(Span::bold("Về việc nộp hồ sơ và nhận kết quả thủ tục hành chính")).unwrap();
    for number in 1..=12 {
        let spans = [Span::bold(format!("Điều {number}. ")), Span::regular(text), Span::italic(" (Bản mẫu.)")];
        sheet.paragraph(&spans, Alignment::Justified).unwrap();
    }
    sheet.space(8.0);
    let ink = InkImage::signature(&samples::signature(), 34.0).unwrap();
    sheet
        .signatures(&[Signatory {
            titles: vec!["NGƯỜI ỦY QUYỀN".into()],
            hint: Some("(Ký, ghi rõ họ, tên)".into()),
            room_mm: 20.0,
            ink: Some(&ink),
            name: "Trần Thị Mẫu".into(),
            place: None,
        }])
        .unwrap();
    sheet.space(12.0);
    sheet.divider(60.0);
    sheet.space(6.0);
    stated(&mut sheet);
    sheet.finish_described(&description("Giấy ủy quyền có chứng thực chữ ký (MẪU)")).unwrap()
}

/// A statement alone, to be appended to two pages.
pub fn statement() -> Typeset {
    let mut sheet = Sheet::with_format(Format::portrait(13.0).after(2)).unwrap();
    stated(&mut sheet);
    sheet.finish_described(&description("Lời chứng")).unwrap()
}

fn stated(sheet: &mut Sheet) {
    sheet.heading("LỜI CHỨNG CHỨNG THỰC CHỮ KÝ CỦA MỘT NGƯỜI").unwrap();
    sheet
        .paragraph(&[Span::regular("Ngày 05 tháng 3 năm 2026 (Bằng chữ: ngày mùng năm).")], Alignment::Justified)
        .unwrap();
    sheet
        .together(|sheet| {
            sheet.paragraph(
                &[Span::regular("Số chứng thực: "), Span::bold("128"), Span::regular(", quyển số: 01/2026-SCT/CK,ĐC.")],
                Alignment::Justified,
            )?;
            sheet.space(8.0);
            let signatory = |titles: &[&str], name: &str, place: &str| Signatory {
                titles: titles.iter().map(|title| (*title).to_owned()).collect(),
                hint: None,
                room_mm: 32.0,
                ink: None,
                name: name.into(),
                place: Some(place.into()),
            };
            sheet.signatures(&[
                signatory(&["NGƯỜI TIẾP NHẬN HỒ SƠ"], "Lê Thị Mẫu", "receiver"),
                signatory(&["TM. ỦY BAN NHÂN DÂN", ANCHOR], "Nguyễn Văn Mẫu", "leader"),
            ])
        })
        .unwrap();
}

/// A confirmation under the agency's head.
pub fn agency_paper() -> Typeset {
    let mut sheet = Sheet::new(14.0).unwrap();
    sheet
        .header(&Header {
            superior: Some("TỈNH MẪU".into()),
            agency: "ỦY BAN NHÂN DÂN XÃ BÌNH MINH".into(),
            number: Some("Số: 12/GXN-UBND".into()),
            place_and_date: "Bình Minh, ngày 05 tháng 3 năm 2026".into(),
        })
        .unwrap();
    sheet.heading("GIẤY XÁC NHẬN").unwrap();
    sheet.paragraph(&[Span::regular(SENTENCE)], Alignment::Justified).unwrap();
    sheet.finish("Giấy xác nhận").unwrap()
}

/// A register book of so many rows.
pub fn register_book(rows: usize) -> Typeset {
    let mut sheet = Sheet::with_format(Format::landscape(13.0)).unwrap();
    sheet
        .header(&Header {
            superior: Some("TỈNH MẪU".into()),
            agency: "ỦY BAN NHÂN DÂN XÃ BÌNH MINH".into(),
            number: None,
            place_and_date: "Quyển số: 01/2026-SCT/CK,ĐC".into(),
        })
        .unwrap();
    sheet.heading("SỔ CHỨNG THỰC CHỮ KÝ, CHỨNG THỰC ĐIỂM CHỈ").unwrap();
    sheet.centred(Span::italic("Từ ngày 01 tháng 3 năm 2026 đến ngày 31 tháng 3 năm 2026")).unwrap();
    let mut table = columns();
    for row in 1..=rows {
        let longer = if row % 7 == 0 {
            ", bản cam đoan về tình trạng hôn nhân và các giấy tờ kèm theo"
        } else {
            ""
        };
        table.rows.push(vec![
            format!("{row:02}").into(),
            format!("{:02}/3/2026", row % 31 + 1).into(),
            format!("Công Tằng Tôn Nữ Mẫu {row}\nCăn cước số 000000000{row:03}").into(),
            format!("Giấy ủy quyền nhận kết quả thủ tục hành chính{longer}").into(),
            "Lê Thị Mẫu".into(),
            "Nguyễn Văn Mẫu\nChủ tịch".into(),
            "01".into(),
            "10.000".into(),
            "".into(),
        ]);
    }
    table.totals = Some(vec![
        Cell::from(Span::bold("Tổng cộng")).across(6),
        Span::bold(rows.to_string()).into(),
        Span::bold(format!("{}0.000", if rows == 0 { String::new() } else { rows.to_string() })).into(),
        "".into(),
    ]);
    sheet.table(&table).unwrap();
    sheet.finish_described(&description("Sổ chứng thực chữ ký")).unwrap()
}

fn columns() -> Table {
    let mut table = Table::new(
        10.5,
        vec![
            Column::new("Số chứng thực", 1.0).aligned(Alignment::Centred),
            Column::new("Ngày, tháng, năm chứng thực", 1.3).aligned(Alignment::Centred),
            Column::new("Họ tên, số giấy tờ tùy thân của người yêu cầu chứng thực", 2.6),
            Column::new("Tên của giấy tờ, văn bản", 2.4),
            Column::new("Người tiếp nhận hồ sơ", 1.4),
            Column::new("Họ tên, chức danh người ký chứng thực", 1.7),
            Column::new("Số lượng", 0.8).aligned(Alignment::Centred),
            Column::new("Lệ phí (đồng)", 1.0).aligned(Alignment::Right),
            Column::new("Ghi chú", 0.9),
        ],
    );
    table.numbered = true;
    table
}

fn endless_row() -> Typeset {
    let mut sheet = Sheet::with_format(Format::landscape(14.0)).unwrap();
    let mut table = columns();
    let mut row: Vec<Cell> = (0..9).map(|_| "".into()).collect();
    row[3] = SENTENCE.repeat(30).into();
    row[0] = "01/2026-SCT/CK,ĐC".into();
    table.rows.push(row);
    sheet.table(&table).unwrap();
    sheet.finish("Một dòng dài").unwrap()
}
