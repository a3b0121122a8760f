//! Overlays that hide no more than they must, or hide something else than a line of text.

use kyso::DocMdp;
use kyso::validate::Modifications;

use super::base::{self, appended, cover, edited, number::*, replaced};
use super::overlays::{annotation, field, sign_sneaky};
use super::stamp::time_stamped;
use super::writer::Update;
use super::{CHANGED, Family};
use crate::shapes::writer::{Xref, stream};
use crate::{keys, signing};

/// A form as big as the page that paints this.
fn page_sized(content: &str) -> Vec<u8> {
    stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << /F1 6 0 R >> >>",
        content.as_bytes(),
    )
}

/// White over the amount alone, and another amount.
const AMOUNT: &str = "1 g 168 738 34 14 re f 0 g BT /F1 14 Tf 169 740 Td (9999) Tj ET";

pub(super) fn cases() -> Family {
    let mut family = Family::new("patches");
    let nothing_said = base::signed();
    let (form_filling, annotations) = (base::certified(DocMdp::FormFilling), base::certified(DocMdp::Annotations));
    let whole = "0 0 595 842";
    for (said, file) in [("p3", annotations), ("no-docmdp", nothing_said)] {
        let stamp = |rectangle: &str, look: Vec<u8>| {
            annotation(file, "Stamp", rectangle, "", "").object(FAR + 1, look).onto(file)
        };
        family.attack(format!("patch-in-a-big-box-{said}"), CHANGED, stamp(whole, page_sized(AMOUNT)));
        family.attack(format!("patch-over-the-amount-{said}"), CHANGED, {
            let look = cover(34, 14, "");
            stamp("168 738 202 752", look)
        });
        family.attack(format!("two-patches-{said}"), CHANGED, {
            let page = appended(file, PAGE, "/Annots", "200 0 R 202 0 R");
            let half = |rectangle: &str| {
                format!("<< /Type /Annot /Subtype /Stamp /Rect [{rectangle}] /F 4 /P 3 0 R /AP << /N 201 0 R >> >>")
            };
            let update = Update::new().object(PAGE, page).object(FAR + 1, cover(100, 20, ""));
            update.object(FAR, half("65 735 170 755")).object(FAR + 2, half("170 735 275 755")).onto(file)
        });
        family.attack(format!("rectangle-upside-down-{said}"), CHANGED, stamp("400 760 60 730", cover(340, 30, "")));
        let line = "60 730 400 760";
        let form = |more: &str| format!("/Type /XObject /Subtype /Form /BBox [0 0 340 30] {more}");
        family.attack(format!("wide-stroke-{said}"), CHANGED, {
            stamp(line, stream(&form(""), b"1 G 40 w 0 15 m 340 15 l S"))
        });
        family.attack(format!("shading-{said}"), CHANGED, {
            let shading = "/Resources << /Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 340 0] \
                 /Function << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [1] /N 1 >> /Extend [true true] >> >> >>";
            stamp(line, stream(&form(shading), b"/S sh"))
        });
        family.attack(format!("inline-picture-{said}"), CHANGED, {
            stamp(line, stream(&form(""), b"q 340 0 0 30 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q"))
        });
        family.attack(format!("big-letter-{said}"), CHANGED, {
            let font = "/Resources << /Font << /F2 23 0 R >> >>";
            stamp(line, stream(&form(font), b"1 g BT /F2 500 Tf 0 -40 Td (a) Tj ET"))
        });
        family.attack(format!("state-of-the-appearance-{said}"), CHANGED, {
            let update = annotation(file, "Stamp", line, "", "9999");
            let stamp = format!(
                "<< /Type /Annot /Subtype /Stamp /Rect [{line}] /F 4 /P 3 0 R /AS /On /AP << /N << /On 201 0 R >> >> >>"
            );
            update.object(FAR, stamp).onto(file)
        });
        family.attack(format!("ink-without-appearance-{said}"), CHANGED, {
            let page = appended(file, PAGE, "/Annots", "200 0 R");
            let ink = format!(
                "<< /Type /Annot /Subtype /Ink /Rect [{line}] /InkList [[60 745 400 745]] \
                /BS << /W 30 >> /C [1 1 1] /F 4 >>"
            );
            Update::new().object(PAGE, page).object(FAR, ink).onto(file)
        });
        family.attack(format!("free-text-without-appearance-{said}"), CHANGED, {
            let page = appended(file, PAGE, "/Annots", "200 0 R");
            let text = format!(
                "<< /Type /Annot /Subtype /FreeText /Rect [{line}] /C [1 1 1] \
                /DA (/Helv 14 Tf 0 g) /Contents (9999) /F 4 >>"
            );
            Update::new().object(PAGE, page).object(FAR, text).onto(file)
        });
        family.attack(format!("over-the-picture-{said}"), CHANGED, stamp("465 635 535 705", cover(70, 70, "")));
        family.attack(format!("over-the-stamp-{said}"), CHANGED, stamp("375 755 535 790", cover(160, 35, "COPY")));
        family.attack(
            format!("over-a-filled-field-{said}"),
            CHANGED,
            stamp("60 475 380 515", cover(320, 40, "Le Van C")),
        );
        family.attack(format!("over-the-checkbox-{said}"), CHANGED, stamp("65 425 95 455", cover(30, 30, "")));
    }

    // MuPDF finds the name in the form's own resources alone, and draws white.
    let mut see_through = base::objects();
    let resources = replaced(&see_through[&RESOURCES], "<<", "<< /ExtGState << /See << /ca 0 >> >>");
    see_through.insert(RESOURCES, resources);
    let see_through = base::sign(&base::written(&see_through, Xref::Table));
    for (name, resources, is_attack) in [
        ("see-through-by-a-name-of-the-page", "<< >>", true),
        ("see-through-by-a-name-of-its-own", "<< /ExtGState << /See << /ca 0 >> >> >>", false),
    ] {
        let form = format!("/Type /XObject /Subtype /Form /BBox [0 0 340 30] /Resources {resources}");
        let update = annotation(&see_through, "Stamp", "60 730 400 760", "", "");
        let file = update.stream(FAR + 1, &form, "/See gs 1 g 0 0 340 30 re f").onto(&see_through);
        match is_attack {
            true => family.attack(name, CHANGED, file),
            false => family.honest(name, Modifications::Annotations, file),
        }
    }

    // A scan has no text: all that it says is a picture.
    let mut scanned = base::objects();
    scanned.insert(CONTENT, stream("", b"q 515 0 0 762 40 40 cm /Picture Do Q"));
    let scanned = base::sign(&base::written(&scanned, Xref::Table));
    family.attack("over-a-scan", CHANGED, annotation(&scanned, "Stamp", "60 730 400 760", "", "9999").onto(&scanned));
    family.attack("sneaky-signature-over-a-scan", CHANGED, {
        sign_sneaky(&field(&scanned, "Sig", "60 730 400 760", "", cover(340, 30, "9999")).onto(&scanned))
    });
    let visible = base::signed_visibly();
    family.attack("over-the-leaders-signature", CHANGED, {
        annotation(visible, "Stamp", "330 120 460 180", "", "Le Van C").onto(visible)
    });
    family.attack("sneaky-signature-over-the-leaders", CHANGED, {
        sign_sneaky(&field(visible, "Sig", "330 120 460 180", "", cover(130, 60, "Le Van C")).onto(visible))
    });

    for (said, file) in [("p2", form_filling), ("no-docmdp", nothing_said)] {
        let sneaky = |rectangle: &str, more: &str, look: Vec<u8>| {
            sign_sneaky(&field(file, "Sig", rectangle, more, look).onto(file))
        };
        family.attack(format!("sneaky-patch-in-a-big-box-{said}"), CHANGED, sneaky(whole, "", page_sized(AMOUNT)));
        family.attack(
            format!("sneaky-patch-over-the-amount-{said}"),
            CHANGED,
            sneaky("168 738 202 752", "", cover(34, 14, "")),
        );
        let thin = || stream("/Type /XObject /Subtype /Form /BBox [0 0 340 30]", b"0 G 10 15 m 330 15 l S");
        let beside = "330 120 460 180";
        let script = "/S /JavaScript /JS (app.alert\\(1\\))";
        family.attack(
            format!("new-signature-field-with-an-action-{said}"),
            CHANGED,
            sneaky(beside, &format!("/A << {script} >>"), thin()),
        );
        family.attack(
            format!("new-signature-field-with-actions-{said}"),
            CHANGED,
            sneaky(beside, &format!("/AA << /E << {script} >> >>"), thin()),
        );
        family.attack(format!("new-signature-field-with-a-text-field-below-{said}"), CHANGED, {
            let kid = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (kid) /V (9999) /Parent 200 0 R /P 3 0 R \
                 /Rect [60 730 400 760] /F 4 /AP << /N 203 0 R >> >>";
            let page = appended(file, PAGE, "/Annots", "200 0 R 202 0 R");
            let update = field(file, "Sig", beside, "/Kids [202 0 R]", thin()).object(PAGE, page);
            update.object(FAR + 2, kid).object(FAR + 3, cover(340, 30, "9999")).onto(file)
        });
        family.attack(format!("new-signature-field-with-a-second-widget-{said}"), CHANGED, {
            let kid = |rectangle: &str, look: u32| {
                format!(
                    "<< /Type /Annot /Subtype /Widget /Parent 200 0 R /P 3 0 R /Rect [{rectangle}] \
                    /F 4 /AP << /N {look} 0 R >> >>"
                )
            };
            let page = appended(file, PAGE, "/Annots", "202 0 R 204 0 R");
            let form = edited(file, FORM, "/Fields [", "/Fields [200 0 R ");
            let update = Update::new()
                .object(PAGE, page)
                .object(FORM, form)
                .object(FAR, "<< /FT /Sig /T (Sneaky) /Kids [202 0 R 204 0 R] >>");
            let update = update.object(FAR + 2, kid(beside, FAR + 1)).object(FAR + 4, kid("60 730 400 760", FAR + 3));
            update.object(FAR + 1, thin()).object(FAR + 3, cover(340, 30, "9999")).onto(file)
        });
    }
    family.attack("time-stamp-with-a-patch", CHANGED, time_stamped(nothing_said, whole, Some(page_sized(AMOUNT))));

    for (said, file) in [("p3", annotations), ("no-docmdp", nothing_said)] {
        let line = "60 730 400 760";
        let without = |text: &str| {
            let page = appended(file, PAGE, "/Annots", "200 0 R");
            Update::new().object(PAGE, page).object(FAR, format!("<< /Type /Annot /P 3 0 R /F 4 {text} >>")).onto(file)
        };
        let quad = "/QuadPoints [60 760 400 760 60 730 400 730]";
        family.honest(format!("highlighter-without-appearance-{said}"), Modifications::Annotations, {
            without(&format!("/Subtype /Highlight /Rect [{line}] {quad} /C [1 1 0]"))
        });
        family.honest(format!("highlighter-{said}"), Modifications::Annotations, {
            let look = "/Type /XObject /Subtype /Form /BBox [0 0 340 30] /Group << /S /Transparency >> \
                 /Resources << /ExtGState << /G << /BM /Multiply >> >> >>";
            let update = annotation(file, "Highlight", line, quad, "");
            update.object(FAR + 1, stream(look, b"/G gs 1 1 0 rg 0 0 340 30 re f")).onto(file)
        });
        family.honest(format!("half-transparent-stamp-{said}"), Modifications::Annotations, {
            let look =
                "/Type /XObject /Subtype /Form /BBox [0 0 340 30] /Resources << /ExtGState << /G << /ca 0.3 >> >> >>";
            let update = annotation(file, "Stamp", line, "", "");
            update.object(FAR + 1, stream(look, b"/G gs 0 0 1 rg 0 0 340 30 re f")).onto(file)
        });
        family.honest(format!("underline-{said}"), Modifications::Annotations, {
            without(&format!("/Subtype /Underline /Rect [{line}] {quad} /C [1 0 0]"))
        });
        family.honest(format!("comment-and-answer-{said}"), Modifications::Annotations, {
            let page = appended(file, PAGE, "/Annots", "200 0 R 201 0 R 202 0 R");
            Update::new()
                .object(PAGE, page)
                .object(
                    FAR,
                    "<< /Type /Annot /Subtype /Text /Rect [520 500 540 520] /Contents (Why?) \
                    /Popup 201 0 R /P 3 0 R >>",
                )
                .object(FAR + 1, "<< /Type /Annot /Subtype /Popup /Rect [400 500 500 560] /Parent 200 0 R /P 3 0 R >>")
                .object(
                    FAR + 2,
                    "<< /Type /Annot /Subtype /Text /Rect [520 500 540 520] /Contents (So.) \
                    /IRT 200 0 R /P 3 0 R >>",
                )
                .onto(file)
        });
        family.honest(format!("comment-reworded-{said}"), Modifications::Annotations, {
            Update::new().object(NOTE, replaced(&base::body(file, NOTE), "(checked)", "(checked twice)")).onto(file)
        });
    }
    family.honest("transparent-seal-over-a-scan", Modifications::FormFill, {
        signing::seal(&scanned, &signing::seal_parameters(), &keys::signer(&keys::SEAL))
    });
    family
}
