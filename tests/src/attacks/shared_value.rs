//! One signature that several fields claim as theirs.

use kyso::validate::Modifications;

use super::base::{self, appended, body, cover, edited, number::*, text_field};
use super::certified::signed_by_another;
use super::writer::{Section, Update};
use super::{CHANGED, Family};

/// A field on page 2 whose value is the leader's signature.
fn second_field(file: &[u8], rectangle: &str, value: u32) -> Update {
    let look = if rectangle == "0 0 0 0" { "" } else { "/AP << /N 201 0 R >>" };
    let field = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Again) /Rect [{rectangle}] /F 132 /P 7 0 R \
            /V {value} 0 R {look} >>"
    );
    let update = Update::new()
        .object(SECOND_PAGE, appended(file, SECOND_PAGE, "/Annots", "200 0 R"))
        .object(FORM, edited(file, FORM, "/Fields [", "/Fields [200 0 R "))
        .object(FAR, field);
    if look.is_empty() { update } else { update.object(FAR + 1, cover(300, 30, "Signed by the leader")) }
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("shared-value");
    let signed = base::signed();
    let (field, value) = base::leader(signed);
    family.attack("new-field", CHANGED, second_field(signed, "0 0 0 0", value).onto(signed));
    family.attack("new-field-seen", CHANGED, second_field(signed, "70 700 370 730", value).onto(signed));
    family.attack(
        "new-field-by-stream",
        CHANGED,
        second_field(signed, "70 700 370 730", value).section(Section::Stream(FAR + 5)).onto(signed),
    );
    family.attack("reserved-field", CHANGED, {
        let reserved = edited(signed, RESERVED, "/T (Reserved)", &format!("/T (Reserved) /V {value} 0 R"));
        Update::new().object(RESERVED, reserved).onto(signed)
    });
    family.attack("text-field", CHANGED, {
        let text = base::replaced(&text_field("x", ""), "/V (x)", &format!("/V {value} 0 R"));
        Update::new().object(TEXT_FIELD, text).onto(signed)
    });
    family.attack("second-widget", CHANGED, {
        // The field gets kids: its own place, and another on page 2.
        let kid = |page: u32| {
            format!(
                "<< /Type /Annot /Subtype /Widget /Parent {field} 0 R \
            /Rect [70 700 370 730] /P {page} 0 R /F 132 /AP << /N 201 0 R >> >>"
            )
        };
        let parent = edited(signed, field, "/FT /Sig", "/FT /Sig /Kids [200 0 R]");
        let page = appended(signed, SECOND_PAGE, "/Annots", "200 0 R");
        let update = Update::new().object(field, parent).object(FAR, kid(SECOND_PAGE)).object(SECOND_PAGE, page);
        update.object(FAR + 1, cover(300, 30, "Signed by the leader")).onto(signed)
    });
    family.attack("same-field-listed-twice", CHANGED, {
        let form = edited(signed, FORM, "/Fields [", &format!("/Fields [{field} 0 R "));
        Update::new().object(FORM, form).onto(signed)
    });

    family.honest("second-signature-of-its-own", Modifications::FormFill, signed_by_another(signed));
    family.honest("form-restated", Modifications::None, Update::new().object(FORM, body(signed, FORM)).onto(signed));
    family
}
