//! Files with time-stamps and evidence, written without the library but for the bare signature: what a verifier is
//! given may be wrong in any place.

use jiff::Timestamp;
use kyso::{Material, SignatureParameters};
use kyso_testpki::{Digest, Identity, Tsa, detached_with_content_time_stamp, signature_value, with_time_stamp};

use crate::attacks::base::{self, number::*};
use crate::attacks::writer::{Update, biggest_size};
use crate::forge::{self, Signed};
use crate::{keys, signing};

/// Bytes reserved for a signature with its time-stamps.
const ROOM: usize = 24 << 10;

/// A file that grows by a revision each.
#[derive(Debug, Clone)]
pub struct Lasting {
    /// The file.
    pub bytes: Vec<u8>,
    /// Objects of its DSS so far: certificates, CRLs, OCSP answers.
    archive: [Vec<u32>; 3],
}

impl Lasting {
    /// The contract with a signature of this identity, which claims this time.
    pub fn signed(identity: &Identity, claimed: Timestamp) -> Self {
        Self { bytes: base::unsigned(), archive: Default::default() }.sign(identity, claimed)
    }

    /// With one more signature.
    pub fn sign(mut self, identity: &Identity, claimed: Timestamp) -> Self {
        let parameters = SignatureParameters::leader(claimed).reserved(ROOM);
        self.bytes = signing::sign(&self.bytes, &parameters, &keys::signer(identity));
        self
    }

    /// The CMS of a signature, counted from 0.
    pub fn cms(&self, index: usize) -> Vec<u8> {
        let hole = self.bytes[self.signature(index).hole()].to_vec();
        let digits = std::str::from_utf8(&hole).unwrap();
        let bytes: Vec<u8> =
            (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap()).collect();
        bytes[..der_length(&bytes)].to_vec()
    }

    /// With another CMS in that signature.
    pub fn with_cms(mut self, index: usize, cms: &[u8]) -> Self {
        self.bytes = forge::with_contents(&self.bytes, self.signature(index).hole(), cms);
        self
    }

    /// With the first signature made anew by this identity, with a content time-stamp by this TSA at this time.
    pub fn content_time_stamp(self, identity: &Identity, tsa: &Tsa, time: Timestamp) -> Self {
        let covered = self.signature(0).covered(&self.bytes);
        let token = tsa.token(Digest::Sha256, &Digest::Sha256.of(&covered).unwrap(), time).unwrap();
        let cms = detached_with_content_time_stamp(&covered, identity, &token).unwrap();
        self.with_cms(0, &cms)
    }

    fn signature(&self, index: usize) -> Signed {
        forge::signatures(&self.bytes).swap_remove(index)
    }

    /// With a time-stamp of the first signature, by this TSA at this time.
    pub fn time_stamp(self, tsa: &Tsa, time: Timestamp) -> Self {
        self.time_stamp_of(Digest::Sha256, tsa, time)
    }

    /// Time-stamps another digest of the signature value.
    pub fn time_stamp_of(self, digest: Digest, tsa: &Tsa, time: Timestamp) -> Self {
        let imprint = digest.of(&signature_value(&self.cms(0)).expect("a signature value")).unwrap();
        let token = tsa.token(digest, &imprint, time).unwrap();
        self.token(&token)
    }

    /// With this token as a time-stamp of the first signature, whatever it's of.
    pub fn token(self, token: &[u8]) -> Self {
        let cms = with_time_stamp(&self.cms(0), token).expect("a SignedData");
        self.with_cms(0, &cms)
    }

    /// With a DSS that holds this beside what it held.
    pub fn dss(mut self, material: &Material) -> Self {
        let mut next = biggest_size(&self.bytes);
        let mut update = Update::new();
        let lists = [&material.certificates, &material.crls, &material.ocsp_responses];
        for (numbers, ders) in self.archive.iter_mut().zip(lists) {
            for der in ders {
                update = update.stream(next, "", der);
                numbers.push(next);
                next += 1;
            }
        }
        let references = |numbers: &[u32]| numbers.iter().map(|number| format!("{number} 0 R ")).collect::<String>();
        let [certificates, crls, answers] = self.archive.each_ref().map(|numbers| references(numbers));
        let body = format!("<< /Type /DSS /Certs [{certificates}] /CRLs [{crls}] /OCSPs [{answers}] >>");
        let mut catalog = base::body(&self.bytes, CATALOG);
        if let Some(at) = catalog.windows(5).position(|window| window == b"/DSS ") {
            let end = at + catalog[at..].iter().position(|&byte| byte == b'R').expect("a reference") + 1;
            catalog.drain(at..end);
        }
        let catalog = base::replaced(&catalog, "<<", &format!("<< /DSS {next} 0 R"));
        self.bytes = update.object(next, body).object(CATALOG, catalog).onto(&self.bytes);
        self
    }

    /// With a document time-stamp by this TSA at this time.
    pub fn document_time_stamp(self, tsa: &Tsa, time: Timestamp) -> Self {
        self.document_time_stamp_with(|covered| {
            tsa.token(Digest::Sha256, &Digest::Sha256.of(covered).unwrap(), time).unwrap()
        })
    }

    /// With a document time-stamp whose token is what this makes of the covered bytes.
    pub fn document_time_stamp_with(mut self, token: impl FnOnce(&[u8]) -> Vec<u8>) -> Self {
        let value = biggest_size(&self.bytes);
        let field = value + 1;
        let zeros = "0".repeat(2 * 8192);
        let dictionary = format!(
            "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /V 0 \
             /ByteRange [0 0000000000 0000000000 0000000000] /Contents <{zeros}> >>"
        );
        let widget = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Stamp{field}) /Rect [0 0 0 0] /F 132 /P 3 0 R /V {value} 0 R >>"
        );
        let form = base::appended(&self.bytes, FORM, "/Fields", &format!("{field} 0 R"));
        let page = base::appended(&self.bytes, PAGE, "/Annots", &format!("{field} 0 R"));
        let update = Update::new().object(value, dictionary).object(field, widget).object(FORM, form);
        let mut bytes = update.object(PAGE, page).onto(&self.bytes);
        let placeholder = forge::signatures(&bytes).pop().expect("the new /ByteRange");
        let start = placeholder.numbers.end + bytes[placeholder.numbers.end..].iter().position(|&b| b == b'<').unwrap();
        let end = start + zeros.len() + 2;
        bytes = forge::with_byte_range(&bytes, &placeholder, [0, start, end, bytes.len() - end]);
        let token = token(&[&bytes[..start], &bytes[end..]].concat());
        self.bytes = forge::with_contents(&bytes, start + 1..end - 1, &token);
        self
    }

    /// With a byte of what is covered by the first signature changed: the price in the contract.
    pub fn altered(mut self) -> Self {
        self.bytes = base::replaced(&self.bytes, "pays 1000 VND", "pays 9000 VND");
        self
    }
}

/// How long the element is that stands first.
fn der_length(bytes: &[u8]) -> usize {
    let first = usize::from(bytes[1]);
    if first < 0x80 {
        return 2 + first;
    }
    let width = first & 0x7f;
    2 + width + bytes[2..2 + width].iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte))
}
