//! Mistakes on the command line, in words.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use kyso::Language;

use crate::text::{choose, plain};

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
            let reason = std::error::Error::source(error).map(|source| plain(&source.to_string())).unwrap_or_default();
            match language {
                Language::Vietnamese => format!("giá trị {value} của {argument} không đúng: {reason}"),
                Language::English => format!("{argument} can't be {value}: {reason}"),
            }
        }
        _ => {
            let rendered = error.render().to_string();
            let first = rendered.lines().next().unwrap_or_default();
            plain(first.trim_start_matches("error: "))
        }
    };
    match language {
        Language::Vietnamese => format!("Lỗi: {text}. Xem hướng dẫn: kyso --help, kyso LỆNH --help."),
        Language::English => format!("Error: {text}. For help: kyso --help, kyso COMMAND --help."),
    }
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(strings) => strings.join(", "),
        ContextValue::StyledStrs(strings) => strings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
