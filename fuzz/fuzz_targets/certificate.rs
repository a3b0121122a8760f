//! `cargo fuzz run certificate`: see `kyso_tests::fuzz::certificate`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::certificate(data));
