//! What artifacts are found by: dossier, number, book, date, kind, and the words of names without their marks; and what they count as.
//! It follows from the metadata, the newest version and the class, and can be made again from them.

mod hits;
mod statements;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) use statements::{FOUND_WORDS, INDEXED, INDEXED_ROWS, OF_VERSIONS, UNINDEXED};

use jiff::civil::Date;
use kyso_certification::metadata::Metadata;
use kyso_certification::number::CertificationNumber;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;

use crate::archive::Archive;
use crate::artifact::Artifact;
use crate::database::{Row, Transaction, values};
use crate::error::Error;
use crate::record::VersionAdded;

/// The one letter of Vietnamese that isn't a letter with marks.
const D_WITH_STROKE: char = '\u{111}';

/// How many artifacts an answer has at most.
pub const MOST_FOUND: u32 = 200;
/// The longest word that PostgreSQL's index takes, and all words of an artifact, in bytes.
const LONGEST_WORD: usize = 500;
const LONGEST_WORDS: usize = 64 << 10;

/// What somebody looks for; what isn't said is anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// The dossier's code, as it's written.
    pub dossier: Option<String>,
    /// The ordinal of the number.
    pub ordinal: Option<u32>,
    /// The number's symbol, e.g. "SCT/CK,ĐC".
    pub symbol: Option<String>,
    /// The number's year.
    pub year: Option<i16>,
    /// From this date of certification on.
    pub from: Option<Date>,
    /// Up to this date of certification.
    pub to: Option<Date>,
    /// The kind of certification, e.g. "CK".
    pub kind: Option<String>,
    /// The book of the number, as it's written, e.g. "01/2026-SCT/CK,ĐC".
    pub book: Option<String>,
    /// Words of a name, of the subject or of a signer's name, with or without their marks.
    pub words: Option<String>,
    /// Words of the name of one who signed, with or without their marks.
    pub signer: Option<String>,
    /// Only documents of which nothing is said: signed or sealed alone.
    pub undescribed: bool,
}

/// Documents that were found, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The documents, [`MOST_FOUND`] at most.
    pub artifacts: Vec<Artifact>,
    /// What to go on after, where there may be others ([`Archive::find_after`]). A page may have few documents, or none, and others
    /// may follow all the same.
    pub next: Option<Uuid>,
}

impl Found {
    /// Whether nothing is found, here or further on.
    pub fn is_empty(&self) -> bool {
        self.artifacts.is_empty() && self.next.is_none()
    }
}

/// What a row of the index says.
#[derive(Default)]
pub(crate) struct Facts {
    dossier: Option<String>,
    symbol: Option<String>,
    year: Option<i64>,
    ordinal: Option<i64>,
    book: Option<String>,
    date: Option<String>,
    kind: Option<String>,
    words: String,
}

impl Facts {
    /// By the names of those who signed and by the metadata, where there are any.
    pub(crate) fn of(signers: &[String], metadata: Option<&Metadata>) -> Self {
        let Some(metadata) = metadata else { return Self { words: folded(&signers.join(" ")), ..Self::default() } };
        let number = &metadata.cert_number;
        let names = metadata.requesters.iter().map(|requester| requester.full_name.as_str());
        let said = [metadata.subject.as_str(), &metadata.signer_info.full_name, &metadata.certifier.full_name];
        let words: Vec<&str> = names.chain(signers.iter().map(String::as_str)).chain(said).collect();
        Self {
            dossier: Some(metadata.dossier_code.to_string()),
            symbol: Some(number.symbol.clone()),
            year: Some(number.year.into()),
            ordinal: Some(number.ordinal.into()),
            book: Some(number.book_text()),
            date: Some(metadata.issued_date.to_string()),
            kind: Some(metadata.cert_kind.clone()),
            words: folded(&words.join(" ")),
        }
    }

    /// Whether a row of the index says them.
    pub(crate) fn are_in(&self, row: &Row) -> Result<bool, Error> {
        let texts = [
            ("dossier", &self.dossier),
            ("symbol", &self.symbol),
            ("book", &self.book),
            ("date", &self.date),
            ("kind", &self.kind),
        ];
        for (column, text) in texts {
            if row.maybe_text(column)? != *text {
                return Ok(false);
            }
        }
        Ok(row.maybe_number("year")? == self.year && row.maybe_number("ordinal")? == self.ordinal)
    }

    /// Whether a row counts its artifact as what its newest version, its class and its own row say.
    pub(crate) fn is_counted(row: &Row) -> Result<bool, Error> {
        // Where there's no version, that is told.
        if row.maybe_number("own_versions")?.is_none() {
            return Ok(true);
        }
        for (column, own) in [("bytes", "own_bytes"), ("versions", "own_versions"), ("kept", "own_kept")] {
            if row.maybe_number(column)? != row.maybe_number(own)? {
                return Ok(false);
            }
        }
        for (column, own) in
            [("level", "own_level"), ("class", "own_class"), ("text", "own_text"), ("ends", "own_ends")]
        {
            if row.maybe_text(column)? != row.maybe_text(own)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a row of PostgreSQL's index has their words.
    pub(crate) fn words_are_in(&self, row: &Row) -> Result<bool, Error> {
        Ok(row.text("words")? == single(&self.words))
    }

    /// Whether each of these words, folded, is a word of theirs or the beginning of one.
    fn have(&self, sought: &[String]) -> bool {
        let known: Vec<&str> = words(&self.words).collect();
        sought.iter().all(|sought| known.iter().any(|known| known.starts_with(sought.as_str())))
    }

    /// Each of their words once.
    pub(crate) fn each_word(&self) -> BTreeSet<&str> {
        words(&self.words).collect()
    }

    /// Puts them in place of what was found by before, with what the artifact counts as.
    pub(crate) async fn write(&self, transaction: &mut Transaction, agency: &str, artifact: &str) -> Result<(), Error> {
        let mut values = values![
            agency,
            artifact,
            self.dossier.clone(),
            self.symbol.clone(),
            self.year,
            self.ordinal,
            self.book.clone(),
            self.date.clone(),
            self.kind.clone(),
        ];
        let is_shared = transaction.is_shared();
        let known = transaction.row(statements::KNOWN.of(is_shared), values![agency, artifact]).await?;
        let known = known.map(|row| row.number("row")).transpose()?;
        let remember = if known.is_some() { statements::REMEMBER_AGAIN } else { statements::REMEMBER }.of(is_shared);
        if known.is_some() {
            transaction.run(statements::FORGET, values![agency, artifact]).await?;
        }
        if is_shared {
            // The words stand in the row itself.
            values.extend(values![single(&self.words)]);
            values.extend(known.into_iter().flat_map(|row| values![row]));
            transaction.run(remember, values).await?;
            return Ok(());
        }
        if let Some(row) = known {
            transaction.run(statements::FORGET_WORDS, values![row]).await?;
            values.extend(values![row]);
        }
        let row = transaction.row(remember, values).await?;
        let row = row.ok_or_else(|| Error::Internal("an index row has no number".into()))?.number("row")?;
        transaction.run(statements::REMEMBER_WORDS, values![row, &self.words]).await?;
        Ok(())
    }
}

/// Puts the figures of a later version in place of those that an artifact counted as.
pub(crate) async fn count(transaction: &mut Transaction, agency: &str, of: &VersionAdded) -> Result<(), Error> {
    let bytes = i64::try_from(of.bytes).map_err(Error::internal)?;
    let values =
        values![agency, of.artifact.to_string(), of.level.clone(), bytes, i64::from(of.version).saturating_add(1)];
    transaction.run(statements::COUNT.of(transaction.is_shared()), values).await.map(|_| ())
}

/// Takes away what an artifact was found by.
pub(crate) async fn forget(transaction: &mut Transaction, agency: &str, artifact: &str) -> Result<(), Error> {
    if !transaction.is_shared()
        && let Some(row) = transaction.row(statements::KNOWN.sqlite, values![agency, artifact]).await?
    {
        transaction.run(statements::FORGET_WORDS, values![row.number("row")?]).await?;
    }
    transaction.run(statements::FORGET, values![agency, artifact]).await.map(|_| ())
}

/// Makes sure that nothing is left of words that were taken away.
pub(crate) async fn merge_words(transaction: &mut Transaction) -> Result<(), Error> {
    if !transaction.is_shared() {
        transaction.run(statements::MERGE_WORDS, values![]).await?;
    }
    Ok(())
}

/// Words as they're compared: lower case, without marks, the d with a stroke as d.
pub(crate) fn folded(text: &str) -> String {
    let letters = text.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    letters.map(|letter| if letter == D_WITH_STROKE { 'd' } else { letter }).collect()
}

/// The words of a text that was folded.
fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Which of the words that are sought may be the beginnings of longer ones. Beginnings cost: the places of every word that begins so
/// are put together first, and one document in two has a word that begins with "ng".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beginnings {
    /// None of them.
    None,
    /// The last one, which is still being typed.
    Last,
    /// Each of them.
    Each,
}

impl Beginnings {
    /// The words, each with whether it may be a beginning.
    fn of(self, words: Vec<&str>) -> impl Iterator<Item = (&str, bool)> {
        let last = words.len().saturating_sub(1);
        words.into_iter().enumerate().map(move |(index, word)| {
            let begins = match self {
                Self::None => false,
                Self::Last => index == last,
                Self::Each => true,
            };
            (word, begins)
        })
    }
}

/// A word of [`Facts`] as a query of FTS5.
pub(crate) fn whole_word(word: &str) -> String {
    format!("\"{word}\"")
}

/// Words as a query of FTS5: each in quotation marks, all of them wanted.
fn query(sought: &str, beginnings: Beginnings) -> String {
    let folded = folded(sought);
    let word = |(word, begins): (&str, bool)| format!("\"{word}\"{}", if begins { "*" } else { "" });
    beginnings.of(words(&folded).collect()).map(word).collect::<Vec<_>>().join(" AND ")
}

/// Words as a query of PostgreSQL (tsquery): the same.
fn tsquery(sought: &str, beginnings: Beginnings) -> String {
    let folded = folded(sought);
    let word = |(word, begins): (&str, bool)| format!("'{word}'{}", if begins { ":*" } else { "" });
    let words = words(&folded).filter(|word| word.len() <= LONGEST_WORD).collect();
    beginnings.of(words).map(word).collect::<Vec<_>>().join(" & ")
}

/// Words between single spaces, each and all of them as long as PostgreSQL's index takes.
fn single(folded: &str) -> String {
    let mut whole = String::new();
    for word in words(folded).filter(|word| word.len() <= LONGEST_WORD) {
        if whole.len() + word.len() >= LONGEST_WORDS {
            break;
        }
        if !whole.is_empty() {
            whole.push(' ');
        }
        whole.push_str(word);
    }
    whole
}

/// The names of those who signed, by a report as it's kept.
pub(crate) fn signers(report: &str) -> Vec<String> {
    let Ok(report) = serde_json::from_str::<serde_json::Value>(report) else { return Vec::new() };
    let signatures = report.get("signatures").and_then(|signatures| signatures.as_array()).cloned().unwrap_or_default();
    let name = |signature: &serde_json::Value| signature.pointer("/signer/common_name")?.as_str().map(str::to_owned);
    signatures.iter().filter_map(name).collect()
}

impl Archive {
    /// The artifacts that are found so, the newest first, [`MOST_FOUND`] at most. Words are whole ones; where nothing has them all, the
    /// beginning of the last one will do, and where nothing has them so, the beginning of each.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn find(&self, sought: &Sought) -> Result<Vec<Artifact>, Error> {
        Ok(self.find_after(sought, None).await?.artifacts)
    }

    /// The same, from the artifact on that stands behind this one. The order is that of keeping and stays: whoever goes on until there's
    /// no [`next`](Found::next) has every artifact that was kept when he began, once.
    ///
    /// # Errors
    /// [`Error::Unknown`] or [`Error::Destroyed`] where `after` isn't there, or not any more; [`Error::Damaged`], [`Error::Database`].
    pub async fn find_after(&self, sought: &Sought, after: Option<Uuid>) -> Result<Found, Error> {
        self.find_page(sought, after, MOST_FOUND).await
    }

    /// A page of so many artifacts at most.
    pub(crate) async fn find_page(&self, sought: &Sought, after: Option<Uuid>, most: u32) -> Result<Found, Error> {
        let before = match after {
            None => i64::MAX,
            Some(id) => {
                let values = values![&self.agency, id.to_string()];
                match self.database.row(statements::KNOWN.of(self.database.is_shared()), values).await? {
                    Some(row) => row.number("row")?,
                    None => {
                        self.demand_not_destroyed(id).await?;
                        return Err(Error::Unknown(id));
                    }
                }
            }
        };
        let steps: &[Beginnings] = match words(&folded(&sought.all_words())).count() {
            0 => &[Beginnings::None],
            1 => &[Beginnings::None, Beginnings::Last],
            _ => &[Beginnings::None, Beginnings::Last, Beginnings::Each],
        };
        for beginnings in steps {
            let found = self.find_by(sought, *beginnings, before, most).await?;
            if !found.is_empty() {
                return Ok(found);
            }
            // A later page goes on with the words that the first one was found by.
            if after.is_some() && !self.find_by(sought, *beginnings, i64::MAX, most).await?.is_empty() {
                return Ok(found);
            }
        }
        Ok(Found::default())
    }

    /// Those whose rows in the index are before this one.
    async fn find_by(&self, sought: &Sought, beginnings: Beginnings, before: i64, most: u32) -> Result<Found, Error> {
        let sql = if self.database.is_shared() { statements::FIND } else { sought.statement() };
        let query = if self.database.is_shared() { tsquery } else { query };
        let words = Some(query(&sought.all_words(), beginnings)).filter(|query| !query.is_empty());
        let book = sought.book_text();
        let values = values![
            &self.agency,
            sought.dossier.clone(),
            sought.ordinal.map(i64::from),
            sought.symbol.clone(),
            sought.year.map(i64::from),
            sought.from.map(|date| date.to_string()),
            sought.to.map(|date| date.to_string()),
            sought.kind.clone(),
            words,
            // One more, to know whether there are others.
            most.saturating_add(1),
            book,
            sought.undescribed.then_some(1_i64),
            before,
        ];
        let mut ids = Vec::new();
        for row in self.database.rows(sql, values).await? {
            let id = row.text("artifact")?;
            ids.push(
                Uuid::try_parse(&id).map_err(|_| Error::Damaged(format!("the index names {id}, which is no id")))?,
            );
        }
        let most = usize::try_from(most).map_err(Error::internal)?;
        let is_more = ids.len() > most;
        ids.truncate(most);
        let next = if is_more { ids.last().copied() } else { None };
        let words = sought.words.as_deref().map(folded).unwrap_or_default();
        let words = self::words(&words).map(str::to_owned).collect();
        let mut artifacts =
            self.named_by_index(&ids, &Arc::new(hits::Wanted { sought: sought.clone(), words })).await?;
        if let Some(signer) = &sought.signer {
            artifacts = self.those_signed_by(artifacts, signer).await?;
        }
        Ok(Found { artifacts, next })
    }

    /// Those that somebody of this name signed: the index doesn't tell who signed from who is named.
    async fn those_signed_by(&self, artifacts: Vec<Artifact>, signer: &str) -> Result<Vec<Artifact>, Error> {
        let folded_signer = folded(signer);
        let sought: Vec<String> = words(&folded_signer).map(str::to_owned).collect();
        let mut signed = Vec::with_capacity(artifacts.len());
        for artifact in artifacts {
            let is_signed = async {
                let said = self.metadata(artifact.id).await?.map(|described| described.metadata.signer_info.full_name);
                let report = self.report(&artifact).await?;
                Ok::<_, Error>(
                    signers(&report)
                        .iter()
                        .chain(&said)
                        .any(|name| Facts { words: folded(name), ..Facts::default() }.have(&sought)),
                )
            };
            match is_signed.await {
                Ok(true) => signed.push(artifact),
                // It was destroyed since the index was asked.
                Ok(false) | Err(Error::Destroyed(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(signed)
    }
}

/// A look-up that begins with what narrows it down most, so that an index serves it. Every statement is a constant: what isn't
/// sought is bound as NULL, and NULL is anything.
macro_rules! look_up {
    ($first:literal) => {
        concat!(
            "SELECT artifact FROM finding WHERE agency = $1 AND ",
            $first,
            " AND ($2 IS NULL OR dossier = $2) AND ($3 IS NULL OR ordinal = $3) AND ($4 IS NULL OR symbol = $4) \
             AND ($5 IS NULL OR year = $5) AND ($6 IS NULL OR date >= $6) AND ($7 IS NULL OR date <= $7) \
             AND ($8 IS NULL OR kind = $8) \
             AND ($9 IS NULL OR row IN (SELECT rowid FROM finding_words WHERE finding_words MATCH $9)) \
             AND ($11 IS NULL OR book = $11) AND (CAST($12 AS INTEGER) IS NULL OR dossier IS NULL) AND row < $13 \
             ORDER BY row DESC LIMIT $10"
        )
    };
}

impl Sought {
    /// Everything that has to be in the index: who signed is named in it too.
    fn all_words(&self) -> String {
        [&self.signer, &self.words].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// The book as the index has it.
    fn book_text(&self) -> Option<String> {
        let written = |book: &str| CertificationNumber::in_book(1, book).map(|number| number.book_text());
        self.book.as_deref().map(|book| written(book).unwrap_or_else(|| book.to_owned()))
    }

    /// Whether a document may have any metadata, or none.
    fn asks_nothing_of_metadata(&self) -> bool {
        let any = Self { words: self.words.clone(), signer: self.signer.clone(), ..Self::default() };
        *self == any
    }

    /// Whether the metadata are what is sought, but for words: as the statements ask the index.
    fn is_met_by(&self, facts: &Facts) -> bool {
        fn is<T: PartialEq>(sought: Option<T>, found: Option<&T>) -> bool {
            sought.is_none_or(|sought| found == Some(&sought))
        }
        let date = facts.date.as_deref();
        is(self.dossier.clone(), facts.dossier.as_ref())
            && is(self.ordinal.map(i64::from), facts.ordinal.as_ref())
            && is(self.symbol.clone(), facts.symbol.as_ref())
            && is(self.year.map(i64::from), facts.year.as_ref())
            && is(self.kind.clone(), facts.kind.as_ref())
            && is(self.book_text(), facts.book.as_ref())
            && self.from.is_none_or(|from| date.is_some_and(|date| *date >= *from.to_string()))
            && self.to.is_none_or(|to| date.is_some_and(|date| *date <= *to.to_string()))
            && !(self.undescribed && facts.dossier.is_some())
    }

    fn statement(&self) -> &'static str {
        let has_words = words(&folded(&self.all_words())).next().is_some();
        match (&self.dossier, self.ordinal.zip(self.year), has_words, &self.from, &self.to) {
            (Some(_), ..) => look_up!("dossier = $2"),
            (None, Some(_), ..) => look_up!("year = $5 AND ordinal = $3"),
            (None, None, true, ..) => statements::BY_WORDS,
            (None, None, false, Some(_), Some(_)) => look_up!("date BETWEEN $6 AND $7"),
            (None, None, false, Some(_), None) => look_up!("date >= $6"),
            (None, None, false, None, Some(_)) => look_up!("date <= $7"),
            (None, None, false, None, None) => look_up!("1 = 1"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_their_marks() {
        assert_eq!(folded("Nguyễn Thị Hằng ĐẶNG"), "nguyen thi hang dang");
        assert_eq!(folded("Nguye\u{302}\u{303}n"), "nguyen");
        let each = |sought| (query(sought, Beginnings::Each), tsquery(sought, Beginnings::Each));
        let last = |sought| (query(sought, Beginnings::Last), tsquery(sought, Beginnings::Last));
        assert_eq!(each("hằng, \"NGUYỄN\" OR *").0, "\"hang\"* AND \"nguyen\"* AND \"or\"*");
        assert_eq!(last("hằng, \"NGUYỄN\" OR *").0, "\"hang\" AND \"nguyen\" AND \"or\"*");
        assert_eq!(whole_word("hang"), "\"hang\"");
        assert_eq!((each(" ,* "), last(" ,* ")), Default::default());
        assert_eq!(each("hằng, 'NGUYỄN' | :*").1, "'hang':* & 'nguyen':*");
        assert_eq!(last("hằng, 'NGUYỄN' | :*").1, "'hang' & 'nguyen':*");
        assert_eq!(single("hang,  nguyen-van'b"), "hang nguyen van b");
        let long = "a".repeat(LONGEST_WORD + 1);
        assert_eq!((each(&long).1, single(&format!("b {long} c"))), (String::new(), "b c".into()));
        assert!(single(&"abcdefg ".repeat(100_000)).len() <= LONGEST_WORDS);
    }
}
