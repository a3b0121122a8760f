//! `kyso register`: the register of certification numbers (sổ chứng thực).

mod allot;
mod audit;
mod change;
mod export;
mod head;
mod issue;
mod look;
pub(crate) mod record;
mod which;

use std::future::Future;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use kyso::Language;
use kyso_register::{Error, Register, Stamp};

pub(crate) use self::allot::{given_out, note_new_year};
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

/// Where the register is.
#[derive(Debug, Args)]
pub(super) struct Place {
    #[arg(long, value_name = "DIR", env = "KYSO_ARCHIVE", hide_env = true)]
    archive: PathBuf,
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
    /// Opens the register, does something with it, and closes it whatever comes of that.
    pub(super) fn with<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        context: &Context,
        work: impl FnOnce(Register) -> F,
    ) -> Result<T, Failure> {
        self.opened(context, Register::open(&self.archive), work)
    }

    /// As [`with`](Self::with), to look at it: also where nothing can be written, as on a copy on a read-only medium.
    pub(super) fn look<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        context: &Context,
        work: impl FnOnce(Register) -> F,
    ) -> Result<T, Failure> {
        self.opened(context, Register::open_to_read(&self.archive), work)
    }

    /// As [`look`](Self::look), on a register whose schema isn't whole too.
    pub(super) fn audit<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        context: &Context,
        work: impl FnOnce(Register) -> F,
    ) -> Result<T, Failure> {
        self.opened(context, Register::open_to_audit(&self.archive), work)
    }

    fn opened<T, F: Future<Output = Result<T, Failure>>>(
        &self,
        context: &Context,
        register: impl Future<Output = Result<Register, Error>>,
        work: impl FnOnce(Register) -> F,
    ) -> Result<T, Failure> {
        warn_of_loose(&self.archive, context);
        runtime()?.block_on(async {
            let register = register.await.map_err(reported)?;
            let result = work(register.clone()).await;
            register.close().await;
            result
        })
    }

    fn path(&self) -> &Path {
        &self.archive
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
        Error::Refused(_) => Exit::Refused,
        Error::Absent(_) | Error::Definitions { .. } => Exit::Usage,
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
