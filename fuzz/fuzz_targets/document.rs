//! `cargo fuzz run document`: see `kyso_tests::fuzz::document`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::document(data));
