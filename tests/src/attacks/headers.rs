//! A second header, and files that are also something else.

use kyso::validate::Modifications;

use super::base::{self, content, number::*};
use super::shadow_replace::filled;
use super::writer::Update;
use super::{ANY, CHANGED, DIGEST, Family};
use crate::shapes::writer::{Layout, Objects, Xref, stream, write};

/// The contract with another amount, not signed.
fn other_objects() -> Objects {
    let mut objects = base::objects();
    objects.insert(CONTENT, stream("", &content("9999")));
    objects
}

pub(super) fn cases() -> Family {
    let mut family = Family::new("headers");
    let signed = base::signed();
    let other = base::written(&other_objects(), Xref::Table);
    family.attack("another-file-behind", ANY, {
        let layout = Layout { before: signed, trailer: base::TRAILER, ..Layout::default() };
        write(&other_objects(), &layout)
    });
    // Its startxref leads to the table of the contract as it was before it was signed.
    family.attack("another-file-behind-counted-from-its-start", ANY, [signed, &other].concat());
    family.attack("another-file-in-front", ANY, [&other, signed].concat());
    family.attack("another-file-in-front-without-its-end", ANY, {
        let end = other.windows(9).rposition(|window| window == b"startxref").unwrap();
        [&other[..end], signed].concat()
    });
    family.attack("header-in-the-update", CHANGED, {
        let update = Update::new().bytes("%PDF-2.0\n").stream(CONTENT, "", content("9999"));
        update.onto(signed)
    });
    family.attack("header-in-front", ANY, [b"%PDF-1.4\n", signed].concat());
    family.attack("header-of-another-version", DIGEST, {
        let mut out = signed.to_vec();
        out[7] = b'4';
        out
    });
    family.attack("script-in-front", ANY, [b"#!/bin/sh\necho 9999\nexit\n", signed].concat());
    family.attack("page-of-the-web-in-front", ANY, [b"<html><script>document.write(9999)/*", signed].concat());
    family.attack("picture-in-front", ANY, [b"\xff\xd8\xff\xfe\x02\0", signed].concat());

    for (name, before, from_header) in [
        ("script-that-was-signed", &b"#!/bin/sh\necho hello\nexit\n"[..], false),
        ("mail-header-that-was-signed", b"Content-Type: application/pdf\r\n\r\n", true),
    ] {
        family.honest(name, Modifications::None, {
            let layout = Layout { before, from_header, ..Layout::default() };
            base::sign(&write(&base::objects(), &layout))
        });
    }
    family.honest(
        "later-version-in-the-catalog",
        Modifications::FormFill,
        Update::new().object(CATALOG, base::extended(signed, CATALOG, "/Version /2.0")).onto(signed),
    );
    family.honest(
        "version-of-the-header-in-the-catalog",
        Modifications::FormFill,
        Update::new().object(CATALOG, base::extended(signed, CATALOG, "/Version /1.3")).onto(signed),
    );
    family.honest("no-header-in-the-update", Modifications::FormFill, filled("Tran Thi B").onto(signed));
    family
}
