//! Events, their records and their leaves. Each of the three is held against the other two, so that the one that was changed is
//! named.

use kyso::crypto::hex;
use serde::Deserialize;
use uuid::Uuid;

use super::finding::{Fault, Subject};
use super::{PAGE, Progress, Run, next_key};
use crate::access::AccessHead;
use crate::clock::{now, written};
use crate::database::{Row, values};
use crate::destruction::told::Happening;
use crate::error::Error;
use crate::holds::{HoldPlaced, HoldReleased};
use crate::links::StatusChanged;
use crate::log::{Entry, Hash, commitment};
use crate::metadata::MetadataRevised;
use crate::principal::PrincipalKnown;
use crate::record::{Told, VersionAdded};
use crate::register_heads::RegisterMoved;
use crate::sequencing::entry;

/// How long an event may wait for its place in the log, in microseconds: ten minutes.
const PATIENCE: i64 = 10 * 60 * 1_000_000;

/// What every record says.
#[derive(Deserialize)]
struct Common {
    v: String,
    kind: String,
    at: String,
    id: String,
    artifact: Option<String>,
}

/// An event with what belongs to it, and the number of the version or of the revision that names it, or whether there is the one row
/// that it tells of.
const EVENTS: &str = "SELECT e.id, e.kind, e.at, e.artifact, e.commitment, r.event AS record, r.salt, r.body, \
     l.position, l.hash, p.event AS pending, CASE e.kind \
     WHEN 'version.added' THEN (SELECT v.ordinal FROM version v \
     WHERE v.agency = e.agency AND v.artifact = e.artifact AND v.event = e.id ORDER BY v.ordinal LIMIT 1) \
     WHEN 'metadata.revised' THEN (SELECT m.revision FROM metadata m \
     WHERE m.agency = e.agency AND m.artifact = e.artifact AND m.event = e.id ORDER BY m.revision LIMIT 1) \
     WHEN 'status.changed' THEN (SELECT 1 FROM link k WHERE k.agency = e.agency AND k.event = e.id) \
     WHEN 'register.head' THEN (SELECT 1 FROM register_head h WHERE h.agency = e.agency AND h.event = e.id) \
     WHEN 'access.head' THEN (SELECT max(1) FROM access_head h WHERE h.agency = e.agency AND h.event = e.id) END AS told \
     FROM event e \
     LEFT JOIN record r ON r.agency = e.agency AND r.event = e.id \
     LEFT JOIN leaf l ON l.agency = e.agency AND l.event = e.id \
     LEFT JOIN leaf_pending p ON p.agency = e.agency AND p.at = e.at AND p.event = e.id \
     WHERE e.agency = $1 AND e.id > $2 ORDER BY e.id LIMIT $3";

/// The entry of an event whose commitment is this one.
fn entry_with(row: &Row, commitment: Hash) -> Result<Entry, Error> {
    let of = entry(row)?;
    Entry::new(of.kind(), of.time(), commitment).map_err(Error::internal)
}

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at every event.
    pub(super) async fn events(&mut self) {
        let mut after = vec![String::new()];
        loop {
            let values = values![&self.of.agency, after.concat(), PAGE];
            let rows = self.page("event", EVENTS, values).await;
            for row in &rows {
                self.counts.events += 1;
                let id = row.text("id").unwrap_or_default();
                if let Err(error) = self.event(row, &id).await {
                    self.findings.problem(Fault::EventChanged, Subject::row("event", &*id), Some(error.to_string()));
                }
                if self.findings.is_bad(&id)
                    && let Ok(Some(artifact)) = row.maybe_text("artifact")
                {
                    self.findings.mark(&artifact);
                }
                self.step(1);
            }
            match next_key(&rows, &["id"], &after) {
                Some(next) => after = next,
                None => return,
            }
        }
    }

    async fn event(&mut self, row: &Row, id: &str) -> Result<(), Error> {
        let is_logged = row.maybe_number("position")?.is_some();
        let is_pending = row.maybe_text("pending")?.is_some();
        if is_pending {
            self.counts.pending += 1;
            // Whoever writes the log anew without its key has to let old events wait for the service to sign them.
            if now().saturating_sub(row.number("at")?) > PATIENCE {
                let why = "it has waited for its place in the log for more than ten minutes".to_owned();
                self.findings.problem(Fault::EventUnlogged, Subject::row("event", id), Some(why));
            }
        }
        if !is_logged && !is_pending {
            self.findings.problem(Fault::EventUnlogged, Subject::row("event", id), None);
        }
        let leaf = if is_logged { Hash::from_slice(&row.bytes("hash")?) } else { None };
        let changed = |run: &mut Self, what: &str| {
            run.findings.problem(Fault::EventChanged, Subject::row("event", id), Some(what.to_owned()));
        };
        if row.maybe_text("record")?.is_none() {
            if !self.erased.contains(&hex(&row.bytes("commitment")?)) {
                self.findings.problem(Fault::RowMissing, Subject::row("record", id), None);
                return Ok(());
            }
            // It was destroyed by decision. That something happened then stays to be proved.
            self.gone_records.insert(id.to_owned());
            let own = entry(row)?.leaf();
            if let (Some(leaf), Some(position)) = (leaf, row.maybe_number("position")?)
                && own != leaf
            {
                let position = u64::try_from(position).unwrap_or_default();
                self.findings.problem(Fault::LeafChanged, Subject::leaf(position), Some(format!("event {id}")));
            }
            return Ok(());
        }
        let (salt, body) = (row.bytes("salt")?, row.bytes("body")?);
        let salt: [u8; 32] = salt.try_into().map_err(|_| Error::Damaged("the salt isn't one".into()))?;
        let committed = commitment(&salt, &body);
        let own = entry(row).ok();
        if row.bytes("commitment")? != committed.as_bytes() {
            // The leaf says which of the two is the one that was logged.
            let is_records = entry_with(row, committed).is_ok_and(|entry| Some(entry.leaf()) == leaf);
            match is_records {
                true => changed(self, "its commitment isn't its record's, which the log has"),
                false => self.findings.problem(Fault::RecordChanged, Subject::row("record", id), None),
            }
            return Ok(());
        }
        let Ok(says) = serde_json::from_slice::<Common>(&body) else {
            self.findings.problem(Fault::RecordChanged, Subject::row("record", id), Some("it can't be read".into()));
            return Ok(());
        };
        let is_its_own = says.v == "kyso.record/v1"
            && says.kind == row.text("kind")?
            && says.id == id
            && says.at == written(row.number("at")?)?
            && says.artifact == row.maybe_text("artifact")?;
        if !is_its_own {
            changed(self, "it isn't what its record says");
            return Ok(());
        }
        if let (Some(leaf), Some(own), Some(position)) = (leaf, own, row.maybe_number("position")?)
            && own.leaf() != leaf
        {
            let position = u64::try_from(position).unwrap_or_default();
            self.findings.problem(Fault::LeafChanged, Subject::leaf(position), Some(format!("event {id}")));
        }
        self.told_of(row, &says.kind, &body, id).await
    }

    /// The row that the record is about has to be there.
    async fn told_of(&mut self, row: &Row, kind: &str, body: &[u8], id: &str) -> Result<(), Error> {
        // Whether that row came with the event. Where it didn't, its own statement says what is there.
        let came = |artifact: Uuid, number: u32| -> Result<bool, Error> {
            let is_its_own = row.maybe_text("artifact")?.as_deref() == Some(&*artifact.to_string());
            Ok(is_its_own && row.maybe_number("told")? == Some(number.into()))
        };
        let (table, key, sql, values) = match kind {
            VersionAdded::KIND => {
                let of: VersionAdded = serde_json::from_slice(body).map_err(Error::internal)?;
                if came(of.artifact, of.version)? {
                    return Ok(());
                }
                let sql = "SELECT event FROM version WHERE agency = $1 AND artifact = $2 AND ordinal = $3";
                let values = values![&self.of.agency, of.artifact.to_string(), of.version];
                ("version", format!("{}/{}", of.artifact, of.version), sql, values)
            }
            MetadataRevised::KIND => {
                let of: MetadataRevised = serde_json::from_slice(body).map_err(Error::internal)?;
                if came(of.artifact, of.revision)? {
                    return Ok(());
                }
                let sql = "SELECT event FROM metadata WHERE agency = $1 AND artifact = $2 AND revision = $3";
                let values = values![&self.of.agency, of.artifact.to_string(), of.revision];
                ("metadata", format!("{}/{}", of.artifact, of.revision), sql, values)
            }
            PrincipalKnown::KIND => {
                let of: PrincipalKnown = serde_json::from_slice(body).map_err(Error::internal)?;
                let sql = "SELECT event FROM principal WHERE agency = $1 AND secret = $2";
                ("principal", of.principal.clone(), sql, values![&self.of.agency, of.secret])
            }
            StatusChanged::KIND | RegisterMoved::KIND | AccessHead::KIND => {
                if row.maybe_number("told")?.is_none() {
                    let table = match kind {
                        StatusChanged::KIND => "link",
                        RegisterMoved::KIND => "register_head",
                        _ => "access_head",
                    };
                    self.findings.problem(Fault::RowMissing, Subject::row(table, id), Some(format!("event {id}")));
                }
                return Ok(());
            }
            HoldPlaced::KIND => {
                let sql = "SELECT event FROM hold WHERE agency = $1 AND event = $2";
                ("hold", id.to_owned(), sql, values![&self.of.agency, id])
            }
            HoldReleased::KIND => {
                let of: HoldReleased = serde_json::from_slice(body).map_err(Error::internal)?;
                let sql = "SELECT event FROM hold_release WHERE agency = $1 AND hold = $2";
                ("hold_release", of.hold.to_string(), sql, values![&self.of.agency, of.hold.to_string()])
            }
            kind => match Happening::read(kind, body).and_then(Result::ok) {
                Some(told) => match told.step() {
                    None => {
                        let sql = "SELECT event FROM destruction WHERE agency = $1 AND number = $2";
                        let values = values![&self.of.agency, told.number()];
                        ("destruction", told.number().to_string(), sql, values)
                    }
                    Some(step) => {
                        let sql =
                            "SELECT event FROM destruction_step WHERE agency = $1 AND destruction = $2 AND step = $3";
                        let values = values![&self.of.agency, told.number(), step];
                        ("destruction_step", format!("{}/{step}", told.number()), sql, values)
                    }
                },
                None => return Ok(()),
            },
        };
        match self.page(table, sql, values).await.first().map(|row| row.text("event")) {
            None => self.findings.problem(Fault::RowMissing, Subject::row(table, key), Some(format!("event {id}"))),
            Some(Ok(event)) if event == id => {}
            Some(_) => self.findings.problem(Fault::RowChanged, Subject::row(table, key), Some("its event".into())),
        }
        Ok(())
    }
}
