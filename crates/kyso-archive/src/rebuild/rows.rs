//! The rows that follow from manifests. A row that is there already stays; one that says something else of the same is damage.

use kyso::crypto::same;

use crate::database::{Transaction, values};
use crate::destruction::told::Happening;
use crate::error::Error;
use crate::keep::write_version;
use crate::manifest::{Of, Read, RequestFacts};
use crate::record::{Came, Record, VersionAdded};
use crate::request::Name;

/// How many rows were added.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Written {
    pub(super) events: u64,
    pub(super) versions: u64,
    pub(super) revisions: u64,
}

/// Writes the rows of manifests that aren't there.
pub(crate) async fn write(transaction: &mut Transaction, agency: &str, read: &[Read]) -> Result<Written, Error> {
    let mut written = Written::default();
    for told in read {
        if is_destroyed(transaction, agency, told).await? {
            continue;
        }
        for request in &told.manifest.requests {
            write_request(transaction, agency, request).await?;
        }
        if !write_event(transaction, agency, told).await? {
            continue;
        }
        written.events += 1;
        match &told.of {
            Of::Version(record) => {
                write_version_of(transaction, agency, told, record).await?;
                written.versions += 1;
            }
            Of::Metadata(record) => {
                let sql = "INSERT INTO metadata (agency, artifact, revision, body, event) VALUES ($1, $2, $3, $4, $5)";
                let (of, body) = (&record.of, told.manifest.metadata.clone());
                let values = values![agency, of.artifact.to_string(), of.revision, body, told.id.to_string()];
                transaction.run(sql, values).await?;
                written.revisions += 1;
            }
            Of::Principal(of) => {
                let sql =
                    "INSERT INTO principal (agency, secret, name, id, since, event) VALUES ($1, $2, $3, $4, $5, $6)";
                let values = values![agency, &of.secret, &of.name, &of.principal, told.at, told.id.to_string()];
                transaction.run(sql, values).await?;
            }
            Of::Register(of) => of.write(transaction, agency, told.id).await?,
            // Of two heads of a day the first has the row, as it had before: an audit names the other.
            Of::Access(of) => {
                if !of.has_row(transaction, agency).await? {
                    of.write(transaction, agency, told.id).await?;
                }
            }
            Of::Status(of) => of.write(transaction, agency, told.id).await?,
            Of::Hold(of) => of.write(transaction, agency, told.id).await?,
            Of::Release(of) => of.write(transaction, agency, told.id).await?,
            Of::Destruction(of) => {
                of.write(transaction, agency, told.id).await?;
                if let Happening::Begun(begun) = of.as_ref() {
                    for request in begun.items.iter().flat_map(|item| &item.requests) {
                        remember_request(transaction, agency, request).await?;
                    }
                }
            }
            Of::Other => {}
        }
    }
    Ok(written)
}

/// Whether it's of a hold or of a destruction, whose steps follow each other.
pub(super) fn is_of_protocol(told: &Read) -> bool {
    matches!(told.of, Of::Hold(_) | Of::Release(_) | Of::Destruction(_))
}

/// Whether the document that it's about was destroyed: its rows don't come back.
async fn is_destroyed(transaction: &mut Transaction, agency: &str, told: &Read) -> Result<bool, Error> {
    let Some(artifact) = told.manifest.artifact else { return Ok(false) };
    let sql = "SELECT destruction FROM destroyed WHERE agency = $1 AND artifact = $2";
    Ok(transaction.row(sql, values![agency, artifact.to_string()]).await?.is_some())
}

/// Writes the row of a request of what was destroyed, where it isn't there: asked again, it's answered so, and makes nothing.
async fn remember_request(transaction: &mut Transaction, agency: &str, request: &RequestFacts) -> Result<(), Error> {
    let sql = "SELECT name FROM request WHERE agency = $1 AND name = $2";
    match transaction.row(sql, values![agency, &request.name]).await? {
        Some(_) => Ok(()),
        None => write_request(transaction, agency, request).await,
    }
}

/// Writes the event and its record, and that it waits for its place. Whether it wasn't there.
async fn write_event(transaction: &mut Transaction, agency: &str, told: &Read) -> Result<bool, Error> {
    let id = told.id.to_string();
    let sql = "SELECT commitment FROM event WHERE agency = $1 AND id = $2";
    if let Some(row) = transaction.row(sql, values![agency, &id]).await? {
        return match same(&row.bytes("commitment")?, &told.commitment) {
            true => Ok(false),
            false => Err(Error::Damaged(format!("event {id}: database and store have different records of it"))),
        };
    }
    let artifact = told.manifest.artifact.map(|artifact| artifact.to_string());
    let sql =
        "INSERT INTO event (agency, id, kind, at, node, artifact, commitment) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = values![agency, &id, &told.kind, told.at, &told.manifest.node, artifact, &told.commitment[..]];
    transaction.run(sql, values).await?;
    let sql = "INSERT INTO record (agency, event, salt, body) VALUES ($1, $2, $3, $4)";
    transaction.run(sql, values![agency, &id, told.salt.as_slice(), told.body.as_slice()]).await?;
    let sql = "INSERT INTO leaf_pending (agency, at, event) VALUES ($1, $2, $3)";
    transaction.run(sql, values![agency, told.at, &id]).await?;
    Ok(true)
}

async fn write_version_of(
    transaction: &mut Transaction,
    agency: &str,
    told: &Read,
    record: &Record<VersionAdded>,
) -> Result<(), Error> {
    let (of, id) = (&record.of, record.of.artifact.to_string());
    let damaged = |what: &str| Error::Damaged(format!("the manifest of {}: {what}", of.object));
    let created = match &of.kept_at {
        Some(at) => at.parse::<jiff::Timestamp>().map_err(|_| damaged("its time is none"))?.as_microsecond(),
        None => told.at,
    };
    let name = Name::of_row(of.request.clone())?;
    let is_its_own = of.came == Some(Came::Earlier) || name.artifact() == of.artifact;
    if !is_its_own {
        return Err(damaged("its artifact isn't its request's"));
    }
    if of.version == 0 {
        let sql = "INSERT INTO artifact (agency, id, request, created) VALUES ($1, $2, $3, $4)";
        transaction.run(sql, values![agency, &id, &of.request, created]).await?;
    }
    write_version(transaction, agency, record, created, None).await?;
    let sql = "INSERT INTO report (agency, artifact, ordinal, body) VALUES ($1, $2, $3, $4)";
    transaction.run(sql, values![agency, &id, of.version, told.manifest.report.clone()]).await?;
    Ok(())
}

/// Writes a request's row, or brings it forward where the database saw it begin alone.
async fn write_request(transaction: &mut Transaction, agency: &str, request: &RequestFacts) -> Result<(), Error> {
    let name = Name::of_row(request.name.clone())?;
    let artifact = request.artifact.map(|artifact| artifact.to_string());
    let state = if artifact.is_some() { "done" } else { "refused" };
    let sql = "SELECT state, digest, artifact, answer FROM request WHERE agency = $1 AND name = $2";
    let Some(row) = transaction.row(sql, values![agency, name.as_str()]).await? else {
        let sql = "INSERT INTO request (agency, name, principal, generation, digest, about, state, lease, claimed, artifact, answer) \
                   VALUES ($1, $2, $3, $4, $5, $10, $6, 0, $7, $8, $9)";
        let values = values![
            agency,
            name.as_str(),
            &request.principal,
            request.generation,
            &request.digest,
            state,
            request.claimed,
            artifact,
            request.answer.clone(),
            match &request.seal {
                Some(seal) => serde_json::json!({ "seal": seal }).to_string(),
                None => "{}".to_owned(),
            },
        ];
        transaction.run(sql, values).await?;
        return Ok(());
    };
    let damaged = || Error::Damaged(format!("request {}: database and store have different answers", name.as_str()));
    if row.text("digest")? != request.digest {
        return Err(damaged());
    }
    match (row.text("state")?.as_str(), state) {
        ("done", "done") if row.maybe_text("artifact")? == artifact && row.maybe_text("answer")? == request.answer => {
            Ok(())
        }
        ("done", _) => Err(damaged()),
        (there, state) if there == state => Ok(()),
        _ => {
            let sql = "UPDATE request SET state = $3, artifact = $4, answer = $5 WHERE agency = $1 AND name = $2";
            transaction.run(sql, values![agency, name.as_str(), state, artifact, request.answer.clone()]).await?;
            Ok(())
        }
    }
}
