//! `cargo fuzz run time_stamp`: see `kyso_tests::fuzz::evidence::time_stamp`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::evidence::time_stamp(data));
