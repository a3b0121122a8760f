//! Taking over an archive of the format before this one: `kyso.sqlite3` beside `objects/`, whose files are named by their SHA-256.
//!
//! Every object gets a name of this format beside its old one, and every row an event. Nothing of the old archive is changed or
//! removed. What is cut off goes on the next time: names follow from what is taken over.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use uuid::Uuid;

use crate::archive::{DATABASE as NEW_DATABASE, blocking, identity_in, introduce};
use crate::clock::{Clock, floor};
use crate::database::{Database, Row, Transaction, values};
use crate::error::Error;
use crate::finding::{self, Facts};
use crate::identity::{self, Identity, Keys};
use crate::keep::write_version;
use crate::record::{Came, Event, Record, VersionAdded, sha256, sha512};
use crate::request::{Name, Naming, Request};
use crate::store::{self, Store};

/// The database of that format.
pub(crate) const DATABASE: &str = "kyso.sqlite3";
/// Archives of that format serve one agency.
const AGENCY: &str = "ward";

/// Whether the directory has an archive of that format that isn't taken over, or not wholly.
pub(crate) fn is_to_be_taken_over(directory: &Path) -> bool {
    directory.join(DATABASE).exists() && !directory.join(identity::OBJECT).exists()
}

/// Takes it over. The caller has the directory to itself.
pub(crate) async fn take_over(directory: &Path) -> Result<(), Error> {
    let path = directory.to_owned();
    let (store, keys) = blocking(move || Ok((Store::make(&path)?, Keys::make(&path)?))).await?;
    let database = Database::create(&directory.join(NEW_DATABASE)).await?;
    let identity = match identity_in(&database, AGENCY).await? {
        Some(identity) => identity,
        None => introduce(&database, AGENCY, Identity::new(None, &keys)?).await?,
    };
    let mut old = Transaction::of_other_file(&directory.join(DATABASE)).await?;
    let taking = TakingOver { objects: directory.join("objects"), store: store.clone(), database, naming: keys.naming };
    let taken = match taking.everything(&mut old).await {
        Ok(taken) => close_to_others(&mut old).await.map(|()| taken),
        Err(error) => Err(error),
    };
    old.close().await;
    taking.database.close().await;
    let artifacts = taken?;
    tracing::warn!(artifacts, "an archive of the earlier format was taken over");
    // Last: from here on it's an archive of this format.
    let object = identity.written()?;
    blocking(move || store.put(identity::OBJECT, &object)).await
}

/// A program of that format doesn't open a database with a step that it doesn't know: it would sign again for keys that stand for
/// something by now.
async fn close_to_others(old: &mut Transaction) -> Result<(), Error> {
    let sql = "INSERT OR IGNORE INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
               VALUES (1000, 'taken over by a later format', 1, x'00', 0)";
    match old.run(sql, values![]).await {
        Ok(_) => Ok(()),
        Err(error) if error.to_string().contains("no such table") => Ok(()),
        Err(error) => Err(error),
    }
}

struct TakingOver {
    objects: PathBuf,
    store: Store,
    database: Database,
    naming: Naming,
}

impl TakingOver {
    async fn everything(&self, old: &mut Transaction) -> Result<usize, Error> {
        let columns = old.rows("SELECT name FROM pragma_table_info('idempotency')", values![]).await?;
        let has_answers = columns.iter().any(|row| row.text("name").is_ok_and(|name| name == "answer"));
        let artifacts = old.rows("SELECT * FROM artifact ORDER BY id", values![]).await?;
        for row in &artifacts {
            self.artifact(old, row).await?;
        }
        // What else was asked for under a key: of the same bytes one artifact was kept.
        let sql = if has_answers { "SELECT * FROM idempotency" } else { "SELECT *, NULL AS answer FROM idempotency" };
        for row in old.rows(sql, values![]).await? {
            self.request(&row).await?;
        }
        for row in old.rows("SELECT * FROM draft ORDER BY id", values![]).await.or_else(no_such_table)? {
            self.draft(&row).await?;
        }
        Ok(artifacts.len())
    }

    async fn artifact(&self, old: &mut Transaction, row: &Row) -> Result<(), Error> {
        let id = row.text("id")?;
        let damaged = |what: &str| Error::Damaged(format!("artifact {id} of the earlier archive: {what}"));
        let known = "SELECT id FROM artifact WHERE agency = $1 AND id = $2";
        if self.database.row(known, values![AGENCY, &id]).await?.is_some() {
            return Ok(());
        }
        let sql = "SELECT actor, key, request FROM idempotency WHERE artifact_id = $1 ORDER BY created LIMIT 1";
        let keyed = old.row(sql, values![&id]).await?;
        let (name, digest) = match &keyed {
            Some(keyed) => (self.named(keyed)?, keyed.text("request")?),
            None => (self.naming.of_earlier(&id), "0".repeat(64)),
        };
        let (sha256_of, path) = (row.text("sha256")?, self.path(&row.text("sha256")?));
        let (store, object, expected) = (self.store.clone(), name.part(0), sha256_of.clone());
        let sha512 = blocking(move || {
            let bytes = std::fs::read(&path).map_err(Error::file(&path))?;
            if sha256(&bytes) != expected {
                return Err(Error::Damaged(format!("{}: its bytes were changed", path.display())));
            }
            store.link(&path, &object)?;
            Ok(sha512(&bytes))
        });
        let (sha512, report, length) = (sha512.await?, row.text("report")?, row.number("bytes")?);
        let length = u64::try_from(length).map_err(|_| damaged("its length"))?;
        let created: Timestamp = row.text("created")?.parse().map_err(|_| damaged("its time"))?;
        let artifact = Uuid::try_parse(&id).map_err(|_| damaged("its id"))?;
        let of = VersionAdded {
            artifact,
            version: 0,
            request: name.as_str().to_owned(),
            request_digest: digest,
            object: name.part(0),
            start: 0,
            length,
            part_sha256: sha256_of.clone(),
            bytes: length,
            sha256: sha256_of,
            sha512,
            role: serde_json::from_value(row.text("role")?.into()).map_err(|_| damaged("its role"))?,
            level: level(&report),
            actor: row.text("actor")?,
            file_name: row.maybe_text("file_name")?,
            report_sha256: sha256(report.as_bytes()),
            answer_sha256: None,
            came: Some(Came::Earlier),
            kept_at: Some(created.to_string()),
            retention: None,
        };
        // Events follow each other, whatever the clock says.
        let clock = Clock::after(floor(&self.database, AGENCY).await?, "earlier".into());
        let (event, record) = Event::now(&clock, Some(artifact), of)?;
        let found_by = Facts::of(&finding::signers(&report), None);
        let taken = Taken { event, record, report, found_by, created: created.as_microsecond() };
        self.database.write(move |transaction| Box::pin(async move { taken.write(transaction).await })).await
    }

    /// A request that was done, under its key.
    async fn request(&self, row: &Row) -> Result<(), Error> {
        let name = self.named(row)?;
        let known = "SELECT name FROM request WHERE agency = $1 AND name = $2";
        if self.database.row(known, values![AGENCY, name.as_str()]).await?.is_some() {
            return Ok(());
        }
        let created: Option<Timestamp> = row.text("created")?.parse().ok();
        let answer: Option<String> = row.maybe_text("answer")?;
        let sql = "INSERT INTO request (agency, name, principal, generation, digest, about, state, lease, claimed, artifact, answer) \
                   VALUES ($1, $2, $3, 0, $4, $8, 'done', 0, $5, $6, $7)";
        let values = values![
            AGENCY,
            name.as_str(),
            row.text("actor")?,
            row.text("request")?,
            created.map(Timestamp::as_microsecond).unwrap_or_default(),
            row.text("artifact_id")?,
            answer.clone(),
            self.naming.sealed(&name, &row.text("request")?, &row.text("artifact_id")?, answer.as_deref()),
        ];
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    async fn draft(&self, row: &Row) -> Result<(), Error> {
        let id = row.text("id")?;
        let known = "SELECT id FROM draft WHERE agency = $1 AND id = $2";
        if self.database.row(known, values![AGENCY, &id]).await?.is_some() {
            return Ok(());
        }
        let damaged = |what: &str| Error::Damaged(format!("draft {id} of the earlier archive: {what}"));
        let key: Option<String> = row.maybe_text("key")?;
        let name = match key {
            Some(_) => self.named(row)?,
            None => self.naming.of_earlier(&id),
        };
        let digest: Option<String> = row.maybe_text("request")?;
        let expected = row.text("sha256")?;
        let (path, store, object) = (self.path(&expected), self.store.clone(), store::draft(&id));
        blocking(move || {
            let bytes = std::fs::read(&path).map_err(Error::file(&path))?;
            if sha256(&bytes) != expected {
                return Err(Error::Damaged(format!("{}: its bytes were changed", path.display())));
            }
            store.put(&object, &bytes)
        })
        .await?;
        let created: Timestamp = row.text("created")?.parse().map_err(|_| damaged("its time"))?;
        let draft = crate::Draft {
            id: Uuid::try_parse(&id).map_err(|_| damaged("its id"))?,
            sha256: row.text("sha256")?,
            bytes: u64::try_from(row.number("bytes")?).map_err(|_| damaged("its length"))?,
            actor: row.text("actor")?,
            answer: row.text("answer")?,
            created: crate::clock::timestamp(created.as_microsecond())?,
        };
        let values = draft.row(AGENCY, name.as_str(), &digest.unwrap_or_else(|| "0".repeat(64)))?;
        let sql = crate::drafts::INSERT;
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// The name of a request of the earlier archive. Callers went by their tokens' names.
    fn named(&self, row: &Row) -> Result<Name, Error> {
        self.naming.name(&Request::keyed(row.text("actor")?, row.text("key")?, ""), 0)
    }

    fn path(&self, sha256: &str) -> PathBuf {
        self.objects.join(sha256.get(..2).unwrap_or_default()).join(sha256)
    }
}

/// The rows of an artifact that is taken over.
struct Taken {
    event: Event,
    record: Record<VersionAdded>,
    report: String,
    found_by: Facts,
    created: i64,
}

impl Taken {
    async fn write(&self, transaction: &mut Transaction) -> Result<(), Error> {
        let (of, id) = (&self.record.of, self.record.of.artifact.to_string());
        let sql = "INSERT INTO artifact (agency, id, request, created) VALUES ($1, $2, $3, $4)";
        transaction.run(sql, values![AGENCY, &id, &of.request, self.created]).await?;
        write_version(transaction, AGENCY, &self.record, self.created, None).await?;
        let sql = "INSERT INTO report (agency, artifact, ordinal, body) VALUES ($1, $2, 0, $3)";
        transaction.run(sql, values![AGENCY, &id, &self.report]).await?;
        self.event.write(transaction, AGENCY).await?;
        self.found_by.write(transaction, AGENCY, &id).await?;
        Ok(())
    }
}

/// The oldest archives have no drafts.
fn no_such_table(error: Error) -> Result<Vec<Row>, Error> {
    if error.to_string().contains("no such table") { Ok(Vec::new()) } else { Err(error) }
}

/// The level of the newest signature, by a kept report.
fn level(report: &str) -> Option<String> {
    let report: serde_json::Value = serde_json::from_str(report).ok()?;
    report.get("signatures")?.as_array()?.last()?.get("level")?.as_str().map(str::to_owned)
}
