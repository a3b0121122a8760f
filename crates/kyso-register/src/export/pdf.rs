//! Papers of the register, to be signed and sealed: a book's pages, bound each month (Điều 13 khoản 3), and the year's
//! closing (khóa sổ) with its totals.

use jiff::Timestamp;
use jiff::civil::Date;
use kyso::local_time::VIETNAM;
use kyso::{CERTIFIER_FIELD, SEAL_FIELD};
use kyso_certification::fee::grouped;
use kyso_certification::font::Font;
use kyso_certification::statement;
use kyso_certification::typeset::format::Format;
use kyso_certification::typeset::paragraph::{Alignment, Span};
use kyso_certification::typeset::sheet::{Header, NamedPlace, Sheet, Signatory, Typeset};
use kyso_certification::typeset::table::{Cell, Column, Table};
use kyso_certification::typeset::xmp::Description;
use kyso_certification::words::date_in_figures;
use kyso_pdf::typeface::Face;

use super::columns::{person, remarks};
use super::{Extract, Period, day};
use crate::books::Closing;
use crate::definitions::{Columns, Definitions};
use crate::entry::{Certifier, Entry, State, Totals};
use crate::error::Error;
use crate::head::{Head, basic};

/// The place where the certifier signs.
pub const CERTIFIER: &str = CERTIFIER_FIELD;
/// The place of the agency's seal.
pub const SEAL: &str = SEAL_FIELD;
/// Size of the table's text: nine columns on a landscape page.
const TABLE: f64 = 10.0;
/// Room for the certifier's signature: that of the seal over it, and no less.
const ROOM_MM: f64 = 26.0;

/// Who prints a paper, and who signs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    /// The agency above.
    pub superior: Option<String>,
    /// The agency.
    pub agency: String,
    /// The place that it's dated at (địa danh).
    pub locality: String,
    /// The date of printing.
    pub date: Date,
    /// The time of printing, for the file's own description.
    pub created: Timestamp,
    /// Who confirms and signs it.
    pub certifier: Certifier,
    /// The seal's width in millimetres; none leaves its place out.
    pub seal_mm: Option<f64>,
    /// The register's head at the time of printing: signed with the paper, it shows later what was cut off or changed.
    pub head: Option<Head>,
}

/// A book's pages. With identity numbers in full it ends with the places of [`CERTIFIER`] and [`SEAL`]; with masked ones
/// it's for looking at alone, and says so.
///
/// # Errors
/// [`Error::Typeset`] for a seal that is larger than its room.
pub fn book(extract: &Extract<'_>, paper: &Paper) -> Result<Typeset, Error> {
    let mut setter = Setter::new(Format::landscape(13.0))?;
    setter.head(paper)?;
    let title = extract.register.name.to_uppercase();
    let period = period(extract.period);
    setter.sheet.heading(&title)?;
    let books = extract.books();
    if !books.is_empty() {
        let books = format!("Quyển số: {}", books.join("; "));
        setter.centred(Span::regular(books))?;
    }
    setter.centred(Span::italic(capitalised(&period)))?;
    setter.sheet.space(8.0);
    if !extract.full {
        setter.sheet.note("Bản để xem: số giấy tờ tùy thân đã che bớt, không dùng để ký và đóng dấu.");
    }
    let table = setter.rows(extract);
    setter.sheet.table(&table)?;
    let summary = summary(extract, &period);
    setter.sheet.together(|sheet| {
        sheet.space(4.0);
        sheet.paragraph(&[Span::regular(&summary)], Alignment::Justified)?;
        if let Some(head) = &paper.head {
            sheet.paragraph(&[Span::italic(head_line(head))], Alignment::Left)?;
        }
        if extract.full {
            sheet.space(8.0);
            sheet.signatures(&[signatory(paper)])?;
        }
        Ok(())
    })?;
    setter.finish(format!("{}, {period}", extract.register.name), paper)
}

/// The year's closing: every register's totals, the certifier's confirmation, his signature and the seal.
///
/// # Errors
/// As [`book`].
pub fn closing(closings: &[Closing], definitions: &Definitions, paper: &Paper) -> Result<Typeset, Error> {
    let mut setter = Setter::new(Format::portrait(13.0))?;
    setter.head(paper)?;
    let year = closings.first().map_or(paper.date.year(), |closing| closing.year);
    setter.sheet.heading("BẢN KHÓA SỔ CHỨNG THỰC")?;
    setter.centred(Span::regular(format!("Năm {year}")))?;
    setter.sheet.space(8.0);

    let mut table = Table::new(9.5, closing_columns());
    table.numbered = true;
    let mut sum = Totals::default();
    for closing in closings {
        let definition = definitions.register(&closing.register)?;
        if definition.optional && closing.totals.allotted == 0 {
            continue;
        }
        let mut symbols =
            definition.symbols.iter().filter(|symbol| symbol.effective_from.year() <= year).collect::<Vec<_>>();
        // Those of the year: the one it began with, and what came in it.
        let current = symbols.iter().rposition(|symbol| symbol.effective_from.year() < year).unwrap_or(0);
        let symbols = symbols.drain(current..).map(|symbol| symbol.symbol.clone()).collect::<Vec<_>>().join("; ");
        let t = closing.totals;
        let mut row = vec![Cell::from(definition.name.clone()), Cell::from(symbols)];
        row.extend(closing_figures(&t));
        table.rows.push(row);
        add(&mut sum, &t);
    }
    let mut last = vec![Cell::from(Span::bold("Cộng")).across(2)];
    last.extend(closing_figures(&sum));
    table.totals = Some(last);
    setter.sheet.table(&table)?;

    let confirmation = format!(
        "Xác nhận: tính đến hết ngày 31 tháng 12 năm {year}, các sổ chứng thực năm {year} đã cấp tổng cộng {} số, trong đó \
         {} số đã chứng thực, {} số bỏ, {} số đã hủy bỏ giá trị; các số liên tục từ số 01, không có số trùng, số bỏ được ghi \
         rõ lý do trong sổ. Sổ được khóa từ ngày {}.",
        sum.allotted,
        sum.issued,
        sum.void,
        sum.cancelled,
        closings.iter().map(|closing| closing.event.at).max().map_or_else(|| day(paper.date), |at| day(local(at))),
    );
    setter.sheet.together(|sheet| {
        sheet.space(4.0);
        sheet.paragraph(&[Span::regular(&confirmation)], Alignment::Justified)?;
        if let Some(head) = &paper.head {
            sheet.paragraph(&[Span::italic(head_line(head))], Alignment::Left)?;
        }
        sheet.space(8.0);
        sheet.signatures(&[signatory(paper)])
    })?;
    setter.finish(format!("Bản khóa sổ chứng thực năm {year}"), paper)
}

/// A sheet, and what the font has no glyph for.
struct Setter {
    sheet: Sheet,
    font: Font,
}

impl Setter {
    fn new(format: Format) -> Result<Self, Error> {
        Ok(Self { sheet: Sheet::with_format(format)?, font: Font::new(Face::Regular)? })
    }

    fn head(&mut self, paper: &Paper) -> Result<(), Error> {
        let superior = paper.superior.as_deref().map(str::to_uppercase);
        self.sheet.header(&Header {
            superior,
            agency: paper.agency.to_uppercase(),
            number: None,
            place_and_date: format!("{}, {}", paper.locality, date_in_figures(paper.date)),
        })?;
        Ok(())
    }

    fn centred(&mut self, span: Span) -> Result<(), Error> {
        Ok(self.sheet.centred(span)?)
    }

    /// A text whose every letter the font has: a name in another script must not keep a book from being printed.
    fn fit(&self, text: &str) -> String {
        if self.font.width(text, TABLE).is_ok() {
            return text.to_owned();
        }
        let mut buffer = [0; 4];
        let has = |c: char, buffer: &mut [u8; 4]| self.font.width(c.encode_utf8(buffer), TABLE).is_ok();
        text.chars().map(|c| if has(c, &mut buffer) { c } else { '?' }).collect()
    }

    fn rows(&self, extract: &Extract<'_>) -> Table {
        let columns = extract.register.columns;
        let mut table = Table::new(TABLE, titles(columns));
        table.numbered = true;
        for entry in extract.entries {
            table.rows.push(self.row(entry, columns, extract.full));
        }
        let totals = extract.totals();
        let before = if columns == Columns::Translations { 6 } else { 5 };
        let count = if columns == Columns::Copies { totals.copies } else { totals.papers };
        table.totals = Some(vec![
            Cell::from(Span::bold("Cộng")).across(before),
            Cell::from(Span::bold(grouped(count))),
            Cell::from(Span::bold(grouped(totals.fees))),
            Cell::from(""),
        ]);
        table
    }

    fn row(&self, entry: &Entry, columns: Columns, full: bool) -> Vec<Cell> {
        let row = &entry.row;
        let people = row.requesters.iter().flat_map(|one| person(one, full)).map(|line| self.fit(&line));
        let people = people.collect::<Vec<_>>().join("\n");
        let mut cells = vec![
            Cell::from(format!("{}\n{}", entry.number.ordinal_text(), entry.number.symbol)),
            Cell::from(day(entry.date)),
            Cell::from(people),
            Cell::from(self.fit(&row.document)),
        ];
        if columns == Columns::Translations {
            let languages = row.languages.as_ref();
            let text = languages.map(|l| format!("{} sang {}", l.from, l.into)).unwrap_or_default();
            cells.push(Cell::from(self.fit(&text)));
        }
        let count = if columns == Columns::Copies { row.quantity.copies } else { row.quantity.papers };
        // What wasn't certified is no copy and costs nothing: it isn't in the sums either.
        let done = matches!(entry.state, State::Issued | State::Cancelled);
        let figure = |value: Option<u64>| if done { value.map(grouped).unwrap_or_default() } else { "–".to_owned() };
        let certifier = Certifier { name: self.fit(&row.certifier.name), title: self.fit(&row.certifier.title) };
        cells.extend([
            Cell::from(format!("{}\n{}", certifier.name, certifier.title)),
            Cell::from(figure(Some(count.into()))),
            Cell::from(figure(row.fee)),
            self.remarks(entry),
        ]);
        cells
    }

    /// What happened to the number stands out from what was noted.
    fn remarks(&self, entry: &Entry) -> Cell {
        let remarks = remarks(entry);
        let last = remarks.len();
        let spans = remarks.into_iter().enumerate().map(|(index, remark)| {
            let noted = entry.row.note.as_deref() == Some(remark.as_str());
            let text = self.fit(&remark) + if index + 1 < last { "\n" } else { "" };
            if noted { Span::regular(text) } else { Span::italic(text) }
        });
        Cell::new(spans.collect())
    }

    fn finish(self, title: String, paper: &Paper) -> Result<Typeset, Error> {
        let description = Description {
            author: Some(paper.agency.clone()),
            created: Some(paper.created),
            ..Description::titled(title)
        };
        let mut typeset = self.sheet.finish_described(&description)?;
        if let (Some(seal), Some(certifier)) =
            (paper.seal_mm, typeset.places.iter().find(|place| place.name == CERTIFIER))
        {
            let place = seal_place(certifier, seal)?;
            typeset.places.push(place);
        }
        Ok(typeset)
    }
}

fn titles(columns: Columns) -> Vec<Column> {
    let who = match columns {
        Columns::Translations => "Họ tên, số giấy tờ tùy thân của người dịch",
        _ => "Họ tên, số giấy tờ tùy thân của người yêu cầu chứng thực",
    };
    let document = match columns {
        Columns::Copies => "Tên của bản chính giấy tờ, văn bản",
        Columns::Signatures => "Tên giấy tờ, văn bản",
        Columns::Translations => "Tên giấy tờ, văn bản được dịch",
        Columns::Transactions => "Tên giao dịch",
    };
    let quantity = match columns {
        Columns::Copies => "Số bản sao đã được chứng thực",
        Columns::Signatures => "Số lượng giấy tờ, văn bản",
        Columns::Translations | Columns::Transactions => "Số lượng",
    };
    let mut titles = vec![
        Column::new("Số thứ tự, số chứng thực", 1.25).aligned(Alignment::Centred),
        Column::new("Ngày, tháng, năm chứng thực", 1.1).aligned(Alignment::Centred),
        Column::new(who, 2.6),
        Column::new(document, 2.3),
    ];
    if columns == Columns::Translations {
        titles.push(Column::new("Dịch từ tiếng … sang tiếng …", 1.1));
    }
    titles.extend([
        Column::new("Họ tên, chức danh người ký chứng thực", 1.8),
        Column::new(quantity, 0.95).aligned(Alignment::Centred),
        Column::new("Lệ phí (đồng)", 0.95).aligned(Alignment::Right),
        Column::new("Ghi chú", 1.9),
    ]);
    titles
}

fn closing_columns() -> Vec<Column> {
    let figure = |title: &str, share: f64| Column::new(title, share).aligned(Alignment::Right);
    vec![
        Column::new("Sổ chứng thực", 2.7),
        Column::new("Ký hiệu", 1.5),
        figure("Số quyển", 0.8),
        figure("Số đã cấp", 0.8),
        figure("Đã chứng thực", 0.9),
        figure("Bỏ số", 0.7),
        figure("Đã hủy bỏ", 0.7),
        figure("Bản sao", 0.8),
        figure("Giấy tờ", 0.8),
        figure("Lệ phí (đồng)", 1.2),
    ]
}

fn closing_figures(t: &Totals) -> Vec<Cell> {
    let counts = [t.books, t.allotted, t.issued, t.void, t.cancelled].map(u64::from);
    counts.into_iter().chain([t.copies, t.papers, t.fees]).map(|figure| Cell::from(grouped(figure))).collect()
}

fn add(sum: &mut Totals, t: &Totals) {
    sum.allotted = sum.allotted.saturating_add(t.allotted);
    sum.issued = sum.issued.saturating_add(t.issued);
    sum.void = sum.void.saturating_add(t.void);
    sum.cancelled = sum.cancelled.saturating_add(t.cancelled);
    sum.books = sum.books.saturating_add(t.books);
    sum.copies = sum.copies.saturating_add(t.copies);
    sum.papers = sum.papers.saturating_add(t.papers);
    sum.fees = sum.fees.saturating_add(t.fees);
}

fn period(period: Period) -> String {
    match period {
        // Only the first two months have a zero before them (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.4b).
        Period::Month { year, month: month @ ..=2 } => format!("tháng {month:02} năm {year}"),
        Period::Month { year, month } => format!("tháng {month} năm {year}"),
        Period::Year(year) => format!("năm {year}"),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn summary(extract: &Extract<'_>, period: &str) -> String {
    let t = extract.totals();
    let (Some(first), Some(last)) = (extract.entries.first(), extract.entries.last()) else {
        return format!("{} không có số nào được cấp.", capitalised(period));
    };
    let pending = if t.pending > 0 { format!(", {} số chưa hoàn thành", t.pending) } else { String::new() };
    format!(
        "{} có {} số, từ số {} đến số {}; trong đó {} số đã chứng thực, {} số bỏ, {} số đã hủy bỏ giá trị{pending}. Tổng lệ \
         phí: {} đồng.",
        capitalised(period),
        t.allotted,
        first.number.ordinal_text(),
        last.number.ordinal_text(),
        t.issued,
        t.void,
        t.cancelled,
        grouped(t.fees),
    )
}

/// In groups, which lines can be broken between.
fn head_line(head: &Head) -> String {
    let chain = head.chain.chars().collect::<Vec<_>>();
    let groups = chain.chunks(8).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    let events = head.events.map(|events| format!("{events} ")).unwrap_or_default();
    let at = head.at.map(|at| format!(" {}", basic(at))).unwrap_or_default();
    format!("Đầu sổ khi in: {events}{groups}{at}")
}

fn signatory(paper: &Paper) -> Signatory<'static> {
    Signatory {
        titles: vec![paper.certifier.title.to_uppercase()],
        hint: Some("(Ký, ghi rõ họ tên và đóng dấu)".into()),
        room_mm: paper.seal_mm.map_or(ROOM_MM, |seal| ROOM_MM.max(seal)),
        ink: None,
        name: paper.certifier.name.clone(),
        place: Some(CERTIFIER.into()),
    }
}

/// Where the seal goes: as high as it is, and wide enough for it to lie over the left third of any signature that is
/// centred in the certifier's place (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a).
fn seal_place(certifier: &NamedPlace, seal_mm: f64) -> Result<NamedPlace, Error> {
    if !(10.0..=60.0).contains(&seal_mm) {
        return Err(kyso::Error::parameters(kyso::error::Parameter::SealMm, "a seal is 10 to 60 mm wide").into());
    }
    let rectangle = statement::seal_place(certifier.rectangle, seal_mm);
    Ok(NamedPlace { name: SEAL.into(), page: certifier.page, rectangle })
}

fn local(at: Timestamp) -> Date {
    VIETNAM.to_datetime(at).date()
}

#[cfg(test)]
mod tests {
    use kyso::Rectangle;
    use kyso_pdf::geometry::POINTS_PER_MM;

    use super::*;

    #[test]
    fn the_seals_place_serves_narrow_and_wide_signatures() {
        let certifier = NamedPlace {
            name: CERTIFIER.into(),
            page: 1,
            rectangle: Rectangle { x: 400.0, y: 100.0, width: 300.0, height: 80.0 },
        };
        let Ok(place) = seal_place(&certifier, 36.0) else { panic!("no place") };
        let mm = |points: f64| points / POINTS_PER_MM;
        assert!((mm(place.rectangle.height) - 36.0).abs() < 0.01);
        for width in [25.0, 60.0] {
            // The seal reaches a third of the signature's width into it.
            let signature_left = 550.0 - width * POINTS_PER_MM / 2.0;
            let (left, right) =
                (signature_left + (width / 3.0 - 36.0) * POINTS_PER_MM, signature_left + width / 3.0 * POINTS_PER_MM);
            assert!(place.rectangle.x <= left + 0.01 && place.rectangle.right() >= right - 0.01);
        }
        assert!(seal_place(&certifier, 0.0).is_err());
    }
}
