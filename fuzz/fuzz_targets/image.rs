//! `cargo fuzz run image`: see `kyso_tests::fuzz::image`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::image(data));
