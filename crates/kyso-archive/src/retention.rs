//! How long documents are kept: the rules that apply here, the class that a document had when it was kept, and which documents may be
//! destroyed by now.
//!
//! A document's class follows from its kind. Where a rule speaks of the kind when the document is kept, class, text and end stand in the
//! record of its first version for ever. A later text, or a later correction of the metadata, may lengthen what was fixed so and
//! never shortens it. What a document was made from, and has no kind of its own, is kept as long as it: a file that a leader signed, and that
//! was sealed afterwards. Any other document of which no rule spoke then has the class that its kind has now: for ever, where there's none.

use std::path::Path;

use jiff::civil::Date;
use kyso::local_time::VIETNAM;
use kyso_certification::metadata::Metadata;
use kyso_certification::retention::{End, Rules, Term};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::Archive;
use crate::clock::timestamp;
use crate::database::{Row, Transaction, values};
use crate::error::Error;
use crate::record::{Record, VersionAdded};

/// The operator's own rules, in the directory of the archive.
pub(crate) const FILE: &str = "retention.toml";
/// How many documents are looked at at once.
const AT_ONCE: u32 = 500;
/// A day, and how far Vietnam is ahead of UTC, in microseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;
const AHEAD: i64 = 7 * 60 * 60 * 1_000_000;

/// What is kept by all that it's counted by: one look through an index, in its order.
pub(crate) const COUNTED: &str = "SELECT kind, date, kept, class, text, ends, level, count(*) AS n, \
     CAST(coalesce(sum(bytes), 0) AS BIGINT) AS bytes, CAST(coalesce(sum(versions), 0) AS BIGINT) AS versions \
     FROM finding WHERE agency = $1 GROUP BY kind, date, kept, class, text, ends, level";

/// The class of a document as it was fixed when it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Retained {
    /// The class's code.
    pub(crate) class: String,
    /// The version of the rules.
    pub(crate) text: String,
    /// The date of certification, as it was told then.
    pub(crate) from: Date,
    /// The last day; none: for ever.
    pub(crate) until: Option<Date>,
}

impl Retained {
    pub(crate) fn end(&self) -> End {
        self.until.map_or(End::Never, End::On)
    }

    /// Writes the row that follows from a version's record.
    pub(crate) async fn write(&self, transaction: &mut Transaction, agency: &str, id: &str) -> Result<(), Error> {
        let sql = "INSERT INTO retention (agency, artifact, class, text, ends) VALUES ($1, $2, $3, $4, $5)";
        let until = self.until.map(|day| day.to_string());
        transaction.run(sql, values![agency, id, &self.class, &self.text, until]).await.map(|_| ())
    }
}

/// How long a document is kept, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeping {
    /// The document.
    pub artifact: Uuid,
    /// The kind of certification, where it's known.
    pub kind: Option<String>,
    /// The class's code, which decides the end.
    pub class: String,
    /// The version of the rules that it's from.
    pub text: String,
    /// The date that is counted from: of certification, else of keeping, in Vietnam.
    pub from: Date,
    /// Until when.
    pub end: End,
}

/// Documents of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassTally {
    /// The class's code.
    pub class: String,
    /// How many documents are kept in it.
    pub artifacts: u64,
    /// How many of them may be destroyed by their time; holds aren't looked at.
    pub due: u64,
    /// The next day after which one more may be; none where there's none.
    pub next: Option<Date>,
}

/// What a document's time follows from.
struct Basis<'b> {
    kind: Option<&'b str>,
    from: Date,
    fixed: Option<(&'b str, &'b str, End)>,
}

/// Class, text and end: the later end of what was fixed and of what holds now.
fn judged(rules: &Rules, basis: &Basis<'_>) -> (String, String, End) {
    let class = rules.class_of(basis.kind);
    let now = class.term.end(basis.from);
    // A kind that no rule speaks of any more doesn't lengthen what a rule has fixed.
    let is_known = rules.known(basis.kind).is_some();
    match basis.fixed {
        Some((class, text, end)) if end >= now || !is_known => (class.to_owned(), text.to_owned(), end),
        _ => (class.code.clone(), rules.version.clone(), now),
    }
}

/// The rules of an archive whose directory this is: the operator's own, else those of the library.
pub(crate) fn rules_in(directory: Option<&Path>) -> Result<Rules, Error> {
    let Some(path) = directory.map(|directory| directory.join(FILE)) else { return built_in() };
    match std::fs::read_to_string(&path) {
        Ok(text) => Rules::read(FILE, &text).map_err(|flaw| Error::Setting(format!("{}: {flaw}", path.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => built_in(),
        Err(error) => Err(Error::file(&path)(error)),
    }
}

fn built_in() -> Result<Rules, Error> {
    Rules::built_in().map_err(Error::internal)
}

/// The day in Vietnam of a time in microseconds.
pub(crate) fn day_of(at: i64) -> Result<Date, Error> {
    Ok(day(timestamp(at)?))
}

/// The day in Vietnam of a time.
pub(crate) fn day(at: jiff::Timestamp) -> Date {
    VIETNAM.to_datetime(at).date()
}

/// What is fixed for a document of this kind; none where no rule speaks of it.
pub(crate) fn fixed(rules: &Rules, kind: &str, from: Date) -> Option<Retained> {
    let class = rules.known(Some(kind))?;
    let until = match class.term {
        Term::Permanent => None,
        term => term.end(from).day(),
    };
    Some(Retained { class: class.code.clone(), text: rules.version.clone(), from, until })
}

impl Archive {
    /// The rules that apply here.
    pub fn retention_rules(&self) -> &Rules {
        &self.rules
    }

    /// The archive with other rules than those of its directory.
    #[must_use]
    pub fn with_retention_rules(mut self, rules: Rules) -> Self {
        self.rules = std::sync::Arc::new(rules);
        self
    }

    /// How long a document is kept, by its records.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there's no such document; [`Error::Destroyed`]; [`Error::Damaged`], [`Error::Database`].
    pub async fn keeping(&self, id: Uuid) -> Result<Keeping, Error> {
        let versions = self.versions_of(id).await?;
        let first = versions.first().ok_or(Error::Unknown(id))?;
        self.keeping_by(first).await
    }

    /// The same, by the record of its first version. What has no kind of its own is kept as long as what it belongs to: the latest end of
    /// what was made from it, or from the same.
    pub(crate) async fn keeping_by(&self, first: &Record<VersionAdded>) -> Result<Keeping, Error> {
        let own = self.own_keeping(first).await?;
        if own.kind.is_some() || first.of.retention.is_some() {
            return Ok(own);
        }
        let mut latest: Option<Keeping> = None;
        for other in self.made_with(own.artifact).await? {
            let Some(first) = self.first_of(other).await? else { continue };
            let of = self.own_keeping(&first).await?;
            let has_kind = of.kind.is_some() || first.of.retention.is_some();
            if has_kind && latest.as_ref().is_none_or(|latest| of.end > latest.end) {
                latest = Some(of);
            }
        }
        Ok(match latest {
            Some(of) => Keeping { artifact: own.artifact, kind: None, ..of },
            None => own,
        })
    }

    /// Until when a document would be kept where this was said of it.
    pub(crate) async fn keeping_with(&self, id: Uuid, metadata: &Metadata) -> Result<End, Error> {
        let first = self.first_of(id).await?.ok_or(Error::Unknown(id))?;
        let fixed = first.of.retention.as_ref();
        let fixed = fixed.map(|fixed| (fixed.class.as_str(), fixed.text.as_str(), fixed.end()));
        let basis = Basis { kind: Some(&metadata.cert_kind), from: metadata.issued_date, fixed };
        Ok(judged(&self.rules, &basis).2)
    }

    /// How long a document is kept by what is told of itself.
    async fn own_keeping(&self, first: &Record<VersionAdded>) -> Result<Keeping, Error> {
        let described = self.metadata(first.of.artifact).await?.map(|described| described.metadata);
        let kept = crate::read::artifact(first)?.created;
        let from = described.as_ref().map_or(day(kept), |metadata| metadata.issued_date);
        let kind = described.map(|metadata| metadata.cert_kind);
        let fixed = first.of.retention.as_ref();
        let fixed = fixed.map(|fixed| (fixed.class.as_str(), fixed.text.as_str(), fixed.end()));
        let (class, text, end) = judged(&self.rules, &Basis { kind: kind.as_deref(), from, fixed });
        Ok(Keeping { artifact: first.of.artifact, kind, class, text, from, end })
    }

    /// The documents whose time is over on this day (in Vietnam), `most` at most, in the order of their ids after `after`. What an index row
    /// says isn't believed: each is judged by its records. Neither holds nor lists of destruction are looked at.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn due_for_destruction(
        &self,
        today: Date,
        after: Option<Uuid>,
        most: usize,
    ) -> Result<Vec<Keeping>, Error> {
        let mut due = Vec::new();
        let mut after = after.map(|id| id.to_string()).unwrap_or_default();
        loop {
            let sql = "SELECT a.id, a.created, f.kind, f.date, t.class, t.text, t.ends, \
                       (SELECT count(*) FROM link l WHERE l.agency = a.agency AND l.kind = 'made-from' \
                       AND (l.artifact = a.id OR l.other = a.id)) AS made FROM artifact a \
                       LEFT JOIN finding f ON f.agency = a.agency AND f.artifact = a.id \
                       LEFT JOIN retention t ON t.agency = a.agency AND t.artifact = a.id \
                       WHERE a.agency = $1 AND a.id > $2 AND NOT EXISTS \
                       (SELECT 1 FROM destroyed d WHERE d.agency = a.agency AND d.artifact = a.id) ORDER BY a.id LIMIT $3";
            let rows = self.database.rows(sql, values![&self.agency, &after, AT_ONCE]).await?;
            let Some(last) = rows.last() else { return Ok(due) };
            after = last.text("id")?;
            for row in &rows {
                let is_made = row.count("made")? > 0 && row.maybe_text("kind")?.is_none();
                if !is_made && !self.judged_row(row, day_of(row.number("created")?)?)?.2.is_over(today) {
                    continue;
                }
                let id = row.text("id")?;
                let id = Uuid::try_parse(&id).map_err(|_| Error::Damaged(format!("{id} is no artifact's id")))?;
                let keeping = self.keeping(id).await?;
                if keeping.end.is_over(today) {
                    due.push(keeping);
                }
                if due.len() >= most {
                    return Ok(due);
                }
            }
        }
    }

    /// Documents by class, and how many of each may be destroyed on this day by their time: figures, by the index.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn retention_tally(&self, today: Date) -> Result<Vec<ClassTally>, Error> {
        // What has no kind is counted with what was made from it.
        let made = "SELECT f.kind, f.date, f.kept, f.class, f.text, f.ends, count(*) AS n \
                    FROM (SELECT other, min(artifact) AS artifact FROM link \
                    WHERE agency = $1 AND kind = 'made-from' GROUP BY other) m \
                    JOIN finding o ON o.agency = $1 AND o.artifact = m.other AND o.kind IS NULL AND o.class IS NULL \
                    JOIN finding f ON f.agency = $1 AND f.artifact = m.artifact \
                    GROUP BY f.kind, f.date, f.kept, f.class, f.text, f.ends";
        let mut tallies: Vec<ClassTally> = Vec::new();
        let mut moved = 0;
        for (sql, is_moved) in [(made, true), (COUNTED, false)] {
            for row in self.database.rows(sql, values![&self.agency]).await? {
                let (class, end) = self.judged_count(&row)?;
                let mut count = row.count("n")?;
                if is_moved {
                    moved += count;
                } else if row.maybe_text("kind")?.is_none() && row.maybe_text("class")?.is_none() {
                    let own = count.saturating_sub(moved);
                    moved = moved.saturating_sub(count);
                    count = own;
                }
                if count > 0 {
                    tallied(&mut tallies, class, end, count, today);
                }
            }
        }
        tallies.sort_by(|one, other| one.class.cmp(&other.class));
        Ok(tallies)
    }

    /// Class and end of the documents that a row of [`COUNTED`] is about.
    pub(crate) fn judged_count(&self, row: &Row) -> Result<(String, End), Error> {
        let midday = row.number("kept")?.saturating_mul(DAY).saturating_sub(AHEAD).saturating_add(DAY / 2);
        self.judged_row(row, day_of(midday)?).map(|(class, _, end)| (class, end))
    }

    /// Class, text and end by a row of the index.
    fn judged_row(&self, row: &Row, kept: Date) -> Result<(String, String, End), Error> {
        let day = |column: &str| {
            let text = row.maybe_text(column)?;
            let wrong = |_| Error::Damaged(format!("{column} of a row is no date"));
            text.map(|text| text.parse::<Date>().map_err(wrong)).transpose()
        };
        let kind = row.maybe_text("kind")?;
        let from = day("date")?.unwrap_or(kept);
        let (class, text) = (row.maybe_text("class")?, row.maybe_text("text")?.unwrap_or_default());
        let until = day("ends")?.map_or(End::Never, End::On);
        let fixed = class.as_deref().map(|class| (class, text.as_str(), until));
        Ok(judged(&self.rules, &Basis { kind: kind.as_deref(), from, fixed }))
    }
}

/// Adds documents of a class that have this end.
fn tallied(tallies: &mut Vec<ClassTally>, class: String, end: End, count: u64, today: Date) {
    let at = tallies.iter().position(|tally| tally.class == class).unwrap_or_else(|| {
        tallies.push(ClassTally { class, artifacts: 0, due: 0, next: None });
        tallies.len() - 1
    });
    let Some(tally) = tallies.get_mut(at) else { return };
    tally.artifacts += count;
    match end {
        end if end.is_over(today) => tally.due += count,
        End::On(day) => tally.next = Some(tally.next.map_or(day, |next| next.min(day))),
        End::Never => {}
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_later_text_lengthens_and_never_shortens() {
        let (short, day) = (built_in().unwrap(), date(2026, 11, 3));
        let text = include_str!("../../kyso-certification/data/retention.toml").replace("ND-23", "X");
        let long = Rules::read("x", &text.replace("years = 2\n", "years = 5\n")).unwrap();
        let none = Rules::read("x", &text.replace("[\"CK\", \"CKND\"]", "[\"CKND\"]")).unwrap();
        let of = |rules: &Rules| fixed(rules, "CK", day).unwrap();
        let judge = |rules: &Rules, fixed: Option<&Retained>, kind: &'static str| {
            let fixed = fixed.map(|fixed| (fixed.class.as_str(), fixed.text.as_str(), fixed.end()));
            let (_, text, end) = judged(rules, &Basis { kind: Some(kind), from: day, fixed });
            (text.starts_with('X'), end)
        };
        let end = |year| End::On(date(year, 11, 3));
        assert_eq!(judge(&long, Some(&of(&short)), "CK"), (true, end(2031)), "lengthened");
        assert_eq!(judge(&short, Some(&of(&long)), "CK"), (true, end(2031)), "not shortened");
        assert_eq!(judge(&none, Some(&of(&short)), "CK"), (false, end(2028)), "what was fixed stays");
        assert_eq!(judge(&short, Some(&of(&short)), "GD"), (false, end(2046)), "corrected metadata lengthen");
        assert_eq!(judge(&none, None, "CK"), (true, End::Never), "nothing is known: for ever");
        assert_eq!(judge(&short, None, "CK"), (false, end(2028)));
        assert_eq!(fixed(&short, "XX", day), None);
    }

    #[test]
    fn a_day_is_vietnams() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
        assert_eq!(day_of(at("2026-11-03T16:59:59Z")).unwrap(), date(2026, 11, 3));
        assert_eq!(day_of(at("2026-11-03T17:00:00Z")).unwrap(), date(2026, 11, 4));
    }
}
