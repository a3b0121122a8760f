//! Appearances that are written anew under the numbers that they had, whatever leads to them.

use kyso::validate::Modifications::FormFill;

use super::base::{self, cover, edited, number::*, replaced, text_appearance, text_field};
use super::by_hand::signed_by_hand;
use super::writer::{Section, Update};
use super::{CHANGED, Family};
use crate::shapes::writer::{Objects, Xref, stream};

const APPEARANCE: u32 = 30;
const FORM_OF_FIELD: u32 = 31;
const STATES: u32 = 32;
const VALUE: u32 = FAR + 20;

/// The contract whose reserved field has this appearance, and these objects.
fn contract(appearance: &str, more: &[(u32, &str)]) -> Objects {
    let mut objects = base::objects();
    objects.insert(RESERVED, replaced(&objects[&RESERVED], "/F 132", &format!("/F 132 /AP {appearance}")));
    objects.extend(more.iter().map(|(number, body)| (*number, body.as_bytes().to_vec())));
    objects.insert(FORM_OF_FIELD, stream("/Type /XObject /Subtype /Form /BBox [0 0 130 60]", b""));
    objects
}

fn signed(objects: &Objects) -> Vec<u8> {
    base::sign(&base::written(objects, Xref::Table))
}

/// The reserved field signed by a program that draws under the old number.
fn drawn(file: &[u8]) -> Update {
    let field = edited(file, RESERVED, "/T (Reserved)", &format!("/T (Reserved) /V {VALUE} 0 R"));
    Update::new().object(RESERVED, field).object(FORM_OF_FIELD, cover(130, 60, "UBND"))
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("rewritten");
    let indirect: &[(u32, &str)] = &[(APPEARANCE, "<< /N 31 0 R >>")];
    let by_states: &[(u32, &str)] = &[(APPEARANCE, "<< /N 32 0 R >>"), (STATES, "<< /Signed 31 0 R >>")];
    for (name, appearance, more) in [
        ("direct", "<< /N 31 0 R >>", &[] as &[(u32, &str)]),
        ("indirect", "30 0 R", indirect),
        ("by-states", "30 0 R /AS /Signed", by_states),
        ("by-states-of-its-own", "<< /N 32 0 R >> /AS /Signed", by_states),
    ] {
        let file = signed(&contract(appearance, more));
        family.honest(name, FormFill, signed_by_hand(&file, drawn(&file), VALUE));
    }
    family.honest("indirect-by-stream", FormFill, {
        let file = signed(&contract("30 0 R", indirect));
        signed_by_hand(&file, drawn(&file).section(Section::Stream(FAR + 50)), VALUE)
    });
    family.honest("indirect-with-a-form-in-it", FormFill, {
        let file = signed(&contract("30 0 R", indirect));
        let outer = "/Type /XObject /Subtype /Form /BBox [0 0 130 60] /Resources << /XObject << /X 201 0 R >> >>";
        let update = drawn(&file).stream(FORM_OF_FIELD, outer, b"/X Do").object(FAR + 1, cover(130, 60, "UBND"));
        signed_by_hand(&file, update, VALUE)
    });
    family.honest("text-field-indirect", FormFill, {
        let mut objects = base::objects();
        objects.insert(TEXT_FIELD, replaced(&objects[&TEXT_FIELD], "/AP << /N 11 0 R >>", "/AP 30 0 R"));
        objects.insert(APPEARANCE, b"<< /N 11 0 R >>".to_vec());
        let file = signed(&objects);
        let field = replaced(&text_field("Tran Thi B", ""), "/AP << /N 11 0 R >>", "/AP 30 0 R");
        let update = Update::new().object(TEXT_FIELD, field);
        update.object(TEXT_APPEARANCE, text_appearance("Tran Thi B")).onto(&file)
    });

    let shared = |objects: Objects| {
        let file = signed(&objects);
        signed_by_hand(&file, drawn(&file), VALUE)
    };
    family.attack("dictionary-of-a-stamp-too", CHANGED, {
        let mut objects = contract("30 0 R", indirect);
        objects.insert(NOTE, replaced(&objects[&NOTE], "/AP << /N 22 0 R >>", "/AP 30 0 R"));
        shared(objects)
    });
    family.attack("dictionary-of-a-text-field-too", CHANGED, {
        let mut objects = contract("30 0 R", indirect);
        objects.insert(TEXT_FIELD, replaced(&objects[&TEXT_FIELD], "/AP << /N 11 0 R >>", "/AP 30 0 R"));
        shared(objects)
    });
    family.attack("states-of-a-stamp-too", CHANGED, {
        let mut objects = contract("30 0 R /AS /Signed", by_states);
        objects.insert(NOTE, replaced(&objects[&NOTE], "/AP << /N 22 0 R >>", "/AS /Signed /AP << /N 32 0 R >>"));
        shared(objects)
    });
    family.attack("form-that-the-page-draws", CHANGED, {
        let mut objects = contract("30 0 R", indirect);
        objects.insert(RESOURCES, replaced(&objects[&RESOURCES], "/Stamp 8 0 R", "/Stamp 31 0 R"));
        shared(objects)
    });
    family.attack("form-of-a-stamp-too", CHANGED, {
        let mut objects = contract("30 0 R", indirect);
        objects.insert(NOTE, replaced(&objects[&NOTE], "/N 22 0 R", "/N 31 0 R"));
        shared(objects)
    });
    family.attack("over-the-text", CHANGED, {
        let mut objects = contract("30 0 R", indirect);
        let place = replaced(&objects[&RESERVED], "[330 120 460 180]", "[60 770 400 800]");
        objects.insert(RESERVED, place);
        shared(objects)
    });
    family.attack("without-a-signature", CHANGED, {
        let file = signed(&contract("30 0 R", indirect));
        Update::new().object(FORM_OF_FIELD, cover(130, 60, "UBND")).onto(&file)
    });
    family.attack("and-the-pages-stamp", CHANGED, {
        let file = signed(&contract("30 0 R", indirect));
        signed_by_hand(&file, drawn(&file).object(STAMP, cover(150, 26, "COPY")), VALUE)
    });
    family
}
