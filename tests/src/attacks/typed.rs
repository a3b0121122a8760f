//! What was typed or stamped on a page when it was signed, altered or taken away: it reads like the page's own text.

use kyso::DocMdp;
use kyso::validate::Modifications;

use super::base::{self, edited, number::*};
use super::writer::Update;
use super::{CHANGED, Family};
use crate::shapes::writer::stream;

fn look(text: &str) -> Vec<u8> {
    stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 200 30] /Resources << /Font << /F1 6 0 R >> >>",
        format!("BT 0 g /F1 14 Tf 5 10 Td ({text}) Tj ET").as_bytes(),
    )
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("typed");
    let (nothing_said, annotations) = (base::signed(), base::certified(DocMdp::Annotations));
    let moved =
        |file: &[u8]| Update::new().object(NOTE, edited(file, NOTE, "[70 600 270 630]", "[70 500 270 530]")).onto(file);
    let redrawn = |file: &[u8]| {
        let note = edited(file, NOTE, "/N 22 0 R", "/N 200 0 R");
        Update::new().object(NOTE, note).object(FAR, look("Refused by the notary")).onto(file)
    };
    let removed = |file: &[u8]| {
        Update::new().object(SECOND_PAGE, edited(file, SECOND_PAGE, "[17 0 R 18 0 R]", "[17 0 R]")).onto(file)
    };
    let hidden = |file: &[u8]| Update::new().object(NOTE, edited(file, NOTE, "/F 4", "/F 6")).onto(file);
    family.attack("stamp-moved", CHANGED, moved(nothing_said));
    family.attack("stamp-redrawn", CHANGED, redrawn(nothing_said));
    family.attack("stamp-removed", CHANGED, removed(nothing_said));
    family.attack("stamp-hidden", CHANGED, hidden(nothing_said));
    // By its words, P=3 is about comments that are made, deleted and altered.
    family.honest("stamp-moved-p3", Modifications::Annotations, moved(annotations));
    family.honest("stamp-redrawn-p3", Modifications::Annotations, redrawn(annotations));
    family.honest("stamp-removed-p3", Modifications::Annotations, removed(annotations));
    family.honest("stamp-dated", Modifications::Annotations, {
        let dated = edited(nothing_said, NOTE, "/F 4", "/F 4 /M (D:20260202000000Z)");
        Update::new().object(NOTE, dated).onto(nothing_said)
    });
    family
}
