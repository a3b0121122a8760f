//! A document time-stamp as far as the analysis of changes looks at it: a field, a dictionary, a byte range.

use super::base::{edited, number::*};
use super::writer::Update;
use crate::{forge, keys};

/// Digits in the hole.
const DIGITS: usize = 12_000;

/// The file with a document time-stamp in a field of its own on page 1: no token, but a CMS over the right bytes.
pub(super) fn time_stamped(file: &[u8], rectangle: &str, look: Option<Vec<u8>>) -> Vec<u8> {
    let appearance = if look.is_some() { "/AP << /N 222 0 R >>" } else { "" };
    let field = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Stamp) /Rect [{rectangle}] /F 132 /P 3 0 R /V 221 0 R \
         {appearance} >>"
    );
    let (room, hole) = (" ".repeat(40), "0".repeat(DIGITS));
    let value = format!(
        "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange [0 0 0 0{room}] \
         /Contents <{hole}> >>"
    );
    let mut update = Update::new()
        .object(PAGE, edited(file, PAGE, "/Annots [", "/Annots [220 0 R "))
        .object(FORM, edited(file, FORM, "/Fields [", "/Fields [220 0 R "))
        .object(220, field)
        .object(221, value);
    if let Some(look) = look {
        update = update.object(222, look);
    }
    let open = update.onto(file);
    let before = open.windows(9 + DIGITS).rposition(|window| window.ends_with(hole.as_bytes())).unwrap() + 8;
    let after = before + DIGITS + 2;
    let signature = forge::signatures(&open).pop().unwrap();
    let ranged = forge::with_byte_range(&open, &signature, [0, before, after, open.len() - after]);
    let signature = forge::signatures(&ranged).pop().unwrap();
    let cms = forge::cms(&signature.covered(&ranged), &keys::signer(&keys::SEAL), &keys::SEAL.chain_der);
    forge::with_contents(&ranged, signature.hole(), &cms)
}
