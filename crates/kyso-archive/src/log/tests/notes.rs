use std::slice::from_ref;

use proptest::prelude::*;

use super::*;

/// C2SP signed-note, Verifier keys: the example.
const SPECIFIED_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const SPECIFIED: &str = "This is an example message.\n\n\
    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
/// golang.org/x/mod, sumdb/note: the example of the package, whose author made the format.
const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
/// The beginning of the specification itself, whose key isn't published; a text with an empty line in it.
const POEM: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
    — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
/// A checkpoint of a log of certificates, as it was published in 2026, with its witnesses: cosignatures that others made.
const PUBLISHED: &str = "arche2025h1.staging.ct.transparency.dev\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n\
    — arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n\
    — arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n\
    — transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==\n\
    — witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==\n\
    — remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n\
    — witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==\n";
const PUBLISHED_KEYS: [&str; 5] = [
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f",
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
];

fn key(text: &str) -> VerifierKey {
    text.parse().unwrap()
}

fn note(text: &str) -> Note {
    Note::parse(text.as_bytes()).unwrap()
}

#[test]
fn notes_that_others_signed_hold() {
    for (text, by, message) in [(SPECIFIED, SPECIFIED_KEY, "This is an example message.\n"), (GO, GO_KEY, &GO[..99])] {
        let (note, key) = (note(text), key(by));
        assert_eq!((note.text(), note.to_string().as_str()), (message, text));
        assert_eq!(note.verify(from_ref(&key)).unwrap(), [Signed { key: &key, time: None }]);
        assert_eq!(key.to_string(), by);
        let changed = text.replacen("is", "iz", 1);
        assert_eq!(
            Note::parse(changed.as_bytes()).unwrap().verify(from_ref(&key)),
            Err(NoteFault::Signature(key.name().to_owned()))
        );
    }
    assert_eq!(note(POEM).to_string(), POEM);
    assert!(note(POEM).text().ends_with("sole:\n\ned è subito sera.\n"));
    assert_eq!(note(POEM).verify(&[key(GO_KEY)]), Err(NoteFault::Unsigned));
}

#[test]
fn cosignatures_that_others_made_hold() {
    let (note, keys) = (note(PUBLISHED), PUBLISHED_KEYS.map(key));
    assert_eq!(note.to_string(), PUBLISHED);
    let signed = note.verify(&keys).unwrap();
    assert_eq!(signed.iter().map(|one| one.key.name()).collect::<Vec<_>>(), keys.each_ref().map(VerifierKey::name));
    assert_eq!(
        signed.iter().map(|one| one.time).collect::<Vec<_>>()[..3],
        [None, Some(1_779_573_024), Some(1_779_573_024)]
    );
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    assert_eq!(checkpoint.size(), 1_432_088_532);
    // A cosignature is of its time too.
    let later = PUBLISHED.replacen("2net5wAAAABqEiEg", "2net5wAAAABqEiEh", 1);
    assert_ne!(later, PUBLISHED);
    let fault = Note::parse(later.as_bytes()).unwrap().verify(&keys);
    assert_eq!(fault, Err(NoteFault::Signature("remora.n621.de".to_owned())));
    // The same key isn't a log's: its id is another, and so its signatures are a stranger's.
    let as_log = VerifierKey::new("remora.n621.de", KeyUse::Note, *keys[3].public()).unwrap();
    assert_eq!(note.verify(&[as_log]), Err(NoteFault::Unsigned));
}

/// Ed25519 gives the same signature for the same text, so others' keys would make the same lines.
#[test]
fn what_is_signed_here_is_what_others_sign() {
    use base64::Engine as _;
    // golang.org/x/mod publishes the private key of its example: PRIVATE+KEY+PeterNeumann+c74f20a3+…
    let octets = ::base64::engine::general_purpose::STANDARD;
    let seed = octets.decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").unwrap();
    let key = Ed25519Key::from_seed(seed[1..].try_into().unwrap()).unwrap();
    let signer = SignerKey::new("PeterNeumann", KeyUse::Note, key).unwrap();
    assert_eq!(signer.verifier().to_string(), GO_KEY);
    let mut made = Note::new(note(GO).text().to_owned()).unwrap();
    made.add(signer.sign(made.text(), 0).unwrap()).unwrap();
    assert_eq!(made.to_string(), GO);
}

#[test]
fn strangers_are_passed_over_and_a_known_key_must_hold() {
    let (one, two) = (signer("one.example", KeyUse::Note, 1), signer("two.example", KeyUse::Cosignature, 2));
    let mut made = Note::new("text\n".to_owned()).unwrap();
    made.add(one.sign("text\n", 0).unwrap()).unwrap();
    made.add(two.sign("text\n", 99).unwrap()).unwrap();
    made.add(two.sign("text\n", 99).unwrap()).unwrap();
    assert_eq!(made.signatures().len(), 2, "the same line once");
    made.add(two.sign("text\n", 100).unwrap()).unwrap();
    let keys = [one.verifier().clone(), two.verifier().clone()];
    let signed = made.verify(&keys).unwrap();
    assert_eq!(signed, [Signed { key: &keys[0], time: None }, Signed { key: &keys[1], time: Some(99) }]);
    assert_eq!(made.verify(&keys[..1]).unwrap().len(), 1);
    // Another key's signature under a known name and id.
    let mut other = signer("one.example", KeyUse::Note, 3).sign("text\n", 0).unwrap();
    assert_eq!((made.signatures()[0].name(), made.signatures()[0].id()), ("one.example", keys[0].id()));
    made.add(other.clone()).unwrap();
    assert!(made.verify(&keys).is_ok(), "under another id it's a stranger's");
    other.id = keys[0].id();
    made.add(other).unwrap();
    assert_eq!(made.verify(&keys), Err(NoteFault::Signature("one.example".to_owned())));
    assert_eq!(made.verify(&[]), Err(NoteFault::Unsigned));
}

#[test]
fn sixty_four_signatures_are_taken_and_no_more() {
    let mut made = Note::new("text\n".to_owned()).unwrap();
    let signers: Vec<SignerKey> = (0..65).map(|seed| signer("many.example", KeyUse::Note, seed)).collect();
    for signer in &signers[..64] {
        made.add(signer.sign("text\n", 0).unwrap()).unwrap();
    }
    let keys: Vec<VerifierKey> = signers.iter().map(|signer| signer.verifier().clone()).collect();
    assert_eq!(note(&made.to_string()).verify(&keys).unwrap().len(), MAX_SIGNATURES);
    let one_more = signers[64].sign("text\n", 0).unwrap();
    assert_eq!(made.add(one_more.clone()), Err(NoteFault::TooLarge));
    assert_eq!(Note::parse(format!("{made}{one_more}\n").as_bytes()), Err(NoteFault::TooLarge));
    // Sixteen of 5,000 octets each have room, and a text of the largest size has none for any.
    let mut large = Note::new("text\n".to_owned()).unwrap();
    for at in 0..16 {
        let value = vec![at; 5000];
        large.add(NoteSignature { name: "later.example".to_owned(), id: [0; 4], value }).unwrap();
    }
    assert_eq!(note(&large.to_string()), large);
    let mut full = Note::new("a".repeat(MAX_NOTE - 1) + "\n").unwrap();
    assert_eq!(full.add(one_more), Err(NoteFault::TooLarge));
    assert_eq!(Note::new("a".repeat(MAX_NOTE) + "\n"), Err(NoteFault::TooLarge));
    assert_eq!(Note::parse(&vec![b'a'; MAX_NOTE + 1]), Err(NoteFault::TooLarge));
}

#[test]
fn nothing_else_is_a_note() {
    let dash = "— ";
    for (from, to) in [
        ("\n\n", "\n"),
        (dash, "- "),
        (dash, "—"),
        (dash, "—  "),
        ("example.com/foo", ""),
        ("example.com/foo", "example.com+foo"),
        ("example.com/foo ", "example.com/foo\u{a0}x "),
        ("example.com/foo", "example.com/foo "),
        ("aQM=", "aQM"),
        ("aQM=", "aQN="),
        ("aQM=", "aQM= "),
        ("aQM=\n", "aQM="),
        ("aQM=\n", "aQM=\n\n"),
        ("aQM=\n", "aQM=\r\n"),
        ("aQM=\n", "aQM=\nmore\n"),
        ("message", "mess\tage"),
        ("message", "mess\0age"),
        ("Uw2Q", "!!!!"),
    ] {
        let wrong = SPECIFIED.replacen(from, to, 1);
        assert_ne!(wrong, SPECIFIED, "{from:?}");
        assert_eq!(Note::parse(wrong.as_bytes()), Err(NoteFault::Form), "{wrong}");
    }
    for wrong in [&b""[..], b"\n", b"\n\n", b"text\n", b"text\n\n", b"text\n\n\n", b"\xff\n\n"] {
        assert_eq!(Note::parse(wrong), Err(NoteFault::Form), "{wrong:?}");
    }
    for wrong in ["", "text", "te\rxt\n"] {
        assert_eq!(Note::new(wrong.to_owned()), Err(NoteFault::Form), "{wrong:?}");
    }
    // Four octets are a key's id, and no signature behind it.
    assert_eq!(NoteSignature::parse("— one.example AAAAAA=="), None);
    assert!(NoteSignature::parse("— one.example AAAAAAA=").is_some());
}

#[test]
fn a_slip_in_a_keys_text_is_found() {
    for (from, to, fault) in [
        ("530d903a", "530d903b", KeyFault::Id),
        ("530d903a", "530D903A", KeyFault::Id),
        ("530d903a", "", KeyFault::Id),
        ("example.com", "exomple.com", KeyFault::Id),
        ("example.com/foo", "", KeyFault::Name),
        ("example.com/foo", "example com", KeyFault::Name),
        ("U2k", "U2l", KeyFault::Id),
        ("U2k", "U2kA", KeyFault::Form),
        ("3U2k", "", KeyFault::Length),
        ("+Ae", "+Be", KeyFault::Algorithm(5)),
        ("+Ae", "+Bu", KeyFault::Algorithm(6)),
        ("+Ae", "Ae", KeyFault::Form),
        ("AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "", KeyFault::Form),
        ("U2k", "U2k\n", KeyFault::Form),
    ] {
        let wrong = SPECIFIED_KEY.replacen(from, to, 1);
        assert_ne!(wrong, SPECIFIED_KEY, "{from:?}");
        assert_eq!(wrong.parse::<VerifierKey>(), Err(fault), "{wrong}");
    }
    assert_eq!("".parse::<VerifierKey>(), Err(KeyFault::Form));
    for name in ["", "a+b", "a b", "a\u{3000}b", "a\nb"] {
        assert_eq!(VerifierKey::new(name, KeyUse::Note, [0; 32]), Err(KeyFault::Name), "{name:?}");
    }
    // The private key isn't shown.
    let shown = format!("{:?}", signer("one.example", KeyUse::Note, 0x5a));
    assert!(!shown.contains("5a5a5a5a"), "{shown}");
}

#[test]
fn a_time_beyond_63_bits_is_no_cosignature() {
    let witness = signer("witness.example", KeyUse::Cosignature, 4);
    for (time, holds) in [(0, true), (i64::MAX as u64, true), (i64::MAX as u64 + 1, false)] {
        let mut made = Note::new("text\n".to_owned()).unwrap();
        match witness.sign("text\n", time) {
            Ok(signature) => made.add(signature).unwrap(),
            Err(_) => assert!(!holds),
        }
        assert_eq!(made.verify(&[witness.verifier().clone()]).is_ok(), holds, "{time}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(text in "[^\\x00-\\x1f]{0,60}(\n[^\\x00-\\x1f]{0,20}){0,4}\n", name in "[a-z./]{1,20}", id: [u8; 4], value in proptest::collection::vec(any::<u8>(), 1..99), public: [u8; 32]) {
        let mut made = Note::new(text).unwrap();
        made.add(NoteSignature { name: name.clone(), id, value }).unwrap();
        prop_assert_eq!(Note::parse(made.to_string().as_bytes()), Ok(made));
        for usage in [KeyUse::Note, KeyUse::Cosignature] {
            let key = VerifierKey::new(&name, usage, public).unwrap();
            prop_assert_eq!(key.to_string().parse(), Ok(key));
        }
    }

    #[test]
    fn any_octets_are_refused_or_would_be_written_so(bytes: Vec<u8>, text in "([a-z—\n ]{0,9}\n){0,3}\n(— [a-z+]{0,4} [A-Za-z0-9+/=]{0,12}\n){0,3}", key in "[a-z+]{0,4}\\+[0-9a-f]{0,8}\\+[A-Za-z0-9+/=]{0,44}") {
        for bytes in [&bytes[..], text.as_bytes()] {
            if let Ok(note) = Note::parse(bytes) {
                prop_assert_eq!(note.to_string().into_bytes(), bytes);
            }
        }
        if let Ok(read) = key.parse::<VerifierKey>() {
            prop_assert_eq!(read.to_string(), key);
        }
    }
}
