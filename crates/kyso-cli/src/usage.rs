//! Mistakes on the command line, in words.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, Error};
use kyso::Language;

use crate::arguments::Arguments;
use crate::help::localised;
use crate::text::{choose, plain};
use crate::values::Wrong;

/// The help of a command that has others under it and was given none.
pub(crate) fn help_instead(error: &Error, line: &[OsString], language: Language) -> Option<String> {
    if !matches!(error.kind(), ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) {
        return None;
    }
    let mut command = localised(Arguments::command(), language);
    command.build();
    let mut command = &command;
    for word in line.iter().skip(1).filter_map(|word| word.to_str()) {
        command = command.find_subcommand(word).unwrap_or(command);
    }
    Some(command.clone().render_help().to_string())
}

/// What is wrong with the command line, and how to go on.
pub(crate) fn describe(error: &Error, language: Language) -> String {
    let of = |kind| error.get(kind).map(|value| plain(&words(value))).unwrap_or_default();
    let argument = match of(ContextKind::InvalidArg) {
        // The one argument that another pair stands in for.
        p12 if p12.starts_with("--p12") && error.kind() == ErrorKind::MissingRequiredArgument => {
            format!("{p12}{}", choose(language, " (hoặc --key và --cert)", " (or --key and --cert)"))
        }
        argument => argument,
    };
    let value = of(ContextKind::InvalidValue);
    let text = match (error.kind(), language) {
        (ErrorKind::InvalidSubcommand, Language::Vietnamese) => {
            format!("không có lệnh {}", of(ContextKind::InvalidSubcommand))
        }
        (ErrorKind::InvalidSubcommand, Language::English) => {
            format!("there is no command {}", of(ContextKind::InvalidSubcommand))
        }
        (ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, _) => {
            choose(language, "thiếu lệnh", "a command is missing").to_owned()
        }
        (ErrorKind::UnknownArgument, Language::Vietnamese) => format!("không có tham số {argument}"),
        (ErrorKind::UnknownArgument, Language::English) => format!("there is no argument {argument}"),
        (ErrorKind::MissingRequiredArgument, Language::Vietnamese) => format!("thiếu {argument}"),
        (ErrorKind::MissingRequiredArgument, Language::English) => format!("{argument} is missing"),
        (ErrorKind::ArgumentConflict, Language::Vietnamese) => {
            let other = of(ContextKind::PriorArg);
            if other == argument || other.is_empty() {
                format!("{argument} chỉ được dùng một lần")
            } else {
                format!("không dùng {argument} cùng với {other}")
            }
        }
        (ErrorKind::InvalidValue, _) if value.is_empty() => match language {
            Language::Vietnamese => format!("{argument} cần một giá trị"),
            Language::English => format!("{argument} needs a value"),
        },
        (ErrorKind::InvalidValue, Language::Vietnamese) => {
            format!("{argument} không nhận giá trị {value}; chỉ nhận: {}", of(ContextKind::ValidValue))
        }
        (ErrorKind::InvalidValue, Language::English) => {
            format!("{argument} doesn't take {value}, only: {}", of(ContextKind::ValidValue))
        }
        (ErrorKind::ValueValidation, _) => {
            let reason = std::error::Error::source(error).map(|source| match source.downcast_ref::<Wrong>() {
                Some(wrong) => plain(wrong.text().in_language(language)),
                None => plain(&source.to_string()),
            });
            let reason = reason.unwrap_or_default();
            match language {
                Language::Vietnamese => format!("giá trị {value} của {argument} không đúng: {reason}"),
                Language::English => format!("{argument} can't be {value}: {reason}"),
            }
        }
        (ErrorKind::TooManyValues, Language::Vietnamese) if value.is_empty() => {
            format!("{argument} không nhận giá trị nào")
        }
        (ErrorKind::TooManyValues, Language::English) if value.is_empty() => format!("{argument} takes no value"),
        (ErrorKind::TooManyValues, Language::Vietnamese) => format!("{argument} không nhận giá trị {value}"),
        (ErrorKind::TooManyValues, Language::English) => format!("{argument} doesn't take {value}"),
        (ErrorKind::InvalidUtf8, _) => {
            choose(language, "có tham số không phải văn bản UTF-8", "an argument isn't UTF-8 text").to_owned()
        }
        (ErrorKind::WrongNumberOfValues, _) if argument.is_empty() => {
            let pattern = first_line(error);
            match language {
                Language::Vietnamese => format!("các tham số không khớp nhau, cần: {pattern}"),
                Language::English => format!("the arguments don't fit together; needed: {pattern}"),
            }
        }
        (_, Language::Vietnamese) => format!("dòng lệnh không đúng ({})", first_line(error)),
        (_, Language::English) => first_line(error),
    };
    match language {
        Language::Vietnamese => format!("Lỗi: {text}. Xem hướng dẫn: kyso --help, kyso LỆNH --help."),
        Language::English => format!("Error: {text}. For help: kyso --help, kyso COMMAND --help."),
    }
}

/// What the error itself says, which is a pattern of our own or something that clap alone knows.
fn first_line(error: &Error) -> String {
    let rendered = error.render().to_string();
    plain(rendered.lines().next().unwrap_or_default().trim_start_matches("error: "))
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(strings) => strings.join(", "),
        ContextValue::StyledStrs(strings) => strings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
