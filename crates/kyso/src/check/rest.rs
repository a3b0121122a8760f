//! The certification number, the QR code, and the quality of scanned pages.

use super::facts::Facts;
use super::paper::MAX_BOXES;
use super::row::{Group, Marked, Row, Rule};
use super::{Expectations, QrSeen};
use crate::appearance::geometry::Rectangle;
use crate::certification::number::CertificationNumber;
use crate::certification::qr::QrPayload;
use crate::certification::stamp::QrMatch;
use crate::error::Error;
use crate::language::Language;
use crate::pdf::scan::{self, Miss, Origin, Weight};
use crate::validate::messages;

const NUMBER: Rule = Rule("number.matches", Group::Rest, "NĐ 23/2015/NĐ-CP, Điều 13.2");
const SCAN: Rule = Rule("scan.quality", Group::Rest, "NĐ 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2");
const QR: Rule = Rule("qr.matches", Group::Rest, "TCVN 7322:2009; TT 01/2023/TT-VPCP, Điều 8.2");

pub(super) fn rows(facts: &Facts<'_>, expected: &Expectations) -> Result<Vec<Row>, Error> {
    Ok(vec![scan(facts)?, number(facts, expected.number.as_ref()), qr(facts, expected)])
}

/// What `pdf/scan.rs` says of scanned pages.
fn scan(facts: &Facts<'_>) -> Result<Row, Error> {
    let examined = scan::examine(facts.document)?;
    if examined.origin() == Origin::BornDigital {
        return Ok(SCAN.skip("Không có trang quét", "No page is a scan"));
    }
    let told = |language| {
        let one = |miss: &Miss| messages::message_on(miss.page, miss.code, Some(&miss.measured), language);
        examined.misses.iter().take(3).map(one).collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
    };
    let (vi, en) = (told(Language::Vietnamese), told(Language::English));
    if examined.is_good_enough() {
        let with = |text: &str, more: String| if more.is_empty() { text.to_owned() } else { format!("{text}. {more}") };
        return Ok(SCAN.pass(
            with("Trang quét đủ độ phân giải, có màu, đúng khổ", vi),
            with("Scanned pages have resolution, colour and size", en),
        ));
    }
    let boxes = examined.misses.iter().filter(|miss| miss.weight == Weight::Error).filter_map(|miss| {
        let page = facts.pages.get(miss.page?.checked_sub(1)?)?;
        let (width, height) = page.page.size();
        Some(page.mark("page", Rectangle { x: 0.0, y: 0.0, width, height }))
    });
    Ok(SCAN.fail(vi, en).at(boxes.take(MAX_BOXES)))
}

fn number(facts: &Facts<'_>, expected: Option<&CertificationNumber>) -> Row {
    let mut found = None;
    for page in facts.own_pages() {
        // The number may be broken over two lines.
        let text = page.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
        if let Some(number) = number_in(&text) {
            let line = page.lines.iter().find(|line| line.text.to_lowercase().contains("số chứng thực"));
            found = Some((number, line.map(|line| page.mark("number", line.rectangle))));
        }
    }
    match (found, expected) {
        (None, None) => NUMBER.skip("Trang không có số chứng thực", "The pages have no certification number"),
        (None, Some(wanted)) => NUMBER.fail(
            format!("Trang không có số chứng thực; sổ ghi {wanted}"),
            format!("The pages have no certification number; the register has {wanted}"),
        ),
        (Some((found, marked)), None) => NUMBER
            .skip(
                format!("Số chứng thực trên trang: {}; hãy so với sổ", found.0),
                format!("Certification number on the page: {}; compare with the register", found.0),
            )
            .at(marked),
        (Some((Found(text, ordinal, book), marked)), Some(wanted)) => {
            let holds = ordinal == wanted.ordinal && book.as_deref().is_none_or(|book| book == wanted.book_text());
            NUMBER
                .judge(
                    holds,
                    format!(
                        "Số chứng thực trên trang: {text}{}",
                        if holds { String::new() } else { format!("; sổ ghi {wanted}") }
                    ),
                    format!(
                        "Certification number on the page: {text}{}",
                        if holds { String::new() } else { format!("; the register has {wanted}") }
                    ),
                )
                .at(marked)
        }
    }
}

/// As written, the ordinal, and the book where one is named.
#[derive(Debug, PartialEq)]
struct Found(String, u32, Option<String>);

/// The last certification number in a text: "Số chứng thực: 07, quyển số: 01/2026-SCT/CK,ĐC".
fn number_in(text: &str) -> Option<Found> {
    let at = text.rfind("ố chứng thực")? + "ố chứng thực".len();
    let rest = text.get(at..)?.trim_start_matches([' ', ':']);
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let digits = rest.get(..end)?;
    let ordinal: u32 = digits.parse().ok()?;
    let behind: String = rest.get(end..)?.trim_start_matches([' ', ',', ';']).chars().take(80).collect();
    let book = ["quyển số", "Quyển số"].iter().find_map(|word| behind.strip_prefix(word)).and_then(|book| {
        let book = book.trim_start_matches([' ', ':']).split_whitespace().next()?;
        let book = book.trim_end_matches(['.', ';', ',']);
        (!book.is_empty()).then(|| book.to_owned())
    });
    let written = book.as_ref().map_or(digits.to_owned(), |book| format!("{digits}, quyển số {book}"));
    Some(Found(written, ordinal, book))
}

fn qr(facts: &Facts<'_>, expected: &Expectations) -> Row {
    let Some(seen) = &expected.qr else {
        return QR.skip("Chưa đọc mã QR trên trang", "The pages weren't searched for a QR code");
    };
    // Other codes may stand on a citizen's paper.
    let ours: Vec<(QrPayload, &QrSeen)> = seen.iter().filter_map(|one| Some((one.text.parse().ok()?, one))).collect();
    if ours.is_empty() {
        return QR.skip("Trang không có mã QR tra cứu kết quả", "There is no look-up QR code on the pages");
    }
    let marked = |one: &(QrPayload, &QrSeen)| one.1.marked.clone();
    let other = |(payload, _): &&(QrPayload, &QrSeen)| QrMatch::of(facts.document, payload) == QrMatch::OtherDocument;
    if let Some(copied) = ours.iter().find(other) {
        let (vi, en) = (
            "Mã QR không thuộc văn bản này: có thể chép từ văn bản khác",
            "The QR code doesn't belong to this document: it may be copied from another",
        );
        return QR.fail(vi, en).at([marked(copied)]);
    }
    if let Some(number) = &expected.number
        && let Some(wrong) = ours.iter().find(|(payload, _)| !payload.number().is_of(number))
    {
        return QR
            .fail(
                format!("Mã QR ghi số khác; sổ ghi {number}"),
                format!("The QR code has another number; the register has {number}"),
            )
            .at([marked(wrong)]);
    }
    let boxes: Vec<Marked> = ours.iter().map(marked).collect();
    QR.pass("Mã QR được lập cho chính văn bản này", "The QR code was made for this very document").at(boxes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn numbers_are_found_in_statements() {
        let found = number_in("… Số chứng thực: 128, quyển số: 01/2026-SCT/CK,ĐC. NGƯỜI").unwrap();
        assert_eq!(found, Found("128, quyển số 01/2026-SCT/CK,ĐC".into(), 128, Some("01/2026-SCT/CK,ĐC".into())));
        assert_eq!(number_in("Số chứng thực 07 quyển số 02/2026-SCT/BS").unwrap().2.unwrap(), "02/2026-SCT/BS");
        assert_eq!(number_in("Số chứng thực ........"), None);
        assert_eq!(number_in("không có"), None);
    }
}
