//! Signatures that another program makes, in the update that it writes: field, value and picture at once.

use super::writer::Update;
use crate::{forge, keys};

/// Digits in the hole.
const DIGITS: usize = 12_000;

/// The file with this update, in which object `value` is a signature over all of it, by someone else than the leader.
pub(super) fn signed_by_hand(file: &[u8], update: Update, value: u32) -> Vec<u8> {
    let (room, hole) = (" ".repeat(40), "0".repeat(DIGITS));
    let dictionary = format!(
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 0 0 0{room}] \
         /Contents <{hole}> >>"
    );
    let open = update.object(value, dictionary).onto(file);
    let before = open.windows(9 + DIGITS).rposition(|window| window.ends_with(hole.as_bytes())).unwrap() + 8;
    let after = before + DIGITS + 2;
    let signature = forge::signatures(&open).pop().unwrap();
    let ranged = forge::with_byte_range(&open, &signature, [0, before, after, open.len() - after]);
    let signature = forge::signatures(&ranged).pop().unwrap();
    let cms = forge::cms(&signature.covered(&ranged), &keys::signer(&keys::SEAL), &keys::SEAL.chain_der);
    forge::with_contents(&ranged, signature.hole(), &cms)
}
