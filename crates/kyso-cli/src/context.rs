//! What every command runs in: the language, the one look at the clock, the terminal.

use std::fmt;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use jiff::Timestamp;
use kyso::Language;

use crate::failure::Failure;
use crate::guarded::Guarded;
use crate::input::is_standard;
use crate::text::choose;

/// What every command runs in.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) language: Language,
    /// The time at which the command was started.
    pub(crate) now: Timestamp,
    /// What no output may replace.
    pub(crate) guarded: Guarded,
}

impl Context {
    pub(crate) fn new(language: Language, guarded: Guarded) -> Self {
        Self { language, now: Timestamp::now(), guarded }
    }

    pub(crate) fn say<'a>(&self, vietnamese: &'a str, english: &'a str) -> &'a str {
        choose(self.language, vietnamese, english)
    }

    /// Whether what is printed may have colour (<https://no-color.org>).
    pub(crate) fn colour(&self) -> bool {
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
    }

    /// Prints to standard output. A reader who has gone away (`kyso … | head`) is no failure.
    pub(crate) fn print(&self, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let mut sink = io::BufWriter::new(io::stdout().lock());
        printed(content(&mut sink).and_then(|()| sink.flush()))
    }

    /// Prints what became of an output: beside it, where the standard output is the output.
    pub(crate) fn print_of(
        &self,
        output: &Path,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if !is_standard(output) {
            return self.print(content);
        }
        let mut text = Vec::new();
        content(&mut text).map_err(|error| Failure::printing(&error))?;
        let _ = io::stderr().write_all(&text);
        Ok(())
    }
}

/// What came of writing a document to the standard output: whoever went away before its end hasn't got it.
pub(crate) fn delivered(outcome: io::Result<()>) -> Result<(), Failure> {
    outcome.map_err(|error| Failure::printing(&error))
}

/// Whether the standard output was closed when the command began: what is written there is lost, and no error says so. The
/// standard library opens /dev/null in its place, for reading and writing, so that no file gets its number.
#[cfg(unix)]
pub(crate) fn is_output_closed() -> bool {
    let stdout = io::stdout();
    let is_both = rustix::fs::fcntl_getfl(&stdout).is_ok_and(|flags| flags.contains(rustix::fs::OFlags::RDWR));
    let is_null = match (rustix::fs::fstat(&stdout), rustix::fs::stat("/dev/null")) {
        (Ok(stdout), Ok(null)) => (stdout.st_dev, stdout.st_ino) == (null.st_dev, null.st_ino),
        _ => false,
    };
    is_both && is_null
}

#[cfg(not(unix))]
pub(crate) fn is_output_closed() -> bool {
    false
}

/// Refuses to begin what would be lost: a document, or a number that is given out, where the standard output is closed.
pub(crate) fn demand_open_output() -> Result<(), Failure> {
    if !is_output_closed() {
        return Ok(());
    }
    Err(Failure::usage(
        "Đầu ra chuẩn đã đóng (>&-), nên kết quả sẽ mất; hãy chuyển vào tệp (> TỆP) hoặc lệnh khác.",
        "The standard output is closed (>&-), so the result would be lost; send it to a file (> FILE) or to another command.",
    ))
}

/// What came of printing to the standard output.
pub(crate) fn printed(outcome: io::Result<()>) -> Result<(), Failure> {
    match outcome {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::printing(&error)),
        _ => Ok(()),
    }
}

/// Tells the person at the terminal, on the standard error. Where that can't be written, nobody can be told of it either, and the
/// command goes on.
pub(crate) fn tell(text: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{text}");
}
