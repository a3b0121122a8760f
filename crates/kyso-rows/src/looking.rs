//! Connections that look at a file of SQLite's while another one writes: all statements of a work run on one thread that may wait for
//! the disk. Handed to another thread and back, each would cost more than most of them take.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::error::Error;
use crate::schema::Kind;
use crate::{Doing, Transaction, values, written};

/// The connections, as many as may look at once. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Looking<K: Kind> {
    path: PathBuf,
    free: Arc<Mutex<Vec<Transaction<K>>>>,
    places: Arc<Semaphore>,
}

impl<K: Kind> Looking<K> {
    /// For this file; each connection is opened when it's needed first.
    pub(crate) fn at(path: &Path, most: u32) -> Self {
        let places = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
        Self { path: path.to_owned(), free: Arc::default(), places }
    }

    /// What the work finds in the rows as they're now.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        work: impl for<'t> FnOnce(&'t mut Transaction<K>) -> Doing<'t, T, K::Error> + Send + 'static,
    ) -> Result<T, K::Error> {
        let closed = |_| Error::database(sqlx::Error::PoolClosed);
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(closed)?;
        let (own, runtime) = (self.clone(), Handle::current());
        let looked = tokio::task::spawn_blocking(move || {
            let _place = place;
            let mut transaction = own.taken()?;
            let found = runtime.block_on(async {
                transaction.run("BEGIN", values![]).await?;
                let found = work(&mut transaction).await?;
                transaction.run("COMMIT", values![]).await?;
                Ok(found)
            });
            // After an error nobody knows what is open in it.
            if found.is_ok() {
                own.free.lock().unwrap_or_else(PoisonError::into_inner).push(transaction);
            }
            found
        });
        looked.await.map_err(|_| K::Error::from(Error::Internal("a look at the database panicked".into())))?
    }

    fn taken(&self) -> Result<Transaction<K>, Error> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match free {
            Some(free) => Ok(free),
            None => written::open_to_read::<K>(&self.path).map(Transaction::of_writing).map_err(Error::of_sqlite),
        }
    }

    /// Closes the connections, once nobody looks any more.
    pub(crate) async fn close(&self, most: u32) {
        let all = self.places.acquire_many(most).await;
        self.places.close();
        drop(all);
        self.free.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
