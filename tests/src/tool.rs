//! The `kyso` command as users run it.

use std::path::PathBuf;
use std::process::Command;

/// The command that this workspace builds: `KYSO`, or the one beside the running test. It knows nothing of the roots that
/// whoever runs the tests keeps.
pub fn kyso() -> Command {
    let mut command = Command::new(path());
    command.env("KYSO_TRUST_STORE", path().with_file_name("no-trust-store"));
    command
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
