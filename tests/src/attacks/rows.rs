//! Cross-reference rows that hide objects, bring deleted ones back, or lead somewhere else.

use kyso::validate::Modifications;

use super::base::{self, cover, edited, number::*, replaced, span};
use super::writer::{Row, Section, Update};
use super::{ANY, CHANGED, Family};
use crate::shapes::writer::Xref;

/// The contract whose annotation 30, over a clause, was deleted before it was signed; the page still refers to it.
fn with_deleted_annotation() -> Vec<u8> {
    let mut objects = base::objects();
    let page = replaced(&objects[&PAGE], "/Annots [", "/Annots [30 0 R ");
    objects.insert(PAGE, page);
    let note = "<< /Type /Annot /Subtype /Stamp /Rect [60 730 400 760] /F 4 /P 3 0 R /AP << /N 31 0 R >> >>";
    objects.insert(30, note.into());
    objects.insert(31, cover(340, 30, "The buyer pays nothing."));
    let first = base::written(&objects, Xref::Table);
    base::sign(&Update::new().section(Section::Stream(40)).row(30, Row::Free).onto(&first))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("rows");
    let signed = base::signed();
    let at = |number: u32| Row::At(span(signed, number).start, 0);
    for (name, section) in [("table", Section::Table), ("stream", Section::Stream(FAR))] {
        let row = |number: u32, row: Row| Update::new().section(section).row(number, row).onto(signed);
        family.attack(format!("content-hidden-by-{name}"), CHANGED, row(CONTENT, Row::Free));
        family.attack(format!("field-hidden-by-{name}"), CHANGED, row(TEXT_FIELD, Row::Free));
        family.attack(format!("cover-hidden-by-{name}"), CHANGED, row(COVER, Row::Free));
        family.attack(format!("annotation-hidden-by-{name}"), CHANGED, row(NOTE, Row::Free));
        family.attack(format!("row-to-another-object-by-{name}"), ANY, row(CONTENT, at(SECOND_CONTENT)));
        family.attack(format!("row-to-no-object-by-{name}"), ANY, row(CONTENT, Row::At(3, 0)));
        family.attack(format!("row-beyond-the-file-by-{name}"), ANY, row(CONTENT, Row::At(99_999_999, 0)));
        family.attack(format!("row-to-the-start-by-{name}"), ANY, row(CONTENT, Row::At(0, 0)));
        family.attack(format!("row-into-a-longer-label-by-{name}"), ANY, {
            // The label of object 14, but for its first digit, is that of object 4.
            row(CONTENT, Row::At(span(signed, UNCHECKED).start + 1, 0))
        });
        let deleted = with_deleted_annotation();
        let old = Row::At(span(&deleted, 30).start, 0);
        family.attack(
            format!("deleted-annotation-brought-back-by-{name}"),
            CHANGED,
            Update::new().section(section).row(30, old).onto(&deleted),
        );
        family.honest(format!("rows-restated-by-{name}"), Modifications::None, {
            let update =
                (CATALOG..=COVER).fold(Update::new().section(section), |update, number| update.row(number, at(number)));
            update.onto(signed)
        });
        // The page still refers to it. Poppler takes no notice where the newest section is a stream; by a table it rebuilds
        // the file, and shows it.
        let stays = Update::new().section(section).row(30, Row::Free).onto(&deleted);
        let case = format!("deleted-annotation-stays-deleted-by-{name}");
        match section {
            Section::Stream(_) => family.honest(case, Modifications::None, stays),
            _ => family.attack(case, CHANGED, stays),
        };
    }
    family.attack(
        "row-into-an-object-stream-that-is-none",
        ANY,
        Update::new().section(Section::Stream(FAR)).row(PAGE, Row::In(CONTENT, 0)).onto(signed),
    );
    family.attack("row-to-another-member", ANY, {
        let page = edited(signed, PAGE, "/Contents 4 0 R", "/Contents 21 0 R");
        let update =
            Update::new().section(Section::Stream(FAR)).packed(FAR + 1, &[(PAGE, &page), (SECOND_PAGE, &page)]);
        update.row(PAGE, Row::In(FAR + 1, 1)).row(SECOND_PAGE, at(SECOND_PAGE)).onto(signed)
    });
    family.attack("history-dropped-by-a-full-table", ANY, {
        let update = (CATALOG..=COVER)
            .fold(Update::new().previous(None).row(0, Row::Free), |update, number| update.row(number, at(number)));
        update.onto(signed)
    });
    family
}
