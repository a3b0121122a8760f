//! A signature that stood in the signed version in no field, and gets one later, with a picture.

use kyso::validate::Modifications::FormFill;

use super::base::{self, appended, cover, edited, number::*};
use super::by_hand::signed_by_hand;
use super::certified::signed_by_another;
use super::writer::{Section, Update};
use super::{CHANGED, Family};

/// The signature that no field holds.
const UNREACHED: u32 = FAR + 20;

/// A field on page 1 that holds it.
fn attached(file: &[u8], rectangle: &str) -> Update {
    let field = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [{rectangle}] /F 132 /P 3 0 R /V {UNREACHED} 0 R \
         /AP << /N 201 0 R >> >>"
    );
    Update::new()
        .object(PAGE, appended(file, PAGE, "/Annots", "200 0 R"))
        .object(FORM, edited(file, FORM, "/Fields [", "/Fields [200 0 R "))
        .object(FAR, field)
        .object(FAR + 1, cover(120, 30, "People's Committee"))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("attached");
    let beside = "420 300 540 330";
    let unreached = signed_by_hand(base::signed(), Update::new(), UNREACHED);
    family.attack("to-a-field-that-is-seen", CHANGED, attached(&unreached, beside).onto(&unreached));
    family.attack("to-a-field-that-is-not", CHANGED, attached(&unreached, "0 0 0 0").onto(&unreached));
    family.attack("by-stream", CHANGED, {
        attached(&unreached, beside).section(Section::Stream(FAR + 50)).onto(&unreached)
    });
    family.attack("to-the-reserved-field", CHANGED, {
        let value = format!("/T (Reserved) /V {UNREACHED} 0 R /AP << /N 201 0 R >>");
        let field = edited(&unreached, RESERVED, "/T (Reserved)", &value);
        Update::new().object(RESERVED, field).object(FAR + 1, cover(130, 60, "Seal")).onto(&unreached)
    });
    // It was there before the leader signed.
    let earlier = base::sign(&signed_by_hand(&base::unsigned(), Update::new(), UNREACHED));
    family.attack("that-the-leader-signed-over", CHANGED, attached(&earlier, beside).onto(&earlier));
    family.attack("that-the-leader-signed-over-and-signed-again", CHANGED, {
        signed_by_another(&attached(&earlier, beside).onto(&earlier))
    });

    family.honest("field-value-and-picture-at-once", FormFill, {
        signed_by_hand(base::signed(), attached(base::signed(), beside), UNREACHED)
    });
    family.honest("in-the-reserved-field-at-once", FormFill, {
        let value = format!("/T (Reserved) /V {UNREACHED} 0 R /AP << /N 201 0 R >>");
        let field = edited(base::signed(), RESERVED, "/T (Reserved)", &value);
        let update = Update::new().object(RESERVED, field).object(FAR + 1, cover(130, 60, "Seal"));
        signed_by_hand(base::signed(), update, UNREACHED)
    });
    family
}
