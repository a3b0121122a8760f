//! `cargo fuzz run encrypted`: see `kyso_tests::fuzz::encrypted`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::encrypted(data));
