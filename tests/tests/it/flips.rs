//! One byte changed anywhere in what was signed, and the signature no longer passes.

use std::sync::LazyLock;

use kyso::{Indication, Policy, Role};
use kyso_testpki::{KeyType, Profile};
use kyso_tests::{forge, keys, shapes, signing};
use proptest::prelude::*;

/// A signed and sealed file with small keys, and who judges it.
static FILE: LazyLock<(Vec<u8>, Policy)> = LazyLock::new(|| {
    let leader = keys::leader(KeyType::P256);
    let agency = keys::PKI.issue(Profile::seal().key(KeyType::P256)).unwrap();
    let mut policy = signing::policy();
    policy.roster.certificates = vec![signing::entry(&leader, Role::Leader), signing::entry(&agency, Role::Seal)];
    let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Leader), &keys::signer(&leader));
    let document = kyso::Document::parse(&signed).unwrap();
    let sealed =
        kyso::seal(&document, &keys::signer(&agency), &signing::plain_seal(), &policy, &kyso::Outside::default())
            .unwrap();
    (sealed.tail.after(&signed), policy)
});

/// Panics where a signature that covers `at` passes after the byte there became another.
fn changed(at: usize, mask: u8) {
    let (file, policy) = &*FILE;
    let mut bytes = file.clone();
    bytes[at] ^= mask;
    let Ok(report) = kyso::verify(&bytes, policy) else { return };
    for row in &report.signatures {
        let passed = row.indication == Indication::TotalPassed && row.modifications_allowed;
        if let (true, &[first, length, second, rest]) = (passed, &row.byte_range[..]) {
            let covers = |from: i64, length: i64| (from..from + length).contains(&(at as i64));
            assert!(!covers(first, length) && !covers(second, rest), "byte {at} ^ {mask:#x}: {:?} passed", row.field);
        }
    }
}

#[test]
fn no_changed_byte_passes() {
    let (file, policy) = &*FILE;
    let untouched = kyso::verify(file, policy).unwrap();
    assert!(untouched.signatures.iter().all(|row| row.indication == Indication::TotalPassed), "{untouched:#?}");
    assert_eq!(forge::signatures(file).len(), 2);

    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || (thread..file.len()).step_by(threads).for_each(|at| changed(at, 1 << (at % 8))));
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_other_byte_passes(at in 0..FILE.0.len(), mask in 1..=255_u8) {
        changed(at, mask);
    }
}
