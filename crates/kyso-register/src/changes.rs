//! What happens to a number after it was given out.

use kyso::VerifiedArtifact;

use crate::entry::{Cancellation, Entry, EntryId, Prepared, State, digest, text};
use crate::error::Error;
use crate::event::{Unchecked, What};
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
        self.change(id, stamp, |entry| match entry.prepared() {
            Some(known) if known == prepared && matches!(entry.state, State::Rendered | State::Issued) => Ok(None),
            _ => Ok(Some(What::Rendered(prepared.clone()))),
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
        self.change(id, stamp, |entry| issued(entry, sha256, Some(Unchecked::File))).await
    }

    async fn issue_as(
        &self,
        id: &EntryId,
        finished: &VerifiedArtifact,
        unchecked: Option<Unchecked>,
        stamp: &Stamp,
    ) -> Result<Entry, Error> {
        self.change(id, stamp, |entry| {
            if entry.prepared().is_some_and(|prepared| !prepared.begins(finished.bytes())) {
                return Err(Refusal::OtherDocument(entry.number.clone()));
            }
            issued(entry, finished.sha256(), unchecked)
        })
        .await
    }

    /// The number goes unused: signing failed, or was refused. It stays in the book, marked.
    ///
    /// # Errors
    /// [`Error::Refused`] where the number is issued, void or cancelled, its year closed, or a reason missing.
    pub async fn void(&self, id: &EntryId, reason: &str, stamp: &Stamp) -> Result<Entry, Error> {
        text("reason", reason, 500)?;
        self.change(id, stamp, |_| Ok(Some(What::Void { reason: reason.to_owned() }))).await
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
        self.change(id, stamp, |_| Ok(Some(What::Cancelled(cancellation.clone())))).await
    }

    /// One event for an entry. `decide` says which, or none where there is nothing to do.
    async fn change(
        &self,
        id: &EntryId,
        stamp: &Stamp,
        decide: impl FnOnce(&Entry) -> Result<Option<What>, Refusal>,
    ) -> Result<Entry, Error> {
        text("by", &stamp.by, 200)?;
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(Error::database)?;
        let mut entry = find(&mut transaction, id).await?.ok_or_else(|| Refusal::NoEntry(id.clone()))?;
        let Some(what) = decide(&entry)? else { return Ok(entry) };
        let Some(state) = State::after(Some(entry.state), &what) else {
            return Err(Refusal::State { number: entry.number, state: entry.state }.into());
        };
        if let What::Issued { sha256, .. } = &what {
            once::demand_alone(&mut transaction, id).await?;
            once::demand_unissued(&mut transaction, &entry.number, sha256).await?;
        }
        let noted = matches!(what, What::Cancelled(_) | What::Linked { .. });
        if !noted && closed(&mut transaction, &id.register, id.year).await?.is_some() {
            return Err(Refusal::Closed { register: id.register.clone(), year: id.year }.into());
        }
        self.demand_clock(&mut transaction, stamp, false).await?;
        let event = append(&mut transaction, About::from(id), stamp, what).await?;
        transaction.commit().await.map_err(Error::database)?;
        entry.state = state;
        entry.history.push(event);
        Ok(entry)
    }
}

fn issued(entry: &Entry, sha256: &str, unchecked: Option<Unchecked>) -> Result<Option<What>, Refusal> {
    match entry.issued() {
        Some(known) if known == sha256 && entry.state == State::Issued => Ok(None),
        Some(_) if entry.state == State::Issued => Err(Refusal::IssuedOther(entry.number.clone())),
        _ => Ok(Some(What::Issued { sha256: sha256.to_owned(), unchecked })),
    }
}
