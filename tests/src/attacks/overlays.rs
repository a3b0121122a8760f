//! Annotations and fields that a later revision lays over signed text: evil annotations, sneaky signatures.

use kyso::appearance::Appearance;
use kyso::validate::Modifications;
use kyso::{DocMdp, Place, Role};
use kyso_testpki::{KeyType, Profile};

use super::base::{self, appended, cover, edited, number::*, replaced};
use super::stamp::time_stamped;
use super::writer::{Section, Update};
use super::{CHANGED, Family};
use crate::shapes::writer::stream;
use crate::{keys, signing};

/// Over the amount on page 1.
const OVER_THE_TEXT: &str = "60 730 400 760";
/// In the margin, where nothing is written.
const BESIDE_THE_TEXT: &str = "420 300 540 330";

/// One more annotation on page 1, object 200, with its appearance in 201.
pub(super) fn annotation(file: &[u8], subtype: &str, rectangle: &str, more: &str, text: &str) -> Update {
    let page = appended(file, PAGE, "/Annots", "200 0 R");
    let annotation =
        format!("<< /Type /Annot /Subtype /{subtype} /Rect [{rectangle}] /F 4 /P 3 0 R /AP << /N 201 0 R >> {more} >>");
    Update::new().object(PAGE, page).object(FAR, annotation).object(FAR + 1, cover(340, 30, text))
}

/// One more field on page 1, object 200, with its appearance in 201.
pub(super) fn field(file: &[u8], kind: &str, rectangle: &str, more: &str, look: Vec<u8>) -> Update {
    let page = appended(file, PAGE, "/Annots", "200 0 R");
    let form = edited(file, FORM, "/Fields [", "/Fields [200 0 R ");
    let field = format!(
        "<< /Type /Annot /Subtype /Widget /FT /{kind} /T (Sneaky) /Rect [{rectangle}] /F 132 /P 3 0 R \
         /AP << /N 201 0 R >> {more} >>"
    );
    Update::new().object(PAGE, page).object(FORM, form).object(FAR, field).object(FAR + 1, look)
}

/// Signs the field `Sneaky`, which keeps its look.
pub(super) fn sign_sneaky(file: &[u8]) -> Vec<u8> {
    let other = keys::PKI.issue(Profile::leader().name("Phạm Thị Khác").key(KeyType::P256)).unwrap();
    let parameters = signing::parameters(Role::Leader).field("Sneaky").place(Place::Field).appearance(Appearance::None);
    signing::sign_unjudged(file, &parameters, &keys::signer(&other))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("overlay");
    let nothing_said = base::signed();
    let (form_filling, annotations) = (base::certified(DocMdp::FormFilling), base::certified(DocMdp::Annotations));
    let lie = "The buyer pays 9999 VND to the seller.";

    for (said, file) in [("p3", annotations), ("no-docmdp", nothing_said)] {
        for (subtype, more) in [
            ("FreeText", "/DA (/Helv 14 Tf 0 g) /Contents (9999)"),
            ("Stamp", ""),
            ("Square", "/IC [1 1 1]"),
            ("Highlight", "/QuadPoints [60 760 400 760 60 730 400 730]"),
            ("Redact", "/IC [1 1 1]"),
            ("Watermark", ""),
        ] {
            let update = annotation(file, subtype, OVER_THE_TEXT, more, lie);
            family.attack(format!("{subtype}-{said}").to_lowercase(), CHANGED, update.onto(file));
        }
        family.attack(format!("square-without-appearance-{said}"), CHANGED, {
            let page = appended(file, PAGE, "/Annots", "200 0 R");
            let square =
                format!("<< /Type /Annot /Subtype /Square /Rect [{OVER_THE_TEXT}] /IC [1 1 1] /C [1 1 1] /F 4 >>");
            Update::new().object(PAGE, page).object(FAR, square).onto(file)
        });
        family.attack(format!("covering-by-its-matrix-{said}"), CHANGED, {
            // The appearance is fitted to the rectangle, whatever its own box.
            let update = annotation(file, "Stamp", OVER_THE_TEXT, "", lie);
            update.object(FAR + 1, replaced(&cover(3, 1, ""), "/BBox", "/Matrix [90 0 0 90 0 0] /BBox")).onto(file)
        });
        family.attack(format!("covering-by-a-nested-form-{said}"), CHANGED, {
            let outer = stream(
                "/Type /XObject /Subtype /Form /BBox [0 0 340 30] /Resources << /XObject << /X 202 0 R >> >>",
                b"/X Do",
            );
            let update = annotation(file, "Stamp", OVER_THE_TEXT, "", lie).object(FAR + 1, outer);
            update.object(FAR + 2, cover(340, 30, lie)).onto(file)
        });
        family.attack(format!("covering-by-a-picture-{said}"), CHANGED, {
            let outer = stream(
                "/Type /XObject /Subtype /Form /BBox [0 0 340 30] /Resources << /XObject << /X 202 0 R >> >>",
                b"340 0 0 30 0 0 cm /X Do",
            );
            let picture =
                "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8";
            let update = annotation(file, "Stamp", OVER_THE_TEXT, "", lie).object(FAR + 1, outer);
            update.stream(FAR + 2, picture, [0xff]).onto(file)
        });
        family.attack(format!("old-annotation-moved-over-text-{said}"), CHANGED, {
            let note = edited(file, NOTE, "[70 600 270 630]", "[70 770 400 800]");
            Update::new().object(NOTE, note).onto(file)
        });
        family.attack(
            format!("field-{said}"),
            CHANGED,
            field(file, "Tx", OVER_THE_TEXT, "/V (x) /MK << /BG [1 1 1] >>", cover(340, 30, lie)).onto(file),
        );
        family.attack(
            format!("button-{said}"),
            CHANGED,
            field(file, "Btn", OVER_THE_TEXT, "/Ff 65536", cover(340, 30, lie)).onto(file),
        );
    }
    family.attack(
        "field-p2",
        CHANGED,
        field(form_filling, "Tx", OVER_THE_TEXT, "/V (x)", cover(340, 30, lie)).onto(form_filling),
    );

    for (said, file) in [("p2", form_filling), ("p3", annotations), ("no-docmdp", nothing_said)] {
        let sneaky = field(file, "Sig", OVER_THE_TEXT, "", cover(340, 30, lie)).onto(file);
        family.attack(format!("sneaky-signature-{said}"), CHANGED, sign_sneaky(&sneaky));
        family.attack(format!("sneaky-empty-field-{said}"), CHANGED, sneaky);
        let whole_page = field(file, "Sig", "0 0 595 842", "", cover(595, 842, lie)).onto(file);
        family.attack(format!("sneaky-signature-over-the-page-{said}"), CHANGED, sign_sneaky(&whole_page));
        family.attack(format!("sneaky-signature-by-stream-{said}"), CHANGED, {
            let update = field(file, "Sig", OVER_THE_TEXT, "", cover(340, 30, lie)).section(Section::Stream(FAR + 9));
            sign_sneaky(&update.onto(file))
        });
        family.attack(format!("reserved-field-moved-over-text-{said}"), CHANGED, {
            let reserved = edited(file, RESERVED, "[330 120 460 180]", "[60 770 400 800] /AP << /N 201 0 R >>");
            let moved = Update::new().object(RESERVED, reserved).object(FAR + 1, cover(340, 30, lie)).onto(file);
            let parameters = signing::parameters(Role::Leader).field("Reserved");
            let other = keys::PKI.issue(Profile::leader().name("Phạm Thị Khác").key(KeyType::P256)).unwrap();
            signing::sign_unjudged(&moved, &parameters, &keys::signer(&other))
        });
    }
    for (said, file) in [("p1", base::certified(DocMdp::NoChanges)), ("no-docmdp", nothing_said)] {
        let look = || cover(340, 30, lie);
        family.attack(format!("sneaky-time-stamp-{said}"), CHANGED, time_stamped(file, OVER_THE_TEXT, Some(look())));
        family.honest(format!("time-stamp-{said}"), Modifications::Lta, time_stamped(file, "0 0 0 0", None));
    }

    for (said, file) in [("p3", annotations), ("no-docmdp", nothing_said)] {
        let honest = |subtype: &str, more: &str| annotation(file, subtype, BESIDE_THE_TEXT, more, "Seen.").onto(file);
        family.honest(format!("stamp-beside-{said}"), Modifications::Annotations, honest("Stamp", ""));
        let free_text = honest("FreeText", "/DA (/Helv 14 Tf 0 g) /Contents (Seen.)");
        family.honest(format!("free-text-beside-{said}"), Modifications::Annotations, free_text);
        family.honest(format!("note-beside-{said}"), Modifications::Annotations, {
            let page = appended(file, PAGE, "/Annots", "200 0 R");
            let note = "<< /Type /Annot /Subtype /Text /Rect [520 500 540 520] /Contents (Seen.) /P 3 0 R >>";
            Update::new().object(PAGE, page).object(FAR, note).onto(file)
        });
    }
    let transparent = || {
        let look = "/Type /XObject /Subtype /Form /BBox [0 0 340 30]";
        stream(look, b"1 0 0 RG 2 w 10 15 m 330 15 l S")
    };
    let stroke = field(form_filling, "Sig", OVER_THE_TEXT, "", transparent()).onto(form_filling);
    family.honest("thin-stroke-over-text", Modifications::FormFill, sign_sneaky(&stroke));
    family
}
