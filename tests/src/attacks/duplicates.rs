//! Two objects with one number, two rows for one object, two entries with one key: readers differ in which they take.

use kyso::validate::Modifications;

use super::base::{self, body, content, edited, number::*};
use super::writer::{Row, Section, Update, object_stream};
use super::{ANY, CHANGED, Family};
use crate::shapes::writer::stream;

/// The update's table with one more row for an object, in a subsection of its own before or behind the others.
fn with_row(update: &Update, file: &[u8], number: u32, offset: usize, first: bool) -> Vec<u8> {
    let mut out = update.onto(file);
    let key: &[u8] = if first { b"\nxref\n" } else { b"\ntrailer\n" };
    let at = out.windows(key.len()).rposition(|window| window == key).unwrap();
    let at = if first { at + key.len() } else { at + 1 };
    out.splice(at..at, format!("{number} 1\n{offset:010} 00000 n \n").into_bytes());
    out
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("duplicates");
    let signed = base::signed();
    let (honest, fraud) = (body(signed, CONTENT), stream("", &content("9999")));
    let update = || Update::new().object(CONTENT, &honest);

    family.attack("unlisted-behind-the-listed", ANY, update().unlisted(CONTENT, &fraud).onto(signed));
    family.attack(
        "unlisted-before-the-listed",
        ANY,
        Update::new().unlisted(CONTENT, &fraud).object(CONTENT, &honest).onto(signed),
    );
    family.attack(
        "listed-behind-the-unlisted",
        CHANGED,
        Update::new().unlisted(CONTENT, &honest).object(CONTENT, &fraud).onto(signed),
    );
    let plain = Update::new().unlisted(CONTENT, &fraud).object(INFO, body(signed, INFO));
    let there = base::span(&plain.onto(signed), CONTENT).start;
    family.attack(
        "second-row-behind",
        ANY,
        with_row(
            &plain.clone().row(CONTENT, Row::At(base::span(signed, CONTENT).start, 0)),
            signed,
            CONTENT,
            there,
            false,
        ),
    );
    family.attack(
        "second-row-before",
        ANY,
        with_row(&plain.row(CONTENT, Row::At(base::span(signed, CONTENT).start, 0)), signed, CONTENT, there, true),
    );

    let (page, other) = (body(signed, PAGE), edited(signed, PAGE, "/Contents 4", "/Contents 21"));
    let packed = |members: &[(u32, &[u8])], index: u16| {
        let update = Update::new().section(Section::Stream(FAR)).object(FAR + 1, object_stream(members));
        update.row(PAGE, Row::In(FAR + 1, index)).onto(signed)
    };
    family.attack("twice-in-an-object-stream-first", CHANGED, packed(&[(PAGE, &other), (PAGE, &page)], 0));
    family.attack("twice-in-an-object-stream-second", CHANGED, packed(&[(PAGE, &page), (PAGE, &other)], 1));
    family.attack("in-an-object-stream-and-plain", ANY, {
        let update = Update::new().section(Section::Stream(FAR)).packed(FAR + 1, &[(PAGE, &page)]);
        update.unlisted(PAGE, &other).onto(signed)
    });

    for (name, to) in [("last", "/Contents 4 0 R /Contents 21 0 R"), ("first", "/Contents 21 0 R /Contents 4 0 R")] {
        family.attack(
            format!("key-twice-{name}"),
            CHANGED,
            Update::new().object(PAGE, edited(signed, PAGE, "/Contents 4 0 R", to)).onto(signed),
        );
    }
    family.attack(
        "root-twice",
        ANY,
        Update::new()
            .trailer("/Root 200 0 R")
            .object(FAR, edited(signed, CATALOG, "/Pages 2 0 R", "/Pages 7 0 R"))
            .onto(signed),
    );

    family.honest("listed-once", Modifications::None, update().onto(signed));
    family.honest("in-an-object-stream-once", Modifications::None, packed(&[(PAGE, &page)], 0));
    family
}
