//! `kyso draw-pages`: what this program starts itself as, to draw the pages of strangers' files in a process apart.

use std::io;

use kyso_view::{Apart, Error};

use crate::exit::Exit;
use crate::failure::Failure;

/// The command's name, which no list of commands shows.
const NAME: &str = "draw-pages";

/// The renderer in a process apart.
pub(crate) fn apart() -> Result<Apart, Error> {
    Apart::this_program(&[NAME]).map_err(|error| Error::Apart(error.to_string()))
}

/// Answers one request on standard input. Whoever broke off doesn't want to hear why it failed.
pub(crate) fn run() -> Result<Exit, Failure> {
    match kyso_view::serve(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => Ok(Exit::Done),
        Err(_) => Ok(Exit::Defect),
    }
}
