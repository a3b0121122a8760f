//! Use cases by their public names.

mod drafts;
