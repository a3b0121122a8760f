//! The `kyso` command: digital signature and digital seal on certification results.
//!
//! arguments.rs is the command line, commands/ has one file a command, exit.rs decides every exit code.

mod arguments;
mod checking;
mod commands;
mod context;
mod defect;
mod demo;
mod desk;
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
mod report;
mod signing;
mod terms;
mod text;
mod trust;
mod usage;

use std::process::ExitCode;

use arguments::Arguments;
use context::Context;
use exit::Exit;
use guarded::Guarded;
use kyso::Language;

fn main() -> ExitCode {
    private::keep_to_the_user();
    let line = std::env::args_os().collect::<Vec<_>>();
    match Arguments::parse_from(&line) {
        Ok((arguments, guarded)) => run(arguments, guarded).into(),
        Err((error, language)) => unparsed(&error, language).into(),
    }
}

fn run(arguments: Arguments, guarded: Guarded) -> Exit {
    let context = Context::new(arguments.lang.into(), guarded);
    commands::run(arguments.command, &context).unwrap_or_else(|failure| {
        let error = text::choose(context.language, "Lỗi", "Error");
        eprintln!("{error}: {}", failure.in_language(context.language));
        failure.exit
    })
}

/// A command line that asks for help, or that is wrong.
fn unparsed(error: &clap::Error, language: Language) -> Exit {
    if error.use_stderr() {
        eprintln!("{}", usage::describe(error, language));
        return Exit::Usage;
    }
    // A closed pipe is no reason to fail.
    let _ = error.print();
    Exit::Done
}
