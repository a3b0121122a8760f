//! What a run of requests may take in all, and which services didn't answer in it: nobody waits twice for a host that is
//! silent, nor longer than a person would.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kyso::error::connection::Fault;

use crate::guard::Url;

/// All requests of one signing, extension or verification. Clones are the same run.
#[derive(Debug, Clone)]
pub struct Run {
    bound: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// Spent on waiting so far.
    spent: Duration,
    /// Host and port of each that took too long.
    silent: HashSet<String>,
}

impl Run {
    /// How long all requests together are waited for, where nothing else is said.
    pub const BOUND: Duration = Duration::from_mins(10);

    /// A run whose requests take so long in all.
    pub fn within(bound: Duration) -> Self {
        Self { bound, state: Arc::default() }
    }

    /// Begins to count the time anew, as for another document. Hosts that were silent stay so.
    pub(crate) fn restart(&self) {
        self.state().spent = Duration::ZERO;
    }

    /// How long a request to `url` may take that would take `timeout` by itself.
    pub(super) fn admit(&self, url: &Url, timeout: Duration) -> Result<Duration, Fault> {
        let state = self.state();
        let left = self.bound.saturating_sub(state.spent);
        if left.is_zero() {
            return Err(Fault::RunOver(self.bound));
        }
        if state.silent.contains(&url.host_and_port()) {
            return Err(Fault::Skipped);
        }
        Ok(timeout.min(left))
    }

    /// Whether the host of `url` took too long already.
    pub(super) fn is_silent(&self, url: &Url) -> bool {
        self.state().silent.contains(&url.host_and_port())
    }

    /// Time that is left.
    pub(super) fn left(&self) -> Duration {
        self.bound.saturating_sub(self.state().spent)
    }

    /// Notes how a request ended, of which `url` was the last that was asked.
    pub(super) fn note<T>(&self, url: &Url, outcome: Result<T, Fault>, times: Times) -> Result<T, Fault> {
        let mut state = self.state();
        state.spent = state.spent.saturating_add(times.spent);
        match outcome {
            // The bound, not the service, ended it.
            Err(Fault::TimedOut(_)) if times.allowed < times.timeout || self.bound <= state.spent => {
                Err(Fault::RunOver(self.bound))
            }
            Err(Fault::TimedOut(after)) => {
                state.silent.insert(url.host_and_port());
                Err(Fault::TimedOut(after))
            }
            other => other,
        }
    }

    /// Waits before something is asked again, as far as time is left.
    pub(crate) fn pause(&self, pause: Duration) {
        let pause = pause.min(self.left());
        std::thread::sleep(pause);
        let mut state = self.state();
        state.spent = state.spent.saturating_add(pause);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The times of one request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// What it would have had by itself.
    pub(super) timeout: Duration,
    /// What it had within the run.
    pub(super) allowed: Duration,
    /// What it took.
    pub(super) spent: Duration,
}

impl Default for Run {
    fn default() -> Self {
        Self::within(Self::BOUND)
    }
}
