//! `cargo fuzz run key_file`: see `kyso_tests::fuzz::key_file`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::key_file(data));
