//! Whose the look-up codes on a document's pages are, as whoever reads it has to take them: one rule for all who tell it.

use kyso::validate::{Coverage, SignatureType};
use kyso::{Document, Indication, Report, Role, SignatureReport};

use crate::qr::QrPayload;
use crate::stamp::QrMatch;

/// Whose a look-up code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// It was put onto this document.
    Own {
        /// Onto which revision, from 1.
        revision: usize,
    },
    /// That can't be known: bytes of the document were changed since it was signed, and the code is known by bytes.
    Changed,
    /// Another document's, of which the page is a copy.
    Copied,
    /// Another document's, and it stands where this document's own would.
    Another,
}

impl Whose {
    /// Whose each of these codes is. Another document's is on a copy of it where this document's own is there too, or where
    /// the agency's signatures say that it's a copy.
    pub fn of(document: &Document<'_>, report: &Report, codes: &[&QrPayload]) -> Vec<Self> {
        let matches: Vec<QrMatch> = codes.iter().map(|code| QrMatch::of(document, code)).collect();
        let has_own = matches.iter().any(|one| matches!(one, QrMatch::SameDocument { .. }));
        let (is_changed, is_copy) = (report.signatures.iter().any(is_over_other_bytes), is_copy(report));
        let whose = |one: QrMatch| match one {
            QrMatch::SameDocument { revision } => Self::Own { revision },
            QrMatch::OtherDocument if has_own || is_copy => Self::Copied,
            QrMatch::OtherDocument if is_changed => Self::Changed,
            QrMatch::OtherDocument => Self::Another,
        };
        matches.into_iter().map(whose).collect()
    }
}

/// Whether what the signature was made over isn't there any more: the digest of the very bytes that it names is another.
fn is_over_other_bytes(signature: &SignatureReport) -> bool {
    signature.kind == SignatureType::Signature
        && signature.coverage != Coverage::Invalid
        && signature.digest_algorithm.is_some()
        && !signature.digest_ok
}

/// Whether the signatures say that it's a copy: one is made as such, or the roster's agency alone has signed, without a leader;
/// its key seals and copies.
fn is_copy(report: &Report) -> bool {
    let has = |role: Role| report.signatures.iter().any(|signature| signature.role == role);
    let vouches = |signature: &SignatureReport| {
        signature.role == Role::Seal
            && signature.role_source.is_roster()
            && signature.indication == Indication::TotalPassed
    };
    has(Role::Copy) || !has(Role::Leader) && report.signatures.iter().any(vouches)
}
