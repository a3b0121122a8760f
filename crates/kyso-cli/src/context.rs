//! What every command runs in: the language, the one look at the clock, the terminal.

use std::io::{self, IsTerminal as _, Write};

use jiff::Timestamp;
use kyso::Language;

use crate::failure::Failure;
use crate::guarded::Guarded;
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
        match content(&mut sink).and_then(|()| sink.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::writing(std::path::Path::new("stdout"), &error))
            }
            _ => Ok(()),
        }
    }
}
