//! `kyso check`: the form of finished results against the law, row by row.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use kyso::{Password, Policy};
use kyso_certification::form::{CheckReport, Expectations, Profile};
use kyso_desk::check::Viewer;
use kyso_words::not_shown;

use super::draw_pages;
use crate::arguments::Format;
use crate::checking::{Checked, Pictures, write_json, write_pictures, write_text};
use crate::context::{Context, tell};
use crate::exit::Exit;
use crate::failure::{Failure, cause, describe};
use crate::guarded::OutputPath;
use crate::input;
use crate::terms::Command;
use crate::text::plain;
use crate::trust::TrustArguments;
use crate::values::{millimetres, time};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[arg(long, value_enum, value_name = "issued|copy|attachment")]
    profile: Option<ProfileArgument>,
    #[arg(long, value_name = "MM", value_parser = millimetres)]
    seal_width_mm: Option<f64>,
    #[command(flatten)]
    trust: TrustArguments,
    #[arg(long, value_name = "RFC3339", value_parser = time)]
    at: Option<Timestamp>,
    #[arg(long, value_name = "P")]
    password: Option<Password>,
    #[arg(long, value_name = "PNG")]
    picture: Option<OutputPath>,
    #[arg(long, requires = "picture")]
    force: bool,
    #[arg(long, value_enum, value_name = "text|json", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ProfileArgument {
    Issued,
    Copy,
    Attachment,
}

impl From<ProfileArgument> for Profile {
    fn from(profile: ProfileArgument) -> Self {
        match profile {
            ProfileArgument::Issued => Self::Issued,
            ProfileArgument::Copy => Self::Copy,
            ProfileArgument::Attachment => Self::Attachment,
        }
    }
}

pub(crate) fn run(arguments: &Arguments, context: &Context) -> Result<Exit, Failure> {
    if arguments.picture.is_some() && arguments.files.len() > 1 {
        return Err(Failure::usage(
            "--picture chỉ dùng với một tệp: hãy kiểm tra từng tệp.",
            "--picture goes with one file: check them one by one.",
        ));
    }
    let policy = {
        let mut policy = arguments.trust.trusted(arguments.at.unwrap_or(context.now))?.policy;
        policy.password.clone_from(&arguments.password);
        policy
    };
    let mut expected = Expectations::default();
    expected.profile = arguments.profile.map(Into::into);
    expected.seal_width_mm = arguments.seal_width_mm;
    let checked: Vec<Checked> = arguments.files.iter().map(|file| check(file, &policy, &expected, context)).collect();
    context.print(|sink| match arguments.format {
        Format::Json => write_json(&checked, sink),
        Format::Text => write_text(&checked, context, sink),
    })?;
    if let (Some(path), [Checked { outcome: Ok(report), .. }], [file]) =
        (&arguments.picture, checked.as_slice(), arguments.files.as_slice())
    {
        arguments.draw(report, file, path, context)?;
    }
    Ok(Exit::worst(checked.iter().map(Checked::exit)))
}

/// Checks one file. One that can't be read is an outcome too: the others still get theirs.
fn check(file: &Path, policy: &Policy, expected: &Expectations, context: &Context) -> Checked {
    let outcome = match input::open(file) {
        Err(error) => Err(cause(&error, context.language)),
        Ok(bytes) => examine(&bytes, policy, expected, context).map_err(|error| describe(&error, context.language)),
    };
    Checked { file: file.display().to_string(), outcome }
}

/// Holds a file against the law, and says which pages can't be shown.
pub(crate) fn examine(
    bytes: &[u8],
    policy: &Policy,
    expected: &Expectations,
    context: &Context,
) -> Result<CheckReport, kyso::Error> {
    let (apart, unseen) = (draw_pages::apart(), unseen(context));
    let viewer = Viewer { drawing: apart.as_ref().map_err(Clone::clone), unseen: &unseen };
    kyso_desk::check::examine(bytes, policy, expected, &viewer, &Command)
}

/// Says of a page that can't be shown why.
pub(crate) fn unseen(context: &Context) -> impl Fn(usize, &kyso_view::Error) {
    |number, error| {
        let page = context.say("trang", "page");
        tell(format_args!("⚠ QR, {page} {number}: {}", not_shown(error).in_language(context.language)));
    }
}

impl Arguments {
    /// Draws the pages of a file that was checked.
    fn draw(&self, report: &CheckReport, file: &Path, path: &Path, context: &Context) -> Result<(), Failure> {
        let apart = draw_pages::apart().map_err(|error| {
            let why = not_shown(&error);
            Failure::new(
                Exit::Defect,
                format!("Không vẽ được trang: {}.", why.vi),
                format!("Pages can't be drawn: {}.", why.en),
            )
        })?;
        let bytes = input::document(file)?;
        let password = self.password.as_ref().map(Password::as_str);
        let pictures = Pictures { report, pdf: &bytes, password, path, force: self.force, apart: &apart };
        let written = write_pictures(&pictures, context)?;
        let names = written.iter().map(|name| plain(&name.display().to_string())).collect::<Vec<_>>().join(", ");
        tell(format_args!("{} {names}", context.say("✔ Đã vẽ:", "✔ Drawn:")));
        Ok(())
    }
}
