//! The demo's certification result: a letter of authority that a citizen signed at the one-stop desk, with the lời
//! chứng under it, ready for the leader's signature and the agency's seal. People, places and numbers are made up.

use anyhow::Result;
use jiff::civil::Date;
use kyso::appearance::InkImage;
use kyso::certification::words::{date_in_figures, date_in_words};
use kyso::typeset::paragraph::{Alignment, Span};
use kyso::typeset::sheet::{Sheet, Signatory, Typeset};

use super::pictures::{Hand, signature};

/// The agency that certifies, as its certificate and its seal name it.
pub(crate) const AGENCY: &str = "ỦY BAN NHÂN DÂN XÃ BÌNH MINH (MẪU)";
/// Its leader, as his certificate names him.
pub(crate) const LEADER: &str = "Nguyễn Văn Mẫu";
/// The line under which he signs.
pub(crate) const ANCHOR: &str = "CHỦ TỊCH";
/// The room for his signature, among the paper's places.
pub(crate) const LEADER_PLACE: &str = "leader";

const CITIZEN: &str = "Trần Thị Mẫu";
const RECEIVER: &str = "Lê Thị Mẫu";
const NUMBER: u32 = 128;

/// Room between title and name, for a signature 44 mm wide.
const ROOM_MM: f64 = 24.0;

/// The paper, certified on `date`.
pub(crate) fn certification_result(date: Date) -> Result<Typeset> {
    let mut sheet = Sheet::new(13.0)?;
    sheet.note("Bản MẪU để dùng thử phần mềm kyso: người, nơi chốn và số liệu đều hư cấu; không có giá trị pháp lý.");
    letter_of_authority(&mut sheet, date)?;
    statement(&mut sheet, date)?;
    Ok(sheet.finish("Giấy ủy quyền có chứng thực chữ ký (MẪU)")?)
}

/// What the citizen signed: authority to hand in and fetch papers, one of the four kinds whose signature may be
/// certified (Thông tư 01/2020/TT-BTP, Điều 14 khoản 2).
fn letter_of_authority(sheet: &mut Sheet, date: Date) -> Result<()> {
    sheet.national_name()?;
    sheet.space(12.0);
    sheet.heading("GIẤY ỦY QUYỀN")?;
    sheet.centred(Span::bold("Về việc nộp hồ sơ và nhận kết quả thủ tục hành chính"))?;
    sheet.space(2.0);
    let paragraphs: [&[Span]; 4] = [
        &[
            Span::regular(format!("Hôm nay, {}, tôi là ", date_in_figures(date))),
            Span::bold(CITIZEN),
            Span::regular(
                ", sinh ngày 02/9/1985; Căn cước số 000000000001, do Bộ Công an cấp ngày 15/8/2024; nơi cư trú: thôn \
                 Đông, xã Bình Minh, tỉnh Mẫu.",
            ),
        ],
        &[
            Span::regular("Nay tôi ủy quyền cho ông "),
            Span::bold("Phạm Văn Mẫu"),
            Span::regular(
                ", sinh ngày 19/5/1980; Căn cước số 000000000002, do Bộ Công an cấp ngày 20/8/2024; nơi cư trú: thôn \
                 Đoài, xã Bình Minh, tỉnh Mẫu, thay mặt tôi nộp hồ sơ và nhận kết quả giải quyết thủ tục “Cấp bản sao \
                 trích lục hộ tịch” tại Trung tâm Phục vụ hành chính công xã Bình Minh.",
            ),
        ],
        &[Span::regular(
            "Việc ủy quyền không có thù lao, có giá trị từ ngày ký đến khi công việc nêu trên hoàn thành nhưng không \
             quá 30 ngày. Người được ủy quyền không được ủy quyền lại cho người khác.",
        )],
        &[Span::regular("Tôi cam đoan những nội dung trên là đúng và chịu trách nhiệm trước pháp luật.")],
    ];
    for paragraph in paragraphs {
        sheet.paragraph(paragraph, Alignment::Justified)?;
    }
    sheet.space(8.0);
    let ink = InkImage::signature(&signature(Hand::Citizen)?, 34.0)?;
    sheet.signatures(&[Signatory {
        titles: vec!["NGƯỜI ỦY QUYỀN".into()],
        hint: Some("(Ký, ghi rõ họ, tên)".into()),
        room_mm: 17.0,
        ink: Some(&ink),
        name: CITIZEN.into(),
        place: None,
    }])?;
    Ok(())
}

/// The lời chứng: signature of one person, signed before the officer at the one-stop desk
/// (Thông tư 01/2020/TT-BTP, annex).
fn statement(sheet: &mut Sheet, date: Date) -> Result<()> {
    sheet.space(12.0);
    sheet.divider(60.0);
    sheet.space(6.0);
    sheet.heading("LỜI CHỨNG CHỨNG THỰC CHỮ KÝ CỦA MỘT NGƯỜI")?;
    sheet.paragraph(
        &[Span::regular(format!(
            "{} (Bằng chữ: {}).",
            date_in_figures(date).replacen('n', "N", 1),
            date_in_words(date)
        ))],
        Alignment::Justified,
    )?;
    sheet.paragraph(
        &[Span::regular("Tại Trung tâm Phục vụ hành chính công xã Bình Minh, tỉnh Mẫu.")],
        Alignment::Justified,
    )?;
    sheet.paragraph(
        &[
            Span::regular("Tôi "),
            Span::bold(LEADER),
            Span::regular(", là Chủ tịch Ủy ban nhân dân xã Bình Minh, tỉnh Mẫu."),
        ],
        Alignment::Justified,
    )?;
    sheet.space(5.0);
    sheet.centred(Span::bold("Chứng thực"))?;
    sheet.paragraph(
        &[
            Span::regular("Bà "),
            Span::bold(CITIZEN),
            Span::regular(
                ", Giấy tờ tùy thân: Căn cước số 000000000001, cam đoan đã hiểu, tự chịu trách nhiệm về nội dung của \
                 giấy tờ, văn bản và đã ký vào giấy tờ, văn bản này trước mặt bà ",
            ),
            Span::bold(RECEIVER),
            Span::regular(" là người tiếp nhận hồ sơ."),
        ],
        Alignment::Justified,
    )?;
    sheet.paragraph(
        &[
            Span::regular("Số chứng thực: "),
            Span::bold(NUMBER.to_string()),
            Span::regular(format!(", quyển số: 01/{}-SCT/CK,ĐC.", date.year())),
        ],
        Alignment::Justified,
    )?;
    sheet.space(10.0);
    let ink = InkImage::signature(&signature(Hand::Receiver)?, 32.0)?;
    sheet.signatures(&[
        Signatory {
            titles: vec!["NGƯỜI TIẾP NHẬN HỒ SƠ".into()],
            hint: Some("(Ký, ghi rõ họ, tên)".into()),
            room_mm: ROOM_MM,
            ink: Some(&ink),
            name: RECEIVER.into(),
            place: None,
        },
        Signatory {
            titles: vec!["TM. ỦY BAN NHÂN DÂN".into(), ANCHOR.into()],
            hint: None,
            room_mm: ROOM_MM,
            ink: None,
            name: LEADER.into(),
            place: Some(LEADER_PLACE.into()),
        },
    ])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use jiff::civil::date;
    use kyso::pdf::Document;
    use kyso::pdf::text::{find_anchor, lines};

    use super::*;
    use crate::demo::pictures::SIGNATURE_WIDTH_MM;

    #[test]
    fn the_leader_finds_his_place() {
        let paper = certification_result(date(2026, 3, 5)).unwrap();
        let document = Document::parse(&paper.pdf).unwrap();
        let anchor = find_anchor(&document, ANCHOR).unwrap();
        let place = &paper.places[0];
        assert_eq!((place.name.as_str(), place.page), (LEADER_PLACE, anchor.page));
        let ink = InkImage::signature(&signature(Hand::Leader).unwrap(), SIGNATURE_WIDTH_MM).unwrap();
        kyso::appearance::layout::under_anchor(ink.size(), anchor.line, anchor.next_below).unwrap();

        let last = lines(&document, &document.page(anchor.page).unwrap()).unwrap();
        let text = last.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
        assert!(text.contains("(Bằng chữ: ngày mồng năm, tháng ba, năm hai nghìn không trăm hai mươi sáu)"), "{text}");
        assert!(text.contains("Số chứng thực: 128, quyển số: 01/2026-SCT/CK,ĐC."), "{text}");
        assert_eq!(text.matches("MẪU").count(), 1, "{text}");
    }
}
