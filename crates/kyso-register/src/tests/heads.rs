//! What was cut off, put back or changed shows by a head that was written down.

use super::tampering::{chained_anew, changed, raw, told};
use super::*;

for_each_database!(
    a_register_that_went_on_is_whole,
    a_head_of_another_time_is_told,
    one_look_tells_a_register_that_was_put_back,
);

/// Four issued numbers; the heads after the second, and at the end.
async fn written_down() -> (tempfile::TempDir, Register, Head, Head) {
    let place = Place::file();
    let (register, middle, end) = written_down_in(&place).await;
    let Place::File(directory) = place else { unreachable!() };
    (directory, register, middle, end)
}

async fn written_down_in(place: &Place) -> (Register, Head, Head) {
    let register = place.register().await;
    let time = |minute: i8| Stamp {
        by: "Lê Thị Mẫu".into(),
        at: VIETNAM.to_timestamp(date(2026, 3, 5).at(9, minute, 0, 0)).unwrap(),
    };
    let mut middle = None;
    for (minute, key) in (0..).zip(["a", "b", "c", "d"]) {
        let entry = register.allot(&request("CK", key), &time(minute)).await.unwrap().entry;
        register.issue(&entry.id(), &verified(key), &time(minute)).await.unwrap();
        if key == "b" {
            middle = Some(register.head().await.unwrap());
        }
    }
    let end = register.head().await.unwrap();
    (register, middle.unwrap(), end)
}

async fn differences(register: &Register, heads: &[&Head]) -> Vec<Option<Difference>> {
    let heads = heads.iter().map(|head| (*head).clone()).collect::<Vec<_>>();
    let audit = register.audit_since(&heads).await.unwrap();
    // Without the heads nobody would know.
    assert_eq!(audit.problems, []);
    assert_eq!(audit.is_whole(), audit.since.iter().all(|one| one.difference.is_none()));
    audit.since.into_iter().map(|compared| compared.difference).collect()
}

fn first(event: u64, ordinal: Option<u32>) -> First {
    let entry = ordinal.map(|ordinal| EntryId { register: "CK".into(), year: 2026, ordinal });
    First { event, entry, number: ordinal.map(|ordinal| number("SCT/CK,ĐC", 2026, ordinal, 1)) }
}

async fn a_register_that_went_on_is_whole(place: Place) {
    let (register, middle, end) = written_down_in(&place).await;
    assert_eq!((middle.events, end.events), (Some(6), Some(10)));
    allot(&register, &request("BS", "e")).await;
    let before_all = Head { events: Some(0), chain: store::BEGINNING.into(), at: None };
    assert_eq!(differences(&register, &[&middle, &end, &before_all]).await, [None, None, None]);
    let audit = register.audit_since(std::slice::from_ref(&end)).await.unwrap();
    assert_eq!(audit.since[0].since, Some(2));
    // As versions before printed it.
    let old = format!("Sự kiện: 10 ({})", end.chain).parse::<Head>().unwrap();
    let bare = end.chain.parse::<Head>().unwrap();
    assert_eq!(differences(&register, &[&old, &bare]).await, [None, None]);
    // Miscounted, it isn't that head.
    let wrong = Head { events: Some(9), ..end };
    assert!(matches!(differences(&register, &[&wrong]).await[0], Some(Difference::Changed { last: 9, .. })));
}

/// The chain alone isn't the head: one with another time was copied wrongly, or made up.
async fn a_head_of_another_time_is_told(place: Place) {
    let (register, middle, end) = written_down_in(&place).await;
    let at = |head: &Head, years: i64| head.at.map(|at| at - jiff::SignedDuration::from_hours(24 * 365 * years));
    let of_2025 = Head { at: at(&end, 1), ..end.clone() };
    let uncounted = Head { events: None, ..of_2025.clone() };
    let found = differences(&register, &[&middle, &end, &of_2025, &uncounted]).await;
    assert_eq!(found[..2], [None, None]);
    for difference in &found[2..] {
        assert!(matches!(difference, Some(Difference::Time { at: Some(_) })), "{difference:?}");
    }
    let text = replaced_text(found[2].as_ref().unwrap(), &of_2025);
    assert!(text.contains("ĐẦU SỔ CHÉP SAI") && text.contains("2026"), "{text}");
    let before_all = Head { events: Some(0), chain: store::BEGINNING.into(), at: end.at };
    assert_eq!(differences(&register, &[&before_all]).await, [Some(Difference::Time { at: None })]);
    // A head that says no time is compared by its chain.
    let undated = Head { at: None, ..end };
    assert_eq!(differences(&register, &[&undated]).await, [None]);
}

#[tokio::test]
async fn rows_that_were_cut_off_are_counted() {
    let (directory, register, middle, end) = written_down().await;
    let mut connection = raw(directory.path()).await;
    let cut = "DELETE FROM event WHERE id > 7; DELETE FROM event WHERE ordinal > 2; DELETE FROM entry WHERE ordinal > 2; \
               DELETE FROM number WHERE ordinal > 2";
    changed(&mut connection, cut).await;
    let gone = Difference::Gone { events: 4, first: 7 };
    assert_eq!(differences(&register, &[&middle, &end]).await, [None, Some(gone)]);
    let bare = end.chain.parse::<Head>().unwrap();
    assert_eq!(differences(&register, &[&middle, &bare]).await[1], Some(Difference::Absent { first: 7 }));
    // The number is given out again: the head tells which.
    let again = register.allot(&request("CK", "x"), &stamp(date(2026, 3, 6))).await.unwrap().entry;
    assert_eq!(again.number.ordinal, 3);
    for key in ["y", "z", "u"] {
        register.allot(&request("CK", key), &stamp(date(2026, 3, 6))).await.unwrap();
    }
    let replaced = Difference::Replaced { events: 4, first: first(7, Some(3)) };
    assert_eq!(differences(&register, &[&middle, &end]).await, [None, Some(replaced.clone())]);
    let text = replaced_text(&replaced, &end);
    assert!(text.contains("03, quyển số 01/2026-SCT/CK,ĐC") && text.contains("ít nhất 4"), "{text}");
}

fn replaced_text(difference: &Difference, head: &Head) -> String {
    let compared = Compared { head: head.clone(), difference: Some(difference.clone()), since: None };
    compared.text(kyso::Language::Vietnamese)
}

#[tokio::test]
async fn a_chain_made_anew_is_another_chain() {
    for (change, from) in [
        ("UPDATE event SET actor = 'x' WHERE id = 9", 7),
        // Two rows change places.
        (
            "UPDATE event SET id = 99 WHERE id = 8; UPDATE event SET id = 8 WHERE id = 10; UPDATE event SET id = 10 WHERE id = 99",
            7,
        ),
        ("UPDATE event SET at = '2026-03-05T02:00:30Z' WHERE id = 4", 1),
    ] {
        let (directory, register, middle, end) = written_down().await;
        let mut connection = raw(directory.path()).await;
        changed(&mut connection, change).await;
        chained_anew(&mut connection).await;
        let heads = [middle.clone(), end.clone()];
        let audit = register.audit_since(&heads).await.unwrap();
        assert!(!audit.is_whole(), "{change}");
        let found = audit.since.iter().map(|one| one.difference.clone()).collect::<Vec<_>>();
        match from {
            7 => {
                let ordinal = Some(3);
                let changed = Difference::Changed { first: first(7, ordinal), last: 10 };
                assert_eq!(found, [None, Some(changed)], "{change}");
            }
            _ => {
                let changed = |last| Some(Difference::Changed { first: first(1, None), last });
                assert_eq!(found, [changed(6), changed(10)], "{change}");
            }
        }
    }
}

/// A head that still stands in the chain doesn't call events whole that the chain isn't about any more; and they're told once.
#[tokio::test]
async fn a_head_vouches_for_no_altered_event() {
    let (directory, register, middle, end) = written_down().await;
    let mut connection = raw(directory.path()).await;
    changed(&mut connection, "UPDATE event SET actor = 'x' WHERE id = 8").await;
    let audit = register.audit_since(&[middle, end.clone()]).await.unwrap();
    let found = audit.since.iter().map(|one| one.difference.clone()).collect::<Vec<_>>();
    assert_eq!(found, [None, Some(Difference::Altered { event: 8 })]);
    assert_eq!(told(&register).await.len(), 1);
    let text = audit.since[1].text(kyso::Language::Vietnamese);
    assert!(text.contains("sự kiện 8") && text.contains("SAI") && !text.contains("còn nguyên"), "{text}");
    // One that's taken out: the events have other places than their numbers.
    let (directory, register, middle, _) = written_down().await;
    let mut connection = raw(directory.path()).await;
    changed(&mut connection, "DELETE FROM event WHERE id = 7").await;
    let audit = register.audit_since(&[middle, end]).await.unwrap();
    assert_eq!(audit.since[0].difference, None);
    assert!(audit.since[1].difference.is_some() && !audit.problems.is_empty(), "{audit:?}");
}

#[tokio::test]
async fn a_backup_that_was_put_back_is_told() {
    let (directory, register, middle, end) = written_down().await;
    // A backup of the state in the middle, as an office makes it: by going back to it.
    register.close().await;
    let (file, backup) = (directory.path().join("register.sqlite3"), directory.path().join("backup.sqlite3"));
    std::fs::copy(&file, &backup).unwrap();
    let register = Register::open(directory.path()).await.unwrap().with_clock_confirmed();
    let later = stamp(date(2026, 3, 6));
    for key in ["e", "f"] {
        register.allot(&request("CK", key), &later).await.unwrap();
    }
    let newest = register.head().await.unwrap();
    register.close().await;
    std::fs::copy(&backup, &file).unwrap();
    let register = Register::open(directory.path()).await.unwrap().with_clock_confirmed();
    let gone = Difference::Gone { events: 2, first: 11 };
    assert_eq!(differences(&register, &[&middle, &end, &newest]).await, [None, None, Some(gone)]);
    // The next day it went on: another request got the number.
    let day = stamp(date(2026, 3, 7));
    for key in ["g", "h", "i"] {
        register.allot(&request("CK", key), &day).await.unwrap();
    }
    let replaced = Difference::Replaced { events: 2, first: first(11, Some(5)) };
    assert_eq!(differences(&register, &[&newest, &end]).await, [Some(replaced), None]);
}

/// What a service asks before each number.
async fn one_look_tells_a_register_that_was_put_back(place: Place) {
    let (register, middle, end) = written_down_in(&place).await;
    assert_eq!(register.standing(&end).await.unwrap(), Standing::Whole { since: 0 });
    assert_eq!(register.standing(&middle).await.unwrap(), Standing::Whole { since: 4 });
    let before_all = Head { events: Some(0), chain: store::BEGINNING.into(), at: None };
    assert_eq!(register.standing(&before_all).await.unwrap(), Standing::Whole { since: 10 });
    let other = Head { chain: middle.chain.clone(), ..end.clone() };
    assert_eq!(register.standing(&other).await.unwrap(), Standing::Other { events: 10 });
    let ahead = Head { events: Some(11), ..end.clone() };
    assert_eq!(register.standing(&ahead).await.unwrap(), Standing::Behind { events: 10 });
    assert!(register.standing(&Head { events: None, ..end }).await.is_err(), "it says no count");
    register.close().await;

    let (empty, other) = new().await;
    assert_eq!(other.standing(&middle).await.unwrap(), Standing::Behind { events: 0 });
    drop(empty);
}
