//! A bar on standard error while several or large files are read, or a service is waited for; nothing where nobody
//! looks.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kyso::Language;

use crate::text::{choose, plain};

/// From this size on a single file is worth a sign of life.
const LARGE: u64 = 32 << 20;

/// How long nobody wonders what is going on.
const MOMENT: Duration = Duration::from_millis(400);

/// A bar over files, of which the sizes in bytes are known.
pub(crate) fn over(sizes: &[u64]) -> ProgressBar {
    let total = sizes.iter().sum();
    // indicatif draws nothing where standard error is no terminal.
    let bar = match sizes.len() > 1 || total >= LARGE {
        true => ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr()),
        false => ProgressBar::hidden(),
    };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {bar:30} {bytes}/{total_bytes}") {
        bar.set_style(style);
    }
    bar
}

/// Tells a person who waits whom we're waiting for: once it takes longer than a moment, on standard error.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<Option<ProgressBar>>);

impl Waiting {
    /// For this service; `None`: for nobody any more.
    pub(crate) fn for_service(&self, url: Option<&str>, language: Language) {
        let mut bar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bar.take() {
            bar.finish_and_clear();
        }
        *bar = url.map(|url| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            let asking = choose(language, "Đang hỏi", "Asking");
            let bar = bar.with_message(format!("{asking} {}", plain(url)));
            bar.enable_steady_tick(MOMENT);
            bar
        });
    }
}
