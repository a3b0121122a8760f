//! Evidence that the `openssl` command made: CRLs, OCSP answers, time-stamps, and hostile variations of them.

mod authority;
mod crl;
mod ocsp;
mod tsp;
