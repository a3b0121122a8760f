//! `cargo fuzz run signed_data`: see `kyso_tests::fuzz::signed_data`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::signed_data(data));
