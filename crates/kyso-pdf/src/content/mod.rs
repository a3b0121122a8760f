//! Content streams, whatever they show (ISO 32000-2, 7.8.2): their operators in balance, matrices, paths.

pub(crate) mod balance;
pub(crate) mod matrix;
pub(crate) mod path;
