//! The `kyso` command: digital signature and digital seal on certification results.
//!
//! arguments.rs is the command line, commands/ has one file a command, exit.rs decides every exit code.

#![deny(clippy::print_stdout, clippy::print_stderr, reason = "they panic where nobody reads: Context::print, tell")]

mod arguments;
mod checking;
mod commands;
mod context;
mod defect;
mod demo;
mod desk;
mod draft;
mod existing;
mod exit;
mod extending;
mod failure;
mod guarded;
mod help;
mod input;
mod key;
mod letters;
mod making;
mod map;
mod output;
mod outside;
mod password;
mod private;
mod progress;
mod receipt;
mod report;
mod roster;
mod signing;
mod terms;
mod text;
mod trust;
mod usage;
mod values;
mod zip;

use std::ffi::OsString;
use std::process::ExitCode;

use arguments::Arguments;
use context::{Context, printed, tell};
use exit::Exit;
use failure::Failure;
use guarded::Guarded;
use kyso::Language;

fn main() -> ExitCode {
    private::keep_to_the_user();
    let line = std::env::args_os().collect::<Vec<_>>();
    match Arguments::parse_from(&line) {
        Ok((arguments, guarded)) => run(arguments, guarded).into(),
        Err((error, language)) => unparsed(&error, &line, language).into(),
    }
}

fn run(arguments: Arguments, guarded: Guarded) -> Exit {
    let context = Context::new(arguments.lang.into(), guarded);
    commands::run(arguments.command, &context).unwrap_or_else(|failure| told(&failure, context.language))
}

/// A command line that asks for help, or that is wrong.
fn unparsed(error: &clap::Error, line: &[OsString], language: Language) -> Exit {
    if error.use_stderr() {
        // Nothing but the name of the program, or of a command that has others under it: what there is, then what is missing.
        if let Some(help) = usage::help_instead(error, line, language) {
            tell(help);
        }
        tell(usage::describe(error, language));
        return Exit::Usage;
    }
    match printed(error.print()) {
        Ok(()) => Exit::Done,
        Err(failure) => told(&failure, language),
    }
}

fn told(failure: &Failure, language: Language) -> Exit {
    tell(format_args!("{}: {}", text::choose(language, "Lỗi", "Error"), failure.in_language(language)));
    failure.exit
}
