//! The command as its users meet it: one file a subject.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test panics where something is wrong"
)]

mod certify;
mod check;
mod copies;
mod demo;
mod inspect;
mod lasting;
mod output;
mod passwords;
mod record;
mod register;
mod register_storm;
mod reserve;
mod serve;
mod signing;
mod taken_in;
mod templates;
mod usage;
mod verify;
