//! Helpers for the end-to-end tests: PDFs of every shape, throwaway keys, outside judges, golden files.
//!
//! All of it is test code: it panics where something is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test panics where something is wrong"
)]

pub mod appended;
pub mod attacks;
pub mod citizen_papers;
pub mod connected;
pub mod corners;
pub mod decades;
pub mod desk;
pub mod first_step;
pub mod folder;
pub mod forge;
pub mod front;
pub mod fuzz;
pub mod golden;
pub mod http;
pub mod ink_scans;
pub mod judges;
pub mod keys;
pub mod lasting;
pub mod mutations;
pub mod newcomer;
pub mod obstacles;
pub mod office_papers;
pub mod outside;
pub mod papers;
pub mod picture;
pub mod province;
pub mod samples;
pub mod scans;
pub mod seen;
pub mod servers;
pub mod service;
pub mod shapes;
pub mod signing;
pub mod stage;
pub mod tool;
pub mod ward;
