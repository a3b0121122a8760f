use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

const SALT: [u8; 32] = [5; 32];

fn time() -> Timestamp {
    "2026-11-29T08:15:30.123456Z".parse().unwrap()
}

#[test]
fn an_entry_is_four_lines() {
    let entry = Entry::new("version.added", time(), commitment(&SALT, b"{}")).unwrap();
    // By another program: printf 'kyso.record/v1\n' with 32 octets 0x05 and {} behind it, through openssl dgst and base64.
    let text = "kyso.log/v1\nversion.added\n2026-11-29T08:15:30.123456Z\n".to_owned() + COMMITTED + "\n";
    assert_eq!(entry.to_string(), text);
    assert_eq!(Entry::parse(text.as_bytes()).unwrap(), entry);
    assert_eq!(entry.leaf(), Hash::leaf(text.as_bytes()));
    assert_eq!((entry.kind(), entry.time(), entry.commitment()), ("version.added", time(), &commitment(&SALT, b"{}")));
}

const COMMITTED: &str = "1G/DwqUqe7gL1gYxnf5i15MxaKf3FdhqmdLtg/wABPc=";

#[test]
fn a_commitment_is_to_salt_and_record() {
    let made = commitment(&SALT, b"{}");
    assert_ne!(made, commitment(&[6; 32], b"{}"));
    assert_ne!(made, commitment(&SALT, b"{ }"));
    assert_ne!(made, commitment(&SALT, b""));
}

#[test]
fn whole_seconds_have_their_decimals_too() {
    let whole: Timestamp = "2026-11-29T08:15:30Z".parse().unwrap();
    assert_eq!(time_text(whole).as_deref(), Some("2026-11-29T08:15:30.000000Z"));
    let entry = Entry::new("restored", whole, Hash::empty()).unwrap();
    assert_eq!(Entry::parse(entry.to_string().as_bytes()).unwrap(), entry);
    assert_eq!(time_text("2026-11-29T08:15:30.123456789Z".parse().unwrap()), None);
    assert_eq!(time_text("-000009-11-29T08:15:30Z".parse().unwrap()), None);
}

#[test]
fn nothing_else_is_an_entry() {
    let right = Entry::new("version.added", time(), Hash::empty()).unwrap().to_string();
    assert!(Entry::parse(right.as_bytes()).is_ok());
    for (from, to, fault) in [
        ("kyso.log/v1", "kyso.log/v2", EntryFault::Form),
        ("kyso.log/v1\n", "", EntryFault::Form),
        ("version.added", "Version.added", EntryFault::Kind),
        ("version.added", "version..added", EntryFault::Kind),
        ("version.added", "version.1added", EntryFault::Kind),
        ("version.added", "", EntryFault::Kind),
        ("version.added", "version added", EntryFault::Kind),
        (".123456Z", ".123Z", EntryFault::Time),
        (".123456Z", "Z", EntryFault::Time),
        (".123456Z", ".123456z", EntryFault::Time),
        (".123456Z", ".123456+00:00", EntryFault::Time),
        ("T08", " 08", EntryFault::Time),
        ("T08:15", "T24:15", EntryFault::Time),
        ("=\n", "=", EntryFault::Form),
        ("=\n", "\n", EntryFault::Form),
        ("=\n", "=\n\n", EntryFault::Form),
        ("=\n", "=\r\n", EntryFault::Form),
    ] {
        let wrong = right.replacen(from, to, 1);
        assert_ne!(wrong, right, "{from}");
        assert_eq!(Entry::parse(wrong.as_bytes()), Err(fault), "{wrong}");
    }
    assert_eq!(Entry::parse(b"kyso.log/v1\n\xff\n"), Err(EntryFault::Form));
    assert_eq!(Entry::new(&"a".repeat(65), time(), Hash::empty()), Err(EntryFault::Kind));
    assert!(Entry::new(&"a".repeat(64), time(), Hash::empty()).is_ok());
}

#[test]
fn a_checkpoint_is_three_lines() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint: Checkpoint = text.parse().unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(checkpoint.to_string(), text);
    for (from, to) in [
        ("20852163", "020852163"),
        ("20852163", "+20852163"),
        ("20852163", "-1"),
        ("20852163", ""),
        ("20852163", "9223372036854775808"),
        ("20852163", "99999999999999999999"),
        ("q2I=", "q2J="),
        ("q2I=", "q2I"),
        ("q2I=\n", "q2I="),
        ("q2I=\n", "q2I=\nmore\n"),
        ("q2I=\n", "q2I=\n\n"),
        ("CsUY", ""),
        ("example.com/behind-the-sofa", ""),
        ("sofa", "so\u{7f}fa"),
    ] {
        let wrong = text.replacen(from, to, 1);
        assert_eq!(wrong.parse::<Checkpoint>(), Err(CheckpointFault), "{wrong}");
    }
    assert_eq!(Checkpoint::new("a\nb", 1, Hash::empty()), Err(CheckpointFault));
    assert_eq!(Checkpoint::new("a", MAX_SIZE + 1, Hash::empty()), Err(CheckpointFault));
    assert_eq!(Checkpoint::new(&"a".repeat(256), 1, Hash::empty()), Err(CheckpointFault));
    assert!(Checkpoint::new("Ärchiv der Gemeinde 1", 0, Hash::empty()).is_ok());
}

proptest! {
    #[test]
    fn what_is_written_is_read(kind in "[a-z][a-z0-9-]{0,9}(\\.[a-z][a-z0-9-]{0,9}){0,3}", at in -62_135_596_800_000_000_i64..253_402_000_000_000_000, hash: [u8; 32], size in 0..=MAX_SIZE, origin in "[^\\p{Cc}]{1,60}") {
        let time = Timestamp::from_microsecond(at).unwrap();
        let entry = Entry::new(&kind, time, Hash::new(hash)).unwrap();
        prop_assert_eq!(Entry::parse(entry.to_string().as_bytes()), Ok(entry));
        let checkpoint = Checkpoint::new(&origin, size, Hash::new(hash)).unwrap();
        prop_assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint));
    }

    #[test]
    fn any_text_is_refused_or_would_be_written_so(text in "kyso.log/v1\n[a-z.]{0,9}\n[0-9T:.Z-]{0,30}\n.{0,50}\n", other: Vec<u8>, three in "[a-z]{0,3}\n[0-9]{0,20}\n.{0,50}\n?") {
        for bytes in [text.as_bytes(), &other] {
            if let Ok(entry) = Entry::parse(bytes) {
                prop_assert_eq!(entry.to_string().into_bytes(), bytes);
            }
        }
        if let Ok(checkpoint) = three.parse::<Checkpoint>() {
            prop_assert_eq!(checkpoint.to_string(), three);
        }
    }
}
