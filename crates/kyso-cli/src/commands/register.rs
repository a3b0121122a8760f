//! `kyso register`: the register of certification numbers (sổ chứng thực).

mod allot;
mod audit;
mod change;
mod export;
mod head;
mod issue;
mod logged;
mod look;
pub(crate) mod record;
mod which;

use std::future::Future;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use kyso::Language;
use kyso_register::{Error, Grown, Register, Stamp};
use kyso_server::{Config, ConfigError};

pub(crate) use self::allot::{given_out, note_new_year};
use crate::commands::archive;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, cause, exit_of_writing};
use crate::private::warn_of_loose;
use crate::terms::words;
use crate::text::plain;

#[derive(Debug, Args)]
#[command(subcommand_required = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Init(change::InitArguments),
    Allot(Box<allot::Arguments>),
    List(look::ListArguments),
    Show(look::ShowArguments),
    Pending(look::PendingArguments),
    Issue(issue::Arguments),
    Void(change::VoidArguments),
    Cancel(change::CancelArguments),
    NextBook(change::NextBookArguments),
    Export(export::Arguments),
    Close(change::CloseArguments),
    Audit(audit::Arguments),
    Head(head::Arguments),
}

/// Where the register is: its directory, or the service's configuration that says where.
#[derive(Debug, Args)]
pub(super) struct Place {
    #[arg(long, value_name = "DIR|FILE", env = "KYSO_ARCHIVE", hide_env = true)]
    archive: PathBuf,
    /// Whose, where the configuration has several agencies. `--agency` is what some commands of the register print.
    #[arg(long, value_name = "NAME")]
    of_agency: Option<String>,
}

/// Where a register is.
#[derive(Debug, Clone)]
pub(crate) enum Location {
    Directory(PathBuf),
    Grown(Grown),
}

impl Location {
    /// For messages.
    fn shown(&self) -> String {
        match self {
            Self::Directory(directory) => plain(&directory.display().to_string()),
            Self::Grown(grown) => plain(&grown.agency),
        }
    }

    /// What lies in files of it.
    pub(crate) fn directory(&self) -> &Path {
        match self {
            Self::Directory(directory) => directory,
            Self::Grown(grown) => &grown.directory,
        }
    }

    async fn opened(&self) -> Result<Register, Error> {
        match self {
            Self::Directory(directory) => Register::open(directory).await,
            Self::Grown(grown) => Register::open_grown(grown).await,
        }
    }

    async fn created(&self) -> Result<Register, Error> {
        match self {
            Self::Directory(directory) => Register::create(directory).await,
            Self::Grown(grown) => Register::create_grown(grown).await,
        }
    }

    /// Opens it to be read; none where there's no register.
    pub(crate) async fn read(&self) -> Result<Option<Register>, Error> {
        match self {
            Self::Directory(directory) if !Register::is_in(directory) => Ok(None),
            _ => match self.opened_to_read().await {
                Err(Error::AbsentIn { .. }) => Ok(None),
                register => register.map(Some),
            },
        }
    }

    async fn opened_to_read(&self) -> Result<Register, Error> {
        match self {
            Self::Directory(directory) => Register::open_to_read(directory).await,
            Self::Grown(grown) => Register::open_grown_to_read(grown).await,
        }
    }

    async fn opened_to_audit(&self) -> Result<Register, Error> {
        match self {
            Self::Directory(directory) => Register::open_to_audit(directory).await,
            Self::Grown(grown) => Register::open_grown_to_read(grown).await,
        }
    }
}

/// Who is at work.
#[derive(Debug, Args)]
pub(super) struct Officer {
    #[arg(long, value_name = "NAME", env = "KYSO_OFFICER", hide_env = true)]
    by: String,
}

/// Whether somebody answers for the clock.
#[derive(Debug, Args)]
pub(super) struct Clock {
    #[arg(long)]
    pub(super) confirm_clock: bool,
}

impl Clock {
    /// The register as it takes the clock.
    pub(super) fn confirmed(&self, register: Register) -> Register {
        if self.confirm_clock { register.with_clock_confirmed() } else { register }
    }
}

impl Officer {
    pub(super) fn stamp(&self, context: &Context) -> Stamp {
        Stamp { by: self.by.clone(), at: context.now }
    }
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    match &arguments.action {
        Action::Init(arguments) => change::init(arguments, context),
        Action::Allot(arguments) => allot::run(arguments, context),
        Action::List(arguments) => look::list(arguments, context),
        Action::Show(arguments) => look::show(arguments, context),
        Action::Pending(arguments) => look::pending(arguments, context),
        Action::Issue(arguments) => issue::run(arguments, context),
        Action::Void(arguments) => change::void(arguments, context),
        Action::Cancel(arguments) => change::cancel(arguments, context),
        Action::NextBook(arguments) => change::next_book(arguments, context),
        Action::Export(arguments) => export::run(arguments, context),
        Action::Close(arguments) => change::close(arguments, context),
        Action::Audit(arguments) => audit::run(arguments, context),
        Action::Head(arguments) => head::run(arguments, context),
    }
}

impl Place {
    /// Where it is. A file is the service's configuration.
    fn location(&self) -> Result<Location, Failure> {
        if !self.archive.is_file() {
            return match &self.of_agency {
                None => Ok(Location::Directory(self.archive.clone())),
                Some(_) => Err(Failure::usage(
                    "--of-agency chỉ đi với --archive TỆP cấu hình của dịch vụ.",
                    "--of-agency goes with --archive FILE alone, the service's configuration.",
                )),
            };
        }
        let wrong =
            |error: ConfigError| Failure::usage(error.text(Language::Vietnamese), error.text(Language::English));
        let config = Config::load(&self.archive).map_err(wrong)?;
        let agency = config.agency(self.of_agency.as_deref()).map_err(wrong)?;
        match (agency.register(), &agency.office) {
            (Some(grown), _) => Ok(Location::Grown(grown)),
            (None, Some(office)) => Ok(Location::Directory(office.register.clone())),
            (None, None) => Err(Failure::usage(
                "Tệp cấu hình này không có mục [certification] register.",
                "The configuration has no [certification] register.",
            )),
        }
    }

    /// The archive whose log knows the register's heads.
    fn logged(&self) -> Result<archive::Place, Failure> {
        Ok(archive::Place::of(self.archive.clone(), self.of_agency.clone()))
    }

    /// Opens the register, does something with it, and closes it whatever comes of that.
    pub(super) fn with<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        context: &Context,
        work: impl FnOnce(Register) -> F,
    ) -> Result<T, Failure> {
        let location = self.location()?;
        self.opened(context, location.directory(), location.opened(), work)
    }

    /// As [`with`](Self::with), to look at it: also where nothing can be written, as on a copy on a read-only medium.
    pub(super) fn look<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        context: &Context,
        work: impl FnOnce(Register) -> F,
    ) -> Result<T, Failure> {
        let location = self.location()?;
        self.opened(context, location.directory(), location.opened_to_read(), work)
    }

    /// As [`look`](Self::look), on a register whose schema isn't whole too.
    pub(super) fn audit<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        context: &Context,
        work: impl FnOnce(Register) -> F,
    ) -> Result<T, Failure> {
        let location = self.location()?;
        self.opened(context, location.directory(), location.opened_to_audit(), work)
    }

    fn opened<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        context: &Context,
        directory: &Path,
        register: impl Future<Output = Result<Register, Error>>,
        work: impl FnOnce(Register) -> F,
    ) -> Result<T, Failure> {
        warn_of_loose(directory, context);
        runtime()?.block_on(async {
            let register = register.await.map_err(reported)?;
            let result = work(register.clone()).await;
            register.close().await;
            result
        })
    }
}

pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        Failure::new(
            Exit::Outside,
            format!("Hệ thống không cho chạy tiến trình: {}.", cause(&error, Language::Vietnamese)),
            format!("The system doesn't let the runtime start: {}.", cause(&error, Language::English)),
        )
    })
}

/// The register's error, with the exit code that follows from it.
pub(crate) fn reported(error: Error) -> Failure {
    refused(&error)
}

/// The failure for a borrowed error of the register.
pub(crate) fn refused(error: &Error) -> Failure {
    let exit = match error {
        Error::Refused(_)
        | Error::Moved(_)
        | Error::HalfMoved { .. }
        | Error::OtherRegister { .. }
        | Error::Unsound { .. } => Exit::Refused,
        Error::Absent(_) | Error::AbsentIn { .. } | Error::Definitions { .. } => Exit::Usage,
        Error::Internal(_) => Exit::Defect,
        Error::File { source, .. } => exit_of_writing(source),
        Error::Typeset(error) => Exit::of_error(error),
        _ => Exit::Outside,
    };
    Failure::worded(exit, |language| plain(&error.text(words(language))))
}

pub(crate) fn defect(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Defect, format!("Lỗi chương trình: {error}."), format!("A defect of this program: {error}."))
}
