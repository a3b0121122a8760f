//! Use cases by their public names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test panics where something is wrong"
)]

mod drafts;
