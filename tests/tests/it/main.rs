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
mod contents;
mod copies;
mod documentation;
mod encrypted;
mod endings;
mod evidence;
mod extending;
mod fields;
mod flips;
mod judges;
mod later_changes;
mod layout_check;
mod long_term;
mod long_term_table;
mod matrix;
mod mended;
mod mutations;
mod names;
mod office_papers;
mod outside;
mod own_output;
mod packages;
mod page_trees;
mod pdfa;
mod pdfa_colours;
mod pictures;
mod post_quantum;
mod qr;
mod registers;
mod regressions;
mod reports;
mod restated;
mod results;
mod roles;
mod rooms;
mod seen;
mod servers;
mod services;
mod shapes;
mod sources;
mod strict;
mod time_stamps;
mod undecodable;
mod unlisted;
mod validation_report;
mod views;
mod white_space;
