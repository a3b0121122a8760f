//! All who read content read hostile pages and appearances alike. `kyso_testpdfs::hostile` has them, and what is seen of
//! each.

use std::collections::BTreeMap;

use kyso_testpdfs::hostile::{ANNOTATION, KINDS, cases, cases_of};

use crate::content::form::{Appearance, Fitted};
use crate::content::visitor::{Doubt, Visitor};
use crate::content::walk::walk_page;
use crate::error::Error;
use crate::geometry::Bounds;
use crate::seen::coverage::Painted;
use crate::seen::drawn::Picture;
use crate::seen::field_appearance::Setting;
use crate::seen::flatten::{Viewing, flattened};
use crate::seen::page_drawings::PageDrawings;
use crate::text::{TextLine, lines, lines_drawn, lines_of_all_glyphs, of_form};
use crate::{Document, Page};

/// The annotation's /Rect.
const PLACE: Bounds = Bounds::new(100.0, 100.0, 150.0, 150.0);

/// Marks by their corner: how large they are, and as what they are seen.
#[derive(Default)]
struct Marks(BTreeMap<(i64, i64), (i64, String)>);

impl Marks {
    fn note(&mut self, kind: char, left: f64, bottom: f64, side: f64) {
        #[allow(clippy::cast_possible_truncation, reason = "marks lie on a page")]
        let whole = |number: f64| number.round() as i64;
        let (size, kinds) = self.0.entry((whole(left), whole(bottom))).or_default();
        if *size == 0 || kind == 's' {
            *size = (*size).max(whole(side));
        }
        if !kinds.contains(kind) {
            kinds.push(kind);
        }
    }

    fn boxes(&mut self, kind: char, boxes: &[Bounds]) {
        boxes.iter().for_each(|one| self.note(kind, one.left, one.bottom, one.width()));
    }

    fn lines(&mut self, lines: &[TextLine]) {
        for line in lines.iter().filter(|line| line.runs[0].style.is_visible) {
            self.note('t', line.rectangle.x, line.baseline, line.runs[0].style.size);
        }
    }

    fn shown(&self) -> String {
        let mark = |(at, (side, kinds)): (&(i64, i64), &(i64, String))| match kinds.as_str() {
            "spt" => format!("{} {} {side}", at.0, at.1),
            some => format!("{some} {} {} {side}", at.0, at.1),
        };
        self.0.iter().map(mark).collect::<Vec<_>>().join(", ")
    }
}

/// What the walk tells of a page that viewers may show otherwise.
#[derive(Default)]
struct Doubts(Vec<Doubt>);

impl Visitor for Doubts {
    fn doubt(&mut self, doubt: Doubt) -> Result<(), Error> {
        self.0.push(doubt);
        Ok(())
    }
}

/// What is seen on a page, and whether that's sure.
fn on_page(document: &Document<'_>, page: &Page) -> String {
    let mut marks = Marks::default();
    let drawings = PageDrawings::of(document, page);
    if let Ok(drawings) = &drawings {
        marks.boxes('s', &drawings.drawings);
        marks.boxes('p', &drawings.pictures);
    }
    let text = lines(document, page);
    // Where one gives up, all do.
    assert_eq!(text.is_ok(), drawings.is_ok());
    assert_eq!(text.is_ok(), crate::scan::measure(document).is_ok());
    if let Ok(lines) = &text {
        marks.lines(lines);
    }
    let mut doubts = Doubts::default();
    walk_page(document, page, &mut doubts).unwrap();
    // Where the text is can be told although the end of an inline picture can't.
    let is_text_doubtful = doubts.0.iter().any(|doubt| *doubt != Doubt::InlinePicture);
    assert_eq!(lines_of_all_glyphs(document, page).is_err(), is_text_doubtful);
    let doubt = if doubts.0.is_empty() { "" } else { "?" };
    if text.is_err() { "!".into() } else { [&marks.shown(), doubt].concat() }
}

/// What is seen of an appearance, and whether that's sure: what isn't hides all that lies under it.
fn of_appearance(document: &Document<'_>, page: &Page) -> String {
    let annotation = document.dictionary_at((ANNOTATION, 0)).unwrap().unwrap();
    let painted = Painted::by(document, page, &annotation).unwrap();
    let is_sure = !painted.solid.contains(&PLACE);
    let mut marks = Marks::default();
    let (pictures, text) =
        (Picture::all_drawn(document, page, (ANNOTATION, 0)), lines_drawn(document, page, (ANNOTATION, 0)));
    let shown = Appearance::normal(document, &annotation).unwrap();
    assert_eq!(pictures.is_ok(), text.is_ok());
    assert!(shown.form().is_none_or(|form| of_form(document, form).is_ok() == text.is_ok()));
    let Ok(pictures) = pictures else {
        assert!(!is_sure);
        return "!".into();
    };
    let seen: Vec<Bounds> = pictures
        .iter()
        .map(|picture| picture.part_as_seen(page, Bounds::UNIT))
        .map(|seen| Bounds::new(seen.x, seen.y, seen.right(), seen.top()))
        .collect();
    // What is painted all over tells no squares.
    marks.boxes('s', if is_sure { &painted.solid } else { &seen });
    marks.boxes('p', &seen);
    marks.lines(&text.unwrap());
    // What viewers draw otherwise is refused, and no part of the page either.
    let viewing = Viewing::of(document).unwrap();
    let is_flat = flattened(document, page, &viewing).is_ok_and(|flat| !flat.forms.is_empty());
    assert_eq!(
        is_flat,
        shown.form().is_some_and(|form| {
            let form = document.dictionary_at(form).unwrap().unwrap();
            Fitted::of(document, &form, &annotation).unwrap().is_some()
        })
    );
    marks.shown() + if is_sure { "" } else { "?" }
}

/// A field shows its value by nothing that viewers may show otherwise.
#[test]
fn a_field_is_plain_only_where_its_text_is_sure() {
    let mut plain = Vec::new();
    for case in cases_of(KINDS[2]).iter().filter(|case| case.is_appearance) {
        let bytes = case.file();
        let document = Document::parse(&bytes).unwrap();
        let widget = document.dictionary_at((ANNOTATION, 0)).unwrap().unwrap();
        let Some(form) = Appearance::normal(&document, &widget).unwrap().form() else { continue };
        if Setting::default().shows_plainly(&document, form, &widget).unwrap() {
            assert!(!case.expected.ends_with(['?', '!']), "{}", case.name);
            plain.push(case.name);
        }
    }
    assert!(plain.contains(&"appearance of one stream"), "{plain:?}");
}

#[test]
fn all_readers_agree_on_each() {
    let mut wrong = String::new();
    for case in cases() {
        let bytes = case.file();
        let document = Document::parse(&bytes).unwrap();
        let page = document.page(1).unwrap();
        let found = match case.is_appearance {
            true => of_appearance(&document, &page),
            false => on_page(&document, &page),
        };
        if found != case.expected {
            wrong += &format!("{}: {found}, and not {}\n", case.name, case.expected);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
