//! How a PDF gets verified (ETSI EN 319 102-1, one file a block).

pub mod messages;
pub mod policy;
pub mod report;
