//! `cargo fuzz run verify`: see `kyso_tests::fuzz::verify`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::verify(data));
