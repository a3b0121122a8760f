//! What every request shares.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use kyso::{BaselineLevel, Policy};
use kyso_archive::{Archive, Loose, loose, loose_in};
use kyso_desk::Drawing;
use kyso_desk::dangerous::Waived;
use kyso_desk::drafts::Store;
use kyso_view::Apart;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Config;
use crate::keys::Key;
use crate::office::Office;
use crate::outside::Services;
use crate::problem::{Problem, Result};
use crate::server::ServeError;
use crate::token::Tokens;
use crate::trust::Trust;

/// How many uploads, and beside them how many downloads, are in memory at once.
const IN_MEMORY: u32 = 8;

/// What every request shares.
pub(crate) type Shared = Arc<Service>;

/// The service's keys, callers, rules, archive and bounds.
pub(crate) struct Service {
    pub(crate) archive: Archive,
    pub(crate) tokens: Tokens,
    pub(crate) keys: BTreeMap<String, Key>,
    pub(crate) upload_limit: usize,
    pub(crate) request_timeout: Duration,
    pub(crate) services: Services,
    seals_untrusted: bool,
    office: Option<Office>,
    trust: Trust,
    uploads: Arc<Semaphore>,
    downloads: Arc<Semaphore>,
    processors: Arc<Semaphore>,
    drawing: Option<Apart>,
    drawers: Arc<Semaphore>,
}

impl Service {
    /// Opens everything that the configuration names.
    pub(crate) async fn open(config: &Config) -> std::result::Result<Self, ServeError> {
        warn_of_loose(config);
        let mut opened = BTreeMap::new();
        for key in &config.keys {
            opened.insert(key.name.clone(), Key::open(config, key)?);
        }
        let office = match &config.office {
            Some(office) => Some(Office::open(config, office).await?),
            None => None,
        };
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            tokens: Tokens::new(&config.tokens),
            keys: opened,
            upload_limit: config.upload_limit,
            request_timeout: config.request_timeout,
            services: Services::open(config)?,
            seals_untrusted: config.dangerous_seal_untrusted,
            office,
            trust: Trust::open(config)?,
            uploads: Arc::new(Semaphore::new(IN_MEMORY as usize)),
            downloads: Arc::new(Semaphore::new(IN_MEMORY as usize)),
            processors: Arc::new(Semaphore::new(processors)),
            drawing: config.drawing.clone(),
            drawers: Arc::new(Semaphore::new(processors)),
            archive: Archive::open(&config.data_dir).await?,
        })
    }

    /// What certifies, where the configuration has it.
    pub(crate) fn office(&self) -> Result<&Office> {
        self.office.as_ref().ok_or_else(Problem::no_office)
    }

    /// Where results are kept, and the register that has their numbers.
    pub(crate) fn store(&self) -> Result<Store<'_>> {
        Ok(Store { archive: &self.archive, register: &self.office()?.register })
    }

    /// The rule of sealing that the configuration goes round.
    pub(crate) fn waived(&self) -> Option<Waived> {
        self.seals_untrusted.then_some(Waived::Trust)
    }

    /// What draws the pages of strangers' files.
    pub(crate) fn drawing(&self) -> Drawing<'_> {
        self.drawing.as_ref().ok_or(kyso_view::Error::NotSetUp)
    }

    /// The rules to judge by, now.
    pub(crate) fn policy(&self, now: Timestamp) -> Policy {
        self.trust.policy(now)
    }

    /// The right to hold an upload in memory.
    pub(crate) async fn upload_permit(&self) -> Result<OwnedSemaphorePermit> {
        self.permit(&self.uploads).await
    }

    /// The right to hold a download in memory.
    pub(crate) async fn download_permit(&self) -> Result<OwnedSemaphorePermit> {
        self.permit(&self.downloads).await
    }

    async fn permit(&self, semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
        let permit = within(self.request_timeout, semaphore.clone().acquire_owned(), Problem::busy).await?;
        permit.map_err(|_| Problem::busy())
    }

    /// Does work that keeps a processor busy, as much at once as there are processors.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = self.processors.clone().acquire_owned().await.map_err(|_| Problem::busy())?;
        let work = move || {
            let _permit = permit;
            work()
        };
        Self::apart(work).await
    }

    /// Does work at a level. Level B asks nobody outside; other work mostly waits for services there, and holds no processor
    /// meanwhile: there are as many at once as uploads in memory.
    pub(crate) async fn work_at<T: Send + 'static>(
        &self,
        level: BaselineLevel,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match level {
            BaselineLevel::B => self.compute(work).await,
            _ => Self::apart(work).await,
        }
    }

    /// Looks at pages, which another process draws: as many at once as there are processors, beside what is computed.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(std::result::Result<&Apart, kyso_view::Error>) -> T + Send + 'static,
    ) -> Result<T> {
        let permit = self.drawers.clone().acquire_owned().await.map_err(|_| Problem::busy())?;
        let drawing = self.drawing.clone();
        let work = move || {
            let _permit = permit;
            Ok(work(drawing.as_ref().ok_or(kyso_view::Error::NotSetUp)))
        };
        Self::apart(work).await
    }

    async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        tokio::task::spawn_blocking(work).await.map_err(|error| {
            tracing::error!(%error, "the work was cut off");
            Problem::internal()
        })?
    }

    /// Comes back when no upload is in hand any more, nor work on one.
    pub(crate) async fn idle(&self) {
        // Nothing closes the semaphore, so there's no error to speak of.
        let _ = self.uploads.acquire_many(IN_MEMORY).await;
    }
}

/// Says what others on this computer can get at: the archive, the register, keys and their passwords, callers' tokens.
fn warn_of_loose(config: &Config) {
    let register = config.office.as_ref().map(|office| &office.register);
    let directories = [Some(&config.data_dir), register].into_iter().flatten().flat_map(|path| loose_in(path));
    let files = config.keys.iter().flat_map(|key| [&key.p12, &key.key, &key.pass_file]).flatten();
    for Loose { path, mode, wanted } in directories.chain(files.filter_map(|path| loose(path))) {
        tracing::warn!("others on this computer can get at {0} ({mode:03o}): chmod {wanted:03o} '{0}'", path.display());
    }
}

/// What comes of it in time, or the problem.
pub(crate) async fn within<T>(limit: Duration, work: impl Future<Output = T>, late: fn() -> Problem) -> Result<T> {
    tokio::time::timeout(limit, work).await.map_err(|_| late())
}
