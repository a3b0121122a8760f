//! Results that wait for their signatures where the archive keeps them: made once a key, told to the register, removed when
//! nobody waits for them any more.

use jiff::Timestamp;
use kyso_archive::{Archive, Draft, DraftBegun, Preparing, Request};
use kyso_certification::metadata::Metadata;
use kyso_register::{Entry, Prepared, Register, Stamp, State, What};
use serde::{Deserialize, Serialize};

use crate::certify::{Job, Made};
use crate::error::Error;

/// Where results are kept, and the register that has their numbers.
#[derive(Debug, Clone, Copy)]
pub struct Store<'a> {
    /// The archive.
    pub archive: &'a Archive,
    /// The register.
    pub register: &'a Register,
}

/// What is kept of an answer: the front's part, and the result's record.
#[derive(Serialize)]
struct Answer<'a, A> {
    #[serde(flatten)]
    of_front: A,
    record: &'a Metadata,
}

/// Begins a request under which a result is prepared. A draft that the register wasn't told of, because the process died before,
/// is made good here.
///
/// # Errors
/// [`Error::Archive`] where the key was used for another request; [`Error::Register`].
pub async fn begin(store: Store<'_>, request: &Request) -> Result<DraftBegun, Error> {
    let begun = store.archive.begin_draft(request).await?;
    if let DraftBegun::Kept(draft) = &begun {
        settle(store.register, draft).await?;
    }
    Ok(begun)
}

/// Prepares a result for a request that was begun: a number, the result made with it, the file kept with what `answer` says of it
/// (as JSON, an object), and the register told of it last. Where the process dies before that, [`begin`] makes it good.
///
/// # Errors
/// Those of [`Job::carry_out`], whose `word` writes why a number is void; [`Error::Archive`].
pub async fn prepare<A: Serialize>(
    store: Store<'_>,
    job: &Job<'_>,
    preparing: Preparing,
    word: impl Fn(&Error) -> String,
    answer: impl FnOnce(&Made) -> A,
) -> Result<Draft, Error> {
    // Of two at once, the second finds the first one's file told: which one takes the other's place is part of the answer.
    let _turn = store.archive.turn(&job.result().to_string()).await;
    let keep = async |made: &Made| {
        let answer = serde_json::to_string(&Answer { of_front: answer(made), record: &made.metadata })
            .map_err(|error| kyso_archive::Error::Internal(error.to_string()))?;
        let Stamp { by, at } = job.stamp();
        Ok(store.archive.keep_draft(preparing, job.file(&made.prepared), by, answer, *at).await?)
    };
    Ok(job.carry_out(store.register, |error| error, word, keep).await?.kept)
}

/// Tells the register of a draft in the name of whoever prepared it, and of that time: what was prepared later stays newer.
async fn settle(register: &Register, draft: &Draft) -> Result<(), Error> {
    let Some(entry) = entry_of(register, draft).await?.filter(|entry| is_behind(entry, draft)) else { return Ok(()) };
    let stamp = Stamp { by: draft.actor.clone(), at: draft.created };
    register.rendered(&entry.id(), &prepared(draft), &stamp).await?;
    Ok(())
}

/// Whether the register was never told of a draft, which is the newest of its number.
fn is_behind(entry: &Entry, draft: &Draft) -> bool {
    let mut rendered = entry.history.iter().filter_map(|event| match &event.what {
        What::Rendered(prepared) => Some((prepared, event.at)),
        _ => None,
    });
    let told = prepared(draft);
    matches!(entry.state, State::Allotted | State::Rendered)
        && rendered.all(|(prepared, at)| *prepared != told && at < draft.created)
}

/// Removes the drafts that were kept before this time and that nobody waits for since: their number is issued, void or
/// cancelled, or has a newer file, as the register says. A number that waits keeps its file, however old. Gives how many
/// were removed.
///
/// # Errors
/// [`Error::Archive`], [`Error::Register`]: what is left is removed the next time.
pub async fn remove_before(store: Store<'_>, time: Timestamp) -> Result<usize, Error> {
    let mut removed = 0;
    for draft in store.archive.drafts_before(time).await? {
        // Of a draft whose number isn't in the register nobody knows whether it's waited for.
        let Some(entry) = entry_of(store.register, &draft).await? else { continue };
        let waits = entry.state == State::Rendered && entry.prepared() == Some(&prepared(&draft));
        let is_recent = entry.history.last().is_some_and(|event| event.at >= time);
        if !(waits || is_recent || is_behind(&entry, &draft)) {
            store.archive.remove_draft(&draft).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// The draft as the register knows it.
fn prepared(draft: &Draft) -> Prepared {
    Prepared { sha256: draft.sha256.clone(), bytes: draft.bytes }
}

/// The entry of the number that a draft bears.
async fn entry_of(register: &Register, draft: &Draft) -> Result<Option<Entry>, Error> {
    let Some(record) = record_of(draft) else { return Ok(None) };
    Ok(register.entry(&register.definitions().id(&record.cert_number)?).await?)
}

/// The record that was kept with the draft under this number, where it was prepared here.
pub(crate) async fn record(archive: &Archive, entry: &Entry) -> Result<Option<Metadata>, Error> {
    let Some(prepared) = entry.prepared() else { return Ok(None) };
    Ok(archive.draft_by_sha256(&prepared.sha256).await?.as_ref().and_then(record_of))
}

fn record_of(draft: &Draft) -> Option<Metadata> {
    #[derive(Deserialize)]
    struct Kept {
        record: Metadata,
    }
    serde_json::from_str(&draft.answer).ok().map(|Kept { record }| record)
}
