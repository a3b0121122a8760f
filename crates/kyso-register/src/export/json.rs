//! The register for machines. The shape has a version; what is added later doesn't change it, what is renamed does.

use jiff::Timestamp;
use jiff::civil::Date;
use kyso_certification::number::CertificationNumber;
use serde::Serialize;

use super::Extract;
use super::identity;
use crate::entry::{Cancellation, Entry, How, Person, Prepared, Row, State, Totals};
use crate::error::Error;
use crate::event::{Event, Unchecked};

/// An entry as the JSON has it.
#[derive(Debug, Serialize)]
pub struct EntryView<'a> {
    /// The number as the document bears it: "07, quyển số 01/2026-SCT/CK,ĐC".
    pub text: String,
    /// The number.
    pub number: &'a CertificationNumber,
    /// The register's code.
    pub register: &'a str,
    /// The date of certification.
    pub date: Date,
    /// The entry's current state.
    pub state: State,
    /// The caller's key.
    pub request: &'a str,
    /// The columns.
    pub row: Row,
    /// The document before signing.
    pub prepared: Option<&'a Prepared>,
    /// SHA-256 of the finished file.
    pub sha256: Option<&'a str>,
    /// The check of the finished file that was gone round, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unchecked: Option<Unchecked>,
    /// The reason why the number goes unused, if it's void.
    pub void: Option<VoidView<'a>>,
    /// The decision that cancelled it.
    pub cancellation: Option<&'a Cancellation>,
    /// Later entries that change it.
    pub links: Vec<LinkView<'a>>,
    /// What happened.
    pub history: &'a [Event],
}

/// Why a number goes unused.
#[derive(Debug, Serialize)]
pub struct VoidView<'a> {
    reason: &'a str,
    by: &'a str,
    at: Timestamp,
}

/// A later entry that changes one.
#[derive(Debug, Serialize)]
pub struct LinkView<'a> {
    how: How,
    by: &'a CertificationNumber,
}

impl<'a> EntryView<'a> {
    /// The entry, its identity numbers in full or masked.
    pub fn new(entry: &'a Entry, full: bool) -> Self {
        let mut row = entry.row.clone();
        for Person { id_number, .. } in &mut row.requesters {
            *id_number = id_number.take().map(|number| identity(&number, full));
        }
        Self {
            text: entry.number.to_string(),
            number: &entry.number,
            register: &entry.register,
            date: entry.date,
            state: entry.state,
            request: &entry.request,
            row,
            prepared: entry.prepared(),
            sha256: entry.issued(),
            unchecked: entry.unchecked(),
            void: entry.void().map(|(reason, event)| VoidView { reason, by: &event.by, at: event.at }),
            cancellation: entry.cancellation(),
            links: entry.links().map(|(how, by)| LinkView { how, by }).collect(),
            history: &entry.history,
        }
    }
}

#[derive(Serialize)]
struct Book<'a> {
    format: &'static str,
    version: u32,
    register: &'a str,
    name: &'a str,
    period: String,
    books: Vec<String>,
    identity_numbers: &'static str,
    totals: Totals,
    entries: Vec<EntryView<'a>>,
}

/// A book: `{"format": "kyso-register-book", "version": 1, …}`.
///
/// # Errors
/// [`Error::Internal`].
pub fn book(extract: &Extract<'_>) -> Result<Vec<u8>, Error> {
    let book = Book {
        format: "kyso-register-book",
        version: 1,
        register: &extract.register.code,
        name: &extract.register.name,
        period: extract.period.name(),
        books: extract.books(),
        identity_numbers: if extract.full { "full" } else { "masked" },
        totals: extract.totals(),
        entries: extract.entries.iter().map(|entry| EntryView::new(entry, extract.full)).collect(),
    };
    let mut json = serde_json::to_vec_pretty(&book).map_err(Error::internal)?;
    json.push(b'\n');
    Ok(json)
}
