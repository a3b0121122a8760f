//! The file as bytes: objects, cross-reference, revisions, filters, encryption. What revisions have in common is read once,
//! and one bound holds for the work on all of them ([`shared`]).

pub(crate) mod agreed;
pub(crate) mod dangling;
pub(crate) mod document;
pub(crate) mod duplicate_keys;
pub(crate) mod filters;
pub mod layout;
pub mod listing;
pub(crate) mod mend;
pub(crate) mod object;
pub(crate) mod other_format;
pub(crate) mod parse;
pub(crate) mod recover;
pub(crate) mod revision;
pub(crate) mod security;
pub(crate) mod shared;
pub(crate) mod stream;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod unfinished;
pub(crate) mod xref;
