//! The command as its users meet it: one file a subject.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test panics where something is wrong"
)]

mod archive_audit;
mod archive_backup;
mod archive_clock;
mod archive_courses;
mod archive_destroy;
mod archive_said;
mod archive_status;
mod certify;
mod check;
mod copies;
mod demo;
mod evidence;
mod evidence_of_archives;
mod inspect;
mod lasting;
mod messages;
mod output;
mod passwords;
mod private;
mod receipt;
mod record;
mod register;
mod register_head;
mod register_issue;
mod register_logged;
mod register_sealed;
mod register_storm;
mod reserve;
mod roster;
mod serve;
mod signing;
mod streams;
mod taken_in;
mod templates;
mod trust;
mod usage;
mod verify;
