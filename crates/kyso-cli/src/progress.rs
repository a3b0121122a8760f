//! A bar on standard error while several or large files are read, which nobody sees in a log; and a sign of life while a service
//! is waited for, which is a line there.

use std::io::{IsTerminal as _, stderr};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kyso::Language;

use crate::context::tell;
use crate::text::{choose, plain};

/// From this size on a single file is worth a sign of life.
const LARGE: u64 = 32 << 20;

/// How long nobody wonders what is going on.
const MOMENT: Duration = Duration::from_millis(400);

/// How long is waited before and between lines where nobody sees a bar: in a log, a line a minute says enough.
const LINES: [Duration; 2] = [Duration::from_secs(3), Duration::from_mins(1)];

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

/// A bar over steps whose number and name change, as a work goes on.
pub(crate) fn steps() -> ProgressBar {
    styled("{spinner} {wide_msg} {bar:30} {percent}%")
}

/// A bar over files that are copied, of which the number is known as soon as the first is.
pub(crate) fn of_copies() -> ProgressBar {
    styled("{spinner} {bar:40} {pos}/{len} ({elapsed})")
}

fn styled(template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// Tells whoever waits whom we're waiting for, on standard error: by a bar on a terminal, else by a line.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<Option<Sign>>);

/// A sign of life, which ends when it's dropped.
#[derive(Debug)]
enum Sign {
    Bar(ProgressBar),
    /// The thread that writes them ends with this.
    Lines(Option<mpsc::Sender<()>>),
}

impl Waiting {
    /// For this service; `None`: for nobody any more.
    pub(crate) fn for_service(&self, url: Option<&str>, language: Language) {
        let mut sign = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *sign = None;
        *sign = url.map(|url| match stderr().is_terminal() {
            true => Sign::bar(&format!("{} {}", choose(language, "Đang hỏi", "Asking"), plain(url))),
            false => Sign::lines(format!("{} {}", choose(language, "Đang chờ", "Waiting for"), plain(url))),
        });
    }
}

impl Sign {
    fn bar(message: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        let bar = bar.with_message(message.to_owned());
        bar.enable_steady_tick(MOMENT);
        Self::Bar(bar)
    }

    fn lines(message: String) -> Self {
        let (sender, ended) = mpsc::channel::<()>();
        thread::spawn(move || {
            let [first, others] = LINES;
            let mut pause = first;
            while ended.recv_timeout(pause) == Err(mpsc::RecvTimeoutError::Timeout) {
                tell(format_args!("{message} …"));
                pause = others;
            }
        });
        Self::Lines(Some(sender))
    }
}

impl Drop for Sign {
    fn drop(&mut self) {
        match self {
            Self::Bar(bar) => bar.finish_and_clear(),
            Self::Lines(sender) => drop(sender.take()),
        }
    }
}
