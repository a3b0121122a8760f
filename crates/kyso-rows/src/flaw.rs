//! What of a database isn't as its schema has it.

use std::fmt;

/// A table, a trigger or the like that isn't as the steps make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What it is: table, index, trigger, view.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What is wrong with it.
    pub how: How,
}

/// How it differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// It isn't there, or is off.
    Missing,
    /// It reads otherwise.
    Changed,
    /// No step makes it.
    Added,
    /// A table of PostgreSQL that shows the rows of others than the connection's agency.
    Open,
}

impl fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.how {
            How::Missing => "is missing",
            How::Changed => "was changed",
            How::Added => "was added",
            How::Open => "shows every agency's rows",
        };
        write!(formatter, "{} {} {how}", self.kind, self.name)
    }
}
