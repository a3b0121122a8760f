//! The `kyso` command as users run it.

use std::path::PathBuf;
use std::process::Command;

/// The command that this workspace builds: `KYSO`, or the one beside the running test.
pub fn kyso() -> Command {
    Command::new(path())
}

/// The command's path.
pub fn path() -> PathBuf {
    if let Some(named) = std::env::var_os("KYSO") {
        return named.into();
    }
    let test = std::env::current_exe().expect("the running test");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("target/PROFILE/deps");
    let path = folder.join("kyso");
    assert!(path.exists(), "{} isn't built: `cargo it NAME` builds it with the tests", path.display());
    path
}
