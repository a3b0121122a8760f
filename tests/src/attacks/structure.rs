//! The logical structure: it takes in what later revisions bring, and describes what was signed as it did.

use kyso::DocMdp;
use kyso::validate::Modifications::FormFill;

use super::base::{self, edited, extended, number::*, replaced};
use super::overlays::{field, sign_sneaky};
use super::writer::{Section, Update};
use super::{CHANGED, FORBIDDEN, Family};
use crate::shapes::writer::{Objects, Xref, stream};

const ROOT: u32 = 30;
const WHOLE: u32 = 31;
const PARAGRAPH: u32 = 32;
const KIDS: u32 = 33;
const TREE: u32 = 34;
const OF_PAGE: u32 = 35;
const OUTLINES: u32 = 36;
const ITEM: u32 = 37;
/// The new field's element.
const ELEMENT: u32 = FAR + 10;

/// How readers come to the structure, but for the catalog.
const WAYS: [(&str, &str); 4] = [
    ("outline", "/Dest [3 0 R /Fit] /SE 31 0 R"),
    ("destination", "/A << /S /GoTo /D [3 0 R /Fit] /SD [31 0 R /XYZ 0 800 null] >>"),
    ("outline-of-the-paragraph", "/Dest [3 0 R /Fit] /SE 32 0 R"),
    ("both", "/SE 31 0 R /A << /Type /Action /S /GoTo /D [3 0 R /FitH 800] /SD [32 0 R /FitH 800] >>"),
];

/// The contract, tagged, with this item in its outlines.
fn tagged(item: &str) -> Objects {
    let mut objects = base::objects();
    let catalog = "/StructTreeRoot 30 0 R /MarkInfo << /Marked true >> /Outlines 36 0 R";
    objects.insert(CATALOG, replaced(&objects[&CATALOG], "<<", &format!("<< {catalog}")));
    objects.insert(PAGE, replaced(&objects[&PAGE], "<<", "<< /StructParents 0"));
    objects.insert(SECOND_PAGE, replaced(&objects[&SECOND_PAGE], "<<", "<< /StructParents 7"));
    let mut put = |number: u32, body: &str| _ = objects.insert(number, body.as_bytes().to_vec());
    put(ROOT, "<< /Type /StructTreeRoot /K [31 0 R] /ParentTree 34 0 R /ParentTreeNextKey 1 >>");
    put(WHOLE, "<< /Type /StructElem /S /Document /P 30 0 R /K [32 0 R] >>");
    put(PARAGRAPH, "<< /Type /StructElem /S /P /P 31 0 R /Pg 3 0 R /K [0] /Alt (The price) >>");
    put(TREE, "<< /Nums [0 35 0 R] >>");
    put(OF_PAGE, "[32 0 R]");
    put(OUTLINES, "<< /Type /Outlines /First 37 0 R /Last 37 0 R /Count 1 >>");
    put(ITEM, &format!("<< /Title (Start) /Parent 36 0 R {item} >>"));
    objects
}

/// One more signature field on page 1, with its element.
fn described(file: &[u8]) -> Update {
    let look = stream("/Type /XObject /Subtype /Form /BBox [0 0 120 30]", b"1 0 0 RG 2 w 10 15 m 110 15 l S");
    field(file, "Sig", "420 300 540 330", "/StructParent 1", look)
        .object(WHOLE, edited(file, WHOLE, "/K [32 0 R]", "/K [32 0 R 210 0 R]"))
        .object(ELEMENT, "<< /Type /StructElem /S /Form /P 31 0 R /Pg 3 0 R /K << /Type /OBJR /Obj 200 0 R >> >>")
        .object(TREE, edited(file, TREE, "/Nums [", "/Nums [1 210 0 R "))
        .object(ROOT, edited(file, ROOT, "/ParentTreeNextKey 1", "/ParentTreeNextKey 2"))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("structure");
    for (name, item) in WAYS {
        let file = base::sign(&base::written(&tagged(item), Xref::Table));
        family.honest(format!("signed-again-by-{name}"), FormFill, sign_sneaky(&described(&file).onto(&file)));
    }
    for (name, xref) in [("stream", Xref::Stream), ("compressed", Xref::Compressed)] {
        let unsigned = base::written(&tagged(WAYS[0].1), Xref::Table);
        let update = described(&unsigned).section(Section::Stream(FAR + 50));
        let file = base::sign(&base::written(&tagged(WAYS[0].1), xref));
        family.honest(format!("signed-again-in-a-file-by-{name}"), FormFill, {
            // The signature's own field stands in the page and in the form that the update renews.
            let (own, _) = base::leader(&file);
            let page = replaced(&base::body(&unsigned, PAGE), "/Annots [", &format!("/Annots [{own} 0 R 200 0 R "));
            let fields = format!("/Fields [{own} 0 R 200 0 R ");
            let form = replaced(&base::body(&unsigned, FORM), "/Fields [", &fields);
            let (page, form) = in_order(&file, page, form, own);
            sign_sneaky(&update.object(PAGE, page).object(FORM, form).onto(&file))
        });
    }
    let link = |objects: &mut Objects| {
        let action = "/A << /S /GoTo /D [3 0 R /Fit] /SD [31 0 R /Fit] >>";
        let link = format!("<< /Type /Annot /Subtype /Link /Rect [70 300 90 320] /Border [0 0 0] {action} >>");
        objects.insert(38, link.into_bytes());
        objects.insert(PAGE, replaced(&objects[&PAGE], "/Annots [", "/Annots [38 0 R "));
    };
    family.honest("signed-again-by-a-link", FormFill, {
        let mut objects = tagged("/Dest [3 0 R /Fit]");
        link(&mut objects);
        let file = base::sign(&base::written(&objects, Xref::Table));
        sign_sneaky(&described(&file).onto(&file))
    });
    family.honest("signed-again-by-a-named-destination", FormFill, {
        let mut objects = tagged("/Dest (start)");
        let names = "/Names << /Dests << /Names [(start) << /D [3 0 R /Fit] /SD [31 0 R /Fit] >>] >> >>";
        objects.insert(CATALOG, replaced(&objects[&CATALOG], "<<", &format!("<< {names}")));
        let file = base::sign(&base::written(&objects, Xref::Table));
        sign_sneaky(&described(&file).onto(&file))
    });
    let with_kids = |kids: &str, more: &[(u32, &str)]| {
        let mut objects = tagged(WAYS[0].1);
        objects.insert(WHOLE, replaced(&objects[&WHOLE], "/K [32 0 R]", kids));
        objects.extend(more.iter().map(|(number, body)| (*number, body.as_bytes().to_vec())));
        base::sign(&base::written(&objects, Xref::Table))
    };
    family.honest("one-kid-becomes-several", FormFill, {
        let file = with_kids("/K 32 0 R", &[]);
        let whole = edited(&file, WHOLE, "/K 32 0 R", "/K [32 0 R 210 0 R]");
        let like = base::sign(&base::written(&tagged(WAYS[0].1), Xref::Table));
        sign_sneaky(&described(&like).object(WHOLE, whole).onto(&file))
    });
    family.honest("kids-in-an-array-of-their-own", FormFill, {
        let file = with_kids("/K 33 0 R", &[(KIDS, "[32 0 R]")]);
        let like = base::sign(&base::written(&tagged(WAYS[0].1), Xref::Table));
        let update = described(&like).object(WHOLE, base::body(&file, WHOLE)).object(KIDS, "[32 0 R 210 0 R]");
        sign_sneaky(&update.onto(&file))
    });
    let file = base::sign(&base::written(&tagged(WAYS[0].1), Xref::Table));
    family.honest("parent-tree-with-nodes", FormFill, {
        let update = described(&file).object(TREE, "<< /Kids [220 0 R 221 0 R] >>");
        let update = update.object(220, "<< /Limits [0 0] /Nums [0 35 0 R] >>");
        sign_sneaky(&update.object(221, "<< /Limits [1 1] /Nums [1 210 0 R] >>").onto(&file))
    });
    family.honest("field-under-an-element-that-was-there", FormFill, {
        let whole = edited(&file, WHOLE, "/K [32 0 R]", "/K [32 0 R << /Type /OBJR /Pg 3 0 R /Obj 200 0 R >>]");
        let tree = edited(&file, TREE, "/Nums [", "/Nums [1 31 0 R ");
        sign_sneaky(&described(&file).object(WHOLE, whole).object(TREE, tree).object(ELEMENT, "null").onto(&file))
    });

    let altered = |number: u32, from: &str, to: &str| {
        let update = described(&file).object(number, edited(&file, number, from, to));
        sign_sneaky(&update.onto(&file))
    };
    let element = |body: &str| sign_sneaky(&described(&file).object(ELEMENT, body).onto(&file));
    let tree = |body: &str| sign_sneaky(&described(&file).object(TREE, body).onto(&file));
    let of_field = "<< /Type /OBJR /Obj 200 0 R >>";
    family.attack("another-text-instead", CHANGED, altered(PARAGRAPH, "(The price)", "(Free of charge)"));
    family.attack("actual-text", CHANGED, altered(PARAGRAPH, "<<", "<< /ActualText (Nothing is paid.)"));
    family.attack("other-content", CHANGED, altered(PARAGRAPH, "/K [0]", "/K [0 1]"));
    family.attack("content-of-another-page", CHANGED, altered(PARAGRAPH, "/Pg 3 0 R", "/Pg 7 0 R"));
    family.attack("another-role", CHANGED, altered(PARAGRAPH, "/S /P ", "/S /Artifact "));
    family.attack("roles-mapped", CHANGED, altered(ROOT, "<<", "<< /RoleMap << /P /H1 >>"));
    family.attack("element-gone", CHANGED, {
        let whole = edited(&file, WHOLE, "/K [32 0 R]", "/K [210 0 R]");
        sign_sneaky(&described(&file).object(WHOLE, whole).onto(&file))
    });
    family.attack("element-twice", CHANGED, {
        let whole = edited(&file, WHOLE, "/K [32 0 R]", "/K [32 0 R 210 0 R 32 0 R]");
        sign_sneaky(&described(&file).object(WHOLE, whole).onto(&file))
    });
    family.attack("signed-content-in-the-new-element", CHANGED, {
        element(&format!("<< /S /Form /P 31 0 R /Pg 3 0 R /ActualText (Nothing is paid.) /K [{of_field} 0] >>"))
    });
    family.attack("signed-content-in-the-new-element-by-reference", CHANGED, {
        element(&format!("<< /S /Form /P 31 0 R /K [{of_field} << /Type /MCR /Pg 3 0 R /MCID 0 >>] >>"))
    });
    family.attack("old-element-in-the-new-one", CHANGED, {
        element(&format!("<< /S /Form /P 31 0 R /Alt (Nothing is paid.) /K [{of_field} 32 0 R] >>"))
    });
    family.attack("old-annotation-in-the-new-element", CHANGED, {
        element("<< /S /Form /P 31 0 R /Alt (Not agreed) /K << /Type /OBJR /Obj 12 0 R >> >>")
    });
    family.attack("element-of-nothing", CHANGED, element("<< /S /P /P 31 0 R /ActualText (Nothing is paid.) >>"));
    family.attack("entry-replaced", CHANGED, tree("<< /Nums [0 [210 0 R] 1 210 0 R] >>"));
    family.attack("entry-twice", CHANGED, tree("<< /Nums [0 [210 0 R] 0 35 0 R 1 210 0 R] >>"));
    family.attack("entry-of-a-page", CHANGED, tree("<< /Nums [0 35 0 R 1 210 0 R 7 [210 0 R]] >>"));
    family.attack("entry-gone", CHANGED, tree("<< /Nums [1 210 0 R] >>"));
    family.attack("array-of-the-page-altered", CHANGED, altered(OF_PAGE, "[32 0 R]", "[31 0 R 32 0 R]"));
    family.attack("outline-leads-to-another-element", CHANGED, altered(ITEM, "/SE 31 0 R", "/SE 32 0 R"));
    family.attack("element-that-is-resources", CHANGED, {
        // Under the key of an outline's element, resources name a font.
        let mut objects = tagged(WAYS[0].1);
        objects.insert(RESOURCES, replaced(&objects[&RESOURCES], "/F1 6 0 R", "/F1 6 0 R /SE 31 0 R"));
        let file = base::sign(&base::written(&objects, Xref::Table));
        sign_sneaky(&described(&file).onto(&file))
    });
    family.attack("outline-that-is-resources", CHANGED, {
        let mut objects = tagged(WAYS[0].1);
        objects.insert(RESOURCES, replaced(&objects[&RESOURCES], "/Font <<", "/Font 37 0 R /Were <<"));
        objects.insert(ITEM, replaced(&objects[&ITEM], "<<", "<< /F1 6 0 R /F2 23 0 R"));
        let file = base::sign(&base::written(&objects, Xref::Table));
        sign_sneaky(&described(&file).onto(&file))
    });
    family.attack("kids-that-are-widths", CHANGED, {
        let mut objects = tagged(WAYS[0].1);
        objects.insert(WHOLE, replaced(&objects[&WHOLE], "/K [32 0 R]", "/K 33 0 R"));
        objects.insert(KIDS, b"[32 0 R]".to_vec());
        objects.insert(
            FONT,
            replaced(&objects[&FONT], "/BaseFont", "/FirstChar 32 /LastChar 33 /Widths 33 0 R /BaseFont"),
        );
        let file = base::sign(&base::written(&objects, Xref::Table));
        let like = base::sign(&base::written(&tagged(WAYS[0].1), Xref::Table));
        let update = described(&like).object(WHOLE, base::body(&file, WHOLE)).object(KIDS, "[210 0 R 32 0 R]");
        sign_sneaky(&update.onto(&file))
    });
    let element = |kids: &str| {
        format!("<< /Type /StructElem /S /P /P 31 0 R /Pg 3 0 R /ActualText (The seller pays) /K {kids} >>")
    };
    let of_stream = |number: u32| format!("<< /Type /MCR /Pg 3 0 R /MCID 0 /Stm {number} 0 R >>");
    family.honest("drawing-described", FormFill, {
        let update =
            described(&file).object(ELEMENT, element(&format!("[<< /Type /OBJR /Obj 200 0 R >> {}]", of_stream(201))));
        sign_sneaky(&update.onto(&file))
    });
    family.attack("content-described-that-nothing-draws", CHANGED, {
        let update = described(&file).object(ELEMENT, element(&of_stream(220))).stream(220, "", b"BT ET");
        sign_sneaky(&update.onto(&file))
    });
    family.attack("annotation-described-that-no-page-has", CHANGED, {
        let update = described(&file).object(ELEMENT, element("<< /Type /OBJR /Obj 220 0 R >>"));
        sign_sneaky(&update.object(220, "<< /Type /Annot /Subtype /Widget /Rect [0 0 9 9] >>").onto(&file))
    });
    family.attack("described-p1", FORBIDDEN, {
        let file = base::certify(&base::written(&tagged(WAYS[0].1), Xref::Table), DocMdp::NoChanges);
        described(&file).onto(&file)
    });
    family.attack("described-and-the-page-changed", CHANGED, {
        let update = described(&file).stream(CONTENT, "", base::content("9999"));
        sign_sneaky(&update.onto(&file))
    });
    family.attack("page-described-anew", CHANGED, {
        let page = extended(&described(&file).onto(&file), PAGE, "/StructParents 1");
        let page = replaced(&page, "/StructParents 0", "");
        sign_sneaky(&described(&file).object(PAGE, page).onto(&file))
    });
    family
}

/// The page and the form as the signed file has them, with the new field in front of the others or behind, as it has its own.
fn in_order(file: &[u8], page: Vec<u8>, form: Vec<u8>, own: u32) -> (Vec<u8>, Vec<u8>) {
    let document = kyso::Document::parse(file).unwrap();
    let listed = |body: Vec<u8>, number: u32, key: &str| {
        let dictionary = document.dictionary_at((number, 0)).unwrap().unwrap();
        let items = document.items(dictionary.get(key.as_bytes()).ok()).unwrap();
        let items: Vec<String> = items.iter().map(|item| format!("{} 0 R", item.as_reference().unwrap().0)).collect();
        let text = String::from_utf8(body).unwrap();
        let start = text.find(&format!("/{key} [")).unwrap();
        let end = start + text[start..].find(']').unwrap();
        assert!(items.contains(&format!("{own} 0 R")));
        format!("{}/{key} [{} 200 0 R{}", &text[..start], items.join(" "), &text[end..]).into_bytes()
    };
    let form = listed(form, FORM, "Fields");
    let form = match document.dictionary_at((FORM, 0)).unwrap().unwrap().has(b"SigFlags") {
        true => replaced(&form, "<<", "<< /SigFlags 3"),
        false => form,
    };
    (listed(page, PAGE, "Annots"), form)
}
