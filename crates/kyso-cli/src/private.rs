//! What the command writes is for its user alone, and what it finds that others can get at is said.

use std::path::Path;

use kyso_archive::{Loose, loose, loose_in};

use crate::context::Context;
use crate::text::plain;

/// Whatever this process makes, and whatever it starts: others can neither read nor write it. Papers, drafts, keys and registers
/// hold people's names and identity numbers.
pub(crate) fn keep_to_the_user() {
    #[cfg(unix)]
    {
        let others = rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO;
        rustix::process::umask(others);
    }
}

/// Warns of what others can get at in the directory of a register or an archive.
pub(crate) fn warn_of_loose(directory: &Path, context: &Context) {
    loose_in(directory).iter().for_each(|found| warn(found, context));
}

/// Warns of a file with a key or its password that others can get at.
pub(crate) fn warn_of_loose_file(path: &Path, context: &Context) {
    if let Some(found) = loose(path).filter(|_| path.is_file()) {
        warn(&found, context);
    }
}

fn warn(found: &Loose, context: &Context) {
    let Loose { path, mode, wanted } = found;
    let path = plain(&path.display().to_string());
    let what = context.say("Cảnh báo: người khác trên máy này xem được", "Warning: others on this computer can get at");
    eprintln!("{what} {path} ({mode:03o}): chmod {wanted:03o} '{path}'");
}
