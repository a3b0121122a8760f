//! The edges between what is durable and what comes next, at each of which a test lets the process die or fail. In a program that is
//! built to be used there are none.
//!
//! `ARCHIVE_EDGE=NAME=abort` or `NAME=error`, in the environment of a program with debug assertions: the first time that the edge is
//! reached, the process aborts there, or what it was about fails. `ARCHIVE_LEASE=SECONDS` shortens how long its claims keep others away.
//!
//! ```text
//! claim.begun       nothing is durable           rows.written     rows are in the transaction, which isn't committed
//! claim.durable     T1                           rows.durable     T2; nobody was answered
//! object.whole      bytes, without a name        log.placed       positions in the log
//! object.named      the name, not synced         log.tiled        tiles and bundles of new leaves
//! object.durable    the object; no row           log.signed       the checkpoint's row
//! draft.durable     a draft's bytes; no row      log.shown        the published checkpoint
//! refusal.durable   that it was refused          manifest.written manifests, still in the outbox
//! ```

use crate::error::Error;

/// Goes over an edge.
///
/// # Errors
/// [`Error::Internal`] where a test wants it so.
#[cfg(not(debug_assertions))]
#[expect(clippy::unnecessary_wraps, reason = "with debug assertions it may fail")]
pub(crate) const fn reach(_edge: &'static str) -> Result<(), Error> {
    Ok(())
}

/// Goes over an edge.
///
/// # Errors
/// [`Error::Internal`] where a test wants it so.
#[cfg(debug_assertions)]
pub(crate) fn reach(edge: &'static str) -> Result<(), Error> {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicBool, Ordering};

    static WANTED: LazyLock<Option<(String, String)>> = LazyLock::new(|| {
        let wanted = std::env::var("ARCHIVE_EDGE").ok()?;
        wanted.split_once('=').map(|(edge, what)| (edge.to_owned(), what.to_owned()))
    });
    static REACHED: AtomicBool = AtomicBool::new(false);
    let Some((_, what)) = WANTED.as_ref().filter(|(wanted, _)| wanted == edge) else { return Ok(()) };
    if REACHED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    if what == "abort" {
        std::process::abort();
    }
    Err(Error::Internal(format!("a test wants {edge} to fail")))
}

/// How long a claim keeps other processes away, in microseconds.
#[cfg(not(debug_assertions))]
pub(crate) const fn lease() -> i64 {
    crate::begin::LEASE
}

/// How long a claim keeps other processes away, in microseconds.
#[cfg(debug_assertions)]
pub(crate) fn lease() -> i64 {
    let wanted = std::env::var("ARCHIVE_LEASE").ok().and_then(|seconds| seconds.parse::<i64>().ok());
    wanted.map_or(crate::begin::LEASE, |seconds| seconds.saturating_mul(1_000_000))
}
