//! Holds of documents that were destroyed, where the rows that say so are lost or older than the destruction. Their records were erased
//! with their documents; the log still has that they were placed and released, and the destruction's record has which events of it
//! were the document's. A database that has them lets the document go again, and one that hasn't doesn't: what the log doesn't say
//! was released, holds.

use std::collections::HashMap;

use kyso::crypto::hex;
use uuid::Uuid;

use super::told::{Begun, Erased};
use crate::database::{Transaction, values};
use crate::error::Error;
use crate::holds::{HoldPlaced, HoldReleased};
use crate::log::Entry;
use crate::record::Told as _;

/// Who wrote an event of which nothing but its leaf is left.
pub(crate) const NOBODY: &str = "lost";

/// Entries of a log that was held against its checkpoint, by the commitments (hex) to their records.
pub(crate) type Entries = HashMap<String, Entry>;

/// The commitments of which entries are asked for.
pub(crate) fn commitments(begun: &Begun) -> impl Iterator<Item = &String> {
    begun.items.iter().flat_map(|item| &item.events).map(|event| &event.commitment)
}

/// Writes the holds of a destruction's documents, and their releases, as far as the rows haven't got them.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn write(
    transaction: &mut Transaction,
    agency: &str,
    begun: &Begun,
    entries: &Entries,
) -> Result<(), Error> {
    for item in &begun.items {
        let sql = "SELECT artifact FROM destroyed WHERE agency = $1 AND artifact = $2";
        if transaction.row(sql, values![agency, item.artifact.to_string()]).await?.is_some() {
            continue;
        }
        for (event, _) in of_kind(item, entries, HoldPlaced::KIND) {
            let event = write_event(transaction, agency, item.artifact, event, entries).await?;
            let sql = "INSERT INTO hold (agency, event, artifact) SELECT $1, $2, $3 \
                       WHERE NOT EXISTS (SELECT 1 FROM hold WHERE agency = $1 AND event = $2)";
            transaction.run(sql, values![agency, event, item.artifact.to_string()]).await?;
        }
        for (event, _) in of_kind(item, entries, HoldReleased::KIND) {
            let event = write_event(transaction, agency, item.artifact, event, entries).await?;
            // Which hold it released stood in its record: with so many releases as holds, it's the first one that has none.
            let sql = "INSERT INTO hold_release (agency, hold, event) SELECT $1, h.event, $3 FROM hold h WHERE h.event = (\
                       SELECT min(o.event) FROM hold o WHERE o.agency = $1 AND o.artifact = $2 AND NOT EXISTS \
                       (SELECT 1 FROM hold_release r WHERE r.agency = o.agency AND r.hold = o.event)) AND h.agency = $1 \
                       AND NOT EXISTS (SELECT 1 FROM hold_release r WHERE r.agency = $1 AND r.event = $3)";
            transaction.run(sql, values![agency, item.artifact.to_string(), event]).await?;
        }
    }
    Ok(())
}

/// The document's events of this kind by the log, each with its time, in their order.
fn of_kind<'a>(item: &'a Erased, entries: &Entries, kind: &str) -> Vec<(&'a super::told::ErasedEvent, i64)> {
    let time = |commitment: &String| {
        entries.get(commitment).filter(|entry| entry.kind() == kind).map(|entry| entry.time().as_microsecond())
    };
    let mut events: Vec<_> =
        item.events.iter().filter_map(|event| time(&event.commitment).map(|at| (event, at))).collect();
    events.sort_by_key(|(event, at)| (*at, event.id));
    events
}

/// Writes an event without its record, as the log has it, where no row has it; its id.
async fn write_event(
    transaction: &mut Transaction,
    agency: &str,
    artifact: Uuid,
    event: &super::told::ErasedEvent,
    entries: &Entries,
) -> Result<String, Error> {
    let entry = entries.get(&event.commitment).ok_or_else(|| Error::Internal("an event without an entry".into()))?;
    let (id, at) = (event.id.to_string(), entry.time().as_microsecond());
    let commitment = entry.commitment().as_bytes();
    debug_assert_eq!(hex(commitment), event.commitment);
    let sql = "SELECT id FROM event WHERE agency = $1 AND id = $2";
    if transaction.row(sql, values![agency, &id]).await?.is_some() {
        return Ok(id);
    }
    let sql =
        "INSERT INTO event (agency, id, kind, at, node, artifact, commitment) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = values![agency, &id, entry.kind(), at, NOBODY, artifact.to_string(), &commitment[..]];
    transaction.run(sql, values).await?;
    let sql = "INSERT INTO leaf_pending (agency, at, event) VALUES ($1, $2, $3)";
    transaction.run(sql, values![agency, at, &id]).await?;
    Ok(id)
}
