//! End to end: what the crates do together, and what outside judges say of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test panics where something is wrong"
)]

mod another_pki;
mod append;
mod attack_table;
mod attacks;
mod budgets;
mod certification;
mod clean;
mod cms_in_the_wild;
mod code_list;
mod codes;
mod content;
mod copies;
mod encrypted;
mod endings;
mod evidence;
mod extending;
mod flips;
mod judges;
mod layout_check;
mod long_term;
mod long_term_table;
mod matrix;
mod mutations;
mod office_papers;
mod outside;
mod own_output;
mod pdfa;
mod pictures;
mod qr;
mod registers;
mod regressions;
mod reports;
mod results;
mod roles;
mod rooms;
mod seen;
mod shapes;
mod sources;
mod undecodable;
mod unlisted;
mod validation_report;
mod views;
