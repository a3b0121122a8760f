//! A register that is moved from its file into PostgreSQL is the same there, and closed here.

use super::*;

/// A register in a file with all that can happen to one.
async fn filled() -> (tempfile::TempDir, Register) {
    let (directory, register) = new().await;
    for key in ["a", "b"] {
        issued(&register, "CK", key).await;
    }
    register.next_book("CK", 2026, &today()).await.unwrap();
    let mut amending = request("GD", "c");
    amending.row.link = Some(Link { how: How::Amends, number: number("SCT/CK,ĐC", 2026, 1, 1) });
    allot(&register, &amending).await;
    let late = allot(&register, &dated("BS", "d", date(2025, 12, 30))).await;
    register.void(&late.id(), "x", &today()).await.unwrap();
    let id = EntryId { register: "CK".into(), year: 2026, ordinal: 2 };
    let decision = Cancellation { decision: "1/QĐ".into(), date: date(2026, 3, 5), replaced_by: None };
    register.cancel(&id, &decision, &today()).await.unwrap();
    register.close_year(2025, false, &today()).await.unwrap();
    sound(&register).await;
    (directory, register)
}

async fn moved(directory: &tempfile::TempDir, place: &grown::Place) -> Result<Moved, Error> {
    let (directory, grown) = (directory.path().to_owned(), place.grown.clone());
    // Also as a task of its own.
    tokio::spawn(async move { Register::move_up(&directory, &grown, Arc::new(|_, _| ())).await }).await.unwrap()
}

async fn opened(directory: &tempfile::TempDir, place: &grown::Place) -> Register {
    let grown = Grown { directory: directory.path().to_owned(), ..place.grown.clone() };
    let opened = Register::open_grown(&grown).await;
    opened.unwrap().with_clock_confirmed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_was_moved_is_the_same() {
    let (directory, register) = filled().await;
    let place = grown::Place::new();
    let (before, head) = (sound(&register).await, register.head().await.unwrap());
    let (entries, closings) =
        (register.list(&Filter::default()).await.unwrap(), register.closings(2025).await.unwrap());
    let done = moved(&directory, &place).await.unwrap();
    assert_eq!((done.events, done.carried, &done.head), (before.events, before.events, &head));

    let there = opened(&directory, &place).await;
    assert_eq!(sound(&there).await, before);
    assert_eq!(there.head().await.unwrap(), head);
    assert_eq!(there.list(&Filter::default()).await.unwrap(), entries);
    assert_eq!(there.closings(2025).await.unwrap(), closings);
    assert_eq!(there.definitions_sha256().await.unwrap(), register.definitions_sha256().await.unwrap());
    // The same keys have the same numbers, and numbers run on.
    assert!(there.allot(&request("CK", "a"), &today()).await.unwrap().known);
    assert_eq!(allot(&there, &request("CK", "e")).await.number, number("SCT/CK,ĐC", 2026, 3, 2));
    assert_eq!(there.standing(&head).await.unwrap(), Standing::Whole { since: 1 });
    assert!(there.audit_since(&[head]).await.unwrap().is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_moved_is_closed_where_it_was() {
    let (directory, register) = filled().await;
    let place = grown::Place::new();
    let head = moved(&directory, &place).await.unwrap().head;
    // Who has it open writes nothing more, and who opens it looks at it alone.
    let refused = register.allot(&request("CK", "e"), &today()).await;
    assert!(matches!(refused, Err(Error::Moved(_))), "{refused:?}");
    assert!(register.entry(&EntryId { register: "CK".into(), year: 2026, ordinal: 1 }).await.unwrap().is_some());
    register.close().await;
    assert!(matches!(Register::open(directory.path()).await, Err(Error::Moved(_))));
    assert!(matches!(Register::create(directory.path()).await, Err(Error::Moved(_))));
    let read = Register::open_to_read(directory.path()).await.unwrap();
    assert_eq!(read.head().await.unwrap(), head);
    assert!(read.allot(&request("CK", "e"), &today()).await.is_err());
    read.close().await;

    // Asked again, it's done; also when the other one went on.
    for _ in 0..2 {
        let again = moved(&directory, &place).await.unwrap();
        assert_eq!((again.carried, &again.head), (0, &head));
        allot(&opened(&directory, &place).await, &request("CK", "f")).await;
    }
    // Its own place in the database stays its own.
    let (other, register) = filled().await;
    allot(&register, &request("CK", "other")).await;
    let refused = moved(&other, &place).await;
    assert!(matches!(refused, Err(Error::OtherRegister { .. })), "{refused:?}");
    assert_eq!(allot(&register, &request("CK", "still here")).await.number.ordinal, 4);
}

/// Cut off anywhere, it isn't opened, and goes on where it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_cut_off_goes_on() {
    let (directory, register) = filled().await;
    let events = sound(&register).await.events;
    for cut in [1, 2, 5, 9] {
        let place = grown::Place::new();
        // The first events alone: what a move that was killed after some of its transactions leaves.
        let from = Register { moved: None, ..register.clone() };
        crate::moving::carry_part(&from, &place.grown, cut).await.unwrap();
        let half = Register::open_grown(&place.grown).await;
        assert!(matches!(half, Err(Error::HalfMoved { .. })), "{half:?}");
        let made = Register::create_grown(&place.grown).await;
        assert!(matches!(made, Err(Error::HalfMoved { .. })), "{made:?}");
        let done = moved(&directory, &place).await.unwrap();
        assert_eq!((done.events, done.carried), (events, events - cut));
        assert_eq!(sound(&opened(&directory, &place).await).await.events, events);
    }
}

/// Who enters something while it's moved finds it there, or is told that it's closed: nothing is lost between the two.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_given_out_meanwhile_are_moved_too() {
    let (directory, register) = filled().await;
    let place = grown::Place::new();
    let busy = tokio::spawn(async move {
        let mut given = Vec::new();
        for key in 0.. {
            match register.allot(&request("CK", &format!("busy {key}")), &today()).await {
                Ok(allotted) => given.push(allotted.entry),
                Err(Error::Moved(_)) => break,
                Err(error) => panic!("{error}"),
            }
        }
        given
    });
    let done = moved(&directory, &place).await.unwrap();
    let given = busy.await.unwrap();
    let there = opened(&directory, &place).await;
    assert_eq!(sound(&there).await.events, done.events);
    for entry in &given {
        assert_eq!(there.by_request(&entry.request).await.unwrap().as_ref(), Some(entry));
    }
    assert_eq!(allot(&there, &request("CK", "next")).await.number.ordinal, 3 + u32::try_from(given.len()).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_isnt_sound_is_not_moved() {
    let (directory, register) = filled().await;
    let mut connection = tampering::raw(directory.path()).await;
    tampering::changed(&mut connection, "UPDATE event SET actor = 'x' WHERE id = 4").await;
    let place = grown::Place::new();
    let refused = moved(&directory, &place).await;
    assert!(matches!(refused, Err(Error::Unsound { problems: 1 })), "{refused:?}");
    assert!(matches!(place.opened().await, Err(Error::AbsentIn { .. })));
    // Nothing was closed.
    assert!(register.allot(&request("CK", "e"), &today()).await.is_ok());
    assert!(matches!(moved(&tempfile::tempdir().unwrap(), &place).await, Err(Error::Absent(_))));
}

/// Numbers that an early version gave out twice are twice there too, and settled there.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_given_out_twice_are_moved_once_they_are_settled() {
    let directory =
        once_for_ever::old_register(&[("GD", "SCT/GD", 1), ("GD", "SCT/GD", 2), ("HDGD", "SCT/GD", 1)]).await;
    let definitions = include_str!("../../data/registers.toml").replace("code = \"GD\"", "code = \"HDGD\"");
    std::fs::write(directory.path().join("registers.toml"), definitions).unwrap();
    let place = grown::Place::new();
    assert!(matches!(moved(&directory, &place).await, Err(Error::Unsound { problems: 1 })));
    let register = Register::open(directory.path()).await.unwrap();
    register.void(&EntryId { register: "HDGD".into(), year: 2026, ordinal: 1 }, "x", &today()).await.unwrap();
    let before = sound(&register).await;
    moved(&directory, &place).await.unwrap();
    let there = opened(&directory, &place).await;
    assert_eq!(sound(&there).await, before);
    let taken = Refusal::Taken { number: number("SCT/GD", 2026, 2, 1), register: "GD".into() };
    assert_eq!(refusal(there.allot(&request("HDGD", "x"), &today()).await), taken);

    // A file of it has them too, under the same rules as before.
    let copy = tempfile::tempdir().unwrap();
    there.snapshot(&copy.path().join("register.sqlite3")).await.unwrap();
    std::fs::copy(directory.path().join("registers.toml"), copy.path().join("registers.toml")).unwrap();
    let copied = Register::open(copy.path()).await.unwrap().with_clock_confirmed();
    assert_eq!(sound(&copied).await, before);
    assert_eq!(refusal(copied.allot(&request("HDGD", "x"), &today()).await), taken);
}

/// What a backup has of a register in PostgreSQL is a register in a file, and moves up into another place again.
#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_a_register_in_postgresql_is_a_register() {
    let (directory, _register) = filled().await;
    let place = grown::Place::new();
    let head = moved(&directory, &place).await.unwrap().head;
    let there = opened(&directory, &place).await;
    let before = sound(&there).await;
    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join("register.sqlite3");
    // By a role that reads alone.
    let reading = Grown { database: place.grown.database.replace("kyso_app@", "kyso_audit@"), ..place.grown.clone() };
    let read = Register::open_grown_to_read(&reading).await.unwrap();
    read.snapshot(&file).await.unwrap();
    assert!(matches!(read.snapshot(&file).await, Err(Error::File { .. })), "it's there");
    let left = std::fs::read_dir(copy.path()).unwrap().count();
    assert_eq!(left, 1, "nothing half-done is left beside it");
    // What comes afterwards isn't in it.
    allot(&there, &request("CK", "later")).await;

    let copied = Register::open(copy.path()).await.unwrap();
    assert_eq!((sound(&copied).await, copied.head().await.unwrap()), (before, head.clone()));
    copied.close().await;
    let other = grown::Place::new();
    assert_eq!(moved(&copy, &other).await.unwrap().head, head);
    assert_eq!(opened(&copy, &other).await.head().await.unwrap(), head);
    // Where the agency's register went on, it stays as it is.
    let again = tempfile::tempdir().unwrap();
    std::fs::copy(&file, again.path().join("register.sqlite3")).unwrap();
    assert_eq!(moved(&again, &place).await.unwrap().carried, 0);
    assert_eq!(there.standing(&head).await.unwrap(), Standing::Whole { since: 1 });
}
