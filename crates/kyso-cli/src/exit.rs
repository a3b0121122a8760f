//! Exit codes, decided here and nowhere else.

use std::process::ExitCode;

use kyso::validate::Coverage;
use kyso::{Bilingual, Error, Finding, Indication, Language, Report, both};

use crate::text::choose;

/// How the command ends. The numbers are a contract: docs/exit-codes.md says what each means, command by command.
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
    /// All of them, by their numbers.
    pub(crate) const ALL: [Self; 9] = [
        Self::Done,
        Self::Failed,
        Self::Indeterminate,
        Self::Unsigned,
        Self::Unreadable,
        Self::Refused,
        Self::Outside,
        Self::Usage,
        Self::Defect,
    ];

    /// What it says, whatever the command.
    pub(crate) const fn meaning(self) -> Bilingual<&'static str> {
        match self {
            Self::Done => both("xong, hợp lệ", "done, valid"),
            Self::Failed => both("có điều không đạt", "something doesn't hold"),
            Self::Indeterminate => both("chưa kết luận được", "it can't be decided"),
            Self::Unsigned => both("tệp không có chữ ký", "the file has no signature"),
            Self::Unreadable => both("không đọc được tệp PDF", "the PDF can't be read"),
            Self::Refused => both("bị từ chối theo quy tắc", "refused by a rule"),
            Self::Outside => both("dịch vụ, mạng hoặc đĩa hỏng", "a service, the network or a disk failed"),
            Self::Usage => both("dùng lệnh sai", "wrong usage"),
            Self::Defect => both("lỗi của chính kyso", "a defect of kyso itself"),
        }
    }

    /// All of them, for `--help`.
    pub(crate) fn list(language: Language) -> String {
        let line = |exit: Self| format!("\n  {:<4}{}", exit as u8, exit.meaning().in_language(language));
        choose(language, "Mã thoát:", "Exit codes:").to_owned() + &Self::ALL.map(line).concat()
    }

    /// What `verify` says of one file.
    pub(crate) fn of_report<F: AsRef<Finding>>(report: &Report<F>) -> Self {
        let signatures = &report.signatures;
        let failed = |s: &kyso::SignatureReport<F>| s.indication == Indication::TotalFailed || !s.modifications_allowed;
        // What was signed as it ends is whole, however it ends.
        let is_left_open =
            report.is_cut_off() && signatures.iter().all(|signature| signature.coverage != Coverage::WholeFile);
        if report.is_flawed() || signatures.iter().any(failed) {
            Self::Failed
        } else if signatures.is_empty() {
            // Whether a file was signed isn't known where its end is missing.
            if report.is_cut_off() { Self::Indeterminate } else { Self::Unsigned }
        } else if report.undecided().is_some() || is_left_open {
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
    use kyso::Language;

    use super::Exit::{self, Done, Failed, Indeterminate, Unreadable, Unsigned};

    #[test]
    fn the_worst_file_decides() {
        assert_eq!(Exit::worst([Done, Unsigned, Indeterminate, Failed, Unreadable]), Unreadable);
        assert_eq!(Exit::worst([Done, Unsigned, Indeterminate, Failed]), Failed);
        assert_eq!(Exit::worst([Done, Unsigned, Indeterminate]), Indeterminate);
        assert_eq!(Exit::worst([Unsigned, Done]), Unsigned);
        assert_eq!(Exit::worst([Done, Done]), Done);
    }

    /// The one table of exit codes names each, in its order, in the words of `--help`.
    #[test]
    fn the_manual_has_every_code() {
        let manual = include_str!("../../../docs/exit-codes.md");
        let rows = manual.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit());
        let row = |line: &'static str| line.split('|').map(str::trim).skip(1).take(2).collect::<Vec<_>>().join(" ");
        let said = |exit: Exit| format!("{} {}", exit as u8, exit.meaning().in_language(Language::English));
        assert_eq!(rows.map(row).collect::<Vec<_>>(), Exit::ALL.map(said));
    }
}
