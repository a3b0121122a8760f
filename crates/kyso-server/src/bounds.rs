//! How much is at work at once in the whole process, whichever agency it's for.

use std::sync::Arc;
use std::time::Duration;

use kyso_view::Apart;
use tokio::sync::Semaphore;

use crate::config::Config;

/// How many uploads, and beside them how many downloads, are in memory at once.
pub(crate) const IN_MEMORY: u32 = 8;

/// What all agencies' services share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    pub(crate) upload_limit: usize,
    pub(crate) request_timeout: Duration,
    pub(crate) drawing: Option<Apart>,
    pub(crate) uploads: Arc<Semaphore>,
    pub(crate) downloads: Arc<Semaphore>,
    pub(crate) processors: Arc<Semaphore>,
    pub(crate) drawers: Arc<Semaphore>,
}

impl Bounds {
    /// Those of the configuration and of this machine.
    pub(crate) fn new(config: &Config) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            upload_limit: config.upload_limit,
            request_timeout: config.request_timeout,
            drawing: config.drawing.clone(),
            uploads: Arc::new(Semaphore::new(IN_MEMORY as usize)),
            downloads: Arc::new(Semaphore::new(IN_MEMORY as usize)),
            processors: Arc::new(Semaphore::new(processors)),
            drawers: Arc::new(Semaphore::new(processors)),
        }
    }
}
