//! The form of a finished result against the law: its signatures verified, the QR codes on its pages seen, and what they
//! were put over.

mod covering;

use std::cell::RefCell;
use std::collections::BTreeSet;

use kyso::{Document, Password, Policy};
use kyso_certification::form::{CheckReport, Expectations, Marked, QrSeen};
use kyso_view::{Care, Error};
use kyso_words::Terms;

use crate::drawn::Drawing;

/// How many pages from the first, besides the last, are searched for QR codes.
const FIRST_PAGES: usize = 3;
/// And so many of those that an update has written.
const MAX_UPDATED: usize = 12;

/// How pages are looked at.
#[derive(Clone)]
pub struct Viewer<'a> {
    /// What draws them.
    pub drawing: Drawing<'a>,
    /// Told of a page that can't be shown, as soon as that is known.
    pub unseen: &'a dyn Fn(usize, &Error),
}

/// Holds a file against the law. `expected` says what the file alone can't tell; what is seen on its pages is added here.
/// What the rows say is in the terms of the front that shows them.
///
/// # Errors
/// Those of [`kyso::verify`], and of [`kyso_certification::form::examine`].
pub fn examine(
    bytes: &[u8],
    policy: &Policy,
    expected: &Expectations,
    viewer: &Viewer<'_>,
    terms: &dyn Terms,
) -> Result<CheckReport, kyso::Error> {
    let report = kyso::verify(bytes, policy)?;
    let password = policy.password.as_ref().map(Password::as_str);
    let document = Document::parse_with_password(bytes, password)?;
    let unseen = RefCell::new(Vec::new());
    let noted = |page: usize, error: &Error| {
        unseen.borrow_mut().push(page);
        (viewer.unseen)(page, error);
    };
    let qr = codes(&document, password, &Viewer { drawing: viewer.drawing.clone(), unseen: &noted })?;
    let covered = qr.as_deref().and_then(|seen| covering::covered(&document, password, seen, &viewer.drawing));
    let mut expected = expected.clone();
    (expected.qr, expected.covered) = (qr, covered);
    expected.qr_unseen = unseen.into_inner();
    kyso_certification::form::examine(&document, &report, &expected, terms)
}

/// The QR codes of the first pages, of those that an update has written, and of the last, where one is put; `None` where not all
/// of them can be looked at.
pub(crate) fn codes(
    document: &Document<'_>,
    password: Option<&str>,
    viewer: &Viewer<'_>,
) -> Result<Option<Vec<QrSeen>>, kyso::Error> {
    let (last, updated) = (document.page_count()?, document.updated_pages()?);
    let wanted: BTreeSet<usize> =
        (1..=last.min(FIRST_PAGES)).chain(updated.into_iter().take(MAX_UPDATED)).chain([last]).collect();
    let wanted: Vec<usize> = wanted.into_iter().collect();
    let Ok(apart) = viewer.drawing.as_ref() else { return Ok(None) };
    let seen = apart.codes(document.bytes(), password, &wanted, Care::Thorough);
    let mut found = Vec::new();
    let mut whole = seen.len() == wanted.len();
    for page in seen {
        let number = page.page;
        if let Some(error) = page.unseen() {
            (viewer.unseen)(number, error);
            whole = false;
        }
        found.extend(page.codes.into_iter().flatten().map(|code| {
            let marked = Marked { what: "qr", page: number, rectangle: code.place };
            QrSeen { text: code.text, marked }
        }));
    }
    Ok((whole || !found.is_empty()).then_some(found))
}
