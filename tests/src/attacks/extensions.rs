//! Developer extensions: added and raised by whoever uses them, and never lowered.

use kyso::DocMdp;
use kyso::validate::Modifications::{FormFill, Lta};

use super::base::{self, edited, extended, number::*, replaced};
use super::certified::signed_by_another;
use super::honest::evidence;
use super::writer::{Section, Update};
use super::{CHANGED, Family};
use crate::shapes::writer::Xref;

/// The extensions of object 30, where they're objects of their own.
const OWN: u32 = 30;
const ADBE: u32 = 31;

/// The contract with these entries in its catalog and these objects.
fn contract(entries: &str, more: &[(u32, &str)]) -> Vec<u8> {
    let mut objects = base::objects();
    objects.insert(CATALOG, replaced(&objects[&CATALOG], "<<", &format!("<< {entries}")));
    objects.extend(more.iter().map(|(number, body)| (*number, body.as_bytes().to_vec())));
    base::written(&objects, Xref::Table)
}

fn extension(base: &str, level: &str) -> String {
    format!("<< /BaseVersion /{base} /ExtensionLevel {level} >>")
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("extensions");
    let direct = |base: &str, level: &str| format!("/Extensions << /ESIC {} >>", extension(base, level));
    let unsigned = contract(&direct("1.7", "2"), &[]);
    let signed = base::sign(&unsigned);
    // A program that adds evidence writes the catalog anew.
    let renewed = |file: &[u8], from: &str, to: &str| {
        let catalog = replaced(&extended(file, CATALOG, "/DSS 210 0 R"), from, to);
        evidence(file).object(CATALOG, catalog)
    };
    let raised = |to: &str| renewed(&signed, &direct("1.7", "2"), to).onto(&signed);

    family.honest("raised", Lta, raised(&direct("1.7", "5")));
    family.honest("raised-with-the-version", Lta, raised(&direct("2.0", "5")));
    family.honest("raised-with-its-type-and-its-documentation", Lta, {
        raised("/Extensions << /ESIC << /Type /DeveloperExtensions /BaseVersion /1.7 /ExtensionLevel 5 /URL (https://example.vn) >> >>")
    });
    family.honest("another-beside", Lta, {
        raised(&format!("/Extensions << /ESIC {} /ADBE {} >>", extension("1.7", "2"), extension("1.7", "8")))
    });
    family.honest("several-of-one-developer", Lta, {
        raised(&format!("/Extensions << /ESIC [{} {}] >>", extension("1.7", "2"), extension("2.0", "1")))
    });
    family.honest("type-given", Lta, {
        raised("/Extensions << /ESIC << /Type /DeveloperExtensions /BaseVersion /1.7 /ExtensionLevel 2 >> >>")
    });
    family.honest("raised-by-stream", Lta, {
        renewed(&signed, &direct("1.7", "2"), &direct("1.7", "5")).section(Section::Stream(FAR + 50)).onto(&signed)
    });
    family.honest("raised-in-an-object-stream", Lta, {
        let file = base::sign(&contract(&direct("1.7", "2"), &[]));
        let catalog = replaced(&base::body(&file, CATALOG), &direct("1.7", "2"), &direct("1.7", "5"));
        Update::new().packed(FAR, &[(CATALOG, &catalog)]).section(Section::Stream(FAR + 1)).onto(&file)
    });
    family.honest("raised-twice-and-signed-again", FormFill, {
        let once = raised(&direct("1.7", "5"));
        let catalog = edited(&once, CATALOG, &direct("1.7", "5"), &direct("1.7", "6"));
        signed_by_another(&Update::new().object(CATALOG, catalog).onto(&once))
    });
    family.honest("raised-p1", Lta, {
        let file = base::certify(&unsigned, DocMdp::NoChanges);
        renewed(&file, &direct("1.7", "2"), &direct("1.7", "5")).onto(&file)
    });
    let adbe = extension("1.7", "3");
    let own = base::sign(&contract("/Extensions 30 0 R", &[(OWN, "<< /ADBE 31 0 R >>"), (ADBE, &adbe)]));
    family.honest("raised-in-its-own-object", Lta, Update::new().object(ADBE, extension("1.7", "8")).onto(&own));
    family.honest("another-in-their-own-object", Lta, {
        let both = format!("<< /ADBE 31 0 R /ESIC {} >>", extension("1.7", "5"));
        evidence(&own).object(OWN, both).onto(&own)
    });
    family.honest("in-another-object", Lta, {
        let catalog = edited(&own, CATALOG, "/Extensions 30 0 R", "/Extensions 200 0 R");
        let all = format!("<< /ADBE {} >>", extension("1.7", "8"));
        Update::new().object(CATALOG, catalog).object(FAR, all).onto(&own)
    });

    family.attack("lowered", CHANGED, raised(&direct("1.7", "1")));
    family.attack("version-lowered", CHANGED, raised(&direct("1.6", "5")));
    family.attack("level-lowered-under-a-higher-version", CHANGED, raised(&direct("2.0", "1")));
    family.attack("removed", CHANGED, raised(""));
    family.attack("prefix-removed", CHANGED, raised(&format!("/Extensions << /ADBE {} >>", extension("1.7", "8"))));
    family.attack("raised-with-another-key", CHANGED, {
        raised("/Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 /Font 6 0 R >> >>")
    });
    family.attack("another-that-is-none", CHANGED, {
        raised(&format!("/Extensions << /ESIC {} /ABCD << /OFF [19 0 R] >> >>", extension("1.7", "5")))
    });
    family.attack("documentation-that-is-missing", CHANGED, {
        raised("/Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 /URL 300 0 R >> >>")
    });
    family.attack("documentation-of-a-wrong-generation", CHANGED, {
        raised("/Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 /URL 4 7 R >> >>")
    });
    family.attack("level-that-is-no-number", CHANGED, raised(&direct("1.7", "(5)")));
    family.attack("version-that-is-none", CHANGED, raised(&direct("9.9", "5")));
    family.attack("a-stream", CHANGED, {
        let catalog = edited(&signed, CATALOG, &direct("1.7", "2"), "/Extensions << /ESIC 200 0 R >>");
        let update = Update::new().object(CATALOG, catalog);
        update.stream(FAR, "/BaseVersion /1.7 /ExtensionLevel 5", base::content("9999")).onto(&signed)
    });
    family.attack("one-of-several-removed", CHANGED, {
        let two = format!("/Extensions << /ESIC [{} {}] >>", extension("1.7", "2"), extension("1.7", "5"));
        let file = base::sign(&contract(&two, &[]));
        Update::new().object(CATALOG, edited(&file, CATALOG, &two, &direct("1.7", "2"))).onto(&file)
    });
    family.attack("lowered-in-its-own-object", CHANGED, Update::new().object(ADBE, extension("1.7", "2")).onto(&own));
    family.attack("raised-and-the-page-changed", CHANGED, {
        Update::new().object(ADBE, extension("1.7", "8")).stream(CONTENT, "", base::content("9999")).onto(&own)
    });
    family.attack("raised-in-the-pages-resources", CHANGED, {
        // One object is the extension and the resources of the pages.
        let shared = contract("/Extensions << /ADBE 5 0 R >>", &[]);
        let file = base::sign(&shared);
        let resources = edited(&file, RESOURCES, "/Cover 26 0 R", "");
        let resources = replaced(&resources, "<<", "<< /BaseVersion /1.7 /ExtensionLevel 8");
        Update::new().object(RESOURCES, resources).onto(&file)
    });
    family
}
