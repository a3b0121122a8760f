//! The tail: what an update appends to a file (ISO 32000-2, 7.5.6), and the one new file that is written, an extract.

pub(crate) mod append_pages;
pub(crate) mod dictionary_text;
pub mod edit;
pub mod extract;
pub(crate) mod fit_pages;
pub(crate) mod growing;
pub(crate) mod hole;
pub(crate) mod import;
pub(crate) mod incremental;
pub mod need_appearances;
pub(crate) mod new_field;
pub(crate) mod overlay;
pub(crate) mod page_metadata;
pub mod permission;
pub(crate) mod structure;
