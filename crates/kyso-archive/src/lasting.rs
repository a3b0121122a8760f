//! What documents have inside so that they last by themselves, beside the archive's evidence records: which level the rules of
//! retention ask of each kind, which one a document has, by when it's to be renewed; and the work, which adds a version.
//!
//! ```text
//! kept -> looked at: wanted level, level, due -> due: raised or renewed, a version more -> looked at again
//!                                                  \-> failed: tried again, later each time; shown with the reason
//! ```
//!
//! The rows follow from the documents and the rules, and are made again where either changed. Time is the policy's.

use jiff::{SignedDuration, Timestamp};
use kyso::validate::NotVerified;
use kyso::{BaselineLevel, Document, Policy, TimeStampToken, VerifiedArtifact};
use kyso_certification::retention::{Class, Inside};
use serde::Serialize;
use uuid::Uuid;

use crate::archive::{Archive, blocking};
use crate::artifact::{Artifact, Meta};
use crate::clock::timestamp;
use crate::database::{Row, values};
use crate::error::Error;
use crate::record::sha256;
use crate::stamping::{Stamping, ends};

/// On whose word versions are added.
const ACTOR: &str = "kyso.lasting";
/// One at a time raises documents: what one has done the next needn't.
const TURN: &str = "lasting";
/// What is to be done at once.
const AT_ONCE: i64 = 0;
/// After the first failure; twice as long after each further one, and a week at most.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_hours(1);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// As much is kept of an error.
const LONGEST_ERROR: usize = 500;

/// What came of making documents last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lasted {
    /// How many documents were looked at.
    pub looked_at: u64,
    /// The versions that were added.
    pub added: Vec<Artifact>,
    /// Documents that couldn't be raised or renewed, with the reason. They're tried again later.
    pub failed: Vec<(Uuid, String)>,
    /// Whether there was more than was asked for: call again.
    pub is_more: bool,
}

/// Documents of which the same is asked, which have the same, and which are due together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lasting {
    /// The level that the rules ask for ([`Inside::name`]).
    pub wanted: String,
    /// The level that they have; none where nothing holds.
    pub level: Option<String>,
    /// Whether they're to be raised or renewed by now.
    pub is_due: bool,
    /// When they're to be renewed; none where that is never, or now.
    pub renew: Option<Timestamp>,
    /// How many.
    pub artifacts: u64,
    /// How many of them couldn't be raised or renewed the last time.
    pub failing: u64,
    /// Why, of one of them.
    pub error: Option<String>,
}

/// Where documents stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LastingStatus {
    /// Documents that weren't looked at yet.
    pub unseen: u64,
    /// The others, those first that are due.
    pub documents: Vec<Lasting>,
}

impl LastingStatus {
    /// How many couldn't be raised or renewed the last time.
    pub fn failing(&self) -> u64 {
        self.documents.iter().map(|one| one.failing).sum()
    }
}

/// A document that was looked at.
struct Seen {
    ordinal: u32,
    wanted: Inside,
    level: Option<String>,
    due: Option<i64>,
}

impl Archive {
    /// Looks at documents that weren't looked at yet, and raises or renews those that are due: `most` of either at most. What the
    /// rules of retention ask for stands in [`retention_rules`](Self::retention_rules). A document that can't be raised keeps no
    /// other from it.
    ///
    /// # Errors
    /// [`Error::TimeStamp`] where no authority can be reached; [`Error::NoTrust`]; [`Error::Database`]. What was added before stays.
    pub async fn make_last(&self, stamping: &Stamping, most: u32) -> Result<Lasted, Error> {
        if stamping.policy.anchors.is_empty() {
            return Err(Error::NoTrust);
        }
        let _turn = self.turns.turn(TURN.into()).await;
        let (rules, now) = (self.lasting_rules(&stamping.policy), stamping.policy.time.as_microsecond());
        let mut lasted = Lasted::default();
        let unseen = self.unseen(&rules, most).await?;
        lasted.is_more = unseen.len() >= usize::try_from(most).map_err(Error::internal)?;
        for id in unseen {
            self.look_at(id, None, &stamping.policy, &rules).await?;
            lasted.looked_at += 1;
        }
        let sql = "SELECT l.artifact FROM lasting l WHERE l.agency = $1 AND l.due <= $2 AND l.again <= $2 AND NOT EXISTS \
                   (SELECT 1 FROM destroyed d WHERE d.agency = l.agency AND d.artifact = l.artifact) \
                   ORDER BY l.due, l.artifact LIMIT $3";
        let rows = self.database.rows(sql, values![&self.agency, now, most]).await?;
        lasted.is_more |= rows.len() >= usize::try_from(most).map_err(Error::internal)?;
        for row in &rows {
            let id = artifact_id(row)?;
            match self.raise(id, stamping).await {
                Ok((added, attained)) => {
                    self.look_at(id, attained, &stamping.policy, &rules).await?;
                    lasted.added.extend(added);
                }
                Err(NotRaised::Document(why)) => {
                    self.note_failure(id, &why, stamping.policy.time).await?;
                    lasted.failed.push((id, why));
                }
                Err(NotRaised::All(error)) => return Err(*error),
            }
        }
        Ok(lasted)
    }

    /// How documents stand at a time.
    pub(crate) async fn lasting_status(&self, now: Timestamp) -> Result<LastingStatus, Error> {
        let sql = "SELECT l.wanted, l.level, l.due, count(*) AS n, count(l.error) AS failing, max(l.error) AS error \
                   FROM lasting l WHERE l.agency = $1 AND NOT EXISTS \
                   (SELECT 1 FROM destroyed d WHERE d.agency = l.agency AND d.artifact = l.artifact) \
                   GROUP BY l.wanted, l.level, l.due ORDER BY coalesce(l.due, 9000000000000000000), l.wanted, l.level";
        let read = |row: &Row| {
            let due = row.maybe_number("due")?;
            let renew = due.filter(|due| *due != AT_ONCE).map(timestamp).transpose()?;
            Ok::<_, Error>(Lasting {
                wanted: row.text("wanted")?,
                level: row.maybe_text("level")?,
                is_due: due.is_some_and(|due| due <= now.as_microsecond()),
                renew,
                artifacts: row.count("n")?,
                failing: row.count("failing")?,
                error: row.maybe_text("error")?,
            })
        };
        let rows = self.database.rows(sql, values![&self.agency]).await?;
        let documents = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let seen: u64 = documents.iter().map(|one| one.artifacts).sum();
        Ok(LastingStatus { unseen: self.count().await?.saturating_sub(seen), documents })
    }

    /// What stands for the rules that rows were made by: another one, and each document is looked at again.
    fn lasting_rules(&self, policy: &Policy) -> String {
        let class = |class: &Class| format!("{} {} {}\n", class.code, class.inside.name(), class.renew_days_before);
        let classes: String = self.retention_rules().all().map(class).collect();
        sha256(&[classes.as_bytes(), &policy.constraints.sha256].concat())
    }

    /// Documents whose newest version wasn't looked at by these rules, or whose kind is another by now.
    async fn unseen(&self, rules: &str, most: u32) -> Result<Vec<Uuid>, Error> {
        let sql = "SELECT v.artifact FROM version v LEFT JOIN lasting l ON l.agency = v.agency AND l.artifact = v.artifact \
                   LEFT JOIN finding f ON f.agency = v.agency AND f.artifact = v.artifact \
                   WHERE v.agency = $1 AND (l.artifact IS NULL OR l.ordinal < v.ordinal OR l.rules <> $2 \
                   OR l.kind <> coalesce(f.kind, '')) AND NOT EXISTS (SELECT 1 FROM version w \
                   WHERE w.agency = v.agency AND w.artifact = v.artifact AND w.ordinal > v.ordinal) AND NOT EXISTS \
                   (SELECT 1 FROM destroyed d WHERE d.agency = v.agency AND d.artifact = v.artifact) LIMIT $3";
        self.database.rows(sql, values![&self.agency, rules, most]).await?.iter().map(artifact_id).collect()
    }

    /// What is asked of a document.
    async fn asked_of(&self, id: Uuid) -> Result<Class, Error> {
        let keeping = self.keeping(id).await?;
        let rules = self.retention_rules();
        Ok(rules.class(&keeping.class).unwrap_or_else(|| rules.class_of(keeping.kind.as_deref())).clone())
    }

    /// Puts down how a document stands. `attained`: the level that it has by who just tried to raise it, whatever its record says.
    async fn look_at(
        &self,
        id: Uuid,
        attained: Option<BaselineLevel>,
        policy: &Policy,
        rules: &str,
    ) -> Result<(), Error> {
        let newest = match self.artifact(id).await {
            Ok(Some(newest)) => newest,
            // It was destroyed meanwhile.
            Ok(None) | Err(Error::Destroyed(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let class = self.asked_of(id).await?;
        let level = attained.map(|level| level.name().to_owned()).or_else(|| newest.level.clone());
        let has = rank(level.as_deref());
        let due = match class.inside {
            Inside::Evidence => None,
            Inside::Lt if has >= Some(BaselineLevel::Lt) => None,
            Inside::Lta if has == Some(BaselineLevel::Lta) => {
                Some(self.renewal_of(&newest, &class, policy).await?.unwrap_or(AT_ONCE))
            }
            Inside::Lt | Inside::Lta => Some(AT_ONCE),
        };
        let seen = Seen { ordinal: newest.version, wanted: class.inside, level, due };
        self.write_seen(id, seen, rules).await
    }

    async fn write_seen(&self, id: Uuid, seen: Seen, rules: &str) -> Result<(), Error> {
        let sql = "INSERT INTO lasting (agency, artifact, ordinal, rules, kind, wanted, level, due, again, tries, error) \
                   VALUES ($1, $2, $3, $4, coalesce((SELECT kind FROM finding WHERE agency = $1 AND artifact = $2), ''), \
                   $5, $6, $7, 0, 0, NULL) ON CONFLICT (agency, artifact) DO UPDATE SET \
                   ordinal = excluded.ordinal, rules = excluded.rules, kind = excluded.kind, wanted = excluded.wanted, \
                   level = excluded.level, due = excluded.due, again = 0, tries = 0, error = NULL";
        let Seen { ordinal, wanted, level, due } = seen;
        let values = values![&self.agency, id.to_string(), ordinal, rules, wanted.name(), level, due];
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    async fn note_failure(&self, id: Uuid, why: &str, now: Timestamp) -> Result<(), Error> {
        let sql = "SELECT tries FROM lasting WHERE agency = $1 AND artifact = $2";
        let row = self.database.row(sql, values![&self.agency, id.to_string()]).await?;
        let tries = row.map_or(Ok(0), |row| row.ordinal("tries"))?.saturating_add(1);
        let pause = FIRST_PAUSE.saturating_mul(1_i32 << tries.saturating_sub(1).min(10)).min(LONGEST_PAUSE);
        let again = now.checked_add(pause).unwrap_or(Timestamp::MAX).as_microsecond();
        let why: String = why.chars().take(LONGEST_ERROR).collect();
        let sql = "UPDATE lasting SET tries = $3, error = $4, again = $5 WHERE agency = $1 AND artifact = $2";
        let values = values![&self.agency, id.to_string(), tries, why, again];
        self.database.write(move |transaction| Box::pin(async move { transaction.run(sql, values).await })).await?;
        Ok(())
    }

    /// When the newest document time-stamp of a file is to be renewed: so many days before it can't be relied on any more, and not
    /// before the half of its life. None where that can't be read.
    async fn renewal_of(&self, newest: &Artifact, class: &Class, policy: &Policy) -> Result<Option<i64>, Error> {
        let bytes = match self.bytes(newest).await {
            Ok(bytes) => bytes,
            // Scrubbing tells of it; here it's a document that can't be renewed.
            Err(Error::Damaged(_) | Error::Missing(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let (policy, before) = (policy.clone(), SignedDuration::from_hours(24 * i64::from(class.renew_days_before)));
        blocking(move || {
            let document = Document::parse(&bytes).ok();
            let token = document.and_then(|document| kyso::newest_document_time_stamp(&document).ok());
            Ok(token.flatten().and_then(|token| renewal(&token, before, &policy)).map(Timestamp::as_microsecond))
        })
        .await
    }

    /// Raises or renews a document: the version that was added, if one was, and the level that the document has by now.
    async fn raise(
        &self,
        id: Uuid,
        stamping: &Stamping,
    ) -> Result<(Option<Artifact>, Option<BaselineLevel>), NotRaised> {
        let newest = match self.artifact(id).await {
            Ok(Some(newest)) => newest,
            Ok(None) | Err(Error::Destroyed(_)) => return Ok((None, None)),
            Err(error) => return Err(error.into()),
        };
        let class = self.asked_of(id).await?;
        let goal = match class.inside {
            Inside::Evidence => return Ok((None, None)),
            Inside::Lt => BaselineLevel::Lt,
            Inside::Lta => BaselineLevel::Lta,
        };
        let meta = Meta { role: newest.role, actor: ACTOR.to_owned(), file_name: newest.file_name.clone() };
        // Somebody may have put the next version and died before its row.
        let left = self.next_version(id).await?;
        let sql = "SELECT level FROM lasting WHERE agency = $1 AND artifact = $2";
        let row = self.database.row(sql, values![&self.agency, id.to_string()]).await?;
        let has = row.map(|row| row.maybe_text("level")).transpose()?.flatten();
        let is_renewal = goal == BaselineLevel::Lta && rank(has.as_deref()) == Some(goal);
        let before = self.bytes(&newest).await?;
        let work = stamping.clone();
        let made = tokio::task::spawn_blocking(move || match left {
            Some(left) => Ok(Some(VerifiedArtifact::verify(left, &work.policy)?)),
            None => longer(&before, goal, is_renewal, &work),
        });
        match made.await.map_err(Error::internal)?? {
            None => Ok((None, Some(goal))),
            Some(file) => Ok((Some(self.add_version(id, &file, &meta).await?), Some(goal))),
        }
    }
}

/// Why a document wasn't raised.
enum NotRaised {
    /// For what it is: others may be.
    Document(String),
    /// Nobody's is.
    All(Box<Error>),
}

impl From<Error> for NotRaised {
    fn from(error: Error) -> Self {
        match error {
            Error::Damaged(_) | Error::Missing(_) | Error::Conflict(_) | Error::Raced => {
                Self::Document(error.to_string())
            }
            error => Self::All(Box::new(error)),
        }
    }
}

impl From<kyso::Error> for NotRaised {
    fn from(error: kyso::Error) -> Self {
        match &error {
            kyso::Error::Outside { service: kyso::error::Service::TimeStamp, .. } => {
                Self::All(Box::new(Error::TimeStamp(Box::new(error))))
            }
            _ => Self::Document(error.to_string()),
        }
    }
}

impl From<NotVerified> for NotRaised {
    fn from(error: NotVerified) -> Self {
        Self::Document(error.to_string())
    }
}

/// The file with what it lacks; none where it lacks nothing.
fn longer(
    before: &[u8],
    goal: BaselineLevel,
    is_renewal: bool,
    stamping: &Stamping,
) -> Result<Option<VerifiedArtifact>, NotRaised> {
    let (policy, outside) = (&stamping.policy, stamping.outside());
    let document = Document::parse(before).map_err(kyso::Error::from)?;
    let extended = match is_renewal {
        true => kyso::renew(&document, policy, &outside)?,
        false => kyso::extend(&document, goal, policy, &outside)?,
    };
    if extended.tail.bytes.is_empty() {
        return Ok(None);
    }
    Ok(Some(VerifiedArtifact::verify(extended.tail.after(before), policy)?))
}

/// When a token is to be renewed; none where its end isn't known.
fn renewal(token: &TimeStampToken, before: SignedDuration, policy: &Policy) -> Option<Timestamp> {
    let digest = token.info().digest?;
    let (end, _) = ends(token, digest, policy).ok()?.into_iter().min_by_key(|(end, _)| *end)?;
    let (made, life) = (token.info().time, end.duration_since(token.info().time));
    let half = made.checked_add(life.checked_div(2)?).ok()?;
    Some(end.checked_sub(before).ok()?.max(half))
}

fn rank(level: Option<&str>) -> Option<BaselineLevel> {
    let all = [BaselineLevel::B, BaselineLevel::T, BaselineLevel::Lt, BaselineLevel::Lta];
    all.into_iter().find(|one| Some(one.name()) == level)
}

fn artifact_id(row: &Row) -> Result<Uuid, Error> {
    let text = row.text("artifact")?;
    Uuid::try_parse(&text).map_err(|_| Error::Damaged(format!("{text} is no artifact's id")))
}
