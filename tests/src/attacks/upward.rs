//! Entries called /P or /Parent that don't lead upward: the policy of a layer, the prefix of page labels, the parameters
//! of a program to launch.

use kyso::validate::Modifications;

use super::base::{self, appended, edited, number::*, replaced};
use super::writer::Update;
use super::{CHANGED, Family};
use crate::shapes::writer::Xref;

pub(super) fn cases() -> Family {
    let mut family = Family::new("upward");
    let mut objects = base::objects();
    let resources =
        replaced(base::RESOURCES_TEXT.as_bytes(), "/Layer 19 0 R", "/Layer << /Type /OCMD /OCGs [19 0 R] /P /AnyOn >>");
    let page =
        replaced(&objects[&PAGE], "/Resources 5 0 R", &format!("/Resources {}", String::from_utf8_lossy(&resources)));
    objects.insert(PAGE, page);
    let catalog = replaced(
        &objects[&CATALOG],
        "/Type /Catalog",
        "/Type /Catalog /PageLabels << /Nums [0 << /S /D /P (A-) >>] >> \
         /OpenAction << /S /Launch /Win << /F (calc.exe) /P (safe) >> >>",
    );
    objects.insert(CATALOG, catalog);
    let signed = base::sign(&base::written(&objects, Xref::Table));
    let with = |number: u32, from: &str, to: &str| {
        Update::new().object(number, edited(&signed, number, from, to)).onto(&signed)
    };

    family.attack("policy-of-a-layer", CHANGED, with(PAGE, "/AnyOn", "/AllOff"));
    family.attack("prefix-of-page-labels", CHANGED, with(CATALOG, "(A-)", "(B-)"));
    family.attack("parameters-of-a-program", CHANGED, with(CATALOG, "(safe)", "(evil)"));
    family.honest("note-on-the-page", Modifications::Annotations, {
        let page = appended(&signed, PAGE, "/Annots", "200 0 R");
        let note = "<< /Type /Annot /Subtype /Text /Rect [520 500 540 520] /Contents (Seen.) /P 3 0 R >>";
        Update::new().object(PAGE, page).object(FAR, note).onto(&signed)
    });
    family
}
