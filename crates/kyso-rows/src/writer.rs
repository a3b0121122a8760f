//! Group commit: one thread has the connection that writes, and puts everything that waits into one transaction.
//!
//! Each work is in a savepoint of its own: where it fails, the others stay. Whoever waits is woken after the commit. So many
//! writers share one sync of the disk, and one writer alone waits for nobody.

use tokio::sync::{mpsc, oneshot};

use crate::error::Error;
use crate::place::Place;
use crate::schema::Kind;
use crate::{Doing, Transaction, values};

/// How many works share a transaction at most.
const GROUP: usize = 256;
/// How many works may wait; who comes later waits for a place.
const QUEUE: usize = 1024;

/// A work, and whom to tell of its end.
trait Job<K: Kind>: Send {
    /// Does the work in the transaction. Whether its changes stay.
    fn run<'t>(&'t mut self, transaction: &'t mut Transaction<K>) -> Doing<'t, (), K::Error>;
    /// The transaction is durable, or failed with this.
    fn told(self: Box<Self>, error: Option<K::Error>);
}

struct Work<K: Kind, W, T> {
    work: Option<W>,
    outcome: Option<Result<T, K::Error>>,
    done: oneshot::Sender<Result<T, K::Error>>,
}

impl<K, W, T> Job<K> for Work<K, W, T>
where
    K: Kind,
    W: for<'t> FnOnce(&'t mut Transaction<K>) -> Doing<'t, T, K::Error> + Send,
    T: Send,
{
    fn run<'t>(&'t mut self, transaction: &'t mut Transaction<K>) -> Doing<'t, (), K::Error> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return Err(Error::Internal("a work was begun twice".into()).into());
            };
            let outcome = work(transaction).await;
            let done = outcome.as_ref().map(|_| ()).map_err(K::again);
            self.outcome = Some(outcome);
            done
        })
    }

    fn told(self: Box<Self>, error: Option<K::Error>) {
        let outcome = match (self.outcome, error) {
            (Some(Err(error)), _) | (_, Some(error)) => Err(error),
            (Some(outcome), None) => outcome,
            (None, None) => Err(Error::Internal("a work wasn't begun".into()).into()),
        };
        // Who doesn't wait any more has hung up; what was written stays.
        let _ = self.done.send(outcome);
    }
}

/// What was written since the database was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Transactions.
    pub groups: u64,
    /// Works in them.
    pub works: u64,
    /// Transactions that failed.
    pub failed: u64,
    /// How long they took, in microseconds.
    pub microseconds: u64,
}

impl Written {
    pub(crate) fn add(&mut self, works: usize, took: std::time::Duration, failed: bool) {
        self.groups = self.groups.saturating_add(1);
        self.works = self.works.saturating_add(u64::try_from(works).unwrap_or(u64::MAX));
        self.failed = self.failed.saturating_add(failed.into());
        self.microseconds = self.microseconds.saturating_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }
}

/// Hands works to the thread. The thread ends, and the connection is closed, once every clone is gone or [`close`](Self::close)
/// was called.
#[derive(Debug, Clone)]
pub(crate) struct Writer<K: Kind> {
    written: std::sync::Arc<std::sync::Mutex<Written>>,
    queue: mpsc::Sender<Box<dyn Job<K>>>,
    ended: std::sync::Arc<tokio::sync::Mutex<Option<oneshot::Receiver<()>>>>,
    closing: std::sync::Arc<tokio::sync::Notify>,
}

impl<K: Kind> Writer<K> {
    /// Starts the thread: its statements and syncs keep no task of the runtime waiting.
    pub(crate) fn start(transaction: Transaction<K>, place: std::sync::Arc<Place>) -> Result<Self, Error> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (tell, ended) = oneshot::channel();
        let closing = std::sync::Arc::new(tokio::sync::Notify::new());
        let written = std::sync::Arc::default();
        let served = serve(transaction, place, waiting, closing.clone(), std::sync::Arc::clone(&written));
        let runtime = tokio::runtime::Handle::current();
        let thread = std::thread::Builder::new().name("writer".into()).spawn(move || {
            runtime.block_on(served);
            // Who doesn't wait for it has hung up.
            let _ = tell.send(());
        });
        thread.map_err(|error| Error::Internal(format!("no thread for the database: {error}")))?;
        Ok(Self { written, queue, ended: std::sync::Arc::new(tokio::sync::Mutex::new(Some(ended))), closing })
    }

    /// Does the work in a transaction that others may share.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl for<'t> FnOnce(&'t mut Transaction<K>) -> Doing<'t, T, K::Error> + Send + 'static,
    ) -> Result<T, K::Error> {
        let closed = || K::Error::from(Error::database(sqlx::Error::PoolClosed));
        let (done, told) = oneshot::channel();
        let job = Work { work: Some(work), outcome: None, done };
        self.queue.send(Box::new(job)).await.map_err(|_| closed())?;
        told.await.map_err(|_| closed())?
    }

    /// What was written so far.
    pub(crate) fn written(&self) -> Written {
        *self.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Finishes what waits, and closes the connection.
    pub(crate) async fn close(&self) {
        self.closing.notify_one();
        if let Some(ended) = self.ended.lock().await.take() {
            // A thread that panicked has closed its connection too.
            let _ = ended.await;
        }
    }
}

async fn serve<K: Kind>(
    mut transaction: Transaction<K>,
    place: std::sync::Arc<Place>,
    mut waiting: mpsc::Receiver<Box<dyn Job<K>>>,
    closing: std::sync::Arc<tokio::sync::Notify>,
    written: std::sync::Arc<std::sync::Mutex<Written>>,
) {
    let mut broken = false;
    loop {
        let first = tokio::select! {
            biased;
            job = waiting.recv() => job,
            () = closing.notified() => { waiting.close(); continue }
        };
        let Some(first) = first else { break };
        let mut group = vec![first];
        while group.len() < GROUP {
            match waiting.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        if broken {
            group.into_iter().for_each(|job| job.told(Some(Error::ReadOnly.into())));
            continue;
        }
        let begun = std::time::Instant::now();
        let mut outcome = commit(&mut transaction, &mut group).await;
        // Also where it failed: that may be why.
        if let Some(fault) = place.fault() {
            // What was written lies in a file that nobody will open.
            outcome = Err(Failed { error: fault.into(), is_final: true });
        }
        let mut sum = written.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        sum.add(group.len(), begun.elapsed(), outcome.is_err());
        drop(sum);
        // After a sync that failed, nobody knows what is on the disk: writing on would build on it. So with another file.
        broken = outcome.as_ref().is_err_and(|failed| failed.is_final);
        if broken {
            tracing::error!(
                "the disk failed under the database, or its files were replaced: nothing is written any more"
            );
        }
        let error = outcome.err().map(|failed| failed.error);
        group.into_iter().for_each(|job| job.told(error.as_ref().map(K::again)));
    }
    transaction.close().await;
    // Only now is its file closed.
    drop(place);
}

/// Why a transaction failed.
struct Failed<K: Kind> {
    error: K::Error,
    /// A sync failed.
    is_final: bool,
}

impl<K: Kind> From<Error> for Failed<K> {
    fn from(error: Error) -> Self {
        Self { is_final: error.is_final(), error: error.into() }
    }
}

/// Runs the group in one transaction. After an error none is open.
async fn commit<K: Kind>(transaction: &mut Transaction<K>, group: &mut [Box<dyn Job<K>>]) -> Result<(), Failed<K>> {
    transaction.execute("BEGIN IMMEDIATE", values![]).await?;
    let mut done = together(transaction, group).await;
    if done.is_ok() {
        done = transaction.execute("COMMIT", values![]).await.map(|_| ()).map_err(Failed::from);
    }
    if done.is_err() {
        // Where SQLite has rolled back by itself (a full disk, a failed read), there's nothing left to roll back.
        let _ = transaction.execute("ROLLBACK", values![]).await;
    }
    done
}

/// Runs each work of the group in a savepoint of its own.
async fn together<K: Kind>(transaction: &mut Transaction<K>, group: &mut [Box<dyn Job<K>>]) -> Result<(), Failed<K>> {
    for job in group {
        transaction.execute("SAVEPOINT work", values![]).await?;
        if let Err(error) = unpanicked::<K>(job.run(transaction)).await
            && transaction.execute("ROLLBACK TO work", values![]).await.is_err()
        {
            // SQLite has rolled back the whole transaction because of this error: nobody's work stays.
            return Err(Failed { error, is_final: false });
        }
        transaction.execute("RELEASE work", values![]).await?;
    }
    Ok(())
}

/// A work that panics has failed, and takes nobody else's with it.
async fn unpanicked<K: Kind>(mut work: Doing<'_, (), K::Error>) -> Result<(), K::Error> {
    let polled = |context: &mut std::task::Context<'_>| {
        let poll = std::panic::AssertUnwindSafe(|| work.as_mut().poll(context));
        let panicked = || Err(Error::Internal("a work on the database panicked".into()).into());
        std::panic::catch_unwind(poll).unwrap_or_else(|_| std::task::Poll::Ready(panicked()))
    };
    std::future::poll_fn(polled).await
}
