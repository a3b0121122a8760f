//! The contract that the attacks are made on: signed by us, with everything in it that an attacker would like to
//! change.

use std::sync::LazyLock;

use kyso::{DocMdp, Document, Lock, Role};
use kyso_pdf::{ObjectId, SignatureField};

use crate::shapes::writer::{Layout, Objects, Xref, stream, write};
use crate::{keys, signing};

/// Object numbers of the contract.
pub mod number {
    #![allow(missing_docs, reason = "numbers of objects, by what they are")]
    pub const CATALOG: u32 = 1;
    pub const PAGES: u32 = 2;
    pub const PAGE: u32 = 3;
    pub const CONTENT: u32 = 4;
    pub const RESOURCES: u32 = 5;
    pub const FONT: u32 = 6;
    pub const SECOND_PAGE: u32 = 7;
    pub const STAMP: u32 = 8;
    pub const INFO: u32 = 9;
    pub const TEXT_FIELD: u32 = 10;
    pub const TEXT_APPEARANCE: u32 = 11;
    pub const CHECKBOX: u32 = 12;
    pub const CHECKED: u32 = 13;
    pub const UNCHECKED: u32 = 14;
    pub const FORM: u32 = 15;
    pub const METADATA: u32 = 16;
    pub const RESERVED: u32 = 17;
    pub const NOTE: u32 = 18;
    pub const LAYER: u32 = 19;
    pub const LAYERS: u32 = 20;
    pub const SECOND_CONTENT: u32 = 21;
    pub const NOTE_APPEARANCE: u32 = 22;
    pub const GLYPHS: u32 = 23;
    pub const GLYPH: u32 = 24;
    pub const IMAGE: u32 = 25;
    pub const COVER: u32 = 26;
    /// The first number that the contract doesn't use.
    pub const FIRST_FREE: u32 = 27;
    /// A number that no revision uses.
    pub const FAR: u32 = 200;
}

use number::*;

/// The resources of all pages.
pub const RESOURCES_TEXT: &str = "<< /Font << /F1 6 0 R /F2 23 0 R >> /XObject << /Stamp 8 0 R \
    /Picture 25 0 R /Cover 26 0 R >> \
     /Properties << /Layer 19 0 R >> >>";

/// What page 1 shows. The cover hides the clause under it.
pub fn content(amount: &str) -> Vec<u8> {
    format!(
        "BT /F1 20 Tf 70 780 Td (CONTRACT) Tj 0 -40 Td /F1 14 Tf (The buyer pays {amount} VND to the seller.) Tj \
         0 -30 Td (Delivery is within 10 days.) Tj ET\n\
         BT /F2 20 Tf 70 660 Td (ab) Tj ET\n\
         BT /F1 14 Tf 70 620 Td (The seller may keep the money and the goods.) Tj ET\n\
         q 1 0 0 1 60 610 cm /Cover Do Q\n\
         q 1 0 0 1 380 760 cm /Stamp Do Q\n\
         q 60 0 0 60 470 640 cm /Picture Do Q\n\
         /OC /Layer BDC BT /F1 14 Tf 70 560 Td (Subject to approval by the board.) Tj ET EMC\n\
         0 G 0.8 w 40 40 515 762 re S"
    )
    .into_bytes()
}

/// The text field with this value and these other entries.
pub fn text_field(value: &str, more: &str) -> Vec<u8> {
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (buyer) /V ({value}) /DA (/Helv 14 Tf 0 g) /F 4 \
         /Rect [70 480 370 510] /P 3 0 R /AP << /N 11 0 R >> {more} >>"
    )
    .into_bytes()
}

/// The appearance of the text field.
pub fn text_appearance(text: &str) -> Vec<u8> {
    stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 300 30] /Resources << /Font << /Helv 6 0 R >> >>",
        format!("/Tx BMC BT /Helv 14 Tf 0 g 4 9 Td ({text}) Tj ET EMC").as_bytes(),
    )
}

/// The checkbox in this state, `Yes` or `Off`.
pub fn checkbox(state: &str) -> Vec<u8> {
    format!(
        "<< /Type /Annot /Subtype /Widget /FT /Btn /T (agreed) /V /{state} /AS /{state} /F 4 \
         /Rect [70 430 90 450] /P 3 0 R /AP << /N << /Yes 13 0 R /Off 14 0 R >> >> >>"
    )
    .into_bytes()
}

/// A form XObject that paints a box of this size white, and a text on it.
pub fn cover(width: u32, height: u32, text: &str) -> Vec<u8> {
    stream(
        &format!("/Type /XObject /Subtype /Form /BBox [0 0 {width} {height}] /Resources << /Font << /F1 6 0 R >> >>"),
        format!("1 g 0 0 {width} {height} re f 0 g BT /F1 14 Tf 6 8 Td ({text}) Tj ET").as_bytes(),
    )
}

/// The metadata, renewed at this time.
pub fn metadata(time: &str) -> Vec<u8> {
    let xmp = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"><xmp:ModifyDate>{time}</xmp:ModifyDate></rdf:Description></rdf:RDF>\
         </x:xmpmeta><?xpacket end=\"w\"?>"
    );
    stream("/Type /Metadata /Subtype /XML", xmp.as_bytes())
}

/// The objects of the contract.
pub fn objects() -> Objects {
    let mut objects = Objects::new();
    let mut put = |number: u32, body: &str| _ = objects.insert(number, body.as_bytes().to_vec());
    put(CATALOG, "<< /Type /Catalog /Pages 2 0 R /AcroForm 15 0 R /Metadata 16 0 R /OCProperties 20 0 R >>");
    put(PAGES, "<< /Type /Pages /Kids [3 0 R 7 0 R] /Count 2 >>");
    put(
        PAGE,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 5 0 R /Contents 4 0 R \
         /Annots [10 0 R 12 0 R] >>",
    );
    put(RESOURCES, RESOURCES_TEXT);
    put(FONT, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    put(
        SECOND_PAGE,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 5 0 R /Contents 21 0 R \
         /Annots [17 0 R 18 0 R] >>",
    );
    put(INFO, "<< /Title (Contract) /ModDate (D:20260101000000Z) >>");
    put(FORM, "<< /Fields [10 0 R 12 0 R 17 0 R] /DA (/Helv 0 Tf 0 g) /DR << /Font << /Helv 6 0 R >> >> >>");
    put(RESERVED, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Reserved) /Rect [330 120 460 180] /P 7 0 R /F 132 >>");
    put(
        NOTE,
        "<< /Type /Annot /Subtype /Stamp /Rect [70 600 270 630] /F 4 /Contents (checked) /P 7 0 R \
         /AP << /N 22 0 R >> >>",
    );
    put(LAYER, "<< /Type /OCG /Name (Clauses) >>");
    put(LAYERS, "<< /OCGs [19 0 R] /D << /Order [19 0 R] >> >>");
    put(
        GLYPHS,
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 97 \
         /LastChar 98 /Widths [1000 1000] /Encoding << /Type /Encoding /Differences [97 /a /b] >> \
         /CharProcs << /a 24 0 R /b 24 0 R >> /Resources << >> >>",
    );
    let mut put = |number: u32, body: Vec<u8>| _ = objects.insert(number, body);
    put(CONTENT, stream("", &content("1000")));
    put(TEXT_FIELD, text_field("Nguyen Van A", ""));
    put(CHECKBOX, checkbox("Off"));
    put(SECOND_CONTENT, stream("", b"BT /F1 14 Tf 70 780 Td (Page 2: the seller warrants the goods.) Tj ET"));
    put(STAMP, cover(150, 26, "ORIGINAL"));
    put(TEXT_APPEARANCE, text_appearance("Nguyen Van A"));
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 20 20]";
    put(CHECKED, stream(form, b"0 G 1 1 18 18 re S 3 3 m 17 17 l S 3 17 m 17 3 l S"));
    put(UNCHECKED, stream(form, b"0 G 1 1 18 18 re S"));
    put(METADATA, metadata("2026-01-01T00:00:00Z"));
    put(NOTE_APPEARANCE, cover(200, 30, "Checked by the notary"));
    put(GLYPH, stream("", b"1000 0 0 0 800 800 d1 0 0 800 800 re f"));
    let image = "/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8";
    put(IMAGE, stream(image, &[0x20, 0xa0, 0xa0, 0x20]));
    put(COVER, cover(330, 26, ""));
    objects
}

/// The trailer's own entries.
pub const TRAILER: &str = "/Info 9 0 R /ID [<00112233445566778899aabbccddeeff> <ffeeddccbbaa99887766554433221100>]";

/// The contract, not signed.
pub fn unsigned() -> Vec<u8> {
    written(&objects(), Xref::Table)
}

/// Objects to a file.
pub fn written(objects: &Objects, xref: Xref) -> Vec<u8> {
    write(objects, &Layout { xref, trailer: TRAILER, ..Layout::default() })
}

/// A file with the leader's signature, which says nothing of later changes.
pub fn sign(file: &[u8]) -> Vec<u8> {
    signing::sign_unjudged(file, &signing::parameters(Role::Leader), &keys::signer(&keys::LEADER))
}

/// A file with the leader's certification signature.
pub fn certify(file: &[u8], permission: DocMdp) -> Vec<u8> {
    let lock = Lock::Certify(permission);
    let parameters = signing::parameters(Role::Leader).lock(lock);
    signing::sign_unjudged(file, &parameters, &keys::signer(&keys::LEADER))
}

/// The contract with the leader's signature, which says nothing of later changes.
pub fn signed() -> &'static [u8] {
    static SIGNED: LazyLock<Vec<u8>> = LazyLock::new(|| sign(&unsigned()));
    &SIGNED
}

/// The signed file with a wide hole, as many signing programs leave it.
pub fn signed_with_room() -> &'static [u8] {
    static SIGNED: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let parameters = signing::parameters(Role::Leader).reserved(16_384);
        signing::sign_unjudged(&unsigned(), &parameters, &keys::signer(&keys::LEADER))
    });
    &SIGNED
}

/// The contract with the leader's visible signature on page 1.
pub fn signed_visibly() -> &'static [u8] {
    static SIGNED: LazyLock<Vec<u8>> = LazyLock::new(|| {
        signing::sign_unjudged(&unsigned(), &signing::leader_parameters(), &keys::signer(&keys::LEADER))
    });
    &SIGNED
}

/// The contract certified by the leader.
pub fn certified(permission: DocMdp) -> &'static [u8] {
    static CERTIFIED: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
        [DocMdp::NoChanges, DocMdp::FormFilling, DocMdp::Annotations].map(|permission| certify(&unsigned(), permission))
    });
    &CERTIFIED[permission as usize]
}

/// The contract as a file with cross-reference and object streams, signed.
pub fn signed_compressed() -> &'static [u8] {
    static SIGNED: LazyLock<Vec<u8>> = LazyLock::new(|| sign(&written(&objects(), Xref::Compressed)));
    &SIGNED
}

/// The number of the leader's signature field and that of its value.
pub fn leader(file: &[u8]) -> (u32, u32) {
    let field =
        SignatureField::all(&Document::parse(file).unwrap()).unwrap().into_iter().find(|field| field.value.is_some());
    let field = field.expect("a signed field");
    let value: Option<ObjectId> = field.value.unwrap().id;
    (field.id.0, value.expect("a value of its own").0)
}

/// Where the last object of this number stands in a file, from its label to before its `endobj`.
pub fn span(file: &[u8], number: u32) -> std::ops::Range<usize> {
    let label = format!("\n{number} 0 obj\n");
    let at = file.windows(label.len()).rposition(|window| window == label.as_bytes());
    let start = at.unwrap_or_else(|| panic!("no object {number}")) + 1;
    let end = file[start..].windows(7).position(|window| window == b"\nendobj").expect("endobj");
    start..start + end
}

/// The body of the last object of this number.
pub fn body(file: &[u8], number: u32) -> Vec<u8> {
    let label = format!("{number} 0 obj\n").len();
    file[span(file, number)][label..].to_vec()
}

/// Bytes with the first occurrence of `from` replaced.
pub fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes());
    let at = at.unwrap_or_else(|| panic!("no {from} in {}", String::from_utf8_lossy(bytes)));
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

/// The body of an object with something in it replaced.
pub fn edited(file: &[u8], number: u32, from: &str, to: &str) -> Vec<u8> {
    replaced(&body(file, number), from, to)
}

/// A dictionary object's body with more entries, in front of its own.
pub fn extended(file: &[u8], number: u32, entries: &str) -> Vec<u8> {
    edited(file, number, "<<", &format!("<< {entries}"))
}

/// A dictionary object's body with more items behind those of an array in it.
pub fn appended(file: &[u8], number: u32, key: &str, items: &str) -> Vec<u8> {
    let mut body = body(file, number);
    let key = format!("{key} [");
    let start = body.windows(key.len()).position(|window| window == key.as_bytes()).expect("an array") + key.len();
    let end = start + body[start..].iter().position(|&byte| byte == b']').expect("the array's end");
    body.splice(end..end, format!(" {items}").into_bytes());
    body
}
