//! The register's head in the archive's log: a register that was cut, or put back from a backup, would give numbers out again, and
//! is refused.

use kyso_archive::{Archive, RegisterHead};
use kyso_register::{Head, Register, Standing};

/// Why the register isn't worked with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// It isn't the register that the log has the head of.
    #[error(
        "the register has {here} events, and the archive's log knows of {logged}{}: it was cut or put back",
        if *here >= *logged { ", otherwise than these" } else { "" }
    )]
    RolledBack {
        /// How many events the log knows of.
        logged: u64,
        /// How many the register has.
        here: u64,
    },
    /// The archive fails.
    #[error(transparent)]
    Archive(#[from] kyso_archive::Error),
    /// The register fails.
    #[error(transparent)]
    Register(#[from] kyso_register::Error),
}

/// Refuses a register that isn't the one that the log has the newest head of, gone on.
pub(crate) async fn demand_gone_on(archive: &Archive, register: &Register) -> Result<(), Refused> {
    let Some(newest) = archive.register_head().await? else { return Ok(()) };
    let RegisterHead { events, chain, .. } = newest.head;
    let head = Head { events: Some(events), chain, at: None };
    match register.standing(&head).await? {
        Standing::Whole { .. } => Ok(()),
        Standing::Behind { events: here } | Standing::Other { events: here } => {
            Err(Refused::RolledBack { logged: events, here })
        }
    }
}

/// Writes the register's head down where it moved. Whether it did.
pub(crate) async fn write_down(archive: &Archive, register: &Register) -> Result<bool, Refused> {
    demand_gone_on(archive, register).await?;
    // Definitions only change with an event: read first, they're those of the head or of one before.
    let definitions = register.definitions_sha256().await?;
    let Head { events, chain, .. } = register.head().await?;
    let events = events.unwrap_or_default();
    if events == 0 {
        return Ok(false);
    }
    Ok(archive.log_register_head(&RegisterHead { events, chain, definitions }).await?)
}
