//! `cargo fuzz run tst_info`: see `kyso_tests::fuzz::tst_info`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::tst_info(data));
