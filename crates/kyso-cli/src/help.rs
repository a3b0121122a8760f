//! The words of `--help`, in both languages.

mod archive;
mod certify;
mod register;
mod trust;
mod words;

use clap::{Arg, ArgAction, Command};
use kyso::{Bilingual, Language, both};

use crate::exit::Exit;
use crate::text::choose;
use words::{ARGUMENTS, COMMANDS};

/// A command's name, and what it does.
type CommandHelp = (&'static str, Bilingual<&'static str>);
/// A command's name, an argument of it, and what that means.
type ArgumentHelp = (&'static str, &'static str, Bilingual<&'static str>);

const fn command(name: &'static str, vi: &'static str, en: &'static str) -> CommandHelp {
    (name, both(vi, en))
}

const fn argument(command: &'static str, id: &'static str, vi: &'static str, en: &'static str) -> ArgumentHelp {
    (command, id, both(vi, en))
}

/// The command line with its words in a language.
pub(crate) fn localised(command: Command, language: Language) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).global(true).display_order(1000);
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let command = command.disable_help_subcommand(true).disable_help_flag(true).disable_version_flag(true);
    translated(command.arg(help).arg(version), "", language).after_help(Exit::list(language))
}

fn translated(command: Command, parent: &str, language: Language) -> Command {
    let name = path(parent, command.get_name());
    let usage = choose(language, "Cách dùng", "Usage");
    let template = format!("{{about-with-newline}}\n{usage}: {{usage}}\n\n{{all-args}}{{after-help}}");
    command
        .about(command_text(&name, language).unwrap_or_default())
        .long_about(None)
        .help_template(template)
        .subcommand_help_heading(choose(language, "Lệnh", "Commands"))
        .mut_args(|argument| {
            let text = argument_text(&name, argument.get_id().as_str(), language).unwrap_or_default();
            let heading = match argument.is_positional() {
                true => choose(language, "Tham số", "Arguments"),
                false => choose(language, "Tùy chọn", "Options"),
            };
            let argument = argument.help(text).long_help(None).help_heading(heading);
            match argument.get_action().takes_values() {
                true => argument.hide_possible_values(true).hide_default_value(true),
                false => argument,
            }
        })
        .mut_subcommands(|command| translated(command, &name, language))
}

/// A command under another is known by both their names: several have a `list`.
fn path(parent: &str, name: &str) -> String {
    match parent {
        "" | "kyso" => name.to_owned(),
        parent => format!("{parent} {name}"),
    }
}

fn command_text(name: &str, language: Language) -> Option<&'static str> {
    let last = name.rsplit(' ').next().unwrap_or(name);
    let all = || {
        COMMANDS
            .iter()
            .chain(archive::COMMANDS)
            .chain(certify::COMMANDS)
            .chain(register::COMMANDS)
            .chain(trust::COMMANDS)
    };
    let of = |wanted: &str| all().find(|(command, _)| *command == wanted);
    of(name).or_else(|| of(last)).map(|(_, text)| text.in_language(language))
}

fn argument_text(command: &str, id: &str, language: Language) -> Option<&'static str> {
    let all = || {
        ARGUMENTS
            .iter()
            .chain(archive::ARGUMENTS)
            .chain(certify::ARGUMENTS)
            .chain(register::ARGUMENTS)
            .chain(trust::ARGUMENTS)
    };
    let of = |wanted: &str| all().find(|(command, argument, _)| *command == wanted && *argument == id);
    // The nearest says it: the command itself, the one that it's under, then what means the same everywhere.
    let (first, last) = command.split_once(' ').unwrap_or((command, command));
    let (_, _, text) = of(command).or_else(|| of(last)).or_else(|| of(first)).or_else(|| of("*"))?;
    Some(text.in_language(language))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::arguments::Arguments;

    fn check(command: &Command, parent: &str) {
        let name = &path(parent, command.get_name());
        assert!(command_text(name, Language::English).is_some(), "command {name} has no text");
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            assert!(argument_text(name, id, Language::English).is_some(), "{name}: argument {id} has no text");
        }
        command.get_subcommands().for_each(|command| check(command, name));
    }

    #[test]
    fn every_command_and_argument_is_explained() {
        check(&localised(Arguments::command(), Language::Vietnamese), "");
    }

    #[test]
    fn no_text_is_left_over() {
        let mut ids = Vec::new();
        let mut commands = vec![localised(Arguments::command(), Language::Vietnamese)];
        while let Some(command) = commands.pop() {
            ids.extend(command.get_arguments().map(|argument| argument.get_id().to_string()));
            commands.extend(command.get_subcommands().cloned());
        }
        for (_, id, _) in ARGUMENTS.iter().chain(archive::ARGUMENTS).chain(register::ARGUMENTS).chain(trust::ARGUMENTS)
        {
            assert!(ids.iter().any(|known| known == id), "{id} is explained, but no command takes it");
        }
    }
}
