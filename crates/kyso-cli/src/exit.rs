//! Exit codes, decided here and nowhere else.

use std::process::ExitCode;

use kyso::{Error, Finding, Indication, Report};

/// How the command ends. The numbers are a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; for `verify`: every signature passed and every later change is allowed.
    Done = 0,
    /// A signature failed, a later change isn't allowed, or what passes for a signature is none.
    Failed = 1,
    /// A signature can't be decided.
    Indeterminate = 2,
    /// The file has no signature.
    Unsigned = 3,
    /// The file can't be read as PDF.
    Unreadable = 4,
    /// A rule or the key says no. Nothing was written.
    Refused = 5,
    /// Something outside failed: a service, a port, a disk.
    Outside = 6,
    /// Wrong usage: the command line, or a file that it names.
    Usage = 64,
    /// A defect of this program.
    Defect = 70,
}

impl Exit {
    /// What `verify` says of one file.
    pub(crate) fn of_report<F: AsRef<Finding>>(report: &Report<F>) -> Self {
        let signatures = &report.signatures;
        let failed = |s: &kyso::SignatureReport<F>| s.indication == Indication::TotalFailed || !s.modifications_allowed;
        if report.is_flawed() || signatures.iter().any(failed) {
            Self::Failed
        } else if signatures.is_empty() {
            Self::Unsigned
        } else if report.undecided().is_some() {
            Self::Indeterminate
        } else {
            Self::Done
        }
    }

    /// What the library's error means for the command.
    pub(crate) fn of_error(error: &Error) -> Self {
        match error {
            Error::Input { .. } | Error::Budget { .. } => Self::Unreadable,
            Error::Parameters { .. } => Self::Usage,
            Error::Refused { .. } | Error::HoleTooSmall { .. } | Error::Signer { .. } => Self::Refused,
            Error::Outside { .. } => Self::Outside,
            _ => Self::Defect,
        }
    }

    /// The worst of several files: 4, 1, 2, 3, 0.
    pub(crate) fn worst(exits: impl IntoIterator<Item = Self>) -> Self {
        const ORDER: [Exit; 4] = [Exit::Unreadable, Exit::Failed, Exit::Indeterminate, Exit::Unsigned];
        let exits = exits.into_iter().collect::<Vec<_>>();
        ORDER.into_iter().find(|exit| exits.contains(exit)).unwrap_or(Self::Done)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::Exit::{self, Done, Failed, Indeterminate, Unreadable, Unsigned};

    #[test]
    fn the_worst_file_decides() {
        assert_eq!(Exit::worst([Done, Unsigned, Indeterminate, Failed, Unreadable]), Unreadable);
        assert_eq!(Exit::worst([Done, Unsigned, Indeterminate, Failed]), Failed);
        assert_eq!(Exit::worst([Done, Unsigned, Indeterminate]), Indeterminate);
        assert_eq!(Exit::worst([Unsigned, Done]), Unsigned);
        assert_eq!(Exit::worst([Done, Done]), Done);
    }
}
