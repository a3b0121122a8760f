//! The command line. What each command takes stands in its own file; the words of `--help` stand in help.rs.

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _};
use clap::{Parser, Subcommand, ValueEnum};
use kyso::Language;

use crate::commands::{
    archive, attach, certify, check, copy, demo, extend, image, inspect, register, renew, reserve, revision, roster,
    seal, serve, sign, templates, token, trust, verify,
};
use crate::guarded::Guarded;
use crate::help;

#[derive(Debug, Parser)]
#[command(name = "kyso", version, subcommand_required = true)]
pub(crate) struct Arguments {
    #[arg(long, global = true, value_enum, value_name = "vi|en", default_value = "vi")]
    pub(crate) lang: Lang,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Arguments),
    Sign(sign::Arguments),
    Seal(seal::Arguments),
    Copy(copy::Arguments),
    Attach(attach::Arguments),
    Extend(extend::Arguments),
    Renew(renew::Arguments),
    Verify(verify::Arguments),
    Certify(Box<certify::Arguments>),
    Check(check::Arguments),
    Inspect(inspect::Arguments),
    Register(register::Arguments),
    Archive(archive::Arguments),
    Reserve(reserve::Arguments),
    Revision(revision::Arguments),
    Roster(roster::Arguments),
    Image(image::Arguments),
    Templates(templates::Arguments),
    Token(token::Arguments),
    Trust(trust::Arguments),
    Serve(serve::Arguments),
    #[command(hide = true)]
    DrawPages,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Lang {
    Vi,
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Vi => Self::Vietnamese,
            Lang::En => Self::English,
        }
    }
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// How a report on signatures is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Text,
    Json,
    Xml,
    Html,
}

impl Arguments {
    /// Reads the command line, and what it names to read; the language is looked for first, so that the line's mistakes
    /// can be told in it.
    pub(crate) fn parse_from(line: &[OsString]) -> Result<(Self, Guarded), (clap::Error, Language)> {
        let language = language_of(line);
        let mut command = help::localised(Self::command(), language);
        let parsed = command.try_get_matches_from_mut(line).and_then(|matches| {
            let guarded = Guarded::of(&command, &matches);
            Ok((Self::from_arg_matches(&matches)?, guarded))
        });
        parsed.map_err(|error| (error, language))
    }
}

fn language_of(line: &[OsString]) -> Language {
    let mut rest = line.iter().skip(1).take_while(|argument| *argument != "--");
    while let Some(argument) = rest.next() {
        if argument == "--lang=en" || (argument == "--lang" && rest.next().is_some_and(|value| value == "en")) {
            return Language::English;
        }
    }
    Language::Vietnamese
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        help::localised(Arguments::command(), Language::Vietnamese).debug_assert();
    }

    #[test]
    fn the_language_is_known_before_the_rest() {
        let line = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(language_of(&line("kyso verify --lang en --nonsense")), Language::English);
        assert_eq!(language_of(&line("kyso --lang=en")), Language::English);
        assert_eq!(language_of(&line("kyso verify -- --lang en")), Language::Vietnamese);
    }
}
