//! Idempotency: a request made twice is done once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::artifact::Artifact;

/// What makes two requests the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Who asks: keys of different actors have nothing to do with each other.
    pub actor: String,
    /// The key that the caller chose.
    pub key: String,
    /// SHA-256, lower-case hex, over everything that the answer depends on.
    pub request: String,
}

/// What a key stands for.
#[derive(Debug)]
pub enum Claim {
    /// The request was done before: this was kept.
    Kept(Artifact),
    /// It's this caller's turn to do it. Others with the same key wait until the value is dropped.
    Open(Claimed),
}

/// The right to do the one request under a key. Only [`Archive::claim`](crate::Archive::claim) makes it.
#[derive(Debug)]
pub struct Claimed {
    pub(crate) idempotency: Idempotency,
    _turn: Turn,
}

type Name = (String, String);
type Turns = HashMap<Name, Arc<tokio::sync::Mutex<()>>>;

/// Who is at work under which key.
#[derive(Debug, Default, Clone)]
pub(crate) struct Claims(Arc<Mutex<Turns>>);

impl Claims {
    /// Waits until no one else is at work under the key.
    pub(crate) async fn turn(&self, idempotency: Idempotency) -> Claimed {
        let name = (idempotency.actor.clone(), idempotency.key.clone());
        let lock = Arc::clone(self.turns().entry(name.clone()).or_default());
        let waiting = Waiting { claims: self.clone(), name };
        let guard = lock.lock_owned().await;
        Claimed { idempotency, _turn: Turn { guard: Some(guard), _waiting: waiting } }
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        // The map is whole after any panic: each change to it is one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holds the lock, and releases it before the map is tidied.
#[derive(Debug)]
struct Turn {
    guard: Option<tokio::sync::OwnedMutexGuard<()>>,
    _waiting: Waiting,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
    }
}

/// One that waits or works under a name; the last to leave removes the name, whether it got its turn or gave up.
#[derive(Debug)]
struct Waiting {
    claims: Claims,
    name: Name,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut turns = self.claims.turns();
        if turns.get(&self.name).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            turns.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idempotency() -> Idempotency {
        Idempotency { actor: "a".into(), key: "k".into(), request: "r".into() }
    }

    #[tokio::test]
    async fn one_turn_at_a_time_and_no_name_is_left_behind() {
        let claims = Claims::default();
        let first = claims.turn(idempotency()).await;
        let other = {
            let claims = claims.clone();
            tokio::spawn(async move { claims.turn(idempotency()).await })
        };
        let impatient = tokio::time::timeout(std::time::Duration::from_millis(20), claims.turn(idempotency())).await;
        assert!(impatient.is_err(), "two had their turn at once");
        assert!(!other.is_finished());
        drop(first);
        drop(other.await.unwrap());
        assert!(claims.turns().is_empty());
    }
}
