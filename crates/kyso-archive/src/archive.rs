//! The archive: the object store and the rows, as one.

use std::fs::File;
use std::path::Path;

use kyso::{Report, VerifiedArtifact};
use uuid::Uuid;

use crate::artifact::{Artifact, FileReport, Meta};
use crate::claims::{Claim, Claimed, Claims, Idempotency, Name, Turn};
use crate::database::Database;
use crate::error::Error;
use crate::objects::{self, Objects};
use crate::private;

/// A directory in which signed documents are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Archive {
    pub(crate) objects: Objects,
    pub(crate) database: Database,
    pub(crate) claims: Claims,
    _lock: std::sync::Arc<File>,
}

/// The acknowledgement: the document is on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What was kept.
    pub artifact: Artifact,
    /// Whether the archive had these very bytes before; the artifact is then the earlier one.
    pub known: bool,
}

impl Archive {
    /// Opens the archive in this directory, or makes it.
    ///
    /// # Errors
    /// [`Error::InUse`] where another process has it open; [`Error::File`] and [`Error::Database`].
    pub async fn open(directory: &Path) -> Result<Self, Error> {
        let path = directory.to_owned();
        let (lock, objects) = blocking(move || {
            private::make_directory(&path).map_err(Error::file(&path))?;
            let path = path.canonicalize().map_err(Error::file(&path))?;
            path.parent().map_or(Ok(()), objects::sync_directory)?;
            let lock = lock(&path)?;
            Ok((lock, Objects::open(&path)?))
        })
        .await?;
        let database = Database::open(&directory.join("kyso.sqlite3")).await?;
        let path = directory.to_owned();
        blocking(move || objects::sync_directory(&path)).await?;
        Ok(Self { objects, database, claims: Claims::default(), _lock: std::sync::Arc::new(lock) })
    }

    /// Asks what an idempotency key stands for, after waiting for whoever is at work under it.
    ///
    /// # Errors
    /// [`Error::KeyReused`] where the key was used for another request.
    pub async fn claim(&self, idempotency: Idempotency) -> Result<Claim, Error> {
        let claimed = self.claims.claim(idempotency).await;
        Ok(match self.database.done(&claimed.idempotency).await? {
            Some((artifact, answer)) => Claim::Kept { artifact, answer },
            None => Claim::Open(claimed),
        })
    }

    /// Waits until no other request of this process is at work on the subject, whatever its key.
    pub async fn turn(&self, subject: &str) -> Turn {
        self.claims.turn(Name::Subject(subject.to_owned())).await
    }

    /// Keeps the document. When this returns, a power cut takes nothing away. Bytes that are kept already are not
    /// kept twice.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Database`]: then nothing is acknowledged and no row is written.
    pub async fn keep(
        &self,
        verified: &VerifiedArtifact,
        meta: Meta,
        claimed: Option<Claimed>,
    ) -> Result<Receipt, Error> {
        let artifact = Artifact {
            id: Uuid::now_v7(),
            sha256: verified.sha256().to_owned(),
            bytes: verified.bytes().len().try_into().map_err(|_| Error::Internal("length".into()))?,
            role: meta.role,
            actor: meta.actor,
            file_name: meta.file_name,
            created: meta.created,
        };
        let report = report_json(artifact.file_name.as_deref(), verified.report())?;
        let (objects, verified) = (self.objects.clone(), verified.clone());
        blocking(move || objects.put(verified.sha256(), verified.bytes())).await?;
        let kept = self.database.insert(&artifact, &report, claimed.as_ref()).await?;
        Ok(Receipt { known: kept.id != artifact.id, artifact: kept })
    }

    /// What is known of an artifact.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn artifact(&self, id: Uuid) -> Result<Option<Artifact>, Error> {
        self.database.by_id(id).await
    }

    /// The artifact whose bytes have this SHA-256 (lower-case hex).
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn by_sha256(&self, sha256: &str) -> Result<Option<Artifact>, Error> {
        self.database.by_sha256(sha256).await
    }

    /// How many artifacts are kept.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count(&self) -> Result<u64, Error> {
        self.database.count().await
    }

    /// The verification report of the moment in which the artifact was kept: JSON, one [`FileReport`].
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn report(&self, id: Uuid) -> Result<Option<String>, Error> {
        self.database.report(id).await
    }

    /// The artifact's bytes, hashed again.
    ///
    /// # Errors
    /// [`Error::Damaged`] and [`Error::Missing`] where the store no longer has what was kept.
    pub async fn bytes(&self, artifact: &Artifact) -> Result<Vec<u8>, Error> {
        let (objects, sha256) = (self.objects.clone(), artifact.sha256.clone());
        blocking(move || objects.get(&sha256)).await
    }

    /// Reads and writes a little in the database, to see whether it works.
    ///
    /// # Errors
    /// [`Error::Database`] where it doesn't.
    pub async fn check_database(&self) -> Result<(), Error> {
        self.database.check().await
    }

    /// Reads and writes a little in the object store, to see whether it works.
    ///
    /// # Errors
    /// [`Error::File`] where it doesn't.
    pub async fn check_objects(&self) -> Result<(), Error> {
        let objects = self.objects.clone();
        blocking(move || objects.check()).await
    }

    /// Lets go of the database: what is left of its journal goes into its file.
    pub async fn close(self) {
        self.database.close().await;
    }
}

fn lock(directory: &Path) -> Result<File, Error> {
    let path = directory.join("lock");
    let file = private::file(&path).map_err(Error::file(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse(directory.to_owned())),
        Err(std::fs::TryLockError::Error(error)) => Err(Error::file(&path)(error)),
    }
}

fn report_json(file: Option<&str>, report: &Report) -> Result<String, Error> {
    serde_json::to_string(&FileReport::new(file, report)).map_err(|error| Error::Internal(error.to_string()))
}

/// File work, away from the threads that answer.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use kyso::Role;

    use kyso_tests::{shapes, signing};

    use super::*;

    /// A signed document that bears this name.
    fn verified(name: &str) -> VerifiedArtifact {
        signing::verified(&shapes::named(name))
    }

    fn meta() -> Meta {
        let created = Timestamp::from_second(1_800_000_000).unwrap();
        Meta { role: Role::Seal, actor: "văn thư".into(), file_name: Some("kết quả.pdf".into()), created }
    }

    fn request(key: &str, request: char) -> Idempotency {
        Idempotency { actor: "văn thư".into(), key: key.into(), request: request.to_string().repeat(64) }
    }

    async fn claim(archive: &Archive, idempotency: Idempotency) -> Claimed {
        match archive.claim(idempotency).await.unwrap() {
            Claim::Open(claimed) => claimed,
            Claim::Kept { artifact, .. } => panic!("kept already: {artifact:?}"),
        }
    }

    #[tokio::test]
    async fn what_is_kept_is_found_again_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        let verified = verified("x");
        let artifact = archive.keep(&verified, meta(), None).await.unwrap().artifact;
        archive.close().await;

        let archive = Archive::open(directory.path()).await.unwrap();
        assert_eq!(archive.artifact(artifact.id).await.unwrap().unwrap(), artifact);
        assert_eq!(archive.by_sha256(&artifact.sha256).await.unwrap().unwrap(), artifact);
        assert_eq!(archive.bytes(&artifact).await.unwrap(), verified.bytes());
        let report: serde_json::Value =
            serde_json::from_str(&archive.report(artifact.id).await.unwrap().unwrap()).unwrap();
        assert_eq!(report.pointer("/file").unwrap(), "kết quả.pdf");
        assert_eq!(report.pointer("/signatures/0/indication").unwrap(), "INDETERMINATE");
    }

    #[tokio::test]
    async fn the_same_bytes_are_one_artifact() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        let first = archive.keep(&verified("x"), meta(), None).await.unwrap();
        let second = archive.keep(&verified("x"), meta(), None).await.unwrap();
        assert_eq!((first.known, second.known), (false, true));
        assert_eq!(first.artifact, second.artifact);
        assert_eq!(archive.count().await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_key_stands_for_one_request() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        let claimed = claim(&archive, request("k", 'a')).await;
        let kept = archive.keep(&verified("x"), meta(), Some(claimed)).await.unwrap().artifact;

        let again = archive.claim(request("k", 'a')).await.unwrap();
        assert!(matches!(again, Claim::Kept { artifact, answer: None } if artifact == kept));
        assert!(matches!(archive.claim(request("k", 'b')).await, Err(Error::KeyReused)));
        let other = Idempotency { actor: "another".into(), ..request("k", 'b') };
        assert!(matches!(archive.claim(other).await.unwrap(), Claim::Open(_)));
    }

    #[tokio::test]
    async fn what_was_answered_is_kept_with_the_key() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        for (key, told) in [("1", r#"{"a":1}"#), ("2", r#"{"a":2}"#)] {
            let claimed = claim(&archive, request(key, 'a')).await.answering(told.into());
            archive.keep(&verified("x"), meta(), Some(claimed)).await.unwrap();
        }
        archive.close().await;
        let archive = Archive::open(directory.path()).await.unwrap();
        for (key, told) in [("1", r#"{"a":1}"#), ("2", r#"{"a":2}"#)] {
            let again = archive.claim(request(key, 'a')).await.unwrap();
            assert!(matches!(&again, Claim::Kept { answer: Some(answer), .. } if answer == told), "{again:?}");
        }
    }

    #[tokio::test]
    async fn a_subject_is_worked_on_by_one_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        let turn = archive.turn("a").await;
        drop((archive.turn("b").await, claim(&archive, request("a", 'a')).await));
        let patience = std::time::Duration::from_millis(20);
        assert!(tokio::time::timeout(patience, archive.turn("a")).await.is_err(), "two had their turn at once");
        drop(turn);
        drop(archive.turn("a").await);
    }

    #[tokio::test]
    async fn a_request_that_failed_may_be_tried_again() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        drop(claim(&archive, request("k", 'a')).await);
        drop(claim(&archive, request("k", 'a')).await);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_racing_requests_one_works_and_the_others_get_its_answer() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        let racers = (0..8_u8).map(|n| {
            let archive = archive.clone();
            tokio::spawn(async move {
                match archive.claim(request("k", 'a')).await.unwrap() {
                    Claim::Kept { artifact, .. } => (artifact.id, 0),
                    Claim::Open(claimed) => {
                        let receipt = archive.keep(&verified(&n.to_string()), meta(), Some(claimed)).await.unwrap();
                        (receipt.artifact.id, 1)
                    }
                }
            })
        });
        let mut ids = std::collections::HashSet::new();
        let mut worked = 0;
        for racer in racers.collect::<Vec<_>>() {
            let (id, one) = racer.await.unwrap();
            ids.insert(id);
            worked += one;
        }
        assert_eq!((ids.len(), worked), (1, 1));
    }

    #[tokio::test]
    async fn rows_are_never_changed() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        archive.keep(&verified("x"), meta(), None).await.unwrap();
        archive.close().await;
        let path = directory.path().join("kyso.sqlite3");
        let pool =
            sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(path)).await.unwrap();
        for statement in ["UPDATE artifact SET actor = 'x'", "DELETE FROM artifact"] {
            let refused = sqlx::query(statement).execute(&pool).await.unwrap_err();
            assert!(refused.to_string().contains("written once"), "{refused}");
        }
    }

    #[tokio::test]
    async fn two_processes_do_not_share_a_directory() {
        let directory = tempfile::tempdir().unwrap();
        let _archive = Archive::open(directory.path()).await.unwrap();
        assert!(matches!(Archive::open(directory.path()).await, Err(Error::InUse(_))));
    }

    #[tokio::test]
    async fn a_broken_store_fails_its_checks() {
        let directory = tempfile::tempdir().unwrap();
        let archive = Archive::open(directory.path()).await.unwrap();
        archive.check_database().await.unwrap();
        archive.check_objects().await.unwrap();
        std::fs::remove_dir_all(directory.path().join("objects")).unwrap();
        assert!(archive.check_objects().await.is_err());
    }
}
