//! Evidence that the `openssl` command made: CRLs, OCSP answers, time-stamps, and hostile variations of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test panics where something is wrong"
)]

mod authority;
mod crl;
mod ocsp;
mod tsp;
