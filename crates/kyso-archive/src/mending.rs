//! Files that follow from rows: the log's tiles and bundles, and manifests. Held against what they follow from, and written again where
//! they aren't that.
//!
//! ```text
//! told        what came of it, as events of the log, and what is damaged still
//! leaves      the hashes of leaves by rows, proved by the root that was signed; proofs where tiles give none
//! log         tiles and bundles, in either store
//! manifests   manifests
//! rows        rows that follow from records, put in again where they're gone
//! ```

mod leaves;
mod log;
mod manifests;
mod rows;
mod told;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

pub(crate) use manifests::is_manifest_of;
pub(crate) use told::{Faulty, Mended};

use crate::archive::Archive;
use crate::clock::now;

/// How long a suspicion waits after the whole log was looked at, in microseconds: a minute.
const PAUSE: i64 = 60 * 1_000_000;

/// Whether the log's files are held to be what was signed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Suspicion(Arc<Suspected>);

#[derive(Debug, Default)]
struct Suspected {
    /// Somebody has met a file that isn't what was signed.
    is_raised: AtomicBool,
    /// When all of them were last looked at, in microseconds.
    looked: AtomicI64,
    /// Nothing gives the root that was signed: the log can't go on.
    is_stuck: AtomicBool,
}

impl Suspicion {
    /// Whether it was raised; from here on it isn't.
    pub(crate) fn take(&self) -> bool {
        self.0.is_raised.swap(false, Ordering::Relaxed)
    }

    /// Whether the log can't go on.
    pub(crate) fn is_stuck(&self) -> bool {
        self.0.is_stuck.load(Ordering::Relaxed)
    }

    /// The last tiles are what was signed: the log goes on.
    pub(crate) fn is_sound(&self) {
        self.0.is_stuck.store(false, Ordering::Relaxed);
    }

    fn looked(&self, is_stuck: bool) {
        self.0.is_stuck.store(is_stuck, Ordering::Relaxed);
        self.0.looked.store(now(), Ordering::Relaxed);
    }
}

impl Archive {
    /// Somebody has met a file of the log that isn't what was signed: whoever gives events their places looks at all of them.
    pub(crate) fn suspect_log(&self) {
        let suspected = &self.suspicion.0;
        if self.keys.is_none() || !self.database.is_written() {
            return;
        }
        // What nobody can mend isn't looked at for each that meets it.
        if now().saturating_sub(suspected.looked.load(Ordering::Relaxed)) > PAUSE {
            suspected.is_raised.store(true, Ordering::Relaxed);
            self.woken.notify_one();
        }
    }
}
