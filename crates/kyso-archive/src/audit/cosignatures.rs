//! What witnesses have signed, held against the checkpoints that it's of.

use super::finding::{Fault, Subject};
use super::{PAGE, Progress, Run};
use crate::database::{Row, values};
use crate::error::Error;
use crate::log::{Note, NoteSignature, VerifierKey};

const COSIGNATURES: &str = "SELECT s.size, s.key, s.line, c.size AS signed, c.note FROM cosignature s \
     LEFT JOIN checkpoint c ON c.agency = s.agency AND c.size = s.size \
     WHERE s.agency = $1 AND (s.size, s.key) > ($2, $3) ORDER BY s.size, s.key LIMIT $4";

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at every cosignature.
    pub(super) async fn cosignatures(&mut self) {
        let mut after = (-1, String::new());
        loop {
            let rows = self.page("cosignature", COSIGNATURES, values![&self.of.agency, after.0, &after.1, PAGE]).await;
            for row in &rows {
                let (size, key) = (row.number("size").unwrap_or_default(), row.text("key").unwrap_or_default());
                let subject =
                    Subject::row("cosignature", format!("{size}/{}", key.split('+').next().unwrap_or_default()));
                match holds(row) {
                    Ok(true) => {}
                    Ok(false) => self.findings.problem(Fault::RowUnknown, subject, Some("of no checkpoint".into())),
                    Err(error) => self.findings.problem(Fault::RowChanged, subject, Some(error.to_string())),
                }
            }
            let last = rows.last().map(|row| (row.number("size"), row.text("key")));
            match last {
                Some((Ok(size), Ok(key))) if rows.len() >= PAGE as usize && (size, &key) > (after.0, &after.1) => {
                    after = (size, key);
                }
                _ => return,
            }
        }
    }
}

/// Whether there's a checkpoint; an error where the signature isn't one over it.
fn holds(row: &Row) -> Result<bool, Error> {
    if row.maybe_number("signed")?.is_none() {
        return Ok(false);
    }
    let note = row.bytes("note")?;
    let wrong = || Error::Damaged("it isn't a signature over its checkpoint by its key".into());
    let key: VerifierKey = row.text("key")?.parse().map_err(|_| wrong())?;
    let line = NoteSignature::parse(&row.text("line")?).ok_or_else(wrong)?;
    let mut alone = Note::new(Note::parse(&note).map_err(|_| wrong())?.text().to_owned()).map_err(|_| wrong())?;
    alone.add(line).map_err(|_| wrong())?;
    alone.verify(std::slice::from_ref(&key)).map(|_| true).map_err(|_| wrong())
}
