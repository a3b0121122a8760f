//! The library by its public names alone, a topic a file; PDFs by `kyso_testpdfs`, keys by `kyso_testpki`. What needs a
//! program or an outside judge beside the `openssl` command is in the workspace's `tests/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test panics where something is wrong"
)]

mod cms_openssl;
mod common;
mod evidence;
mod time;
mod unsigned_algorithm;
mod validate;
mod x509_rsa_sha1;
