//! The service over real connections. Every answer is held against the OpenAPI description (`contract`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test panics where something is wrong"
)]

mod authorization;
mod certification;
mod codes;
mod contract;
mod destroyed;
mod idempotency;
mod levels;
mod log;
mod monitoring;
mod reading;
mod register_heads;
mod saying;
mod serving;
mod signing;
mod uploads;
mod world;
