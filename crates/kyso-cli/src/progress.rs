//! A bar on standard error while several or large files are read; nothing where nobody looks.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// From this size on a single file is worth a sign of life.
const LARGE: u64 = 32 << 20;

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
