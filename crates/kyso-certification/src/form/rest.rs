//! The certification number, the QR code, and the quality of scanned pages.

use super::facts::Facts;
use super::paper::MAX_BOXES;
use super::row::{Marked, Row};
use super::rule::Rule::{NumberMatches, QrClear, QrMatches, ScanQuality};
use super::{Expectations, QrSeen};
use crate::embedded_metadata::EmbeddedMetadata;
use crate::number::CertificationNumber;
use crate::qr::{CompactNumber, QrPayload};
use crate::scan::{self, Miss, Weight};
use crate::whose::Whose;
use kyso::{Bilingual, Error, Rectangle};
use kyso_pdf::scan::Origin;
use kyso_words::Words;

pub(super) fn rows(facts: &Facts<'_>, expected: &Expectations) -> Result<Vec<Row>, Error> {
    let seen = expected.qr.as_deref().unwrap_or_default();
    // Other codes may stand on a citizen's paper.
    let read: Vec<(QrPayload, &QrSeen)> =
        seen.iter().filter_map(|seen| Some((seen.text.parse().ok()?, seen))).collect();
    let payloads: Vec<&QrPayload> = read.iter().map(|(payload, _)| payload).collect();
    let whose = Whose::of(facts.document, facts.report, &payloads);
    let ours = read.into_iter().zip(whose).map(|((payload, seen), whose)| Code { payload, seen, whose });
    let ours: Vec<Code<'_>> = ours.collect();
    Ok(vec![
        scan(facts)?,
        number(facts, expected.number.as_ref(), &ours),
        qr(facts, expected, &ours),
        clear(expected, &ours),
    ])
}

/// A look-up code.
struct Code<'s> {
    payload: QrPayload,
    seen: &'s QrSeen,
    whose: Whose,
}

impl Code<'_> {
    /// The revision that the code was put onto, if that is one of this document.
    fn revision(&self) -> Option<usize> {
        match self.whose {
            Whose::Own { revision } => Some(revision),
            _ => None,
        }
    }
}

/// What is amiss with scanned pages.
fn scan(facts: &Facts<'_>) -> Result<Row, Error> {
    let examined = scan::examine(facts.document)?;
    if examined.origin() == Origin::BornDigital {
        return Ok(ScanQuality.skip("Không có trang quét", "No page is a scan"));
    }
    let Bilingual { vi, en } = Bilingual::each(|language| {
        let one = |miss: &Miss| Words::neutral(language).message_on(miss.page, miss.code, Some(&miss.measured));
        examined.misses.iter().take(3).map(one).collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
    });
    if examined.is_good_enough() {
        let with = |text: &str, more: String| if more.is_empty() { text.to_owned() } else { format!("{text}. {more}") };
        return Ok(ScanQuality.pass(
            with("Trang quét đủ độ phân giải, có màu, đúng khổ", vi),
            with("Scanned pages have resolution, colour and size", en),
        ));
    }
    let boxes = examined.misses.iter().filter(|miss| miss.weight == Weight::Error).filter_map(|miss| {
        let page = facts.pages.get(miss.page?.checked_sub(1)?)?;
        let (width, height) = page.page.size();
        Some(page.mark("page", Rectangle { x: 0.0, y: 0.0, width, height }))
    });
    Ok(ScanQuality.fail(vi, en).at(boxes.take(MAX_BOXES)))
}

/// The number in the statement's text, against all else that has it.
fn number(facts: &Facts<'_>, expected: Option<&CertificationNumber>, codes: &[Code<'_>]) -> Row {
    let mut found = None;
    for page in facts.own_pages() {
        // The number may be broken over two lines.
        let text = page.own().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
        if let Some(number) = number_in(&text) {
            let line = page.own().find(|line| line.text.to_lowercase().contains("số chứng thực"));
            found = Some((number, line.map(|line| page.mark("number", line.rectangle))));
        }
    }
    let Some((found, marked)) = found else {
        return match expected {
            None => NumberMatches.skip("Trang không có số chứng thực", "The pages have no certification number"),
            Some(wanted) => NumberMatches.fail(
                format!("Trang không có số chứng thực; sổ ghi {wanted}"),
                format!("The pages have no certification number; the register has {wanted}"),
            ),
        };
    };
    let (vi, en) = (
        format!("Số chứng thực trên trang: {}", found.text),
        format!("Certification number on the page: {}", found.text),
    );
    let mut held = [Vec::new(), Vec::new()];
    let mut hold = |vi, en| {
        let [in_vietnamese, in_english] = &mut held;
        in_vietnamese.push(vi);
        in_english.push(en);
    };
    if let Some(wanted) = expected {
        if !found.is(wanted) {
            let (vi, en) = (format!("{vi}; sổ ghi {wanted}"), format!("{en}; the register has {wanted}"));
            return NumberMatches.fail(vi, en).at(marked);
        }
        hold("sổ", "the register");
    }
    // A paper may be a result itself, with its own code on an earlier revision of this file: the newest is this result's.
    let newest = codes.iter().filter_map(Code::revision).max();
    let mut belonging = codes.iter().filter(|code| newest.is_some() && code.revision() == newest).peekable();
    if belonging.peek().is_some() {
        if let Some(wrong) = belonging.find(|code| !found.is_compact(code.payload.number())) {
            let other = wrong.payload.number();
            let (vi, en) = (format!("{vi}; mã QR ghi {other}"), format!("{en}; the QR code has {other}"));
            return NumberMatches.fail(vi, en).at(marked).at([wrong.seen.marked.clone()]);
        }
        hold("mã QR", "the QR code");
    }
    if let Some(other) = described(facts) {
        if !found.is(&other) {
            let (vi, en) = (format!("{vi}; dữ liệu XMP ghi {other}"), format!("{en}; the XMP has {other}"));
            return NumberMatches.fail(vi, en).at(marked);
        }
        hold("dữ liệu XMP", "the XMP");
    }
    let [in_vietnamese, in_english] = held;
    if in_english.is_empty() {
        return NumberMatches
            .skip(format!("{vi}; hãy so với sổ"), format!("{en}; compare with the register"))
            .at(marked);
    }
    let (vi, en) =
        (format!("{vi}, khớp với {}", in_vietnamese.join(", ")), format!("{en}, as in {}", in_english.join(", ")));
    NumberMatches.pass(vi, en).at(marked)
}

/// The number in the XMP about the agency's own pages.
fn described(facts: &Facts<'_>) -> Option<CertificationNumber> {
    own_metadata(facts)?.iter().find_map(|metadata| {
        Some(CertificationNumber {
            symbol: metadata.get("RegisterSymbol")?.to_owned(),
            year: metadata.get("Year")?.parse().ok()?,
            ordinal: metadata.get("CertNumber")?.parse().ok()?,
            book: metadata.get("BookNumber")?.parse().ok()?,
        })
    })
}

/// A property in the XMP about the agency's own pages.
fn property(facts: &Facts<'_>, name: &str) -> Option<String> {
    own_metadata(facts)?.iter().find_map(|metadata| metadata.get(name).map(str::to_owned))
}

/// The XMP about the agency's own pages: theirs, or the file's where it's all their own.
fn own_metadata(facts: &Facts<'_>) -> Option<Vec<EmbeddedMetadata>> {
    let own: Vec<usize> = facts.own_pages().iter().map(|page| page.page.number).collect();
    let is_own =
        |metadata: &EmbeddedMetadata| metadata.page.map_or(own.first() == Some(&1), |page| own.contains(&page));
    let mut metadata: Vec<EmbeddedMetadata> =
        EmbeddedMetadata::of(facts.document).ok()?.into_iter().filter(is_own).collect();
    // A page's own says more than the file's.
    metadata.sort_by_key(|metadata| metadata.page.is_none());
    Some(metadata)
}

/// A number on the page.
#[derive(Debug, PartialEq)]
struct Found {
    /// The number as written.
    text: String,
    ordinal: u32,
    /// The book, where one is named.
    book: Option<String>,
}

impl Found {
    /// Whether the found number, as far as it's written out, equals this one.
    fn is(&self, number: &CertificationNumber) -> bool {
        self.ordinal == number.ordinal && self.book.as_deref().is_none_or(|book| book == number.book_text())
    }

    fn is_compact(&self, number: &CompactNumber) -> bool {
        match self.book.as_deref().and_then(|book| CertificationNumber::in_book(self.ordinal, book)) {
            Some(whole) => number.is_of(&whole),
            None => self.ordinal == number.ordinal(),
        }
    }
}

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
    Some(Found { text: written, ordinal, book })
}

fn qr(facts: &Facts<'_>, expected: &Expectations, ours: &[Code<'_>]) -> Row {
    if expected.qr.is_none() {
        return QrMatches.skip("Chưa đọc mã QR trên trang", "The pages weren't searched for a QR code");
    }
    let code = property(facts, "LookupCode");
    let is_missing = |code: &String| !ours.iter().any(|one| one.payload.code().to_string() == *code);
    if let Some(page) = expected.qr_unseen.first().filter(|_| ours.is_empty() || code.as_ref().is_some_and(is_missing))
    {
        return QrMatches.skip(
            format!("Không hiển thị được trang {page} nên chưa biết trên đó có mã QR hay không"),
            format!("Page {page} can't be shown, so nobody knows whether there's a QR code on it"),
        );
    }
    if let Some(code) = &code
        && !ours.iter().any(|one| one.payload.code().to_string() == *code)
    {
        return QrMatches.fail(
            format!("Dữ liệu XMP ghi mã tra cứu {code} nhưng trên trang không thấy mã QR đó"),
            format!("The XMP names look-up code {code}, but its QR code isn't seen on the pages"),
        );
    }
    if ours.is_empty() {
        return QrMatches.skip("Trang không có mã QR tra cứu kết quả", "There is no look-up QR code on the pages");
    }
    let marked = |one: &Code<'_>| one.seen.marked.clone();
    if let Some(other) = ours.iter().find(|code| code.whose == Whose::Another) {
        let (vi, en) = (
            "Mã QR không thuộc văn bản này: có thể chép từ văn bản khác",
            "The QR code doesn't belong to this document: it may be copied from another",
        );
        return QrMatches.fail(vi, en).at([marked(other)]);
    }
    if let Some(code) = ours.iter().find(|code| code.whose == Whose::Changed) {
        let (vi, en) = (
            "Văn bản đã bị thay đổi sau khi ký nên không đối chiếu được mã QR",
            "The document was changed after signing, so the QR code can't be compared with it",
        );
        return QrMatches.fail(vi, en).at([marked(code)]);
    }
    let own = || ours.iter().filter(|code| code.revision().is_some());
    if own().next().is_none() {
        let (vi, en) = (
            "Mã QR trên trang là của văn bản được sao, không phải của bản sao này",
            "The QR code on the pages is that of the document which was copied, not this copy's",
        );
        return QrMatches.skip(vi, en).at(ours.iter().map(marked));
    }
    if let Some(number) = &expected.number
        && let Some(wrong) = own().find(|code| !code.payload.number().is_of(number))
    {
        return QrMatches
            .fail(
                format!("Mã QR ghi số khác; sổ ghi {number}"),
                format!("The QR code has another number; the register has {number}"),
            )
            .at([marked(wrong)]);
    }
    let boxes: Vec<Marked> = own().map(marked).collect();
    let (vi, en) = match boxes.len() == ours.len() {
        true => ("Mã QR được lập cho chính văn bản này", "The QR code was made for this very document"),
        false => (
            "Mã QR được lập cho chính văn bản này; trang còn có mã QR của văn bản được sao",
            "The QR code was made for this very document; the pages also show that of a document which was copied",
        ),
    };
    QrMatches.pass(vi, en).at(boxes)
}

/// Judges whether this document's own codes were put onto blank paper.
fn clear(expected: &Expectations, ours: &[Code<'_>]) -> Row {
    let own: Vec<Marked> =
        ours.iter().filter(|code| code.revision().is_some()).map(|code| code.seen.marked.clone()).collect();
    if own.is_empty() {
        return QrClear.skip("Trang không có mã QR của văn bản này", "The pages have no QR code of this document");
    }
    match &expected.covered {
        None => QrClear
            .skip("Không xem được trang trước khi đặt mã QR", "The page can't be seen as it was before the QR code"),
        Some(covered) if covered.is_empty() => {
            QrClear.pass("Mã QR đặt trên nền giấy trống", "The QR code stands on blank paper").at(own)
        }
        Some(covered) => QrClear
            .fail(
                "Mã QR che nội dung của trang: hãy soạn lại, đặt mã ở chỗ trống",
                "The QR code covers content of the page: prepare the result again with the code on blank paper",
            )
            .at(covered.iter().cloned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_statements() {
        let found = number_in("… Số chứng thực: 128, quyển số: 01/2026-SCT/CK,ĐC. NGƯỜI").unwrap();
        let (text, book) = ("128, quyển số 01/2026-SCT/CK,ĐC".into(), Some("01/2026-SCT/CK,ĐC".into()));
        assert_eq!(found, Found { text, ordinal: 128, book });
        assert_eq!(number_in("Số chứng thực 07 quyển số 02/2026-SCT/BS").unwrap().book.unwrap(), "02/2026-SCT/BS");
        assert_eq!(number_in("Số chứng thực ........"), None);
        assert_eq!(number_in("không có"), None);
    }

    #[test]
    fn a_number_is_compared_as_far_as_it_is_written() {
        let short = |text: &str| text.parse::<CompactNumber>().unwrap();
        let whole = number_in("Số chứng thực: 07, quyển số: 01/2026-SCT/CK,ĐC.").unwrap();
        assert!(whole.is_compact(&short("CKDC-7-1-2026")));
        for other in ["CKDC-8-1-2026", "CKDC-7-2-2026", "CKDC-7-1-2025", "BS-7-1-2026"] {
            assert!(!whole.is_compact(&short(other)), "{other}");
        }
        let bare = number_in("Số chứng thực: 07").unwrap();
        assert!(bare.is_compact(&short("CKDC-7-1-2026")) && !bare.is_compact(&short("CKDC-8-1-2026")));
    }
}
