//! Turns: of those in this process who are about the same, one works and the others wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Locks = HashMap<String, Arc<tokio::sync::Mutex<()>>>;

/// Who is at work on which subject.
#[derive(Debug, Default, Clone)]
pub(crate) struct Turns(Arc<Mutex<Locks>>);

impl Turns {
    /// Waits until no one else is at work on the subject.
    pub(crate) async fn turn(&self, subject: String) -> Turn {
        let lock = Arc::clone(self.locks().entry(subject.clone()).or_default());
        let waiting = Waiting { turns: self.clone(), subject };
        let guard = lock.lock_owned().await;
        Turn { guard: Some(guard), _waiting: waiting }
    }

    fn locks(&self) -> MutexGuard<'_, Locks> {
        // The map is whole after any panic: each change to it is one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to be at work on a subject. Others with the same subject wait until the value is dropped.
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

/// A caller that waits or works on a subject; the last to leave removes it, whether it got its turn or gave up.
#[derive(Debug)]
struct Waiting {
    turns: Turns,
    subject: String,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut locks = self.turns.locks();
        if locks.get(&self.subject).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            locks.remove(&self.subject);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_turn_at_a_time_and_no_subject_is_left_behind() {
        let turns = Turns::default();
        let first = turns.turn("k".into()).await;
        let other = {
            let turns = turns.clone();
            tokio::spawn(async move { turns.turn("k".into()).await })
        };
        let impatient = tokio::time::timeout(std::time::Duration::from_millis(20), turns.turn("k".into())).await;
        assert!(impatient.is_err(), "two had their turn at once");
        assert!(!other.is_finished());
        drop(turns.turn("l".into()).await);
        drop(first);
        drop(other.await.unwrap());
        assert!(turns.locks().is_empty());
    }
}
