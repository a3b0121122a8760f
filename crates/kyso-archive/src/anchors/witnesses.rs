//! Witnesses (C2SP tlog-witness): told of the newest checkpoint with the proof that it continues what they have seen; what they
//! sign of it is kept, and published with it.
//!
//! An answer over the network proves nothing by itself. That a witness remembers more than the log has is believed only of a
//! checkpoint that this archive's key has signed, and a cosignature only with the witness's key.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use kyso::crypto::{hex, sha256};
use kyso::error::connection::UrlFault;
use kyso_connect::{Added, Client};
use tokio::task::JoinSet;

use super::Anchors;
use crate::archive::{Archive, blocking};
use crate::clock::now;
use crate::database::values;
use crate::error::Error;
use crate::jobs::JobKind;
use crate::log::{Checkpoint, KeyUse, Note, NoteSignature, TileHashes, VerifierKey, consistency};
use crate::sequencing::StoredTiles;

/// How long each witness is waited for when the archive is opened: nobody's start is held up for long by one that is down.
const AT_START: Duration = Duration::from_secs(5);
/// How often a witness that remembers another size is asked again.
const TRIES: u32 = 4;

/// A witness of the log: where it is, and its key.
#[derive(Debug, Clone)]
pub struct Witness {
    service: kyso_connect::LogWitness,
    key: VerifierKey,
}

impl Witness {
    /// The witness below this URL, whose cosignatures are by this key, asked by `client`.
    ///
    /// # Errors
    /// [`Error::Setting`] where the URL can't be asked, or the key isn't a cosigner's.
    pub fn new(url: &str, key: VerifierKey, client: &Client) -> Result<Self, Error> {
        if key.usage() != KeyUse::Cosignature {
            return Err(Error::Setting(format!("{} isn't the key of a witness", key.name())));
        }
        let wrong = |_: UrlFault| Error::Setting("a witness has an address that can't be asked".to_owned());
        Ok(Self { service: kyso_connect::LogWitness::new(url, client).map_err(wrong)?, key })
    }

    /// The name of its key.
    pub fn name(&self) -> &str {
        self.key.name()
    }

    fn failed(&self, why: impl std::fmt::Display) -> Error {
        Error::Witness { name: self.name().to_owned(), why: why.to_string() }
    }
}

impl Archive {
    /// Holds the archive against what these witnesses remember, and has them sign each checkpoint from then on
    /// ([`have_witnessed`](Self::have_witnessed)). One that doesn't answer within seconds is told of and gone on without.
    ///
    /// # Errors
    /// [`Error::RolledBack`] where one remembers a checkpoint that the log doesn't have; [`Error::Setting`] where two have one name;
    /// [`Error::Database`].
    pub async fn with_witnesses(mut self, witnesses: Vec<Witness>) -> Result<Self, Error> {
        let mut names: Vec<&str> = witnesses.iter().map(Witness::name).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
            return Err(Error::Setting("two witnesses have one name".to_owned()));
        }
        let mut asked = JoinSet::new();
        for witness in witnesses.clone() {
            let origin = self.origin_sha256();
            asked.spawn_blocking(move || {
                let memory = witness.service.clone().timeout(AT_START).checkpoint(&origin);
                (witness, memory)
            });
        }
        while let Some(answered) = asked.join_next().await {
            let (witness, memory) = answered.map_err(Error::internal)?;
            match memory {
                Ok(Some(note)) => match self.demand_remembered(&witness, &note).await {
                    Err(error @ Error::Witness { .. }) => tracing::warn!(%error, "a witness is gone on without"),
                    held => held?,
                },
                Ok(None) => {}
                Err(fault) => tracing::warn!(witness = witness.name(), %fault, "a witness can't be asked"),
            }
        }
        self.anchors = Anchors { witnesses: witnesses.into(), ..self.anchors };
        Ok(self)
    }

    /// The witnesses, by the names of their keys.
    pub fn witnesses(&self) -> impl Iterator<Item = &str> {
        self.anchors.witnesses.iter().map(Witness::name)
    }

    /// Asks for each witness to be told of the newest checkpoint ([`JobKind::Witness`]), by this time.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn want_witnesses(&self, due: Timestamp) -> Result<(), Error> {
        for witness in self.anchors.witnesses.iter() {
            self.want_job(JobKind::Witness, witness.name(), due).await?;
        }
        Ok(())
    }

    /// Has the witness of this name sign the newest checkpoint, and publishes that with its signature. Whether it signed one that
    /// it hadn't signed before. Nobody waits for it: a checkpoint without is published meanwhile.
    ///
    /// # Errors
    /// [`Error::Witness`] where it doesn't sign; [`Error::RolledBack`] where it shows a checkpoint that the log doesn't have, after
    /// which nothing is written any more; [`Error::Damaged`], [`Error::Database`], [`Error::File`].
    pub async fn have_witnessed(&self, name: &str) -> Result<bool, Error> {
        let Some(witness) = self.anchors.witnesses.iter().find(|witness| witness.name() == name) else {
            return Ok(false);
        };
        self.demand_not_overtaken()?;
        let mut known = self.signed_by(witness).await?;
        for _ in 0..TRIES {
            let Some((checkpoint, note)) = self.last_checkpoint().await? else { return Ok(false) };
            if known > checkpoint.size() {
                self.hold_against(witness).await?;
                return Err(witness.failed(format!("it says that it knows {known} entries, and shows no such log")));
            }
            if self.has_signed(witness, checkpoint.size()).await? {
                return Ok(false);
            }
            let body = self.submission(known, &checkpoint, &note).await?;
            let service = witness.service.clone();
            let answered = blocking(move || Ok(service.add_checkpoint(&body))).await?;
            match answered.map_err(|fault| witness.failed(fault))? {
                Added::Signed(lines) => {
                    let line = signed(witness, &note, &lines)?;
                    self.keep_cosignature(witness, checkpoint.size(), &line).await?;
                    self.publish(&note).await?;
                    self.anchored(witness.name(), checkpoint.size()).await?;
                    return Ok(true);
                }
                Added::Knows(size) if size != known => known = size,
                Added::Knows(_) => {
                    self.hold_against(witness).await?;
                    return Err(witness.failed("it remembers another log of this size, and doesn't show it"));
                }
                Added::Refused(status) => {
                    self.hold_against(witness).await?;
                    return Err(witness.failed(format!("it refuses the checkpoint (HTTP {status})")));
                }
            }
        }
        Err(witness.failed("it remembers another size each time"))
    }

    /// Lower-case hex of the SHA-256 of the log's name, by which witnesses show what they remember.
    fn origin_sha256(&self) -> String {
        hex(&sha256(&[self.origin().as_bytes()]))
    }

    /// Holds the archive against what a witness remembers now. One that can't be asked has shown nothing.
    async fn hold_against(&self, witness: &Witness) -> Result<(), Error> {
        let (service, origin) = (witness.service.clone(), self.origin_sha256());
        let memory = blocking(move || Ok(service.checkpoint(&origin))).await?;
        match memory.map_err(|fault| witness.failed(fault))? {
            Some(note) => self.demand_remembered(witness, &note).await,
            None => Ok(()),
        }
    }

    /// What a witness shows is of this log: only the archive's own key can have signed it. Where the log doesn't have it, it's not the
    /// one that was signed.
    async fn demand_remembered(&self, witness: &Witness, note: &[u8]) -> Result<(), Error> {
        let place = witness.service.shown();
        if self.own_checkpoint(note, &place).is_err() {
            return Err(witness.failed("what it shows isn't signed by the archive's key"));
        }
        self.demand_known(note, &place).await.map_err(|error| self.remembered(error))
    }

    /// The body that a witness is sent: the size that it knows, the proof from there, the checkpoint.
    async fn submission(&self, known: u64, checkpoint: &Checkpoint, note: &Note) -> Result<Vec<u8>, Error> {
        let (size, tiles) = (checkpoint.size(), TileHashes::new(StoredTiles(self.store.clone()), checkpoint.size()));
        let proof = move || consistency(known, size, &tiles).map_err(|error| Error::Damaged(error.to_string()));
        let mut body = format!("old {known}\n");
        for hash in blocking(proof).await? {
            writeln!(body, "{hash}").map_err(Error::internal)?;
        }
        write!(body, "\n{note}").map_err(Error::internal)?;
        Ok(body.into_bytes())
    }

    /// The newest size that a witness has signed.
    async fn signed_by(&self, witness: &Witness) -> Result<u64, Error> {
        let sql = "SELECT coalesce(max(size), 0) AS size FROM cosignature WHERE agency = $1 AND key = $2";
        let row = self.database.row(sql, values![&self.agency, witness.key.to_string()]).await?;
        row.map_or(Ok(0), |row| row.count("size"))
    }

    async fn has_signed(&self, witness: &Witness, size: u64) -> Result<bool, Error> {
        let size = i64::try_from(size).map_err(Error::internal)?;
        let sql = "SELECT size FROM cosignature WHERE agency = $1 AND size = $2 AND key = $3";
        Ok(self.database.row(sql, values![&self.agency, size, witness.key.to_string()]).await?.is_some())
    }

    async fn keep_cosignature(&self, witness: &Witness, size: u64, line: &NoteSignature) -> Result<(), Error> {
        let size = i64::try_from(size).map_err(Error::internal)?;
        let (agency, key, line) = (self.agency.clone(), witness.key.to_string(), line.to_string());
        let kept = self.database.write(move |transaction| {
            Box::pin(async move {
                transaction.lock(&agency, "log").await?;
                let sql = "SELECT size FROM cosignature WHERE agency = $1 AND size = $2 AND key = $3";
                if transaction.row(sql, values![&agency, size, &key]).await?.is_none() {
                    let sql = "INSERT INTO cosignature (agency, size, key, line, at) VALUES ($1, $2, $3, $4, $5)";
                    transaction.run(sql, values![&agency, size, &key, line, now()]).await?;
                }
                Ok(())
            })
        });
        kept.await
    }
}

/// The line of a witness's answer that is by its key and holds. Lines by other keys are passed over.
fn signed(witness: &Witness, note: &Note, lines: &[u8]) -> Result<NoteSignature, Error> {
    let text = std::str::from_utf8(lines).map_err(|_| witness.failed("its answer isn't text"))?;
    let by_it = |line: &NoteSignature| line.name() == witness.key.name() && line.id() == witness.key.id();
    let line = text.lines().filter_map(NoteSignature::parse).find(by_it);
    let line = line.ok_or_else(|| witness.failed("there's no signature by its key in its answer"))?;
    let mut alone = Note::new(note.text().to_owned()).map_err(Error::internal)?;
    alone.add(line.clone()).map_err(|error| witness.failed(error))?;
    alone.verify(std::slice::from_ref(&witness.key)).map_err(|error| witness.failed(error))?;
    Ok(line)
}
