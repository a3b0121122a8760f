//! Requests to servers on this machine, which play whatever a service outside may do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test panics where something is wrong"
)]

mod fetching;
mod http;
mod proxy;
mod s3;
mod s3_hostile;
mod server;
mod ssrf;
mod time_stamping;
mod tls;
