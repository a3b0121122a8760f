//! `cargo fuzz run dss`: see `kyso_tests::fuzz::evidence::dss`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::evidence::dss(data));
