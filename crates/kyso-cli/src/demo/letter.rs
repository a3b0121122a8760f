//! The demo's document: a letter of authority that a citizen signed by hand at the one-stop desk. People and places are
//! made up.

use jiff::civil::Date;
use kyso::appearance::InkImage;
use kyso_certification::typeset::paragraph::{Alignment, Span};
use kyso_certification::typeset::sheet::{Sheet, Signatory, Typeset};
use kyso_certification::words::date_in_figures;

use super::pictures::{Hand, signature};
use super::request::{CITIZEN, CITIZEN_ID};
use crate::defect::Defect;

/// What the citizen signed: authority to hand in and fetch papers, one of the four kinds whose signature may be
/// certified (Thông tư 01/2020/TT-BTP, Điều 14 khoản 2).
pub(crate) fn letter_of_authority(date: Date) -> Result<Typeset, Defect> {
    let mut sheet = Sheet::new(13.0)?;
    sheet.note("Bản MẪU để dùng thử phần mềm kyso: người, nơi chốn và số liệu đều hư cấu; không có giá trị pháp lý.");
    sheet.national_name()?;
    sheet.space(12.0);
    sheet.heading("GIẤY ỦY QUYỀN")?;
    sheet.centred(Span::bold("Về việc nộp hồ sơ và nhận kết quả thủ tục hành chính"))?;
    sheet.space(2.0);
    let paragraphs: [&[Span]; 4] = [
        &[
            Span::regular(format!("Hôm nay, {}, tôi là ", date_in_figures(date))),
            Span::bold(CITIZEN),
            Span::regular(format!(
                ", sinh ngày 02/9/1985; Căn cước số {CITIZEN_ID}, do Bộ Công an cấp ngày 15/8/2024; nơi cư trú: thôn \
                 Đông, xã Bình Minh, tỉnh Mẫu."
            )),
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
    Ok(sheet.finish("Giấy ủy quyền (MẪU)")?)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kyso::Document;
    use kyso_pdf::text::lines;

    use super::*;

    #[test]
    fn it_is_one_page_and_says_that_it_is_a_sample() {
        let letter = letter_of_authority(date(2026, 3, 5)).unwrap();
        let document = Document::parse(&letter.pdf).unwrap();
        assert_eq!(document.page_count().unwrap(), 1);
        let lines = lines(&document, &document.page(1).unwrap()).unwrap();
        let text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
        assert!(text.contains("Hôm nay, ngày 05 tháng 3 năm 2026") && text.contains(CITIZEN), "{text}");
        assert_eq!(text.matches("MẪU").count(), 1, "{text}");
    }
}
