//! What happens to a number after it was given out.

use kyso::VerifiedArtifact;

use crate::database::Transaction;
use crate::entry::{Cancellation, Entry, EntryId, Prepared, State, digest, text};
use crate::error::Error;
use crate::event::{Event, Unchecked, What};
use crate::once;
use crate::refusal::Refusal;
use crate::store::{About, append, closed, find};
use crate::{Register, Stamp};

impl Register {
    /// The document that bears the number is ready to be signed. Called again before it's issued, the newer document
    /// takes the older one's place; told again of the same document, also once it's issued, nothing happens.
    ///
    /// # Errors
    /// [`Error::Refused`] where the number is issued with another document, void or cancelled, or its year closed.
    pub async fn rendered(&self, id: &EntryId, prepared: &Prepared, stamp: &Stamp) -> Result<Entry, Error> {
        digest("sha256", &prepared.sha256)?;
        let prepared = prepared.clone();
        self.change(id, stamp, move |entry| match entry.prepared() {
            Some(known) if *known == prepared && matches!(entry.state, State::Rendered | State::Issued) => Ok(None),
            _ => Ok(Some(What::Rendered(prepared))),
        })
        .await
    }

    /// The document is signed and sealed. The witness says that it was verified; it must begin with the bytes that were
    /// prepared under this number, where [`rendered`](Self::rendered) was told of them. Said twice of the same document,
    /// nothing happens the second time.
    ///
    /// # Errors
    /// [`Error::Refused`] where it's another document, or another number's, the number is void or cancelled, or its year closed.
    pub async fn issue(&self, id: &EntryId, finished: &VerifiedArtifact, stamp: &Stamp) -> Result<Entry, Error> {
        self.issue_as(id, finished, None, stamp).await
    }

    /// Issues a document that was verified, but for a check that was gone round: the entry says so from then on.
    ///
    /// # Errors
    /// As [`Self::issue`].
    pub async fn issue_unchecked(
        &self,
        id: &EntryId,
        finished: &VerifiedArtifact,
        unchecked: Unchecked,
        stamp: &Stamp,
    ) -> Result<Entry, Error> {
        self.issue_as(id, finished, Some(unchecked), stamp).await
    }

    /// Issues a document that nobody looked at here, by its SHA-256 in lower-case hex: another system made, signed and verified
    /// it. The entry says so from then on ([`Unchecked::File`]).
    ///
    /// # Errors
    /// As [`Self::issue`].
    pub async fn issue_unseen(&self, id: &EntryId, sha256: &str, stamp: &Stamp) -> Result<Entry, Error> {
        digest("sha256", sha256)?;
        let sha256 = sha256.to_owned();
        self.change(id, stamp, move |entry| issued(entry, &sha256, Some(Unchecked::File))).await
    }

    async fn issue_as(
        &self,
        id: &EntryId,
        finished: &VerifiedArtifact,
        unchecked: Option<Unchecked>,
        stamp: &Stamp,
    ) -> Result<Entry, Error> {
        loop {
            // Hashing a large file takes its time, and others wait for their turn to write: it's done before.
            let Some(entry) = self.entry(id).await? else { return Err(Refusal::NoEntry(id.clone()).into()) };
            let prepared = entry.prepared().cloned();
            let begins = prepared.as_ref().is_none_or(|prepared| prepared.begins(finished.bytes()));
            let sha256 = finished.sha256().to_owned();
            let decided = move |entry: &Entry| {
                if entry.prepared() != prepared.as_ref() {
                    // Prepared anew meanwhile.
                    return Err(Decision::Again);
                }
                if !begins {
                    return Err(Decision::Refused(Refusal::OtherDocument(entry.number.clone())));
                }
                issued(entry, &sha256, unchecked).map_err(Decision::Refused)
            };
            if let Some(entry) = self.decide(id, stamp, decided).await? {
                return Ok(entry);
            }
        }
    }

    /// The number goes unused: signing failed, or was refused. It stays in the book, marked.
    ///
    /// # Errors
    /// [`Error::Refused`] where the number is issued, void or cancelled, its year closed, or a reason missing.
    pub async fn void(&self, id: &EntryId, reason: &str, stamp: &Stamp) -> Result<Entry, Error> {
        text("reason", reason, 500)?;
        let what = What::Void { reason: reason.to_owned() };
        self.change(id, stamp, move |_| Ok(Some(what))).await
    }

    /// A decision cancels the certification (Thông tư 01/2020/TT-BTP, Điều 7). Its year may be closed.
    ///
    /// # Errors
    /// [`Error::Refused`] where the number isn't issued, or what replaces it isn't in the register.
    pub async fn cancel(&self, id: &EntryId, cancellation: &Cancellation, stamp: &Stamp) -> Result<Entry, Error> {
        text("decision", &cancellation.decision, 100)?;
        let (date, today) = (cancellation.date, stamp.today());
        if date > today {
            return Err(Refusal::Future { date, today }.into());
        }
        if let Some(number) = &cancellation.replaced_by {
            let by = self.definitions.id(number)?;
            let known =
                self.entry(&by).await?.is_some_and(|entry| entry.number == *number && entry.state != State::Void);
            if !known || by == *id {
                return Err(Refusal::NoEntry(by).into());
            }
        }
        let what = What::Cancelled(cancellation.clone());
        self.change(id, stamp, move |_| Ok(Some(what))).await
    }

    /// One event for an entry. `decide` says which, or none where there is nothing to do.
    async fn change(
        &self,
        id: &EntryId,
        stamp: &Stamp,
        decide: impl FnOnce(&Entry) -> Result<Option<What>, Refusal> + Send + 'static,
    ) -> Result<Entry, Error> {
        let changed = self.decide(id, stamp, |entry| decide(entry).map_err(Decision::Refused)).await?;
        changed.ok_or_else(|| Error::internal("a change that nobody decided on"))
    }

    /// The same; nothing where it was decided by what isn't so any more.
    async fn decide(
        &self,
        id: &EntryId,
        stamp: &Stamp,
        decide: impl FnOnce(&Entry) -> Result<Option<What>, Decision> + Send + 'static,
    ) -> Result<Option<Entry>, Error> {
        text("by", &stamp.by, 200)?;
        let (this, id, stamp) = (self.clone(), id.clone(), stamp.clone());
        self.write(move |transaction| {
            Box::pin(async move {
                let mut entry = find(transaction, &id).await?.ok_or_else(|| Refusal::NoEntry(id.clone()))?;
                let what = match decide(&entry) {
                    Ok(Some(what)) => what,
                    Ok(None) => return Ok(Some(entry)),
                    Err(Decision::Again) => return Ok(None),
                    Err(Decision::Refused(refusal)) => return Err(refusal.into()),
                };
                let (state, event) = this.enter(transaction, &entry, what, &stamp).await?;
                entry.state = state;
                entry.history.push(event);
                Ok(Some(entry))
            })
        })
        .await
    }

    /// Enters what happens to an entry.
    async fn enter(
        &self,
        transaction: &mut Transaction,
        entry: &Entry,
        what: What,
        stamp: &Stamp,
    ) -> Result<(State, Event), Error> {
        let (id, number) = (entry.id(), &entry.number);
        let Some(state) = State::after(Some(entry.state), &what) else {
            return Err(Refusal::State { number: number.clone(), state: entry.state }.into());
        };
        if let What::Issued { sha256, .. } = &what {
            once::demand_alone(transaction, &id).await?;
            once::demand_unissued(transaction, number, sha256).await?;
        }
        let noted = matches!(what, What::Cancelled(_) | What::Linked { .. });
        if !noted && closed(transaction, &id.register, id.year).await?.is_some() {
            return Err(Refusal::Closed { register: id.register, year: id.year }.into());
        }
        self.demand_clock(transaction, stamp, false).await?;
        Ok((state, append(transaction, About::from(&id), stamp, what).await?))
    }
}

/// Why an entry isn't changed.
enum Decision {
    /// A rule says no.
    Refused(Refusal),
    /// The entry isn't what was decided by: it's looked at again.
    Again,
}

fn issued(entry: &Entry, sha256: &str, unchecked: Option<Unchecked>) -> Result<Option<What>, Refusal> {
    match entry.issued() {
        Some(known) if known == sha256 && entry.state == State::Issued => Ok(None),
        Some(_) if entry.state == State::Issued => Err(Refusal::IssuedOther(entry.number.clone())),
        _ => Ok(Some(What::Issued { sha256: sha256.to_owned(), unchecked })),
    }
}
