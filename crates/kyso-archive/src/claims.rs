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
    /// The request was done before.
    Kept {
        /// What was kept.
        artifact: Artifact,
        /// What else was answered ([`Claimed::answering`]): JSON.
        answer: Option<String>,
    },
    /// The caller's turn to keep an artifact under the key. Other callers with the key wait until the value is dropped.
    Open(Claimed),
}

/// The right to do the one request under a key. Only [`Archive::claim`](crate::Archive::claim) makes it.
#[derive(Debug)]
pub struct Claimed {
    pub(crate) idempotency: Idempotency,
    pub(crate) answer: Option<String>,
    _turn: Turn,
}

impl Claimed {
    /// The same right; whoever asks again under the key is given this too, beside what is kept: JSON.
    #[must_use]
    pub fn answering(self, answer: String) -> Self {
        Self { answer: Some(answer), ..self }
    }
}

/// What one at a time is at work under.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    /// An actor's idempotency key.
    Key(String, String),
    /// Something that requests under several keys are about.
    Subject(String),
}

type Turns = HashMap<Name, Arc<tokio::sync::Mutex<()>>>;

/// Who is at work under which key.
#[derive(Debug, Default, Clone)]
pub(crate) struct Claims(Arc<Mutex<Turns>>);

impl Claims {
    /// Waits until no one else is at work under the key.
    pub(crate) async fn claim(&self, idempotency: Idempotency) -> Claimed {
        let turn = self.turn(Name::Key(idempotency.actor.clone(), idempotency.key.clone())).await;
        Claimed { idempotency, answer: None, _turn: turn }
    }

    /// Waits until no one else is at work under the name.
    pub(crate) async fn turn(&self, name: Name) -> Turn {
        let lock = Arc::clone(self.turns().entry(name.clone()).or_default());
        let waiting = Waiting { claims: self.clone(), name };
        let guard = lock.lock_owned().await;
        Turn { guard: Some(guard), _waiting: waiting }
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        // The map is whole after any panic: each change to it is one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to be at work under a name. Others with the same name wait until the value is dropped.
#[derive(Debug)]
#[must_use = "the turn ends when it's dropped"]
pub struct Turn {
    // Released before the map is tidied.
    guard: Option<tokio::sync::OwnedMutexGuard<()>>,
    _waiting: Waiting,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
    }
}

/// A caller that waits or works under a name; the last to leave removes the name, whether it got its turn or gave up.
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
        let first = claims.claim(idempotency()).await;
        let other = {
            let claims = claims.clone();
            tokio::spawn(async move { claims.claim(idempotency()).await })
        };
        let impatient = tokio::time::timeout(std::time::Duration::from_millis(20), claims.claim(idempotency())).await;
        assert!(impatient.is_err(), "two had their turn at once");
        assert!(!other.is_finished());
        drop(first);
        drop(other.await.unwrap());
        assert!(claims.turns().is_empty());
    }
}
