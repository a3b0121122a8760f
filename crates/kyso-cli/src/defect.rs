//! What should never happen: a fault of this program, for whoever mends it.

use std::error::Error;
use std::fmt;

/// What went wrong, in English, with all its causes.
#[derive(Debug)]
pub(crate) struct Defect(String);

impl Defect {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: Error> From<E> for Defect {
    fn from(error: E) -> Self {
        let mut what = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            what.push_str(&format!(": {error}"));
            cause = error.source();
        }
        Self(what)
    }
}
