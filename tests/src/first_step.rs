//! What the first step says of a small file: signed, sealed and valid, or refused before the key is used.

use std::cell::Cell;

use kyso::crypto::SignatureAlgorithm;
use kyso::{
    Document, Error, Indication, Place, PrivateKeySigner, SignatureParameters, SignatureValue, Signer, ToBeSigned,
};
use kyso_words::Words;

use crate::shapes::writer::{Layout, Objects, Xref, stream, write};
use crate::{keys, signing};

/// A font that needs no file.
pub const FONT: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";

/// A leader's key that tells how often it was used.
struct Counted(PrivateKeySigner, Cell<usize>);

impl Signer for Counted {
    fn certificates(&self) -> &[kyso::pki::Certificate] {
        self.0.certificates()
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.0.algorithm()
    }

    fn sign(&self, to_be_signed: &ToBeSigned) -> Result<SignatureValue, Error> {
        self.1.set(self.1.get() + 1);
        self.0.sign(to_be_signed)
    }
}

/// One page: 1 the catalog, 2 the page tree, 3 the page, 4 its content, 5 a font.
pub fn paper() -> Objects {
    let mut objects = Objects::new();
    let mut put = |number: u32, body: &str| _ = objects.insert(number, body.as_bytes().to_vec());
    put(1, "<< /Type /Catalog /Pages 2 0 R >>");
    put(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    put(3, &page(""));
    put(5, FONT);
    objects.insert(4, stream("", b"BT /F1 14 Tf 70 780 Td (PAPER) Tj ET"));
    objects
}

/// A page with these entries too.
pub fn page(more: &str) -> String {
    format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> \
         {more} >>"
    )
}

/// The paper with other objects, in every kind of cross-reference.
pub fn with(changes: &[(u32, &str)]) -> Vec<Vec<u8>> {
    let mut objects = paper();
    for (number, body) in changes {
        objects.insert(*number, body.as_bytes().to_vec());
    }
    let file = |xref| write(&objects, &Layout { xref, ..Layout::default() });
    [Xref::Table, Xref::Stream, Xref::Compressed].map(file).into()
}

/// The file with the leader's signature, or the rule that refuses it, which costs no use of the key.
///
/// # Errors
/// What the step refuses with.
pub fn first_step(file: &[u8], parameters: &SignatureParameters) -> Result<Vec<u8>, String> {
    let key = Counted(keys::signer(&keys::LEADER), Cell::new(0));
    let document = Document::parse(file).map_err(|error| format!("{error}"))?;
    match kyso::sign(&document, &key, parameters, &kyso::SigningOptions::default()) {
        Ok(signed) => Ok(signed.tail.after(file)),
        Err(error) => {
            assert_eq!(key.1.get(), 0, "{error}: the key was used");
            match error {
                Error::Refused { rule, reason } => {
                    for language in [kyso::Language::Vietnamese, kyso::Language::English] {
                        assert!(!Words::neutral(language).refusal(rule).is_empty(), "{rule} in {language:?}");
                        assert!(!reason.to_string().is_empty(), "{rule}");
                    }
                    Err(rule.to_string())
                }
                Error::Input { .. } | Error::Budget { .. } => Err("unreadable".to_owned()),
                other => Err(other.to_string()),
            }
        }
    }
}

/// Signs where it's seen, seals over it, and looks whether all is valid.
#[track_caller]
pub fn holds(name: &str, file: &[u8]) {
    holds_with(name, file, &signing::leader_parameters());
}

/// As [`holds`], signed with these parameters.
#[track_caller]
pub fn holds_with(name: &str, file: &[u8], parameters: &SignatureParameters) {
    let signed = first_step(file, parameters).unwrap_or_else(|rule| panic!("{name}: {rule}"));
    let seal = match parameters.place {
        Place::Field => signing::plain_seal(),
        _ => signing::seal_parameters(),
    };
    let sealed = signing::seal(&signed, &seal, &keys::signer(&keys::SEAL));
    assert_valid(name, &sealed, 2);
}

/// So many signatures, all valid, in a file without a flaw.
#[track_caller]
pub fn assert_valid(name: &str, file: &[u8], signatures: usize) {
    let report = kyso::verify(file, &signing::policy()).unwrap();
    assert!(!report.is_flawed(), "{name}: {:#?}", report.findings);
    assert_eq!(report.signatures.len(), signatures, "{name}");
    for row in &report.signatures {
        assert_eq!(row.indication, Indication::TotalPassed, "{name}: {row:#?}");
        assert!(row.modifications_allowed, "{name}: {row:#?}");
    }
}

/// Refused by this rule before the key is used.
#[track_caller]
pub fn refused(name: &str, file: &[u8], rule: &str) {
    assert_eq!(first_step(file, &signing::leader_parameters()), Err(rule.to_string()), "{name}");
}
