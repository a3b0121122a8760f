//! Passwords of keys: from a file, from the environment, from a prompt. Never from the command line, which every process
//! of the machine can read. (A PDF's own password is shared with its readers, and `--password` takes it.)

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;
use kyso::Language;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::input;
use crate::text::choose;

/// Passwords are short; a larger file is a mistake.
const LIMIT: u64 = 4096;

/// Where the key's password comes from.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct PasswordArguments {
    #[arg(long, value_name = "FILE")]
    pub(crate) pass_file: Option<PathBuf>,
    #[arg(long, value_name = "VAR")]
    pass_env: Option<String>,
}

impl PasswordArguments {
    /// The password that the arguments name; `None` where they name none.
    pub(crate) fn given(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        from(self.pass_file.as_deref(), self.pass_env.as_deref(), "--pass-env")
    }
}

/// The password in a file or in an environment variable, which `argument` named; `None` where there is neither.
pub(crate) fn from(
    file: Option<&Path>,
    variable: Option<&str>,
    argument: &str,
) -> Result<Option<Zeroizing<String>>, Failure> {
    if let Some(path) = file {
        let text = Zeroizing::new(input::small_text(path, LIMIT)?);
        // The first line, as the service has it and OpenSSL's `file:`. Editors put a byte order mark before a text; nobody
        // types one.
        let line = text.strip_prefix('\u{feff}').unwrap_or(&text).lines().next().unwrap_or_default();
        return Ok(Some(Zeroizing::new(line.to_owned())));
    }
    let Some(variable) = variable else { return Ok(None) };
    match std::env::var(variable) {
        Ok(password) => Ok(Some(Zeroizing::new(password))),
        Err(_) => Err(Failure::usage(
            format!("Biến môi trường {variable} ({argument}) không có hoặc không phải UTF-8."),
            format!("The environment variable {variable} ({argument}) isn't set or isn't UTF-8."),
        )),
    }
}

/// Asks the person at the terminal for the password of `key`.
pub(crate) fn ask(key: &Path, language: Language) -> Result<Zeroizing<String>, Failure> {
    let file = key.display();
    let nobody = || {
        Failure::usage(
            format!("Khóa {file} có mật khẩu: hãy dùng --pass-file hoặc --pass-env, hoặc chạy trong cửa sổ dòng lệnh."),
            format!("The key {file} has a password: use --pass-file or --pass-env, or run in a terminal."),
        )
    };
    if !std::io::stdin().is_terminal() {
        return Err(nobody());
    }
    let prompt = format!("{} {file}: ", choose(language, "Mật khẩu của", "Password of"));
    rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|_| nobody())
}
