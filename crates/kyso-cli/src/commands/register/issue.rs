//! `kyso register issue`: the finished file of a number, verified here. Each way round a check has its name, and the register keeps
//! it with the entry.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use kyso::{Document, Outside, Password, Policy, VerifiedArtifact};
use kyso_desk::Error as DeskError;
use kyso_desk::check::Viewer;
use kyso_desk::dangerous;
use kyso_desk::issue::{self, Entered, Finished};
use kyso_desk::paper::required_fields;
use kyso_desk::sign::By;
use kyso_register::Unchecked;

use super::change::say;
use super::which::Which;
use super::{Clock, Officer, Place, record, reported};
use crate::arguments::Format;
use crate::commands::check::unseen;
use crate::commands::draw_pages;
use crate::context::{Context, tell};
use crate::desk::Files;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::Output;
use crate::signing::tell_finding;
use crate::trust::TrustArguments;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("document").args(["file", "sha256"]).required(true)))]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    officer: Officer,
    #[command(flatten)]
    clock: Clock,
    /// The finished document: it's verified here.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[arg(long, value_name = "P", requires = "file")]
    password: Option<Password>,
    #[arg(long, value_name = "HEX", requires = "allow_unverified")]
    sha256: Option<String>,
    #[arg(long, requires = "sha256")]
    allow_unverified: bool,
    #[arg(long, requires = "file", conflicts_with_all = ["trust", "roster"])]
    allow_untrusted: bool,
    /// The record that `kyso certify` wrote: what the finished file has is added.
    #[arg(long, value_name = "JSON", requires = "file")]
    record: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArguments,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

/// The finished document of a number: verified here, or elsewhere.
pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    let files = arguments.files();
    let wrong = |error: kyso_desk::Error| files.failure(&error);
    arguments.warn(context);
    let verified = match &arguments.file {
        Some(file) => Some(arguments.verified(input::document(file)?.to_vec(), context)?),
        None => None,
    };
    if let Some(file) = &verified {
        let document = Document::parse_with_password(file.bytes(), arguments.password.as_ref().map(Password::as_str));
        let document = document.map_err(|error| Failure::library(files.document, &kyso::Error::from(error)))?;
        // The seal has ended it: who sealed answers for what is empty.
        required_fields(&document).map_err(wrong)?.iter().for_each(|finding| tell_finding(finding, context));
    }
    let stamp = arguments.officer.stamp(context);
    let output = arguments.record.as_deref().map(|path| Output::in_place(path, context)).transpose()?;
    let record = arguments.record.as_deref().map(record::read).transpose()?;
    let Entered { entry, record } = arguments.place.with(context, async |register| {
        let entry = arguments.which.find(&register, &stamp).await?;
        let register = arguments.clock.confirmed(register);
        match &verified {
            Some(file) => {
                let (apart, unseen) = (draw_pages::apart(), unseen(context));
                let viewer = Viewer { drawing: apart.as_ref().map_err(Clone::clone), unseen: &unseen };
                let finished = Finished {
                    file,
                    password: arguments.password.as_ref().map(Password::as_str),
                    unchecked: arguments.allow_untrusted.then_some(Unchecked::Trust),
                    entry: &entry,
                    record: record.as_ref(),
                    viewer: &viewer,
                };
                finished.enter(&register, &stamp).await.map_err(wrong)
            }
            None => {
                let sha256 = arguments.sha256.as_deref().unwrap_or_default();
                let entry = register.issue_unseen(&entry.id(), sha256, &stamp).await.map_err(reported)?;
                Ok(Entered { entry, record: None })
            }
        }
    })?;
    // Where this fails the entry stands, and the same command writes the record.
    if let (Some(output), Some(record)) = (&output, &record) {
        record::write(output, record)?;
    }
    say(&entry, arguments.format, context, "đã trả kết quả", "is issued")
}

impl Arguments {
    /// The file, verified by what sealing asks for, or by less where that's said.
    fn verified(&self, bytes: Vec<u8>, context: &Context) -> Result<VerifiedArtifact, Failure> {
        let mut policy = self.trust.policy(context.now)?;
        policy.password.clone_from(&self.password);
        let files = self.files();
        let by = By { policy: &policy, outside: &Outside::default() };
        let verified = match self.allow_untrusted {
            true => dangerous::verify_untrusted(bytes, by),
            false => {
                demand_trust(&policy).map_err(|failure| self.trust.naming_kept(failure))?;
                issue::verify(bytes, by)
            }
        };
        verified.map_err(|error| {
            let failure = files.failure(&error);
            match &error {
                DeskError::NotSealed(Some(why)) => self.trust.with_kept(failure, why),
                // No seal holds by the roots that are given.
                DeskError::NotSealed(None) => self.trust.naming_kept(failure),
                _ => failure,
            }
        })
    }

    /// Says what isn't checked.
    fn warn(&self, context: &Context) {
        if self.allow_unverified {
            let what = context.say(
                "Cảnh báo: --allow-unverified: KHÔNG xem tệp có chữ ký và con dấu hợp lệ hay không; sổ ghi rõ điều đó.",
                "Warning: --allow-unverified: it is NOT checked whether the file is validly signed and sealed; the register says so.",
            );
            tell(what);
        }
        if self.allow_untrusted {
            let what = context.say(
                "Cảnh báo: --allow-untrusted: KHÔNG kiểm tra chữ ký và con dấu là của ai, bất kỳ ai cũng tự tạo được như vậy; \
                 sổ ghi rõ điều đó.",
                "Warning: --allow-untrusted: it is NOT checked whose signature and seal these are, anybody can make such; the \
                 register says so.",
            );
            tell(what);
        }
    }

    fn files(&self) -> Files<'_> {
        let none = Path::new("");
        let [record, file] = [&self.record, &self.file].map(|path| path.as_deref().unwrap_or(none));
        Files { record, ..Files::document(file) }
    }
}

/// Without a root and without a roster anybody's signature and anybody's seal would do.
fn demand_trust(policy: &Policy) -> Result<(), Failure> {
    if !policy.anchors.is_empty() || !policy.roster.certificates.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Refused,
        "Từ chối ghi sổ: chưa cho biết tin ai, nên không phân biệt được chữ ký và con dấu thật với thứ bất kỳ ai tự tạo. Hãy cho \
         chứng thư gốc (--trust) hoặc danh sách chứng thư số của cơ quan (--roster). Nếu tự chịu trách nhiệm: \
         --allow-untrusted, và sổ ghi rõ điều đó.",
        "Refused to enter it: nobody is trusted, so a true signature and seal can't be told from what anybody makes. Give the root \
         certificate (--trust) or the agency's roster (--roster). On your own responsibility: --allow-untrusted, and the register \
         says so.",
    ))
}
