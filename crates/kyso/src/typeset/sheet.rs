//! A typesetter for official papers: A4 pages from nothing, as Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I wants them.
//!
//! The caller writes from top to bottom; pages break where the next piece doesn't fit. The same calls give the same
//! bytes: there's no clock and no chance in here.

use std::fmt::Write as _;

use lopdf::{Dictionary, Object, ObjectId, dictionary, text_string};

use super::file::Objects;
use super::paragraph::{Alignment, Fonts, Line, Span, broken};
use crate::appearance::font::{Face, compressed};
use crate::appearance::geometry::{POINTS_PER_MM, Rectangle};
use crate::appearance::{Appearance, InkImage, draw, layout};
use crate::error::Error;

/// A4 in points.
const PAGE: (f64, f64) = (210.0 * POINTS_PER_MM, 297.0 * POINTS_PER_MM);
/// Margins: mục I.2 asks for 20 to 25 mm above and below, 30 to 35 mm on the left, 15 to 20 mm on the right.
const TOP: f64 = 21.0 * POINTS_PER_MM;
const BOTTOM: f64 = 21.0 * POINTS_PER_MM;
const LEFT: f64 = 31.0 * POINTS_PER_MM;
const RIGHT: f64 = 17.0 * POINTS_PER_MM;
/// Width between the margins.
const WIDTH: f64 = PAGE.0 - LEFT - RIGHT;

/// Sizes that running text may have (mục II.5d).
const BODY: std::ops::RangeInclusive<f64> = 13.0..=14.0;
/// Size of the national name and of agencies' names (12 to 13 pt).
const CAPITALS: f64 = 12.5;
/// Size of signers' titles (13 to 14 pt).
const TITLES: f64 = 13.0;
/// Size of page numbers, and of a paper's own number (13 to 14 pt).
const NUMBERS: f64 = 13.0;
/// Size of the note under the text: less than anything official.
const NOTE: f64 = 9.0;
/// From baseline to baseline, in ems: a little more than single.
const LEADING: f64 = 1.17;
/// Before a paragraph: 6 pt at least (mục II.5d).
const PARAGRAPH_GAP: f64 = 6.0;
/// First line of a paragraph: 1 cm or 1.27 cm (mục II.5d).
const INDENT: f64 = 12.7 * POINTS_PER_MM;
/// Thickness of rules.
const RULE: f64 = 0.7;

const NATIONAL_NAME: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";

/// The head of an agency's paper: the agency on the left, the national name and motto on the right.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The agency above, where it's named.
    pub superior: Option<String>,
    /// The agency, in capitals.
    pub agency: String,
    /// Number and symbol, e.g. "Số: 12/GXN-UBND".
    pub number: Option<String>,
    /// Place and date, e.g. "Bình Minh, ngày 05 tháng 3 năm 2026".
    pub place_and_date: String,
}

/// Someone who signs: title above, name below, room between.
#[derive(Debug, Clone, PartialEq)]
pub struct Signatory<'i> {
    /// Power and title in capitals, e.g. "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"; bold.
    pub titles: Vec<String>,
    /// A hint under the title, e.g. "(Ký, ghi rõ họ tên)"; italic.
    pub hint: Option<String>,
    /// Room for the signature, in millimetres.
    pub room_mm: f64,
    /// A hand signature that is there already.
    pub ink: Option<&'i InkImage>,
    /// The name, bold.
    pub name: String,
    /// A name for the room, if [`Typeset::places`] shall tell where it is.
    pub place: Option<String>,
}

/// A named place on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPlace {
    /// Its name.
    pub name: String,
    /// The page, from 1.
    pub page: usize,
    /// In points, as seen.
    pub rectangle: Rectangle,
}

/// A paper that is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Typeset {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// The places where someone is still to sign.
    pub places: Vec<NamedPlace>,
}

/// A paper in the making.
pub struct Sheet {
    body: f64,
    fonts: Fonts,
    objects: Objects,
    pages: Vec<PageContent>,
    /// Upper edge of what comes next, from the page's lower edge.
    y: f64,
    places: Vec<NamedPlace>,
    note: Option<String>,
}

#[derive(Default)]
struct PageContent {
    operators: String,
    inks: Vec<ObjectId>,
}

impl Sheet {
    /// An empty page, for running text of `body` points: 13 to 14.
    ///
    /// # Errors
    /// [`Error::Parameters`] for another size; [`Error::Internal`] if a font file in this library is damaged.
    pub fn new(body: f64) -> Result<Self, Error> {
        if !BODY.contains(&body) {
            return Err(Error::parameters("body", format!("running text has 13 to 14 points, not {body}")));
        }
        Ok(Self {
            body,
            fonts: Fonts::new()?,
            objects: Objects::default(),
            pages: vec![PageContent::default()],
            y: PAGE.1 - TOP,
            places: Vec::new(),
            note: None,
        })
    }

    /// A line in small type in the bottom margin of every page.
    pub fn note(&mut self, note: impl Into<String>) {
        self.note = Some(note.into());
    }

    /// The national name and motto in the middle, as on citizens' papers.
    ///
    /// # Errors
    /// As [`Sheet::paragraph`].
    pub fn national_name(&mut self) -> Result<(), Error> {
        self.national_name_in(LEFT, WIDTH)
    }

    /// The head of an agency's paper (mục II.1 to II.4): two columns, each with its rule.
    ///
    /// # Errors
    /// As [`Sheet::paragraph`].
    pub fn header(&mut self, header: &Header) -> Result<(), Error> {
        let right = self.fonts.get(Face::Bold).width(NATIONAL_NAME, CAPITALS)?;
        let left = WIDTH - right - 3.0 * POINTS_PER_MM;
        let top = self.y;
        self.national_name_in(LEFT + WIDTH - right, right)?;
        self.y -= 4.0;
        self.centred_in(LEFT + WIDTH - right, right, Span::italic(&header.place_and_date), self.body)?;
        let lower = self.y;

        self.y = top;
        if let Some(superior) = &header.superior {
            self.centred_in(LEFT, left, Span::regular(superior), CAPITALS)?;
        }
        self.centred_in(LEFT, left, Span::bold(&header.agency), CAPITALS)?;
        // A third to half of the line's length (mục II.2).
        let rule = self.fonts.get(Face::Bold).width(&header.agency, CAPITALS)?.min(left) * 0.4;
        self.rule(LEFT + (left - rule) / 2.0, self.y - 2.0, rule);
        self.y -= 8.0;
        if let Some(number) = &header.number {
            self.centred_in(LEFT, left, Span::regular(number), NUMBERS)?;
        }
        self.y = self.y.min(lower) - 10.0;
        Ok(())
    }

    /// A heading in the middle, bold.
    ///
    /// # Errors
    /// As [`Sheet::paragraph`].
    pub fn heading(&mut self, text: &str) -> Result<(), Error> {
        self.make_room(4.0 * self.body * LEADING);
        self.centred_in(LEFT, WIDTH, Span::bold(text), self.body)
    }

    /// A line in the middle.
    ///
    /// # Errors
    /// As [`Sheet::paragraph`].
    pub fn centred(&mut self, span: Span) -> Result<(), Error> {
        self.centred_in(LEFT, WIDTH, span, self.body)
    }

    /// A paragraph: justified and indented, or as `alignment` says without an indent.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a character without a glyph.
    pub fn paragraph(&mut self, spans: &[Span], alignment: Alignment) -> Result<(), Error> {
        let indent = if alignment == Alignment::Justified { INDENT } else { 0.0 };
        self.y -= PARAGRAPH_GAP;
        for line in broken(&self.fonts, spans, self.body, WIDTH, alignment, indent)? {
            self.make_room(self.body * LEADING);
            self.line(LEFT, &line, self.body)?;
        }
        Ok(())
    }

    /// Empty room of some points.
    pub fn space(&mut self, points: f64) {
        self.y -= points;
    }

    /// A rule in the middle, `width_mm` millimetres wide.
    pub fn divider(&mut self, width_mm: f64) {
        let width = width_mm * POINTS_PER_MM;
        self.rule(LEFT + (WIDTH - width) / 2.0, self.y, width);
    }

    /// Those who sign, side by side; a single one signs on the right. They stay on one page.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a character without a glyph, or a hand signature that is higher than its room.
    pub fn signatures(&mut self, signatories: &[Signatory<'_>]) -> Result<(), Error> {
        let lines = signatories.iter().map(|one| one.titles.len() + usize::from(one.hint.is_some())).max().unwrap_or(0);
        let titles = TITLES * LEADING * f64::from(u32::try_from(lines).unwrap_or(u32::MAX));
        let room = signatories.iter().map(|one| one.room_mm).fold(0.0, f64::max) * POINTS_PER_MM;
        self.make_room(titles + room + self.body * LEADING);
        let top = self.y;
        let columns = f64::from(u32::try_from(signatories.len().max(2)).unwrap_or(u32::MAX));
        let width = WIDTH / columns;
        let first = if signatories.len() == 1 { LEFT + width } else { LEFT };
        let mut x = first;
        for signatory in signatories {
            self.y = top;
            for title in &signatory.titles {
                self.centred_in(x, width, Span::bold(title), TITLES)?;
            }
            if let Some(hint) = &signatory.hint {
                self.centred_in(x, width, Span::italic(hint), TITLES)?;
            }
            let name = top - titles - room;
            let gap = Rectangle { x, y: name, width, height: self.y - name };
            if let Some(ink) = signatory.ink {
                self.ink(ink, gap)?;
            }
            if let Some(name) = &signatory.place {
                let page = self.pages.len();
                self.places.push(NamedPlace { name: name.clone(), page, rectangle: gap });
            }
            self.y = name;
            self.centred_in(x, width, Span::bold(&signatory.name), self.body)?;
            x += width;
        }
        Ok(())
    }

    /// What follows stands on a new page.
    pub fn page_break(&mut self) {
        self.pages.push(PageContent::default());
        self.y = PAGE.1 - TOP;
    }

    /// The paper under its title, with page numbers from page 2 on in the middle of the top margin (mục I.7).
    ///
    /// # Errors
    /// [`Error::Parameters`] for a character of the note without a glyph; [`Error::Internal`] if a font file in this
    /// library is damaged.
    pub fn finish(mut self, title: &str) -> Result<Typeset, Error> {
        self.margins()?;
        let mut fonts = Dictionary::new();
        for face in [Face::Regular, Face::Bold, Face::Italic] {
            let font = self.fonts.get(face);
            if font.is_used() {
                fonts.set(resource(face), font.embed(&mut |object| self.objects.add(object))?);
            }
        }
        let fonts = self.objects.add(fonts);
        let tree = self.objects.reserve();
        let mut kids = Vec::new();
        for page in self.pages {
            let content = self.objects.add(compressed(Dictionary::new(), page.operators.as_bytes())?);
            let inks: Dictionary = page.inks.iter().map(|ink| (ink_resource(*ink), Object::Reference(*ink))).collect();
            kids.push(Object::from(self.objects.add(dictionary! {
                "Type" => "Page",
                "Parent" => tree,
                "MediaBox" => draw::numbers(&[0.0, 0.0, PAGE.0, PAGE.1]),
                "Resources" => dictionary! { "Font" => fonts, "XObject" => inks },
                "Contents" => content,
            })));
        }
        let count = i64::try_from(kids.len()).unwrap_or(i64::MAX);
        self.objects.fill(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
        let catalog = self.objects.add(dictionary! {
            "Type" => "Catalog",
            "Pages" => tree,
            "Lang" => Object::string_literal("vi"),
            "ViewerPreferences" => dictionary! { "DisplayDocTitle" => true },
        });
        let info = self.objects.add(dictionary! { "Title" => text_string(title) });
        Ok(Typeset { pdf: self.objects.file(catalog, info)?, places: self.places })
    }

    /// Page numbers and notes.
    fn margins(&mut self) -> Result<(), Error> {
        let note = self.note.take();
        let pages = std::mem::take(&mut self.pages);
        for (index, page) in pages.into_iter().enumerate() {
            self.pages.push(page);
            if index > 0 {
                self.y = PAGE.1 - (TOP - NUMBERS) / 2.0;
                self.centred_in(LEFT, WIDTH, Span::regular((index + 1).to_string()), NUMBERS)?;
            }
            if let Some(note) = &note {
                self.y = BOTTOM - NOTE;
                self.centred_in(LEFT, WIDTH, Span::italic(note), NOTE)?;
            }
        }
        Ok(())
    }

    fn national_name_in(&mut self, x: f64, width: f64) -> Result<(), Error> {
        self.centred_in(x, width, Span::bold(NATIONAL_NAME), CAPITALS)?;
        self.centred_in(x, width, Span::bold(MOTTO), CAPITALS + 1.0)?;
        // As long as the motto (mục II.1).
        let rule = self.fonts.get(Face::Bold).width(MOTTO, CAPITALS + 1.0)?;
        self.rule(x + (width - rule) / 2.0, self.y - 1.5, rule);
        self.y -= 6.0;
        Ok(())
    }

    fn centred_in(&mut self, x: f64, width: f64, span: Span, size: f64) -> Result<(), Error> {
        for line in broken(&self.fonts, &[span], size, width, Alignment::Centred, 0.0)? {
            self.line(x, &line, size)?;
        }
        Ok(())
    }

    /// Sets a line under what is there, and moves on by its height.
    fn line(&mut self, x: f64, line: &Line, size: f64) -> Result<(), Error> {
        let leading = size * LEADING;
        let (above, below) = self.fonts.get(Face::Regular).extent(size);
        let baseline = self.y - (leading + above + below) / 2.0;
        let mut operators = format!("BT {:.3} {baseline:.3} Td", x + line.x);
        for span in &line.spans {
            let _ = write!(operators, " /{} {size} Tf [", resource(span.face));
            for part in span.text.split_inclusive(' ') {
                let codes = self.fonts.get_mut(span.face).encode(part)?;
                operators.push('<');
                operators.extend(codes.iter().map(|byte| format!("{byte:02X}")));
                operators.push('>');
                if part.ends_with(' ') && line.stretch > 0.0 {
                    let _ = write!(operators, "{:.2}", -line.stretch * 1000.0 / size);
                }
            }
            operators.push_str("] TJ");
        }
        operators.push_str(" ET\n");
        self.write(&operators);
        self.y -= leading;
        Ok(())
    }

    fn rule(&mut self, x: f64, y: f64, width: f64) {
        self.write(&format!("{x:.3} {y:.3} {width:.3} {RULE} re f\n"));
    }

    /// A hand signature in the middle of its room.
    fn ink(&mut self, ink: &InkImage, room: Rectangle) -> Result<(), Error> {
        let appearance = Appearance::Image(ink.clone());
        let place = layout::centred(ink.size(), room);
        if place.height > room.height {
            return Err(Error::parameters("ink", "the hand signature is higher than the room for it"));
        }
        let Some(form) = draw::draw(&appearance, 0, None, &mut |object| self.objects.add(object))? else {
            return Ok(());
        };
        self.write(&format!("q 1 0 0 1 {:.3} {:.3} cm /{} Do Q\n", place.x, place.y, ink_resource(form.id)));
        if let Some(page) = self.pages.last_mut() {
            page.inks.push(form.id);
        }
        Ok(())
    }

    /// Breaks the page if less than `height` points are left on it.
    fn make_room(&mut self, height: f64) {
        if self.y - height < BOTTOM {
            self.page_break();
        }
    }

    fn write(&mut self, operators: &str) {
        if let Some(page) = self.pages.last_mut() {
            page.operators.push_str(operators);
        }
    }
}

fn resource(face: Face) -> &'static str {
    match face {
        Face::Regular => "Regular",
        Face::Bold => "Bold",
        Face::Italic => "Italic",
    }
}

fn ink_resource(form: ObjectId) -> String {
    format!("Ink{}", form.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

    use super::*;
    use crate::pdf::Document;
    use crate::pdf::text::{TextLine, lines};

    const LONG: &str = "Bên được ủy quyền có trách nhiệm nộp hồ sơ, nhận kết quả giải quyết thủ tục hành chính và bàn \
                        giao đầy đủ cho bên ủy quyền; không được ủy quyền lại cho người thứ ba.";

    fn read(typeset: &Typeset) -> Vec<Vec<TextLine>> {
        let document = Document::parse(&typeset.pdf).unwrap();
        assert_eq!(document.recovered(), None);
        (1..=document.page_count().unwrap())
            .map(|page| lines(&document, &document.page(page).unwrap()).unwrap())
            .collect()
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
        assert_eq!(pages.len(), 4);
        for (index, page) in pages.iter().enumerate() {
            let (numbers, text): (Vec<_>, Vec<_>) = page.iter().partition(|line| line.text.len() == 1);
            assert_eq!(numbers.len(), usize::from(index > 0), "no number on page 1");
            if let Some(number) = numbers.first() {
                assert_eq!(number.text, (index + 1).to_string());
                assert!((number.rectangle.centre().0 - (LEFT + WIDTH / 2.0)).abs() < 0.5);
                assert!(number.rectangle.y > PAGE.1 - TOP);
            }
            let millimetres = |points: f64| points / POINTS_PER_MM;
            for line in text {
                let left = millimetres(line.rectangle.x);
                let right = millimetres(PAGE.0 - line.rectangle.right());
                assert!(left >= 30.0 && right >= 15.0, "{left} {right} {line:?}");
                assert!(millimetres(line.baseline) >= 20.0 && millimetres(PAGE.1 - line.baseline) >= 23.0);
            }
            let widest = page.iter().map(|line| line.rectangle.right()).fold(0.0, f64::max);
            assert!((15.0..=20.0).contains(&millimetres(PAGE.0 - widest)), "justified up to the margin");
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
        let anchor = crate::pdf::text::find_anchor(&document, "CHỦ TỊCH").unwrap();
        let name = anchor.next_below.unwrap();
        assert_eq!(anchor.page, 2);
        assert!((name.centre().0 - place.rectangle.centre().0).abs() < 0.5);
        let under = layout::under_anchor((110.0, 60.0), anchor.line, anchor.next_below).unwrap();
        assert!((under.centre().1 - place.rectangle.centre().1).abs() < 3.0);
    }
}
