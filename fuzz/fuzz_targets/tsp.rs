//! `cargo fuzz run tsp`: see `kyso_tests::fuzz::tsp`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::tsp(data));
