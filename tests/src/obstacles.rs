//! Documents in which something keeps a signature from being seen once, on the right page, at its place; and their
//! honest twins. Nothing of the library is used.

use kyso::Rectangle;
use kyso_pdf::Unseen;

use crate::shapes::writer::{Layout, Objects, Xref, stream, write};

/// What signing such a document comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// The picture is seen within this rectangle of a page (from 1), in points as seen.
    Seen(usize, Rectangle),
    /// Refused by this rule.
    Refused(&'static str),
    /// Refused, for the field's picture wouldn't be seen.
    Unseen(Unseen),
}

/// One document to sign.
#[derive(Debug, Clone)]
pub struct Obstacle {
    /// What is special about it.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// The field to fill; without it a new one is made on `page`.
    pub field: Option<&'static str>,
    /// The page of a new field.
    pub page: usize,
    /// What is right.
    pub outcome: Outcome,
    /// What is right after an earlier signature that certifies the document with P=2, where it's something else.
    pub after_another: Option<Outcome>,
    /// A field of text that viewers drew themselves, each in its own way, and whose appearance they show now.
    pub redrawn: Option<Rectangle>,
    /// Whether the field's widget is an object apart, in which poppler finds no signature.
    pub is_apart: bool,
}

impl Obstacle {
    /// A new field on this page.
    fn new(name: &str, bytes: Vec<u8>, page: usize) -> Self {
        let (name, outcome) = (name.to_owned(), Outcome::Seen(page, NEW));
        Self { name, bytes, field: None, page, outcome, after_another: None, redrawn: None, is_apart: false }
    }
}

/// The field of most documents here, on an upright page.
const RECT: &str = "/Rect [300 90 530 210]";
const AT: Rectangle = Rectangle { x: 300.0, y: 90.0, width: 230.0, height: 120.0 };
/// Where a new field goes.
pub const NEW: Rectangle = Rectangle { x: 60.0, y: 300.0, width: 230.0, height: 120.0 };

/// Pages, fields and what else a document has.
#[derive(Clone)]
struct Made {
    catalog: String,
    form: Option<String>,
    pages: String,
    /// Entries of each page: its boxes, its list of annotations.
    page: Vec<String>,
    more: Vec<(u32, Vec<u8>)>,
    xref: Xref,
}

impl Made {
    /// A page with the field `Leader`, whose widget has these entries.
    fn with_field(widget: &str) -> Self {
        Self {
            catalog: String::new(),
            form: Some("/Fields [8 0 R]".into()),
            pages: String::new(),
            page: vec!["/Annots [8 0 R]".into()],
            more: vec![(8, format!("<< /Type /Annot /Subtype /Widget /FT /Sig /T (Leader) {widget} >>").into_bytes())],
            xref: Xref::Table,
        }
    }

    /// Pages with these entries, and no field.
    fn plain(pages: &[&str]) -> Self {
        Self {
            catalog: String::new(),
            form: None,
            pages: String::new(),
            page: pages.iter().map(|page| (*page).to_owned()).collect(),
            more: Vec::new(),
            xref: Xref::Table,
        }
    }

    fn catalog(mut self, entries: &str) -> Self {
        self.catalog.push_str(entries);
        self
    }

    fn form(mut self, entries: &str) -> Self {
        self.form = Some(entries.into());
        self
    }

    fn pages(mut self, pages: &[&str]) -> Self {
        self.page = pages.iter().map(|page| (*page).to_owned()).collect();
        self
    }

    fn inherited(mut self, entries: &str) -> Self {
        self.pages = entries.into();
        self
    }

    fn more(mut self, number: u32, body: impl Into<Vec<u8>>) -> Self {
        self.more.retain(|(other, _)| *other != number);
        self.more.push((number, body.into()));
        self
    }

    fn compressed(mut self) -> Self {
        self.xref = Xref::Compressed;
        self
    }

    /// Objects 1 and 2 are the catalog and the page tree, 3 the page's content, 20 and on the pages.
    fn bytes(&self) -> Vec<u8> {
        let mut objects = Objects::new();
        let form = self.form.as_ref().map(|form| format!("/AcroForm << {form} >>")).unwrap_or_default();
        objects.insert(1, format!("<< /Type /Catalog /Pages 2 0 R {form} {} >>", self.catalog).into_bytes());
        let numbers: Vec<u32> = (20..).take(self.page.len()).collect();
        let kids: String = numbers.iter().map(|number| format!("{number} 0 R ")).collect();
        let boxes = if self.pages.is_empty() { "/MediaBox [0 0 595 842]" } else { &self.pages };
        let count = numbers.len();
        objects.insert(2, format!("<< /Type /Pages /Kids [{kids}] /Count {count} {boxes} >>").into_bytes());
        objects.insert(3, stream("", b"0.6 g 60 700 470 12 re f 60 670 300 12 re f"));
        for (number, entries) in numbers.iter().zip(&self.page) {
            let body = format!("<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << >> {entries} >>");
            objects.insert(*number, body.into_bytes());
        }
        objects.extend(self.more.iter().cloned());
        write(&objects, &Layout { xref: self.xref, ..Layout::default() })
    }

    fn fill(self, name: &str, outcome: Outcome) -> Obstacle {
        let bytes = self.bytes();
        Obstacle { field: Some("Leader"), outcome, ..Obstacle::new(name, bytes, 1) }
    }

    fn new_field(self, name: &str, page: usize) -> Obstacle {
        let bytes = self.bytes();
        Obstacle::new(name, bytes, page)
    }
}

fn form_xobject(size: &str, content: &str) -> Vec<u8> {
    stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 {size}] /Resources << >>"), content.as_bytes())
}

/// All of them.
pub fn all() -> Vec<Obstacle> {
    [need_appearances(), flags(), listed(), places(), covered(), layers(), pages_named(), lists_shared(), widgets()]
        .concat()
}

/// /NeedAppearances true: viewers that obey draw nothing for a signature.
fn need_appearances() -> Vec<Obstacle> {
    let field = || Made::with_field(&format!("{RECT} /P 20 0 R /F 4"));
    let need = "/NeedAppearances true";
    // A text field of a form that was filled in, with this look.
    let filled = |look: Option<&str>, value: &str| {
        let appearance = if look.is_some() { "/AP << /N 31 0 R >>" } else { "" };
        let text = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V ({value}) /Rect [60 500 260 520] /P 20 0 R /F 4 \
             /DA (/Helv 12 Tf 0 g) {appearance} >>"
        );
        let made = Made::with_field(&format!("{RECT} /P 20 0 R /F 4"))
            .form(&format!("/Fields [8 0 R 30 0 R] {need} /DR << /Font << /Helv 32 0 R >> >> /DA (/Helv 12 Tf 0 g)"))
            .pages(&["/Annots [30 0 R 8 0 R]"])
            .more(30, text)
            .more(32, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
        match look {
            Some(shown) => made.more(
                31,
                stream(
                    "/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /Helv 32 0 R >> >>",
                    format!("/Tx BMC q BT /Helv 12 Tf 0 g 2 6 Td ({shown}) Tj ET Q EMC").as_bytes(),
                ),
            ),
            None => made,
        }
    };
    let hidden_total = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (total) /V (12) /Rect [60 500 260 520] /F 2 >>";
    let ticked = |appearance: &str| {
        let button = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Btn /T (yes) /V /Yes /AS /Yes /Rect [60 500 80 520] /F 4 {appearance} >>"
        );
        field().form(&format!("/Fields [8 0 R 30 0 R] {need}")).pages(&["/Annots [8 0 R 30 0 R]"]).more(30, button)
    };
    let list = |appearance: &str| {
        let list = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Ch /T (kind) /Opt [(land) (house)] /Rect [60 500 260 560] /P 20 0 R /F 4 \
             /DA (/Helv 12 Tf 0 g) {appearance} >>"
        );
        field().form(&format!("/Fields [8 0 R 30 0 R] {need}")).pages(&["/Annots [8 0 R 30 0 R]"]).more(30, list)
    };
    let refused = Outcome::Refused("form.need-appearances");
    vec![
        field().form(&format!("/Fields [8 0 R] {need}")).fill("NeedAppearances in the catalog", Outcome::Seen(1, AT)),
        field()
            .form(&format!("/Fields [8 0 R] {need} /SigFlags 1"))
            .compressed()
            .fill("NeedAppearances in an object stream", Outcome::Seen(1, AT)),
        {
            let mut made = field().more(40, format!("<< /Fields [8 0 R] {need} >>")).catalog("/AcroForm 40 0 R");
            made.form = None;
            made.fill("NeedAppearances in a form of its own", Outcome::Seen(1, AT))
        },
        field()
            .form("/Fields [8 0 R] /NeedAppearances 40 0 R")
            .more(40, "true")
            .fill("NeedAppearances by reference", Outcome::Seen(1, AT)),
        field().form("/Fields [8 0 R] /NeedAppearances false").fill("NeedAppearances false", Outcome::Seen(1, AT)),
        Made::plain(&[""]).form(&format!("/Fields [] {need}")).new_field("NeedAppearances, a new field", 1),
        {
            let made = Made::plain(&[""]).more(40, format!("<< /Fields [] {need} >>")).catalog("/AcroForm 40 0 R");
            made.new_field("NeedAppearances in a form of its own, a new field", 1)
        },
        Obstacle {
            redrawn: Some(Rectangle { x: 60.0, y: 500.0, width: 200.0, height: 20.0 }),
            ..filled(Some("An Binh"), "An Binh")
                .fill("NeedAppearances, a look that says the value", Outcome::Seen(1, AT))
        },
        filled(None, "").fill("NeedAppearances, an empty field without a look", Outcome::Seen(1, AT)),
        filled(Some("Tran Van Cu"), "An Binh").fill("NeedAppearances, a look of another value", refused),
        filled(None, "An Binh").fill("NeedAppearances, a value without a look", refused),
        field()
            .form(&format!("/Fields [8 0 R 30 0 R] {need}"))
            .pages(&["/Annots [8 0 R 30 0 R]"])
            .more(30, hidden_total)
            .fill("NeedAppearances, a hidden value without a look", Outcome::Seen(1, AT)),
        Obstacle {
            redrawn: Some(Rectangle { x: 60.0, y: 500.0, width: 20.0, height: 20.0 }),
            ..ticked("/AP << /N << /Yes 31 0 R >> >>")
                .more(31, form_xobject("20 20", "2 w 2 2 m 18 18 l S"))
                .fill("NeedAppearances, a ticked box", Outcome::Seen(1, AT))
        },
        ticked("").fill("NeedAppearances, a ticked box without a look", refused),
        list("").fill("NeedAppearances, a list without a look", refused),
        list("/AP << /N 31 0 R >>")
            .more(31, form_xobject("200 60", ""))
            .fill("NeedAppearances, a list whose look is empty", refused),
    ]
}

/// Annotation flags that hide the widget, or keep it from being printed, or draw it elsewhere.
fn flags() -> Vec<Obstacle> {
    let mut found: Vec<Obstacle> =
        [0, 1, 2, 4, 6, 8 | 4, 32, 36, 64, 132, 256 | 4, 256 | 128 | 4, 256 | 32 | 4, 512 | 2]
            .into_iter()
            .map(|flags| {
                let made = Made::with_field(&format!("{RECT} /P 20 0 R /F {flags}"));
                made.fill(&format!("flags {flags}"), Outcome::Seen(1, AT))
            })
            .collect();
    found.push(Made::with_field(&format!("{RECT} /P 20 0 R")).fill("no flags", Outcome::Seen(1, AT)));
    let turned = Made::with_field(&format!("{RECT} /P 20 0 R /F 20"));
    let seen = Rectangle { x: 90.0, y: 65.0, width: 120.0, height: 230.0 };
    found
        .push(turned.pages(&["/Annots [8 0 R] /Rotate 90"]).fill("a widget that doesn't turn", Outcome::Seen(1, seen)));
    let apart = Made::with_field("")
        .more(8, "<< /FT /Sig /T (Leader) /Kids [9 0 R] >>")
        .more(9, format!("<< /Type /Annot /Subtype /Widget /Parent 8 0 R {RECT} /P 20 0 R /F 2 >>"))
        .pages(&["/Annots [9 0 R]"]);
    found.push(Obstacle { is_apart: true, ..apart.fill("a hidden widget apart", Outcome::Seen(1, AT)) });
    found
}

/// Widgets that no page lists.
fn listed() -> Vec<Obstacle> {
    let unlisted = Some(Outcome::Unseen(Unseen::NotListed));
    let link = "<< /Type /Annot /Subtype /Link /Rect [80 600 200 620] /Border [0 0 0] >>";
    let named = |annots: &str| Made::with_field(&format!("{RECT} /P 20 0 R /F 4")).pages(&[annots]).more(9, link);
    let mended = |made: Made, name| Obstacle { after_another: unlisted, ..made.fill(name, Outcome::Seen(1, AT)) };
    vec![
        mended(named(""), "in no list of annotations"),
        mended(named("/Annots [9 0 R]"), "in no list, beside a link"),
        mended(named("/Annots 10 0 R").more(10, "[9 0 R]"), "in no list of its own object"),
        mended(
            named("").pages(&["/Annots 10 0 R", "/Annots 10 0 R"]).more(10, "[9 0 R]"),
            "in no list, and pages share one",
        ),
        Made::with_field(RECT).pages(&[""]).fill("in no list, and names no page", Outcome::Unseen(Unseen::NotListed)),
        Made::with_field(&format!("{RECT} /P 2 0 R"))
            .pages(&[""])
            .fill("in no list, and names what is no page", Outcome::Unseen(Unseen::NotListed)),
        named("")
            .more(8, format!("<< /FT /Sig /T (Leader) {RECT} /P 20 0 R /F 4 >>"))
            .fill("no widget", Outcome::Unseen(Unseen::NoWidget)),
    ]
}

/// Rectangles that lie outside what is seen of the page.
fn places() -> Vec<Obstacle> {
    let field = |rect: &str, page: &str| {
        Made::with_field(&format!("/Rect [{rect}] /P 20 0 R /F 4")).pages(&[&format!("/Annots [8 0 R] {page}")])
    };
    let off = Outcome::Unseen(Unseen::OffPage);
    let within = |x: f64, y: f64, width: f64, height: f64| Outcome::Seen(1, Rectangle { x, y, width, height });
    vec![
        field("300 90 530 210", "/CropBox [0 300 595 842]").fill("under the crop box", off),
        field("300 90 530 210", "/CropBox [0 0 280 842]").fill("right of the crop box", off),
        field("300 90 530 210", "/CropBox [0 300 595 842] /Rotate 90").fill("outside, on a turned page", off),
        field("300 90 530 210", "/CropBox [0 0 280 842] /Rotate 270").fill("outside, turned the other way", off),
        field("300 90 530 210", "/CropBox [0 300 595 842] /UserUnit 2").fill("outside, in larger units", off),
        field("300 90 530 210", "")
            .inherited("/MediaBox [0 0 595 842] /CropBox [0 300 595 842]")
            .fill("outside an inherited crop box", off),
        field("300 90 530 210", "/CropBox [0 150 595 842]").fill("half outside", off),
        field("700 90 930 210", "").fill("right of the page", off),
        field("300 -400 530 -280", "").fill("under the page", off),
        field("300 90 530 210", "/CropBox [200 40 590 260]").fill("just inside", within(100.0, 50.0, 230.0, 120.0)),
        field("300 90 530 210", "/UserUnit 2").fill("in larger units", within(600.0, 180.0, 460.0, 240.0)),
        field("300 0 530 210", "/CropBox [0 40 595 842]").fill("its edge outside", within(300.0, -40.0, 230.0, 210.0)),
        field("530 210 300 90", "").fill("corners the other way round", Outcome::Seen(1, AT)),
        field("300 90 530 210", "/CropBox [40 60 555 802] /Rotate 180")
            .fill("on a page upside down", within(25.0, 592.0, 230.0, 120.0)),
        field("0 0 0 0", "").fill("a field without area", Outcome::Unseen(Unseen::NoArea)),
        field("300 90 530 90", "").fill("a field without height", Outcome::Unseen(Unseen::NoArea)),
        Made::with_field("/P 20 0 R /F 4").fill("a field without a rectangle", Outcome::Unseen(Unseen::NoArea)),
    ]
}

/// Annotations that the page draws after the widget.
fn covered() -> Vec<Obstacle> {
    let over = |entries: &str| {
        Made::with_field(&format!("{RECT} /P 20 0 R /F 4"))
            .pages(&["/Annots [8 0 R 30 0 R]"])
            .more(30, format!("<< /Type /Annot {entries} >>"))
            .more(31, form_xobject("230 120", "1 g 0 0 230 120 re f"))
    };
    let all = Outcome::Unseen(Unseen::Covered { percent: 100 });
    let white = "/AP << /N 31 0 R >>";
    let stamp = format!("/Subtype /Stamp {RECT} {white}");
    let seen = Outcome::Seen(1, AT);
    vec![
        over(&format!("{stamp} /F 4")).fill("under a white stamp", all),
        over(&format!("/Subtype /Square {RECT} /IC [1 1 1] /C [1 1 1] /F 4 {white}")).fill("under a white box", all),
        over(&format!("/Subtype /Widget /FT /Tx /T (x) {RECT} /MK << /BG [1 1 1] >> /F 4 {white}"))
            .form("/Fields [8 0 R 30 0 R]")
            .fill("under a white field", all),
        over("/Subtype /Stamp /Rect [300 90 420 210] /F 4 /AP << /N 31 0 R >>")
            .fill("half of it under a white stamp", Outcome::Unseen(Unseen::Covered { percent: 53 })),
        over(&format!("{stamp} /F 32")).fill("under a stamp that is neither shown nor printed", seen),
        over(&format!("{stamp} /F 36")).fill("under a stamp that is printed alone", all),
        over(&format!("{stamp} /F 2")).fill("under a hidden stamp", seen),
        over(&format!("{stamp} /F 4 /OC 50 0 R"))
            .catalog("/OCProperties << /OCGs [50 0 R] /D << /OFF [50 0 R] >> >>")
            .more(50, "<< /Type /OCG /Name (stamps) >>")
            .fill("under a white stamp in a layer that not all obey", all),
        over(&format!("/Subtype /Link {RECT} /Border [0 0 0] /F 4")).fill("under a link", seen),
        over("/Subtype /Stamp /Rect [60 400 290 520] /F 4 /AP << /N 31 0 R >>").fill("beside a white stamp", seen),
        over(&format!("{stamp} /F 4")).pages(&["/Annots [30 0 R 8 0 R]"]).fill("over a white stamp", seen),
        over(&format!("/Subtype /Square {RECT} /C [1 0 0] /BS << /W 1 >> /F 4 /AP << /N 31 0 R >>"))
            .more(31, form_xobject("230 120", "1 0 0 RG 1 w 1 1 228 118 re S"))
            .fill("in a frame", seen),
    ]
}

/// Layers (optional content) that the widget belongs to.
fn layers() -> Vec<Obstacle> {
    let of = |membership: &str, configuration: &str, usage: &str| {
        Made::with_field(&format!("{RECT} /P 20 0 R /F 4 /OC {membership}"))
            .catalog(&format!(
                "/OCProperties << /OCGs [50 0 R 51 0 R] /D << /Order [50 0 R 51 0 R] {configuration} >> >>"
            ))
            .more(50, format!("<< /Type /OCG /Name (signatures) {usage} >>"))
            .more(51, "<< /Type /OCG /Name (rest) >>")
    };
    let hidden = Outcome::Unseen(Unseen::Layer);
    let seen = Outcome::Seen(1, AT);
    let group = "50 0 R";
    let dictionary = |entries: &str| format!("<< /Type /OCMD {entries} >>");
    vec![
        of(group, "/OFF [50 0 R]", "").fill("in a layer that is off", hidden),
        of(group, "/BaseState /OFF", "").fill("in a layer that is off as all are", hidden),
        of(group, "/BaseState /OFF /ON [50 0 R]", "").fill("in the one layer that is on", seen),
        of(group, "/ON [50 0 R]", "").fill("in a layer that is on", seen),
        of(group, "/OFF [51 0 R]", "").fill("in a layer that is on beside one that is off", seen),
        of(group, "", "/Usage << /View << /ViewState /OFF >> >>").fill("in a layer for no screen", hidden),
        of(group, "", "/Usage << /Print << /PrintState /OFF >> >>").fill("in a layer for no printer", hidden),
        of(
            group,
            "/AS [<< /Event /Print /OCGs [50 0 R] /Category [/Print] >>]",
            "/Usage << /Print << /PrintState /OFF >> >>",
        )
        .fill("in a layer that no printer is told to print", hidden),
        of(group, "", "/Usage << /Print << /PrintState /ON >> /View << /ViewState /ON >> >>")
            .fill("in a layer for both", seen),
        of(&dictionary("/OCGs 50 0 R"), "/OFF [50 0 R]", "").fill("a member of a layer that is off", hidden),
        of(&dictionary("/OCGs [50 0 R 51 0 R]"), "/OFF [50 0 R]", "").fill("a member of two, one on", seen),
        of(&dictionary("/OCGs [50 0 R 51 0 R] /P /AllOn"), "/OFF [50 0 R]", "").fill("a member of both", hidden),
        of(&dictionary("/OCGs [50 0 R] /P /AllOff"), "", "").fill("shown where the layer is off", hidden),
        of(&dictionary("/OCGs [50 0 R 51 0 R] /P /AnyOff"), "/OFF [51 0 R]", "")
            .fill("shown where one is off, but not by all", hidden),
        of(&dictionary("/VE [/Not 50 0 R]"), "", "").fill("by an expression, not", hidden),
        of(&dictionary("/VE [/And 50 0 R [/Not 51 0 R]]"), "/OFF [51 0 R]", "").fill("by an expression, and", hidden),
        of("60 0 R", "/OFF [50 0 R]", "").more(60, dictionary("/OCGs 50 0 R")).fill("a member by reference", hidden),
        of(&dictionary(""), "/OFF [50 0 R]", "").fill("a member of nothing", hidden),
        of(&dictionary("/OCGs []"), "", "").fill("a member of none", hidden),
        of(&dictionary("/OCGs [null]"), "", "").fill("a member of null", hidden),
        of(&dictionary("/OCGs [99 0 R]"), "", "").fill("a member of what isn't there", hidden),
        of(&dictionary("/OCGs [50 0 R 99 0 R]"), "", "").fill("a member of one that isn't there", hidden),
        of(&dictionary("/OCGs [50 0 R 51 0 R]"), "", "").fill("a member of two that are on", seen),
        of(&dictionary("/OCGs 60 0 R"), "", "").more(60, "[50 0 R]").fill("a member of a list by reference", seen),
        of(&dictionary("/OCGs 60 0 R"), "/OFF [50 0 R]", "")
            .more(60, dictionary("/OCGs 50 0 R"))
            .fill("a member of a membership", hidden),
        of(&dictionary("/OCGs [<< /Type /OCG /Name (x) >>]"), "", "").fill("a member of a group of its own", hidden),
        of("<< /Type /OCG /Name (x) >>", "", "").fill("in a group of its own", hidden),
        of("60 0 R", "", "").more(60, "<< /Type /OCG /Name (x) >>").fill("in a layer that isn't listed", hidden),
        of("60 0 R", "", "").more(60, "50 0 R").fill("in a layer by way of another object", hidden),
        of("60 0 R", "", "")
            .more(60, "61 0 R")
            .more(61, dictionary("/OCGs 50 0 R"))
            .fill("a member by way of another object", hidden),
        of(group, "/OFF [60 0 R]", "")
            .more(60, "50 0 R")
            .fill("in a layer that is off by way of another object", hidden),
        of(group, "/OFF [60 0 R]", "").more(60, "51 0 R").fill("beside a layer that is off by way of another", seen),
        of("99 0 R", "", "").fill("in a layer that isn't there", hidden),
        of("null", "/OFF [50 0 R]", "").fill("in null", seen),
        of(group, "", "/Usage << /Export << /ExportState /OFF >> >>").fill("in a layer for no other format", hidden),
        of(group, "/AS [<< /Event /View /OCGs [50 0 R] /Category [/Zoom] >>]", "/Usage << /Zoom << /max 0.1 >> >>")
            .fill("in a layer that is shown at some sizes", hidden),
        of(group, "/AS [<< /Event /View /OCGs [51 0 R] /Category [/Zoom] >>]", "/Usage << /Zoom << /max 0.1 >> >>")
            .fill("in a layer whose sizes nobody asks for", seen),
    ]
    .into_iter()
    .chain(configurations())
    .collect()
}

/// Layers that the default configuration shows, and another, which some readers obey, may not.
fn configurations() -> Vec<Obstacle> {
    let of = |membership: &str, configurations: &str| {
        Made::with_field(&format!("{RECT} /P 20 0 R /F 4 {membership}"))
            .catalog(&format!(
                "/OCProperties << /OCGs [50 0 R 51 0 R] /D << /ON [50 0 R] >> /Configs [{configurations}] >>"
            ))
            .more(50, "<< /Type /OCG /Name (signatures) >>")
            .more(51, "<< /Type /OCG /Name (rest) >>")
            .more(60, "<< /Name (print) /OFF [50 0 R] >>")
    };
    let hidden = Outcome::Unseen(Unseen::Layer);
    let seen = Outcome::Seen(1, AT);
    let group = "/OC 50 0 R";
    vec![
        of(group, "<< /OFF [50 0 R] >>").fill("in a layer that another configuration hides", hidden),
        of(group, "<< >> 60 0 R").fill("in a layer that the last configuration hides", hidden),
        of(group, "<< /BaseState /OFF >>").fill("in a layer that is off as all are in another configuration", hidden),
        of("/OC << /Type /OCMD /OCGs [50 0 R] >>", "<< /OFF [50 0 R] >>")
            .fill("a member of a layer that another configuration hides", hidden),
        of("/OC << /Type /OCMD /OCGs [50 0 R 51 0 R] /P /AllOn >>", "<< /OFF [51 0 R] >>")
            .fill("a member of two, one of which another configuration hides", hidden),
        of("/OC << /Type /OCMD /VE [/Not 51 0 R] >>", "<< >>")
            .fill("by an expression that no configuration meets", hidden),
        of(group, "<< /OFF [51 0 R] >> << /BaseState /OFF /ON [50 0 R] >>")
            .fill("in a layer that every configuration shows", seen),
        of(group, "<< /BaseState /Unchanged >> null").fill("in a layer that another configuration leaves alone", seen),
        of("", "<< /BaseState /OFF >>").fill("in no layer, beside layers that another configuration hides", seen),
    ]
}

/// Widgets that name another page than the one that shows them.
fn pages_named() -> Vec<Obstacle> {
    let on_second = |named: &str, second: &str| {
        Made::with_field(&format!("{RECT} {named} /F 4")).pages(&["", &format!("/Annots [8 0 R] {second}")])
    };
    let turned = Rectangle { x: 90.0, y: 65.0, width: 120.0, height: 230.0 };
    vec![
        on_second("/P 20 0 R", "/Rotate 90").fill("names the page before", Outcome::Seen(2, turned)),
        on_second("/P 20 0 R", "").fill("names the page before, both upright", Outcome::Seen(2, AT)),
        on_second("/P 3 0 R", "").fill("names what is no page", Outcome::Seen(2, AT)),
        on_second("/P 77 0 R", "").fill("names what isn't there", Outcome::Seen(2, AT)),
        on_second("", "").fill("names no page", Outcome::Seen(2, AT)),
        Made::with_field(&format!("{RECT} /P 21 0 R /F 4"))
            .pages(&["/Annots [8 0 R]", "/Rotate 180"])
            .fill("names the page behind", Outcome::Seen(1, AT)),
    ]
}

/// Lists of annotations that several pages, or the form, have in common.
fn lists_shared() -> Vec<Obstacle> {
    let link = "<< /Type /Annot /Subtype /Link /Rect [80 600 200 620] /Border [0 0 0] >>";
    let shared =
        |count: usize, list: &str| Made::plain(&vec!["/Annots 10 0 R"; count]).more(9, link).more(10, list.to_owned());
    let both = Outcome::Unseen(Unseen::SeveralPages);
    vec![
        shared(2, "[]").new_field("two pages share an empty list", 1),
        shared(2, "[9 0 R]").new_field("two pages share a list, the second is signed", 2),
        shared(3, "[ 9 0 R ]").compressed().new_field("three pages share a list", 2),
        shared(1, "[]").form("/Fields 10 0 R").new_field("the form shares an empty list", 1),
        shared(2, "[]").form("/Fields 10 0 R").new_field("the form and two pages share a list", 2),
        Made::plain(&["/Annots 10 0 R", "/Annots 11 0 R"])
            .more(9, link)
            .more(10, "[9 0 R]")
            .more(11, "[9 0 R]")
            .new_field("a list each", 2),
        Made::plain(&["", ""]).inherited("/MediaBox [0 0 595 842] /Annots []").new_field("a list above the pages", 2),
        Made::with_field(&format!("{RECT} /P 20 0 R /F 4"))
            .pages(&["/Annots 10 0 R", "/Annots 10 0 R"])
            .more(10, "[8 0 R]")
            .fill("a field in a shared list", both),
        Made::with_field(&format!("{RECT} /P 20 0 R /F 4"))
            .pages(&["/Annots [8 0 R]", "/Annots [8 0 R]"])
            .fill("a field on two pages", both),
        Made::with_field(&format!("{RECT} /P 20 0 R /F 4"))
            .form("/Fields 10 0 R")
            .pages(&["/Annots 10 0 R"])
            .more(10, "[8 0 R]")
            .fill("a field in the form's own list", Outcome::Seen(1, AT)),
    ]
}

/// Fields with several widgets.
fn widgets() -> Vec<Obstacle> {
    let kids = |kids: &str, pages: &[&str]| {
        let widget = |rect: &str| format!("<< /Type /Annot /Subtype /Widget /Parent 8 0 R /Rect [{rect}] /F 4 >>");
        Made::with_field("")
            .more(8, format!("<< /FT /Sig /T (Leader) /Kids [{kids}] >>"))
            .more(9, widget("300 90 530 210"))
            .more(10, widget("60 500 290 620"))
            .pages(pages)
    };
    let several = Outcome::Unseen(Unseen::SeveralWidgets);
    vec![
        kids("9 0 R 10 0 R", &["/Annots [9 0 R 10 0 R]"]).fill("two widgets on a page", several),
        kids("9 0 R 10 0 R", &["/Annots [9 0 R]", "/Annots [10 0 R]"]).fill("two widgets on two pages", several),
        Obstacle {
            is_apart: true,
            ..kids("9 0 R", &["/Annots [9 0 R]"]).fill("one widget apart", Outcome::Seen(1, AT))
        },
        Obstacle {
            is_apart: true,
            ..kids("9 0 R 9 0 R", &["/Annots [9 0 R]"]).fill("one widget, named twice", Outcome::Seen(1, AT))
        },
    ]
}
