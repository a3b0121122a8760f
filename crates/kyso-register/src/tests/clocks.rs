//! A clock that's off neither opens a year's book nor closes one, nor goes back behind what is entered, without a word.

use super::*;

for_each_database!(
    a_clock_a_year_ahead_opens_and_closes_nothing,
    a_clock_a_year_behind_gives_no_number_of_the_old_year,
    who_answers_for_the_clock_is_noted,
    the_year_turns_in_vietnam_without_a_question,
    a_clock_that_is_off_changes_no_entry,
);

/// A register that somebody works in: the last entry is of this day.
async fn used(place: &Place, day: Date) -> Register {
    let register = place.made().await;
    register.define(&stamp(day)).await.unwrap();
    register.allot(&request("CK", "first"), &stamp(day)).await.unwrap();
    register
}

fn doubted<T: std::fmt::Debug>(result: Result<T, Error>) -> Doubt {
    match refusal(result) {
        Refusal::Clock { doubt, .. } => doubt,
        other => panic!("{other:?}"),
    }
}

async fn a_clock_a_year_ahead_opens_and_closes_nothing(place: Place) {
    let register = used(&place, date(2026, 11, 30)).await;
    let ahead = stamp(date(2027, 11, 30));
    assert_eq!(doubted(register.allot(&request("CK", "a"), &ahead).await), Doubt::Leap);
    assert_eq!(doubted(register.allot(&request("BS", "a"), &ahead).await), Doubt::Leap);
    let first = register.by_request("first").await.unwrap().unwrap();
    register.void(&first.id(), "x", &stamp(date(2026, 11, 30))).await.unwrap();
    assert_eq!(doubted(register.close_year(2026, false, &ahead).await), Doubt::Leap);
    assert_eq!(refusal(register.closings(2026).await), Refusal::NotClosed { year: 2026 });
    // The next day everything goes on, in the right year.
    let next = register.allot(&request("CK", "a"), &stamp(date(2026, 12, 1))).await.unwrap().entry;
    assert_eq!((next.number.year, next.number.ordinal), (2026, 2));
    sound(&register).await;
}

async fn a_clock_a_year_behind_gives_no_number_of_the_old_year(place: Place) {
    let register = used(&place, date(2027, 1, 4)).await;
    let behind = stamp(date(2026, 1, 5));
    assert_eq!(doubted(register.allot(&request("CK", "a"), &behind).await), Doubt::Behind);
    assert_eq!(doubted(register.allot(&request("BS", "a"), &behind).await), Doubt::Behind);
    assert_eq!(doubted(register.next_book("CK", 2027, &behind).await), Doubt::Behind);
    // What was given out before comes back all the same, whatever the clock.
    assert!(register.allot(&request("CK", "first"), &behind).await.unwrap().known);
}

async fn who_answers_for_the_clock_is_noted(place: Place) {
    let register = used(&place, date(2026, 1, 5)).await;
    let later = stamp(date(2027, 3, 1));
    let confirmed = register.with_clock_confirmed();
    let first = confirmed.allot(&request("CK", "a"), &later).await.unwrap().entry;
    assert_eq!((first.number.year, first.number.ordinal), (2027, 1));
    // It's confirmed once: from then on the register was written today.
    register.allot(&request("BS", "b"), &later).await.unwrap();
    let rows = register.database.rows("SELECT * FROM event WHERE what = 'confirmed'", values![]).await.unwrap();
    let events = rows.iter().map(|row| store::Stored::read(row).unwrap().event().unwrap()).collect::<Vec<_>>();
    let what = What::Confirmed { doubt: Doubt::Leap, last: stamp(date(2026, 1, 5)).at };
    assert_eq!(events, [Event { at: later.at, by: "Lê Thị Mẫu".into(), what }]);
    sound(&register).await;
    // A clock that was confirmed wrongly: the right one is doubted, and said.
    let right = stamp(date(2026, 3, 1));
    assert_eq!(doubted(register.allot(&request("CK", "c"), &right).await), Doubt::Behind);
    let allotted = confirmed.allot(&request("CK", "c"), &right).await.unwrap().entry;
    assert_eq!((allotted.number.year, allotted.number.ordinal), (2026, 2));
    sound(&register).await;
}

async fn the_year_turns_in_vietnam_without_a_question(place: Place) {
    let register = used(&place, date(2026, 12, 31)).await;
    let at = |time: &str| Stamp { by: "x".into(), at: time.parse().unwrap() };
    let number = async |key: &str, time: &str| {
        let number = register.allot(&request("CK", key), &at(time)).await.unwrap().entry.number;
        (number.year, number.ordinal)
    };
    assert_eq!(number("a", "2026-12-31T23:59:59+07:00").await, (2026, 2));
    assert_eq!(number("b", "2027-01-01T00:00:00+07:00").await, (2027, 1));
    // Another computer of the office is seconds behind: its year is the old one still.
    assert_eq!(number("c", "2026-12-31T23:59:50+07:00").await, (2026, 3));
    assert_eq!(number("d", "2027-01-04T08:00:00+07:00").await, (2027, 2));
    sound(&register).await;
}

#[test]
fn a_doubt_says_what_to_do_in_both_languages() {
    let (now, last) = (stamp(date(2025, 12, 30)).at, stamp(date(2026, 12, 30)).at);
    for doubt in [Doubt::Behind, Doubt::Leap] {
        let refusal = Refusal::Clock { doubt, now, last };
        assert_eq!(refusal.rule().name(), "register.clock");
        let text = refusal.text(kyso_words::Words::neutral(kyso::Language::Vietnamese));
        assert!(text.contains("30/12/2025") && text.contains("30/12/2026") && text.contains("Hãy"), "{text}");
        assert!(refusal.to_string().contains("nothing was entered"), "{refusal}");
    }
}

/// What a wrong clock entered would speak for it from then on.
async fn a_clock_that_is_off_changes_no_entry(place: Place) {
    let day = date(2026, 11, 30);
    let register = used(&place, day).await;
    let first = register.by_request("first").await.unwrap().unwrap().id();
    let second = register.allot(&request("CK", "second"), &stamp(day)).await.unwrap().entry.id();
    register.issue_unseen(&second, &"a".repeat(64), &stamp(day)).await.unwrap();
    let decision = Cancellation { decision: "15/QĐ-UBND".into(), date: date(2025, 1, 2), replaced_by: None };
    let head = register.head().await.unwrap();
    for (at, wanted) in
        [(date(2028, 1, 4), Doubt::Leap), (date(2026, 12, 31), Doubt::Leap), (date(2025, 11, 30), Doubt::Behind)]
    {
        let now = stamp(at);
        assert_eq!(doubted(register.void(&first, "x", &now).await), wanted, "{at}");
        assert_eq!(doubted(register.rendered(&first, &Prepared::of(b"x"), &now).await), wanted, "{at}");
        assert_eq!(doubted(register.issue_unseen(&first, &"b".repeat(64), &now).await), wanted, "{at}");
        assert_eq!(doubted(register.cancel(&second, &decision, &now).await), wanted, "{at}");
    }
    assert_eq!(register.head().await.unwrap(), head);
    let refused = refusal(register.close_year(2026, false, &stamp(date(2026, 12, 5))).await);
    assert!(matches!(refused, Refusal::YearNotOver { .. }), "{refused:?}");
    // The right clock, and one that somebody answers for.
    register.void(&first, "x", &stamp(date(2026, 12, 5))).await.unwrap();
    let confirmed = register.with_clock_confirmed();
    confirmed.cancel(&second, &decision, &stamp(date(2027, 3, 1))).await.unwrap();
    sound(&register).await;
}

#[tokio::test]
async fn clocks_that_go_back_by_little_do_not_go_back_by_much() {
    let place = Place::file();
    let register = used(&place, date(2026, 3, 5)).await;
    let at = |time: &str| Stamp { by: "x".into(), at: time.parse().unwrap() };
    register.allot(&request("CK", "a"), &at("2026-03-05T11:51:00+07:00")).await.unwrap();
    let refused = register.allot(&request("CK", "b"), &at("2026-03-05T11:43:00+07:00")).await;
    assert_eq!(doubted(refused), Doubt::Behind);
    sound(&register).await;
    // Entered all the same, by another program, it's told.
    let mut connection = tampering::raw(place.path()).await;
    let sql = "UPDATE event SET at = '2026-03-05T04:43:00Z' WHERE id = (SELECT max(id) FROM event)";
    tampering::changed(&mut connection, sql).await;
    tampering::chained_anew(&mut connection).await;
    let problems = register.audit().await.unwrap().problems;
    let told = problems.iter().map(|problem| problem.text(kyso::Language::Vietnamese)).collect::<Vec<_>>();
    assert!(told.iter().any(|text| text.contains("lùi về trước")), "{told:?}");
}
