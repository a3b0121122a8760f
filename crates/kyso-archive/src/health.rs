//! Whether the archive can do what it's for, part by part.

use crate::archive::{Archive, blocking};
use crate::clock::{floor, now};
use crate::database::values;
use crate::error::Error;

/// How long an event may wait for its place in the log, in microseconds: a minute.
const PATIENCE: i64 = 60 * 1_000_000;

impl Archive {
    /// Reads and writes a little in the database, durable, and looks at its file with fresh eyes: whoever had it open goes on by what
    /// it remembers where the file was overwritten or replaced.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Full`], [`Error::ReadOnly`], [`Error::Database`] where it doesn't work.
    pub async fn check_database(&self) -> Result<(), Error> {
        let newest = "SELECT coalesce(max(position), -1) AS position FROM leaf WHERE agency = $1";
        let known = self.database.row(newest, values![&self.agency]).await;
        let (agency, at) = (self.agency.clone(), now());
        // Several look at once, by clocks that differ: the latest stays.
        let sql = "INSERT INTO probe (agency, at) VALUES ($1, $2) ON CONFLICT (agency) DO UPDATE \
                   SET at = CASE WHEN probe.at > excluded.at THEN probe.at ELSE excluded.at END";
        self.database
            .write(move |transaction| Box::pin(async move { transaction.run(sql, values![&agency, at]).await }))
            .await?;
        // Only now: whoever writes finds that the file was overwritten, and ends all writing.
        let known = known?.map(|row| row.number("position")).transpose()?.unwrap_or_default();
        let sql = "SELECT p.at, a.id, (SELECT coalesce(max(position), -1) FROM leaf WHERE agency = $1) AS position \
                   FROM probe p JOIN archive a ON a.agency = p.agency WHERE p.agency = $1";
        let fresh = self.database.fresh_row(sql, values![&self.agency]).await?;
        let fresh = fresh.map(|row| Ok::<_, Error>((row.number("at")?, row.text("id")?, row.number("position")?)));
        match fresh.transpose()? {
            // Another check may have written since.
            Some((written, id, position)) if written >= at && id == self.id().to_string() && position >= known => {
                Ok(())
            }
            _ => Err(Error::Damaged("the database's file isn't the one that was opened".into())),
        }
    }

    /// Reads and writes a little in the store, to see whether it works.
    ///
    /// # Errors
    /// [`Error::File`] where it doesn't; [`Error::Full`], [`Error::ReadOnly`] where nothing may be begun.
    pub async fn check_objects(&self) -> Result<(), Error> {
        let store = self.store.clone();
        blocking(move || store.check()).await
    }

    /// Holds the clock against the newest event and the newest time-stamp, whoever wrote them.
    ///
    /// # Errors
    /// [`Error::Clock`] where it's more than five minutes behind; [`Error::Database`].
    pub async fn check_clock(&self) -> Result<(), Error> {
        self.clock.learn(floor(&self.database, &self.agency).await?);
        self.clock.demand_right()
    }

    /// Whether events get their places in the log, and the log is signed: none has waited for longer than a minute for its place or for a
    /// checkpoint over it while this process could have given it one; and whether the log can go on.
    ///
    /// # Errors
    /// [`Error::LogBehind`] where one has; [`Error::Damaged`] where nothing gives the root that was signed; [`Error::Database`].
    pub async fn check_log(&self) -> Result<(), Error> {
        self.check_log_at(now()).await
    }

    async fn check_log_at(&self, now: i64) -> Result<(), Error> {
        if self.suspicion.is_stuck() {
            return Err(Error::Damaged("neither the log's tiles nor its rows give the root that was signed".into()));
        }
        let sql = "SELECT min(at) AS at FROM leaf_pending WHERE agency = $1";
        let row = self.database.row(sql, values![&self.agency]).await?;
        let oldest = row.map(|row| row.maybe_number("at")).transpose()?.flatten();
        let unsigned = self.unsigned_since().await?;
        self.demand_placed(oldest.into_iter().chain(unsigned).min(), now)
    }

    /// The time of the first event that has a place which no checkpoint covers, in microseconds; none where all are covered.
    pub(crate) async fn unsigned_since(&self) -> Result<Option<i64>, Error> {
        let sql = "SELECT e.at FROM leaf l JOIN event e ON e.agency = l.agency AND e.id = l.event WHERE l.agency = $1 \
                   AND l.position = (SELECT coalesce(max(size), 0) FROM checkpoint WHERE agency = $1)";
        self.database.row(sql, values![&self.agency]).await?.map(|row| row.number("at")).transpose()
    }

    /// Refuses an event that has waited too long, as it is at this time.
    fn demand_placed(&self, oldest: Option<i64>, now: i64) -> Result<(), Error> {
        match oldest {
            Some(oldest) if now.saturating_sub(oldest.max(self.opened)) > PATIENCE => {
                Err(Error::LogBehind { since: crate::clock::timestamp(oldest)? })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt as _;

    use super::*;
    use crate::tests::{archive, kept};

    #[tokio::test]
    async fn a_whole_archive_passes() {
        let (_directory, archive) = archive().await;
        kept(&archive, "x").await;
        archive.sequence().await.unwrap();
        for _ in 0..2 {
            archive.check_database().await.unwrap();
        }
        archive.check_objects().await.unwrap();
        archive.check_clock().await.unwrap();
        archive.check_log().await.unwrap();
    }

    #[tokio::test]
    async fn a_database_that_is_overwritten_while_its_open_shows() {
        let (directory, archive) = archive().await;
        kept(&archive, "x").await;
        archive.check_database().await.unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(directory.path().join("archive.sqlite3")).unwrap();
        file.write_all_at(&[0x55; 4096], 0).unwrap();
        assert!(matches!(archive.demand_ready().await, Err(Error::Damaged(_))), "nothing is begun");
        let seen = archive.check_database().await;
        assert!(matches!(seen, Err(Error::Damaged(_))), "{seen:?}");
    }

    #[tokio::test]
    async fn a_database_that_is_cut_off_while_its_open_shows() {
        let (directory, archive) = archive().await;
        kept(&archive, "x").await;
        archive.demand_ready().await.unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(directory.path().join("archive.sqlite3")).unwrap();
        let length = file.metadata().unwrap().len();
        file.set_len(length / 2).unwrap();
        assert!(matches!(archive.demand_ready().await, Err(Error::Damaged(_))), "nothing is begun");
        assert!(archive.check_database().await.is_err());
    }

    #[tokio::test]
    async fn a_database_that_an_operator_has_made_smaller_is_the_same() {
        let (directory, archive) = archive().await;
        let path = directory.path().join("archive.sqlite3");
        let run = |sql: &str| {
            let run = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.executescript(sys.argv[2]); c.close()";
            let done = std::process::Command::new("python3").args(["-c", run]).arg(&path).arg(sql).output().unwrap();
            assert!(done.status.success(), "{done:?}");
        };
        let whole = "PRAGMA wal_checkpoint(TRUNCATE)";
        run(&format!("CREATE TABLE filler (x); INSERT INTO filler VALUES (zeroblob(1000000)); {whole}"));
        archive.demand_ready().await.unwrap();
        let large = std::fs::metadata(&path).unwrap().len();
        run(&format!("DROP TABLE filler; VACUUM; {whole}"));
        assert!(std::fs::metadata(&path).unwrap().len() < large, "it isn't smaller");
        archive.demand_ready().await.unwrap();
        kept(&archive, "x").await;
        archive.check_database().await.unwrap();
    }

    #[tokio::test]
    async fn a_lock_that_another_program_keeps_is_told_and_nothing_is_done() {
        let (directory, archive) = archive().await;
        let path = directory.path().join("archive.sqlite3");
        let hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE'); \
                    print('held', flush=True); sys.stdin.read()";
        let mut other = std::process::Command::new("python3");
        let other = other
            .args(["-c", hold])
            .arg(&path)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped());
        let mut other = other.spawn().unwrap();
        let mut said = [0; 4];
        std::io::Read::read_exact(other.stdout.as_mut().unwrap(), &mut said).unwrap();
        let seen = archive.check_database().await;
        assert!(matches!(seen, Err(Error::Locked)), "{seen:?}");
        drop(other.stdin.take());
        other.wait().unwrap();
        archive.check_database().await.unwrap();
    }

    /// Another program that opens and closes the file takes its journal away where nobody else seems to have it open.
    #[tokio::test]
    async fn whoever_looks_takes_no_lock_away() {
        let (directory, archive) = archive().await;
        kept(&archive, "x").await;
        let path = directory.path().join("archive.sqlite3");
        for _ in 0..2 {
            archive.check_database().await.unwrap();
            let look = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(c.execute('SELECT count(*) FROM artifact').fetchone()[0]); c.close()";
            let looked = std::process::Command::new("python3").args(["-c", look]).arg(&path).output().unwrap();
            assert!(looked.status.success(), "{looked:?}");
            assert!(directory.path().join("archive.sqlite3-wal").exists(), "the journal is gone");
        }
        kept(&archive, "y").await;
    }

    #[tokio::test]
    async fn a_journal_that_is_taken_away_ends_all_writing() {
        let (directory, archive) = archive().await;
        kept(&archive, "x").await;
        std::fs::remove_file(directory.path().join("archive.sqlite3-wal")).unwrap();
        let seen = archive.check_database().await;
        assert!(matches!(seen, Err(Error::Damaged(_))), "{seen:?}");
        let seen = archive.check_database().await;
        assert!(matches!(seen, Err(Error::ReadOnly)), "{seen:?}");
    }

    #[tokio::test]
    async fn a_database_that_is_replaced_while_its_open_shows() {
        let (directory, archive) = archive().await;
        let path = directory.path().join("archive.sqlite3");
        std::fs::copy(&path, directory.path().join("copy")).unwrap();
        std::fs::rename(directory.path().join("copy"), &path).unwrap();
        let seen = archive.check_database().await;
        assert!(matches!(seen, Err(Error::Damaged(_))), "{seen:?}");
        std::fs::remove_file(&path).unwrap();
        assert!(archive.check_database().await.is_err());
    }

    #[tokio::test]
    async fn a_log_that_nobody_signs_shows() {
        let (directory, archive) = archive().await;
        kept(&archive, "x").await;
        archive.sequence().await.unwrap();
        assert_eq!(archive.unsigned_since().await.unwrap(), None);
        let path = directory.path().join("log/checkpoint");
        let whole = std::fs::read(&path).unwrap();
        let mut changed = whole.clone();
        changed[3] ^= 1;
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, changed).unwrap();
        kept(&archive, "y").await;
        let refused = archive.sequence().await;
        assert!(matches!(refused, Err(Error::Damaged(_))), "{refused:?}");
        archive.check_log_at(now()).await.unwrap();
        let late = archive.check_log_at(now() + PATIENCE + 1).await;
        assert!(matches!(late, Err(Error::LogBehind { .. })), "{late:?}");
        let looking = Archive::open_to_look(directory.path()).await.unwrap();
        let log = looking.status(jiff::Timestamp::now()).await.unwrap().log;
        assert_eq!((log.pending, log.unsigned, log.signed), (0, 1, 1));
        assert!(log.unsigned_since.is_some() && log.fault.is_some(), "{log:?}");
        assert!(Archive::open_to_read(directory.path()).await.is_err());

        // Taken away, it's written again from what was signed, and an event says so.
        std::fs::remove_file(&path).unwrap();
        archive.sequence().await.unwrap();
        archive.check_log_at(now() + PATIENCE + 1).await.unwrap();
        std::fs::remove_file(&path).unwrap();
        archive.sequence().await.unwrap();
        archive.sequence().await.unwrap();
        let sql = "SELECT count(*) AS n FROM event WHERE kind = 'files.repaired'";
        let events = archive.database.row(sql, values![]).await.unwrap().unwrap().count("n").unwrap();
        assert!(events > 0, "nothing tells of it");
        let log = archive.status(jiff::Timestamp::now()).await.unwrap().log;
        assert_eq!((log.unsigned, log.unsigned_since, log.fault), (0, None, None));
    }

    #[tokio::test]
    async fn an_event_without_a_place_is_waited_for_a_minute() {
        let (_directory, archive) = archive().await;
        let opened = archive.opened;
        archive.demand_placed(None, opened + 10 * PATIENCE).unwrap();
        archive.demand_placed(Some(opened - 10 * PATIENCE), opened + PATIENCE).unwrap();
        for oldest in [opened - 10 * PATIENCE, opened] {
            let late = archive.demand_placed(Some(oldest), opened + PATIENCE + 1);
            assert!(matches!(late, Err(Error::LogBehind { .. })), "{late:?}");
        }
    }
}
