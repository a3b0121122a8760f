//! `cargo fuzz run contents`: see `kyso_tests::fuzz::contents`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::contents(data));
