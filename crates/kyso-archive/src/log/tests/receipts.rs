use std::slice::from_ref;

use proptest::prelude::*;

use super::*;

const FILE: &[u8] = b"%PDF-1.7 a certified copy";
const ORIGIN: &str = "archive.example/phuong-1";
const AT: &str = "2026-11-29T08:15:30.123456Z";
/// When the witnesses saw it, in seconds since 1970.
const SEEN: u64 = 1_795_000_000;

fn log() -> SignerKey {
    signer(ORIGIN, KeyUse::Note, 1)
}

fn witness(number: u8) -> SignerKey {
    signer(&format!("witness.example/w{number}"), KeyUse::Cosignature, 100 + number)
}

fn record(file: &[u8], changed: impl Fn(String) -> String) -> Vec<u8> {
    let FileDigests { sha256, sha512, bytes } = FileDigests::of(file);
    let hex = kyso::crypto::hex;
    let text = format!(
        r#"{{"kind":"version.added","at":"{AT}","sha256":"{}","sha512":"{}","bytes":{bytes},"more":[{{"any":null}}]}}"#,
        hex(&sha256),
        hex(&sha512)
    );
    changed(text).into_bytes()
}

/// A receipt in a log of `size` entries, whose entry `index` is the record's; signed by the log and two witnesses.
fn issued(record: Vec<u8>, index: u64, size: u64) -> Receipt {
    let salt = [9; 32];
    let entry = Entry::new("version.added", AT.parse().unwrap(), commitment(&salt, &record)).unwrap();
    let tree: MemoryTree = (0..size).map(|at| if at == index { entry.leaf() } else { leaf(at) }).collect();
    let mut checkpoint = Note::new(Checkpoint::new(ORIGIN, size, tree.root()).unwrap().to_string()).unwrap();
    for key in [log(), witness(1), witness(2)] {
        checkpoint.add(key.sign(checkpoint.text(), SEEN).unwrap()).unwrap();
    }
    Receipt { salt, record, index, path: inclusion(index, size, &tree).unwrap(), checkpoint }
}

fn plain() -> Receipt {
    issued(record(FILE, |text| text), 5, 13)
}

fn trust(witnesses: &[u8], quorum: usize) -> Trust {
    let witnesses: Vec<VerifierKey> = witnesses.iter().map(|number| witness(*number).verifier().clone()).collect();
    Trust::new(&[log().verifier().clone()], &witnesses, quorum).unwrap()
}

fn checked(receipt: &Receipt) -> Result<Checked, ReceiptFault> {
    check(&FileDigests::of(FILE), receipt.to_string().as_bytes(), &trust(&[1, 2], 2))
}

#[test]
fn a_receipt_shows_when_the_file_came_into_which_log() {
    for (index, size) in [(0, 1), (5, 13), (12, 13), (255, 256), (600, 1000)] {
        let receipt = issued(record(FILE, |text| text), index, size);
        let shown = checked(&receipt).unwrap();
        assert_eq!((shown.index, shown.size, shown.origin.as_str()), (index, size, ORIGIN));
        assert_eq!(time_text(shown.time).as_deref(), Some(AT));
        let witnesses: Vec<_> = shown.witnesses.iter().map(|one| (one.name.as_str(), one.time)).collect();
        assert_eq!(witnesses, [("witness.example/w1", SEEN), ("witness.example/w2", SEEN)]);
        assert_eq!(Receipt::parse(receipt.to_string().as_bytes()), Some(receipt));
    }
}

#[test]
fn the_form_is_the_specifications() {
    let text = plain().to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "c2sp.org/tlog-proof@v1");
    assert!(lines[1].starts_with("extra CQkJ"));
    assert_eq!(lines[2], "index 5");
    assert_eq!((lines[7], lines[8], lines[9]), ("", ORIGIN, "13"));
    assert!(lines[12].starts_with("\u{2014} archive.example/phuong-1 "));
}

#[test]
fn another_file_is_told() {
    let receipt = plain().to_string();
    let judged = |file: &[u8]| check(&FileDigests::of(file), receipt.as_bytes(), &trust(&[], 0));
    assert!(judged(FILE).is_ok());
    assert_eq!(judged(b"%PDF-1.7 another"), Err(ReceiptFault::OtherFile));
    assert_eq!(judged(b""), Err(ReceiptFault::OtherFile));
    // All three facts are held against the file, also where a log has taken in a record that contradicts itself.
    for (from, to) in
        [("\"bytes\":25", "\"bytes\":26"), ("\"sha256\":\"", "\"sha256\":\"0"), ("\"sha512\":\"", "\"sha512\":\"0")]
    {
        let lying = record(FILE, |text| {
            let (before, after) = text.split_once(from).unwrap();
            match to.strip_prefix(from) {
                Some(digit) => format!("{before}{from}{digit}{}", &after[1..]),
                None => format!("{before}{to}{after}"),
            }
        });
        let shown = checked(&issued(lying.clone(), 5, 13));
        // A digest that began with that digit is as it was.
        assert!(lying == record(FILE, |text| text) || shown == Err(ReceiptFault::OtherFile), "{from}: {shown:?}");
    }
}

#[test]
fn a_record_that_readers_could_read_differently_is_refused() {
    let refused = |changed: fn(String) -> String| checked(&issued(record(FILE, changed), 5, 13)).unwrap_err();
    let form: [fn(String) -> String; 14] = [
        |text| text.replacen('{', "{\"kind\":\"version.added\",", 1),
        |text| text.replacen('{', "{\"\\u006bind\":\"version.added\",", 1),
        |text| text.replacen('{', "{\"sha256\":\"00\",", 1),
        |text| text.replacen("\"any\":null", "\"any\":null,\"any\":1", 1),
        |text| text.replacen("\"bytes\":25", "\"bytes\":25.0", 1),
        |text| text.replacen("\"bytes\":25", "\"bytes\":\"25\"", 1),
        |text| text.replacen("\"sha256\":", "\"sha_256\":", 1),
        |text| text.to_uppercase(),
        |text| text.replacen(".123456Z", ".123Z", 1),
        |text| text.replacen("\"at\":", "\"time\":", 1),
        |text| format!("[{text}]"),
        |text| format!("{text} {text}"),
        |text| text.replacen("version.added", "Version Added", 1),
        |text| format!("{}{text}{}", "[".repeat(5000), "]".repeat(5000)),
    ];
    for (number, changed) in form.into_iter().enumerate() {
        assert_eq!(refused(changed), ReceiptFault::Record, "{number}");
    }
    let other = |text: String| text.replacen("version.added", "version.seen", 1);
    assert_eq!(refused(other), ReceiptFault::Kind("version.seen".to_owned()));
    // Space, order and members that aren't known don't matter: the exact octets are committed to.
    let spaced = record(FILE, |text| text.replacen('{', "{ \"first\" : {} , ", 1));
    assert!(checked(&issued(spaced, 5, 13)).is_ok());
}

/// Whatever of the record, its place or the path is changed, it leads elsewhere.
#[test]
fn what_the_log_does_not_have_is_told() {
    let changed = |change: fn(&mut Receipt)| {
        let mut receipt = plain();
        change(&mut receipt);
        checked(&receipt).unwrap_err()
    };
    let changes: [fn(&mut Receipt); 9] = [
        |receipt| receipt.salt[31] ^= 1,
        |receipt| receipt.record.push(b' '),
        |receipt| {
            receipt.record = String::from_utf8(receipt.record.clone()).unwrap().replace("30.1", "31.1").into_bytes()
        },
        |receipt| receipt.index += 1,
        |receipt| receipt.index = MAX_SIZE,
        |receipt| receipt.path[0] = leaf(99),
        |receipt| receipt.path.swap(0, 1),
        |receipt| receipt.path.push(leaf(99)),
        |receipt| receipt.path.clear(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert_eq!(changed(change), ReceiptFault::NotInLog, "{number}");
    }
    // A log that has signed a tree without the record.
    let forked: MemoryTree = (0..13).map(leaf).collect();
    let mut receipt = plain();
    receipt.checkpoint = Note::new(Checkpoint::new(ORIGIN, 13, forked.root()).unwrap().to_string()).unwrap();
    receipt.checkpoint.add(log().sign(receipt.checkpoint.text(), 0).unwrap()).unwrap();
    receipt.path = inclusion(5, 13, &forked).unwrap();
    assert_eq!(checked(&receipt), Err(ReceiptFault::NotInLog));
}

/// The same receipt under a checkpoint that these have signed, of a log of that name.
fn signed_by(origin: &str, keys: &[SignerKey]) -> Receipt {
    let mut receipt = plain();
    let old: Checkpoint = receipt.checkpoint.text().parse().unwrap();
    let new = Checkpoint::new(origin, old.size(), *old.root()).unwrap();
    receipt.checkpoint = Note::new(new.to_string()).unwrap();
    for key in keys {
        receipt.checkpoint.add(key.sign(receipt.checkpoint.text(), SEEN).unwrap()).unwrap();
    }
    receipt
}

#[test]
fn signatures_are_the_logs_and_the_witnesses() {
    let stranger = signer(ORIGIN, KeyUse::Note, 77);
    assert_eq!(checked(&signed_by(ORIGIN, &[stranger])), Err(ReceiptFault::UnknownLog));
    assert_eq!(checked(&signed_by(ORIGIN, &[witness(1), witness(2)])), Err(ReceiptFault::UnknownLog));
    let elsewhere = signed_by("archive.example/phuong-2", &[log(), witness(1), witness(2)]);
    assert_eq!(checked(&elsewhere), Err(ReceiptFault::Origin("archive.example/phuong-2".to_owned())));
    let few = |signed| Err(ReceiptFault::Witnesses { signed, quorum: 2 });
    assert_eq!(checked(&signed_by(ORIGIN, &[log()])), few(0));
    // Of witness 1, a second signature of a later time counts no second time; a stranger's not at all.
    let mut twice = signed_by(ORIGIN, &[log(), witness(1), witness(3)]);
    twice.checkpoint.add(witness(1).sign(twice.checkpoint.text(), SEEN + 60).unwrap()).unwrap();
    assert_eq!(checked(&twice), few(1));
    // A signature that its key didn't make, of the log or of a witness: nothing else counts then.
    for key in [log(), witness(1)] {
        let mut receipt = signed_by(ORIGIN, &[log(), witness(1), witness(2)]);
        let mut forged = key.sign("another text\n", SEEN).unwrap();
        receipt.checkpoint.add(forged.clone()).unwrap();
        assert_eq!(checked(&receipt), Err(ReceiptFault::Signature(key.verifier().name().to_owned())));
        forged.value.truncate(3);
        let mut receipt = signed_by(ORIGIN, &[log(), witness(1), witness(2)]);
        receipt.checkpoint.add(forged).unwrap();
        assert_eq!(checked(&receipt), Err(ReceiptFault::Signature(key.verifier().name().to_owned())));
    }
    // A log may have changed its key: either is trusted.
    let new = signer(ORIGIN, KeyUse::Note, 2);
    let both = Trust::new(&[log().verifier().clone(), new.verifier().clone()], &[], 0).unwrap();
    for key in [log(), new] {
        let receipt = signed_by(ORIGIN, &[key]).to_string();
        assert!(check(&FileDigests::of(FILE), receipt.as_bytes(), &both).is_ok());
    }
}

#[test]
fn trust_counts_nobody_twice() {
    let (log, one, two) = (log().verifier().clone(), witness(1).verifier().clone(), witness(2).verifier().clone());
    let renamed = VerifierKey::new("witness.example/other", KeyUse::Cosignature, *one.public()).unwrap();
    let of_log = VerifierKey::new(ORIGIN, KeyUse::Cosignature, *log.public()).unwrap();
    let logs = [log.clone()];
    assert_eq!(Trust::new(&[], from_ref(&one), 0), Err(TrustFault::NoLog));
    assert_eq!(Trust::new(from_ref(&one), &[], 0), Err(TrustFault::Use("witness.example/w1".to_owned())));
    assert_eq!(Trust::new(&logs, from_ref(&log), 0), Err(TrustFault::Use(ORIGIN.to_owned())));
    assert_eq!(
        Trust::new(&logs, &[one.clone(), renamed], 2),
        Err(TrustFault::Twice("witness.example/other".to_owned()))
    );
    assert_eq!(Trust::new(&logs, &[of_log], 1), Err(TrustFault::Twice(ORIGIN.to_owned())));
    assert_eq!(Trust::new(&logs, &[one.clone(), two.clone()], 3), Err(TrustFault::Quorum { quorum: 3, witnesses: 2 }));
    assert_eq!(Trust::new(&logs, &[one, two], 2).unwrap().quorum(), 2);
}

/// One bit changed, anywhere: it's never accepted, and the fault is that of the part that it lies in.
#[test]
fn a_flipped_bit_anywhere_is_found() {
    let (receipt, file) = (plain().to_string(), FileDigests::of(FILE));
    let checkpoint = receipt.find(ORIGIN).unwrap();
    let signatures = receipt.find('\u{2014}').unwrap();
    let path = receipt.find("index").unwrap() + "index 5\n".len();
    let mut seen = std::collections::BTreeSet::new();
    for at in 0..receipt.len() {
        for bit in 0..8 {
            let mut changed = receipt.clone().into_bytes();
            changed[at] ^= 1 << bit;
            let fault = check(&file, &changed, &trust(&[1, 2], 2)).expect_err("a changed receipt holds");
            seen.insert(fault.code().name());
            let fits = match at {
                at if at < path => matches!(
                    fault,
                    ReceiptFault::Unreadable
                        | ReceiptFault::Record
                        | ReceiptFault::Kind(_)
                        | ReceiptFault::OtherFile
                        | ReceiptFault::NotInLog
                ),
                at if at < checkpoint => matches!(fault, ReceiptFault::Unreadable | ReceiptFault::NotInLog),
                at if at < signatures => matches!(
                    fault,
                    ReceiptFault::Unreadable
                        | ReceiptFault::Checkpoint
                        | ReceiptFault::NotInLog
                        | ReceiptFault::Signature(_)
                ),
                // A name or an id that nobody has is a stranger's, and is passed over.
                _ => matches!(
                    fault,
                    ReceiptFault::Unreadable
                        | ReceiptFault::Signature(_)
                        | ReceiptFault::UnknownLog
                        | ReceiptFault::Witnesses { .. }
                ),
            };
            assert!(fits, "octet {at}, bit {bit}: {fault:?}");
        }
    }
    for code in
        ["receipt.unreadable", "receipt.record", "receipt.other-file", "receipt.not-in-log", "receipt.signature"]
    {
        assert!(seen.contains(code), "{code} wasn't met: {seen:?}");
    }
    for at in 0..receipt.len() {
        assert!(check(&file, &receipt.as_bytes()[..at], &trust(&[1, 2], 2)).is_err(), "the first {at} octets hold");
    }
}

#[test]
fn what_is_too_large_is_not_looked_at() {
    let long = record(FILE, |text| text.replacen("null", &format!("\"{}\"", "a".repeat(200_000)), 1));
    assert!(checked(&issued(long, 5, 13)).is_err());
    let long = record(FILE, |text| text.replacen("null", &format!("\"{}\"", "a".repeat(190_000)), 1));
    assert!(checked(&issued(long, 5, 13)).is_ok());
    let mut deep = plain();
    deep.path = vec![leaf(1); 64];
    assert_eq!(Receipt::parse(deep.to_string().as_bytes()), None);
}

proptest! {
    #[test]
    fn any_octets_are_refused(bytes: Vec<u8>, at in 0_usize..2000, put in ".{0,30}") {
        let trust = trust(&[1, 2], 2);
        prop_assert!(check(&FileDigests::of(FILE), &bytes, &trust).is_err());
        let mut receipt = plain().to_string();
        let at = (0..=at.min(receipt.len())).rev().find(|at| receipt.is_char_boundary(*at)).unwrap_or(0);
        receipt.insert_str(at, &put);
        let shown = check(&FileDigests::of(FILE), receipt.as_bytes(), &trust);
        prop_assert!(put.is_empty() == shown.is_ok(), "{:?} at {}: {:?}", put, at, shown);
        if let Some(read) = Receipt::parse(receipt.as_bytes()) {
            prop_assert_eq!(read.to_string(), receipt);
        }
    }

    #[test]
    fn what_is_written_is_read(salt: [u8; 32], record: Vec<u8>, index in 0..=MAX_SIZE, path in proptest::collection::vec(any::<[u8; 32]>(), 0..64)) {
        let path = path.into_iter().map(Hash::new).collect();
        let receipt = Receipt { salt, record, index, path, checkpoint: plain().checkpoint };
        prop_assert_eq!(Receipt::parse(receipt.to_string().as_bytes()), Some(receipt));
    }

    #[test]
    fn any_record_is_read_or_refused(record: Vec<u8>, text in "\\{(\"(kind|at|bytes)\":(\"[a-z.]{0,20}\"|[0-9]{1,30}|null),?){0,4}\\}") {
        prop_assert!(Record::parse(&record).is_err());
        prop_assert!(Record::parse(text.as_bytes()).is_err());
    }
}

/// The sample that docs/receipts.md has its readers check: what is committed is what comes out here.
#[test]
fn the_manuals_sample_is_as_it_was_made() {
    use kyso_tests::{golden, shapes};

    let paper = shapes::plain();
    let receipt = issued(record(&paper, |text| text), 70, 300);
    let file = golden::path("receipt/paper.pdf");
    if golden::renewing() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &paper).unwrap();
    }
    assert!(std::fs::read(&file).unwrap() == paper, "UPDATE_GOLDEN=1 renews tests/golden/receipt");
    golden::same_text("receipt/paper.tlog-proof", &receipt.to_string());
    golden::same_text("receipt/log.key", &format!("{}\n", log().verifier()));
    golden::same_text("receipt/witness.key", &format!("{}\n", witness(1).verifier()));
    assert!(check(&FileDigests::of(&paper), receipt.to_string().as_bytes(), &trust(&[1], 1)).is_ok());
}
