//! What every request shares.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use kyso::{BaselineLevel, Policy};
use kyso_archive::{Archive, Caller, Loose, Reading, Uuid, loose, loose_in};
use kyso_desk::Drawing;
use kyso_desk::dangerous::Waived;
use kyso_desk::drafts::Store;
use kyso_view::Apart;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::bounds::{Bounds, IN_MEMORY};
use crate::config::{AgencyConfig, TokenConfig};
use crate::keys::Key;
use crate::office::Office;
use crate::outside::Services;
use crate::problem::{Problem, Result};
use crate::register_head::{self, Refused};
use crate::requests::Requests;
use crate::server::ServeError;
use crate::token::Tokens;
use crate::trust::Trust;
use crate::upkeep::MANIFESTS;

/// What every request shares.
pub(crate) type Shared = Arc<Service>;

/// An agency's keys, callers, rules and archive, and the process's bounds.
pub(crate) struct Service {
    agency: Option<String>,
    /// Why nothing is copied though the configuration says so.
    pub(crate) second_missing: Option<String>,
    pub(crate) archive: Archive,
    /// The archive's directory: its keys and what is marked of it lie there.
    pub(crate) directory: PathBuf,
    pub(crate) tokens: Tokens,
    pub(crate) keys: BTreeMap<String, Key>,
    pub(crate) bounds: Bounds,
    pub(crate) services: Services,
    pub(crate) requests: Arc<Requests>,
    seals_untrusted: bool,
    office: Option<Office>,
    trust: Trust,
}

impl Service {
    /// Opens everything that the agency's configuration names.
    pub(crate) async fn open(config: &AgencyConfig, bounds: Bounds) -> std::result::Result<Self, ServeError> {
        warn_of_loose(config);
        let mut opened = BTreeMap::new();
        for key in &config.keys {
            opened.insert(key.name.clone(), Key::open(config, key)?);
        }
        let office = match &config.office {
            Some(office) => Some(Office::open(config, office).await?),
            None => None,
        };
        let location = config.location()?;
        let second = config.second_store()?;
        let (services, trust) = (Services::open(config)?, Trust::open(config)?);
        let witnesses = services.witnesses(config)?;
        // Last: a configuration that can't work doesn't even take the archive's lock.
        let archive = Archive::open_at(&location).await?;
        if let Err(error) = archive.demand_no_destroyer().await {
            archive.close().await;
            return Err(error.into());
        }
        let mut second_missing = None;
        let archive = match &second {
            // The day goes on without a copy; the job that copies fails and says why.
            Some(second) => match archive.clone().with_second_at(second).await {
                Err(
                    error @ (kyso_archive::Error::SecondMissing(_)
                    | kyso_archive::Error::Store(kyso_connect::s3::Error::Unknown(_))),
                ) => {
                    tracing::error!(%error, "nothing is copied");
                    second_missing = Some(error.to_string());
                    archive
                }
                archive => archive?,
            },
            None => archive,
        };
        let archive = match &config.anchor {
            Some(anchor) => archive.with_anchor(anchor).await?,
            None => archive,
        };
        let archive = archive.with_witnesses(witnesses).await?;
        if let Some(office) = &office
            && let Err(error) = demand_register(&archive, office, config).await
        {
            archive.close().await;
            return Err(error);
        }
        let callers: Vec<Caller> = config.tokens.iter().map(as_caller).collect();
        let principals = archive.principals(&callers).await?;
        Ok(Self {
            tokens: Tokens::new(&config.tokens, principals),
            keys: opened,
            agency: config.name.clone(),
            second_missing,
            bounds,
            services,
            requests: Arc::default(),
            seals_untrusted: config.dangerous_seal_untrusted,
            office,
            trust,
            archive,
            directory: location.directory().to_owned(),
        })
    }

    /// The agency's name, where there are several.
    pub(crate) fn agency(&self) -> &str {
        self.agency.as_deref().unwrap_or_default()
    }

    /// What certifies, where the configuration has it.
    pub(crate) fn office(&self) -> Result<&Office> {
        self.office.as_ref().ok_or_else(Problem::no_office)
    }

    /// Refuses to give out or enter a number in a register that isn't the one that the archive's log knows.
    pub(crate) async fn demand_register(&self) -> Result<()> {
        match register_head::demand_gone_on(&self.archive, &self.office()?.register).await {
            Ok(()) => Ok(()),
            Err(Refused::RolledBack { logged, here }) => {
                tracing::error!(logged, here, "the register was put back");
                Err(Problem::register_rolled_back(logged, here))
            }
            Err(Refused::Archive(error)) => Err(error.into()),
            Err(Refused::Register(error)) => Err(kyso_desk::Error::from(error).into()),
        }
    }

    /// Writes down that a caller reads something of an artifact. Where that fails, the log has it: what is kept is handed out also
    /// by an archive that can only be read.
    pub(crate) async fn read(&self, caller: &crate::authorization::Caller, artifact: Uuid, what: Reading) {
        if let Err(error) = self.archive.accessed(caller.principal(), artifact, what).await {
            let (caller, what) = (caller.pseudonym(), what.name());
            tracing::error!(%error, caller, %artifact, what, "a reading can't be written down");
        }
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
        self.bounds.drawing.as_ref().ok_or(kyso_view::Error::NotSetUp)
    }

    /// The rules to judge by, now.
    pub(crate) fn policy(&self, now: Timestamp) -> Policy {
        self.trust.policy(now)
    }

    /// The right to hold an upload in memory.
    pub(crate) async fn upload_permit(&self) -> Result<OwnedSemaphorePermit> {
        self.permit(&self.bounds.uploads).await
    }

    /// The right to hold a download in memory.
    pub(crate) async fn download_permit(&self) -> Result<OwnedSemaphorePermit> {
        self.permit(&self.bounds.downloads).await
    }

    async fn permit(&self, semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
        let permit = within(self.bounds.request_timeout, semaphore.clone().acquire_owned(), Problem::busy).await?;
        permit.map_err(|_| Problem::busy())
    }

    /// Does work that keeps a processor busy, as much at once as there are processors.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = self.bounds.processors.clone().acquire_owned().await.map_err(|_| Problem::busy())?;
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
        let permit = self.bounds.drawers.clone().acquire_owned().await.map_err(|_| Problem::busy())?;
        let drawing = self.bounds.drawing.clone();
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

    /// Gives what was answered its place in the log before the end, where that's possible, and the register's head too.
    pub(crate) async fn settle(&self) {
        if let Ok(office) = self.office()
            && let Err(error) = register_head::write_down(&self.archive, &office.register).await
        {
            tracing::error!(%error, "the register's head can't be written down");
        }
        if let Err(error) = self.archive.sequence().await {
            tracing::error!(%error, "the log can't be written");
        }
        if let Err(error) = self.archive.write_anchor().await {
            tracing::error!(%error, "the newest checkpoint can't be written to the anchor");
        }
        if let Err(error) = self.archive.write_manifests(MANIFESTS).await {
            tracing::error!(%error, "what happened can't be written into the store");
        }
    }

    /// Lets go of the archive and of the register.
    pub(crate) async fn close(&self) {
        self.archive.clone().close().await;
        if let Ok(office) = self.office() {
            office.register.clone().close().await;
        }
    }

    /// Comes back when no upload is in hand any more, nor work on one.
    pub(crate) async fn idle(&self) {
        // Nothing closes the semaphore, so there's no error to speak of.
        let _ = self.bounds.uploads.acquire_many(IN_MEMORY).await;
    }
}

/// Refuses to start with a register that isn't the one that the archive's log knows.
async fn demand_register(
    archive: &Archive,
    office: &Office,
    config: &AgencyConfig,
) -> std::result::Result<(), ServeError> {
    let Err(refused) = register_head::demand_gone_on(archive, &office.register).await else { return Ok(()) };
    let directory = || config.office.as_ref().map(|office| office.register.clone()).unwrap_or_default();
    Err(match refused {
        Refused::RolledBack { logged, here } => ServeError::RegisterRolledBack { directory: directory(), logged, here },
        Refused::Archive(error) => error.into(),
        Refused::Register(error) => ServeError::Register { directory: directory(), error: Box::new(error) },
    })
}

/// A token as the archive knows callers.
fn as_caller(token: &TokenConfig) -> Caller {
    Caller { name: token.name.clone(), secret: token.sha256.to_ascii_lowercase() }
}

/// Says what others on this computer can get at: the archive, the register, keys and their passwords, callers' tokens.
fn warn_of_loose(config: &AgencyConfig) {
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
