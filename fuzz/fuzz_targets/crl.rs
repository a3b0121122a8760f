//! `cargo fuzz run crl`: see `kyso_tests::fuzz::evidence::crl`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::evidence::crl(data));
