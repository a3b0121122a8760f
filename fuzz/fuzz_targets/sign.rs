//! `cargo fuzz run sign`: see `kyso_tests::fuzz::sign`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::sign(data));
