//! `cargo fuzz run asn1`: see `kyso_tests::fuzz::asn1`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kyso_tests::fuzz::asn1(data));
