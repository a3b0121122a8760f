//! What lies in the store of a destruction: its certificate, and its events' manifests in one object, so that an archive that is made
//! again from an older state finds what it has to destroy again.
//!
//! ```text
//! destroyed/N.json    {"v": "kyso.destruction/v1", "destruction": N, "manifests": [proposed, approved, decided, begun]}
//! destroyed/N.pdf     the certificate, whose digest the event `destruction.executed` has
//! ```

use serde::{Deserialize, Serialize};

use super::told::KINDS;
use crate::archive::Archive;
use crate::database::{Database, values};
use crate::error::Error;
use crate::manifest::{Manifest, Of, Read, manifest_of};

/// Where they lie.
pub(crate) const DIRECTORY: &str = "destroyed";
const VERSION: &str = "kyso.destruction/v1";

/// The object of a destruction's events.
pub(crate) fn object(number: u32) -> String {
    format!("{DIRECTORY}/{number}.json")
}

/// The object of a destruction's certificate.
pub(crate) fn certificate(number: u32) -> String {
    format!("{DIRECTORY}/{number}.pdf")
}

/// The destruction that an object of this directory is of, and whether it's the certificate.
pub(crate) fn of_object(path: &str) -> Option<(u32, bool)> {
    let name = path.strip_prefix(DIRECTORY)?.strip_prefix('/')?;
    let (number, ending) = name.split_once('.')?;
    let parsed: u32 = number.parse().ok()?;
    let is_plain = parsed.to_string() == number;
    match ending {
        "json" if is_plain => Some((parsed, false)),
        "pdf" if is_plain => Some((parsed, true)),
        _ => None,
    }
}

/// The events of a destruction up to its beginning.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Statement {
    v: String,
    pub(crate) destruction: u32,
    manifests: Vec<Manifest>,
}

impl Statement {
    /// Reads one, and holds its manifests against themselves; why it can't be believed, otherwise.
    pub(crate) fn read(bytes: &[u8]) -> Result<(u32, Vec<Read>), String> {
        let statement: Self = serde_json::from_slice(bytes).map_err(|error| format!("it can't be read: {error}"))?;
        if statement.v != VERSION {
            return Err(format!("it's of the format {}", statement.v));
        }
        let mut events = Vec::with_capacity(statement.manifests.len());
        for manifest in statement.manifests {
            let bytes = serde_json::to_vec(&manifest).map_err(|error| error.to_string())?;
            let told = Manifest::read(&bytes)?;
            let is_its_own = matches!(&told.of, Of::Destruction(told) if told.number() == statement.destruction);
            if !is_its_own {
                return Err("it has another destruction's events".to_owned());
            }
            events.push(told);
        }
        Ok((statement.destruction, events))
    }
}

/// The object of a destruction that was begun, by a database's rows.
pub(crate) async fn of_rows(database: &Database, agency: &str, number: u32) -> Result<Vec<u8>, Error> {
    let sql = "SELECT e.id, e.kind FROM event e WHERE e.agency = $1 AND e.id IN (\
               SELECT d.event FROM destruction d WHERE d.agency = $1 AND d.number = $2 UNION ALL \
               SELECT s.event FROM destruction_step s WHERE s.agency = $1 AND s.destruction = $2 AND s.step <> 'executed') \
               ORDER BY e.at";
    let mut manifests = Vec::new();
    for row in database.rows(sql, values![agency, number]).await? {
        let (id, kind) = (row.text("id")?, row.text("kind")?);
        let missing = || Error::Damaged(format!("destruction {number}: event {id} has no record"));
        debug_assert!(kind.starts_with(KINDS), "{kind}");
        manifests.push(manifest_of(&mut database.clone(), agency, &id).await?.ok_or_else(missing)?.1);
    }
    let statement = Statement { v: VERSION.to_owned(), destruction: number, manifests };
    serde_json::to_vec(&statement).map_err(Error::internal)
}

impl Archive {
    /// The object of a destruction that was begun.
    pub(crate) async fn statement(&self, number: u32) -> Result<Vec<u8>, Error> {
        of_rows(&self.database, &self.agency, number).await
    }

    /// The certificate of a destruction that was carried out, held against the digest that the log has of it.
    ///
    /// # Errors
    /// [`Error::NotDestroyed`] where it isn't carried out; [`Error::Missing`], [`Error::Damaged`] where the file isn't what it was;
    /// [`Error::Database`].
    pub async fn destruction_certificate(&self, number: u32) -> Result<Vec<u8>, Error> {
        let destruction = self.destruction(number).await?;
        let state = destruction.state;
        let certificate = destruction.certificate.ok_or(super::NotDestroyed::State { number, state })?;
        let (store, second, object) = (self.store.clone(), self.second.clone(), self::certificate(number));
        crate::archive::blocking(move || {
            let is_its_own = |bytes: &Vec<u8>| crate::record::sha256(bytes) == certificate.sha256;
            let first = store.get(&object)?;
            if let Some(bytes) = first.clone().filter(is_its_own) {
                return Ok(bytes);
            }
            let copy = second.map(|second| second.get(&object)).transpose()?.flatten().filter(is_its_own);
            match (copy, first) {
                (Some(bytes), _) => Ok(bytes),
                (None, None) => Err(Error::Missing(object)),
                (None, Some(_)) => Err(Error::Damaged(format!("{object}: its bytes were changed"))),
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_after_their_destruction() {
        assert_eq!(of_object(&object(12)), Some((12, false)));
        assert_eq!(of_object(&certificate(12)), Some((12, true)));
        for path in
            ["destroyed/x.pdf", "destroyed/01.pdf", "destroyed/1.txt", "destroyed/1", "o/1.pdf", "destroyed/1.pdf.0"]
        {
            assert_eq!(of_object(path), None, "{path}");
        }
    }
}
