//! Numbers, and what happens to them, in both databases.

use super::*;

for_each_database!(
    numbers_run_on_over_books_and_begin_anew_with_the_year,
    new_years_eve_is_vietnams,
    the_symbol_of_transactions_changes_and_their_line_runs_on,
    the_same_request_has_the_same_number,
    several_are_allotted_together_or_not_at_all,
    dates_run_in_order_unless_someone_says_so,
    the_finished_document_is_the_one_that_was_prepared,
    what_is_not_issued_is_voided_and_what_is_issued_is_cancelled,
    a_closed_year_stays_as_it_is_but_for_cancellations,
    fifty_requests_at_once_have_fifty_numbers_in_a_row,
    lists_have_filters,
);

async fn numbers_run_on_over_books_and_begin_anew_with_the_year(place: Place) {
    let register = place.register().await;
    let last_year = dated("BS", "a", date(2025, 12, 31));
    assert_eq!(allot(&register, &last_year).await.number, number("SCT/BS", 2025, 1, 1));
    assert_eq!(allot(&register, &request("SCT/BS", "b")).await.number, number("SCT/BS", 2026, 1, 1));
    assert_eq!(allot(&register, &request("SCT/BS", "c")).await.number, number("SCT/BS", 2026, 2, 1));
    let book = register.next_book("SCT/BS", 2026, &today()).await.unwrap();
    assert_eq!((book.book, book.first), (2, 3));
    let refused = refusal(register.next_book("SCT/BS", 2026, &today()).await);
    assert_eq!(refused, Refusal::EmptyBook { register: "BS".into(), year: 2026, book: 2 });
    assert_eq!(allot(&register, &request("SCT/BS", "d")).await.number, number("SCT/BS", 2026, 3, 2));
    // Another register has its own numbers.
    assert_eq!(allot(&register, &request("SCT/CK, ĐC", "e")).await.number, number("SCT/CK,ĐC", 2026, 1, 1));
    // What comes late still goes into the old year's line.
    let late = dated("BS", "f", date(2025, 12, 31));
    assert_eq!(allot(&register, &late).await.number, number("SCT/BS", 2025, 2, 1));
    let audit = sound(&register).await;
    let totals =
        audit.years.iter().map(|year| (year.register.as_str(), year.year, year.totals.allotted)).collect::<Vec<_>>();
    assert_eq!(totals, [("BS", 2025, 2), ("BS", 2026, 3), ("CK", 2026, 1)]);
}

async fn new_years_eve_is_vietnams(place: Place) {
    let register = place.register().await;
    let at = |time: &str| Stamp { by: "x".into(), at: time.parse().unwrap() };
    let before = register.allot(&request("BS", "a"), &at("2026-12-31T16:59:59Z")).await.unwrap().entry;
    let after = register.allot(&request("BS", "b"), &at("2026-12-31T17:00:00Z")).await.unwrap().entry;
    assert_eq!((before.number.year, before.number.ordinal, before.date), (2026, 1, date(2026, 12, 31)));
    assert_eq!((after.number.year, after.number.ordinal, after.date), (2027, 1, date(2027, 1, 1)));
}

async fn the_symbol_of_transactions_changes_and_their_line_runs_on(place: Place) {
    let register = place.register().await;
    let before = allot(&register, &dated("SCT/GD", "a", date(2025, 10, 31))).await;
    let after = allot(&register, &dated("SCT/HĐ,GD", "b", date(2025, 11, 1))).await;
    assert_eq!(before.number, number("SCT/HĐ,GD", 2025, 1, 1));
    assert_eq!(after.number, number("SCT/GD", 2025, 2, 1));
    for entry in [before, after] {
        let id = register.definitions().id(&entry.number).unwrap();
        assert_eq!(register.entry(&id).await.unwrap().unwrap(), entry);
    }
    let too_early = refusal(register.allot(&dated("GD", "c", date(2015, 1, 1)), &today()).await);
    assert!(matches!(too_early, Refusal::NoSymbol { .. }));
    sound(&register).await;
}

async fn the_same_request_has_the_same_number(place: Place) {
    let register = place.register().await;
    let first = allot(&register, &request("CK", "H61-1")).await;
    register.close().await;
    let register = place.opened().await.unwrap();
    // The next day, after a crash: the number and its date stay.
    let again = register.allot(&request("CK", "H61-1"), &stamp(date(2026, 3, 6))).await.unwrap();
    assert!(again.known);
    assert_eq!(again.entry, first);
    assert_eq!(register.by_request("H61-1").await.unwrap().unwrap(), first);
    assert_eq!(register.pending().await.unwrap(), std::slice::from_ref(&first));

    let mut other = request("CK", "H61-1");
    other.row.document = "Giấy khác".into();
    let reused = Refusal::RequestReused { request: "H61-1".into(), number: first.number.clone() };
    assert_eq!(refusal(register.allot(&other, &today()).await), reused);
    assert_eq!(refusal(register.allot(&request("BS", "H61-1"), &today()).await), reused);

    register.void(&first.id(), "Không ký được", &today()).await.unwrap();
    let void = Refusal::RequestVoid { request: "H61-1".into(), number: first.number };
    assert_eq!(refusal(register.allot(&request("CK", "H61-1"), &today()).await), void);
    assert_eq!(allot(&register, &request("CK", "H61-2")).await.number.ordinal, 2);
    assert!(sound(&register).await.years[0].totals.void == 1);
}

async fn several_are_allotted_together_or_not_at_all(place: Place) {
    let register = place.register().await;
    let mut requests = ["a", "b", "c"].map(|key| request("BS", key)).to_vec();
    let ordinals = |allotted: Vec<Allotted>| allotted.iter().map(|one| one.entry.number.ordinal).collect::<Vec<_>>();
    requests[1].row.document.clear();
    let refused = refusal(register.allot_all(&requests, &today()).await);
    assert_eq!(refused, Refusal::Row { column: "document".into(), fault: Fault::Missing });
    assert_eq!(register.list(&Filter::default()).await.unwrap(), []);
    requests[1] = request("BS", "b");
    assert_eq!(ordinals(register.allot_all(&requests, &today()).await.unwrap()), [1, 2, 3]);
    requests.push(request("BS", "a"));
    assert_eq!(ordinals(register.allot_all(&requests, &today()).await.unwrap()), [1, 2, 3, 1]);
}

async fn dates_run_in_order_unless_someone_says_so(place: Place) {
    let register = place.register().await;
    let with = |key: &str, date| Allotment { date: Some(date), ..request("BS", key) };
    allot(&register, &with("a", date(2026, 3, 4))).await;
    let refuse = async |request: Allotment| refusal(register.allot(&request, &today()).await);
    assert_eq!(
        refuse(with("b", date(2026, 3, 6))).await,
        Refusal::Future { date: date(2026, 3, 6), today: date(2026, 3, 5) }
    );
    assert!(matches!(refuse(with("b", date(2025, 12, 31))).await, Refusal::OtherYear { .. }));
    assert_eq!(
        refuse(with("b", date(2026, 3, 3))).await,
        Refusal::OutOfOrder { date: date(2026, 3, 3), newest: date(2026, 3, 4) }
    );
    let late = Allotment { out_of_order: true, ..with("b", date(2026, 3, 3)) };
    assert_eq!(allot(&register, &late).await.number.ordinal, 2);
    // The bar stays where the newest date is.
    assert!(matches!(refuse(with("c", date(2026, 3, 3))).await, Refusal::OutOfOrder { .. }));
    assert_eq!(allot(&register, &with("c", date(2026, 3, 4))).await.number.ordinal, 3);
    let future_even_so = Allotment { other_year: true, out_of_order: true, ..with("d", date(2027, 1, 1)) };
    assert!(matches!(refuse(future_even_so).await, Refusal::Future { .. }));
}

async fn the_finished_document_is_the_one_that_was_prepared(place: Place) {
    let register = place.register().await;
    let id = allot(&register, &request("CK", "a")).await.id();
    let prepare = async |name: &str| register.rendered(&id, &Prepared::of(&named(name)), &today()).await.unwrap();
    prepare("old").await;
    // A retry renders again: the newer one counts.
    assert_eq!(prepare("new").await.history.len(), 3);
    let entry = prepare("new").await;
    assert_eq!((entry.state, entry.history.len()), (State::Rendered, 3));

    let other = refusal(register.issue(&id, &verified("old"), &today()).await);
    assert_eq!(other, Refusal::OtherDocument(entry.number.clone()));
    let finished = verified("new");
    let entry = register.issue(&id, &finished, &today()).await.unwrap();
    assert_eq!((entry.state, entry.issued()), (State::Issued, Some(finished.sha256())));
    assert_eq!(register.by_sha256(finished.sha256()).await.unwrap(), std::slice::from_ref(&entry));
    assert_eq!(register.by_sha256(&"a".repeat(64)).await.unwrap(), []);
    assert_eq!(register.issue(&id, &finished, &today()).await.unwrap(), entry);
    let another = refusal(register.issue_unseen(&id, &"a".repeat(64), &today()).await);
    assert_eq!(another, Refusal::IssuedOther(entry.number.clone()));
    let late = refusal(register.rendered(&id, &Prepared::of(b"x"), &today()).await);
    assert_eq!(late, Refusal::State { number: entry.number.clone(), state: State::Issued });
    assert_eq!(register.entry(&id).await.unwrap().unwrap(), entry);
    // Asked again of what is issued, nothing happens.
    assert_eq!(register.rendered(&id, &Prepared::of(&named("new")), &today()).await.unwrap(), entry);
    let short = refusal(register.issue_unseen(&id, "abc", &today()).await);
    assert_eq!(short, Refusal::Row { column: "sha256".into(), fault: Fault::Digest });
}

async fn what_is_not_issued_is_voided_and_what_is_issued_is_cancelled(place: Place) {
    let register = place.register().await;
    let (now, cancellation) =
        (today(), Cancellation { decision: "15/QĐ-UBND".into(), date: date(2026, 3, 5), replaced_by: None });
    let done = issued(&register, "CK", "a").await;
    assert!(matches!(refusal(register.void(&done.id(), "x", &now).await), Refusal::State { state: State::Issued, .. }));

    let open = allot(&register, &request("CK", "b")).await;
    let early = refusal(register.cancel(&open.id(), &cancellation, &now).await);
    assert!(matches!(early, Refusal::State { state: State::Allotted, .. }));
    let reason = refusal(register.void(&open.id(), " ", &now).await);
    assert_eq!(reason, Refusal::Row { column: "reason".into(), fault: Fault::Missing });
    let void = register.void(&open.id(), "Người yêu cầu rút hồ sơ", &now).await.unwrap();
    assert_eq!(
        void.void().map(|(reason, event)| (reason, event.by.as_str())),
        Some(("Người yêu cầu rút hồ sơ", "Lê Thị Mẫu"))
    );
    for again in [
        refusal(register.void(&open.id(), "x", &now).await),
        refusal(register.rendered(&open.id(), &Prepared::of(b"x"), &now).await),
        refusal(register.issue(&open.id(), &verified("x"), &now).await),
        refusal(register.cancel(&open.id(), &cancellation, &now).await),
    ] {
        assert!(matches!(again, Refusal::State { state: State::Void, .. }), "{again:?}");
    }

    // What replaces it is in the register.
    let mut replacing = request("CK", "c");
    replacing.row.link = Some(Link { how: How::Replaces, number: done.number.clone() });
    let new = allot(&register, &replacing).await;
    let with =
        |number: &CertificationNumber| Cancellation { replaced_by: Some(number.clone()), ..cancellation.clone() };
    for unfit in [number("SCT/CK,ĐC", 2026, 99, 1), number("SCT/CK,ĐC", 2026, 3, 2), done.number.clone(), void.number]
    {
        let refused = refusal(register.cancel(&done.id(), &with(&unfit), &now).await);
        assert!(matches!(refused, Refusal::NoEntry(_)), "{unfit}: {refused:?}");
    }
    let tomorrow = Cancellation { date: date(2026, 3, 6), ..cancellation.clone() };
    assert!(matches!(refusal(register.cancel(&done.id(), &tomorrow, &now).await), Refusal::Future { .. }));
    let cancelled = register.cancel(&done.id(), &with(&new.number), &now).await.unwrap();
    assert_eq!(cancelled.state, State::Cancelled);
    assert_eq!(cancelled.cancellation().unwrap().replaced_by, Some(new.number.clone()));
    assert_eq!(cancelled.links().collect::<Vec<_>>(), [(How::Replaces, &new.number)]);
    assert!(matches!(refusal(register.cancel(&done.id(), &cancellation, &now).await), Refusal::State { .. }));

    // An amendment can only be of what was issued.
    let mut amending = request("GD", "d");
    amending.row.link = Some(Link { how: How::Amends, number: new.number.clone() });
    assert!(matches!(refusal(register.allot(&amending, &now).await), Refusal::State { state: State::Allotted, .. }));
    amending.row.link = Some(Link { how: How::Amends, number: number("SCT/GD", 2026, 7, 1) });
    assert!(matches!(refusal(register.allot(&amending, &now).await), Refusal::NoEntry(_)));
    let totals = sound(&register).await.years[0].totals;
    assert_eq!((totals.allotted, totals.issued, totals.void, totals.cancelled, totals.pending), (3, 0, 1, 1, 1));
}

async fn a_closed_year_stays_as_it_is_but_for_cancellations(place: Place) {
    let register = place.register().await;
    let done = issued(&register, "CK", "a").await;
    let open = allot(&register, &request("BS", "b")).await;
    assert!(matches!(refusal(register.close_year(2026, false, &today()).await), Refusal::YearNotOver { .. }));
    let eve = stamp(date(2026, 12, 31));
    let pending = Refusal::Pending { year: 2026, numbers: vec![open.number.clone()], count: 1 };
    assert_eq!(refusal(register.close_year(2026, false, &eve).await), pending);
    assert_eq!(refusal(register.closings(2026).await), Refusal::NotClosed { year: 2026 });
    sound(&register).await;

    register.void(&open.id(), "x", &eve).await.unwrap();
    let closings = register.close_year(2026, false, &eve).await.unwrap();
    let find = |register: &str| closings.iter().find(|closing| closing.register == register).unwrap().totals;
    let expected = Totals { allotted: 1, issued: 1, copies: 2, papers: 1, fees: 10_000, books: 1, ..Totals::default() };
    assert_eq!(find("CK"), expected);
    assert_eq!(find("BS"), Totals { allotted: 1, void: 1, books: 1, ..Totals::default() });
    assert_eq!(find("GD"), Totals::default());
    assert_eq!(register.close_year(2026, false, &stamp(date(2027, 1, 3))).await.unwrap(), closings);
    assert_eq!(register.closings(2026).await.unwrap(), closings);

    let new_year = stamp(date(2027, 1, 3));
    let late = register.allot(&dated("CK", "c", date(2026, 12, 31)), &new_year).await;
    assert_eq!(refusal(late), Refusal::Closed { register: "CK".into(), year: 2026 });
    assert!(matches!(refusal(register.next_book("CK", 2026, &new_year).await), Refusal::Closed { .. }));
    // The same request still has its number.
    assert!(register.allot(&request("CK", "a"), &new_year).await.unwrap().known);
    let decision = Cancellation { decision: "1/QĐ-UBND".into(), date: date(2027, 1, 2), replaced_by: None };
    assert_eq!(register.cancel(&done.id(), &decision, &new_year).await.unwrap().state, State::Cancelled);
    // The closing keeps its numbers; the audit counts as of now.
    assert_eq!(register.closings(2026).await.unwrap(), closings);
    let audit = sound(&register).await;
    let year = audit.years.iter().find(|year| year.register == "CK").unwrap();
    assert!(year.closed);
    assert_eq!((year.totals.issued, year.totals.cancelled), (0, 1));
    assert_eq!(register.allot(&request("CK", "d"), &new_year).await.unwrap().entry.number.ordinal, 1);
    assert!(matches!(refusal(register.close_year(2028, true, &new_year).await), Refusal::YearNotOver { .. }));
}

async fn fifty_requests_at_once_have_fifty_numbers_in_a_row(place: Place) {
    let register = place.register().await;
    let mut tasks = Vec::new();
    for index in 0..50 {
        // Some of them through another process's eyes.
        let register = match index % 5 {
            0 => place.opened().await.unwrap(),
            _ => register.clone(),
        };
        tasks.push(tokio::spawn(
            async move { allot(&register, &request("CK", &index.to_string())).await.number.ordinal },
        ));
    }
    let mut ordinals = Vec::new();
    for task in tasks {
        ordinals.push(task.await.unwrap());
    }
    ordinals.sort_unstable();
    assert_eq!(ordinals, (1..=50).collect::<Vec<_>>());
    sound(&register).await;
}

#[tokio::test]
async fn a_directory_without_a_register_is_not_given_one() {
    let directory = tempfile::tempdir().unwrap();
    assert!(matches!(Register::open(directory.path()).await, Err(Error::Absent(_))));
    assert!(matches!(Register::open(&directory.path().join("x")).await, Err(Error::Absent(_))));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    std::fs::write(directory.path().join("registers.toml"), "electronic_copies = 1").unwrap();
    let Err(Error::Definitions { line, .. }) = Register::create(directory.path()).await else { panic!("taken") };
    assert_eq!(line, Some(1));
}

async fn lists_have_filters(place: Place) {
    let register = place.register().await;
    for (name, key, day) in
        [("BS", "a", date(2026, 1, 31)), ("BS", "b", date(2026, 2, 1)), ("CK", "c", date(2026, 2, 28))]
    {
        allot(&register, &dated(name, key, day)).await;
    }
    register.void(&register.by_request("b").await.unwrap().unwrap().id(), "x", &today()).await.unwrap();
    let keys = async |filter: Filter| {
        let list = register.list(&filter).await.unwrap();
        list.into_iter().map(|entry| entry.request).collect::<Vec<_>>()
    };
    assert_eq!(keys(Filter::default()).await, ["a", "b", "c"]);
    assert_eq!(keys(Filter { year: Some(2026), month: Some(2), ..Filter::default() }).await, ["b", "c"]);
    assert_eq!(keys(Filter { register: Some("BS".into()), ..Filter::default() }).await, ["a", "b"]);
    assert_eq!(keys(Filter { pending: true, ..Filter::default() }).await, ["a", "c"]);
    assert_eq!(keys(Filter { year: Some(2025), ..Filter::default() }).await, [""; 0]);
}

#[test]
fn every_column_of_the_law_is_asked_for() {
    let fault = |columns: Columns, change: &dyn Fn(&mut Row)| {
        let mut row = row();
        change(&mut row);
        match row.check(columns) {
            Ok(()) => "fine".to_owned(),
            Err(Refusal::Row { column, fault }) => format!("{column} {fault:?}"),
            Err(other) => panic!("{other:?}"),
        }
    };
    use Columns::{Copies, Signatures, Transactions, Translations};
    assert_eq!(fault(Signatures, &|_| ()), "fine");
    assert_eq!(fault(Signatures, &|row| row.requesters.clear()), "requesters Missing");
    assert_eq!(fault(Signatures, &|row| row.requesters = vec![Person::default(); 201]), "requesters TooLong(200)");
    assert_eq!(fault(Signatures, &|row| row.requesters[0].id_number = None), "requesters[0].id_number Missing");
    assert_eq!(fault(Copies, &|row| row.requesters[0].id_number = None), "fine");
    assert_eq!(fault(Copies, &|row| row.quantity.copies = 0), "quantity.copies Missing");
    assert_eq!(fault(Transactions, &|row| row.quantity.papers = 0), "quantity.papers Missing");
    assert_eq!(fault(Translations, &|row| row.languages = None), "languages Missing");
    assert_eq!(fault(Signatures, &|row| row.languages = None), "fine");
    assert_eq!(fault(Signatures, &|row| row.document = "x\ny".into()), "document Control");
    assert_eq!(fault(Signatures, &|row| row.document = "ờ".repeat(501)), "document TooLong(500)");
    assert_eq!(fault(Signatures, &|row| row.certifier.title.clear()), "certifier.title Missing");
    assert_eq!(fault(Signatures, &|row| row.note = Some(" ".into())), "note Missing");
}
