//! Trích sao: a new PDF of some pages of a document (Nghị định 30/2020/NĐ-CP, Điều 25 khoản 3).

use kyso::crypto::DigestAlgorithm;
use kyso::{Document, Error};
use kyso_pdf::extract::{self, Extract, Naming};

/// Oldest version of PDF that official papers may have (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2).
pub(super) const OLDEST: &str = "1.4";

/// Makes a new PDF of some pages of a document, from 1: what these pages show, and nothing else of the file. Signatures of
/// the document aren't in it but as pictures; each is named among the losses.
///
/// # Errors
/// Those of [`pdf::extract::extract`](kyso_pdf::extract::extract).
pub fn extract(document: &Document<'_>, pages: &[usize]) -> Result<Extract, Error> {
    Ok(extract::extract(document, pages, &Naming { least_version: OLDEST, identifier })?)
}

/// A digest of what the file holds, cut to the usual length.
fn identifier(bytes: &[u8]) -> [u8; 16] {
    DigestAlgorithm::Sha256.digest(bytes).first_chunk().copied().unwrap_or_default()
}
