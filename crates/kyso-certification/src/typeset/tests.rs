//! What the typesetter puts on pages, read back by this library's own reader.

use super::format::{Format, Geometry};
use super::paragraph::{Alignment, Span};
use super::sheet::{Header, Sheet, Signatory, Typeset};
use super::table::{Cell, Column, Table};
use super::xmp::Description;
use kyso::Document;
use kyso::appearance::layout;
use kyso_pdf::Object;
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_pdf::text::{TextLine, lines};

const NATIONAL_NAME: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";

const LONG: &str = "Bên được ủy quyền có trách nhiệm nộp hồ sơ, nhận kết quả giải quyết thủ tục hành chính và bàn \
                    giao đầy đủ cho bên ủy quyền; không được ủy quyền lại cho người thứ ba.";

fn read(typeset: &Typeset) -> Vec<Vec<TextLine>> {
    let document = Document::parse(&typeset.pdf).unwrap();
    assert_eq!(document.recovered(), None);
    (1..=document.page_count().unwrap()).map(|page| lines(&document, &document.page(page).unwrap()).unwrap()).collect()
}

fn three_pages() -> Typeset {
    let mut sheet = Sheet::new(14.0).unwrap();
    sheet.national_name().unwrap();
    for _ in 0..40 {
        sheet.paragraph(&[Span::regular(LONG)], Alignment::Justified).unwrap();
    }
    sheet.finish("Giấy ủy quyền").unwrap()
}

#[test]
fn pages_keep_their_margins() {
    let pages = read(&three_pages());
    let Geometry { page: size, left: margin, width, top, .. } = Format::portrait(14.0).geometry().unwrap();
    assert_eq!(pages.len(), 4);
    for (index, page) in pages.iter().enumerate() {
        let (numbers, text): (Vec<_>, Vec<_>) = page.iter().partition(|line| line.text.len() == 1);
        assert_eq!(numbers.len(), usize::from(index > 0), "no number on page 1");
        if let Some(number) = numbers.first() {
            assert_eq!(number.text, (index + 1).to_string());
            assert!((number.rectangle.centre().0 - (margin + width / 2.0)).abs() < 0.5);
            assert!(number.rectangle.y > top);
        }
        let millimetres = |points: f64| points / POINTS_PER_MM;
        for line in text {
            let left = millimetres(line.rectangle.x);
            let right = millimetres(size.0 - line.rectangle.right());
            assert!(left >= 30.0 && right >= 15.0, "{left} {right} {line:?}");
            assert!(millimetres(line.baseline) >= 20.0 && millimetres(size.1 - line.baseline) >= 23.0);
        }
        let widest = page.iter().map(|line| line.rectangle.right()).fold(0.0, f64::max);
        assert!((15.0..=20.0).contains(&millimetres(size.0 - widest)), "justified up to the margin");
    }
}

#[test]
fn text_comes_back_letter_by_letter() {
    let mut sheet = Sheet::new(14.0).unwrap();
    sheet.paragraph(&[Span::regular(LONG), Span::bold(" ĐỖ VĂN ƯỚC")], Alignment::Justified).unwrap();
    let page = read(&sheet.finish("").unwrap()).remove(0);
    let text = page.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    assert_eq!(text, format!("{LONG} ĐỖ VĂN ƯỚC"));
}

#[test]
fn the_same_paper_has_the_same_bytes() {
    assert_eq!(three_pages(), three_pages());
    assert!(three_pages().pdf.starts_with(b"%PDF-1.7"));
}

#[test]
fn headers_have_two_columns() {
    let mut sheet = Sheet::new(14.0).unwrap();
    sheet
        .header(&Header {
            superior: Some("TỈNH MẪU".into()),
            agency: "ỦY BAN NHÂN DÂN XÃ BÌNH MINH".into(),
            number: Some("Số: 12/GM-UBND".into()),
            place_and_date: "Bình Minh, ngày 05 tháng 3 năm 2026".into(),
        })
        .unwrap();
    let page = read(&sheet.finish("").unwrap()).remove(0);
    let find = |text: &str| page.iter().find(|line| line.text == text).expect(text).clone();
    assert_eq!(find("TỈNH MẪU").baseline, find(NATIONAL_NAME).baseline);
    assert!(find("TỈNH MẪU").rectangle.right() < find(NATIONAL_NAME).rectangle.x);
    let centre = |text: &str| find(text).rectangle.centre().0;
    assert!((centre(NATIONAL_NAME) - centre(MOTTO)).abs() < 0.5);
    assert!((centre("TỈNH MẪU") - centre("Số: 12/GM-UBND")).abs() < 0.5);
}

#[test]
fn signatories_stay_together_and_leave_their_room() {
    let mut sheet = Sheet::new(14.0).unwrap();
    sheet.space(650.0);
    let signatory = |title: &str, name: &str, place: Option<&str>| Signatory {
        titles: vec![title.into()],
        hint: None,
        room_mm: 25.0,
        ink: None,
        name: name.into(),
        place: place.map(Into::into),
    };
    sheet
        .signatures(&[
            signatory("NGƯỜI TIẾP NHẬN HỒ SƠ", "Lê Thị Mẫu", None),
            signatory("CHỦ TỊCH", "Nguyễn Văn Mẫu", Some("leader")),
        ])
        .unwrap();
    let typeset = sheet.finish("").unwrap();
    let [place] = typeset.places.as_slice() else { panic!("{typeset:?}") };
    assert_eq!((place.name.as_str(), place.page), ("leader", 2));
    assert!((place.rectangle.height - 25.0 * POINTS_PER_MM).abs() < 0.01);
    let document = Document::parse(&typeset.pdf).unwrap();
    let anchor = kyso_pdf::text::find_anchor(&document, "CHỦ TỊCH").unwrap();
    let name = anchor.next_below.unwrap();
    assert_eq!(anchor.page, 2);
    assert!((name.centre().0 - place.rectangle.centre().0).abs() < 0.5);
    let under = layout::under_anchor((110.0, 60.0), anchor.line, anchor.next_below).unwrap();
    assert!((under.centre().1 - place.rectangle.centre().1).abs() < 3.0);
}

fn texts(page: &[TextLine]) -> Vec<&str> {
    page.iter().map(|line| line.text.as_str()).collect()
}

fn register(rows: usize) -> Table {
    let mut table = Table::new(
        10.0,
        vec![
            Column::new("Số chứng thực", 1.0).aligned(Alignment::Centred),
            Column::new("Họ tên, số giấy tờ tùy thân của người yêu cầu chứng thực", 3.0),
            Column::new("Lệ phí (đồng)", 1.2).aligned(Alignment::Right),
        ],
    );
    table.numbered = true;
    for row in 1..=rows {
        table.rows.push(vec![
            format!("{row:02}").into(),
            format!("Nguyễn Văn Mẫu {row}\nCăn cước số 000000000{row:03}").into(),
            "10.000".into(),
        ]);
    }
    table.totals =
        Some(vec![Cell::from(Span::bold("Tổng cộng")).across(2), Cell::from(Span::bold(format!("{}.000", 10 * rows)))]);
    table
}

fn booked(table: &Table) -> Typeset {
    let mut sheet = Sheet::with_format(Format::landscape(13.0)).unwrap();
    sheet.heading("SỔ CHỨNG THỰC CHỮ KÝ").unwrap();
    sheet.table(table).unwrap();
    sheet.finish("Sổ").unwrap()
}

#[test]
fn tables_repeat_their_titles_and_keep_rows_whole() {
    let pages = read(&booked(&register(60)));
    assert!(pages.len() > 2);
    let mut found = 0;
    for (number, page) in pages.iter().enumerate() {
        let text = texts(page);
        assert!(text.contains(&"Số chứng thực") && text.contains(&"(2)"), "{text:?}");
        let names = text.iter().filter(|line| line.starts_with("Nguyễn Văn Mẫu")).count();
        assert_eq!(names, text.iter().filter(|line| line.starts_with("Căn cước số")).count(), "no row is parted");
        assert_eq!(text.contains(&"Tổng cộng"), number + 1 == pages.len());
        found += names;
    }
    assert_eq!(found, 60);
    let last = pages.last().unwrap();
    assert!(texts(last).contains(&"Căn cước số 000000000060") && texts(last).contains(&"600.000"));
    let sums: Vec<_> = last.iter().filter(|line| line.text.ends_with("0.000")).map(|l| l.rectangle.right()).collect();
    assert!(sums.len() > 1 && sums.iter().all(|right| (right - sums[0]).abs() < 0.05), "flush right: {sums:?}");
}

#[test]
fn rows_higher_than_a_page_go_on_on_the_next() {
    let mut table = register(2);
    table.rows[0][1] = LONG.repeat(60).into();
    let pages = read(&booked(&table));
    assert!(pages.len() > 2);
    assert!(pages.iter().all(|page| texts(page).contains(&"(2)")));
    let words: Vec<&str> = pages.iter().flatten().flat_map(|line| line.text.split(' ')).collect();
    assert_eq!(words.iter().filter(|word| **word == "quyền" || word.starts_with("quyền")).count() % 60, 0);
}

#[test]
fn tables_that_make_no_sense_are_refused() {
    let refused = |change: &dyn Fn(&mut Table)| {
        let mut table = register(2);
        change(&mut table);
        Sheet::new(13.0).unwrap().table(&table).unwrap_err().to_string()
    };
    assert!(refused(&|table| table.columns.clear()).contains("at least one column"));
    assert!(refused(&|table| table.size = 5.0).contains("8 to 14 points"));
    assert!(refused(&|table| table.columns[0].share = 0.001).contains("too narrow"));
    assert!(refused(&|table| table.columns[0].share = f64::NAN).contains("too narrow"));
    assert!(refused(&|table| drop(table.rows[1].pop())).contains("row 2"));
    assert!(refused(&|table| table.rows[0][2].columns = usize::MAX).contains("row 1"));
    assert!(refused(&|table| table.totals = Some(vec!["Tổng".into()])).contains("totals"));
    assert!(refused(&|table| table.columns[0].title = LONG.repeat(20)).contains("fill the page"));
}

#[test]
fn appended_pages_go_on_counting() {
    let mut sheet = Sheet::with_format(Format::portrait(14.0).after(2)).unwrap();
    sheet.paragraph(&[Span::regular("Lời chứng")], Alignment::Justified).unwrap();
    sheet.page_break();
    let pages = read(&sheet.finish("").unwrap());
    assert_eq!((pages[0][0].text.as_str(), pages[1][0].text.as_str()), ("3", "4"));
}

#[test]
fn no_line_of_a_paragraph_stands_alone() {
    for space in 0..40 {
        let mut sheet = Sheet::new(14.0).unwrap();
        sheet.space(620.0 + f64::from(space) * 2.0);
        sheet.paragraph(&[Span::regular(LONG.repeat(2))], Alignment::Justified).unwrap();
        let pages = read(&sheet.finish("").unwrap());
        let counts: Vec<usize> =
            pages.iter().map(|page| page.iter().filter(|line| line.text.len() > 1).count()).collect();
        assert!(counts.iter().all(|count| *count != 1), "{space}: {counts:?}");
        assert_eq!(counts.iter().sum::<usize>(), 5, "{space}: {counts:?}");
    }
}

#[test]
fn headings_are_on_the_page_of_their_text() {
    for space in 0..30 {
        let mut sheet = Sheet::new(14.0).unwrap();
        sheet.space(640.0 + f64::from(space) * 3.0);
        sheet.heading("LỜI CHỨNG").unwrap();
        sheet.space(2.0);
        sheet.centred(Span::italic("của một người")).unwrap();
        if space % 2 == 0 {
            sheet.paragraph(&[Span::regular(LONG)], Alignment::Justified).unwrap();
        } else {
            sheet.together(text_and_signature).unwrap();
        }
        let pages = read(&sheet.finish("").unwrap());
        let page = pages.iter().find(|page| texts(page).contains(&"LỜI CHỨNG")).unwrap();
        assert!(page.iter().filter(|line| line.text.len() > 1).count() >= 4, "{space}: {page:?}");
    }
}

fn text_and_signature(sheet: &mut Sheet) -> Result<(), kyso::Error> {
    sheet.paragraph(&[Span::regular(LONG)], Alignment::Justified)?;
    sheet.signatures(&[Signatory {
        titles: vec!["CHỦ TỊCH".into()],
        hint: None,
        room_mm: 30.0,
        ink: None,
        name: "Nguyễn Văn Mẫu".into(),
        place: Some("leader".into()),
    }])
}

#[test]
fn what_belongs_together_stays_on_one_page() {
    for space in [0.0, 500.0, 560.0, 600.0, 640.0, 690.0] {
        let mut sheet = Sheet::new(14.0).unwrap();
        sheet.paragraph(&[Span::regular(LONG)], Alignment::Justified).unwrap();
        sheet.space(space);
        sheet.together(text_and_signature).unwrap();
        let typeset = sheet.finish("").unwrap();
        let pages = read(&typeset);
        assert_eq!(typeset.places.len(), 1, "places of a trial are forgotten");
        let page = texts(&pages[typeset.places[0].page - 1]).join(" ");
        assert!(page.contains(LONG) && page.contains("Nguyễn Văn Mẫu"), "{space}: {page}");
    }
    // What no page holds begins where it stands.
    let mut sheet = Sheet::new(14.0).unwrap();
    sheet.paragraph(&[Span::regular(LONG)], Alignment::Justified).unwrap();
    sheet.together(|sheet| sheet.paragraph(&[Span::regular(LONG.repeat(30))], Alignment::Justified)).unwrap();
    assert!(read(&sheet.finish("").unwrap())[0].len() > 40);
}

#[test]
fn long_titles_and_names_wrap_and_many_signatories_stand_in_rows() {
    let title = "PHÓ GIÁM ĐỐC TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG";
    let name = "Công Tằng Tôn Nữ Thị Mẫu Nguyễn Phúc Hoàng Bảo Ngọc Diệu Hương";
    let signatory = |number: usize| Signatory {
        titles: vec![title.into()],
        hint: None,
        room_mm: 20.0,
        ink: None,
        name: name.into(),
        place: Some(number.to_string()),
    };
    let mut sheet = Sheet::new(14.0).unwrap();
    sheet.signatures(&(0..5).map(signatory).collect::<Vec<_>>()).unwrap();
    let typeset = sheet.finish("").unwrap();
    let places: Vec<_> = typeset.places.iter().map(|place| place.rectangle).collect();
    assert_eq!(places.len(), 5);
    for (index, one) in places.iter().enumerate() {
        assert!(one.height > 19.9 * POINTS_PER_MM);
        for other in &places[index + 1..] {
            let apart = one.right() < other.x || other.right() < one.x || one.y > other.top() || other.y > one.top();
            assert!(apart, "{one:?} {other:?}");
        }
    }
    for line in &read(&typeset)[0] {
        assert!(
            !places.iter().any(|place| line.baseline > place.y + 1.0
                && line.baseline < place.top() - 1.0
                && line.rectangle.x < place.right()
                && line.rectangle.right() > place.x),
            "{line:?}"
        );
    }
}

#[test]
fn papers_say_what_they_are() {
    let mut sheet = Sheet::new(13.0).unwrap();
    sheet.heading("GIẤY ỦY QUYỀN").unwrap();
    sheet.table(&register(3)).unwrap();
    let description = Description {
        title: "Giấy ủy quyền".into(),
        created: Some("2026-03-05T02:00:00Z".parse().unwrap()),
        properties: vec![("number".into(), "128".into())],
        ..Description::default()
    };
    let typeset = sheet.finish_described(&description).unwrap();
    let document = Document::parse(&typeset.pdf).unwrap();
    let catalog = document.catalog().unwrap();
    for key in ["Metadata", "OutputIntents", "StructTreeRoot", "MarkInfo", "Lang"] {
        assert!(catalog.has(key.as_bytes()), "{key}");
    }
    let Object::Stream(metadata) = document.get(&catalog, b"Metadata").unwrap() else { panic!() };
    let xml = String::from_utf8(metadata.content).unwrap();
    assert!(xml.contains("<kyso:number>128</kyso:number>") && xml.contains("2026-03-05T09:00:00+07:00"));
}

#[test]
fn rooms_higher_than_a_page_are_refused_and_what_is_no_length_is_none() {
    let mut sheet = Sheet::new(14.0).unwrap();
    sheet.space(f64::NAN);
    sheet.divider(f64::INFINITY);
    sheet.divider(f64::NAN);
    let signatory = Signatory {
        titles: vec!["CHỦ TỊCH".into()],
        hint: None,
        room_mm: 300.0,
        ink: None,
        name: "Nguyễn Văn Mẫu".into(),
        place: None,
    };
    assert!(sheet.signatures(&[signatory]).unwrap_err().to_string().contains("more room than a page"));
    let pdf = sheet.finish("").unwrap().pdf;
    assert!(!pdf.windows(3).any(|window| window == b"NaN" || window == b"inf"));
}
