//! `cargo fuzz run ocsp`: see `kyso_tests::fuzz::evidence::ocsp`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::evidence::ocsp(data));
