//! What is said of documents: what became of them, other metadata, and what can't be said.

use jiff::ToSpan as _;
use kyso_certification::code::LookupCode;
use kyso_certification::metadata::{FileFacts, SignatureFacts};

use super::storing::metadata;
use super::{Place, for_each_pair, kept, ward};
use crate::finding::signers;
use crate::{Archive, Correction, Described, Error, Link, NotSaid, Sought, Standing, Uuid};

for_each_pair!(
    links_are_seen_from_both_ends,
    a_link_that_cant_be_is_refused,
    of_two_links_at_once_that_make_a_circle_one_is_refused,
    a_correction_stands_beside_what_was_said_before,
    a_correction_that_cant_be_is_refused,
    pages_follow_one_another_and_miss_nothing
);

async fn links_are_seen_from_both_ends(place: Place) {
    let archive = place.archive().await;
    let (old, new) = (kept(&archive, "x").await, kept(&archive, "y").await);
    let said = archive.link(new.id, Link::Replaces { other: old.id }, "văn thư").await.unwrap();
    // Whoever says it again, and however often.
    assert_eq!(archive.link(new.id, Link::Replaces { other: old.id }, "lãnh đạo").await.unwrap(), said);
    for id in [old.id, new.id] {
        assert_eq!(archive.links(id).await.unwrap(), std::slice::from_ref(&said));
    }
    let date = "2026-11-30".parse().unwrap();
    let cancelled = |decision: &str| Link::Cancelled { decision: decision.into(), date };
    archive.link(new.id, cancelled(" 12/QĐ-UBND "), "văn thư").await.unwrap();
    let again = archive.link(new.id, cancelled("12/QĐ-UBND"), "văn thư").await.unwrap();
    assert_eq!(again.link, cancelled("12/QĐ-UBND"));
    // Whatever form its letters have.
    archive.link(new.id, cancelled("1/Quy\u{1ebf}t"), "văn thư").await.unwrap();
    archive.link(new.id, cancelled("1/Quye\u{302}\u{301}t"), "văn thư").await.unwrap();
    let links = archive.links(new.id).await.unwrap();
    assert_eq!((links.len(), Standing::of(new.id, &links)), (3, Standing::Cancelled));
    assert_eq!(Standing::of(old.id, &archive.links(old.id).await.unwrap()), Standing::Replaced);
    // Two documents and three links: as many leaves.
    assert_eq!(archive.sequence().await.unwrap(), 5);
    archive.close().await;
    let audit = place.audited(&[]).await;
    assert!(audit.is_whole(), "{:?}", audit.problems);
}

async fn a_link_that_cant_be_is_refused(place: Place) {
    let archive = place.archive().await;
    let [a, b, c] = [kept(&archive, "x").await.id, kept(&archive, "y").await.id, kept(&archive, "z").await.id];
    archive.link(b, Link::Replaces { other: a }, "văn thư").await.unwrap();
    archive.link(c, Link::Replaces { other: b }, "văn thư").await.unwrap();
    let tomorrow = archive.today().await.unwrap() + 1.day();
    let cancelled = |decision: &str, date| Link::Cancelled { decision: decision.into(), date };
    for (link, expected) in [
        (Link::Replaces { other: a }, NotSaid::Circle(a)),
        (Link::Corrects { other: a }, NotSaid::Circle(a)),
        (Link::Replaces { other: b }, NotSaid::Circle(b)),
        (Link::Replaces { other: c }, NotSaid::Circle(c)),
        (cancelled("12/QĐ", tomorrow), NotSaid::Date(tomorrow)),
        (cancelled(" ", tomorrow - 1.day()), NotSaid::Text("decision")),
        (cancelled("1\n2", tomorrow - 1.day()), NotSaid::Text("decision")),
        (cancelled("\u{200b}\u{2060}", tomorrow - 1.day()), NotSaid::Text("decision")),
        (cancelled("1\u{202e}2", tomorrow - 1.day()), NotSaid::Text("decision")),
    ] {
        let refused = archive.link(a, link.clone(), "văn thư").await;
        assert!(matches!(refused, Err(Error::NotSaid(why)) if why == expected), "{link:?}");
    }
    // Another kind of link leads elsewhere.
    archive.link(a, Link::Corrects { other: b }, "văn thư").await.unwrap();
    let nobody = Uuid::now_v7();
    for (of, other) in [(nobody, a), (a, nobody)] {
        let absent = archive.link(of, Link::MadeFrom { other }, "văn thư").await;
        assert!(matches!(absent, Err(Error::Unknown(id)) if id == nobody));
    }
}

async fn of_two_links_at_once_that_make_a_circle_one_is_refused(place: Place) {
    let archive = place.archive().await;
    // As another process has it: nothing in memory keeps the two apart.
    let elsewhere = archive.with_other_turns();
    for name in 0..8 {
        let [a, b] = [kept(&archive, &format!("a{name}")).await.id, kept(&archive, &format!("b{name}")).await.id];
        let here = tokio::spawn({
            let archive = archive.clone();
            async move { archive.link(a, Link::Replaces { other: b }, "văn thư").await }
        });
        let there = tokio::spawn({
            let elsewhere = elsewhere.clone();
            async move { elsewhere.link(b, Link::Replaces { other: a }, "văn thư").await }
        });
        let outcomes = [here.await.unwrap(), there.await.unwrap()];
        let refused = outcomes.iter().filter(|one| matches!(one, Err(Error::NotSaid(NotSaid::Circle(_)))));
        assert_eq!(refused.count(), 1, "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 1, "{outcomes:?}");
    }
    archive.close().await;
}

/// Two documents, of which one replaces the other and was cancelled: the archive's directory, and both ids.
async fn with_links() -> (tempfile::TempDir, Uuid, Uuid) {
    let (directory, archive) = super::archive().await;
    let (old, new) = (kept(&archive, "x").await.id, kept(&archive, "y").await.id);
    archive.link(new, Link::Replaces { other: old }, "văn thư").await.unwrap();
    let date = "2026-11-30".parse().unwrap();
    archive.link(new, Link::Cancelled { decision: "12/QĐ-UBND".into(), date }, "văn thư").await.unwrap();
    archive.sequence().await.unwrap();
    while archive.write_manifests(100).await.unwrap() > 0 {}
    archive.close().await;
    (directory, old, new)
}

#[tokio::test]
async fn a_link_whose_row_or_record_was_changed_is_named_and_never_passed_over() {
    let (directory, old, new) = with_links().await;
    let cancelled = "kind = 'cancelled'";
    let event = "(SELECT event FROM link WHERE kind = 'cancelled')";
    for (sql, code, subject) in [
        (format!("DELETE FROM link WHERE {cancelled}"), "row.missing", "link "),
        ("DELETE FROM link WHERE kind = 'replaces'".to_owned(), "row.missing", "link "),
        (format!("UPDATE link SET artifact = '{old}' WHERE {cancelled}"), "row.changed", "link "),
        (format!("UPDATE link SET kind = 'corrects' WHERE {cancelled}"), "row.changed", "link "),
        (format!("UPDATE link SET other = '{new}' WHERE kind = 'replaces'"), "row.changed", "link "),
        ("UPDATE link SET other = NULL WHERE kind = 'replaces'".to_owned(), "row.changed", "link "),
        (format!("DELETE FROM record WHERE event = {event}"), "row.missing", "record "),
        (format!("DELETE FROM event WHERE id = {event}"), "row.missing", "event "),
    ] {
        let copy = tempfile::tempdir().unwrap();
        ward::copy(directory.path(), copy.path());
        assert_eq!(ward::tamper(copy.path(), &sql).await, 1, "{sql}");
        let archive = Archive::open_to_read(copy.path()).await.unwrap();
        let seen = archive.links(new).await;
        assert!(matches!(seen, Err(Error::Damaged(_))), "{sql}: {seen:?}");
        archive.close().await;
        let found = ward::found(&ward::audited(copy.path()).await);
        let named = found.iter().filter(|(own, about)| *own == code && about.starts_with(subject)).count();
        assert_eq!(named, 1, "{sql}: {found:?}");
    }
}

#[tokio::test]
async fn links_that_are_gone_are_put_in_again() {
    let (directory, old, new) = with_links().await;
    assert_eq!(ward::tamper(directory.path(), "DELETE FROM link").await, 2);
    let archive = Archive::open(directory.path()).await.unwrap();
    assert!(matches!(archive.links(new).await, Err(Error::Damaged(_))));
    let scrubbed = archive.scrub(u64::MAX).await.unwrap();
    assert_eq!(scrubbed.repaired.iter().filter(|one| one.starts_with("link ")).count(), 2, "{scrubbed:?}");
    assert_eq!(Standing::of(new, &archive.links(new).await.unwrap()), Standing::Cancelled);
    assert_eq!(Standing::of(old, &archive.links(old).await.unwrap()), Standing::Replaced);
    archive.close().await;
    assert_eq!(ward::tamper(directory.path(), "DELETE FROM link").await, 2);
    Archive::reconcile(directory.path(), &crate::Rebuilding::default()).await.unwrap();
    let audit = ward::audited(directory.path()).await;
    assert!(audit.is_whole(), "{:?}", audit.problems);
}

#[tokio::test]
async fn a_circle_of_links_is_named() {
    let (directory, archive) = super::archive().await;
    let [a, b, c] = [kept(&archive, "x").await.id, kept(&archive, "y").await.id, kept(&archive, "z").await.id];
    for (of, other) in [(a, b), (b, a), (c, a)] {
        // As an earlier program let it come to be.
        let of_link = crate::links::StatusChanged::said(of, Link::Replaces { other }, "văn thư");
        let (event, record) = crate::record::Event::now(&archive.clock, Some(of), of_link).unwrap();
        let agency = archive.agency.clone();
        let written = archive.database.write(move |transaction| {
            Box::pin(async move {
                event.write(transaction, &agency).await?;
                record.of.write(transaction, &agency, event.id).await
            })
        });
        written.await.unwrap();
    }
    archive.close().await;
    let audit = ward::audited(directory.path()).await;
    assert!(audit.is_whole(), "{:?}", audit.problems);
    let circles: Vec<_> = audit.notes.iter().filter(|note| note.code.code() == "link.circle").collect();
    assert_eq!(circles.len(), 2, "{:?}", audit.notes);
}

fn correction(after: Option<u32>, subject: &str) -> Correction {
    Correction {
        after,
        metadata: metadata(subject),
        reason: "sai trích yếu".into(),
        by: "văn thư".into(),
        approved_by: Some("Lê Mẫu".into()),
    }
}

async fn a_correction_stands_beside_what_was_said_before(place: Place) {
    let archive = place.archive().await;
    let (first, second) = (kept(&archive, "x").await, kept(&archive, "y").await);
    assert_eq!(archive.revisions(first.id).await.unwrap(), []);
    let mut said: Vec<Described> = Vec::new();
    for (after, subject) in [(None, "Giấy ủy quyên"), (Some(0), "Giấy ủy quyền"), (Some(1), "Giấy ủy quyền nhận tiền")]
    {
        let described = archive.correct(first.id, &correction(after, subject)).await.unwrap();
        // The answer was lost, and it's sent again.
        assert_eq!(archive.correct(first.id, &correction(after, subject)).await.unwrap(), described);
        said.push(described);
    }
    assert_eq!(archive.revisions(first.id).await.unwrap(), said);
    assert_eq!(archive.metadata(first.id).await.unwrap().as_ref(), said.last());
    let of = (said[2].revision, said[2].approved_by.as_deref(), said[2].reason.as_deref());
    assert_eq!(of, (2, Some("Lê Mẫu"), Some("sai trích yếu")));
    let found = archive.find(&Sought { words: Some("nhan tien".into()), ..Sought::default() }).await.unwrap();
    assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [first.id]);
    // Where it stands among others stays.
    let all = archive.find(&Sought::default()).await.unwrap();
    assert_eq!(all.iter().map(|one| one.id).collect::<Vec<_>>(), [second.id, first.id]);
    archive.sequence().await.unwrap();
    archive.close().await;
    let audit = place.audited(&[]).await;
    assert!(audit.is_whole(), "{:?}", audit.problems);
}

fn signature() -> SignatureFacts {
    SignatureFacts {
        role: kyso::Role::Seal,
        field: "Seal".into(),
        certificate: Some("0".repeat(64)),
        signing_time: None,
        time_stamp: None,
        level: "PAdES-B-B".into(),
        indication: "TOTAL-PASSED".into(),
    }
}

async fn a_correction_that_cant_be_is_refused(place: Place) {
    let archive = place.archive().await;
    let id = kept(&archive, "x").await.id;
    archive.correct(id, &correction(None, "a")).await.unwrap();
    let of = |change: fn(&mut Correction)| {
        let mut of = correction(Some(0), "b");
        change(&mut of);
        of
    };
    let flaw = "1 of the metadata's fields aren't what they should be";
    for (correction, expected) in [
        (correction(None, "b"), "the newest revision isn't the one that this one follows, but Some(0)"),
        (correction(Some(1), "b"), "the newest revision isn't the one that this one follows, but Some(0)"),
        (of(|of| of.metadata.cert_number.ordinal = 7), "the number stays what it is"),
        (of(|of| of.metadata.subject.clear()), flaw),
        (of(|of| of.metadata.subject = "x\u{202e}y".into()), "Subject has control characters"),
        (of(|of| of.metadata.requesters[0].full_name = "x\ny".into()), "Requesters.FullName has control characters"),
        (of(|of| of.metadata.code_number = "129".into()), "the document's number isn't that of the register"),
        (of(|of| of.metadata.code_notation = "99/XX".into()), flaw),
        (of(|of| of.metadata.file_code.file_notation = "77/2020-SCT/X".into()), flaw),
        (of(|of| of.metadata.file_code.organ_id = "H99.99".into()), flaw),
        (of(|of| of.metadata.lookup_code = Some(LookupCode::from_random([7; 12]))), flaw),
        (of(|of| of.metadata.signatures.push(signature())), flaw),
        (of(|of| of.metadata.cert_kind = "KHÔNG CÓ".into()), "KHÔNG CÓ is no kind of certification"),
        (of(|of| of.metadata.issued_date = jiff::civil::date(2999, 1, 1)), "2999-01-01 is a day to come"),
        (
            of(|of| {
                let sha256 = "0".repeat(64);
                of.metadata.file = Some(FileFacts { sha256, bytes: 1, pdf_version: "1.7".into() });
            }),
            "the file isn't a version of the document",
        ),
        (
            of(|of| of.metadata.issued_date = jiff::civil::date(2019, 1, 1)),
            "the document would have been kept until 2021-01-01",
        ),
        (of(|of| of.reason = "\u{200b}".into()), "reason is missing or can't be used"),
        (of(|of| of.reason = " ".into()), "reason is missing or can't be used"),
        (of(|of| of.by = "a\nb".into()), "by is missing or can't be used"),
        (of(|of| of.approved_by = Some(String::new())), "approved_by is missing or can't be used"),
    ] {
        let refused = archive.correct(id, &correction).await.unwrap_err();
        assert!(matches!(refused, Error::NotSaid(_)), "{refused:?}");
        assert_eq!(refused.to_string(), expected);
    }
    assert_eq!(archive.revisions(id).await.unwrap().len(), 1);
    // A document of which nothing is known is kept for ever: no first word makes it due at once.
    let other = kept(&archive, "y").await.id;
    let mut first = correction(None, "a");
    first.metadata.issued_date = jiff::civil::date(2019, 1, 1);
    let refused = archive.correct(other, &first).await;
    assert!(matches!(refused, Err(Error::NotSaid(NotSaid::Due(_)))), "{refused:?}");
    // Said again after somebody else said something: it's known, and nothing is written.
    let [one, two] = [correction(Some(0), "b"), correction(Some(1), "c")];
    let said = archive.correct(id, &one).await.unwrap();
    archive.correct(id, &two).await.unwrap();
    assert_eq!(archive.correct(id, &one).await.unwrap(), said);
    let another = Correction { by: "ai đó".into(), ..one };
    let refused = archive.correct(id, &another).await;
    assert!(matches!(refused, Err(Error::NotSaid(NotSaid::Meanwhile { newest: Some(2) }))), "{refused:?}");
    assert_eq!(archive.revisions(id).await.unwrap().len(), 3);
    let nobody = archive.correct(Uuid::nil(), &correction(None, "a")).await;
    assert!(matches!(nobody, Err(Error::Unknown(_))));
}

/// Everything that is found so, page by page.
async fn through(archive: &Archive, sought: &Sought, most: u32) -> Vec<Uuid> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = archive.find_page(sought, after, most).await.unwrap();
        assert!(page.artifacts.len() <= usize::try_from(most).unwrap());
        ids.extend(page.artifacts.iter().map(|one| one.id));
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}

async fn pages_follow_one_another_and_miss_nothing(place: Place) {
    let archive = place.archive().await;
    let mut kept_ids = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        kept_ids.insert(0, kept(&archive, name).await.id);
    }
    let [e, d, c, b, a] = kept_ids[..] else { panic!() };
    for id in [a, c] {
        archive.correct(id, &correction(None, "Giấy ủy quyền")).await.unwrap();
    }
    let of = |change: fn(&mut Sought)| {
        let mut sought = Sought::default();
        change(&mut sought);
        sought
    };
    let report = archive.report(&archive.artifact(b).await.unwrap().unwrap()).await.unwrap();
    let signer = Sought { signer: signers(&report).pop(), ..Sought::default() };
    for most in [1, 2, 5] {
        let found = async |sought: &Sought| through(&archive, sought, most).await;
        assert_eq!(found(&Sought::default()).await, [e, d, c, b, a], "{most}");
        assert_eq!(found(&of(|of| of.undescribed = true)).await, [e, d, b], "{most}");
        for book in ["01/2026-SCT/CK,ĐC", "1/2026-SCT/CK,ĐC"] {
            let sought = Sought { book: Some(book.into()), ..Sought::default() };
            assert_eq!(found(&sought).await, [c, a], "{book} {most}");
        }
        assert_eq!(found(&of(|of| of.book = Some("02/2026-SCT/CK,ĐC".into()))).await, Vec::<Uuid>::new());
        // Two words, whole and begun.
        for words in ["giay uy quyen", "gia u quy"] {
            let sought = Sought { words: Some(words.into()), ..Sought::default() };
            assert_eq!(found(&sought).await, [c, a], "{words} {most}");
        }
        assert_eq!(found(&signer).await, [e, d, c, b, a], "{most}");
        // Who is named, and didn't sign.
        assert_eq!(found(&of(|of| of.signer = Some("Trần Thị Mẫu".into()))).await, Vec::<Uuid>::new(), "{most}");
    }
    let nobody = archive.find_after(&Sought::default(), Some(Uuid::nil())).await;
    assert!(matches!(nobody, Err(Error::Unknown(_))));
}
