//! `cargo fuzz run lasting`: see `kyso_tests::fuzz::lasting`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::lasting(data));
