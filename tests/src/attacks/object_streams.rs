//! Object streams that redefine what was signed.

use kyso::validate::Modifications;

use super::base::{self, body, edited, number::*, text_appearance, text_field};
use super::writer::{Row, Section, Update, object_stream};
use super::{CHANGED, Family};
use crate::shapes::writer::{Xref, stream};

/// The members of the signed file's object stream, its number behind the last of them.
fn members() -> Vec<(u32, Vec<u8>)> {
    let objects = base::objects();
    objects.into_iter().filter(|(_, body)| !body.windows(9).any(|window| window == b"endstream")).collect()
}

fn pack(members: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let members: Vec<(u32, &[u8])> = members.iter().map(|(number, body)| (*number, &body[..])).collect();
    object_stream(&members)
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("object-streams");
    let (plain, compressed) = (base::signed(), base::signed_compressed());
    let by_stream = || Update::new().section(Section::Stream(FAR));
    let page = edited(plain, PAGE, "/Contents 4", "/Contents 21");
    let pages = edited(plain, PAGES, "[3 0 R 7 0 R]", "[7 0 R 3 0 R]");
    let resources = edited(plain, RESOURCES, "/Cover 26 0 R", "");
    for (name, file) in [("plain", plain), ("compressed", compressed)] {
        let redefined = |number: u32, body: &[u8]| by_stream().packed(FAR + 1, &[(number, body)]).onto(file);
        family.attack(format!("tree-in-a-{name}-file"), CHANGED, redefined(PAGES, &pages));
        family.attack(format!("resources-in-a-{name}-file"), CHANGED, redefined(RESOURCES, &resources));
        family.attack(
            format!("layers-in-a-{name}-file"),
            CHANGED,
            redefined(LAYERS, &edited(plain, LAYERS, "/D <<", "/D << /OFF [19 0 R]")),
        );
        family.honest(
            format!("tree-restated-in-a-{name}-file"),
            Modifications::None,
            redefined(PAGES, &body(plain, PAGES)),
        );
        family.honest(format!("field-filled-in-a-{name}-file"), Modifications::FormFill, {
            let field = text_field("Tran Thi B", "");
            let update = by_stream().packed(FAR + 1, &[(TEXT_FIELD, &field)]);
            update.object(TEXT_APPEARANCE, text_appearance("Tran Thi B")).onto(file)
        });
    }
    family.attack("page", CHANGED, by_stream().packed(FAR + 1, &[(PAGE, &page)]).onto(plain));
    family.attack("extended", CHANGED, {
        let extending =
            base::replaced(&object_stream(&[(PAGE, &page)]), "/N 1", &format!("/N 1 /Extends {FIRST_FREE} 0 R"));
        by_stream().object(FAR + 1, extending).row(PAGE, Row::In(FAR + 1, 0)).onto(compressed)
    });

    // The rows of the members are the signed ones; only the stream itself is another.
    let with = |number: u32, from: &str, to: &str| {
        let mut members = members();
        let member = members.iter_mut().find(|(member, _)| *member == number).unwrap();
        member.1 = base::replaced(&member.1, from, to);
        by_stream().object(FIRST_FREE, pack(&members)).onto(compressed)
    };
    family.attack("stream-replaced-and-resources-in-it", CHANGED, with(RESOURCES, "/Cover 26 0 R", ""));
    family.attack("stream-replaced-and-tree-in-it", CHANGED, with(PAGES, "[3 0 R 7 0 R]", "[7 0 R 3 0 R]"));
    family.attack("stream-freed", super::ANY, by_stream().row(FIRST_FREE, Row::Free).onto(compressed));
    family.honest("stream-restated", Modifications::None, {
        by_stream().object(FIRST_FREE, body(compressed, FIRST_FREE)).onto(compressed)
    });

    // /First of the signed stream is an object of its own: another number there makes another member.
    let (as_signed, other) = (body(plain, RESOURCES), edited(plain, RESOURCES, "/Cover 26 0 R", ""));
    let index = format!("{RESOURCES} 0 ");
    let data = [index.as_bytes(), &as_signed, b"\n", &other].concat();
    let mut objects = base::objects();
    objects.remove(&RESOURCES);
    objects.insert(30, stream("/Type /ObjStm /N 1 /First 31 0 R", &data));
    objects.insert(31, index.len().to_string().into_bytes());
    let packed = Update::new().section(Section::Stream(32)).row(RESOURCES, Row::In(30, 0));
    let packed = base::sign(&packed.onto(&base::written(&objects, Xref::Table)));
    family.attack("first-member-elsewhere", CHANGED, {
        by_stream().object(31, (index.len() + as_signed.len() + 1).to_string()).onto(&packed)
    });
    family.honest("first-member-where-it-was", Modifications::None, {
        by_stream().object(31, index.len().to_string()).onto(&packed)
    });
    family
}
