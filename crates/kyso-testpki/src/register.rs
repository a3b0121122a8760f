//! What a CA knows of the certificates that it revoked: over time, so that any moment's CRL and answer can be made.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::Identity;

/// Why a certificate was revoked (CRLReason, RFC 5280, 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// 0
    Unspecified = 0,
    /// 1
    KeyCompromise = 1,
    /// 2
    CaCompromise = 2,
    /// 3
    AffiliationChanged = 3,
    /// 4
    Superseded = 4,
    /// 5
    CessationOfOperation = 5,
    /// 6: may end.
    CertificateHold = 6,
    /// 8: only in delta CRLs.
    RemoveFromCrl = 8,
}

/// An entry of a CRL.
#[derive(Debug, Clone)]
pub struct CrlEntry {
    /// The certificate's serial number, most significant byte first.
    pub serial: Vec<u8>,
    /// The time of revocation.
    pub at: Timestamp,
    /// Why, if it's said.
    pub reason: Option<Reason>,
    /// invalidityDate: since when the key is feared to be lost (RFC 5280, 5.3.2).
    pub invalid_since: Option<Timestamp>,
}

impl CrlEntry {
    /// Of this certificate.
    pub fn of(identity: &Identity, at: Timestamp, reason: Option<Reason>) -> Self {
        Self { serial: identity.serial(), at, reason, invalid_since: None }
    }
}

#[derive(Debug, Clone)]
struct Event {
    entry: CrlEntry,
    /// A hold's end.
    until: Option<Timestamp>,
}

impl Event {
    fn stands(&self, time: Timestamp) -> bool {
        self.entry.at <= time && self.until.is_none_or(|until| time < until)
    }

    fn ended(&self, since: Timestamp, time: Timestamp) -> bool {
        self.until.is_some_and(|until| since < until && until <= time)
    }
}

/// The revocations of one CA, past and to come. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Register(Arc<Mutex<Vec<Event>>>);

impl Register {
    /// Revokes from `at` on.
    pub fn revoke(&self, identity: &Identity, at: Timestamp, reason: Option<Reason>) {
        self.push(Event { entry: CrlEntry::of(identity, at, reason), until: None });
    }

    /// Puts on hold, until the hold ends if it does.
    pub fn hold(&self, identity: &Identity, from: Timestamp, until: Option<Timestamp>) {
        self.push(Event { entry: CrlEntry::of(identity, from, Some(Reason::CertificateHold)), until });
    }

    /// What a full CRL lists at a time.
    pub fn entries(&self, time: Timestamp) -> Vec<CrlEntry> {
        self.events(|event| event.stands(time).then(|| event.entry.clone()))
    }

    /// What a delta CRL lists at a time, against the full one of `since`: new entries, and the holds that ended.
    pub fn changes(&self, since: Timestamp, time: Timestamp) -> Vec<CrlEntry> {
        self.events(|event| {
            if event.ended(since, time) && event.entry.at <= since {
                Some(CrlEntry { reason: Some(Reason::RemoveFromCrl), ..event.entry.clone() })
            } else {
                (event.stands(time) && event.entry.at > since).then(|| event.entry.clone())
            }
        })
    }

    /// The revocation of this serial number that stands at a time.
    pub fn revocation(&self, serial: &[u8], time: Timestamp) -> Option<CrlEntry> {
        self.entries(time).into_iter().find(|entry| entry.serial == serial)
    }

    fn push(&self, event: Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    fn events(&self, pick: impl Fn(&Event) -> Option<CrlEntry>) -> Vec<CrlEntry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().filter_map(pick).collect()
    }
}
