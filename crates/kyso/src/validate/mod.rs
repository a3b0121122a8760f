//! How a PDF gets verified (ETSI EN 319 102-1, one file a block).

mod format;
pub mod messages;
mod modifications;
pub mod policy;
pub mod report;
